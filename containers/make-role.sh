#!/bin/sh
# Run once, by the container of the database when that is new: makes the role that owns the tables.
# It owns its database, and may make the role of the application and the one that reads the trends. It is no
# superuser, because for those there is no row-level security: docs/operating/row-security.md.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\set password `cat "${DATABASE_PASSWORD_FILE:-/run/secrets/database_password}"`
CREATE ROLE servicebalie LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
ALTER DATABASE servicebalie OWNER TO servicebalie;
SQL

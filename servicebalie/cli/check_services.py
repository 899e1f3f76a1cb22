"""What `servicebalie check` learns by speaking to the database, the mail server and the store of limits."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from servicebalie.cli.database import is_migrated
from servicebalie.config import Mode, Settings
from servicebalie.core.deployment_check import Finding, Level
from servicebalie.db import Database, DatabaseUnavailable
from servicebalie.services.audit_chain import waits_since
from servicebalie.services.database_facts import clock_of_database, role_facts
from servicebalie.services.desks import NoDesk, find_desk
from servicebalie.services.directory import read_directory
from servicebalie.services.outbox import due_since, outbox_status
from servicebalie.turns import TurnsInRedis, open_turns

PATIENCE_SECONDS = 5.0
MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}

WORKER_HAS = timedelta(minutes=10)
"""How long after something was due a worker that runs has done it: longer than the lease of a delivery."""

CLOCKS_DIFFER = timedelta(seconds=5)


def check_services(settings: Settings) -> Iterator[Finding]:
    """Yield what others tell."""
    yield from _mail_server(settings)
    turns = open_turns(settings.protection.rate_limit_url)
    if isinstance(turns, TurnsInRedis):
        yield Finding("limit-store", Level.RIGHT if turns.reachable() else Level.MISSING)
    database = Database(settings.database_url, settings.published_database_url)
    try:
        yield from _database(settings, database)
    finally:
        database.dispose()


def _mail_server(settings: Settings) -> Iterator[Finding]:
    url = urlsplit(settings.mail_url)
    if url.hostname is None:
        return
    port = url.port or MAIL_PORTS.get(url.scheme, 25)
    try:
        socket.create_connection((url.hostname, port), PATIENCE_SECONDS).close()
        level = Level.RIGHT
    except OSError:
        level = Level.MISSING
    yield Finding("mail-server", level, {"host": url.hostname, "port": port})


def _database(settings: Settings, database: Database) -> Iterator[Finding]:
    if database.is_yet_to_be_made():
        yield Finding("migrated", Level.MISSING)
        return
    try:
        migrated = is_migrated(settings.database_url, settings.published_database_url)
    except DatabaseUnavailable:
        yield Finding("database", Level.MISSING)
        return
    yield Finding("database", Level.RIGHT)
    yield Finding("migrated", Level.RIGHT if migrated else Level.MISSING)
    if not migrated:
        return
    yield from _role(settings, database)
    yield from _clock(database)
    yield from _deliveries(database)
    yield from _desk(settings, database)
    readable = database.has_readable_trends()
    yield Finding("published-store", Level.RIGHT if readable else Level.MISSING)


def _role(settings: Settings, database: Database) -> Iterator[Finding]:
    with database.read() as session:
        role = role_facts(session)
    if role is None:
        return
    told = {"role": role.name}
    yield Finding("database-role", Level.WEAK if role.superuser else Level.RIGHT, told)
    yield Finding("row-security", Level.WEAK if role.sees_all_rows else Level.RIGHT, told)
    owns = role.owns_tables and settings.mode is Mode.PRODUCTION
    yield Finding("tables-owner", Level.WEAK if owns else Level.RIGHT, told)
    reader = urlsplit(settings.published_database_url or settings.database_url).username
    own = reader != urlsplit(settings.database_url).username
    yield Finding("published-role", Level.RIGHT if own else Level.WEAK)


def _clock(database: Database) -> Iterator[Finding]:
    with database.read() as session:
        theirs = clock_of_database(session)
    if theirs is not None:
        difference = abs(theirs - datetime.now(UTC))
        level = Level.WEAK if difference > CLOCKS_DIFFER else Level.RIGHT
        yield Finding("clock", level, {"seconds": round(difference.total_seconds())})


def _deliveries(database: Database) -> Iterator[Finding]:
    now = datetime.now(UTC)
    with database.read() as session:
        # On a quiet day nothing is due; whatever anybody does waits for its place in the audit trail.
        since = min(filter(None, (due_since(session, now), waits_since(session))), default=now)
        failed = outbox_status(session, now).failed
    waited = now - since
    minutes = int(waited / timedelta(minutes=1))
    yield Finding("worker", Level.MISSING if waited > WORKER_HAS else Level.RIGHT, {"minutes": minutes})
    yield Finding("deliveries", Level.WEAK if failed else Level.RIGHT, {"count": failed})


def _desk(settings: Settings, database: Database) -> Iterator[Finding]:
    try:
        with database.read() as session:
            desk = find_desk(session, settings.desk)
            phone = read_directory(session, desk.id).desk_service.phone
    except NoDesk:
        yield Finding("desk", Level.MISSING)
        return
    told = {"desk": desk.slug}
    yield Finding("desk", Level.RIGHT)
    yield Finding("desk-phone", Level.RIGHT if phone else Level.WEAK, told)
    invented = desk.simulated and settings.mode is Mode.PRODUCTION
    yield Finding("desk-simulated", Level.WEAK if invented else Level.RIGHT, told)

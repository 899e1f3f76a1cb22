"""Engines and transactions: where a change is committed, once, and where things are only read.

SQLite has one writer at a time. A pool of one connection makes the threads of a process wait their turn
inside Python, which is fairer and faster than SQLite's own polling; `BEGIN IMMEDIATE` does the same between
processes. The published tables live in a second file, attached as the schema `published`; the reading side
of the trends opens that file alone.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import orjson
from sqlalchemy import (
    Boolean,
    Connection,
    Engine,
    column,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    table,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

from servicebalie.core.errors import ServicebalieError
from servicebalie.models.base import PUBLISHED_SCHEMA
from servicebalie.services.insertion import ROWS_TOGETHER, Row, append_rows, insert_guarded
from servicebalie.services.prepared import Guard
from servicebalie.services.row_security import (
    ALL_DESKS,
    Desks,
    forget,
    opened_for,
    tell,
    tell_at_begin,
)
from servicebalie.services.table_rights import statements_for

T = TypeVar("T")

ATTEMPTS = 4
"""How often a transaction is tried before a clash of random references or of equal requests is an error."""

BUSY_SECONDS = 15.0
"""How long one process waits for another one's write on SQLite."""


_TYPED = ("visit_contact", "question_text", "message", "translation", "referral", "referral_event")
"""The tables in which there is something that people typed, sealed."""

_RELEASES = table("release", schema=PUBLISHED_SCHEMA)
_ROLES = table(
    "pg_roles",
    column("rolname"),
    column("rolsuper", Boolean),
    column("rolbypassrls", Boolean),
    schema="pg_catalog",
)

_OWNS_KEYS = text(
    "SELECT bool_and(pg_has_role(current_user, relowner, 'USAGE')) FROM pg_class "
    "WHERE oid IN ('statistics_year'::regclass, 'data_key'::regclass)"
)

DatabaseUnavailable: TypeAlias = OperationalError
"""Raised when the database does not answer or stays locked; what was begun is undone."""

CONNECT_SECONDS = 5
"""How long a PostgreSQL may take to answer at all, unless its address says otherwise."""

_SQLITE_ERROR = 1


def is_unavailable(error: Exception) -> bool:
    """Whether the database is away, full, locked or too busy; and not that a statement was wrong.

    SQLite tells both by the same kind of error, and the latter by the code SQLITE_ERROR.
    """
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, OperationalError):
        return False
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    return code is None or code & 0xFF != _SQLITE_ERROR


class NotMigrated(ServicebalieError):
    """The database has no tables yet."""

    code = "not-migrated"


class NoRolesHere(ServicebalieError):
    """SQLite knows no roles, so none can be granted anything."""

    code = "no-roles-here"


class NoSuchRole(ServicebalieError):
    """PostgreSQL has no role of this name; `role` is the name."""

    code = "no-such-role"


class Database:
    """The databases of a deployment: `write` and `read` for the desk, `published` for the trends.

    Sessions work for all desks where nothing else is said, as commands and the worker do; a server says of
    each for which desk it is (`servicebalie.http.desk_database`). On PostgreSQL the tables may belong to
    another role; what only that may do is done with `owner_url`.
    """

    def __init__(
        self,
        url: str,
        published_url: str | None = None,
        *,
        owner_url: str | None = None,
        pool_size: int = 16,
    ) -> None:
        self.url = make_url(url)
        self.published_url = make_url(published_url) if published_url else published_beside(self.url)
        self._at_once: Callable[[], AbstractContextManager[Connection]]
        if self.url.get_backend_name() == "sqlite":
            self._writer = _sqlite_engine(self.url, self.published_url, writes=True, pool_size=1)
            self._reader = _sqlite_engine(self.url, self.published_url, writes=False, pool_size=pool_size)
            self._snapshot = self._reader
            self._at_once = self._writer.begin
            self._published = _sqlite_engine(None, self.published_url, writes=False, pool_size=pool_size)
            self._owner = self._writer
        else:
            self._writer = _postgresql_engine(self.url, pool_size)
            event.listen(self._writer, "rollback", forget)
            # A read is one statement or a few that need no common snapshot: autocommit saves two round trips.
            # Connections of its own save switching each of them over and back.
            self._reader = _autocommit_engine(self.url, pool_size)
            self._at_once = self._reader.connect
            self._snapshot = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._published = self._reader
            if self.published_url != self.url:
                self._published = _autocommit_engine(self.published_url, pool_size)
            self._owner = _postgresql_engine(make_url(owner_url), 1) if owner_url else self._writer
        self._write_session = sessionmaker(self._writer, expire_on_commit=False)
        self._read_session = sessionmaker(self._reader, autoflush=False)
        self._snapshot_session = sessionmaker(self._snapshot)
        self._published_session = sessionmaker(self._published, autoflush=False)
        for sessions in (self._write_session, self._read_session, self._snapshot_session):
            event.listen(sessions, "after_begin", tell_at_begin)

    @contextmanager
    def begin(self, desks: Desks | None = ALL_DESKS) -> Iterator[Session]:
        """Open a transaction that is committed at the end, or undone when the block raises."""
        with self._write_session(info=opened_for(desks)) as session, session.begin():
            yield session

    @contextmanager
    def read(self, desks: Desks | None = ALL_DESKS) -> Iterator[Session]:
        """Open a session that only reads."""
        with self._read_session(info=opened_for(desks)) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a session that only reads, and sees one moment of all desks however long it takes."""
        with self._snapshot_session(info=opened_for(ALL_DESKS)) as session:
            yield session

    @contextmanager
    def published(self) -> Iterator[Session]:
        """Open a session that sees the published tables; on SQLite nothing else is even open."""
        with self._published_session() as session:
            yield session

    def write(self, change: Callable[[Session], T], desks: Desks | None = ALL_DESKS) -> T:
        """Run `change` in a transaction of its own and commit it.

        A unique constraint that is hit means that a random reference was taken or that the same request
        came twice at once: the change is undone and tried again, and then sees what the other left.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.begin(desks) as session:
                    return change(session)
            except IntegrityError:
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    def write_at_once(self, rows: Sequence[Row], guard: Guard, desks: Desks = ALL_DESKS) -> bool:
        """Insert the rows of one change and commit them, in one round trip on PostgreSQL.

        It takes a second one when the connection worked for other desks before.

        False, with nothing written, when the guard finds that something changed, when a unique key was
        taken, and when there are no rows or too many for one statement.
        """
        if not 1 <= len(rows) <= ROWS_TOGETHER:
            return False
        try:
            with self._at_once() as connection:
                tell(connection, desks)
                return insert_guarded(connection, rows, guard)
        except IntegrityError:
            return False

    def append(self, rows: Sequence[Row], desks: Desks = ALL_DESKS) -> None:
        """Insert rows and commit them, in one round trip on PostgreSQL, as `write_at_once` does."""
        with self._at_once() as connection:
            tell(connection, desks)
            append_rows(connection, rows)

    def rewrite(self) -> None:
        """Write what people typed anew, so that nothing is left in the files of what stood there before.

        Nobody else can use those tables meanwhile; in PostgreSQL the journal (WAL) keeps it for as long as
        that is kept.
        """
        if self.url.get_backend_name() == "sqlite":
            with closing(self._writer.raw_connection()) as raw:
                raw.cursor().execute("VACUUM main")
                raw.cursor().execute("PRAGMA main.wal_checkpoint(TRUNCATE)")
            return
        with self._reader.connect() as connection:
            connection.exec_driver_sql(f"VACUUM FULL {', '.join(_TYPED)}")

    def scrub(self) -> bool:
        """Let the database forget what was overwritten, as far as it can: destroyed keys, above all.

        On SQLite deleted bytes are overwritten (`secure_delete`) and this empties the write-ahead log; on
        PostgreSQL old versions of rows are removed. False, with nothing done, where only the owner of the
        tables may do so and that is somebody else: PostgreSQL then does it by itself, later.
        """
        if self.url.get_backend_name() == "sqlite":
            # Not through SQLAlchemy, which would begin a transaction, in which there is no checkpoint.
            with closing(self._writer.raw_connection()) as raw:
                raw.cursor().execute("PRAGMA main.wal_checkpoint(TRUNCATE)")
            return True
        with self._owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(_OWNS_KEYS):
                return False
            connection.exec_driver_sql("VACUUM statistics_year, data_key")
        return True

    def bypasses_row_security(self) -> bool:
        """Tell whether the role of the desk's database is one that row-level security does not hold for.

        That is so for superusers and for roles with BYPASSRLS. On SQLite there is nothing to bypass.
        """
        if self.url.get_backend_name() == "sqlite":
            return False
        free = select(_ROLES.c.rolsuper | _ROLES.c.rolbypassrls).where(
            _ROLES.c.rolname == func.current_user()
        )
        with self._reader.connect() as connection:
            return bool(connection.scalar(free))

    def provide_reader(self) -> None:
        """Make the role that the published store is read with, if it has one of its own, and grant it.

        The role gets the password of its address. Nothing happens on SQLite, nor where the published store
        is read with the same role as everything else.
        """
        role = self.published_url.username
        if self.url.get_backend_name() == "sqlite" or role is None or role == self.url.username:
            return
        with self._owner.begin() as connection:
            _make_role(connection, role, self.published_url.password)
        self.grant_reader(role)

    def provide_application(self, url: str) -> None:
        """Make the role with which pages are served and mail is delivered, and let it work with the tables.

        Nothing happens on SQLite, nor where that is the role that owns the tables.
        """
        address = make_url(url)
        role = address.username
        if self.url.get_backend_name() == "sqlite" or role is None or role == self.url.username:
            return
        with self._owner.begin() as connection:
            _make_role(connection, role, address.password)
            for statement in statements_for(connection.dialect.identifier_preparer.quote_identifier(role)):
                connection.exec_driver_sql(statement)

    def grant_reader(self, role: str) -> None:
        """Give a PostgreSQL role SELECT on the published schema and take away everything else here.

        Raises `NoRolesHere` on SQLite and `NoSuchRole`.
        """
        if self.url.get_backend_name() == "sqlite":
            raise NoRolesHere
        with self._owner.begin() as connection:
            if not _has_role(connection, role):
                raise NoSuchRole(role=role)
            name = connection.dialect.identifier_preparer.quote_identifier(role)
            for statement in (
                f"REVOKE ALL ON ALL TABLES IN SCHEMA public, {PUBLISHED_SCHEMA} FROM {name}",
                f"GRANT USAGE ON SCHEMA {PUBLISHED_SCHEMA} TO {name}",
                f"GRANT SELECT ON ALL TABLES IN SCHEMA {PUBLISHED_SCHEMA} TO {name}",
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA {PUBLISHED_SCHEMA} GRANT SELECT ON TABLES TO {name}",
            ):
                connection.exec_driver_sql(statement)

    def is_yet_to_be_made(self) -> bool:
        """Whether there is no file yet, which connecting would make; never so on PostgreSQL."""
        is_file = self.url.get_backend_name() == "sqlite"
        return is_file and not Path(self.url.database or "").exists()

    def has_readable_trends(self) -> bool:
        """Whether the published numbers can be read, with the role that is for that."""
        try:
            with self.published() as session:
                session.execute(select(1).select_from(_RELEASES).limit(1))
        except DBAPIError:
            return False
        return True

    def require_tables(self) -> None:
        """Do nothing when the tables have been made; raises `NotMigrated` otherwise."""
        if not inspect(self._reader).has_table("desk"):
            raise NotMigrated

    def dispose(self) -> None:
        """Close all connections."""
        for engine in (self._writer, self._reader, self._published, self._owner):
            engine.dispose()


def _make_role(connection: Connection, role: str, password: str | None) -> None:
    """Make a role with this password, or give it to the role; one that is there keeps its own for None."""
    known = _has_role(connection, role)
    if known and password is None:
        return
    driver: Any = connection.connection.driver_connection
    name = connection.dialect.identifier_preparer.quote_identifier(role)
    # Encrypted here, so that the password itself gets into no log of the server.
    hidden = driver.pgconn.encrypt_password((password or "").encode(), role.encode(), b"scram-sha-256")
    verb = "ALTER" if known else "CREATE"
    connection.exec_driver_sql(f"{verb} ROLE {name} LOGIN PASSWORD '{hidden.decode()}'")


def _has_role(connection: Connection, role: str) -> bool:
    known = select(func.count()).select_from(_ROLES).where(_ROLES.c.rolname == role)
    return bool(connection.scalar(known))


def published_beside(url: URL) -> URL:
    """Return where the published tables of a database are: the file `X-published.sqlite` beside
    `X.sqlite`, or the same PostgreSQL database."""
    if url.get_backend_name() != "sqlite":
        return url
    path = Path(url.database or "")
    return url.set(database=str(path.with_name(f"{path.stem}-published{path.suffix}")))


def migration_engine(url: str, published_url: str | None = None) -> Engine:
    """Return an engine for migrations, which see the tables of both stores."""
    main = make_url(url)
    if main.get_backend_name() == "sqlite":
        published = make_url(published_url) if published_url else published_beside(main)
        return _sqlite_engine(main, published, writes=True, pool_size=1)
    engine = _postgresql_engine(main, pool_size=1)

    @event.listens_for(engine, "connect")
    def work_for_all(connection: Any, _record: Any) -> None:
        connection.execute("SELECT set_config('servicebalie.desk', %s, false)", [ALL_DESKS])
        connection.commit()

    return engine


def _postgresql_engine(url: URL, pool_size: int, **options: Any) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=0,
        # What people typed must not get into a log by way of the text of an error.
        hide_parameters=True,
        json_serializer=_json,
        connect_args={} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_SECONDS},
        **options,
    )


def _autocommit_engine(url: URL, pool_size: int) -> Engine:
    # Nothing is ever under way on a connection that goes back to the pool, so there is nothing to reset.
    return _postgresql_engine(url, pool_size, isolation_level="AUTOCOMMIT", pool_reset_on_return=None)


def _json(content: object) -> str:
    return orjson.dumps(content).decode()


def _sqlite_engine(main: URL | None, published: URL, *, writes: bool, pool_size: int) -> Engine:
    """Make an engine on the file `main`, or on an empty database, with the published file attached."""
    engine = create_engine(
        main or "sqlite://",
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # SQLAlchemy's own begin (below) replaces the implicit one of the driver, which starts too late.
        connection.isolation_level = None
        connection.execute("ATTACH DATABASE ? AS published", (published.database,))
        connection.execute("PRAGMA foreign_keys = ON")
        if writes:
            # WAL lets readers go on during a write; FULL makes an answered question survive a power failure.
            connection.execute("PRAGMA secure_delete = ON")
            for schema in ("main", PUBLISHED_SCHEMA):
                connection.execute(f"PRAGMA {schema}.journal_mode = WAL")
                connection.execute(f"PRAGMA {schema}.synchronous = FULL")
        else:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine

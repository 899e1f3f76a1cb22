"""What the role that serves pages and delivers mail may do with the tables, which another role owns.

It reads and writes rows. It cannot change a table, a policy or a trigger, so nothing that it is made to say
to the database turns row-level security off, or takes back what was noted.
"""

from collections.abc import Iterator, Mapping

from servicebalie.models.base import PUBLISHED_SCHEMA, Base

_WORKED_WITH = "SELECT, INSERT, UPDATE, DELETE"

LESS: Mapping[str, str] = {
    "topic": "SELECT",
    "language": "SELECT",
    "municipality": "SELECT",
    "audit_event": "SELECT, INSERT, UPDATE (sequence, hash), DELETE",
    "audit_seal": "SELECT, INSERT",
    "destruction": "SELECT, INSERT, UPDATE (count, finished_at)",
}
"""What is less than reading and writing: codes are loaded by migrating; lines, seals and records of what was
destroyed are added. A line gets its place in the chain once, and goes only below a cut that is sealed, which
a trigger of the table sees to."""

VERSION_TABLE = "alembic_version"


def statements_for(role: str) -> Iterator[str]:
    """Yield the statements that give a (quoted) role these rights, and take away all others it had."""
    schemas = f"public, {PUBLISHED_SCHEMA}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schemas} FROM {role}"
    yield f"GRANT USAGE ON SCHEMA {schemas} TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schemas} TO {role}"
    yield f"GRANT SELECT ON {VERSION_TABLE} TO {role}"
    for table in Base.metadata.sorted_tables:
        name = f'"{table.schema or "public"}"."{table.name}"'
        yield f"GRANT {LESS.get(table.name, _WORKED_WITH)} ON {name} TO {role}"

"""Who did what to which record: lines that are only added, and seals on them

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

WRITTEN = (
    "id",
    "desk_id",
    "at",
    "actor",
    "user_id",
    "action",
    "record_kind",
    "records",
    "origin",
    "result",
    "error",
    "trace",
)
"""What of a line never changes; its place in the chain is given once."""

COVERED = "EXISTS (SELECT 1 FROM audit_seal WHERE kind = 'cut' AND sequence >= OLD.sequence)"
"""The condition under which a line may be deleted. A seal that is not ours is found by the check."""

KEPT = "lines of the audit trail are only added"


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("desk_id", sa.Integer()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("record_kind", sa.String(length=40)),
        sa.Column("records", sa.Text(), nullable=False),
        sa.Column("origin", sa.LargeBinary(length=16)),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("error", sa.String(length=40)),
        sa.Column("trace", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("hash", sa.LargeBinary(length=32)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("sequence", name=op.f("uq_audit_event_sequence")),
    )
    op.create_table(
        "audit_seal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        "audit_sending",
        sa.Column("receiver", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("receiver", name=op.f("pk_audit_sending")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _guard_on_postgresql() -> None:
    old, new = (", ".join(f"{row}.{name}" for name in WRITTEN) for row in ("OLD", "NEW"))
    op.execute(
        f"""
        CREATE FUNCTION audit_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_TABLE_NAME = 'audit_event' AND TG_OP = 'UPDATE' THEN
                IF OLD.sequence IS NULL AND NEW.sequence IS NOT NULL AND NEW.hash IS NOT NULL
                    AND ({new}) IS NOT DISTINCT FROM ({old}) THEN
                    RETURN NEW;
                END IF;
            ELSIF TG_TABLE_NAME = 'audit_event' AND TG_OP = 'DELETE' THEN
                IF {COVERED} THEN
                    RETURN OLD;
                END IF;
            END IF;
            RAISE EXCEPTION '{KEPT}';
        END $$
        """
    )
    for table in ("audit_event", "audit_seal"):
        op.execute(
            f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION audit_only_added()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added()"
        )


def _guard_on_sqlite() -> None:
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in WRITTEN)
    placed = f"OLD.sequence IS NULL AND NEW.sequence IS NOT NULL AND NEW.hash IS NOT NULL AND {same}"
    for table, act, allowed in (
        ("audit_event", "UPDATE", placed),
        ("audit_event", "DELETE", COVERED),
        ("audit_seal", "UPDATE", "0"),
        ("audit_seal", "DELETE", "0"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"WHEN NOT ({allowed}) BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
        )


def downgrade() -> None:
    """Undo this revision; who did what until now is forgotten."""
    # Triggers go with their tables.
    op.drop_table("audit_event")
    op.drop_table("audit_seal")
    op.drop_table("audit_sending")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_only_added()")

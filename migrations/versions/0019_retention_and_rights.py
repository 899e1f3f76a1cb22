"""How long what is kept, what must stay longer, what was destroyed, and the rights that people used

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_MOMENTS = ("restricted_at", "objected_at", "anonymised_at")


def upgrade() -> None:
    """Apply this revision."""
    for name in _MOMENTS:
        op.add_column("visit", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    _create_rules_and_holds()
    _create_runs()
    _create_rights()


def downgrade() -> None:
    """Undo this revision; what was destroyed stays so, and nobody knows of it any more."""
    for table in ("right_exercised", "destruction", "retention_run", "retention_hold", "retention_rule"):
        op.drop_table(table)
    for name in reversed(_MOMENTS):
        op.drop_column("visit", name)


def _code(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _desk(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f(f"fk_{table}_desk_id_desk"))
    return sa.Column("desk_id", sa.Integer(), nullable=False), key


def _visit(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f(f"fk_{table}_visit_id_visit"))
    column = sa.Column("visit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
    return column, key


def _time_id() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", kind, autoincrement=False, nullable=False)


def _create_rules_and_holds() -> None:
    op.create_table(
        "retention_rule",
        *_desk("retention_rule"),
        _code("data_class"),
        _code("counted_from"),
        sa.Column("period", sa.String(length=20), nullable=False),
        _code("act"),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("desk_id", "data_class", name=op.f("pk_retention_rule")),
    )
    op.create_table(
        "retention_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        *_desk("retention_hold"),
        *_visit("retention_hold"),
        _code("reason"),
        _code("case_number", nullable=True),
        _moment("placed_at"),
        sa.Column("until", sa.Date(), nullable=False),
        _moment("lifted_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_hold")),
    )
    for column in ("desk_id", "visit_id"):
        op.create_index(op.f(f"ix_retention_hold_{column}"), "retention_hold", [column])


def _create_runs() -> None:
    op.create_table(
        "retention_run",
        *_desk("retention_run"),
        _moment("started_at"),
        _moment("finished_at", nullable=True),
        sa.PrimaryKeyConstraint("desk_id", name=op.f("pk_retention_run")),
    )
    op.create_table(
        "destruction",
        _time_id(),
        *_desk("destruction"),
        _code("data_class"),
        _code("act"),
        _code("counted_from"),
        sa.Column("period", sa.String(length=20), nullable=False),
        _moment("cut_off"),
        _moment("started_at"),
        _moment("finished_at", nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("done_by", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction")),
    )
    op.create_index(op.f("ix_destruction_desk_id"), "destruction", ["desk_id"])
    unfinished = sa.text("finished_at IS NULL")
    op.create_index(
        "uq_destruction_desk_id_data_class_unfinished",
        "destruction",
        ["desk_id", "data_class"],
        unique=True,
        postgresql_where=unfinished,
        sqlite_where=unfinished,
    )


def _create_rights() -> None:
    op.create_table(
        "right_exercised",
        _time_id(),
        *_desk("right_exercised"),
        _code("right_name"),
        _code("actor"),
        sa.Column("user_id", sa.Integer(), nullable=True),
        *_visit("right_exercised"),
        _moment("received_at"),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("extended", sa.Boolean(), nullable=False),
        _moment("handled_at", nullable=True),
        _code("result", nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_right_exercised_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_exercised")),
    )
    op.create_index("ix_right_exercised_desk_id_id", "right_exercised", ["desk_id", "id"])
    op.create_index("ix_right_exercised_visit_id", "right_exercised", ["visit_id"])
    is_open = sa.text("handled_at IS NULL")
    op.create_index(
        "ix_right_exercised_desk_id_due_on_open",
        "right_exercised",
        ["desk_id", "due_on"],
        postgresql_where=is_open,
        sqlite_where=is_open,
    )

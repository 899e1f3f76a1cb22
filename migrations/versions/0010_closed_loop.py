"""Referrals as a closed loop: consent, terms, and what happened to each

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

MARKED = sa.text("mark IS NOT NULL")
CAME_BACK = sa.text("status IN ('returned', 'expired')")
IS_OPEN = sa.text("status IN ('requested', 'accepted', 'asked-back')")

IS_SEEN = sa.text(
    "kind IN ('referral', 'warm-hand-over') AND status NOT IN ('revoked', 'returned', 'expired')"
)

COLUMNS = {
    "question": {
        # Nobody was asked up to now. What was handed over stays where it is.
        "consented_at": sa.DateTime(timezone=True),
        "days_left": sa.Integer(),
        "mark": sa.String(length=40),
    },
    "referral": {
        "respond_by": sa.Date(),
        "remind_on": sa.Date(),
        "returned_reason": sa.String(length=40),
        "outcome": sa.String(length=40),
        "unmet_reason": sa.String(length=40),
    },
}


def upgrade() -> None:
    """Apply this revision; what waits for a service now has until the day on which the question is due."""
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.execute(
        "UPDATE referral SET respond_by = (SELECT due_on FROM question WHERE question.id = question_id) "
        "WHERE status = 'requested'"
    )
    op.execute("UPDATE referral SET remind_on = respond_by WHERE status = 'requested'")
    op.create_index(
        "ix_question_desk_id_id_mark",
        "question",
        ["desk_id", "id"],
        postgresql_where=MARKED,
        sqlite_where=MARKED,
    )
    op.create_index(
        "ix_referral_service_id_id_open",
        "referral",
        ["service_id", "id", "respond_by"],
        postgresql_where=IS_OPEN,
        sqlite_where=IS_OPEN,
    )
    op.create_index(
        "ix_referral_service_id_question_id_seen",
        "referral",
        ["service_id", "question_id"],
        postgresql_where=IS_SEEN,
        sqlite_where=IS_SEEN,
    )
    op.create_index(
        "ix_referral_service_id_id_back",
        "referral",
        ["service_id", "id"],
        postgresql_where=CAME_BACK,
        sqlite_where=CAME_BACK,
    )
    _create_events()


def _create_events() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "referral_event",
        sa.Column("id", key, autoincrement=False, nullable=False),
        sa.Column("referral_id", key, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=False),
        sa.Column("to_state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_referral_event_referral_id_referral")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_referral_event_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_event")),
    )
    op.create_index("ix_referral_event_referral_id_id", "referral_event", ["referral_id", "id"])


def downgrade() -> None:
    """Undo this revision; what a service had accepted waits for it again, and other ends are revocations."""
    op.drop_table("referral_event")
    op.drop_index("ix_referral_service_id_id_back", "referral")
    op.drop_index("ix_referral_service_id_question_id_seen", "referral")
    op.drop_index("ix_referral_service_id_id_open", "referral")
    op.drop_index("ix_question_desk_id_id_mark", "question")
    op.execute("UPDATE referral SET status = 'requested' WHERE status IN ('accepted', 'asked-back')")
    op.execute("UPDATE referral SET status = 'revoked' WHERE status IN ('returned', 'expired')")
    for table, columns in COLUMNS.items():
        for name in columns:
            op.drop_column(table, name)

"""Standard answers: texts per topic and language, with versions, checks and counts

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "standard_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("source_locale", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_standard_answer_desk_id_desk")),
        sa.ForeignKeyConstraint(["topic"], ["topic.code"], name=op.f("fk_standard_answer_topic_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_answer")),
    )
    op.create_index("uq_standard_answer_desk_id_topic", "standard_answer", ["desk_id", "topic"], unique=True)
    op.create_table(
        "standard_answer_text",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("translated_from", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.String(length=60), nullable=True),
        sa.Column("source_name", sa.String(length=160), nullable=False),
        sa.Column("source_url", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("helped", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_helped", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["standard_answer.id"],
            name=op.f("fk_standard_answer_text_answer_id_standard_answer"),
        ),
        sa.PrimaryKeyConstraint("answer_id", "locale", "version", name=op.f("pk_standard_answer_text")),
    )


def downgrade() -> None:
    """Undo this revision; `servicebalie answers export` keeps the texts."""
    op.drop_table("standard_answer_text")
    op.drop_index("uq_standard_answer_desk_id_topic", "standard_answer")
    op.drop_table("standard_answer")

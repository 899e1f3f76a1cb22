"""Translations of what was written, and whether somebody asked for an interpreter

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_OF_A_MESSAGE = sa.text("message_id IS NOT NULL")
_OF_THE_QUESTION = sa.text("message_id IS NULL")


def upgrade() -> None:
    """Apply this revision."""
    # Nobody was asked up to now, so of older visits it is not known.
    op.add_column("visit", sa.Column("interpreter_requested", sa.Boolean(), nullable=True))
    op.create_table(
        "translation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("machine", sa.Boolean(), nullable=False),
        sa.Column("engine", sa.String(length=300), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_translation_message_id_message")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_translation_question_id_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation")),
    )
    op.create_index("ix_translation_question_id", "translation", ["question_id"])
    op.create_index(
        "uq_translation_message_id_language",
        "translation",
        ["message_id", "language"],
        unique=True,
        postgresql_where=_OF_A_MESSAGE,
        sqlite_where=_OF_A_MESSAGE,
    )
    op.create_index(
        "uq_translation_question_id_language",
        "translation",
        ["question_id", "language"],
        unique=True,
        postgresql_where=_OF_THE_QUESTION,
        sqlite_where=_OF_THE_QUESTION,
    )


def downgrade() -> None:
    """Undo this revision; translations are lost."""
    op.drop_table("translation")
    op.drop_column("visit", "interpreter_requested")

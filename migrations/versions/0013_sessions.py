"""Signed-in browsers

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "user_session",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_user_session")),
        sa.ForeignKeyConstraint(["token_id"], ["token.id"], name=op.f("fk_user_session_token_id_token")),
    )
    op.create_index(op.f("ix_user_session_token_id"), "user_session", ["token_id"])


def downgrade() -> None:
    """Undo this revision; everybody must sign in again."""
    op.drop_table("user_session")

"""Limits on what one address may do, shared by all processes

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "trace",
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_trace")),
    )
    op.create_index(op.f("ix_trace_until"), "trace", ["until"])


def downgrade() -> None:
    """Undo this revision; all limits begin anew."""
    op.drop_table("trace")

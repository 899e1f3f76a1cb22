"""Whether a person was helped, as they say it, and whether they may be asked

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply this revision."""
    # Nobody was asked up to now, so nobody is written to.
    op.add_column(
        "visit_contact", sa.Column("follow_up", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("question", sa.Column("newcomer_outcome", sa.String(length=40), nullable=True))
    op.add_column("question", sa.Column("newcomer_unmet_reason", sa.String(length=40), nullable=True))
    op.add_column("question", sa.Column("newcomer_answered_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Undo this revision."""
    op.drop_column("question", "newcomer_answered_at")
    op.drop_column("question", "newcomer_unmet_reason")
    op.drop_column("question", "newcomer_outcome")
    op.drop_column("visit_contact", "follow_up")

"""Referrals as a closed loop: consent, terms, and what happened to each

Revision: 0010, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"


def upgrade() -> None:
    """Apply this revision."""
    # Nobody was asked up to now. What was handed over stays where it is.
    op.add_column("question", sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Undo this revision."""
    op.drop_column("question", "consented_at")

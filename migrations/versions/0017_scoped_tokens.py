"""What tokens may be used for, and when they were last used

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Apply this revision; tokens that are there may go on being used for all that their users may."""
    op.add_column("token", sa.Column("scopes", sa.String(length=400), nullable=True))
    op.add_column("token", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Undo this revision; tokens that were given out for some things only end, or they would be for all."""
    op.execute("UPDATE token SET revoked_at = created_at WHERE scopes IS NOT NULL AND revoked_at IS NULL")
    op.drop_column("token", "used_at")
    op.drop_column("token", "scopes")

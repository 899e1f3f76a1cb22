"""Which standard answers came with servicebalie and which are the desk's own, and how often staff used them

Revision: 0023, after 0022.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Apply this revision; whatever is not in its first version was changed by the desk."""
    op.add_column("standard_answer_text", sa.Column("used", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "standard_answer_text", sa.Column("shipped", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    text = sa.table("standard_answer_text", sa.column("version"), sa.column("shipped", sa.Boolean()))
    op.execute(text.update().where(text.c.version == 1).values(shipped=True))


def downgrade() -> None:
    """Undo this revision; how often staff used a text is gone."""
    with op.batch_alter_table("standard_answer_text") as batch_op:
        batch_op.drop_column("shipped")
        batch_op.drop_column("used")

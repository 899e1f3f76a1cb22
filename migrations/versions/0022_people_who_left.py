"""Since when somebody is closed, so that their name can go; and with which token another one was made

Revision: 0022, after 0021.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_FORMER = "a former colleague"
"""The name that those who have none any more get when a name is asked for again."""


def upgrade() -> None:
    """Apply this revision; for who is closed already the time begins now, as nobody knows when."""
    with op.batch_alter_table("user") as batch_op:
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column("name", existing_type=sa.String(length=120), nullable=True)
    user = sa.table(
        "user", sa.column("active", sa.Boolean()), sa.column("closed_at", sa.DateTime(timezone=True))
    )
    op.execute(user.update().where(user.c.active.is_(False)).values(closed_at=datetime.now(UTC)))
    with op.batch_alter_table("token") as batch_op:
        batch_op.add_column(sa.Column("made_with", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_token_made_with_token"), "token", ["made_with"], ["id"])
    op.create_index(op.f("ix_token_made_with"), "token", ["made_with"])


def downgrade() -> None:
    """Undo this revision; names that are gone stay so."""
    op.drop_index(op.f("ix_token_made_with"), "token")
    with op.batch_alter_table("token") as batch_op:
        batch_op.drop_constraint(op.f("fk_token_made_with_token"), type_="foreignkey")
        batch_op.drop_column("made_with")
    user = sa.table("user", sa.column("name", sa.String()))
    op.execute(user.update().where(user.c.name.is_(None)).values(name=_FORMER))
    with op.batch_alter_table("user") as batch_op:
        batch_op.alter_column("name", existing_type=sa.String(length=120), nullable=False)
        batch_op.drop_column("closed_at")

"""How a desk looks, and whether mail about a sensitive topic is safe for a person

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "desk_theme",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("colours", sa.JSON(), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("logo_kind", sa.String(length=4), nullable=True),
        sa.Column("logo_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_desk_theme_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", name=op.f("pk_desk_theme")),
    )
    # Nobody was asked up to now, so nobody said that mail is safe.
    op.add_column(
        "visit_contact", sa.Column("email_safe", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    """Undo this revision."""
    op.drop_column("visit_contact", "email_safe")
    op.drop_table("desk_theme")

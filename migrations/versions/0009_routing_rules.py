"""The rules of desks for routing, and by which version of them a question was sent somewhere

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "routing_rules",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_routing_rules_desk_id_desk")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_routing_rules_user_id_user")),
        sa.PrimaryKeyConstraint("desk_id", "version", name=op.f("pk_routing_rules")),
    )
    # Version 0 is that of a desk without rules, which all desks were up to now.
    op.add_column("referral", sa.Column("rules_version", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Undo this revision."""
    op.drop_column("referral", "rules_version")
    op.drop_table("routing_rules")

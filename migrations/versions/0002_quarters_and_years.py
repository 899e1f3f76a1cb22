"""Quarters and years: language families, late changes, destroyed keys, final years

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply this revision."""
    # The code lists are loaded again after every migration, which brings the right families.
    op.add_column(
        "language", sa.Column("family", sa.String(length=20), server_default="other", nullable=False)
    )
    op.add_column("visit", sa.Column("changed_late", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("statistics_year") as batch_op:
        batch_op.alter_column("salt", existing_type=sa.LargeBinary(length=32), nullable=True)
        batch_op.add_column(sa.Column("salt_sha256", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("erased_late", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "final_year",
        sa.Column("desk", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revised", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("desk", "year", name=op.f("pk_final_year")),
        schema="published",
    )


def downgrade() -> None:
    """Undo this revision; years whose keys were destroyed cannot come back, so they are forgotten."""
    op.drop_table("final_year", schema="published")
    op.execute("DELETE FROM statistics_year WHERE salt IS NULL")
    with op.batch_alter_table("statistics_year") as batch_op:
        batch_op.drop_column("erased_late")
        batch_op.drop_column("destroyed_at")
        batch_op.drop_column("salt_sha256")
        batch_op.alter_column("salt", existing_type=sa.LargeBinary(length=32), nullable=False)
    with op.batch_alter_table("visit") as batch_op:
        batch_op.drop_column("changed_late")
    with op.batch_alter_table("language") as batch_op:
        batch_op.drop_column("family")

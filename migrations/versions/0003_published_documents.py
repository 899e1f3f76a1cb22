"""The files of a release, made once and stored beside it

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "published_document",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["published.release.id"],
            name=op.f("fk_published_document_release_id_release"),
        ),
        sa.PrimaryKeyConstraint("release_id", "name", "locale", name=op.f("pk_published_document")),
        schema="published",
    )


def downgrade() -> None:
    """Undo this revision; the files can be made again."""
    op.drop_table("published_document", schema="published")

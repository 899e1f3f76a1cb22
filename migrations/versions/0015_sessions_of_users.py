"""Sessions of users, however they signed in, and users that a provider of identities knows

Revision: 0015, after 0014. A session lasts a working day at most, so none is brought over: everybody signs in
again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Apply this revision; everybody must sign in again."""
    op.drop_table("user_session")
    op.create_table(
        "user_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("hash", name=op.f("uq_user_session_hash")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_session_user_id_user")),
        sa.ForeignKeyConstraint(["token_id"], ["token.id"], name=op.f("fk_user_session_token_id_token")),
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"])
    op.create_index(op.f("ix_user_session_token_id"), "user_session", ["token_id"])
    op.add_column("user", sa.Column("issuer", sa.String(length=255), nullable=True))
    op.add_column("user", sa.Column("subject", sa.String(length=255), nullable=True))
    op.create_index("ix_user_issuer_subject_desk_id", "user", ["issuer", "subject", "desk_id"], unique=True)


def downgrade() -> None:
    """Undo this revision; everybody must sign in again, and with a token."""
    op.drop_index("ix_user_issuer_subject_desk_id", table_name="user")
    op.drop_column("user", "subject")
    op.drop_column("user", "issuer")
    op.drop_table("user_session")
    op.create_table(
        "user_session",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_user_session")),
        sa.ForeignKeyConstraint(["token_id"], ["token.id"], name=op.f("fk_user_session_token_id_token")),
    )
    op.create_index(op.f("ix_user_session_token_id"), "user_session", ["token_id"])

"""Accounts with a password and a second factor

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "local_account",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("login", sa.String(length=254), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(length=80), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_local_account")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_local_account_user_id_user")),
        sa.UniqueConstraint("login", name=op.f("uq_local_account_login")),
    )
    op.create_index(op.f("ix_local_account_email"), "local_account", ["email"])
    op.create_table(
        "recovery_code",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_recovery_code")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id_user")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"])
    op.create_table(
        "account_link",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(length=80), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_account_link")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_account_link_user_id_user")),
    )
    op.create_index(op.f("ix_account_link_user_id"), "account_link", ["user_id"])
    op.create_index(op.f("ix_account_link_expires_at"), "account_link", ["expires_at"])


def downgrade() -> None:
    """Undo this revision; who had such an account must be given a token."""
    op.drop_table("account_link")
    op.drop_table("recovery_code")
    op.drop_table("local_account")

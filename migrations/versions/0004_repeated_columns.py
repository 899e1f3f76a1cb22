"""Columns that repeat those of another row lose their own foreign keys

Revision: 0004, after 0003.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

REPEATED = {
    "question": (("desk_id", "desk"), ("service_id", "service")),
    "outbox_message": (("desk_id", "desk"),),
}


def upgrade() -> None:
    """Apply this revision."""
    for table, columns in REPEATED.items():
        with op.batch_alter_table(table) as batch_op:
            for column, referred in columns:
                batch_op.drop_constraint(f"fk_{table}_{column}_{referred}", type_="foreignkey")


def downgrade() -> None:
    """Undo this revision."""
    for table, columns in REPEATED.items():
        with op.batch_alter_table(table) as batch_op:
            for column, referred in columns:
                batch_op.create_foreign_key(f"fk_{table}_{column}_{referred}", referred, [column], ["id"])

"""The whole directory: several places for a service, whom it is for, what it costs, when nobody is there

Revision: 0008, after 0007.
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

OWNERS = {
    "organisation": "desk_id",
    "location": "organisation_id",
    "service": "organisation_id",
    "schedule": "service_id",
}
"""The tables whose rows get an id for other directories, each with the column within which it is unique."""


def upgrade() -> None:
    """Apply this revision."""
    _create_tables()
    op.execute(
        "INSERT INTO service_at_location (service_id, location_id, position) "
        "SELECT id, location_id, 0 FROM service WHERE location_id IS NOT NULL"
    )
    for table in OWNERS:
        op.add_column(table, sa.Column("uid", sa.String(length=36), nullable=True))
        _give_uids(table)
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.alter_column("uid", existing_type=sa.String(length=36), nullable=False)
        batch_op.add_column(sa.Column("description", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("url", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("email", sa.String(length=254), nullable=True))
    with op.batch_alter_table("location") as batch_op:
        batch_op.alter_column("uid", existing_type=sa.String(length=36), nullable=False)
        batch_op.add_column(sa.Column("accessibility_note", sa.String(length=300), nullable=True))
    with op.batch_alter_table("service") as batch_op:
        batch_op.alter_column("uid", existing_type=sa.String(length=36), nullable=False)
        batch_op.add_column(sa.Column("description", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("capacity", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("assured_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("assured_by", sa.String(length=60), nullable=True))
        batch_op.drop_constraint("fk_service_location_id_location", type_="foreignkey")
        batch_op.drop_column("location_id")
    with op.batch_alter_table("schedule") as batch_op:
        batch_op.alter_column("uid", existing_type=sa.String(length=36), nullable=False)
        batch_op.add_column(sa.Column("location_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("fk_schedule_location_id_location", "location", ["location_id"], ["id"])
    for table, owner in OWNERS.items():
        op.create_index(f"uq_{table}_{owner}_uid", table, [owner, "uid"], unique=True)


def downgrade() -> None:
    """Undo this revision: of the places of a service the first is left, of its hours all."""
    for table, owner in OWNERS.items():
        op.drop_index(f"uq_{table}_{owner}_uid", table_name=table)
    with op.batch_alter_table("schedule") as batch_op:
        batch_op.drop_constraint("fk_schedule_location_id_location", type_="foreignkey")
        batch_op.drop_column("location_id")
        batch_op.drop_column("uid")
    with op.batch_alter_table("service") as batch_op:
        batch_op.add_column(sa.Column("location_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("fk_service_location_id_location", "location", ["location_id"], ["id"])
        for column in ("assured_by", "assured_on", "capacity", "description", "uid"):
            batch_op.drop_column(column)
    op.execute(
        "UPDATE service SET location_id = (SELECT place.location_id FROM service_at_location AS place "
        "WHERE place.service_id = service.id ORDER BY place.position LIMIT 1)"
    )
    with op.batch_alter_table("location") as batch_op:
        batch_op.drop_column("accessibility_note")
        batch_op.drop_column("uid")
    with op.batch_alter_table("organisation") as batch_op:
        for column in ("email", "url", "description", "uid"):
            batch_op.drop_column(column)
    for table in (
        "service_fee",
        "service_closure",
        "service_eligibility",
        "service_at_location",
        "location_accessibility",
    ):
        op.drop_table(table)


def _give_uids(table: str) -> None:
    rows = sa.table(table, sa.column("id", sa.Integer), sa.column("uid", sa.String))
    connection = op.get_bind()
    uids = [{"row": row_id, "new": str(uuid4())} for row_id in connection.scalars(sa.select(rows.c.id))]
    if uids:
        connection.execute(
            sa.update(rows).where(rows.c.id == sa.bindparam("row")).values(uid=sa.bindparam("new")), uids
        )


def _create_tables() -> None:
    op.create_table(
        "location_accessibility",
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_location_accessibility_location_id_location")
        ),
        sa.PrimaryKeyConstraint("location_id", "code", name=op.f("pk_location_accessibility")),
    )
    op.create_table(
        "service_at_location",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_service_at_location_location_id_location")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_at_location_service_id_service")
        ),
        sa.PrimaryKeyConstraint("service_id", "location_id", name=op.f("pk_service_at_location")),
    )
    op.create_index(op.f("ix_service_at_location_location_id"), "service_at_location", ["location_id"])
    op.create_table(
        "service_eligibility",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_eligibility_service_id_service")
        ),
        sa.PrimaryKeyConstraint("service_id", "kind", "code", name=op.f("pk_service_eligibility")),
    )
    op.create_table(
        "service_closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_closure_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_closure")),
    )
    op.create_index(op.f("ix_service_closure_service_id"), "service_closure", ["service_id"])
    op.create_table(
        "service_fee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=True),
        sa.Column("cents", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_fee_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_fee")),
    )
    op.create_index(op.f("ix_service_fee_service_id"), "service_fee", ["service_id"])

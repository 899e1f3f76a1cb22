"""Texts and contact details, sealed under keys of their own

Revision: 0014, after 0013. What is there already is sealed on the way up and opened on the way down, by a
sealer that `servicebalie migrate` hands over in the attribute `sealer` of the configuration, with

- `new_key(owner, record_id) -> (key, master_key_id, wrapped)`,
- `known_key(owner, record_id, master_key_id, wrapped) -> key`,
- `seal(key, text, place, row_id) -> bytes` and `open(key, sealed, place, row_id) -> str`,
- `index(desk_id, reach, value) -> bytes`.

Both directions are one transaction: either everything is sealed or nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


@dataclass(frozen=True)
class Place:
    """A column that is sealed, the key of its rows, and whose data key seals it; `join` leads there."""

    table: str
    column: str
    row: str
    owner: str
    record: str
    kind: Any
    nullable: bool = True
    join: str = ""

    @property
    def name(self) -> str:
        """What is authenticated with each value."""
        return f"{self.table}.{self.column}"


PLACES = (
    Place("visit_contact", "email", "visit_id", "visit", "visit_id", sa.String(254)),
    Place("visit_contact", "phone", "visit_id", "visit", "visit_id", sa.String(20)),
    Place("question_text", "body", "question_id", "question", "question_id", sa.Text(), nullable=False),
    Place("message", "body", "id", "question", "question_id", sa.Text(), nullable=False),
    Place("translation", "body", "id", "question", "question_id", sa.Text(), nullable=False),
    Place("referral", "override_reason", "id", "question", "question_id", sa.String(300)),
    Place(
        *("referral_event", "note", "id", "question", "referral.question_id", sa.Text()),
        join=" JOIN referral ON referral.id = referral_event.referral_id",
    ),
)


def upgrade() -> None:
    """Apply this revision; raises `RuntimeError` where there are texts and nothing to seal them with."""
    op.create_table(
        "data_key",
        sa.Column("record_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("master_key_id", sa.String(length=16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(length=60), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "owner", name=op.f("pk_data_key")),
    )
    for reach in ("email", "phone"):
        op.add_column("visit_contact", sa.Column(f"{reach}_index", sa.LargeBinary(length=32), nullable=True))
        op.create_index(op.f(f"ix_visit_contact_{reach}_index"), "visit_contact", [f"{reach}_index"])
        _index_contacts(reach)
    keys: dict[tuple[str, int], Any] = {}
    for place in PLACES:
        _replace(place, sa.LargeBinary(), _sealed(place, keys))


def downgrade() -> None:
    """Undo this revision; what cannot be opened, because its key was destroyed, becomes an empty text."""
    keys = {
        (row.owner, row.record_id): row for row in op.get_bind().execute(sa.text("SELECT * FROM data_key"))
    }
    for place in PLACES:
        _replace(place, place.kind, _opened(place, keys))
    for reach in ("email", "phone"):
        op.drop_index(f"ix_visit_contact_{reach}_index", "visit_contact")
        op.drop_column("visit_contact", f"{reach}_index")
    op.drop_table("data_key")


def _rows(place: Place) -> list[Any]:
    return list(
        op.get_bind().execute(
            sa.text(
                f"SELECT {place.table}.{place.row} AS row_id, {place.record} AS record_id, "  # noqa: S608 - names from above
                f"{place.table}.{place.column} AS held FROM {place.table}{place.join} "
                f"WHERE {place.table}.{place.column} IS NOT NULL"
            )
        )
    )


def _sealer() -> Any:
    config = op.get_context().config
    sealer = config.attributes.get("sealer") if config else None
    if sealer is None:
        raise RuntimeError("there are texts, which only `servicebalie migrate` can seal and open")
    return sealer


def _index_contacts(reach: str) -> None:
    found = op.get_bind().execute(
        sa.text(
            f"SELECT visit_id AS row_id, desk_id, {reach} AS held FROM visit_contact "  # noqa: S608 - a name from above
            f"JOIN visit ON visit.id = visit_id WHERE {reach} IS NOT NULL"
        )
    )
    _update(
        *("visit_contact", "visit_id", f"{reach}_index", sa.LargeBinary()),
        [{"row": row.row_id, "new": _sealer().index(row.desk_id, reach, row.held)} for row in found],
    )


def _sealed(place: Place, keys: dict[tuple[str, int], Any]) -> Iterator[dict[str, Any]]:
    """Yield what each row gets, and write the data keys that are new."""
    data_keys = sa.table(
        "data_key",
        *map(sa.column, ("record_id", "owner", "master_key_id")),
        sa.column("wrapped", sa.LargeBinary),
    )
    for row in _rows(place):
        owned = (place.owner, row.record_id)
        if owned not in keys:
            keys[owned], master_key_id, wrapped = _sealer().new_key(*owned)
            op.get_bind().execute(
                data_keys.insert().values(
                    record_id=row.record_id, owner=place.owner, master_key_id=master_key_id, wrapped=wrapped
                )
            )
        yield {"row": row.row_id, "new": _sealer().seal(keys[owned], row.held, place.name, row.row_id)}


def _opened(place: Place, keys: dict[tuple[str, int], Any]) -> Iterator[dict[str, Any]]:
    for row in _rows(place):
        found = keys.get((place.owner, row.record_id))
        text = ""
        if found is not None:
            key = _sealer().known_key(place.owner, row.record_id, found.master_key_id, bytes(found.wrapped))
            text = _sealer().open(key, bytes(row.held), place.name, row.row_id)
        yield {"row": row.row_id, "new": text}


def _replace(place: Place, kind: Any, values: Iterator[dict[str, Any]]) -> None:
    """Put a column of another kind in the place of one, with these values."""
    new = f"new_{place.column}"
    op.add_column(place.table, sa.Column(new, kind, nullable=True))
    _update(place.table, place.row, new, kind, list(values))
    op.drop_column(place.table, place.column)
    with op.batch_alter_table(place.table) as batch_op:
        batch_op.alter_column(
            new,
            new_column_name=place.column,
            existing_type=kind,
            nullable=place.nullable,
            existing_nullable=True,
        )


def _update(table: str, row: str, column: str, kind: Any, values: list[dict[str, Any]]) -> None:
    if values:
        rows = sa.table(table, sa.column(row), sa.column(column, kind))
        statement = sa.update(rows).where(rows.c[row] == sa.bindparam("row"))
        op.get_bind().execute(statement.values({column: sa.bindparam("new")}), values)

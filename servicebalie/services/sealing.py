"""Where texts and contact details are sealed before they are written, and opened after they were read.

Everything else in the services works with plain text; only rows hold what is sealed. A question or visit has
a data key from the moment that there is something to seal. When its key is gone, what it sealed is gone:
what cannot be opened for lack of a key was erased, and is treated as not there.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row as FoundRow
from sqlalchemy import bindparam, delete, func, select, tuple_, update
from sqlalchemy.orm import Session

from servicebalie.core.sealing import KEY_BYTES, NONCE_BYTES, DataKey, MasterKeys, Owner, Sealed, WrappedKey
from servicebalie.models.base import table_of
from servicebalie.models.data_keys import DataKeyRow
from servicebalie.services.insertion import Row, insert_rows

REWRAPPED_AT_ONCE = 500
"""How many data keys are rewrapped in one transaction: some ten milliseconds for which nobody else writes."""

_DATA_KEYS = table_of(DataKeyRow)
_KEY = _DATA_KEYS.c


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals what is about to be written about one question or visit."""

    key: DataKey

    def seal(self, text: str, what: Sealed, record_id: int) -> bytes:
        """Return a text sealed for the row with this key."""
        return self.key.seal(text, what, record_id, secrets.token_bytes(NONCE_BYTES))


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens what was read about one question or visit; without a key there is nothing to read any more."""

    key: DataKey | None

    def open(self, sealed: bytes | None, what: Sealed, record_id: int) -> str | None:
        """Return the text of the row with this key; raises `SealBroken`."""
        return None if self.key is None or sealed is None else self.key.open(sealed, what, record_id)


def make_key(masters: MasterKeys, owner: Owner, record_id: int) -> tuple[Sealer, Row]:
    """Make the data key of a new question or visit; return it with its row, to be written with the others.

    Raises `NoMasterKey`.
    """
    random = secrets.token_bytes(KEY_BYTES + NONCE_BYTES)
    key = random[:KEY_BYTES]
    wrapped = masters.wrap(key, owner, record_id, random[KEY_BYTES:])
    row = {
        "record_id": record_id,
        "owner": owner,
        "master_key_id": wrapped.master_key_id,
        "wrapped": wrapped.wrapped,
    }
    return Sealer(DataKey(key)), (_DATA_KEYS, row)


def sealer_of(session: Session, masters: MasterKeys, owner: Owner, record_id: int) -> Sealer:
    """Return what seals for a question or visit that is there already; its key is made at the first use.

    When two make it at once, one of them meets the unique key and repeats its transaction.
    Raises `NoMasterKey` and `MasterKeyMissing`.
    """
    known = opener_of(session, masters, owner, record_id).key
    if known is not None:
        return Sealer(known)
    sealer, row = make_key(masters, owner, record_id)
    insert_rows(session, [row])
    return sealer


def opener_of(session: Session, masters: MasterKeys, owner: Owner, record_id: int) -> Opener:
    """Return what opens the texts of a question, or the contact details of a visit.

    Raises `MasterKeyMissing`.
    """
    row = session.execute(
        select(DataKeyRow.master_key_id, DataKeyRow.wrapped).where(
            DataKeyRow.record_id == record_id, DataKeyRow.owner == owner
        )
    ).first()
    if row is None:
        return Opener(None)
    return Opener(DataKey(masters.unwrap(WrappedKey(*row), owner, record_id)))


def destroy_keys(session: Session, owner: Owner, record_ids: Collection[int]) -> None:
    """Delete the data keys of questions or visits: what they sealed is erased, in every copy of it."""
    session.execute(delete(DataKeyRow).where(DataKeyRow.owner == owner, DataKeyRow.record_id.in_(record_ids)))


def count_keys(session: Session) -> dict[str, int]:
    """Return how many data keys each master key wraps, by its id."""
    rows = session.execute(
        select(DataKeyRow.master_key_id, func.count())
        .group_by(DataKeyRow.master_key_id)
        .order_by(DataKeyRow.master_key_id)
    )
    return {key: count for key, count in rows}  # noqa: C416 - rows are no pairs to mypy


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How many data keys one step rewrapped, and the record after which the next one goes on."""

    count: int
    last: tuple[int, Owner]


def rewrap_some(
    session: Session, masters: MasterKeys, after: tuple[int, Owner] | None = None
) -> Rewrapped | None:
    """Rewrap up to `REWRAPPED_AT_ONCE` data keys that the current master key does not wrap; None at the end.

    Whoever stops and starts again passes over what is done already. A key that is erased meanwhile stays
    erased. Raises `NoMasterKey` and `MasterKeyMissing`.
    """
    waiting = select(_DATA_KEYS).where(_KEY.master_key_id != masters.current)
    if after is not None:
        waiting = waiting.where(tuple_(_KEY.record_id, _KEY.owner) > after)
    rows = session.execute(waiting.order_by(_KEY.record_id, _KEY.owner).limit(REWRAPPED_AT_ONCE)).all()
    if not rows:
        return None
    session.execute(_REWRAP, [_rewrapped(masters, row) for row in rows])
    return Rewrapped(len(rows), (rows[-1].record_id, rows[-1].owner))


_REWRAP = (
    update(_DATA_KEYS)
    .where(
        _KEY.record_id == bindparam("record"),
        _KEY.owner == bindparam("whose"),
        _KEY.master_key_id == bindparam("former"),
    )
    .values(master_key_id=bindparam("new"), wrapped=bindparam("anew"))
)


def _rewrapped(masters: MasterKeys, row: FoundRow[Any]) -> dict[str, object]:
    former = WrappedKey(row.master_key_id, row.wrapped)
    new = masters.rewrap(former, row.owner, row.record_id, secrets.token_bytes(NONCE_BYTES))
    return {
        "record": row.record_id,
        "whose": row.owner,
        "former": row.master_key_id,
        "new": new.master_key_id,
        "anew": new.wrapped,
    }

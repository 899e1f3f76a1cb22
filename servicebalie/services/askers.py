"""The asker: a person as the statistics know them, by a pseudonym that lasts one year.

The pseudonym is a keyed hash of what a person left: an e-mail address, a telephone number, or the return
code of the first visit. Its key comes from the year's salt; when that is destroyed, nobody can tell any
more which visits were one person.
"""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.keys import derive_key, keyed_hash
from servicebalie.core.opening import AMSTERDAM
from servicebalie.models.desks import StatisticsYear
from servicebalie.services.insertion import Writer, session_of

PSEUDONYM_BYTES = 16
SALT_BYTES = 32


class YearKeysDestroyed(ServicebalieError):
    """The keys of the year were destroyed when it became final; `year` tells which."""

    code = "year-keys-destroyed"


class AskerKeys:
    """The keys of askers by desk and year, kept in memory once read, because a salt never changes."""

    def __init__(self, master: bytes) -> None:
        self._master = master
        self._keys: dict[tuple[int, int], bytes] = {}

    def pseudonym(self, writer: Writer, desk_id: int, moment: datetime, identity: bytes) -> bytes:
        """Return the 16-byte pseudonym of an identity at a desk in the (Dutch) year of the moment.

        Raises `NeedsTransaction` when the year's salt was not read here before.
        """
        year = moment.astimezone(AMSTERDAM).year
        key = self._keys.get((desk_id, year))
        if key is None:
            salt, is_new = _year_salt(session_of(writer), desk_id, year)
            key = derive_key(self._master, f"askers {desk_id} {year}", salt)
            # A new salt may still be undone with its transaction.
            if not is_new:
                self._keys[desk_id, year] = key
        return keyed_hash(key, identity)[:PSEUDONYM_BYTES]


def year_salt(session: Session, desk_id: int, year: int) -> bytes:
    """Return the salt of a desk's year, made at its first use.

    When two processes make it at once, one of them meets the unique key and repeats its transaction.
    Raises `YearKeysDestroyed`.
    """
    return _year_salt(session, desk_id, year)[0]


def destroy_year_salt(session: Session, desk_id: int, year: int, now: datetime) -> None:
    """Destroy the salt of a desk's year, and keep the record: the moment, and the SHA-256 of the salt.

    Afterwards the year's pseudonyms and noise cannot be made again (crypto-shredding).
    """
    salt = year_salt(session, desk_id, year)
    session.execute(
        update(StatisticsYear)
        .where(StatisticsYear.desk_id == desk_id, StatisticsYear.year == year)
        .values(salt=None, salt_sha256=hashlib.sha256(salt).hexdigest(), destroyed_at=now)
    )


def _year_salt(session: Session, desk_id: int, year: int) -> tuple[bytes, bool]:
    """Return the salt, and whether it was made just now."""
    found = session.execute(
        select(StatisticsYear.salt).where(StatisticsYear.desk_id == desk_id, StatisticsYear.year == year)
    ).first()
    if found is not None:
        if found.salt is None:
            raise YearKeysDestroyed(year=year)
        return found.salt, False
    salt = secrets.token_bytes(SALT_BYTES)
    session.execute(insert(StatisticsYear).values(desk_id=desk_id, year=year, salt=salt))
    return salt, True

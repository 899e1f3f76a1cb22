"""Pseudonyms: the same person in one year at one desk, and nobody else."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, select

from servicebalie.models.desks import StatisticsYear
from servicebalie.services.askers import PSEUDONYM_BYTES, AskerKeys
from servicebalie.services.insertion import NeedsTransaction, PendingRows
from tests.support.statements import counted_statements
from tests.support.workplace import KEYS, NOW, SmallWorkplace

IDENTITY = b"email:jan@example.org"


def pseudonym(
    desk: SmallWorkplace, keys: AskerKeys, moment: datetime = NOW, identity: bytes = IDENTITY
) -> bytes:
    """Return the pseudonym of somebody at a moment."""
    return desk.database.write(lambda session: keys.pseudonym(session, desk.desk.id, moment, identity))


def test_two_processes_give_one_person_the_same_pseudonym(small_desk: SmallWorkplace) -> None:
    first = pseudonym(small_desk, AskerKeys(KEYS.statistics))
    second = pseudonym(small_desk, AskerKeys(KEYS.statistics))
    assert first == second
    assert len(first) == PSEUDONYM_BYTES
    assert pseudonym(small_desk, AskerKeys(KEYS.statistics), identity=b"email:piet@example.org") != first


def test_the_year_of_a_pseudonym_is_the_dutch_one(small_desk: SmallWorkplace) -> None:
    keys = AskerKeys(KEYS.statistics)
    old = pseudonym(small_desk, keys, datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
    new = pseudonym(small_desk, keys, datetime(2026, 12, 31, 23, 0, tzinfo=UTC))
    assert old == pseudonym(small_desk, keys)
    assert new != old


def test_without_the_salt_of_the_year_nobody_can_make_the_pseudonym_again(small_desk: SmallWorkplace) -> None:
    before = pseudonym(small_desk, AskerKeys(KEYS.statistics))
    with small_desk.database.begin() as session:
        session.execute(delete(StatisticsYear))
    assert pseudonym(small_desk, AskerKeys(KEYS.statistics)) != before


def test_a_salt_that_was_undone_with_its_transaction_is_not_remembered(small_desk: SmallWorkplace) -> None:
    keys = AskerKeys(KEYS.statistics)
    with small_desk.database.begin() as session:
        undone = keys.pseudonym(session, small_desk.desk.id, NOW, IDENTITY)
        session.rollback()
    kept = pseudonym(small_desk, keys)
    assert kept != undone
    assert kept == pseudonym(small_desk, AskerKeys(KEYS.statistics))
    assert (
        small_desk.read(lambda session: session.scalar(select(func.count()).select_from(StatisticsYear))) == 1
    )


def test_a_salt_is_read_once(small_desk: SmallWorkplace) -> None:
    keys = AskerKeys(KEYS.statistics)
    pseudonym(small_desk, keys)
    pseudonym(small_desk, keys)
    with counted_statements() as sent:
        pseudonym(small_desk, keys)
    assert not [statement for statement in sent if "statistics_year" in statement]


def test_a_pseudonym_needs_no_database_once_the_salt_was_read(small_desk: SmallWorkplace) -> None:
    keys, desk_id = AskerKeys(KEYS.statistics), small_desk.desk.id
    for _ in range(2):
        with pytest.raises(NeedsTransaction):
            keys.pseudonym(PendingRows(), desk_id, NOW, IDENTITY)
        known = pseudonym(small_desk, keys)
    assert keys.pseudonym(PendingRows(), desk_id, NOW, IDENTITY) == known

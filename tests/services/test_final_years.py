"""A year ends once: revised if enough people changed, and then its keys are gone for good."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from servicebalie.cli.release import finalise_year
from servicebalie.core.periods import Month, Year
from servicebalie.core.vocabulary import Outcome
from servicebalie.db import Database
from servicebalie.models.desks import StatisticsYear
from servicebalie.models.releases import FinalYear, Release
from servicebalie.services.askers import YearKeysDestroyed
from servicebalie.services.final_years import ENOUGH_CHANGED, YearFinal, YearNotComplete
from servicebalie.services.intake import RegisteredVisit
from servicebalie.services.late_changes import count_late_changes
from servicebalie.services.publication import AlreadyPublished, due_periods, prepare_release
from servicebalie.services.questions import Correction, close_question, correct_question
from servicebalie.services.releases import list_releases
from servicebalie.services.workplace import Workplace
from tests.support.counted_desk import KEYS, CountedDesk, open_desk

OPENED = datetime(2025, 1, 2, 9, tzinfo=UTC)
IN_MARCH = datetime(2025, 3, 10, 9, tzinfo=UTC)
AFTERWARDS = datetime(2026, 1, 20, 9, tzinfo=UTC)
YEAR = Year(2025)


@pytest.fixture
def desk(database: Database) -> CountedDesk:
    """A desk that was there all year."""
    return open_desk(database, OPENED)


def publish_all(desk: CountedDesk) -> None:
    with desk.database.read() as session:
        due = due_periods(session, desk.slug, AFTERWARDS)
    for period in due:
        desk.publish(str(period), AFTERWARDS)


def finalise(desk: CountedDesk, now: datetime = AFTERWARDS) -> bool:
    return finalise_year(desk.database, desk.slug, YEAR, KEYS, now)


def late_changes(desk: CountedDesk) -> int:
    with desk.database.read() as session:
        return count_late_changes(session, desk.id, YEAR.year)


def work_at(desk: CountedDesk, now: datetime) -> Workplace:
    return Workplace(desk.id, desk.directory, KEYS, desk.asker_keys, now, "en")


def close(desk: CountedDesk, visit: RegisteredVisit, now: datetime) -> None:
    desk.database.write(
        lambda session: close_question(session, work_at(desk, now), visit.questions[0], Outcome.MET, None)
    )


def test_everything_of_a_year_is_due_in_the_order_in_which_it_ends(desk: CountedDesk) -> None:
    with desk.database.read() as session:
        due = [str(period) for period in due_periods(session, desk.slug, AFTERWARDS)]

    assert due[:5] == ["2025-01", "2025-02", "2025-03", "2025-Q1", "2025-04"]
    assert due[-3:] == ["2025-12", "2025-Q4", "2025"]
    assert len(due) == 12 + 4 + 1


def test_a_quarter_in_which_the_desk_opened_later_is_not_due(database: Database) -> None:
    late = open_desk(database, datetime(2025, 2, 3, tzinfo=UTC))
    with database.read() as session:
        due = {str(period) for period in due_periods(session, late.slug, AFTERWARDS)}

    assert not due & {"2025-01", "2025-Q1", "2025"}
    assert {"2025-02", "2025-Q2"} <= due


def test_a_year_in_which_nobody_changed_stays_as_it_was_published(desk: CountedDesk) -> None:
    desk.crowd(IN_MARCH, 40)
    publish_all(desk)

    assert finalise(desk) is False

    with desk.database.published() as session:
        assert session.scalar(select(func.max(Release.epoch))) == 1
        assert all(release.final for release in list_releases(session, desk.slug))
        assert session.scalars(select(FinalYear)).one().revised is False


def test_a_year_in_which_enough_people_changed_is_published_anew_as_a_whole(desk: CountedDesk) -> None:
    visits = desk.crowd(IN_MARCH, 60)
    publish_all(desk)
    before = desk.release("2025-03").document
    desk.erase(visits[:ENOUGH_CHANGED], AFTERWARDS)
    assert late_changes(desk) == ENOUGH_CHANGED

    assert finalise(desk) is True

    with desk.database.published() as session:
        epochs = session.execute(
            select(Release.epoch, func.count().label("periods")).group_by(Release.epoch)
        ).all()
        newest = list_releases(session, desk.slug)
    assert {row.epoch: row.periods for row in epochs} == {1: 17, 2: 17}
    assert {release.epoch for release in newest} == {2}
    assert desk.release("2025-03").document == before


def test_one_person_too_few_is_no_reason_for_a_revision(desk: CountedDesk) -> None:
    visits = desk.crowd(IN_MARCH, 60)
    publish_all(desk)
    desk.erase(visits[: ENOUGH_CHANGED - 1], AFTERWARDS)

    assert finalise(desk) is False


def test_the_keys_of_a_final_year_are_gone_and_their_end_is_on_record(desk: CountedDesk) -> None:
    publish_all(desk)
    finalise(desk)

    with desk.database.read() as session:
        record = session.scalars(select(StatisticsYear).where(StatisticsYear.year == YEAR.year)).one()
    assert record.salt is None
    assert record.salt_sha256 == hashlib.sha256(b"salt" * 8).hexdigest()
    assert record.destroyed_at == AFTERWARDS
    with desk.database.snapshot() as session:
        assert YEAR.year not in {period.year for period in due_periods(session, desk.slug, AFTERWARDS)}
    with pytest.raises(AlreadyPublished):
        desk.publish("2025-03", AFTERWARDS)
    with desk.database.snapshot() as session, pytest.raises(YearKeysDestroyed):
        prepare_release(session, desk.slug, Month(2025, 3), KEYS, AFTERWARDS, epoch=3)
    with pytest.raises(YearFinal):
        finalise(desk)


def test_the_salt_is_not_left_in_the_file_of_the_database(sqlite_database_url: str) -> None:
    database = Database(sqlite_database_url)
    desk = open_desk(database, OPENED)
    publish_all(desk)

    finalise(desk)

    file = Path(database.url.database or "")
    files = (file, file.with_name(f"{file.name}-wal"))
    # Both years have this salt in the tests, and one of them is still in use.
    assert sum(each.read_bytes().count(b"salt" * 8) for each in files) == 1
    database.dispose()


def test_a_year_with_an_unpublished_month_cannot_end(desk: CountedDesk) -> None:
    desk.publish("2025", AFTERWARDS)

    with pytest.raises(YearNotComplete) as refusal:
        finalise(desk)

    assert refusal.value.params == {"year": "2025", "period": "2025-01"}
    with desk.database.published() as session:
        assert session.scalar(select(func.count()).select_from(FinalYear)) == 0


def test_a_person_counts_once_however_much_changes_late(desk: CountedDesk) -> None:
    (visit,) = desk.crowd(IN_MARCH, 1)
    (again,) = desk.crowd(IN_MARCH + timedelta(days=30), 1)
    close(desk, visit, AFTERWARDS)
    assert late_changes(desk) == 1

    desk.erase([visit], AFTERWARDS)
    assert late_changes(desk) == 1

    desk.erase([again], AFTERWARDS)
    assert late_changes(desk) == 1


def test_what_changes_before_the_month_is_frozen_is_not_late(desk: CountedDesk) -> None:
    closed, erased, corrected = desk.crowd(IN_MARCH, 3)
    soon = IN_MARCH + timedelta(days=2)
    close(desk, closed, soon)
    desk.erase([erased], soon)
    assert late_changes(desk) == 0

    question = corrected.questions[0]
    desk.database.write(
        lambda session: correct_question(
            session, work_at(desk, AFTERWARDS), question, Correction({}, topic="debt"), question.version
        )
    )
    assert late_changes(desk) == 1

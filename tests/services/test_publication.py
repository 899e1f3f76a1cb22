"""A month is published once, protected, and never changes."""

import hashlib
import json
import signal
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select

from servicebalie.core.periods import Month, PeriodKind
from servicebalie.core.vocabulary import Arrival, Channel, Group, Outcome, Registration, Stay, UnmetReason
from servicebalie.db import Database
from servicebalie.models.desks import StatisticsYear
from servicebalie.models.releases import PublishedCell, Release
from servicebalie.services.intake import NewQuestion, NewVisit
from servicebalie.services.publication import (
    AlreadyPublished,
    PeriodNotFrozen,
    prepare_release,
    store_release,
)
from servicebalie.services.publishing_rules import shipped_catalogue, shipped_profile
from servicebalie.services.visits import VisitFacts
from tests.support.counted_desk import KEYS, CountedDesk, open_desk

OPENED = datetime(2026, 1, 2, 9, tzinfo=UTC)
IN_MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
IN_APRIL = datetime(2026, 4, 10, 9, tzinfo=UTC)
MARCH = Month(2026, 3)
PROFILE = shipped_profile("default-1")

STORE_AND_BE_KILLED = """
import os, signal, sys
from servicebalie.db import Database
from servicebalie.services.publication import store_release
from servicebalie.core.periods import Month
from tests.support.counted_desk import CountedDesk

database = Database(sys.argv[1])
release = CountedDesk(database, 0, sys.argv[2], None, None).prepare(Month(2026, 3))
with database.begin() as session:
    store_release(session, release)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def desk(database: Database) -> CountedDesk:
    """A desk that opened this year, so that no category is called rare."""
    return open_desk(database, OPENED)


def stored(database: Database) -> tuple[int, int]:
    """Return how many releases and published cells there are."""
    with database.published() as session:
        releases = session.scalar(select(func.count()).select_from(Release))
        cells = session.scalar(select(func.count()).select_from(PublishedCell))
    return releases or 0, cells or 0


def years_with_keys(database: Database) -> set[int]:
    with database.read() as session:
        return set(session.scalars(select(StatisticsYear.year)))


def test_a_month_is_published_once(desk: CountedDesk) -> None:
    desk.crowd(IN_MARCH, 40)
    desk.publish("2026-03")
    before = stored(desk.database), desk.release("2026-03").sha256

    with pytest.raises(AlreadyPublished) as refusal:
        desk.publish("2026-03", IN_APRIL + timedelta(days=90))

    assert refusal.value.params == {"period": "2026-03"}
    assert (stored(desk.database), desk.release("2026-03").sha256) == before


def test_two_processes_that_publish_at_the_same_moment_make_one_release(
    desk: CountedDesk, database_url: str
) -> None:
    desk.crowd(IN_MARCH, 40)
    release = desk.prepare(MARCH)
    start = threading.Barrier(2)
    ends: list[str] = []

    def store() -> None:
        own = Database(database_url)
        start.wait()
        try:
            own.write(lambda session: store_release(session, release))
            ends.append("stored")
        except AlreadyPublished:
            ends.append("refused")
        own.dispose()

    threads = [threading.Thread(target=store) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["refused", "stored"]
    assert stored(desk.database) == (1, len(release.cells))


def test_a_process_that_is_killed_before_it_commits_leaves_nothing(
    desk: CountedDesk, database_url: str
) -> None:
    desk.crowd(IN_MARCH, 40)
    killed = subprocess.run(
        [sys.executable, "-c", STORE_AND_BE_KILLED, database_url, desk.slug],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert stored(desk.database) == (0, 0)

    desk.publish("2026-03")
    assert stored(desk.database)[0] == 1


def test_a_visit_that_is_erased_after_publication_changes_no_release(desk: CountedDesk) -> None:
    visits = desk.crowd(IN_MARCH, 40)
    desk.publish("2026-03")
    before = desk.release("2026-03").document, stored(desk.database)

    desk.erase(visits, IN_APRIL)
    with pytest.raises(AlreadyPublished):
        desk.publish("2026-03")

    assert (desk.release("2026-03").document, stored(desk.database)) == before


def test_a_month_that_can_still_change_is_refused_with_the_day_from_which_it_can_be_published(
    desk: CountedDesk,
) -> None:
    just_before = MARCH.frozen_at - timedelta(seconds=1)

    with pytest.raises(PeriodNotFrozen) as refusal:
        desk.publish("2026-03", just_before)

    assert refusal.value.params == {"period": "2026-03", "frozen_on": date(2026, 4, 8)}
    assert stored(desk.database) == (0, 0)
    desk.publish("2026-03", MARCH.frozen_at)


def test_only_a_month_that_can_be_published_gets_keys(desk: CountedDesk) -> None:
    before = years_with_keys(desk.database)

    with pytest.raises(PeriodNotFrozen):
        desk.publish("2031-03", IN_APRIL)
    assert years_with_keys(desk.database) == before

    desk.publish("2030")
    desk.publish("2031-03")
    assert years_with_keys(desk.database) == before | {2030, 2031}


def test_a_month_that_can_still_change_is_not_even_counted(desk: CountedDesk) -> None:
    with desk.database.snapshot() as session, pytest.raises(PeriodNotFrozen):
        prepare_release(session, desk.slug, MARCH, KEYS, IN_MARCH)


def test_a_month_without_a_question_has_a_release_without_cells(desk: CountedDesk) -> None:
    published = desk.publish("2026-03")

    assert list(published) == [table.name for table in shipped_catalogue().tables_of(PeriodKind.MONTH)]
    assert not any(published.values())
    assert stored(desk.database) == (1, 0)


def test_the_document_is_canonical_and_its_hash_is_the_stored_one(desk: CountedDesk) -> None:
    desk.crowd(IN_MARCH, 40)
    desk.publish("2026-03", datetime(2026, 4, 9, 8, 30, 15, 987654, tzinfo=UTC))

    release = desk.release("2026-03")
    content = orjson.loads(release.document)

    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert release.document == canonical.encode()
    assert release.sha256 == hashlib.sha256(release.document).hexdigest()
    assert content["publishedAt"] == "2026-04-09T08:30:15Z"
    assert release.published_at == datetime(2026, 4, 9, 8, 30, 15, tzinfo=UTC)


def test_the_document_tells_under_which_rules_it_was_made(desk: CountedDesk) -> None:
    desk.publish("2026-03")

    release = desk.release("2026-03")
    content = orjson.loads(release.document)

    assert content["desk"] == {"name": "Desk", "slug": "desk"}
    assert content["profile"] == {"name": "default-1", "largestNoise": 9, "variance": 5.0, "threshold": 10}
    assert content["ptableHash"] == release.ptable_hash == PROFILE.sha256
    assert content["catalogueVersion"] == release.catalogue_version == shipped_catalogue().version
    assert (content["epoch"], content["period"], content["simulated"]) == (1, "2026-03", False)
    assert content["commonCategories"] == {}


def test_the_stored_cells_are_those_of_the_document(desk: CountedDesk) -> None:
    poles = VisitFacts(language="pl", municipality="GM0772")
    desk.crowd(IN_MARCH, 60, "bsn", "debt", facts=poles)
    desk.publish("2026-03")

    content = orjson.loads(desk.release("2026-03").document)
    with desk.database.published() as session:
        cells = {
            (cell.table_name, cell.label, cell.measure): (cell.value, cell.low, cell.high)
            for cell in session.scalars(select(PublishedCell))
        }

    assert ("municipality-by-main-topic", "GM0772|income", "questions") in cells
    assert len(cells) == content["cells"]
    assert cells == {
        (table["name"], "|".join(cell["labels"]), measure): tuple(
            cell[measure][part] for part in ("value", "low", "high")
        )
        for table in content["tables"]
        for cell in table["cells"]
        for measure in ("persons", "questions")
    }


def test_each_fact_is_counted_in_its_own_table(desk: CountedDesk) -> None:
    facts = VisitFacts(
        channel=Channel.PHONE,
        language="pl",
        language_served="en",
        municipality="GM0772",
        group=Group.EU_LABOUR_MIGRANT,
        stay=Stay.YEARS_1_TO_3,
        arrival=Arrival.UNDER_1_MONTH,
        registration=Registration.RNI,
    )
    unmet = NewQuestion("bsn", outcome=Outcome.UNMET, unmet_reason=UnmetReason.HOURS)
    desk.visits(IN_MARCH, [NewVisit(facts) for _ in range(60)], [unmet])

    published = desk.publish("2026-03")

    assert {table: set(cells) for table, cells in published.items()} == {
        "total": {()},
        "main-topic": {("registration",)},
        "topic": {("bsn",)},
        "language-family": {("slavic",)},
        "language": {("pl",)},
        "group": {("eu-labour-migrant",)},
        "stay": {("1-to-3-years",)},
        "arrival": {("under-1-month",)},
        "registration": {("rni",)},
        "channel": {("phone",)},
        "outcome": {("unmet",)},
        "unmet-reason": {("hours",)},
        "province": {("PV30",)},
        "corop": {("CR36",)},
        "municipality": {("GM0772",)},
        "destination": {("desk",)},
        "municipality-by-main-topic": {("GM0772", "registration")},
    }


def test_the_questions_of_another_desk_are_not_counted(desk: CountedDesk) -> None:
    other = open_desk(desk.database, OPENED, "Other desk")
    other.crowd(IN_MARCH, 60)

    assert not any(desk.publish("2026-03").values())
    assert other.publish("2026-03")["total"]

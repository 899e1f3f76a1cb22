"""What a release tells of the people who came: protected numbers, and nothing of any one of them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from servicebalie.core.keys import Keys
from servicebalie.core.periods import Month
from servicebalie.core.vocabulary import (
    ChosenBy,
    Destination,
    Group,
    ReferralKind,
    ReferralStatus,
    ReturnReason,
)
from servicebalie.db import Database
from servicebalie.models.questions import Referral, Visit
from servicebalie.models.releases import PublishedCell
from servicebalie.services.intake import NewVisit, RegisteredVisit
from servicebalie.services.publication import open_period, prepare_release
from servicebalie.services.publishing_rules import shipped_profile
from servicebalie.services.visits import VisitFacts
from tests.support.counted_desk import KEYS, CountedDesk, numbers, open_desk

OPENED = datetime(2026, 1, 2, 9, tzinfo=UTC)
IN_MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
IN_APRIL = datetime(2026, 4, 10, 9, tzinfo=UTC)
MARCH = Month(2026, 3)
NOISE = shipped_profile("default-1").distance
THRESHOLD = shipped_profile("default-1").threshold
NOT_THEIR_TASK = (ReferralStatus.RETURNED, ReturnReason.NOT_OUR_TASK)
LEFT_LYING = (ReferralStatus.EXPIRED, None)


@pytest.fixture
def desk(database: Database) -> CountedDesk:
    """A desk that opened this year, so that no category is called rare."""
    return open_desk(database, OPENED)


def test_no_small_cell_is_anywhere_in_a_release(desk: CountedDesk) -> None:
    desk.crowd(IN_MARCH, 100, "bsn", facts=VisitFacts(language="pl", municipality="GM0772"))
    for size, language, municipality in ((1, "ti", "GM0861"), (5, "bg", "GM0758"), (10, "ro", "GM0363")):
        facts = VisitFacts(language=language, municipality=municipality)
        desk.crowd(IN_MARCH, size, "debt", first=1000 * size, facts=facts)

    desk.publish("2026-03")

    document = desk.release("2026-03").document
    assert all(persons >= THRESHOLD for cells in numbers(document).values() for persons, _ in cells.values())
    assert numbers(document)["language"].keys() >= {("pl",)}
    assert b'"ti"' not in document
    assert b"GM0861" not in document
    with desk.database.published() as session:
        lowest = select(func.min(PublishedCell.value)).where(PublishedCell.measure == "persons")
        assert (session.scalar(lowest) or 0) >= THRESHOLD
        assert not session.scalar(select(PublishedCell).where(PublishedCell.label.like("%GM0861%")))


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the path and the value of everything in a JSON document; a cell is known by its labels."""
    if isinstance(node, dict):
        for name, inner in node.items():
            yield from leaves(inner, f"{path}/{name}")
    elif isinstance(node, list):
        for position, inner in enumerate(node):
            name = inner.get("name") or "|".join(inner["labels"]) if isinstance(inner, dict) else position
            yield from leaves(inner, f"{path}/{name}")
    else:
        yield path, node


def test_nothing_in_a_release_is_a_true_count(desk: CountedDesk) -> None:
    """A true count would stay the same whatever the noise; so every number but the rules must change."""
    desk.crowd(IN_MARCH, 47, "bsn", "debt", facts=VisitFacts(language="pl"))
    desk.crowd(IN_MARCH, 53, "permit", first=100, facts=VisitFacts(language="bg"))
    releases = [desk.prepare(MARCH, Keys.from_secret(bytes([n]) * 32)) for n in range(20)]

    told: dict[str, set[Any]] = {}
    for release in releases:
        for path, value in leaves(orjson.loads(release.row["document"])):
            told.setdefault(path, set()).add(value)
    constant = {path: next(iter(values)) for path, values in told.items() if len(values) == 1}
    numbers_that_never_change = {path for path, value in constant.items() if type(value) in (int, float)}

    assert numbers_that_never_change == {
        "/cells",
        "/changes/falseAlarms",
        "/changes/tests",
        "/epoch",
        "/profile/largestNoise",
        "/profile/threshold",
        "/profile/variance",
    }
    assert len(told["/tables/language/cells/pl/persons/value"]) > 3
    assert {name for release in releases for cell in release.cells for name in cell} == {
        "table_name",
        "label",
        "measure",
        "value",
        "low",
        "high",
    }


def test_the_same_people_get_numbers_of_their_own_in_every_month_and_table(desk: CountedDesk) -> None:
    desk.crowd(IN_MARCH, 40, "bsn", "debt", facts=VisitFacts(language="pl"))
    desk.crowd(IN_APRIL, 40, "permit", "housing", facts=VisitFacts(language="bg"))

    march, april = desk.publish("2026-03"), desk.publish("2026-04")

    same = [
        *(march["total"][()], april["total"][()]),
        *(march["language"]["pl",], april["language"]["bg",]),
        *(march["main-topic"]["income",], april["main-topic"]["residence",]),
    ]
    assert len(set(same)) > 1
    assert all(abs(persons - 40) <= NOISE for persons, _ in same)


def test_a_person_who_comes_back_with_the_same_e_mail_address_counts_once(desk: CountedDesk) -> None:
    desk.crowd(IN_MARCH, 80)
    for days in (0, 3):
        desk.crowd(IN_APRIL + timedelta(days=days), 80)

    once, twice = desk.publish("2026-03")["total"][()], desk.publish("2026-04")["total"][()]

    assert max(abs(persons - 80) for persons, _ in (once, twice)) <= NOISE
    assert twice[1] - twice[0] >= 80 - 4 * NOISE


def test_a_person_who_comes_back_with_the_return_code_counts_once(desk: CountedDesk) -> None:
    first = desk.visits(IN_MARCH, [NewVisit() for _ in range(80)])
    for days in (0, 3):
        again = [NewVisit(return_code=visit.return_code) for visit in first]
        desk.visits(IN_APRIL + timedelta(days=days), again)

    once, twice = desk.publish("2026-03")["total"][()], desk.publish("2026-04")["total"][()]

    assert max(abs(persons - 80) for persons, _ in (once, twice)) <= NOISE
    assert twice[1] - twice[0] >= 80 - 4 * NOISE


def test_without_address_or_code_each_visit_is_a_person(desk: CountedDesk) -> None:
    for days in (0, 3):
        desk.visits(IN_MARCH + timedelta(days=days), [NewVisit() for _ in range(40)])

    assert desk.publish("2026-03")["total"][()][0] >= 2 * 40 - NOISE


def test_a_person_counts_in_two_topics_of_a_month_at_most(desk: CountedDesk) -> None:
    topics = ("bsn", "permit", "debt", "tax-return", "gp-dentist")
    desk.crowd(IN_MARCH, 60, *topics)

    published = desk.publish("2026-03")["main-topic"]

    assert len(published) == len(topics)
    assert abs(sum(persons for persons, _ in published.values()) - 2 * 60) <= len(topics) * NOISE


def test_a_cell_counts_three_questions_of_a_person_at_most(desk: CountedDesk) -> None:
    desk.crowd(IN_MARCH, 60, *["bsn"] * 6)

    published = desk.publish("2026-03")

    for _, questions in (published["total"][()], published["topic"]["bsn",]):
        assert abs(questions - 3 * 60) <= 5 * NOISE


@pytest.mark.parametrize(
    ("at", "month_before", "month"),
    [
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), "2026-01", "2026-02"),
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), "2026-06", "2026-07"),
    ],
)
def test_who_comes_after_dutch_midnight_counts_in_the_new_month(
    desk: CountedDesk, at: datetime, month_before: str, month: str
) -> None:
    desk.crowd(at, 40)

    assert not desk.publish(month_before)["total"]
    assert desk.publish(month)["total"]


def test_who_comes_before_dutch_midnight_counts_in_the_old_month(desk: CountedDesk) -> None:
    desk.crowd(datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC), 40)

    assert not desk.publish("2026-07")["total"]
    assert desk.publish("2026-06")["total"]


def test_a_visit_that_is_erased_before_publication_is_not_counted(desk: CountedDesk) -> None:
    desk.erase(desk.crowd(IN_MARCH, 40), IN_MARCH)

    assert not any(desk.publish("2026-03").values())


def test_the_desk_goes_on_writing_while_a_month_is_counted_as_it_was(desk: CountedDesk) -> None:
    desk.database.write(lambda session: open_period(session, desk.slug, MARCH, MARCH.frozen_at))
    with desk.database.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 0
        desk.crowd(IN_MARCH, 40)
        release = prepare_release(session, desk.slug, MARCH, KEYS, MARCH.frozen_at)

    assert release.cells == []
    assert desk.prepare(MARCH).cells != []


def test_nothing_can_be_written_while_counting(desk: CountedDesk) -> None:
    with desk.database.snapshot() as session, pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        session.execute(delete(Visit))


LAST_YEAR = datetime(2025, 6, 10, 9, tzinfo=UTC)
COMMON = VisitFacts(language="pl", municipality="GM0772")
RARE = VisitFacts(language="ti", municipality="GM0861")


def come_in_both_years(desk: CountedDesk) -> None:
    """Let a language and a municipality that were rare last year be frequent this March."""
    desk.crowd(LAST_YEAR, 60, facts=COMMON)
    desk.crowd(LAST_YEAR, 12, first=100, facts=RARE)
    for first, facts in ((200, COMMON), (300, RARE)):
        desk.crowd(IN_MARCH, 60, first=first, facts=facts)


def test_languages_and_municipalities_that_were_rare_last_year_are_withheld(database: Database) -> None:
    desk = open_desk(database, datetime(2025, 1, 20, tzinfo=UTC))
    come_in_both_years(desk)
    desk.publish("2025")

    published = desk.publish("2026-03")

    assert set(published["language"]) == {("pl",)}
    assert set(published["municipality"]) == {("GM0772",)}
    assert set(published["municipality-by-main-topic"]) == {("GM0772", "registration")}
    content = orjson.loads(desk.release("2026-03").document)
    assert content["commonCategories"] == {"language": ["pl"], "municipality": ["GM0772"]}
    assert not any(word in desk.release("2026-03").document for word in (b'"ti"', b"GM0861"))


def test_a_desk_that_opened_during_last_year_has_nothing_that_is_rare(database: Database) -> None:
    desk = open_desk(database, datetime(2025, 2, 1, tzinfo=UTC))
    come_in_both_years(desk)

    published = desk.publish("2026-03")

    assert set(published["language"]) == {("pl",), ("ti",)}
    assert set(published["municipality"]) == {("GM0772",), ("GM0861",)}


def test_what_nobody_spoke_last_year_is_rare(database: Database) -> None:
    desk = open_desk(database, datetime(2025, 1, 20, tzinfo=UTC))
    desk.crowd(LAST_YEAR, 60)
    desk.crowd(IN_MARCH, 60, facts=COMMON)
    desk.publish("2025")

    assert desk.publish("2026-03")["language"] == {}


def test_a_person_of_last_year_counts_once_towards_a_category(database: Database) -> None:
    desk = open_desk(database, datetime(2025, 1, 20, tzinfo=UTC))
    for days in range(5):
        desk.crowd(LAST_YEAR + timedelta(days=days), 15, facts=RARE)
    desk.crowd(IN_MARCH, 60, facts=RARE)
    desk.publish("2025")

    assert desk.publish("2026-03")["language"] == {}


def test_what_is_erased_after_the_first_release_of_a_year_does_not_show_in_later_ones(
    database: Database,
) -> None:
    desk = open_desk(database, datetime(2025, 1, 20, tzinfo=UTC))
    last_year = desk.crowd(LAST_YEAR, 60, facts=COMMON)
    desk.crowd(IN_APRIL, 60, facts=COMMON)
    desk.publish("2025")
    desk.publish("2026-03")

    desk.erase(last_year, IN_APRIL)

    assert set(desk.publish("2026-04")["language"]) == {("pl",)}


def test_a_quarter_counts_who_came_in_several_months_once(desk: CountedDesk) -> None:
    for month in (1, 2, 3):
        desk.crowd(datetime(2026, month, 10, tzinfo=UTC), 60, facts=VisitFacts(language="pl"))

    published = desk.publish("2026-Q1")

    assert abs(published["total"][()][0] - 60) <= NOISE
    assert abs(published["language"]["pl",][0] - 60) <= NOISE
    assert abs(published["total"][()][1] - 3 * 60) <= 5 * NOISE


def test_a_quarter_tells_how_the_language_gap_was_bridged(desk: CountedDesk) -> None:
    helped = (
        VisitFacts(language="pl", language_served="pl"),
        VisitFacts(language="pl", language_served="pl", interpreter_used=True),
        VisitFacts(language="pl", language_served="en"),
        VisitFacts(language="pl"),
    )
    for group, facts in enumerate(helped):
        desk.crowd(IN_MARCH, 60, first=100 * group, facts=facts)

    published = desk.publish("2026-Q1")

    assert set(published["language-by-served"]) == {
        ("pl", "own-language"),
        ("pl", "interpreter"),
        ("pl", "other-language"),
    }
    assert "language-by-offered" not in published


def test_a_quarter_and_a_year_tell_why_partners_returned_questions(desk: CountedDesk) -> None:
    ends = (NOT_THEIR_TASK, LEFT_LYING, (ReferralStatus.REVOKED, None))
    for number, end in enumerate(ends):
        refer(desk, desk.crowd(IN_MARCH, 60, first=100 * number), end)

    quarter = desk.publish("2026-Q1")["return-reason"]
    year = desk.publish("2026")["return-reason"]

    assert set(quarter) == set(year) == {("not-our-task",), ("no-answer",)}
    assert all(abs(persons - 60) <= NOISE for persons, _ in (*quarter.values(), *year.values()))
    assert "return-reason" not in desk.publish("2026-03")


def test_a_question_that_came_back_twice_counts_for_the_last_reason(desk: CountedDesk) -> None:
    completed = (ReferralStatus.COMPLETED, None)
    refer(desk, desk.crowd(IN_MARCH, 60), LEFT_LYING, NOT_THEIR_TASK, completed)

    assert set(desk.publish("2026-Q1")["return-reason"]) == {("not-our-task",)}


def test_a_person_counts_for_one_reason_a_month(desk: CountedDesk) -> None:
    refer(desk, desk.crowd(IN_MARCH, 60), NOT_THEIR_TASK)
    refer(desk, desk.crowd(IN_MARCH + timedelta(days=1), 60), LEFT_LYING)

    published = desk.publish("2026-Q1")["return-reason"]

    assert abs(sum(persons for persons, _ in published.values()) - 60) <= 2 * NOISE


def test_what_the_partners_of_another_desk_return_is_not_counted(desk: CountedDesk) -> None:
    other = open_desk(desk.database, OPENED, "Other desk")
    refer(other, other.crowd(IN_MARCH, 60), LEFT_LYING)
    desk.crowd(IN_MARCH, 60)

    assert desk.publish("2026-Q1")["return-reason"] == {}


def refer(
    desk: CountedDesk,
    visits: Iterable[RegisteredVisit],
    *ends: tuple[ReferralStatus, ReturnReason | None],
) -> None:
    """Let the questions of visits have been with partners as often as there are ends, in that order."""
    asked = [question.id for visit in visits for question in visit.questions]

    def change(session: Session) -> None:
        for first in session.scalars(select(Referral).where(Referral.question_id.in_(asked))).all():
            session.add_all(
                Referral(
                    id=first.id + number,
                    question_id=first.question_id,
                    desk_id=first.desk_id,
                    service_id=first.service_id,
                    destination=Destination.LIBRARY,
                    kind=ReferralKind.REFERRAL,
                    status=status,
                    chosen_by=ChosenBy.STAFF,
                    reasons=[],
                    directory_version=first.directory_version,
                    decided_at=first.decided_at + timedelta(days=number),
                    returned_reason=reason,
                )
                for number, (status, reason) in enumerate(ends, start=1)
            )

    desk.database.write(change)


def test_what_differs_below_the_threshold_makes_no_difference_to_a_release(desk: CountedDesk) -> None:
    """The document is all that readers get; it is the same byte for byte, and so is its hash."""
    desk.crowd(IN_MARCH, 60, facts=VisitFacts(language="pl", municipality="GM0772"))
    (visit,) = desk.crowd(IN_MARCH, 1, first=500, facts=VisitFacts(language="ti", municipality="GM0363"))
    before = desk.prepare(MARCH).row["document"]

    other = {"language": "so", "municipality": "GM0518", "group": Group.STATUS_HOLDER}
    desk.database.write(
        lambda session: session.execute(update(Visit).where(Visit.id == visit.visit_id).values(other))
    )

    assert desk.prepare(MARCH).row["document"] == before


def test_a_month_in_which_one_person_came_is_published_like_one_in_which_nobody_came(
    desk: CountedDesk,
) -> None:
    nobody = desk.prepare(MARCH).row["document"]
    desk.crowd(IN_MARCH, 1)

    assert desk.prepare(MARCH).row["document"] == nobody

"""Simulated visits follow the season, the place and the habits, and the same numbers give the same visits."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.simulation import Period, SimulatedQuestion, SimulatedVisit, simulate
from servicebalie.core.vocabulary import Arrival, Channel, Group, Outcome
from servicebalie.core.working_days import is_working_day
from tests.core.demo_world import numbers, shipped_population

YEAR = Period(date(2025, 10, 1), date(2026, 10, 31), 300)
ARRIVALS = [band for band in Arrival if band is not Arrival.UNKNOWN]
SEEDS = st.integers(0, 2**32)
PERIODS = st.builds(
    lambda first, days: Period(first, date.fromordinal(first.toordinal() + days), 60),
    st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    st.integers(0, 70),
)


@pytest.fixture(scope="module")
def year() -> list[SimulatedVisit]:
    """The visits of thirteen months."""
    return simulate(shipped_population(), YEAR, numbers(1))


def questions(visits: Iterable[SimulatedVisit]) -> list[SimulatedQuestion]:
    return [question for visit in visits for question in visit.questions]


def persons_by_month(visits: Iterable[SimulatedVisit]) -> dict[str, int]:
    """Return the number of different persons in each month."""
    persons = defaultdict(set)
    for visit in visits:
        persons[f"{visit.at:%Y-%m}"].add(visit.person)
    return {month: len(found) for month, found in persons.items()}


@given(SEEDS, PERIODS)
@settings(max_examples=15)
def test_the_same_numbers_give_the_same_visits(seed: int, period: Period) -> None:
    first = simulate(shipped_population(), period, numbers(seed))
    assert first == simulate(shipped_population(), period, numbers(seed))


@given(SEEDS, PERIODS)
@settings(max_examples=15)
def test_visits_lie_in_the_period_in_the_order_of_time(seed: int, period: Period) -> None:
    visits = simulate(shipped_population(), period, numbers(seed))
    assert [visit.at for visit in visits] == sorted(visit.at for visit in visits)
    assert all(period.first <= visit.at.astimezone(AMSTERDAM).date() <= period.last for visit in visits)


def test_other_numbers_give_other_visits(year: list[SimulatedVisit]) -> None:
    assert simulate(shipped_population(), YEAR, numbers(2)) != year


def test_as_many_persons_come_in_a_month_as_asked(year: list[SimulatedVisit]) -> None:
    months = persons_by_month(year)
    assert sum(months.values()) / len(months) == pytest.approx(YEAR.persons, rel=0.1)
    assert months["2025-11"] == pytest.approx(YEAR.persons, rel=0.2), "the first months are not emptier"


def test_most_people_come_in_september_and_few_in_december(year: list[SimulatedVisit]) -> None:
    months = persons_by_month(year)
    assert max(months, key=months.__getitem__) == "2026-09"
    assert min(months, key=months.__getitem__) == "2025-12"


def test_two_topics_rise_during_the_year(year: list[SimulatedVisit]) -> None:
    halves = [
        [visit for visit in year if (visit.at.date() < date(2026, 4, 16)) is early] for early in (True, False)
    ]
    shares = []
    for half in halves:
        asked = Counter(question.topic for question in questions(half))
        shares.append({topic: count / asked.total() for topic, count in asked.items()})
    for topic in shipped_population().rising:
        assert shares[1][topic] > 1.4 * shares[0][topic]
    assert shares[1]["bsn"] == pytest.approx(shares[0]["bsn"], rel=0.35)


def test_municipalities_differ_in_groups_languages_and_topics(year: list[SimulatedVisit]) -> None:
    def share(municipality: str, counted: Counter[str]) -> dict[str, float]:
        return {value: count / counted.total() for value, count in counted.items()}

    places: dict[str, dict[str, float]] = {}
    for municipality in ("GM0772", "GM1709"):
        here = [visit for visit in year if visit.municipality == municipality]
        facts = Counter(visit.group for visit in here if visit.group)
        facts_spoken = Counter(visit.language for visit in here)
        asked = Counter(question.topic for question in questions(here))
        places[municipality] = {
            **share(municipality, Counter({group.value: n for group, n in facts.items()})),
            **share(municipality, facts_spoken),
            **share(municipality, asked),
        }
    eindhoven, moerdijk = places["GM0772"], places["GM1709"]
    assert moerdijk[Group.EU_LABOUR_MIGRANT] > 3 * eindhoven[Group.EU_LABOUR_MIGRANT]
    assert moerdijk["pl"] > 2 * eindhoven["pl"]
    assert moerdijk["employer-housing"] > 3 * eindhoven["employer-housing"]


def test_a_shock_brings_one_group_in_numbers(year: list[SimulatedVisit]) -> None:
    shaken = simulate(shipped_population(), YEAR, numbers(1), shock=True)

    def spring(visits: list[SimulatedVisit], group: Group) -> int:
        return sum(visit.group is group and visit.at.date() >= date(2026, 4, 1) for visit in visits)

    assert spring(shaken, Group.DISPLACED_UKRAINE) > 2 * spring(year, Group.DISPLACED_UKRAINE)
    assert spring(shaken, Group.INTERNATIONAL_STUDENT) == pytest.approx(
        spring(year, Group.INTERNATIONAL_STUDENT), rel=0.25
    )


def test_a_person_who_comes_back_is_the_same_but_longer_here(year: list[SimulatedVisit]) -> None:
    visits = defaultdict(list)
    for visit in year:
        visits[visit.person].append(visit)
    again = [of_person for of_person in visits.values() if len(of_person) > 1]
    assert len(again) > 300
    for of_person in again:
        assert len({(visit.language, visit.leaves_email) for visit in of_person}) == 1
        for told in ("municipality", "group", "stay", "registration"):
            assert len({getattr(visit, told) for visit in of_person} - {None}) <= 1
        bands = [ARRIVALS.index(visit.arrival) for visit in of_person if visit.arrival]
        assert bands == sorted(bands)


def test_some_would_rather_not_say(year: list[SimulatedVisit]) -> None:
    for told in ("municipality", "group", "stay", "arrival", "registration"):
        silent = sum(getattr(visit, told) is None for visit in year)
        assert 0.05 < silent / len(year) < 0.15


def test_staff_are_only_visited_when_they_work(year: list[SimulatedVisit]) -> None:
    for visit in year:
        at = visit.at.astimezone(AMSTERDAM)
        if visit.channel in (Channel.COUNTER, Channel.PHONE, Channel.CONSULTING_HOUR):
            assert is_working_day(at.date())
            assert 9 <= at.hour < 17
        if visit.channel is Channel.CONSULTING_HOUR:
            assert (at.weekday(), 14 <= at.hour < 17) == (3, True)
    assert any(visit.at.weekday() == 6 for visit in year if visit.channel is Channel.WEB_FORM)


def test_a_visit_has_one_to_three_questions_about_different_topics(year: list[SimulatedVisit]) -> None:
    for visit in year:
        topics = [question.topic for question in visit.questions]
        assert 1 <= len(topics) <= 3
        assert len(set(topics)) == len(topics)
    assert {len(visit.questions) for visit in year} == {1, 2, 3}


def test_only_staff_who_are_there_answer_on_the_spot(year: list[SimulatedVisit]) -> None:
    for visit in year:
        for question in visit.questions:
            at_once = question.closes_at is None
            assert at_once is (question.outcome is Outcome.ANSWERED_AT_DESK)
            if visit.channel in (Channel.WEB_FORM, Channel.E_MAIL):
                assert not at_once
            assert (question.unmet_reason is not None) is (question.outcome is Outcome.UNMET)


def test_what_is_written_lies_between_the_question_and_its_end(year: list[SimulatedVisit]) -> None:
    exchanges = 0
    for visit in year:
        for question in visit.questions:
            if question.closes_at:
                moments = [visit.at, *(message.at for message in question.messages), question.closes_at]
                assert moments == sorted(moments)
                exchanges += len(question.messages) > 1
    assert exchanges > 10


def test_a_reply_follows_every_message_that_awaits_one(year: list[SimulatedVisit]) -> None:
    for question in questions(year):
        awaited = [message.awaits_reply for message in question.messages]
        replies = [message.from_newcomer for message in question.messages]
        assert replies == [False, *awaited][: len(replies)]


def test_questions_in_writing_use_phrases_of_their_language_and_topic(year: list[SimulatedVisit]) -> None:
    phrases = shipped_population().phrases
    found = 0
    for visit in year:
        for question in visit.questions:
            if question.text:
                assert visit.channel in (Channel.WEB_FORM, Channel.E_MAIL)
                assert question.text in phrases[question.topic, visit.language]
                found += 1
    assert found > 300

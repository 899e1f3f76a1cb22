from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.catalogue import Dimension, Table
from servicebalie.core.contributions import (
    MOST_QUESTIONS,
    Cell,
    ContributionRules,
    QuestionFact,
    person_cells,
)
from servicebalie.core.periods import PeriodKind
from tests.support.levels import AREA_LEVELS

MAIN_TOPICS = {"bsn": "registration", "digid": "registration", "debt": "income", "permit": "residence"}
TOPICS = [*MAIN_TOPICS, "registration", "income", "residence", "other"]
BOUNDS = {
    **dict.fromkeys(Dimension, 1),
    Dimension.TOPIC: 3,
    Dimension.MAIN_TOPIC: 3,
    Dimension.CHANNEL: 2,
    Dimension.OUTCOME: 3,
    Dimension.UNMET_REASON: 2,
    Dimension.RETURN_REASON: 1,
    Dimension.DESTINATION: 2,
}
RULES = ContributionRules(BOUNDS, {Dimension.TOPIC: MAIN_TOPICS, **AREA_LEVELS}, b"cap")
TABLES = (
    *(Table(dimension.value, (PeriodKind.MONTH,), (dimension,)) for dimension in Dimension),
    Table("total", (PeriodKind.MONTH,), ()),
    Table("cross", (PeriodKind.MONTH,), (Dimension.MUNICIPALITY, Dimension.MAIN_TOPIC)),
)
FACT = QuestionFact(
    month="2026-03",
    served="own-language",
    offered="not-offered",
    person=b"p" * 16,
    topic="bsn",
    language="pl",
    group="eu-labour-migrant",
    stay="unknown",
    arrival="under-1-month",
    registration="rni",
    channel="counter",
    outcome=None,
    unmet_reason=None,
    return_reason=None,
    municipality="GM0772",
    destination="municipality",
)


def _values(choices: list[str]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(choices)


FACTS = st.lists(
    st.builds(
        QuestionFact,
        month=st.just("2026-03"),
        served=_values(["interpreter", "own-language"]),
        offered=_values(["offered", "not-offered"]),
        person=st.just(b"p" * 16),
        topic=_values(TOPICS),
        language=_values(["pl", "bg", "ar"]),
        group=_values(["status-holder", "unknown"]),
        stay=_values(["unknown"]),
        arrival=_values(["unknown"]),
        registration=_values(["brp", "none"]),
        channel=_values(["counter", "phone", "chat", "e-mail"]),
        outcome=_values(["met", "unmet", "withdrawn", "answered-at-desk"]),
        unmet_reason=_values(["cost", "hours", "distance", "declined"]),
        return_reason=_values(["not-our-task", "other", "no-answer"]),
        municipality=_values(["GM0772", "GM0758"]),
        destination=_values(["desk", "library", "school", "municipality"]),
    ),
    min_size=1,
    max_size=12,
)


def _in_table(cells: dict[Cell, int], name: str) -> dict[tuple[str, ...], int]:
    return {values: questions for (table, values), questions in cells.items() if table == name}


def test_one_question_counts_in_every_table_in_which_it_has_a_value() -> None:
    cells = person_cells([FACT], TABLES, RULES)

    assert cells == {
        ("total", ()): 1,
        ("topic", ("bsn",)): 1,
        ("main-topic", ("registration",)): 1,
        ("language", ("pl",)): 1,
        ("language-family", ("slavic",)): 1,
        ("group", ("eu-labour-migrant",)): 1,
        ("stay", ("unknown",)): 1,
        ("arrival", ("under-1-month",)): 1,
        ("registration", ("rni",)): 1,
        ("served", ("own-language",)): 1,
        ("offered", ("not-offered",)): 1,
        ("channel", ("counter",)): 1,
        ("municipality", ("GM0772",)): 1,
        ("corop", ("CR36",)): 1,
        ("province", ("PV30",)): 1,
        ("destination", ("municipality",)): 1,
        ("cross", ("GM0772", "registration")): 1,
    }


@pytest.mark.parametrize(
    "dimension", ["language", "group", "stay", "arrival", "registration", "municipality", "served"]
)
def test_a_person_has_the_values_of_the_last_visit(dimension: str) -> None:
    change: dict[str, Any] = {dimension: "earlier"}
    earlier = replace(FACT, **change)

    cells = person_cells([earlier, FACT], TABLES, RULES)

    assert _in_table(cells, dimension) == {(getattr(FACT, dimension),): 2}


def test_a_last_visit_without_a_municipality_counts_in_none() -> None:
    cells = person_cells([FACT, replace(FACT, municipality=None)], TABLES, RULES)

    assert _in_table(cells, "municipality") == {}
    assert _in_table(cells, "cross") == {}
    assert _in_table(cells, "total") == {(): 2}


def test_a_question_about_a_main_topic_has_no_topic_below_it() -> None:
    cells = person_cells([replace(FACT, topic="registration")], TABLES, RULES)

    assert _in_table(cells, "topic") == {}
    assert _in_table(cells, "main-topic") == {("registration",): 1}


def test_a_heavy_user_counts_no_more_than_three_questions_in_any_cell() -> None:
    assert set(person_cells([FACT] * 20, TABLES, RULES).values()) == {MOST_QUESTIONS}


@given(FACTS)
def test_a_person_counts_in_no_more_values_than_the_bounds_allow(facts: list[QuestionFact]) -> None:
    cells = person_cells(facts, TABLES, RULES)

    per_table = Counter(table for table, _ in cells)
    for dimension in Dimension:
        assert per_table[dimension] <= BOUNDS[dimension]
    assert per_table["cross"] <= BOUNDS[Dimension.MAIN_TOPIC]
    assert per_table["total"] == 1
    assert all(1 <= questions <= MOST_QUESTIONS for questions in cells.values())


@given(FACTS)
def test_values_within_the_bounds_all_count(facts: list[QuestionFact]) -> None:
    cells = person_cells(facts, TABLES, RULES)

    for dimension in ("channel", "outcome", "unmet_reason", "return_reason", "destination"):
        key = Dimension(dimension.replace("_", "-"))
        asked = {value for fact in facts if (value := getattr(fact, dimension)) is not None}
        counted = {values[0] for values in _in_table(cells, key)}
        assert counted <= asked
        assert len(counted) == min(len(asked), BOUNDS[key])


@given(FACTS, st.randoms(use_true_random=False))
def test_the_values_kept_under_a_cap_do_not_depend_on_the_order_of_questions(
    facts: list[QuestionFact], random: Random
) -> None:
    alike = [replace(FACT, topic=fact.topic, channel=fact.channel) for fact in facts]
    shuffled = list(alike)
    random.shuffle(shuffled)

    assert person_cells(alike, TABLES, RULES) == person_cells(shuffled, TABLES, RULES)


def test_the_values_kept_under_a_cap_differ_between_months_and_persons() -> None:
    many = [replace(FACT, topic=topic) for topic in MAIN_TOPICS]
    months = [[replace(fact, month=f"2026-{month:02}") for fact in many] for month in range(1, 13)]
    people = [[replace(fact, person=bytes([person])) for fact in many] for person in range(12)]

    by_month = {frozenset(_in_table(person_cells(facts, TABLES, RULES), "topic")) for facts in months}
    by_person = {frozenset(_in_table(person_cells(facts, TABLES, RULES), "topic")) for facts in people}

    assert len(by_month) > 1
    assert len(by_person) > 1


def test_the_bounds_hold_for_each_month_of_a_longer_period() -> None:
    topics = ["bsn", "digid", "debt", "permit"]
    facts = [
        replace(FACT, month=month, topic=topic, language=language)
        for month, language in (("2026-01", "pl"), ("2026-02", "ar"))
        for topic in topics
    ]

    cells = person_cells(facts, TABLES, replace(RULES, bounds={**BOUNDS, Dimension.TOPIC: 1}))

    assert _in_table(cells, "language") == {("pl",): 3, ("ar",): 3}
    assert 1 <= len(_in_table(cells, "topic")) <= 2
    assert _in_table(cells, "total") == {(): 3}

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import servicebalie
from servicebalie.core.catalogue import Dimension, parse_catalogue
from servicebalie.core.cell_keys import YearKeys, record_key
from servicebalie.core.contributions import QuestionFact
from servicebalie.core.periods import PeriodKind
from servicebalie.core.tabulation import RawCell, RawTable, UnsortedFacts, tabulate
from tests.support.levels import AREA_LEVELS

CATALOGUE = parse_catalogue(
    (Path(servicebalie.__file__).parent / "reference_data" / "catalogue.toml").read_text()
)
KEYS = YearKeys.derive(b"s" * 32, b"t" * 32)
LEVELS = {Dimension.TOPIC: {"bsn": "registration", "debt": "income"}, **AREA_LEVELS}


def _fact(person: int, topic: str = "bsn", month: str = "2026-03") -> QuestionFact:
    return QuestionFact(
        month=month,
        served=None,
        offered=None,
        person=person.to_bytes(16),
        topic=topic,
        language="pl",
        group=None,
        stay=None,
        arrival=None,
        registration=None,
        channel="counter",
        outcome=None,
        unmet_reason=None,
        return_reason=None,
        municipality="GM0772",
        destination="desk",
    )


def _tabulate(facts: list[QuestionFact]) -> dict[str, RawTable]:
    tables = tabulate(facts, CATALOGUE, PeriodKind.MONTH, levels=LEVELS, keys=KEYS)
    return {table.definition.name: table for table in tables}


def test_tables_come_in_the_order_of_the_catalogue_even_when_nobody_came() -> None:
    tables = tabulate([], CATALOGUE, PeriodKind.MONTH, levels=LEVELS, keys=KEYS)

    assert [table.definition for table in tables] == list(CATALOGUE.tables_of(PeriodKind.MONTH))
    assert all(not table.cells for table in tables)


@given(st.dictionaries(st.integers(1, 2**100), st.integers(1, 5), min_size=1, max_size=12))
def test_a_cell_holds_distinct_persons_capped_questions_and_their_keys(questions: dict[int, int]) -> None:
    facts = [_fact(person) for person in sorted(questions) for _ in range(questions[person])]

    cell = _tabulate(facts)["topic"].cells["bsn",]

    capped = {person.to_bytes(16): min(count, 3) for person, count in questions.items()}
    assert cell.persons == len(questions)
    assert cell.extra_questions == sum(count - 1 for count in capped.values())
    assert cell.persons_key == sum(record_key(KEYS.person, person, 1) for person in capped)
    assert cell.questions_key == sum(record_key(KEYS.person, *pair) for pair in capped.items())


@given(st.sets(st.integers(1, 99), min_size=1), st.sets(st.integers(1, 99), min_size=1))
def test_the_same_people_have_the_same_key_whatever_the_cell(debtors: set[int], others: set[int]) -> None:
    facts = [_fact(person, "debt" if person in debtors else "bsn") for person in sorted(debtors | others)]

    tables = _tabulate(facts)

    assert tables["topic"].cells["debt",] == tables["main-topic"].cells["income",]
    assert tables["topic"].cells["debt",] == tables["municipality-by-main-topic"].cells["GM0772", "income"]
    assert tables["total"].cells[()] == tables["language"].cells["pl",]


def test_what_nobody_asked_has_no_cell() -> None:
    tables = _tabulate([_fact(1)])

    assert set(tables["topic"].cells) == {("bsn",)}
    assert not tables["group"].cells


@pytest.mark.parametrize("people", [(2, 1), (1, 2, 1), (0, 0, 2, 1)])
def test_facts_out_of_order_are_refused_rather_than_counted_twice(people: tuple[int, ...]) -> None:
    with pytest.raises(UnsortedFacts):
        _tabulate([_fact(person) for person in people])


def test_true_counts_and_keys_do_not_show_themselves() -> None:
    raw = _tabulate([_fact(1)])["total"]

    assert repr(RawCell(3, 1, 77, 88)) == "RawCell()"
    assert "cells" not in repr(raw)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 3)), min_size=1, max_size=30))
def test_a_person_who_comes_back_counts_once_in_a_quarter_and_for_three_questions_at_most(
    visits: list[tuple[int, int]],
) -> None:
    facts = [_fact(person, month=f"2026-{month:02}") for person, month in sorted(visits)]

    tables = tabulate(facts, CATALOGUE, PeriodKind.QUARTER, levels=LEVELS, keys=KEYS)

    asked = {person: min(3, sum(who == person for who, _ in visits)) for person, _ in visits}
    cell = next(table for table in tables if table.definition.name == "main-topic").cells["registration",]
    assert cell.persons == len(asked)
    assert cell.extra_questions == sum(asked.values()) - len(asked)

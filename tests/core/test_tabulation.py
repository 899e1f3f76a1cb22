from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import servicebalie
from servicebalie.core.catalogue import Dimension, parse_catalogue
from servicebalie.core.cell_keys import YearKeys, record_key
from servicebalie.core.contributions import QuestionFact
from servicebalie.core.tabulation import RawCell, RawTable, UnsortedFacts, tabulate_month, tabulate_visitors

CATALOGUE = parse_catalogue(
    (Path(servicebalie.__file__).parent / "reference_data" / "catalogue.toml").read_text()
)
KEYS = YearKeys.derive(b"s" * 32, b"t" * 32)
LEVELS = {Dimension.TOPIC: {"bsn": "registration", "debt": "income"}}


def _fact(person: int, topic: str = "bsn") -> QuestionFact:
    return QuestionFact(
        person=person.to_bytes(16),
        topic=topic,
        language="pl",
        group=None,
        stay=None,
        arrival=None,
        channel="counter",
        outcome=None,
        unmet_reason=None,
        municipality="GM0772",
        destination="desk",
    )


def _tabulate(facts: list[QuestionFact]) -> dict[str, RawTable]:
    tables = tabulate_month(facts, CATALOGUE, month="2026-03", levels=LEVELS, keys=KEYS)
    return {table.definition.name: table for table in tables}


def test_tables_come_in_the_order_of_the_catalogue_even_when_nobody_came() -> None:
    tables = tabulate_month([], CATALOGUE, month="2026-03", levels=LEVELS, keys=KEYS)

    assert [table.definition for table in tables] == list(CATALOGUE.tables)
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


@given(
    st.dictionaries(
        st.sampled_from(["pl", "bg", "ti"]), st.sets(st.binary(min_size=16, max_size=16), min_size=1)
    )
)
def test_visitors_of_a_year_have_the_keys_of_persons_with_one_question_each(
    visitors: dict[str, set[bytes]],
) -> None:
    pairs = [(language, person) for language, people in visitors.items() for person in people]

    cells = tabulate_visitors(Dimension.LANGUAGE, pairs, KEYS).cells

    assert set(cells) == {(language,) for language in visitors}
    for (language,), cell in cells.items():
        key = sum(record_key(KEYS.person, person, 1) for person in visitors[language])
        assert cell == RawCell(len(visitors[language]), 0, key, key)

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import servicebalie
from servicebalie.core.catalogue import Dimension, Table, Values, parse_catalogue
from servicebalie.core.cell_keys import DRAWS, Measure, YearKeys, random_numbers
from servicebalie.core.cell_rules import COMMON_FROM
from servicebalie.core.contributions import QuestionFact
from servicebalie.core.disclosure import (
    Estimate,
    SafeTable,
    Surroundings,
    common_categories,
    persons_margin,
    protect,
    protect_all,
    questions_margin,
)
from servicebalie.core.periods import PeriodKind
from servicebalie.core.profile import Profile, parse_profile
from servicebalie.core.tabulation import RawCell, RawTable, tabulate
from tests.support.levels import AREA_LEVELS

REFERENCE_DATA = Path(servicebalie.__file__).parent / "reference_data"
DEFAULT = parse_profile((REFERENCE_DATA / "ptables" / "default-1.json").read_text())
DETAILED = parse_profile((REFERENCE_DATA / "ptables" / "detailed-1.json").read_text())
CATALOGUE = parse_catalogue((REFERENCE_DATA / "catalogue.toml").read_text())
KEYS = YearKeys.derive(b"s" * 32, b"t" * 32)
LEVELS = {Dimension.TOPIC: {"bsn": "registration", "digid": "registration", "debt": "income"}, **AREA_LEVELS}
ALONE = Surroundings(LEVELS)
TOTAL = Table("total", (PeriodKind.MONTH,), ())
LANGUAGE = Table("language", (PeriodKind.MONTH,), (Dimension.LANGUAGE,))
MAIN_TOPIC = Table("main-topic", (PeriodKind.MONTH,), (Dimension.MAIN_TOPIC,))
TOPIC = Table("topic", (PeriodKind.MONTH,), (Dimension.TOPIC,))
CROSS = Table("cross", (PeriodKind.MONTH,), (Dimension.MUNICIPALITY, Dimension.MAIN_TOPIC))

MONTH = "2026-10"
IN_TOTAL = b"2026-10\0total"

RAW_CELLS = st.builds(
    RawCell,
    persons=st.integers(1, 60),
    extra_questions=st.integers(0, 120),
    persons_key=st.integers(0, 2**130),
    questions_key=st.integers(0, 2**130),
)
PROFILES = st.sampled_from([DEFAULT, DETAILED])


def _noise(
    profile: Profile, measure: Measure, epoch: int, persons: int, cell_key: int, place: bytes = IN_TOTAL
) -> int:
    numbers = random_numbers(KEYS.noise, measure, epoch, cell_key, place=place)
    return sum(profile.table.deviation(persons, number) for number in numbers)


def _sum_of_draws(profile: Profile, draws: int) -> dict[int, Fraction]:
    """The exact distribution of a sum of independent deviations, as powers of a generating function."""
    (row,) = profile.table.rows
    lowest, highest = row.deviations[0], row.deviations[-1]
    coefficients = [row.probabilities()[value] for value in range(lowest, highest + 1)]
    power = [Fraction(1)]
    for _ in range(draws):
        power = [
            sum(
                (power[k - i] * p for i, p in enumerate(coefficients) if 0 <= k - i < len(power)), Fraction(0)
            )
            for k in range(len(power) + len(coefficients) - 1)
        ]
    return {draws * lowest + k: p for k, p in enumerate(power)}


def _exactly(persons: int, place: bytes = IN_TOTAL) -> RawCell:
    """A cell that keys leave without noise in its place, with one question for each person."""
    quiet = {
        measure: next(key for key in count() if _noise(DEFAULT, measure, 1, persons, key, place) == 0)
        for measure in Measure
    }
    return RawCell(persons, 0, quiet[Measure.PERSONS], quiet[Measure.QUESTIONS])


def _raw(definition: Table, cells: Mapping[Values, int]) -> RawTable:
    return RawTable(
        definition,
        {values: _exactly(persons, _place(definition, values)) for values, persons in cells.items()},
    )


def _place(definition: Table, values: Values, period: str = MONTH) -> bytes:
    return "\0".join((period, definition.name, *values)).encode()


def _protect(
    raw: RawTable, *broader: RawTable, common: Mapping[Dimension, frozenset[str]] | None = None
) -> set[Values]:
    """Protect tables, broader ones first, and tell which cells of the last are published."""
    tables = protect_all(
        (*broader, raw), DEFAULT, KEYS, period=MONTH, epoch=1, levels=LEVELS, common=common or {}
    )
    return set(tables[-1].cells)


@given(RAW_CELLS, PROFILES, st.integers(0, 5))
def test_a_cell_is_published_just_when_its_perturbed_count_reaches_the_threshold(
    cell: RawCell, profile: Profile, epoch: int
) -> None:
    perturbed = cell.persons + _noise(profile, Measure.PERSONS, epoch, cell.persons, cell.persons_key)

    safe = protect(RawTable(TOTAL, {(): cell}), profile, KEYS, period=MONTH, epoch=epoch, surroundings=ALONE)

    assert set(safe.cells) == ({()} if perturbed >= profile.threshold else set())
    for published in safe.cells.values():
        assert published.persons.value == perturbed
        assert abs(published.persons.value - cell.persons) <= profile.distance


@given(RAW_CELLS, PROFILES)
def test_questions_add_capped_extra_questions_and_deviations_of_their_own(
    cell: RawCell, profile: Profile
) -> None:
    crowd = replace(cell, persons=cell.persons + 60)
    noise = _noise(profile, Measure.QUESTIONS, 1, crowd.persons, crowd.questions_key)

    safe = protect(RawTable(TOTAL, {(): crowd}), profile, KEYS, period=MONTH, epoch=1, surroundings=ALONE)

    published = safe.cells[()]
    assert published.questions.value == published.persons.value + crowd.extra_questions + noise


@pytest.mark.parametrize("profile", [DEFAULT, DETAILED])
def test_how_questions_and_persons_differ_tells_no_parity_of_the_extra_questions(profile: Profile) -> None:
    noise = _sum_of_draws(profile, DRAWS[Measure.QUESTIONS])

    # With E extra questions the difference is E plus this noise; twice one deviation would always be even.
    even = sum(p for value, p in noise.items() if value % 2 == 0)
    assert abs(even - Fraction(1, 2)) < Fraction(1, 10**11)


@pytest.mark.parametrize("profile", [DEFAULT, DETAILED])
def test_the_noise_of_questions_has_four_times_the_variance_of_that_of_persons(profile: Profile) -> None:
    noise = _sum_of_draws(profile, DRAWS[Measure.QUESTIONS])

    assert float(sum(p * value**2 for value, p in noise.items())) == pytest.approx(
        4 * float(profile.variance)
    )


def _deviations(table: Table, label: Values, period: str = MONTH) -> list[int]:
    """The noise of 3000 sets of 1000 people each, under one label of one table."""
    place = _place(table, label, period)
    return [_noise(DEFAULT, Measure.PERSONS, 1, 1000, key, place) for key in range(3000)]


def test_the_same_people_get_nearly_the_same_noise_everywhere_but_not_quite() -> None:
    places = [(TOTAL, (), MONTH), (TOTAL, (), "2026-Q4"), (LANGUAGE, ("pl",), MONTH)]
    first, *others = (_deviations(*place) for place in places)

    for other in (*others, _deviations(LANGUAGE, ("bg",))):
        pairs = list(zip(first, other, strict=True))
        # The variance is 5; noise of their own would have no covariance, the same noise all of it.
        assert sum(a * b for a, b in pairs) / len(pairs) / 5 == pytest.approx(0.545, abs=0.06)
        # With noise of their own 12 of 100 would be equal, and all with the same noise.
        assert sum(a == b for a, b in pairs) / len(pairs) == pytest.approx(0.2, abs=0.05)


@given(RAW_CELLS)
def test_the_same_cell_gets_the_same_number_whenever_it_is_made(cell: RawCell) -> None:
    raw = RawTable(TOTAL, {(): cell})

    once, again = (
        protect(raw, DEFAULT, KEYS, period=MONTH, epoch=1, surroundings=ALONE).cells for _ in range(2)
    )

    assert once == again


def test_a_new_epoch_draws_all_cells_anew() -> None:
    raw = RawTable(LANGUAGE, {(f"l{key}",): RawCell(100, 0, key, key) for key in range(50)})

    before, after = (
        protect(raw, DEFAULT, KEYS, period=MONTH, epoch=epoch, surroundings=ALONE).cells for epoch in (1, 2)
    )

    changed = sum(before[values].persons != after[values].persons for values in before)
    assert changed > 30


def test_noise_over_many_cells_has_no_bias_and_the_variance_of_the_profile() -> None:
    raw = RawTable(LANGUAGE, {(f"l{key}",): RawCell(1000, 0, key, key) for key in range(4000)})

    safe = protect(raw, DEFAULT, KEYS, period=MONTH, epoch=1, surroundings=ALONE)

    of_persons = [cell.persons.value - 1000 for cell in safe.cells.values()]
    of_questions = [cell.questions.value - cell.persons.value for cell in safe.cells.values()]
    for noise, variance in ((of_persons, 5), (of_questions, 20)):
        assert abs(sum(noise) / len(noise)) < 0.07 * variance**0.5
        assert sum(value**2 for value in noise) / len(noise) == pytest.approx(variance, rel=0.08)
    both = sum(a * b for a, b in zip(of_persons, of_questions, strict=True)) / len(of_persons)
    assert abs(both) < 0.7


def test_published_cells_come_in_the_order_of_their_labels() -> None:
    raw = _raw(LANGUAGE, {("pl",): 50, ("ar",): 40, ("bg",): 60})

    safe = protect(raw, DEFAULT, KEYS, period=MONTH, epoch=1, surroundings=ALONE)

    assert list(safe.cells) == [("ar",), ("bg",), ("pl",)]


@pytest.mark.parametrize(("profile", "persons", "questions"), [(DEFAULT, 4, 10), (DETAILED, 3, 6)])
def test_intervals_are_the_narrowest_that_cover_95_of_100_draws(
    profile: Profile, persons: int, questions: int
) -> None:
    for draws, margin in ((1, persons), (1 + 4, questions)):
        distribution = _sum_of_draws(profile, draws)
        covered = sum(p for v, p in distribution.items() if abs(v) <= margin)
        covered_by_less = sum(p for v, p in distribution.items() if abs(v) < margin)
        assert covered >= Fraction(95, 100) > covered_by_less
    assert persons_margin(profile.table) == persons
    assert questions_margin(profile.table) == questions


def test_a_published_number_has_its_interval_and_no_interval_goes_below_zero() -> None:
    raw = RawTable(TOTAL, {(): replace(_exactly(12), extra_questions=0)})

    published = protect(raw, DEFAULT, KEYS, period=MONTH, epoch=1, surroundings=ALONE).cells[()]

    assert published.persons == Estimate(12, 8, 16)
    assert published.questions == Estimate(12, 2, 22)
    low_key = next(key for key in count() if _noise(DEFAULT, Measure.QUESTIONS, 1, 12, key) == -8)
    quiet = RawTable(TOTAL, {(): replace(_exactly(12), questions_key=low_key)})
    assert protect(quiet, DEFAULT, KEYS, period=MONTH, epoch=1, surroundings=ALONE).cells[
        ()
    ].questions == Estimate(4, 0, 14)


def test_no_number_of_questions_is_below_zero() -> None:
    lowest = next(key for key in count() if _noise(DEFAULT, Measure.QUESTIONS, 1, 12, key) == -14)
    raw = RawTable(TOTAL, {(): replace(_exactly(12), extra_questions=0, questions_key=lowest)})
    assert protect(raw, DEFAULT, KEYS, period=MONTH, epoch=1, surroundings=ALONE).cells[
        ()
    ].questions == Estimate(0, 0, 8)


def test_a_cell_under_a_withheld_cell_is_withheld() -> None:
    main = _raw(MAIN_TOPIC, {("registration",): 9, ("income",): 100})
    topics = _raw(TOPIC, {("bsn",): 40, ("debt",): 40})

    assert _protect(topics, main) == {("debt",)}


def test_a_withheld_total_withholds_everything() -> None:
    assert _protect(_raw(LANGUAGE, {("pl",): 40}), _raw(TOTAL, {(): 9})) == set()


@pytest.mark.parametrize(
    ("child", "parent", "is_published"),
    [(26, 29, True), (27, 29, False), (29, 29, False), (26, 28, False), (27, 30, True), (30, 30, True)],
)
def test_a_cell_with_nearly_everyone_of_a_small_group_is_withheld(
    child: int, parent: int, is_published: bool
) -> None:
    published = _protect(_raw(TOPIC, {("bsn",): child}), _raw(MAIN_TOPIC, {("registration",): parent}))

    assert published == ({("bsn",)} if is_published else set())


def test_a_cross_is_judged_by_each_of_its_margins() -> None:
    municipality = Table("municipality", (PeriodKind.MONTH,), (Dimension.MUNICIPALITY,))
    margins = (
        _raw(MAIN_TOPIC, {("income",): 500, ("work",): 500}),
        _raw(municipality, {("GM0772",): 20, ("GM0758",): 200}),
    )
    cross = _raw(CROSS, {("GM0772", "income"): 19, ("GM0772", "work"): 12, ("GM0758", "income"): 190})

    assert _protect(cross, *margins) == {("GM0772", "work"), ("GM0758", "income")}


def test_tables_that_are_not_broader_do_not_matter() -> None:
    assert _protect(_raw(LANGUAGE, {("pl",): 40}), _raw(MAIN_TOPIC, {})) == {("pl",)}


def _of_year(persons: dict[Values, int]) -> SafeTable:
    (table,) = protect_all(
        [_raw(LANGUAGE, persons)], DEFAULT, KEYS, period=MONTH, epoch=1, levels=LEVELS, common=None
    )
    return table


def test_a_category_that_was_rare_last_year_is_withheld_however_many_came_this_month() -> None:
    last_year = _of_year({("pl",): COMMON_FROM, ("ti",): COMMON_FROM - 1})
    common = common_categories([last_year])

    published = _protect(_raw(LANGUAGE, {("pl",): 40, ("ti",): 400, ("new",): 400}), common=common)

    assert published == {("pl",)}


@given(st.dictionaries(st.sampled_from(["pl", "bg", "ti"]), RAW_CELLS), PROFILES)
def test_whether_a_category_is_rare_in_a_year_depends_on_its_perturbed_number_of_persons(
    totals: dict[str, RawCell], profile: Profile
) -> None:
    raw = RawTable(LANGUAGE, {(language,): cell for language, cell in totals.items()})
    perturbed = {
        language: cell.persons
        + _noise(
            profile,
            Measure.PERSONS,
            1,
            cell.persons,
            cell.persons_key,
            _place(LANGUAGE, (language,)),
        )
        for language, cell in totals.items()
    }

    year = protect_all([raw], profile, KEYS, period=MONTH, epoch=1, levels=LEVELS, common=None)

    common = {language for language, persons in perturbed.items() if persons >= COMMON_FROM}
    assert common_categories(year) == {Dimension.LANGUAGE: common}


def test_a_year_has_nothing_under_a_category_that_is_rare_in_it() -> None:
    cross = Table("cross", (PeriodKind.YEAR,), (Dimension.LANGUAGE, Dimension.GROUP))
    raw = [_raw(LANGUAGE, {("pl",): 29, ("bg",): 30}), _raw(cross, {("pl", "x"): 12, ("bg", "x"): 12})]

    language, crossed = protect_all(raw, DEFAULT, KEYS, period=MONTH, epoch=1, levels=LEVELS, common=None)

    assert set(language.cells) == {("bg",)}
    assert set(crossed.cells) == {("bg", "x")}


def test_a_rare_municipality_is_withheld_from_its_crosses_and_other_dimensions_are_not_judged() -> None:
    common = {Dimension.MUNICIPALITY: frozenset({"GM0772"})}
    cross = _raw(CROSS, {("GM0772", "income"): 40, ("GM0758", "income"): 40})

    assert _protect(cross, common=common) == {("GM0772", "income")}
    assert _protect(_raw(LANGUAGE, {("ti",): 40}), common=common) == {("ti",)}


def test_nobody_else_can_make_a_safe_table() -> None:
    safe = protect(_raw(TOTAL, {(): 40}), DEFAULT, KEYS, period=MONTH, epoch=1, surroundings=ALONE)

    with pytest.raises(TypeError, match="protect alone"):
        SafeTable(TOTAL, safe.cells, None)
    with pytest.raises(TypeError):
        safe.cells[()] = safe.cells[()]  # type: ignore[index]  # the mapping is read-only


@given(st.lists(st.tuples(st.integers(1, 80), st.sampled_from(["bsn", "digid", "debt"])), max_size=150))
def test_every_published_cell_of_a_month_lies_in_published_cells_and_reaches_the_threshold(
    asked: list[tuple[int, str]],
) -> None:
    facts = [_fact(person, topic) for person, topic in sorted(asked)]
    raw = tabulate(facts, CATALOGUE, PeriodKind.MONTH, levels=LEVELS, keys=KEYS)

    tables = protect_all(raw, DETAILED, KEYS, period=MONTH, epoch=1, levels=LEVELS, common={})

    assert [table.definition for table in tables] == list(CATALOGUE.tables_of(PeriodKind.MONTH))
    by_name = {table.definition.name: table.cells for table in tables}
    for cells in by_name.values():
        assert all(cell.persons.value >= DETAILED.threshold for cell in cells.values())
        assert not cells or by_name["total"]
    for (topic,) in by_name["topic"]:
        assert (LEVELS[Dimension.TOPIC][topic],) in by_name["main-topic"]


def _fact(person: int, topic: str) -> QuestionFact:
    return QuestionFact(
        month="2026-03",
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
        municipality=None,
        destination="desk",
    )

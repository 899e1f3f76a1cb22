"""The audit before publication catches tables that break a promise, however they came to be."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import servicebalie
from servicebalie.core import disclosure
from servicebalie.core.catalogue import Dimension, Table, Values
from servicebalie.core.disclosure import CommonCategories, Estimate, SafeCell, SafeTable
from servicebalie.core.periods import PeriodKind
from servicebalie.core.profile import parse_profile
from servicebalie.core.release_audit import AuditFailed, audit_release
from tests.support.levels import AREA_LEVELS

PROFILE = parse_profile(
    (Path(servicebalie.__file__).parent / "reference_data" / "ptables" / "default-1.json").read_text()
)
LEVELS = {Dimension.TOPIC: {"bsn": "registration"}, **AREA_LEVELS}
FAMILY = Table("language-family", (PeriodKind.MONTH,), (Dimension.LANGUAGE_FAMILY,))
LANGUAGE = Table("language", (PeriodKind.MONTH,), (Dimension.LANGUAGE,))
CROSS = Table("cross", (PeriodKind.MONTH,), (Dimension.LANGUAGE, Dimension.GROUP))


def _cell(persons: int, margin: int = 4) -> SafeCell:
    questions = Estimate(persons, max(0, persons - 10), persons + 10)
    return SafeCell(Estimate(persons, max(0, persons - margin), persons + margin), questions)


def _table(definition: Table, cells: dict[Values, SafeCell]) -> SafeTable:
    """Make a table past all protection, as a mistake in it would."""
    return SafeTable(definition, cells, disclosure._SEAL)


def _audit(*tables: SafeTable, common: CommonCategories | None = None) -> None:
    expected = [table.definition for table in tables]
    audit_release(tables, expected, PROFILE, levels=LEVELS, common={} if common is None else common)


def test_tables_that_keep_the_promises_pass() -> None:
    _audit(_table(FAMILY, {("slavic",): _cell(80)}), _table(LANGUAGE, {("pl",): _cell(60)}))


@pytest.mark.parametrize(
    ("family", "language", "reason"),
    [
        ({("slavic",): _cell(80)}, {("pl",): _cell(9)}, "below-threshold"),
        ({("slavic",): _cell(80)}, {("pl",): _cell(60, margin=3)}, "wrong-interval"),
        ({}, {("pl",): _cell(60)}, "cell-without-broader"),
        ({("slavic",): _cell(29)}, {("pl",): _cell(27)}, "nearly-everyone"),
    ],
)
def test_a_broken_promise_is_named(
    family: dict[Values, SafeCell], language: dict[Values, SafeCell], reason: str
) -> None:
    with pytest.raises(AuditFailed) as failure:
        _audit(_table(FAMILY, family), _table(LANGUAGE, language))

    assert failure.value.params == {"reason": reason, "table": "language"}


def test_a_rare_category_is_named() -> None:
    common = {Dimension.LANGUAGE: frozenset({"bg"})}
    with pytest.raises(AuditFailed) as failure:
        _audit(_table(CROSS, {("pl", "unknown"): _cell(60)}), common=common)
    assert failure.value.params == {"reason": "rare-category", "table": "cross"}

    _audit(_table(CROSS, {("bg", "unknown"): _cell(60)}), common=common)


@pytest.mark.parametrize(("persons", "is_rare"), [(29, True), (30, False)])
def test_a_year_is_judged_by_itself(persons: int, is_rare: bool) -> None:
    tables = [_table(LANGUAGE, {("pl",): _cell(persons)}), _table(CROSS, {("pl", "unknown"): _cell(12)})]
    definitions = [table.definition for table in tables]
    if is_rare:
        with pytest.raises(AuditFailed, match="rare-category"):
            audit_release(tables, definitions, PROFILE, levels=LEVELS, common=None)
    else:
        audit_release(tables, definitions, PROFILE, levels=LEVELS, common=None)


def test_a_table_that_the_catalogue_does_not_have_is_refused() -> None:
    with pytest.raises(AuditFailed, match="not-in-catalogue"):
        audit_release([_table(LANGUAGE, {})], [FAMILY], PROFILE, levels=LEVELS, common={})


def test_the_audit_knows_no_profile_by_heart() -> None:
    stricter = replace(PROFILE, threshold=100, variance=Decimal(5))
    with pytest.raises(AuditFailed, match="below-threshold"):
        audit_release(
            [_table(LANGUAGE, {("pl",): _cell(60)})], [LANGUAGE], stricter, levels=LEVELS, common={}
        )

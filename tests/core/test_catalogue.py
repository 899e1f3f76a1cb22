from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import servicebalie
from servicebalie.core.catalogue import (
    HIGHEST_K,
    Dimension,
    InvalidCatalogue,
    Table,
    parse_catalogue,
)
from servicebalie.core.periods import PeriodKind
from tests.support.levels import AREA_LEVELS

SHIPPED = (Path(servicebalie.__file__).parent / "reference_data" / "catalogue.toml").read_text()
BOUNDS = """
[bounds]
topic = 3
channel = 2
outcome = 3
unmet-reason = 2
return-reason = 1
destination = 2
offered = 1
"""
LEVELS = {Dimension.TOPIC: {"bsn": "registration", "debt": "income"}, **AREA_LEVELS}


def _catalogue(*tables: str, bounds: str = BOUNDS, period: str = "month") -> str:
    """Write a catalogue of tables given as `name: dimension, dimension`."""
    text = f'version = "1"\n{bounds}'
    for table in tables:
        name, _, dimensions = table.partition(":")
        quoted = ", ".join(
            f'"{dimension.strip()}"' for dimension in dimensions.split(",") if dimension.strip()
        )
        text += f'\n[[table]]\nname = "{name}"\nperiods = ["{period}"]\ndimensions = [{quoted}]\n'
    return text


def _table(*dimensions: Dimension) -> Table:
    return Table("table", (PeriodKind.MONTH,), dimensions)


def test_the_shipped_catalogue_keeps_a_person_to_few_cells_of_each_period() -> None:
    catalogue = parse_catalogue(SHIPPED)

    assert [catalogue.cells_per_person(kind) for kind in PeriodKind] == [25, 23, 25]
    assert max(catalogue.cells_per_person(kind) for kind in PeriodKind) <= HIGHEST_K


def test_the_shipped_catalogue_has_the_tables_of_a_month() -> None:
    tables = parse_catalogue(SHIPPED).tables_of(PeriodKind.MONTH)

    assert [table.name for table in tables] == [
        "total",
        "main-topic",
        "topic",
        "language-family",
        "language",
        "group",
        "stay",
        "arrival",
        "registration",
        "channel",
        "outcome",
        "unmet-reason",
        "province",
        "corop",
        "municipality",
        "destination",
        "municipality-by-main-topic",
    ]


def test_a_table_is_published_only_over_the_periods_it_lists() -> None:
    catalogue = parse_catalogue(_catalogue("total:", "group: group", period="quarter"))

    assert catalogue.tables_of(PeriodKind.MONTH) == ()
    assert [table.name for table in catalogue.tables_of(PeriodKind.QUARTER)] == ["total", "group"]
    assert catalogue.cells_per_person(PeriodKind.YEAR) == 0


def test_k_multiplies_the_bounds_of_crossed_dimensions() -> None:
    catalogue = parse_catalogue(_catalogue("cross: channel, main-topic, group", "stay: stay"))

    assert catalogue.cells_per_person(PeriodKind.MONTH) == 2 * 3 * 1 + 1


def test_a_catalogue_at_the_highest_k_is_accepted_and_one_more_cell_is_refused() -> None:
    bounds = BOUNDS.replace("topic = 3", f"topic = {HIGHEST_K - 1}")

    full = parse_catalogue(_catalogue("total:", "topic: topic", bounds=bounds))
    assert full.cells_per_person(PeriodKind.MONTH) == HIGHEST_K
    with pytest.raises(InvalidCatalogue) as refusal:
        parse_catalogue(_catalogue("total:", "stay: stay", "topic: topic", bounds=bounds))
    assert refusal.value.params == {"reason": "too-many-cells", "period": "month"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("version = ", "malformed"),
        ("", "malformed"),
        ('version = "1"\nbounds = 3\ntable = []', "malformed"),
        (_catalogue("total:", bounds=BOUNDS.replace("topic = 3", 'topic = "3"')), "malformed"),
        (_catalogue("nationality: nationality"), "unknown-value"),
        (_catalogue("total:", period="week"), "unknown-value"),
        (_catalogue("total:", bounds=BOUNDS.replace("channel = 2", "")), "bound-missing"),
        (_catalogue("total:", bounds=BOUNDS + "language = 2\n"), "bound-follows"),
        (_catalogue("total:", bounds=BOUNDS + "main-topic = 2\n"), "bound-follows"),
        (_catalogue("total:", bounds=BOUNDS.replace("topic = 3", "topic = 0")), "bound-not-positive"),
        (_catalogue("total:", bounds="[bounds]\n"), "bound-missing"),
        (_catalogue("stay: stay", "stay: group"), "repeated-name"),
        (_catalogue("a: stay, group", "b: group, stay"), "repeated-dimensions"),
        (_catalogue("a: stay, stay"), "repeated-dimensions"),
        (_catalogue("topic: topic", "main: main-topic"), "broader-table-later"),
        (_catalogue("stay: stay", "total:"), "broader-table-later"),
    ],
)
def test_a_catalogue_that_cannot_be_published_from_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidCatalogue) as refusal:
        parse_catalogue(text)

    assert refusal.value.params["reason"] == reason


def test_the_total_is_broader_than_everything_else() -> None:
    total = _table()

    assert not total.is_broader_than(total)
    assert all(total.is_broader_than(_table(dimension)) for dimension in Dimension)


def test_a_table_is_broader_than_its_cross_and_than_its_lower_level() -> None:
    main = _table(Dimension.MAIN_TOPIC)
    cross = _table(Dimension.MUNICIPALITY, Dimension.MAIN_TOPIC)

    assert main.is_broader_than(_table(Dimension.TOPIC))
    assert main.is_broader_than(cross)
    assert cross.is_broader_than(_table(Dimension.TOPIC, Dimension.MUNICIPALITY))
    assert not _table(Dimension.TOPIC).is_broader_than(main)
    assert not _table(Dimension.STAY).is_broader_than(cross)


@given(
    st.permutations(
        [(Dimension.TOPIC, "bsn"), (Dimension.MUNICIPALITY, "GM0772"), (Dimension.STAY, "unknown")]
    )
)
def test_the_cell_around_is_found_whatever_the_order_of_dimensions(
    labels: list[tuple[Dimension, str]],
) -> None:
    finer = _table(*(dimension for dimension, _ in labels))
    values = tuple(value for _, value in labels)
    broader = _table(Dimension.MUNICIPALITY, Dimension.MAIN_TOPIC)

    assert broader.cell_around(values, finer, LEVELS) == ("GM0772", "registration")
    assert _table().cell_around(values, finer, LEVELS) == ()

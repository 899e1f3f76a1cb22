"""The names of what reports count by."""

import pytest

from servicebalie.core.catalogue import Dimension
from servicebalie.documents.names import name_of, values_of
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.i18n.report_words import DIMENSIONS, TABLES
from servicebalie.services.publishing_rules import shipped_catalogue


@pytest.mark.parametrize(
    ("dimension", "code", "english", "dutch"),
    [
        (Dimension.TOPIC, "bsn", "Citizen service number (BSN)", "Burgerservicenummer (BSN)"),
        (Dimension.MUNICIPALITY, "GM0772", "Eindhoven", "Eindhoven"),
        (Dimension.PROVINCE, "PV30", "Noord-Brabant", "Noord-Brabant"),
        (Dimension.LANGUAGE, "zh", "Chinese", "Chinees"),
        (Dimension.LANGUAGE, "ber", "Berber", "Berber"),
        (Dimension.LANGUAGE_FAMILY, "slavic", "Slavic languages", "Slavische talen"),
    ],
)
def test_a_value_has_a_name_in_each_language(
    dimension: Dimension, code: str, english: str, dutch: str
) -> None:
    assert (name_of(dimension, code, "en"), name_of(dimension, code, "nl")) == (english, dutch)


@pytest.mark.parametrize("dimension", Dimension)
@pytest.mark.parametrize("locale", DESK_LOCALES)
def test_a_value_that_is_not_known_any_more_is_shown_as_its_code(dimension: Dimension, locale: str) -> None:
    assert name_of(dimension, "was-once", locale) == "was-once"


@pytest.mark.parametrize("dimension", Dimension)
def test_every_value_that_is_listed_has_a_name(dimension: Dimension) -> None:
    unnamed = [value for value in values_of(dimension) if name_of(dimension, value, "nl") == value]
    assert unnamed == []


def test_every_table_and_dimension_of_the_catalogue_has_words() -> None:
    tables = {table.name for table in shipped_catalogue().tables if table.dimensions}
    assert set(TABLES) == tables
    assert set(DIMENSIONS) == set(Dimension)

"""Finding the municipality that somebody means."""

import csv
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.code_lists import Municipality
from servicebalie.core.municipality_names import find_municipality, suggest_municipalities
from servicebalie.services.municipality_names import other_names
from servicebalie.shipped import reference_data

with reference_data("municipalities_2026.csv").open(encoding="utf-8", newline="") as file:
    SHIPPED = tuple(
        Municipality(row["gemeentecode"], row["gemeentenaam"], row["coropcode"], row["provinciecode"])
        for row in csv.DictReader(file)
    )

OTHER_NAMES = other_names()


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        (
            "GM0772",
            ["Eindhoven", "  eindhoven ", "EINDHOVEN", "Ейндговен", "Эйндховен", "آيندهوفن", "埃因霍温"],
        ),
        ("GM0772", ["Tongelre", "gemeente Eindhoven", "Woensel, Eindhoven", "Eindhoven (Strijp)"]),
        ("GM0518", ["'s-Gravenhage", "s gravenhage", "’s‑Gravenhage", "Den Haag", "the hague", "La Haye"]),
        (
            "GM0518",
            ["Haga", "Hága", "Гаага", "Χάγη", "لاهاي", "海牙", "Scheveningen", "Scheveningen, Den Haag"],
        ),
        ("GM0796", ["'s-Hertogenbosch", "s Hertogenbosch", "Den Bosch", "Bois-le-Duc", "Rosmalen"]),
        ("GM0363", ["Amszterdam", "Амстердам", "Άμστερνταμ", "أمستردام", "امستردام", "Amsterdam-Zuidoost"]),
        ("GM0394", ["Haarlemmermeer", "Hoofddorp", "Nieuw Vennep", "Schiphol"]),
        ("GM0758", ["Breda", "Бреда", "بريدا", "Prinsenbeek"]),
        ("GM0861", ["Veldhoven", "Велдховен"]),
        ("GM0753", ["Best", "best"]),
        ("GM0546", ["Leiden", "Leyden", "Лейден"]),
        ("GM0794", ["Хелмонд", "Гелмонд"]),
        ("GM1900", ["Sudwest Fryslan", "Sneek"]),
        ("GM0373", ["Bergen (NH.)", "bergen nh"]),
        ("GM0687", ["Middelburg"]),
        ("GM0820", ["Nuenen"]),
    ],
)
def test_a_municipality_is_found_by_its_names_in_any_language_and_script(
    code: str, spellings: list[str]
) -> None:
    found = {typed: find_municipality(typed, SHIPPED, OTHER_NAMES) for typed in spellings}
    assert {typed: one.code if one else None for typed, one in found.items()} == dict.fromkeys(
        spellings, code
    )


@pytest.mark.parametrize(
    "typed", ["Bergen", "Atlantis", "Eindhoven, Breda", "Eindhofen", "gemeente", "", "'-"]
)
def test_a_name_of_none_or_of_more_than_one_finds_nothing(typed: str) -> None:
    assert find_municipality(typed, SHIPPED, OTHER_NAMES) is None


@given(st.sampled_from(SHIPPED))
def test_every_municipality_is_found_by_its_own_name(municipality: Municipality) -> None:
    assert find_municipality(municipality.name, SHIPPED, OTHER_NAMES) == municipality
    assert find_municipality(municipality.name.upper(), SHIPPED, OTHER_NAMES) == municipality


@given(st.sampled_from([(code, name) for code, names in OTHER_NAMES.items() for name in names]))
def test_every_other_name_belongs_to_one_municipality(other: tuple[str, str]) -> None:
    code, name = other
    found = find_municipality(name, SHIPPED, OTHER_NAMES)
    assert found is not None
    assert found.code == code


@given(st.text(max_size=40))
def test_whatever_is_typed_gets_an_answer_and_suggestions_are_municipalities(typed: str) -> None:
    found = find_municipality(typed, SHIPPED, OTHER_NAMES)
    assert found is None or found in SHIPPED
    suggestions = suggest_municipalities(typed, SHIPPED, OTHER_NAMES)
    assert len(suggestions) <= 5
    assert set(suggestions) <= set(SHIPPED)


def test_a_municipality_that_is_no_more_is_neither_found_nor_suggested() -> None:
    former = [Municipality("GM0771", "Eindhoven-Oud", "CR36", "PV30", active=False)]
    assert find_municipality("Eindhoven-Oud", former, {}) is None
    assert suggest_municipalities("Eindhoven-Oud", former, {}) == ()


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("Bergen", ("Bergen (L.)", "Bergen (NH.)", "Berg en Dal")),
        ("Eindhofen", ("Eindhoven",)),
        ("Roterdam", ("Rotterdam",)),
        ("The Hage", ("'s-Gravenhage",)),
        ("Schevening", ("'s-Gravenhage",)),
        ("Хельмонд", ("Helmond",)),
        ("Alphen", ("Alphen aan den Rijn", "Alphen-Chaam")),
        ("zzzz", ()),
        ("", ()),
    ],
)
def test_names_that_look_like_what_was_typed_are_suggested(typed: str, suggested: tuple[str, ...]) -> None:
    names = tuple(one.name for one in suggest_municipalities(typed, SHIPPED, OTHER_NAMES))
    assert names[: len(suggested)] == suggested


def test_at_most_as_many_names_are_suggested_as_wanted() -> None:
    assert len(suggest_municipalities("b", SHIPPED, OTHER_NAMES, limit=2)) == 2


def test_the_list_of_other_names_says_the_official_name_beside_every_code() -> None:
    listed = tomllib.loads(reference_data("municipality_names.toml").read_text(encoding="utf-8"))
    official = {one.code: one.name for one in SHIPPED}
    assert {code: one["official"] for code, one in listed.items()} == {
        code: official[code] for code in listed
    }
    assert all(set(one) <= {"official", "names", "places"} for one in listed.values())

"""Finding the municipality that somebody means."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.code_lists import Municipality
from servicebalie.core.municipality_names import (
    OTHER_NAMES,
    find_municipality,
    suggest_municipalities,
)
from servicebalie.shipped import reference_data

with reference_data("municipalities_2026.csv").open(encoding="utf-8", newline="") as file:
    SHIPPED = tuple(
        Municipality(row["gemeentecode"], row["gemeentenaam"], row["coropcode"], row["provinciecode"])
        for row in csv.DictReader(file)
    )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Eindhoven", "GM0772"),
        ("  eindhoven ", "GM0772"),
        ("'s-Gravenhage", "GM0518"),
        ("s gravenhage", "GM0518"),
        ("’s‑Gravenhage", "GM0518"),
        ("Den Haag", "GM0518"),
        ("the hague", "GM0518"),
        ("لاهاي", "GM0518"),
        ("Den Bosch", "GM0796"),
        ("'s-Hertogenbosch", "GM0796"),
        ("Sudwest Fryslan", "GM1900"),
        ("Bergen (NH.)", "GM0373"),
        ("bergen nh", "GM0373"),
        ("Middelburg", "GM0687"),
        ("Лейден", None),
        ("Bergen", None),
        ("Atlantis", None),
        ("", None),
        ("'-", None),
    ],
)
def test_a_municipality_is_found_by_its_names_however_they_are_spelled(typed: str, code: str | None) -> None:
    found = find_municipality(typed, SHIPPED)
    assert (found.code if found else None) == code


@given(st.sampled_from(SHIPPED))
def test_every_municipality_is_found_by_its_own_name(municipality: Municipality) -> None:
    assert find_municipality(municipality.name, SHIPPED) == municipality
    assert find_municipality(municipality.name.upper(), SHIPPED) == municipality


@given(st.sampled_from([(code, name) for code, names in OTHER_NAMES.items() for name in names]))
def test_every_other_name_belongs_to_one_municipality(other: tuple[str, str]) -> None:
    code, name = other
    found = find_municipality(name, SHIPPED)
    assert found is not None
    assert found.code == code


@given(st.text(max_size=40))
def test_whatever_is_typed_gets_an_answer_and_suggestions_are_names_that_are_found(typed: str) -> None:
    found = find_municipality(typed, SHIPPED)
    assert found is None or found in SHIPPED
    suggestions = suggest_municipalities(typed, SHIPPED)
    assert len(suggestions) <= 4
    assert all(find_municipality(name, SHIPPED) for name in suggestions)


def test_a_municipality_that_is_no_more_is_neither_found_nor_suggested() -> None:
    former = [Municipality("GM0771", "Eindhoven-Oud", "CR36", "PV30", active=False)]
    assert find_municipality("Eindhoven-Oud", former) is None
    assert suggest_municipalities("Eindhoven-Oud", former) == ()


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("Bergen", ("Bergen (L.)", "Bergen (NH.)", "Berg en Dal")),
        ("Eindhofen", ("Eindhoven",)),
        ("Roterdam", ("Rotterdam",)),
        ("The Hage", ("'s-Gravenhage",)),
        ("zzzz", ()),
        ("", ()),
    ],
)
def test_names_that_look_like_what_was_typed_are_suggested(typed: str, suggested: tuple[str, ...]) -> None:
    assert suggest_municipalities(typed, SHIPPED)[: len(suggested)] == suggested


def test_at_most_as_many_names_are_suggested_as_wanted() -> None:
    assert len(suggest_municipalities("b", SHIPPED, limit=2)) == 2

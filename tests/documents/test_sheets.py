"""Names of sheets that Excel and LibreOffice accept, and texts that a cell can hold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.documents.sheets import LONGEST_TEXT, clean, sheet_names

# With what makes names hard: what is not allowed, what counts twice, and equal names in other letters.
TITLES = st.lists(st.text(alphabet=st.sampled_from("aAbß[]:*?/\\' \n\x00😀é…"), max_size=40), max_size=8)


@given(TITLES)
def test_names_are_allowed_and_no_two_are_alike(titles: list[str]) -> None:
    names = sheet_names(titles)
    assert len(names) == len(titles)
    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\\x00-\x1f]", name)
        assert name == name.strip(" '")


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (("Gemeenten", "gemeenten", "GEMEENTEN"), ("Gemeenten", "gemeenten (2)", "GEMEENTEN (3)")),
        (("Vraag: wie/wat?",), ("Vraag wie wat",)),
        (("History",), ("History (2)",)),
        (("", ""), ("(2)", "(3)")),
        (("'quoted'",), ("quoted",)),
        (("a" * 31,), ("a" * 31,)),
        (("Waarom mensen naar Nederland kwamen",), ("Waarom mensen naar Nederland…",)),
        (("Waarom mensen naar hun gemeente kwamen",), ("Waarom mensen naar hun…",)),
        (("Twee " + "a" * 40,), ("Twee " + "a" * 25 + "…",)),
        (("a" * 32,), ("a" * 30 + "…",)),
        (("a" * 32, "a" * 33), ("a" * 30 + "…", "a" * 26 + "… (2)")),
        (("😀" * 16,), ("😀" * 15 + "…",)),
    ],
)
def test_a_name_is_the_title_as_far_as_possible(titles: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert sheet_names(titles) == names


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("één\ttwee\r\n  drie ", "één twee drie"),
        ("a\x00b\x0bc\ufffe\ud800d", "abcd"),
        ("van 1\u00a0000", "van 1\u00a0000"),
        ("=1+1", "=1+1"),
        ("x" * 20_000, "x" * LONGEST_TEXT),
    ],
)
def test_text_loses_only_what_a_cell_cannot_hold(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept


@given(st.text())
def test_clean_text_is_not_changed_again(text: str) -> None:
    assert clean(clean(text)) == clean(text)

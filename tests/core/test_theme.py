"""The colours of a desk are complete, readable, and said in the words of the stylesheet that they replace."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import servicebalie
from servicebalie.core.theme import (
    FOR_TEXT,
    SETTABLE,
    SHIPPED,
    UnreadableColours,
    check_colours,
    complete_colours,
    contrast_ratio,
    make_stylesheet,
    parse_colour,
)

SHEETS = sorted((Path(servicebalie.__file__).parent / "web" / "static").glob("*.css"))
COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
READ = (
    ("utrecht-document-color", "utrecht-document-background-color"),
    ("utrecht-page-header-color", "servicebalie-page-header-hover-background-color"),
    ("utrecht-button-primary-action-color", "utrecht-button-primary-action-hover-background-color"),
    ("utrecht-link-hover-color", "utrecht-surface-background-color"),
)
TOKEN = re.compile(r"^  --([\w-]+): (#[0-9a-f]+);$", re.MULTILINE)


def refused(**colours: str) -> dict[tuple[str, str], float]:
    """Return the pairs that are refused, with their contrast."""
    with pytest.raises(UnreadableColours) as refusal:
        check_colours({token.replace("_", "-"): colour for token, colour in colours.items()})
    return {(pair.foreground, pair.background): pair.ratio for pair in refusal.value.pairs}


def test_the_shipped_colours_are_those_of_the_stylesheet() -> None:
    (sheet,) = (file for file in SHEETS if file.name == "servicebalie.css")
    found = {token: parse_colour(colour) for token, colour in TOKEN.findall(sheet.read_text())}
    assert found == SHIPPED


def test_the_shipped_colours_can_be_read() -> None:
    check_colours({})
    assert make_stylesheet({}).text == ":root {\n}\n"


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#777777", "#ffffff", 4.48),  # the known pair just below the limit
        ("#767676", "#ffffff", 4.54),  # and the one just above it
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast_ratio(one, other) == pytest.approx(ratio, abs=0.005)


@given(COLOUR, COLOUR)
def test_contrast_lies_between_1_and_21_and_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert 1 <= contrast_ratio(one, other) <= 21
    assert contrast_ratio(one, other) == contrast_ratio(other, one)


@pytest.mark.parametrize(("written", "colour"), [("#FfD200", "#ffd200"), ("#a0C", "#aa00cc")])
def test_a_colour_may_be_written_short_and_in_capitals(written: str, colour: str) -> None:
    assert parse_colour(written) == colour


@pytest.mark.parametrize("text", ["red", "#12", "#12345", "ffd200", "#ggg", "#ffd200;", "#ffd20080", ""])
def test_what_is_not_a_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        parse_colour(text)


def test_a_light_link_is_refused_with_its_contrast_on_every_background() -> None:
    pairs = refused(utrecht_link_color="#ffcc00")
    assert pairs["utrecht-link-color", "utrecht-surface-background-color"] == pytest.approx(1.51, abs=0.01)
    assert {"utrecht-link-color", "utrecht-link-hover-color"} == {foreground for foreground, _ in pairs}


def test_a_background_is_checked_against_everything_that_stands_on_it() -> None:
    pairs = refused(utrecht_document_background_color="#666666")
    assert ("utrecht-document-color", "utrecht-document-background-color") in pairs
    assert ("utrecht-alert-error-color", "utrecht-document-background-color") in pairs


def test_a_focus_that_is_seen_nowhere_is_refused() -> None:
    pairs = refused(utrecht_focus_outline_color="#ffffff", utrecht_focus_inverse_outline_color="#ffffff")
    assert ("utrecht-focus-outline-color", "utrecht-surface-background-color") in pairs
    assert ("utrecht-focus-outline-color", "utrecht-focus-inverse-outline-color") in pairs


def test_one_ring_of_the_focus_on_each_background_is_enough() -> None:
    check_colours(
        {"utrecht-focus-outline-color": "#000000", "utrecht-focus-inverse-outline-color": "#ffffff"}
    )


def test_dark_text_on_a_light_button_is_good_and_the_button_gets_lighter_under_the_mouse() -> None:
    chosen = {
        "utrecht-button-primary-action-background-color": "#ffd200",
        "utrecht-button-primary-action-color": "#000000",
    }
    check_colours(chosen)
    hover = complete_colours(chosen)["utrecht-button-primary-action-hover-background-color"]
    assert contrast_ratio("#000000", hover) > contrast_ratio("#000000", "#ffd200")


@given(st.dictionaries(st.sampled_from(SETTABLE), COLOUR))
def test_colours_that_are_taken_can_be_read_everywhere(chosen: dict[str, str]) -> None:
    colours = complete_colours(chosen)
    assert colours.keys() == SHIPPED.keys()
    try:
        check_colours(chosen)
    except UnreadableColours as refusal:
        as_told = [pair.ratio < pair.least for pair in refusal.pairs]
    else:
        as_told = [contrast_ratio(colours[text], colours[under]) >= FOR_TEXT for text, under in READ]
    assert as_told
    assert all(as_told)


@given(st.dictionaries(st.sampled_from(SETTABLE), COLOUR))
def test_a_stylesheet_holds_the_changed_tokens_and_nothing_else(chosen: dict[str, str]) -> None:
    sheet = make_stylesheet(chosen)
    found = dict(TOKEN.findall(sheet.text))
    assert found == {t: c for t, c in complete_colours(chosen).items() if c != SHIPPED[t]}
    assert len(sheet.text.splitlines()) == len(found) + 2
    assert make_stylesheet(dict(chosen)).sha256 == sheet.sha256

"""Text of others on a terminal."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from servicebalie.client.terminal import one_line, table, width, without_controls

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def texts(value):
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from texts(item)
        case dict():
            for name, item in value.items():
                yield name
                yield from texts(item)


@given(anything)
def test_no_text_anywhere_in_an_answer_keeps_a_control_character(value):
    kept = set("".join(texts(without_controls(value)))) - set("\n\u200c\u200d")

    assert not {unicodedata.category(character) for character in kept} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs", "M"])))
def test_ordinary_text_stays_as_it_is(text):
    assert without_controls(text) == text


def test_persian_and_composed_emoji_keep_their_joiners():
    assert without_controls("می‌خواهم 👩‍🏫") == "می‌خواهم 👩‍🏫"


@given(st.text())
def test_one_line_is_one_line(text):
    assert len(one_line(text).splitlines()) <= 1


def test_only_text_from_right_to_left_is_isolated():
    assert one_line("Łódź  9\n ") == "Łódź 9"
    assert one_line("שלום") == "\u2068שלום\u2069"


def test_wide_and_combining_characters_are_counted_in_columns():
    assert width("荷兰语") == 6
    assert width("e\u0301") == 1
    assert width("\u2068abc\u2069") == 3


@given(st.lists(st.lists(st.text(max_size=50), min_size=3, max_size=3), max_size=5))
def test_columns_of_a_table_begin_at_the_same_place(rows):
    cleaned = [[without_controls(cell) for cell in row] for row in rows]
    marked = [[cell, "|", "end"] for cell, _second, _third in cleaned]
    lines = table(("Heading", "|", "End"), marked)

    assert len(lines) == len(rows) + 1
    assert len({width(line.rsplit("|", 1)[0]) for line in lines}) == 1


def test_a_long_cell_is_cut_off():
    assert table(("A", "B"), [("x" * 40, "y")])[1] == "x" * 29 + "…  y"
    assert table(("A",), [("x" * 30,)])[1] == "x" * 30
    assert table(("A",), [("荷" * 16,)])[1] == "荷" * 14 + "…"

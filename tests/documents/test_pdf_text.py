"""Only what the fonts of the PDF have is printed."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from servicebalie.documents.pdf import render_pdf
from servicebalie.documents.pdf_text import REPLACEMENT, printable
from tests.documents import pdf_samples as samples
from tests.documents.pdf_reading import ReadPdf, squeezed

ALPHABET = "".join(
    character
    for character in map(chr, range(0x3000))
    if printable(character) == character and character != " "
)


def test_every_character_that_is_let_through_is_printed() -> None:
    document = ReadPdf(render_pdf(samples.report(method=tuple(ALPHABET))))
    assert len(ALPHABET) > 2000
    printed = unicodedata.normalize("NFC", document.text)
    assert set(squeezed(ALPHABET)) - set(printed) == {"\N{COMBINING GRAPHEME JOINER}"}


@given(st.text())
def test_what_is_printable_stays_so(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@given(st.text())
def test_nothing_invisible_is_left(text: str) -> None:
    assert not {unicodedata.category(character) for character in printable(text)} & {"Cc", "Cf", "Zl", "Zp"}


def test_letters_with_marks_are_put_together() -> None:
    assert printable("e\N{COMBINING ACUTE ACCENT}") == "é"


def test_white_space_becomes_a_space() -> None:
    assert printable("a\nb\tc\N{NO-BREAK SPACE}d") == "a b c d"


def test_what_no_font_has_is_replaced() -> None:
    assert printable("荷🙂\ue000") == REPLACEMENT * 3

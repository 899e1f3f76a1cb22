"""What the fonts of the PDF can print. PDF/UA forbids a character for which no font has a shape."""

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that cannot be printed."""

_BLOCKS = (
    range(0x20, 0x7F),  # Basic Latin
    range(0xA0, 0x500),  # Latin, phonetics, combining marks, Greek, Cyrillic
    range(0x1E00, 0x2000),  # Latin and Greek with several marks
    range(0x2010, 0x2028),  # dashes, quotation marks, bullets
    range(0x2030, 0x2041),  # per mille, primes, quotation marks
    range(0x2070, 0x20C0),  # raised and lowered digits, currencies
    range(0x2190, 0x2270),  # arrows, mathematics
    range(0x2500, 0x2600),  # boxes and shapes
)
"""What the fonts inside typst 0.15 have, as far as reports in Dutch and English may need it."""

_INVISIBLE = frozenset({"Cc", "Cf"})
_PRINTED = frozenset(chr(code) for block in _BLOCKS for code in block if chr(code).isprintable())


def printable(text: str) -> str:
    """Return a text with only what the fonts can print.

    White space of any kind becomes a space; control characters, such as those that turn the direction of
    writing, are left out; any other character that the fonts do not have becomes `REPLACEMENT`.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(each if each in _PRINTED else _instead_of(each) for each in composed)


def _instead_of(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _INVISIBLE else REPLACEMENT

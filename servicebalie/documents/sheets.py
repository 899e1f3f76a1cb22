"""Sheets of a spreadsheet without the format of any program: what XLSX and ODS are both written from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil
from typing import TypeAlias

LONGEST_NAME = 31
"""How many UTF-16 units the name of a sheet has at most (Excel)."""

LONGEST_TEXT = 16_383
"""Half of what a cell of Excel holds, which counts UTF-16 units; a longer text would be lost as a whole."""

_GAP = re.compile("[\t\n\r ]+")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (section 2.2, Char)."""

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_TAKEN_BY_EXCEL = "history"


class Look(StrEnum):
    """How a cell is shown; headings and `WRAPPED` texts get as many lines as they need."""

    TITLE = "title"
    HEADING = "heading"
    NUMBER_HEADING = "number-heading"
    TEXT = "text"
    WRAPPED = "wrapped"
    MISSING = "missing"
    NUMBER = "number"
    SHARE = "share"
    DAY = "day"


_WRAPPED = (Look.HEADING, Look.NUMBER_HEADING, Look.WRAPPED)


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, a whole number, a part from 0 to 1, or a day; text stays text, whatever it looks like."""

    value: str | int | float | date
    look: Look


Row: TypeAlias = tuple[Cell | None, ...]
"""The cells of a line from the left; None leaves one empty."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with the widths of its columns in characters.

    `heading` is the index of the row with the headings of columns, None if there is none: it and the rows
    above it stay in view. With `filters` the rows below it can be filtered by every column.
    """

    name: str
    widths: tuple[int, ...]
    rows: tuple[Row, ...]
    heading: int | None = None
    filters: bool = False


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a file and what the file says about itself; `facts` are names with values."""

    locale: str
    title: str
    subject: str
    author: str
    created_on: date
    facts: tuple[tuple[str, str], ...]
    sheets: tuple[Sheet, ...]


def clean(text: str) -> str:
    """Return text as every spreadsheet can hold it: without control characters, each gap one space."""
    return _GAP.sub(" ", _NO_XML.sub("", text)).strip(" ")[:LONGEST_TEXT].rstrip(" ")


def text(value: str, look: Look = Look.TEXT) -> Cell:
    """Return a cell with text."""
    return Cell(clean(value), look)


def number(value: int) -> Cell:
    """Return a cell with a whole number."""
    return Cell(value, Look.NUMBER)


def headings(*names: str, look: Look = Look.HEADING) -> Row:
    """Return the headings of columns, of texts or of numbers."""
    return tuple(text(name, look) for name in names)


def line_count(sheet: Sheet, row: Row) -> int:
    """Return how many lines the texts of a row need at most; not every program finds that out by itself."""
    return max(
        (
            ceil(len(str(cell.value)) / width)
            for cell, width in zip(row, sheet.widths, strict=False)
            if cell is not None and cell.look in _WRAPPED
        ),
        default=1,
    )


def sheet_names(titles: Iterable[str]) -> tuple[str, ...]:
    """Return a name for a sheet of each title: allowed in Excel and LibreOffice, and no two alike."""
    names: list[str] = []
    taken = {_TAKEN_BY_EXCEL, ""}
    for title in titles:
        base = clean(_NOT_IN_NAMES.sub(" ", title))
        name, count = _shortened(base, ""), 1
        while name.casefold() in taken:
            count += 1
            name = _shortened(base, f" ({count})")
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def _shortened(base: str, ending: str) -> str:
    """Return the base with this ending, where it is too long cut between words if much of it can stay.

    Apostrophes may not stand at the outside.
    """
    room = LONGEST_NAME - len(ending)
    kept = base
    while _length(kept) > room:
        kept = kept.removesuffix("…")[:-1].rstrip() + "…"
    if kept != base and not base.startswith(kept[:-1] + " "):
        whole_words = kept.rpartition(" ")[0] + "…"
        kept = whole_words if _length(whole_words) > room / 2 else kept
    return (kept.strip(" '") + ending).strip()


def _length(name: str) -> int:
    """Return how many UTF-16 units a name has."""
    return len(name.encode("utf-16-le")) // 2

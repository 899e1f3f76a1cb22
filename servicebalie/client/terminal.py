"""Text of others on a terminal: nothing in it may steer the terminal or turn its lines around."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"
# Persian and composed emoji need these two; every other format character can only deceive.
_JOINERS = "\u200c\u200d"
_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_WIDEST_CELL = 30


def without_controls(value: Any) -> Any:
    """Take control and direction characters out of every text in a JSON value; line ends stay."""
    match value:
        case str():
            return "".join(c for c in value if c == "\n" or c in _JOINERS or not _steers(c))
        case list():
            return [without_controls(item) for item in value]
        case dict():
            return {without_controls(name): without_controls(item) for name, item in value.items()}
        case _:
            return value


def _steers(character: str) -> bool:
    return unicodedata.category(character) in _STEERING


def one_line(text: str) -> str:
    """Put a text on one line, and isolate it when it runs from right to left (UAX 9, FSI and PDI)."""
    line = " ".join(text.split())
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in line):
        return f"{FIRST_STRONG_ISOLATE}{line}{POP_DIRECTIONAL_ISOLATE}"
    return line


def width(text: str) -> int:
    """Count the columns that a text takes on a terminal."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Set rows in columns under their headings, two spaces apart; a long cell is cut off."""
    cells = [list(headings), *([one_line(_cut(cell)) for cell in row] for row in rows)]
    widths = [max(width(cell) for cell in column) for column in zip(*cells, strict=True)]
    return [_row(line, widths) for line in cells]


def _row(cells: list[str], widths: list[int]) -> str:
    padded = (cell + " " * (columns - width(cell)) for cell, columns in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _cut(text: str) -> str:
    if width(text) <= _WIDEST_CELL:
        return text
    kept = ""
    for character in text:
        if width(kept + character) >= _WIDEST_CELL:
            break
        kept += character
    return kept + "…"


def moment(timestamp: datetime) -> str:
    """Write a moment in the time zone of this computer, to the minute."""
    return timestamp.astimezone().strftime("%Y-%m-%d %H:%M")


def dutch_moment(timestamp: datetime) -> str:
    """Write a moment in Dutch time, to the minute: that of every service, wherever this computer is."""
    return f"{timestamp.astimezone(ZoneInfo('Europe/Amsterdam')):%Y-%m-%d %H:%M}"


def period(start: datetime, end: datetime | None) -> str:
    """Write opening hours, which may have no end, in Dutch time; of an end on the same day the time only."""
    opens = dutch_moment(start)
    return f"{opens}–{time_of_end(start, end)}" if end else opens


def time_of_end(start: datetime, end: datetime) -> str:
    """Write an end in Dutch time, with its day only where that is another one than that of the start."""
    day, closes = dutch_moment(start)[:10], dutch_moment(end)
    return closes.removeprefix(f"{day} ")

"""TOML as it comes from people: whatever is no TOML is one error."""

import re
import tomllib
from typing import Any


class NotToml(ValueError):
    """The text is no TOML; `line` is the number of the line that is not, or `-` where that cannot be told."""

    def __init__(self, line: str) -> None:
        super().__init__(f"not TOML at line {line}")
        self.line = line


def read_toml(text: str) -> dict[str, Any]:
    """Return what a TOML text says; raises `NotToml`, with the last line for a text that breaks off.

    A byte order mark at the beginning, as some editors write it, is left out. Python's reader has other
    errors besides its own: for numbers of thousands of digits, and for lists and tables that lie hundreds
    deep.
    """
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise NotToml(_line_of(error, text)) from None


def _line_of(error: Exception, text: str) -> str:
    if found := re.search(r"line (\d+)", str(error)):
        return found[1]
    return str(len(text.splitlines()) or 1) if "end of document" in str(error) else "-"

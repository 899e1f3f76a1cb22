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
    """Return what a TOML text says; raises `NotToml`.

    Python's reader has other errors besides its own: for numbers of thousands of digits, and for lists and
    tables that lie hundreds deep.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = re.search(r"line (\d+)", str(error))
        raise NotToml(found[1] if found else "-") from None

"""The files in which a directory goes in and out: their forms, and reading whatever comes."""

import json
from collections.abc import Iterable
from enum import StrEnum

from servicebalie.core.code_lists import CodeLists
from servicebalie.core.directory_csv import parse_csv, write_csv
from servicebalie.core.directory_entries import Entry
from servicebalie.core.directory_hsds import write_hsds
from servicebalie.core.directory_hsds_reading import parse_hsds
from servicebalie.core.errors import Fault


class Format(StrEnum):
    """The form of a file: HSDS as JSON, or one sheet."""

    JSON = "json"
    CSV = "csv"


def write_directory(entries: Iterable[Entry], lists: CodeLists, form: Format) -> bytes:
    """Return the file of a directory in which everything has its uid."""
    if form is Format.CSV:
        return write_csv(entries).encode()
    return json.dumps(write_hsds(entries, lists), ensure_ascii=False, separators=(",", ":")).encode()


def read_directory_file(content: bytes, lists: CodeLists, form: Format) -> tuple[list[Entry], list[Fault]]:
    """Return the entries of a file and what is wrong with them.

    A sheet that is not in UTF-8 is read as spreadsheets under Windows store it.
    """
    faults: list[Fault] = []
    if form is Format.CSV:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
        return parse_csv(text, lists, faults), faults
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return [], [Fault("", "not-hsds")]
    return parse_hsds(document, lists, faults), faults

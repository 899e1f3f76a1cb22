"""The files in which a directory goes in and out: their forms, and reading whatever comes."""

import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
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

    A sheet is in UTF-8, or as spreadsheets under Windows store it: in UTF-16 or Windows-1252.
    """
    faults: list[Fault] = []
    if form is Format.CSV:
        try:
            text = _text_of(content)
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            return [], [Fault(f"/{line}", "not-csv")]
        return parse_csv(text, lists, faults), faults
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return [], [Fault("", "not-hsds")]
    return parse_hsds(document, lists, faults), faults


def _text_of(content: bytes) -> str:
    """Return the text of a sheet; raises `UnicodeDecodeError` for what is none."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if content.startswith(BOM_UTF8):
            raise
        return content.decode("cp1252")

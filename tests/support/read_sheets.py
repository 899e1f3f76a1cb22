"""Reads spreadsheets back with another program's eyes: calamine, which knows XLSX and ODS."""

import io

from python_calamine import CalamineWorkbook

Value = object
Sheets = dict[str, list[list[Value]]]


def read_sheets(content: bytes) -> Sheets:
    """Return the rows of every sheet; empty cells at the end of a row are left out, others are None."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {
        name: [_without_end(row) for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in workbook.sheet_names
    }


def _without_end(row: list[Value]) -> list[Value]:
    values = [None if value == "" else value for value in row]
    while values and values[-1] is None:
        values.pop()
    return values

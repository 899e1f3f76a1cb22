"""A report as an Excel workbook (Office Open XML, ISO/IEC 29500), with XlsxWriter.

The bytes follow from the report alone: the creation date is that of publication.
"""

import io
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from xlsxwriter import Workbook as File

from servicebalie.documents.model import Report
from servicebalie.documents.report_sheets import report_workbook
from servicebalie.documents.sheets import Cell, Look, Sheet, Workbook, line_count

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_A4 = 9
_LINE_HEIGHT = 15
"""In points."""

_LONGEST_FOOTER = 200
_LONGEST_PROPERTY = 127
"""Half of what Excel holds, which counts UTF-16 units."""

_FORMATS: Mapping[Look, Mapping[str, object]] = {
    Look.TITLE: {"bold": True, "font_size": 14},
    Look.HEADING: {"bold": True, "text_wrap": True, "valign": "top"},
    Look.NUMBER_HEADING: {"bold": True, "text_wrap": True, "valign": "top", "align": "right"},
    Look.TEXT: {"valign": "top"},
    Look.WRAPPED: {"text_wrap": True, "valign": "top"},
    Look.MISSING: {"align": "right", "valign": "top"},
    Look.NUMBER: {"num_format": "#,##0", "valign": "top"},
    Look.SHARE: {"num_format": "0%", "align": "left", "valign": "top"},
    Look.DAY: {"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"},
}


def render_xlsx(report: Report) -> bytes:
    """Return the report as the bytes of an XLSX file."""
    workbook = report_workbook(report)
    content = io.BytesIO()
    with File(content, _OPTIONS) as file:
        _describe(file, workbook)
        formats = {look: file.add_format(dict(given)) for look, given in _FORMATS.items()}
        for sheet in workbook.sheets:
            _add_sheet(file, sheet, workbook, formats)
    return content.getvalue()


def _describe(file: File, workbook: Workbook) -> None:
    """Set the properties of the document; Excel keeps the language of a document among the custom ones."""
    file.set_properties(
        {
            "title": workbook.title,
            "subject": workbook.subject,
            "author": workbook.author,
            "created": datetime.combine(workbook.created_on, time(), UTC),
        }
    )
    for name, value in (*workbook.facts, ("Language", workbook.locale)):
        file.set_custom_property(name[:_LONGEST_PROPERTY], value[:_LONGEST_PROPERTY], "text")


def _add_sheet(file: File, sheet: Sheet, workbook: Workbook, formats: Mapping[Look, Any]) -> None:
    page = file.add_worksheet(sheet.name)
    for position, width in enumerate(sheet.widths):
        page.set_column(position, position, width)
    for row, cells in enumerate(sheet.rows):
        lines = line_count(sheet, cells)
        if lines > 1:
            page.set_row(row, lines * _LINE_HEIGHT)
        for column, cell in enumerate(cells):
            if cell is not None:
                _write(page, (row, column), cell, formats)
    _set_up_printing(page, sheet, workbook)
    if sheet.heading is not None:
        page.freeze_panes(sheet.heading + 1, 0)
        page.repeat_rows(sheet.heading)
        if sheet.filters:
            page.autofilter(sheet.heading, 0, len(sheet.rows) - 1, len(sheet.widths) - 1)


def _write(page: Any, place: tuple[int, int], cell: Cell, formats: Mapping[Look, Any]) -> None:
    match cell.value:
        case str() as words:
            page.write_string(*place, words, formats[cell.look])
        case int() | float() as amount:
            page.write_number(*place, amount, formats[cell.look])
        case day:
            page.write_datetime(*place, day, formats[cell.look])


def _set_up_printing(page: Any, sheet: Sheet, workbook: Workbook) -> None:
    """Print as wide as the paper, with the headings and the source on every page."""
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    if sheet.heading is not None:
        page.set_landscape()
    source = f"{workbook.author} – {workbook.title}"[:_LONGEST_FOOTER].replace("&", "&&")
    page.set_footer(f"&L{source}&R&P / &N")

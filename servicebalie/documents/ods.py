"""A report as an OpenDocument spreadsheet (OASIS ODF 1.3, ISO/IEC 26300), written directly.

The bytes follow from the report alone. Sections in comments are those of ODF 1.3, part 2 (packages) and 3.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from html import escape

from servicebalie.documents.model import Report
from servicebalie.documents.ods_styles import column_style, content_styles, document_styles, row_style
from servicebalie.documents.report_sheets import report_workbook
from servicebalie.documents.sheets import Cell, Look, Row, Sheet, Workbook, line_count

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in (
        ("office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
        ("style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"),
        ("text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"),
        ("table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"),
        ("number", "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"),
        ("meta", "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"),
        ("config", "urn:oasis:names:tc:opendocument:xmlns:config:1.0"),
        ("fo", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("ooo", "http://openoffice.org/2004/office"),
    )
)
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The moment of every file in the package; the first that ZIP knows."""


def render_ods(report: Report) -> bytes:
    """Return the report as the bytes of an ODS file."""
    workbook = report_workbook(report)
    parts = {
        "content.xml": _document("content", content_styles(workbook) + _body(workbook)),
        "styles.xml": _document("styles", document_styles(workbook)),
        "meta.xml": _document("meta", _meta(workbook)),
        "settings.xml": _document("settings", _settings(workbook)),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        # First and uncompressed, so that the media type stands at a fixed place in the file (3.3).
        _add(package, "mimetype", MEDIA_TYPE, zipfile.ZIP_STORED)
        for name, text in (*parts.items(), ("META-INF/manifest.xml", _manifest(tuple(parts)))):
            _add(package, name, text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _add(package: zipfile.ZipFile, name: str, text: str, compression: int) -> None:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    package.writestr(entry, text.encode(), compression)


def _manifest(names: tuple[str, ...]) -> str:
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media_type}"{version}/>'
        for path, media_type, version in (
            ("/", MEDIA_TYPE, ' manifest:version="1.3"'),
            *((name, "text/xml", "") for name in names),
        )
    )
    head = f'<manifest:manifest xmlns:manifest="{_MANIFEST}" manifest:version="1.3">'
    return f"{DECLARATION}{head}{entries}</manifest:manifest>"


def _document(kind: str, inside: str) -> str:
    root = f"office:document-{kind}"
    return f'{DECLARATION}<{root} {_NAMESPACES} office:version="1.3">{inside}</{root}>'


def _meta(workbook: Workbook) -> str:
    facts = "".join(
        f'<meta:user-defined meta:name="{escape(name)}" meta:value-type="string">{escape(value)}'
        "</meta:user-defined>"
        for name, value in workbook.facts
    )
    return (
        "<office:meta><meta:generator>servicebalie</meta:generator>"
        f"<dc:title>{escape(workbook.title)}</dc:title><dc:subject>{escape(workbook.subject)}</dc:subject>"
        f"<meta:initial-creator>{escape(workbook.author)}</meta:initial-creator>"
        f"<meta:creation-date>{workbook.created_on}T00:00:00Z</meta:creation-date>"
        f"<dc:language>{workbook.locale}</dc:language>{facts}</office:meta>"
    )


def _settings(workbook: Workbook) -> str:
    """Return the panes that stay in view; ODF leaves their names to the programs, these are LibreOffice's."""
    sheets = "".join(_frozen(sheet) for sheet in workbook.sheets)
    return (
        '<office:settings><config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        f'<config:config-item-map-named config:name="Tables">{sheets}</config:config-item-map-named>'
        "</config:config-item-map-entry></config:config-item-map-indexed>"
        "</config:config-item-set></office:settings>"
    )


def _frozen(sheet: Sheet) -> str:
    if sheet.heading is None:
        return ""
    items = (
        ("VerticalSplitMode", "short", 2),
        ("VerticalSplitPosition", "int", sheet.heading + 1),
        ("ActiveSplitRange", "short", 2),
        ("PositionTop", "int", 0),
        ("PositionBottom", "int", sheet.heading + 1),
    )
    inside = "".join(
        f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
        for name, kind, value in items
    )
    name = escape(sheet.name)
    return f'<config:config-item-map-entry config:name="{name}">{inside}</config:config-item-map-entry>'


def _body(workbook: Workbook) -> str:
    sheets = "".join(part for sheet in workbook.sheets for part in _table(sheet))
    filters = "".join(_filter(sheet) for sheet in workbook.sheets if sheet.filters)
    ranges = f"<table:database-ranges>{filters}</table:database-ranges>"
    return f"<office:body><office:spreadsheet>{sheets}{ranges}</office:spreadsheet></office:body>"


def _table(sheet: Sheet) -> Iterator[str]:
    yield f'<table:table table:name="{escape(sheet.name)}" table:style-name="sheet">'
    for width in sheet.widths:
        yield f'<table:table-column table:style-name="{column_style(width)}"/>'
    for position, row in enumerate(sheet.rows):
        line = _row(row, line_count(sheet, row))
        yield (
            f"<table:table-header-rows>{line}</table:table-header-rows>"
            if position == sheet.heading
            else line
        )
    yield "</table:table>"


def _row(row: Row, lines: int) -> str:
    cells = "".join("<table:table-cell/>" if cell is None else _cell(cell) for cell in row)
    return f'<table:table-row table:style-name="{row_style(lines)}">{cells}</table:table-row>'


def _cell(cell: Cell) -> str:
    match cell.value:
        case str() as words:
            kind, shown = 'office:value-type="string"', escape(words)
        case date() as day:
            kind, shown = f'office:value-type="date" office:date-value="{day}"', f"{day}"
        case amount if cell.look is Look.SHARE:
            kind, shown = f'office:value-type="percentage" office:value="{amount}"', f"{amount:.0%}"
        case amount:
            kind, shown = f'office:value-type="float" office:value="{amount}"', f"{amount}"
    return (
        f'<table:table-cell table:style-name="{cell.look}" {kind}><text:p>{shown}</text:p></table:table-cell>'
    )


def _filter(sheet: Sheet) -> str:
    """Return the range of a sheet whose columns can be filtered; quotes in its name are doubled."""
    name = "'" + sheet.name.replace("'", "''") + "'"
    last = f"{_letters(len(sheet.widths))}{len(sheet.rows)}"
    address = escape(f"{name}.A{(sheet.heading or 0) + 1}:{name}.{last}")
    return (
        f'<table:database-range table:name="numbers" table:target-range-address="{address}" '
        'table:display-filter-buttons="true"/>'
    )


def _letters(column: int) -> str:
    """Return the letter of a column, the first being 1; no sheet has more than 26 columns with a filter."""
    return chr(ord("A") + column - 1)

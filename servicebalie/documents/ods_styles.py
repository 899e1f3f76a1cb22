"""The styles of an OpenDocument spreadsheet: how cells, columns and printed pages look."""

from html import escape

from servicebalie.documents.sheets import Look, Workbook, line_count

_CENTIMETRES = 0.2
"""How wide a character is, about."""

_LINE_HEIGHT = 0.45
"""How high a line is, in centimetres."""

_COUNTRIES = {"nl": "NL", "en": "GB"}
"""Whose way of writing numbers goes with a language; LibreOffice takes one without a country for American."""

_TOP = 'style:vertical-align="top"'
_WRAP = f'fo:wrap-option="wrap" {_TOP}'
_CELLS = {
    Look.TITLE: ("", "", "", 'fo:font-size="14pt" fo:font-weight="bold"'),
    Look.HEADING: ("", _WRAP, "", 'fo:font-weight="bold"'),
    Look.NUMBER_HEADING: (
        "",
        f'style:text-align-source="fix" {_WRAP}',
        'fo:text-align="end"',
        'fo:font-weight="bold"',
    ),
    Look.TEXT: ("", _TOP, "", ""),
    Look.WRAPPED: ("", _WRAP, "", ""),
    Look.MISSING: ("", f'style:text-align-source="fix" {_TOP}', 'fo:text-align="end"', ""),
    Look.NUMBER: ("whole", _TOP, "", ""),
    Look.SHARE: ("part", f'style:text-align-source="fix" {_TOP}', 'fo:text-align="start"', ""),
    Look.DAY: ("iso-day", f'style:text-align-source="fix" {_TOP}', 'fo:text-align="start"', ""),
}
"""For each look: the style of its number, and the properties of the cell, the paragraph and the text."""

_NUMBERS = (
    '<number:number-style style:name="whole" number:language="{language}" number:country="{country}">'
    '<number:number number:decimal-places="0" number:min-integer-digits="1" number:grouping="true"/>'
    "</number:number-style>"
    '<number:percentage-style style:name="part">'
    '<number:number number:decimal-places="0" number:min-integer-digits="1"/><number:text>%</number:text>'
    "</number:percentage-style>"
    '<number:date-style style:name="iso-day"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    "</number:date-style>"
)


def content_styles(workbook: Workbook) -> str:
    """Return the styles that the content names."""
    numbers = _NUMBERS.format(language=workbook.locale, country=_COUNTRIES[workbook.locale])
    widths = sorted({width for sheet in workbook.sheets for width in sheet.widths})
    columns = "".join(
        f'<style:style style:name="{column_style(width)}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * _CENTIMETRES:.1f}cm"/></style:style>'
        for width in widths
    )
    heights = {line_count(sheet, row) for sheet in workbook.sheets for row in sheet.rows}
    rows = "".join(
        f'<style:style style:name="{row_style(lines)}" style:family="table-row">'
        f"{_height(lines)}</style:style>"
        for lines in sorted(heights)
    )
    cells = "".join(_cell_style(look, *given) for look, given in _CELLS.items())
    return (
        f"<office:automatic-styles>{numbers}{columns}"
        f"{rows}"
        '<style:style style:name="sheet" style:family="table" style:master-page-name="page">'
        '<style:table-properties table:display="true"/></style:style>'
        f"{cells}</office:automatic-styles>"
    )


def document_styles(workbook: Workbook) -> str:
    """Return the language of the document and its page: as wide as the paper, with the source below."""
    source = escape(f"{workbook.author} – {workbook.title}")
    return (
        '<office:styles><style:default-style style:family="table-cell"><style:text-properties '
        f'fo:font-size="10pt" fo:language="{workbook.locale}" fo:country="{_COUNTRIES[workbook.locale]}"/>'
        "</style:default-style></office:styles>"
        '<office:automatic-styles><style:page-layout style:name="paper"><style:page-layout-properties '
        'fo:page-width="29.7cm" fo:page-height="21cm" style:print-orientation="landscape" fo:margin="1.5cm" '
        'style:scale-to-X="1"/><style:footer-style><style:header-footer-properties '
        'fo:min-height="0.75cm"/></style:footer-style></style:page-layout></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="page" style:page-layout-name="paper">'
        f"<style:footer><style:region-left><text:p>{source}</text:p></style:region-left><style:region-right>"
        "<text:p><text:page-number>1</text:page-number> / <text:page-count>1</text:page-count></text:p>"
        "</style:region-right></style:footer></style:master-page></office:master-styles>"
    )


def column_style(width: int) -> str:
    """Return the name of the style of a column of this width in characters."""
    return f"wide-{width}"


def row_style(lines: int) -> str:
    """Return the name of the style of a row with so many lines."""
    return f"lines-{lines}"


def _height(lines: int) -> str:
    """Return the height of a row; one with a single line has the best for its letters."""
    if lines == 1:
        return '<style:table-row-properties style:use-optimal-row-height="true"/>'
    height = f'style:row-height="{lines * _LINE_HEIGHT:.2f}cm"'
    return f'<style:table-row-properties {height} style:use-optimal-row-height="false"/>'


def _cell_style(look: Look, number: str, cell: str, paragraph: str, letters: str) -> str:
    shows = f' style:data-style-name="{number}"' if number else ""
    inside = "".join(
        f"<style:{kind}-properties {given}/>"
        for kind, given in (("table-cell", cell), ("paragraph", paragraph), ("text", letters))
        if given
    )
    return f'<style:style style:name="{look}" style:family="table-cell"{shows}>{inside}</style:style>'

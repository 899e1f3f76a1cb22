"""The registry of files: what a report can be had as. To add a kind, add a line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from servicebalie.documents import ods
from servicebalie.documents.charts import CHART_NAMES
from servicebalie.documents.csvw import render_csvw
from servicebalie.documents.json_stat import render_json_stat
from servicebalie.documents.model import Report
from servicebalie.documents.numbers_csv import render_csv
from servicebalie.documents.pdf import render_pdf
from servicebalie.documents.xlsx import render_xlsx
from servicebalie.i18n.marking import msgid as _

SVG = "image/svg+xml"
PDF_UA = "https://www.iso.org/standard/64599.html"
ODF = "https://docs.oasis-open.org/office/OpenDocument/v1.3/"
CSVW = "https://www.w3.org/TR/tabular-metadata/"
JSON_STAT = "https://json-stat.org/format/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its title, what it is, and what makes it of a report whose charts are drawn.

    `make` returns None where a report has nothing for it. A kind that is not `in_each_language` is made once,
    of the report in English. `standard` is the address of what the file conforms to.
    """

    title: str
    media_type: str
    extension: str
    make: Callable[[Report], bytes | None]
    in_each_language: bool = True
    standard: str | None = None


def _chart(name: str, report: Report) -> bytes | None:
    """Return the picture of a chart, None where the report has no such chart."""
    return next((chart.svg.encode() for chart in report.charts if chart.name == name), None)


CHART = "chart-{}"
"""How the picture of a chart is called."""

_CHART_TITLES = {
    "main-topic": _("Picture: persons by main topic"),
    "stay": _("Picture: passing through or staying"),
    "total-by-month": _("Picture: all persons over the months"),
    "main-topic-by-month": _("Picture: main topics over the months"),
}

_CHARTS = {
    CHART.format(name): Kind(_CHART_TITLES[name], SVG, "svg", partial(_chart, name)) for name in CHART_NAMES
}

KINDS: Mapping[str, Kind] = {
    "pdf": Kind(
        _("The whole report, to print or to send"), "application/pdf", "pdf", render_pdf, standard=PDF_UA
    ),
    "xlsx": Kind(_("Tables for Excel"), XLSX, "xlsx", render_xlsx),
    "ods": Kind(
        _("Tables for LibreOffice and other programs"), ods.MEDIA_TYPE, "ods", ods.render_ods, standard=ODF
    ),
    "numbers": Kind(_("All numbers, with codes"), "text/csv", "csv", render_csv, in_each_language=False),
    # Beside numbers.csv this has the name by which readers of CSV on the Web look for it.
    "numbers.csv-metadata": Kind(
        _("What the columns and codes of the CSV mean"),
        "application/csvm+json",
        "json",
        render_csvw,
        standard=CSVW,
    ),
    "json-stat": Kind(
        _("All numbers for statistical programs"),
        "application/json",
        "json",
        render_json_stat,
        standard=JSON_STAT,
    ),
    # The pictures come last, because the files before them hold them too.
    **_CHARTS,
}
"""All kinds of files by name, in the order in which they are offered."""

"""The registry of files: what a report can be had as. To add a kind, add a line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from servicebalie.documents.charts import CHART_NAMES
from servicebalie.documents.model import Report
from servicebalie.i18n.marking import msgid as _

SVG = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its title, what it is, and what makes it of a report whose charts are drawn.

    `make` returns None where a report has nothing for it. A kind that is not `in_each_language` is made once,
    of the report in English.
    """

    title: str
    media_type: str
    extension: str
    make: Callable[[Report], bytes | None]
    in_each_language: bool = True


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
    # The pictures come last, because the files before them hold them too.
    **_CHARTS,
}
"""All kinds of files by name, in the order in which they are offered."""

"""Draws the charts of a report. Half a second the first time and some hundredths for each one after that, so
only at publication."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import vl_convert

from servicebalie.documents.chart_specs import specification
from servicebalie.documents.model import Chart, Report

_D3_LOCALES: Mapping[str, Literal["nl-NL", "en-GB"]] = {"nl": "nl-NL", "en": "en-GB"}
"""How d3, which draws the axes, calls the locales of the desk."""

_VEGA_LITE = "6.4"


def draw_charts(report: Report) -> Report:
    """Return the report with the pictures of its charts."""
    return replace(report, charts=tuple(_drawn(report, chart) for chart in report.charts))


def _drawn(report: Report, chart: Chart) -> Chart:
    locale = _D3_LOCALES[report.locale]
    svg: str = vl_convert.vegalite_to_svg(
        specification(report, chart), vl_version=_VEGA_LITE, format_locale=locale, time_format_locale=locale
    )
    return replace(chart, svg=svg)

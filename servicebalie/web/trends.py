"""The reports for policymakers and everybody else: published numbers, and how to read them."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from flask_babel import format_date, format_decimal, format_percent
from werkzeug.wrappers import Response as AnyResponse

from servicebalie.core.bar_chart import draw_bars
from servicebalie.core.method_facts import ledger, noise_facts
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.periods import InvalidPeriod, Period, PeriodKind, parse_period
from servicebalie.http.runtime import runtime
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.services.desks import DeskFacts, find_desk, profile_of
from servicebalie.services.publishing_rules import (
    shipped_attack_scores,
    shipped_catalogue,
    shipped_profile,
)
from servicebalie.services.releases import PeriodNotPublished, latest_month, published_periods
from servicebalie.services.trends import Report, ReportCell, read_document, read_report
from servicebalie.web.trend_tables import show_table

IN_CHART = "main-topic"
TOTAL = "total"

pages = Blueprint("reports", __name__)
pages.app_template_filter("number")(format_decimal)


@pages.app_template_filter("percent")
def format_share(share: float) -> str:
    """Return a share as a percentage, in the language of the page; small ones with more decimals."""
    decimals = "" if share >= 0.1 else ".#" if share >= 0.01 else ".###"
    shown: str = format_percent(share, f"#,##0{decimals}%")
    return shown


@pages.app_template_filter("period")
def format_period(period: Period | str) -> str:
    """Return the name of a month, quarter or year, in the language of the page."""
    given = parse_period(str(period))
    name: str = format_date(given.starts_at, _NAMES[given.kind])
    return name


_NAMES = {PeriodKind.MONTH: "MMMM yyyy", PeriodKind.QUARTER: "QQQQ yyyy", PeriodKind.YEAR: "yyyy"}


@pages.get("/<locale:locale>/trends")
def latest(locale: str) -> AnyResponse:
    """Lead to the newest report, or say that there is none yet."""
    desk = _desk_of_pages(locale)
    with runtime().database.published() as session:
        month = latest_month(session, desk.slug)
    if month is None:
        return _page("policy/nothing.html", desk)
    return redirect(url_for("reports.show", locale=locale, period=month))


@pages.get("/<locale:locale>/trends/method")
def method(locale: str) -> AnyResponse:
    """Explain how the numbers of the desk come about, for readers who know no statistics."""
    desk = _desk_of_pages(locale)
    with runtime().database.read() as session:
        profile = shipped_profile(profile_of(session, desk.id))
    catalogue, attacks = shipped_catalogue(), shipped_attack_scores()
    return _page(
        "policy/method.html",
        desk,
        catalogue_version=catalogue.version,
        bounds={dimension.value: bound for dimension, bound in catalogue.bounds.items()},
        profile=profile.name,
        noise=noise_facts(profile),
        ledger=ledger(catalogue, profile),
        attacks=attacks,
        # Scores of another catalogue or profile would say nothing of what is published here.
        scores=attacks.of(catalogue.version, profile.sha256),
    )


@pages.get("/<locale:locale>/trends/<period>")
def show(locale: str, period: str) -> AnyResponse:
    """Show the report of a month, quarter or year; one that was not published is not found."""
    desk = _desk_of_pages(locale)
    with runtime().database.published() as session:
        try:
            kind = parse_period(period).kind
            document = read_document(session, desk.slug, period, kind)
        except (InvalidPeriod, PeriodNotPublished):
            abort(404)
        published = {each: published_periods(session, desk.slug, each) for each in PeriodKind}
    report = read_report(document)
    tables = [show_table(table) for table in report.tables if table.dimensions]
    bars = [row for table in tables if table.name == IN_CHART for row in table.rows if row.persons]
    return _page(
        "policy/report.html",
        # As the desk was when the report was made, not as it is now.
        replace(desk, name=report.desk_name, simulated=report.simulated),
        report=report,
        sha256=document.sha256,
        published_on=report.published_at.astimezone(AMSTERDAM).date(),
        total=_total(report),
        tables=tables,
        bars=bars,
        chart=draw_bars([row.persons for row in bars if row.persons]),
        earlier=next((other for other in published[kind] if other < period), None),
        later=next((other for other in reversed(published[kind]) if other > period), None),
        newest=[periods[0] for each, periods in published.items() if periods and each is not kind],
    )


def _desk_of_pages(locale: str) -> DeskFacts:
    """Return the desk of the web pages; pages for policymakers exist in the languages of the desk only."""
    if locale not in DESK_LOCALES:
        abort(404)
    with runtime().database.read() as session:
        return find_desk(session, runtime().desk)


def _total(report: Report) -> ReportCell | None:
    """Return the numbers of everybody together, if they were published."""
    cells = (cell for table in report.tables if table.name == TOTAL for cell in table.cells)
    return next(cells, None)


def _page(template: str, desk: DeskFacts, **context: Any) -> Response:
    languages = tuple(DESK_LOCALES.values())
    return make_response(render_template(template, desk=desk, languages=languages, **context))

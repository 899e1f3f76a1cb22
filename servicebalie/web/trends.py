"""The reports for policymakers and everybody else: published numbers, and how to read them."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from babel.numbers import format_percent
from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from servicebalie.core.disclosure import Estimate
from servicebalie.core.method_facts import ledger, noise_facts
from servicebalie.core.periods import InvalidPeriod, Period, PeriodKind, parse_period
from servicebalie.documents.model import Row, Table
from servicebalie.documents.report import build_report
from servicebalie.documents.words import Words
from servicebalie.http.locale import current_tag
from servicebalie.http.runtime import runtime
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.services.desks import DeskFacts, find_desk, profile_of
from servicebalie.services.published_documents import list_documents
from servicebalie.services.publishing_rules import (
    shipped_attack_scores,
    shipped_catalogue,
    shipped_profile,
)
from servicebalie.services.releases import PeriodNotPublished, is_final, latest_month, published_periods
from servicebalie.services.report_background import read_background
from servicebalie.services.trends import read_document, read_report
from servicebalie.web.trend_files import files_of, pictures_of

LINES_AT_ONCE = 12
"""A longer table is folded, and so is one that counts by two things."""

pages = Blueprint("reports", __name__)


@pages.app_template_filter("number")
def format_number(number: int) -> str:
    """Return a whole number, in the language of the page."""
    return Words(current_tag()).number(number)


@pages.app_template_filter("percent")
def format_small_share(share: float) -> str:
    """Return a share as a percentage, in the language of the page; small ones with more decimals."""
    decimals = "" if share >= 0.1 else ".#" if share >= 0.01 else ".###"
    shown: str = format_percent(share, f"#,##0{decimals}%", locale=Words(current_tag()).locale)
    return shown


@pages.app_template_filter("period")
def format_period(period: Period | str) -> str:
    """Return the name of a month, quarter or year, in the language of the page."""
    return Words(current_tag()).period(parse_period(str(period)))


@pages.app_template_filter("estimate")
def format_estimate(estimate: Estimate) -> str:
    """Return a number with its interval, in the language of the page."""
    return Words(current_tag()).estimate(estimate)


@pages.app_template_filter("share")
def format_share(share: float) -> str:
    """Return a part of 1 in per cents, in the language of the page."""
    return Words(current_tag()).share(share)


@dataclass(frozen=True, slots=True)
class RowGroup:
    """The rows of a table that share all names but the last; `name` is empty where there is one name only."""

    name: str
    rows: tuple[Row, ...]


@pages.app_template_filter("groups")
def group_rows(table: Table) -> list[RowGroup]:
    """Return the rows of a table by what they are about."""
    grouped = groupby(table.rows, key=lambda row: ", ".join(label.name for label in row.labels[:-1]))
    return [RowGroup(name, tuple(rows)) for name, rows in grouped]


@pages.app_template_test("folded")
def is_folded(table: Table) -> bool:
    """Tell whether a table is too large to be shown without being asked for."""
    return len(table.dimensions) > 1 or len(table.rows) > LINES_AT_ONCE


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
    with runtime().database.shown_to_all() as session:
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
            release = read_report(read_document(session, desk.slug, period, kind))
        except (InvalidPeriod, PeriodNotPublished):
            abort(404)
        background = read_background(session, release)
        stored = list_documents(session, desk.slug, period)
        final = is_final(session, desk.slug, release.period.year)
        published = {each: published_periods(session, desk.slug, each) for each in PeriodKind}
    report = build_report(release, locale=locale, background=background, final=final)
    return _page(
        "policy/report.html",
        # As the desk was when the report was made, not as it is now.
        replace(desk, name=report.desk.name, simulated=report.simulated),
        report=report,
        files=files_of(report, stored),
        pictures=pictures_of(report, stored),
        earlier=next((other for other in published[kind] if other < period), None),
        later=next((other for other in reversed(published[kind]) if other > period), None),
        newest=[periods[0] for each, periods in published.items() if periods and each is not kind],
    )


def _desk_of_pages(locale: str) -> DeskFacts:
    """Return the desk of the web pages; pages for policymakers exist in the languages of the desk only."""
    if locale not in DESK_LOCALES:
        abort(404)
    with runtime().database.shown_to_all() as session:
        return find_desk(session, runtime().desk)


def _page(template: str, desk: DeskFacts, **context: Any) -> Response:
    languages = tuple(DESK_LOCALES.values())
    return make_response(render_template(template, desk=desk, languages=languages, **context))

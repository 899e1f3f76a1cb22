"""Where newcomers come in: the languages, the desk, what is kept of them, and who can use the pages."""

from functools import cache

from flask import Blueprint, Response

from servicebalie.core.accessibility import CheckedPages, parse_checked_pages
from servicebalie.http.kept import kept_periods
from servicebalie.http.locale import current_tag
from servicebalie.http.runtime import runtime
from servicebalie.http.transaction import for_newcomers
from servicebalie.i18n.registry import LOCALES, NEWCOMER_LOCALES
from servicebalie.shipped import reference_data
from servicebalie.web.layout import desk_place, render_page

pages = Blueprint("start", __name__)


@pages.get("/")
@for_newcomers()
def languages() -> Response:
    """Offer the languages, the one that the browser asks for first."""
    best = current_tag()
    first_best = sorted(NEWCOMER_LOCALES.values(), key=lambda locale: locale.tag != best)
    return render_page("newcomer/languages.html", choices=first_best)


@pages.get("/<locale:locale>")
@for_newcomers()
def welcome(locale: str) -> Response:
    """Tell what the desk does, and where and when it is open."""
    return render_page("newcomer/welcome.html", **desk_place())


@pages.get("/<locale:locale>/accessibility")
@for_newcomers()
def accessibility(locale: str) -> Response:
    """Tell how far everybody can use the pages, what was tested, and how to complain."""
    tested = shipped_tests()
    languages = [LOCALES[tag] for tag in tested.locales]
    address = runtime().public_address
    return render_page("newcomer/accessibility.html", tested=tested, tested_in=languages, address=address)


@cache
def shipped_tests() -> CheckedPages:
    """Return what was tested of the pages of this version."""
    return parse_checked_pages(reference_data("accessibility.toml").read_text(encoding="utf-8"))


@pages.get("/<locale:locale>/privacy")
@for_newcomers()
def privacy(locale: str) -> Response:
    """Tell what is kept of a question, for how long, who sees it and how to delete it."""
    return render_page("newcomer/privacy.html", translates=runtime().translates, kept=kept_periods())

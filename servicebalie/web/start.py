"""Where newcomers come in: the languages, the desk, and what is kept of them."""

from flask import Blueprint, Response

from servicebalie.http.locale import current_tag
from servicebalie.http.transaction import for_newcomers
from servicebalie.i18n.registry import NEWCOMER_LOCALES
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


@pages.get("/<locale:locale>/privacy")
@for_newcomers()
def privacy(locale: str) -> Response:
    """Tell what is kept of a question, who sees it and how to delete it."""
    return render_page("newcomer/privacy.html")

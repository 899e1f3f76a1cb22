"""The copy of everything that is held about a visit: a page to keep and read, and data for a program.

Both are files that stand on their own. The page tells in words what matters to its reader and has the data
below, so that nothing is left out of it.
"""

from enum import StrEnum

from flask import Blueprint, Response, request

from servicebalie.core.rights import Right
from servicebalie.http.held_document import write_copy
from servicebalie.http.locale import current_tag
from servicebalie.http.transaction import job
from servicebalie.i18n.language_names import language_name
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.holdings import Holdings, read_holdings
from servicebalie.services.rights_register import note_right
from servicebalie.web.code_holders import for_code_holders
from servicebalie.web.kept import kept_periods
from servicebalie.web.layout import render_page
from servicebalie.web.return_codes import Found

pages = Blueprint("own_copy", __name__)


class Form(StrEnum):
    """In what form a copy is; the value is the end of the name of its file."""

    PAGE = "html"
    DATA = "json"


@pages.post("/<locale:locale>/return/copy")
@for_code_holders
def copy(found: Found, locale: str) -> Response:
    """Send everything that is held about a visit as a file."""
    prepared = job()
    # Noted first, so that the copy tells of itself too.
    note_right(prepared.session, prepared.work, Right.ACCESS, found.visit_id)
    held = read_holdings(prepared.session, prepared.work, found.visit_id)
    desk = prepared.desk
    data = write_copy(held, desk.name if desk else None, prepared.work.now)
    if request.form.get("as") == Form.DATA:
        return _as_file(Response(data, mimetype="application/json"), Form.DATA)
    return _as_file(_as_page(held, data.decode()), Form.PAGE)


def _as_file(response: Response, form: Form) -> Response:
    """Let the browser keep a copy as a file; nothing on the way may keep it."""
    name = f"servicebalie-{job().work.now:%Y-%m-%d}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _as_page(held: Holdings, data: str) -> Response:
    lists = job().work.directory.code_lists
    locale = LOCALES[current_tag()].regional
    place = held.facts.municipality
    return render_page(
        "newcomer/own_copy.html",
        held=held,
        data=data,
        kept=kept_periods(),
        municipality=lists.municipalities[place].name if place else None,
        language_names={code: language_name(one, locale) for code, one in lists.languages.items()},
    )

"""The copy of everything that is held about a visit: a page to keep and read, and data for a program.

Both are files that stand on their own.
"""

from flask import Blueprint, Response, request

from servicebalie.core.rights import Right
from servicebalie.http.held_document import write_copy
from servicebalie.http.held_page import Form, as_file, held_page
from servicebalie.http.transaction import job
from servicebalie.services.holdings import read_holdings
from servicebalie.services.rights_register import note_right
from servicebalie.web.code_holders import for_code_holders
from servicebalie.web.return_codes import Found

pages = Blueprint("own_copy", __name__)


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
        return as_file(Response(data, mimetype="application/json"), Form.DATA, prepared.work.now)
    return held_page(held, desk, data)

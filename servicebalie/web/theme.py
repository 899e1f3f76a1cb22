"""The colours and the logo of the desk, each at an address that changes with its content."""

from flask import Blueprint, Response, abort

from servicebalie.http.runtime import runtime
from servicebalie.services.desks import find_desk
from servicebalie.services.themes import find_logo
from servicebalie.web.trend_files import FOR_EVER

LOGO_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
"""A logo that is opened by itself may look as it should, and do nothing."""

pages = Blueprint("theme", __name__)


@pages.get("/theme/<sha256>.css")
def stylesheet(sha256: str) -> Response:
    """Give the colours of the desk; those that it had before are not found any more."""
    with runtime().database.shown_to_all() as session:
        colours = find_desk(session, runtime().desk).theme.stylesheet
    if colours is None or colours.sha256 != sha256:
        abort(404)
    return _for_ever(Response(colours.text, mimetype="text/css"))


@pages.get("/theme/<sha256>.<any(png, svg):kind>")
def logo(sha256: str, kind: str) -> Response:
    """Give the logo of the desk."""
    with runtime().database.shown_to_all() as session:
        found = find_logo(session, find_desk(session, runtime().desk).id, kind, sha256)
    if found is None:
        abort(404)
    response = _for_ever(Response(found.content, mimetype=found.media_type))
    response.headers["Content-Security-Policy"] = LOGO_POLICY
    return response


def _for_ever(response: Response) -> Response:
    response.headers["Cache-Control"] = FOR_EVER
    return response

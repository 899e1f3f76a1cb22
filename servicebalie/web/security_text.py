"""`/.well-known/security.txt`: where somebody who found a weakness can tell it."""

from datetime import UTC, datetime

from flask import Blueprint, Response, abort

from servicebalie.http.runtime import runtime

A_DAY = "public, max-age=86400"

pages = Blueprint("security_text", __name__)


@pages.get("/.well-known/security.txt")
def show() -> Response:
    """Tell where to write; there is no such file where the settings name no contact."""
    text = runtime().security_text
    if text is None:
        abort(404)
    response = Response(text.lines(runtime().public_address, datetime.now(UTC)), mimetype="text/plain")
    response.headers["Cache-Control"] = A_DAY
    return response

"""`/docs`: a page that shows the OpenAPI description, with its own copy of Swagger UI, and all problems."""

import re
from importlib.resources import files

from flask import Blueprint, Response, render_template, send_from_directory

from servicebalie.http.security import API_PATH
from servicebalie.i18n.desk_words import PROBLEMS

pages = Blueprint("docs", __name__, url_prefix=f"{API_PATH}/docs")

ASSETS = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Swagger UI sets styles on elements; scripts stay limited to our own files."""


@pages.get("")
def show_docs() -> Response:
    """Show what the API can do, and what each `type` of a problem means."""
    response = Response(render_template("api_docs.html", problems=_problems()), mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _problems() -> dict[str, str]:
    """Return the sentence of every problem by its code; what differs from case to case is left open."""
    return {code: re.sub(r"%\(\w+\)s", "…", sentence) for code, sentence in PROBLEMS.items()}


@pages.get("/assets/<name>")
def send_asset(name: str) -> Response:
    """Send a file of Swagger UI."""
    directory = str(files("flask_swagger_ui") / "dist")
    response = send_from_directory(directory, name if name in ASSETS else "")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response

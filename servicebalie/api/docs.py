"""`/docs`: a page that shows the OpenAPI description, with its own copy of Swagger UI."""

from importlib.resources import files

from flask import Blueprint, Response, render_template, send_from_directory

from servicebalie.http.security import API_PATH

pages = Blueprint("docs", __name__, url_prefix=f"{API_PATH}/docs")

ASSETS = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Swagger UI sets styles on elements; scripts stay limited to our own files."""


@pages.get("")
def show_docs() -> Response:
    """Show what the API can do."""
    response = Response(render_template("api_docs.html"), mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response


@pages.get("/assets/<name>")
def send_asset(name: str) -> Response:
    """Send a file of Swagger UI."""
    directory = str(files("flask_swagger_ui") / "dist")
    response = send_from_directory(directory, name if name in ASSETS else "")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response

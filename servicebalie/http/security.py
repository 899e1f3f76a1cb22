"""Headers that protect every response, and which other sites may call the API."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from servicebalie.http.runtime import runtime

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

API_PREFIX = "/api/"
API_PATH = f"{API_PREFIX}v1"
API_VERSION = "1.0.0"

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'"

OF_PAGES = [
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
]
OF_THE_API = [*OF_PAGES, ("API-Version", API_VERSION), ("Vary", "Accept-Language, Origin")]


class WithFixedHeaders:
    """Adds to every response, errors included, the headers that are always the same.

    Outside of Flask, which would check and copy each of them at every response.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request of the web server."""
        fixed = OF_THE_API if environ["PATH_INFO"].startswith(API_PREFIX) else OF_PAGES

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            return start_response(status, headers + fixed, *error)

        return self._application(environ, start)


def is_api() -> bool:
    """Whether the request is for the API rather than for a page."""
    return request.path.startswith(API_PREFIX)


def protect_responses(app: Flask) -> None:
    """Add the security headers to all responses of the application, errors included."""
    app.after_request(_add_headers)
    app.wsgi_app = WithFixedHeaders(app.wsgi_app)  # type: ignore[method-assign]  # the way Flask documents


def _add_headers(response: Response) -> Response:
    headers = response.headers
    is_page = response.mimetype == "text/html"
    headers.setdefault("Content-Security-Policy", PAGE_POLICY if is_page else API_POLICY)
    headers.setdefault("Cache-Control", "no-store")
    if is_api():
        _allow_origin(response)
    return response


def _allow_origin(response: Response) -> None:
    """Let the origins on the allow-list read the answer; the specification is open to all."""
    origin = request.headers.get("Origin")
    if request.path == f"{API_PATH}/openapi.json":
        response.headers["Access-Control-Allow-Origin"] = "*"
    elif origin in runtime().cors_origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "API-Version, ETag, Link, Location, Retry-After"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, PATCH"
            response.headers["Access-Control-Allow-Headers"] = (
                "Authorization, Content-Type, Idempotency-Key, If-Match"
            )

"""Headers that protect every response, and which other sites may call the API."""

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from flask import Flask, request

from servicebalie.http.runtime import EXTENSION

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


SHOWN_TO_OTHERS = ("Access-Control-Expose-Headers", "API-Version, ETag, Link, Location, Retry-After")
OPEN_TO_OTHERS = [
    ("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE"),
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, If-Match"),
]

Headers: TypeAlias = list[tuple[str, str]]


def is_api() -> bool:
    """Whether the request is for the API rather than for a page."""
    return request.path.startswith(API_PREFIX)


def protect_responses(app: Flask) -> None:
    """Add the security headers to all responses of the application, errors included."""
    allowed = app.extensions[EXTENSION].cors_origins
    app.wsgi_app = WithProtection(app.wsgi_app, allowed)  # type: ignore[method-assign]  # the way Flask documents


class WithProtection:
    """Adds the headers that protect a response, and those for other sites that may call the API.

    Outside of Flask, which would check and copy each of them at every response.
    """

    def __init__(self, application: "WSGIApplication", allowed_origins: Collection[str]) -> None:
        self._application = application
        self._allowed_origins = allowed_origins

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request of the web server."""
        fixed = self._fixed_headers(environ)

        def start(status: str, headers: Headers, *error: Any) -> Callable[[bytes], object]:
            return start_response(status, headers + fixed + _unless_given(headers), *error)

        return self._application(environ, start)

    def _fixed_headers(self, environ: "WSGIEnvironment") -> Headers:
        """Return the headers that do not depend on the answer. The specification is open to all sites."""
        path, origin = environ["PATH_INFO"], environ.get("HTTP_ORIGIN")
        if not path.startswith(API_PREFIX):
            return OF_PAGES
        if path == f"{API_PATH}/openapi.json":
            return [*OF_THE_API, ("Access-Control-Allow-Origin", "*")]
        if origin not in self._allowed_origins:
            return OF_THE_API
        asks_first = environ["REQUEST_METHOD"] == "OPTIONS"
        allowed = [("Access-Control-Allow-Origin", origin), SHOWN_TO_OTHERS]
        return [*OF_THE_API, *allowed, *(OPEN_TO_OTHERS if asks_first else ())]


def _unless_given(headers: Headers) -> Headers:
    """Return the policies of an answer that has none of its own: what it may load, that nobody keeps it."""
    given = dict(headers)
    policies = []
    if "Content-Security-Policy" not in given:
        is_page = given.get("Content-Type", "").startswith("text/html")
        policies.append(("Content-Security-Policy", PAGE_POLICY if is_page else API_POLICY))
    if "Cache-Control" not in given:
        policies.append(("Cache-Control", "no-store"))
    return policies

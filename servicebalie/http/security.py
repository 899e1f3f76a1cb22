"""Headers that protect every response, and which other sites may call the API."""

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from flask import Flask, request
from werkzeug.sansio.utils import host_is_trusted

from servicebalie.core.errors import ServicebalieError
from servicebalie.http.runtime import EXTENSION

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

API_PREFIX = "/api/"
API_PATH = f"{API_PREFIX}v1"
API_VERSION = "1.0.0"
LONGEST_HOST = 300

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'"

ONLY_OVER_TLS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
"""Sent where the public address has TLS: RFC 6797 (7.2) forbids it on answers that travel without."""

NOT_NEEDED = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
"""What a browser can do and none of our pages ever asks for."""

OF_PAGES = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", ", ".join(f"{feature}=()" for feature in NOT_NEEDED)),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
]
OF_THE_API = [*OF_PAGES, ("API-Version", API_VERSION), ("Vary", "Accept-Language, Origin")]

SHOWN_TO_OTHERS = (
    "Access-Control-Expose-Headers",
    "API-Version, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After",
)
OPEN_TO_OTHERS = [
    ("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE"),
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, If-Match"),
]

Headers: TypeAlias = list[tuple[str, str]]


class UnknownHost(ServicebalieError):
    """The request is for a host that we are not."""

    code = "unknown-host"


def refuse_other_hosts(app: Flask, hosts: Collection[str]) -> None:
    """Refuse requests for other hosts than these; without any, all are taken.

    Not by Flask's TRUSTED_HOSTS, after which no address of ours can be made for the page that says so.
    """
    if hosts:
        known = lru_cache(maxsize=64)(lambda host: host_is_trusted(host, hosts))

        def refuse() -> None:
            if not known(request.environ.get("HTTP_HOST", "")[:LONGEST_HOST]):
                raise UnknownHost

        app.before_request(refuse)


def is_api() -> bool:
    """Whether the request is for the API rather than for a page."""
    return request.path.startswith(API_PREFIX)


def protect_responses(app: Flask) -> None:
    """Add the security headers to all responses of the application, errors included."""
    runtime = app.extensions[EXTENSION]
    encrypted = runtime.public_address.startswith("https://")
    app.wsgi_app = WithProtection(app.wsgi_app, runtime.cors_origins, encrypted=encrypted)  # type: ignore[method-assign]  # the way Flask documents


class WithProtection:
    """Adds the headers that protect a response, and those for other sites that may call the API.

    Outside of Flask, which would check and copy each of them at every response.
    """

    def __init__(
        self, application: "WSGIApplication", allowed_origins: Collection[str], *, encrypted: bool
    ) -> None:
        self._application = application
        self._allowed_origins = allowed_origins
        always = [ONLY_OVER_TLS] if encrypted else []
        self._of_pages = [*always, *OF_PAGES]
        self._of_the_api = [*always, *OF_THE_API]

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
            return self._of_pages
        if path == f"{API_PATH}/openapi.json":
            return [*self._of_the_api, ("Access-Control-Allow-Origin", "*")]
        if origin not in self._allowed_origins:
            return self._of_the_api
        asks_first = environ["REQUEST_METHOD"] == "OPTIONS"
        allowed = [("Access-Control-Allow-Origin", origin), SHOWN_TO_OTHERS]
        return [*self._of_the_api, *allowed, *(OPEN_TO_OTHERS if asks_first else ())]


def _unless_given(headers: Headers) -> Headers:
    """Return the policies of an answer that has none of its own: what it may load, that nobody keeps it."""
    given = dict(headers)
    policies = []
    if "Content-Security-Policy" not in given:
        is_page = given.get("Content-Type", "").startswith("text/html")
        policies.append(("Content-Security-Policy", PAGE_POLICY if is_page else API_POLICY))
    if "Cross-Origin-Resource-Policy" not in given:
        policies.append(("Cross-Origin-Resource-Policy", "same-origin"))
    if "Cache-Control" not in given:
        policies.append(("Cache-Control", "no-store"))
    return policies

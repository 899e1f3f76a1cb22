"""The server as the client sees it: JSON in, JSON out, and patience when it does not answer."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import requests
from requests.auth import AuthBase

from servicebalie.client.errors import Fault, NotReachable, Problem, Refused
from servicebalie.client.settings import Settings
from servicebalie.client.terminal import without_controls

Json = dict[str, Any]
Query = Mapping[str, str]

API_PATH = "/api/v1"
WAITS = (0.5, 1.0, 2.0)  # seconds before the second, third and fourth attempt
LONGEST_WAIT = 10.0  # seconds; a server that asks for more is treated as away
TIMEOUT = (3.0, 10.0)  # seconds to connect, seconds between two bytes
_AGAIN = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


class BearerToken(AuthBase):
    """Sends the token; as an auth object, so that a .netrc file cannot put another in its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header to a request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Server:
    """One server, asked in one language.

    Every method raises Refused when the server says no, and NotReachable when no answer of the server
    itself came after all `waits` (seconds before each further attempt). Texts in answers are free of
    control characters.
    """

    def __init__(self, settings: Settings, language: str) -> None:
        self.address = settings.address
        self._session = requests.Session()
        self._session.auth = BearerToken(settings.token)
        self._session.headers.update({"Accept-Language": language, "Accept": "application/json"})

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def get(self, path: str, query: Query | None = None, *, waits: Sequence[float] = WAITS) -> Json:
        """Fetch one document."""
        return self._answer("GET", path, waits, params=query)

    def items(
        self, path: str, query: Query | None = None, *, waits: Sequence[float] = WAITS
    ) -> Iterator[Json]:
        """Fetch the items of a list one by one, page after page."""
        page = self.get(path, query, waits=waits)
        yield from page["items"]
        while cursor := page.get("nextCursor"):
            page = self.get(path, {**(query or {}), "cursor": cursor}, waits=waits)
            yield from page["items"]

    def post(self, path: str, body: Json, key: str) -> Json:
        """Send a document; the same `key` makes all attempts one act for the server."""
        return self._answer("POST", path, WAITS, json=body, headers={"Idempotency-Key": key})

    def post_for_page(self, path: str, body: Json, key: str, query: Query) -> str:
        """Send a document whose answer is a page (HTML), to be kept as it is."""
        # Problems are told as JSON to whoever reads pages as well.
        headers = {"Idempotency-Key": key, "Accept": "text/html, application/problem+json;q=0.5"}
        response = self._response("POST", path, WAITS, json=body, headers=headers, params=query)
        if response.ok and "API-Version" in response.headers and _is_page(response):
            return response.content.decode()
        self._document(response)
        raise NotReachable(self.address, response.status_code)

    def _answer(self, method: str, path: str, waits: Sequence[float], **content: Any) -> Json:
        return self._document(self._response(method, path, waits, **content))

    def _response(self, method: str, path: str, waits: Sequence[float], **content: Any) -> requests.Response:
        for wait in (*waits, None):
            response = self._attempt(method, path, **content)
            if response is not None and response.status_code not in _AGAIN:
                return response
            delay = _asked_wait(response)
            if wait is None or (delay or 0) > LONGEST_WAIT:
                break
            time.sleep(wait if delay is None else delay)
        raise NotReachable(self.address, None if response is None else response.status_code)

    def _attempt(self, method: str, path: str, **content: Any) -> requests.Response | None:
        url = self.address + API_PATH + path
        try:
            return self._session.request(method, url, timeout=TIMEOUT, allow_redirects=False, **content)
        except requests.RequestException:
            return None

    def _document(self, response: requests.Response) -> Json:
        """Read an answer of the server itself.

        Every answer of the API names its version; what does not comes from something in between, such as
        a proxy or the sign-in page of a network.
        """
        document = _json(response) if "API-Version" in response.headers else None
        if not isinstance(document, dict) or response.status_code // 100 not in (2, 4):
            raise NotReachable(self.address, response.status_code)
        if not response.ok:
            raise Refused(_problem(document, response.status_code))
        return document


def _is_page(response: requests.Response) -> bool:
    return response.headers.get("Content-Type", "").partition(";")[0].strip() == "text/html"


def _json(response: requests.Response) -> object:
    try:
        return without_controls(response.json())
    except ValueError:
        return None


def _problem(document: Json, status: int) -> Problem:
    faults = tuple(
        Fault(pointer=str(error.get("pointer", "")), detail=str(error.get("detail", "")))
        for error in document.get("errors") or ()
    )
    code, title, detail = (str(document.get(name) or "") for name in ("code", "title", "detail"))
    return Problem(status=status, code=code, title=title, detail=detail, faults=faults)


def _asked_wait(response: requests.Response | None) -> float | None:
    """Read Retry-After (RFC 9110, 10.2.3: seconds or a date); None when the server asks for no wait."""
    asked = response.headers.get("Retry-After", "") if response is not None else ""
    if asked.isdecimal():
        return float(asked)
    try:
        return max(0.0, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None

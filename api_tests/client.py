"""A client that holds every answer against the promises of the API."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import requests

from api_tests.description import Description

HEADERS_OF_EVERY_ANSWER = {
    "API-Version": "1.0.0",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Json = dict[str, Any]

TYPED = frozenset({"email", "name", "note", "overrideReason", "phone", "returnCode", "text"})
"""The fields in which people write."""
LEAST = 8
"""How many characters a text must have to be looked for: a shorter one may stand anywhere by chance."""


class Client:
    """Speaks to the API with the token of one user, or with none.

    Every answer must have the documented status and body and the headers that every answer has. `typed` is
    what all clients together sent that people write, and their tokens: what no log may hold.
    """

    typed: ClassVar[set[str]] = set()

    def __init__(self, address: str, description: Description, token: str | None = None) -> None:
        self.address = address
        self.description = description
        self.session = requests.Session()
        # What the machine that runs the tests has in ~/.netrc or as a proxy is no part of them.
        self.session.trust_env = False
        self.session.headers["Accept-Language"] = "en"
        if token is not None:
            self.session.headers["Authorization"] = f"Bearer {token}"
            self.typed.add(token)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> requests.Response:
        """Send a request to a path below /api/v1, with a JSON body if there is one."""
        if body is not None:
            content["json"] = body
            self.typed.update(typed_in(body))
        response = self.session.request(
            method, f"{self.address}/api/v1{path}", headers=headers, timeout=60, **content
        )
        self.check(method, path, response)
        return response

    def check(self, method: str, path: str, response: requests.Response) -> None:
        """Fail unless an answer keeps the promises of the API."""
        headers = {name: response.headers.get(name) for name in HEADERS_OF_EVERY_ANSWER}
        assert headers == HEADERS_OF_EVERY_ANSWER
        self.description.check(method, path.partition("?")[0], response)

    def get(self, path: str, headers: Mapping[str, str] | None = None, **query: Any) -> Json:
        """Read something that is there."""
        response = self.call("GET", path, headers=headers, params=query)
        assert response.status_code == 200, response.text
        return json_of(response)

    def register(self, **body: Any) -> Json:
        """Register a question that is in order, of a person who agrees to its being passed on."""
        response = self.call("POST", "/questions", {"consent": True, **body})
        assert response.status_code == 201, response.text
        return json_of(response)

    def close(self) -> None:
        """Close the connection."""
        self.session.close()


def typed_in(body: Any) -> Iterator[str]:
    """Yield what people wrote in a body."""
    if isinstance(body, list):
        for each in body:
            yield from typed_in(each)
    elif isinstance(body, dict):
        for name, value in body.items():
            if name in TYPED and isinstance(value, str) and len(value) >= LEAST:
                yield value
            yield from typed_in(value)


def json_of(response: requests.Response) -> Json:
    """Return the JSON object of an answer."""
    content = response.json()
    assert isinstance(content, dict)
    return content


def without_opening(question: Json) -> Json:
    """Return a question without its next opening, which moves with the clock while a service is open."""
    return {**question, "referral": {**question["referral"], "nextOpening": None}}


def faults_of(response: requests.Response) -> list[tuple[str, str]]:
    """Return the pointer and the code of every fault that a refusal names."""
    assert response.status_code == 400, response.text
    assert json_of(response)["code"] == "invalid-input"
    return [(fault["pointer"], fault["code"]) for fault in json_of(response)["errors"]]


def refusal(response: requests.Response) -> tuple[int, str]:
    """Return the status and the code of a problem."""
    return response.status_code, json_of(response)["code"]

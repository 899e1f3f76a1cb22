"""A newcomer who fills in the whole form, over one connection and without scripts."""

import gzip
import http.client
import time
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

from benchmarks.deployment import Server
from tests.web.plain_browser import Page

ANSWERS = {
    "topic": "digital",
    "subtopic-digital": "letters-forms",
    "municipality": "Eindhoven",
    "group": "eu-labour-migrant",
    "email": "anna@example.com",
}
FILES = ("/static/servicebalie.css", "/static/servicebalie.js", "/static/servicebalie.svg")
TIMES = count()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page that was fetched: how many bytes it is, how many travelled, and the wait in milliseconds."""

    path: str
    plain: int
    packed: int
    took: float


@dataclass
class Newcomer:
    """One connection to the pages, and what was fetched over it."""

    server: Server
    tag: str
    fetched: list[Fetched] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.server.port)

    def ask(self) -> int:
        """Ask a question that nobody asked before, and return how many pages that took.

        Raises `RuntimeError` when a page is refused or the form does not end.
        """
        answers = ANSWERS | {"text": f"I got letter number {next(TIMES)} and do not understand it."}
        page = self.get(f"/{self.tag}/ask")
        for number in range(2, 12):
            action = page.one("form")["action"]
            page = self._fetch("POST", action, urlencode(page.form | answers))
            if action.endswith("/send"):
                return number
        raise RuntimeError("the form does not end")

    def get(self, path: str) -> Page:
        """Return a page, or a file as if it were one."""
        return self._fetch("GET", path, None)

    def _fetch(self, method: str, path: str, body: str | None) -> Page:
        headers = {"Accept-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}
        started = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        packed = answer.read()
        took = (time.perf_counter() - started) * 1000
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        plain = gzip.decompress(packed)
        self.fetched.append(Fetched(path, len(plain), len(packed), took))
        return Page(plain.decode(), answer.status)

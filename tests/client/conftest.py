"""A small service desk on loopback that keeps to the contract of API v1, and `balie` pointed at it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from servicebalie.client.__main__ import balie
from servicebalie.client.settings import Settings, write_settings

Json = dict[str, Any]

PAGE = "<!DOCTYPE html><title>Co przechowujemy – żłobek</title>"
TOKEN = "sb_the-token-of-the-desk"

TOPICS = [
    {"code": "work", "parent": None, "label": {"en": "Work", "nl": "Werk"}},
    {"code": "wages-payslip", "parent": "work", "label": {"en": "Wages and payslip", "nl": "Loon"}},
    {"code": "job-search", "parent": "work", "label": {"en": "Looking for a job", "nl": "Werk zoeken"}},
    {"code": "language", "parent": None, "label": {"en": "Language", "nl": "Taal"}},
    {"code": "dutch-course", "parent": "language", "label": {"en": "Dutch course", "nl": "Cursus"}},
]
LANGUAGES = [
    {"code": "nl", "label": {"en": "Dutch", "nl": "Nederlands"}, "nativeName": "Nederlands"},
    {"code": "pl", "label": {"en": "Polish", "nl": "Pools"}, "nativeName": "polski"},
    {"code": "ar", "label": {"en": "Arabic", "nl": "Arabisch"}, "nativeName": "العربية"},
]
MUNICIPALITIES = [
    {"code": "GM0772", "name": "Eindhoven"},
    {"code": "GM1674", "name": "Roosendaal"},
    {"code": "GM0758", "name": "Breda"},
    {"code": "GM0737", "name": "Tytsjerksteradiel"},
    {"code": "GM1900", "name": "Súdwest-Fryslân"},
]
SERVICES = [{"id": "s-1", "name": "Library Eindhoven"}, {"id": "s-2", "name": "Library Breda"}]
LISTS = {"topics": TOPICS, "languages": LANGUAGES, "municipalities": MUNICIPALITIES, "services": SERVICES}


@dataclass(frozen=True)
class Request:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any

    @property
    def key(self) -> str:
        return self.headers["Idempotency-Key"]


@dataclass(frozen=True)
class Interruption:
    """What happens to a POST instead of an answer; without a status the connection just ends.

    With `after` the desk does take the question first, so only its answer is lost.
    """

    status: int | None
    headers: dict[str, str]
    content: bytes
    after: bool


class Desk(ThreadingHTTPServer):
    """The desk: its questions, what it was asked, and the troubles that lie ahead of it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.requests: list[Request] = []
        self.questions: list[Json] = []
        self.answers: dict[str, tuple[Json, Json]] = {}
        self.interruptions: list[Interruption | None] = []
        self.away = False
        self.changes: Json = {}
        self.standard_answers: list[Json] = []
        self.uses = 201

    def interrupt(
        self,
        status: int | None = None,
        headers: dict[str, str] | None = None,
        content: bytes = b"",
        *,
        after: bool = False,
    ) -> None:
        """Let the next POST that is not spoken for end in this way."""
        self.interruptions.append(Interruption(status, headers or {}, content, after))

    def let_through(self) -> None:
        """Let the next POST that is not spoken for have no trouble."""
        self.interruptions.append(None)

    @property
    def posts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "POST"]

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def register(self, request: Request) -> tuple[int, Json]:
        if request.key not in self.answers:
            status, answer = self._registered(request)
            if status == 201:
                self.answers[request.key] = request.body, answer
            return status, answer
        body, answer = self.answers[request.key]
        if request.body != body:
            return 409, problem(409, "idempotency-key-reused", "This key was used for another request.")
        return 201, answer

    def _registered(self, request: Request) -> tuple[int, Json]:
        batch = request.path.endswith("/batch")
        bodies = request.body["questions"] if batch else [request.body]
        known = {topic["code"] for topic in TOPICS}
        faults = [
            {"pointer": f"/questions/{at}/topic" if batch else "/topic", "detail": "There is no such topic."}
            for at, body in enumerate(bodies)
            if "topic" in body and body["topic"] not in known
        ]
        if "interpreterUsed" in request.body and "language" not in request.body:
            faults.append({"pointer": "/language", "detail": "Give the language too."})
        if faults:
            return 400, problem(400, "invalid", "This question cannot be registered.", faults)
        made = [self.question(body | request.body.get("visit", {}) if batch else body) for body in bodies]
        self.questions += made
        return 201, {"items": made} if batch else made[0]

    def question(self, body: Json) -> Json:
        number = len(self.questions) + 1
        return {
            "reference": f"K7M3Q2X{number}",
            "visit": "visit-1",
            "returnCode": "123 456 789 012 345 678",
            "status": "referred",
            "topic": body.get("topic"),
            "text": body.get("text"),
            "language": body.get("language"),
            "municipality": body.get("municipality"),
            "channel": body.get("channel", "counter"),
            "receivedAt": body.get("receivedAt", "2026-11-03T14:05:00Z"),
            "dueDate": "2026-11-06",
            "overdue": False,
            "closedAt": None,
            "outcome": body.get("outcome"),
            "unmetReason": body.get("unmetReason"),
            "referral": REFERRAL,
            "messages": [],
        } | self.changes


REFERRAL = {
    "kind": "referral",
    "service": {
        "id": "s-1",
        "name": "Library Eindhoven",
        "organisation": "Library",
        "phone": "+31 40 000 0000",
        "email": None,
        "url": None,
    },
    "address": {"street": "Main street 1", "postalCode": "5611 AA", "city": "Eindhoven"},
    "nextOpening": {"startsAt": "2026-11-04T09:00:00Z", "endsAt": "2026-11-04T16:00:00Z"},
    "reasons": [{"code": "language", "detail": "They help in Polish."}],
}


REFERRAL_IN_INBOX = {
    "reference": "R2R3R4R5R6R7R8R",
    "question": "K7M3Q2X1",
    "status": "requested",
    "topic": "dutch-course",
    "sensitive": False,
    "language": "pl",
    "municipality": "GM0772",
    "service": {"id": "s-1", "name": "Library Eindhoven"},
    "requestedAt": "2026-11-03T14:05:00Z",
    "dueDate": "2026-11-06",
    "overdue": True,
    "text": "Where is the course?",
    "returnedReason": None,
    "outcome": None,
    "unmetReason": None,
    "hasContact": True,
    "contact": None,
    "messages": [],
    "history": [],
}


def problem(status: int, code: str, detail: str, faults: list[Json] | None = None) -> Json:
    return {"status": status, "code": code, "title": "Refused", "detail": detail, "errors": faults or []}


class Handler(BaseHTTPRequestHandler):
    """One request at the desk."""

    server: Desk

    def do_GET(self) -> None:
        request = self._received()
        name = request.path.strip("/")
        if self.server.away:
            return
        if "Authorization" not in self.headers or self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer(401, problem(401, "unauthorised", "The token is not known."))
        elif name in LISTS:
            self._answer(200, {"items": [self._labelled(item) for item in LISTS[name]]})
        elif name == "referrals":
            self._inbox(request)
        elif name == "questions":
            self._page(request)
        elif name == "standard-answers":
            self._answer(200, {"items": self.server.standard_answers})
        else:
            self._one(name.removeprefix("questions/"))

    def do_POST(self) -> None:
        request = self._received()
        interruption = self.server.interruptions.pop(0) if self.server.interruptions else None
        if interruption and interruption.after:
            self.server.register(request)
        if self.server.away or (interruption and interruption.status is None):
            return
        if interruption:
            self._raw(interruption.status or 0, interruption.content, "text/html", interruption.headers)
        elif self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer(401, problem(401, "unauthorised", "The token is not known."))
        elif request.path.startswith("/referrals/"):
            self._answer(200, REFERRAL_IN_INBOX | self.server.changes)
        elif request.path == "/visits/search":
            self._answer(200, {"items": self.server.questions, "nextCursor": None})
        elif request.path.startswith("/questions/") and request.path.endswith(("/referrals", "/messages")):
            self._answer(201, {})
        elif request.path == "/standard-answers/uses":
            self._use()
        elif request.path.endswith("/mask"):
            self._answer(200, self.server.questions[0] | {"text": "BSN •••••••••", "personalNumbers": []})
        elif request.path.startswith("/rights/"):
            self._rights()
        elif request.path.endswith("/close"):
            self._answer(200, self.server.questions[0] | {"status": "closed"} | request.body)
        else:
            self._answer(*self.server.register(request))

    def _rights(self) -> None:
        if self.headers["Accept"].startswith("text/html"):
            self._raw(200, PAGE.encode(), "text/html; charset=utf-8", {"API-Version": "1"})
        else:
            self._answer(200, self.server.changes)

    def _use(self) -> None:
        status = self.server.uses
        self._answer(status, {"used": 1} if status == 201 else problem(status, "no-such-text", "None there."))

    def _received(self) -> Request:
        parts = urlsplit(self.path)
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(
            method=self.command,
            path=parts.path.removeprefix("/api/v1"),
            query=parse_qs(parts.query),
            headers=dict(self.headers),
            body=json.loads(content) if content else None,
        )
        self.server.requests.append(request)
        return request

    def _labelled(self, item: Json) -> Json:
        language = self.headers["Accept-Language"]
        return {name: value[language] if name == "label" else value for name, value in item.items()}

    def _page(self, request: Request) -> None:
        start = int(request.query.get("cursor", ["0"])[0])
        page = self.server.questions[start : start + 2]
        more = start + 2 < len(self.server.questions)
        items = [{**item, "service": {"id": "s-1", "name": "Library Eindhoven"}} for item in page]
        self._answer(200, {"items": items, "nextCursor": str(start + 2) if more else None})

    def _inbox(self, request: Request) -> None:
        wanted = request.query.get("question", ["K7M3Q2X1"])[0]
        items = [REFERRAL_IN_INBOX] if wanted == "K7M3Q2X1" else []
        first = "cursor" not in request.query
        self._answer(200, {"items": items, "nextCursor": "next" if first and items else None})

    def _one(self, reference: str) -> None:
        found = [item for item in self.server.questions if item["reference"] == reference]
        if found:
            self._answer(200, found[0])
        else:
            self._answer(404, problem(404, "not-found", "There is no such question."))

    def _answer(self, status: int, document: Json) -> None:
        self._raw(status, json.dumps(document).encode(), "application/json", {"API-Version": "1.0.0"})

    def _raw(self, status: int, content: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": kind, "Content-Length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def desk() -> Iterator[Desk]:
    server = Desk()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def home(tmp_path: Path, desk: Desk) -> Path:
    """The directory of the settings file and of all that the client keeps; the client is configured."""
    write_settings(tmp_path / "client.toml", Settings(address=desk.address, token=TOKEN))
    return tmp_path


@pytest.fixture
def environment(home: Path) -> dict[str, str | None]:
    return {
        "HOME": str(home),
        "BALIE_CONFIG": str(home / "client.toml"),
        "BALIE_ADDRESS": None,
        "BALIE_TOKEN": None,
        "LANGUAGE": "en",
        "NO_PROXY": "*",
    }


Run = Callable[..., Result]


@pytest.fixture
def run(environment: dict[str, str | None]) -> Run:
    """Runs `balie` with arguments, and with lines typed at its standard input."""

    def run_balie(*arguments: str, typed: str = "", **changes: str | None) -> Result:
        return CliRunner().invoke(
            balie, arguments, input=typed, env=environment | changes, catch_exceptions=False
        )

    return run_balie


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The computer of the desk is in UTC."""
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits of the client, which do not take any time here."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


@pytest.fixture
def kept(home: Path) -> Callable[[], list[Path]]:
    """Gives the files of the questions that wait."""
    return lambda: sorted((home / "queue").glob("*"))

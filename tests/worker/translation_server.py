"""A server on loopback that speaks as LibreTranslate does, and can fail as one does."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LANGUAGES = [
    {"code": "nl", "name": "Dutch", "targets": ["en", "fa", "nb", "nl", "pt-BR", "pl", "tl", "zh-Hans"]},
    {"code": "pl", "name": "Polish", "targets": ["nl", "pl"]},
    {"code": "en", "name": "English", "targets": ["en", "nl", "pl"]},
    {"code": "fa", "name": "Persian", "targets": ["fa", "nl"]},
    {"code": "nb", "name": "Norwegian", "targets": ["nb", "nl"]},
    {"code": "pt-BR", "name": "Portuguese (Brazil)", "targets": ["nl", "pt-BR"]},
    {"code": "tl", "name": "Tagalog", "targets": ["nl", "tl"]},
    {"code": "zh-Hans", "name": "Chinese", "targets": ["nl", "zh-Hans"]},
]
"""Some of what LibreTranslate 1.9.6 answers, with its codes; to itself it "translates" every language."""


@dataclass(frozen=True)
class Trouble:
    """What comes instead of an answer: a status, the content as it is, or nothing for so many seconds."""

    status: int = 200
    content: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


TOO_LONG = Trouble(400, b'{"error":"Invalid request: request (101) exceeds text limit (100)"}\n')
KEY_MISSING = Trouble(400, b'{"error":"Please contact the server operator to get an API key"}\n')
KEY_WRONG = Trouble(403, b'{"error":"Invalid API key"}\n')
LANGUAGE_GONE = Trouble(400, b'{"error":"pl is not supported"}\n')
TOO_MANY = Trouble(429, b'{"error":"Slowdown: 3 per 1 minute"}\n')
WRONG_PATH = Trouble(404, b"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n")
PATH_MISSING = Trouble(301, headers={"Location": "http://127.0.0.1:1/libre/translate"})
"""How LibreTranslate 1.9.6 refuses: these statuses and words were seen of it."""


@dataclass
class Interpreter:
    """What the server knows and was asked, and the troubles that lie ahead of it, by their path."""

    address: str
    languages: Any = field(default_factory=lambda: list(LANGUAGES))
    troubles: list[tuple[str, Trouble]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    asked_in: set[str | None] = field(default_factory=set)
    languages_asked: int = 0
    meanwhile: Callable[[], object] = lambda: None

    def trouble(self, path: str, *troubles: Trouble) -> None:
        """Let the next requests for a path end in these ways."""
        self.troubles += [(path, trouble) for trouble in troubles]

    def next_trouble(self, path: str) -> Trouble | None:
        """Take the next trouble of a path."""
        for ahead in self.troubles:
            if ahead[0] == path:
                self.troubles.remove(ahead)
                return ahead[1]
        return None


def translated(text: str, target: str) -> str:
    """Return what the server makes of a text."""
    return f"[{target}] {text[::-1]}"


@contextmanager
def translation_server() -> Iterator[Interpreter]:
    """Run a server on a port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    interpreter = Interpreter(f"http://127.0.0.1:{server.server_address[1]}/translator")
    server.interpreter = interpreter  # type: ignore[attr-defined]  # how a handler finds it
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield interpreter
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._interpreter.languages_asked += 1
        self._answer("/languages", self._interpreter.languages)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._interpreter.asked.append(body)
        self._interpreter.asked_in.add(self.headers["Accept-Language"])
        self._interpreter.meanwhile()
        self._answer("/translate", {"translatedText": translated(body["q"], body["target"])})

    @property
    def _interpreter(self) -> Interpreter:
        found: Interpreter = self.server.interpreter  # type: ignore[attr-defined]  # set above
        return found

    def _answer(self, path: str, document: Any) -> None:
        assert self.path == f"/translator{path}"
        trouble = self._interpreter.next_trouble(path) or Trouble(content=json.dumps(document).encode())
        time.sleep(trouble.seconds)
        try:
            self.send_response(trouble.status)
            length = {"Content-Length": str(len(trouble.content))}
            for name, value in (length | trouble.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(trouble.content)
        except OSError:
            """Who asked did not wait."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

"""Requests over one connection, each with the time it took."""

import http.client
import time

from benchmarks.deployment import Server


class Browser:
    """One connection to one server, with the time that each request took, in milliseconds."""

    def __init__(self, server: Server, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def take(self, method: str, path: str, body: str | None = None) -> float:
        """Send a request and return how long the answer took; raises `RuntimeError` for an error."""
        started = time.perf_counter()
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        answer.read()
        took = (time.perf_counter() - started) * 1000
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return took

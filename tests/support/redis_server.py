"""A private Redis on a port of its own, that keeps nothing."""

import subprocess
from types import TracebackType
from typing import Self

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as NotThere
from redis.retry import Retry

from scripts.system_packages import require_redis
from tests.support.network import free_port

PATIENCE = Retry(ConstantBackoff(0.02), 500, supported_errors=(NotThere,))


class RedisServer:
    """One server, which may be stopped and started again at the same address."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, empty, and wait until it answers."""
        self._process = subprocess.Popen(
            [
                *(require_redis(), "--port", str(self._port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", "--daemonize", "no"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with Redis.from_url(self.url, retry=PATIENCE) as client:
            client.ping()

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

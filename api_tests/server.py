"""A server as people run it: `servicebalie serve` in processes of its own, on loopback."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from scripts.processes import Program, stop, wait_until_it_answers

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a secret of the tests that is long enough"
ALLOWED_ORIGIN = "https://desk.example"


class RunningServer:
    """The web server on a database; `log` is everything that it writes."""

    def __init__(
        self, database_url: str, port: int, log: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.log = log
        self._port = port
        self._environment = {
            **os.environ,
            "SERVICEBALIE_DATABASE_URL": database_url,
            "SERVICEBALIE_SECRET": SECRET,
            "SERVICEBALIE_MASTER_KEY": "6d" * 32,
            "SERVICEBALIE_CORS_ORIGINS": ALLOWED_ORIGIN,
            "SERVICEBALIE_PUBLIC_ADDRESS": "https://desk.example",
            "SERVICEBALIE_THREADS": "4",
            # Wrong tokens are sent all the time, by all tests of a run to one server.
            "SERVICEBALIE_WRONG_TOKENS_PER_ADDRESS": "1000000",
            "SERVICEBALIE_WRONG_TOKENS_PER_NETWORK": "1000000",
            **(settings or {}),
        }
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "servicebalie", "serve", "--port", str(self._port)],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._program = Program("server", process, self.log)
        wait_until_it_answers(self._program, self._port, "/api/v1/openapi.json")

    def kill(self) -> None:
        """End all processes of the server in the middle of whatever they do."""
        os.killpg(self._program.process.pid, signal.SIGKILL)
        self._program.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        stop([self._program])

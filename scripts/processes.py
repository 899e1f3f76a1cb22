"""Starts the programs of a running servicebalie, waits for them, and stops them all."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 10
LOG_LINES_SHOWN = 20


class ProgramFailed(Exception):
    """A program ended by itself or did not answer; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Program:
    """A running program, in a process group of its own, that writes to a log of its own."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def has_ended(self) -> bool:
        """Tell whether the program has ended."""
        return self.process.poll() is not None


def start(
    name: str, command: Sequence[str | Path], *, directory: Path, log: Path, settings: Mapping[str, str]
) -> Program:
    """Start a program in `directory`, with its output in `log`, which starts afresh.

    `settings` are environment variables for it; one that this process has already wins.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        # A session of its own keeps the terminal's Ctrl-C from reaching it before its turn to stop.
        process = subprocess.Popen(
            command,
            cwd=directory,
            env={**settings, **os.environ},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Program(name, process, log)


def stop(programs: Sequence[Program]) -> None:
    """Ask the programs to stop, last one first, and end what is left of them after STOP_SECONDS."""
    for program in reversed(programs):
        program.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for program in reversed(programs):
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.process.wait(timeout=max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.process.pid, signal.SIGKILL)
        program.process.wait()


def wait_until_it_answers(server: Program, port: int, path: str = "/") -> None:
    """Return when a GET of this path is answered. Raises ProgramFailed if the server ends or is slow."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.has_ended():
            raise _failure(server, "ended before it answered")
        if _answers(port, path):
            return
        time.sleep(0.1)
    raise _failure(server, f"did not answer within {START_SECONDS} seconds")


def wait_until_one_ends(programs: Sequence[Program]) -> None:
    """Wait as long as all programs run. Raises ProgramFailed when one ends, and nothing else ends it."""
    while True:
        for program in programs:
            if program.has_ended():
                raise _failure(program, f"ended with status {program.process.returncode}")
        time.sleep(0.5)


def is_free(port: int) -> bool:
    """Tell whether a server can listen on this port of the loopback address."""
    with socket.socket() as probe:
        # As servers do, so that connections of an earlier server that linger do not count as in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _failure(program: Program, what: str) -> ProgramFailed:
    end = program.log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:]
    shown = "\n".join(f"    {line}" for line in end) or "    (nothing)"
    return ProgramFailed(f"the {program.name} {what}. The end of its log, {program.log}:\n{shown}")

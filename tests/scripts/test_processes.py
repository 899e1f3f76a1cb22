"""Programs are started, watched and stopped so that none is left behind and no failure is silent."""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from scripts import processes
from scripts.processes import Program, ProgramFailed

SERVE_ONCE_READY = """
import http.server, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""
DEAF_PARENT_WITH_CHILD = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""

Starter = Callable[..., Program]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Start a Python program by its source; it is stopped after the test."""
    with ExitStack() as running:

        def start_program(source: str, *arguments: str) -> Program:
            command = [sys.executable, "-c", source, *arguments]
            program = processes.start(
                "server",
                command,
                directory=tmp_path,
                settings={"SB_TOLD": "by start"},
                log=tmp_path / "log" / "server.log",
            )
            running.callback(processes.stop, [program])
            return program

        yield start_program


def exists(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and waits to be collected does not count."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def wait_for(condition: Callable[[], bool]) -> None:
    """Return when the condition holds; fails after half a minute."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_server_that_answers_is_ready(start: Starter, port: int) -> None:
    processes.wait_until_it_answers(start(SERVE_ONCE_READY, str(port)), port)
    assert not processes.is_free(port)


def test_a_server_that_ends_at_once_is_reported_with_the_end_of_its_log(start: Starter, port: int) -> None:
    server = start("import sys; print('line one'); sys.exit('no such database')")
    with pytest.raises(ProgramFailed, match=r"server ended before it answered(.|\n)*no such database"):
        processes.wait_until_it_answers(server, port)


def test_a_server_that_never_answers_is_reported(
    start: Starter, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "START_SECONDS", 0.3)
    with pytest.raises(ProgramFailed, match="did not answer"):
        processes.wait_until_it_answers(start("import time; time.sleep(600)"), port)


def test_a_program_that_ends_while_others_run_is_reported_by_name_and_status(start: Starter) -> None:
    steady = start("import time; time.sleep(600)")
    with pytest.raises(ProgramFailed, match="ended with status 3"):
        processes.wait_until_one_ends([steady, start("raise SystemExit(3)")])


def test_stopping_ends_a_deaf_program_and_its_children(
    start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.3)
    program = start(DEAF_PARENT_WITH_CHILD)
    wait_for(lambda: program.log.read_text().strip().isdigit())
    child = int(program.log.read_text())
    processes.stop([program])
    assert program.process.returncode == -signal.SIGKILL
    wait_for(lambda: not exists(child))


def test_stopping_a_program_that_has_ended_does_nothing(start: Starter) -> None:
    program = start("pass")
    wait_for(program.has_ended)
    processes.stop([program])
    assert program.process.returncode == 0


def test_a_program_does_not_hear_the_terminal_of_who_started_it(start: Starter) -> None:
    program = start("import time; time.sleep(600)")
    assert os.getsid(program.process.pid) != os.getsid(0)


def test_a_port_somebody_listens_on_is_not_free(port: int) -> None:
    assert processes.is_free(port)
    with socket.create_server(("127.0.0.1", port)):
        assert not processes.is_free(port)


def test_stop_leaves_nothing_to_collect(start: Starter) -> None:
    program = start("import time; time.sleep(600)")
    processes.stop([program])
    with pytest.raises(ChildProcessError):
        os.waitpid(program.process.pid, os.WNOHANG)


def test_a_program_is_told_its_settings_unless_the_environment_has_them(
    start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "import os; print(os.environ['SB_TOLD'])"
    told = start(source)
    told.process.wait()
    assert told.log.read_text() == "by start\n"
    monkeypatch.setenv("SB_TOLD", "by the person")
    told = start(source)
    told.process.wait()
    assert told.log.read_text() == "by the person\n"

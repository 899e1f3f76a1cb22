"""`./run` gives a usable system, tells where it is, and says plainly when it cannot."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts import run
from scripts.run import Deployment, RunFailed

# Stands for the command `servicebalie`: keeps the database in a JSON file and notes every call.
COMMAND = """#!{python}
import http.server, json, pathlib, sys, time
var = pathlib.Path("var"); var.mkdir(exist_ok=True)
database = var / "database.json"
state = json.loads(database.read_text()) if database.exists() else {{"desks": 0, "latest_release": None}}
words = sys.argv[1:]
with (var / "calls").open("a") as calls:
    calls.write(" ".join(w for w in words if "/" not in w) + chr(10))
def keep(release):
    state.update(desks=1, latest_release=release)
    database.write_text(json.dumps(state))
    pathlib.Path(words[-1]).write_text(json.dumps({{"administrator": "sb_1"}}))
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
match words[0]:
    case "status": print(json.dumps({{**state, "simulated": state["latest_release"] is not None}}))
    case "demo" if (var / "power-fails").exists():
        (var / "servicebalie.sqlite").touch(); sys.exit("interrupted")
    case "demo": keep("2026-10")
    case "desk": keep(None)
    case "tokens": pathlib.Path(words[-1]).write_text(json.dumps({{"administrator": "sb_2"}}))
    case "serve" if (var / "broken").exists(): sys.exit("the disk is full")
    case "serve": http.server.HTTPServer(("127.0.0.1", int(words[-1])), Page).serve_forever()
    case "worker": time.sleep(600)
    case "migrate" if (var / "locked").exists(): sys.exit("the database is locked")
"""
LAUNCH = """
import sys
from pathlib import Path
from scripts import bootstrap, run
bootstrap.prepare = lambda *, with_tests: Path(sys.argv[1])
bootstrap.ROOT = Path(sys.argv[1])
sys.exit(run.main(sys.argv[2:]))
"""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    """A deployment in an empty directory."""
    command = tmp_path / "servicebalie"
    command.write_text(COMMAND.format(python=sys.executable))
    command.chmod(0o755)
    return Deployment(command, tmp_path)


Launcher = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def launch(deployment: Deployment) -> Iterator[Launcher]:
    """Start `./run` on the deployment as a program of its own."""
    started: list[subprocess.Popen[str]] = []

    def launch_run(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", LAUNCH, str(deployment.directory), *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen(command, cwd=ROOT, text=True, **pipes))
        return started[-1]

    yield launch_run
    for program in started:
        # Asked, not killed, so that it stops what it started.
        program.terminate()
        program.communicate(timeout=30)


def wait_for_file(file: Path) -> None:
    """Return when the file exists; fails after half a minute."""
    deadline = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def calls(deployment: Deployment) -> list[str]:
    """Return the commands that were run on the deployment, in order, without their paths."""
    return (deployment.var / "calls").read_text().splitlines()


def test_a_new_database_gets_the_demonstration_and_its_tokens_are_kept(deployment: Deployment) -> None:
    run.prepare_database(deployment, empty=False)
    assert [call for call in calls(deployment) if call != "status --json"] == [
        "migrate",
        "demo --tokens-file",
    ]
    assert json.loads(deployment.tokens.read_text()) == {"administrator": "sb_1"}


def test_an_interrupted_demonstration_leaves_no_half_year_behind(deployment: Deployment) -> None:
    deployment.var.mkdir()
    (deployment.var / "power-fails").touch()
    with pytest.raises(RunFailed):
        run.prepare_database(deployment, empty=False)
    assert not (deployment.var / "servicebalie.sqlite").exists()


def test_empty_makes_a_desk_without_demonstration(deployment: Deployment) -> None:
    status = run.prepare_database(deployment, empty=True)
    assert "desk create --name My desk --tokens-file" in calls(deployment)
    assert status == {"desks": 1, "latest_release": None, "simulated": False}


def test_a_second_run_changes_neither_desk_nor_tokens(deployment: Deployment) -> None:
    run.prepare_database(deployment, empty=False)
    before = deployment.tokens.read_text()
    run.prepare_database(deployment, empty=False)
    assert calls(deployment).count("demo --tokens-file") == 1
    assert deployment.tokens.read_text() == before


def test_empty_says_so_when_the_database_has_a_desk(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    run.prepare_database(deployment, empty=False)
    run.prepare_database(deployment, empty=True)
    assert "has a desk already" in capsys.readouterr().out


def test_lost_tokens_are_replaced(deployment: Deployment) -> None:
    run.prepare_database(deployment, empty=False)
    deployment.tokens.unlink()
    run.prepare_database(deployment, empty=False)
    assert json.loads(deployment.tokens.read_text()) == {"administrator": "sb_2"}


def test_nobody_else_may_look_into_the_database(deployment: Deployment) -> None:
    run.prepare_database(deployment, empty=True)
    assert stat.S_IMODE(deployment.var.stat().st_mode) == 0o700


def test_a_command_that_fails_is_named(deployment: Deployment) -> None:
    deployment.var.mkdir()
    (deployment.var / "locked").touch()
    with pytest.raises(RunFailed, match="servicebalie migrate"):
        run.prepare_database(deployment, empty=False)


def test_the_report_address_names_the_latest_month_or_the_place_where_reports_will_be() -> None:
    assert run.addresses(8000, "2026-10") == {
        "form": "http://127.0.0.1:8000/",
        "api": "http://127.0.0.1:8000/api/v1",
        "report": "http://127.0.0.1:8000/en/trends/2026-10",
    }
    assert run.addresses(8000, None)["report"] == "http://127.0.0.1:8000/en/trends"


def test_a_private_file_is_readable_by_its_owner_alone_even_when_it_was_not(tmp_path: Path) -> None:
    file = tmp_path / "demo.json"
    file.write_text("old")
    file.chmod(0o644)
    run.write_private(file, "new")
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("number", ["0", "65536", "-1", "http"])
def test_a_port_that_cannot_be_is_a_wrong_option(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run.parse(["--port", number])
    assert ended.value.code == 2
    assert "a port is a number from 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_ends_with_0_and_frees_the_port(
    launch: Launcher, deployment: Deployment, port: int, asked: signal.Signals
) -> None:
    program = launch("--port", str(port))
    wait_for_file(deployment.var / "demo.json")
    program.send_signal(asked)
    out, err = program.communicate(timeout=30)
    assert (program.returncode, err) == (0, "")
    assert "Stopped." in out
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0


def test_addresses_and_tokens_are_printed_and_kept(
    launch: Launcher, deployment: Deployment, port: int
) -> None:
    program = launch("--port", str(port))
    wait_for_file(deployment.var / "demo.json")
    kept = json.loads((deployment.var / "demo.json").read_text())
    out = _printed_until("var/demo.json", program)
    assert kept == {**run.addresses(port, "2026-10"), "tokens": {"administrator": "sb_1"}}
    assert stat.S_IMODE((deployment.var / "demo.json").stat().st_mode) == 0o600
    for shown in (kept["form"], kept["api"] + "/docs", kept["report"], "sb_1", "(simulated)"):
        assert shown in out


def test_a_background_job_that_is_deaf_to_ctrl_c_still_stops(
    launch: Launcher, deployment: Deployment, port: int
) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        program = launch("--port", str(port))
    finally:
        signal.signal(signal.SIGINT, before)
    wait_for_file(deployment.var / "demo.json")
    program.send_signal(signal.SIGINT)
    assert program.wait(timeout=30) == 0


def test_a_port_in_use_is_refused_before_anything_is_made(
    launch: Launcher, deployment: Deployment, port: int
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        program = launch("--port", str(port))
        _, err = program.communicate(timeout=30)
    assert program.returncode == 1
    assert f"port {port} is in use" in err
    assert not deployment.var.exists()


def test_a_server_that_breaks_is_reported_with_its_log(
    launch: Launcher, deployment: Deployment, port: int
) -> None:
    deployment.var.mkdir()
    (deployment.var / "broken").touch()
    program = launch("--port", str(port))
    _, err = program.communicate(timeout=30)
    assert program.returncode == 1
    assert "the disk is full" in err


def test_a_server_killed_later_stops_the_worker_too(
    launch: Launcher, deployment: Deployment, port: int
) -> None:
    program = launch("--port", str(port))
    wait_for_file(deployment.var / "demo.json")
    children = [Path("/proc", pid) for pid in _children_of(program.pid)]
    server = next(int(child.name) for child in children if b"serve" in child.joinpath("cmdline").read_bytes())
    os.kill(server, signal.SIGKILL)
    _, err = program.communicate(timeout=30)
    assert program.returncode == 1
    assert "the server ended with status -9" in err
    assert len(children) == 2
    assert not any(child.exists() for child in children)


def _printed_until(last: str, program: subprocess.Popen[str]) -> str:
    lines: list[str] = []
    assert program.stdout is not None
    while last not in "".join(lines):
        lines.append(program.stdout.readline())
    return "".join(lines)


def _children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()

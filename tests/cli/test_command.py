"""What goes wrong in a command is told in one sentence."""

import socket
from typing import Any

import pytest

from servicebalie.cli import serve
from servicebalie.cli.sentences import sentence_for
from servicebalie.core.errors import ServicebalieError
from tests.cli.conftest import Terminal


class Surprise(ServicebalieError):
    code = "surprise"


class Server:
    """Stands for the web server: keeps what it was told and serves nothing."""

    told: dict[str, Any]

    def __init__(self, target: str, **told: Any) -> None:
        Server.told = {"target": target, **told}

    def serve(self) -> None:
        pass


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of a deployment whose database cannot be reached."""
    monkeypatch.setenv("SERVICEBALIE_DATABASE_URL", "postgresql://127.0.0.1:1/nobody")
    monkeypatch.setenv("SERVICEBALIE_SECRET", "a secret of the tests that is long enough")
    monkeypatch.setenv("SERVICEBALIE_MASTER_KEY", "6d" * 32)
    return Terminal()


def test_a_wrong_setting_is_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICEBALIE_MODE", "laptop")
    refused = terminal.run("status")
    assert (refused.status, refused.error) == (
        1,
        "servicebalie: SERVICEBALIE_MODE must be embedded or production.",
    )


def test_a_database_that_does_not_answer_gives_no_traceback(terminal: Terminal) -> None:
    refused = terminal.run("status")
    assert refused.status == 1
    assert refused.error.startswith("servicebalie: The database cannot be used:")


def test_a_command_that_does_not_exist_is_wrong_usage(terminal: Terminal) -> None:
    assert terminal.run("celebrate").status == 2


def test_a_refusal_without_words_is_told_by_its_code() -> None:
    assert sentence_for(Surprise(count=3)) == "This was refused: surprise count=3."


def test_the_server_is_started_as_the_settings_say(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "Granian", Server)
    monkeypatch.setenv("SERVICEBALIE_WORKERS", "3")
    monkeypatch.setenv("SERVICEBALIE_THREADS", "5")
    with socket.create_server(("127.0.0.2", 0)) as server:
        free = server.getsockname()[1]
    assert terminal.run("serve", "--host", "127.0.0.2", "--port", free).status == 0
    assert Server.told["target"] == "servicebalie.wsgi:app"
    assert (Server.told["address"], Server.told["port"]) == ("127.0.0.2", free)
    assert (Server.told["workers"], Server.told["blocking_threads"]) == (3, 5)


def test_a_taken_port_is_told_before_anything_starts(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "Granian", Server)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = terminal.run("serve", "--port", port)
    assert refused.status == 1
    assert refused.error == (
        f"servicebalie: Port {port} cannot be used here: it is taken or not allowed. Choose another."
    )


def test_a_port_that_cannot_exist_is_refused(terminal: Terminal) -> None:
    assert terminal.run("serve", "--port", "65536").status == 2

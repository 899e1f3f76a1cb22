"""`servicebalie check` tells what is missing and what is weak, and its exit status says how bad that is."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from servicebalie.cli import check_settings
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.db import Database
from servicebalie.services.audit import act_on, by_command, note
from servicebalie.services.audit_chain import chain_waiting
from servicebalie.services.outbox import Delivery, enqueue
from tests.cli.conftest import Finished, Terminal
from tests.support.network import free_port
from tests.support.redis_server import RedisServer
from tests.worker.translation_server import KEY_MISSING, TOO_LONG, Trouble, translation_server

SECRET = "5f0c1b7e9a3d4c62b8e1f7a09d2c4b6e5f0c1b7e9a3d4c62b8e1f7a09d2c4b6e"
NOBODY = f"127.0.0.1:{free_port()}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The settings of a server in good order, but for its database and what it speaks to."""
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    monkeypatch.delenv("SERVICEBALIE_SECRET", raising=False)
    for name, value in {
        "MODE": "production",
        "SECRET_FILE": str(secret),
        "MASTER_KEY": "6d" * 32,
        "PUBLIC_ADDRESS": "https://desk.example.org",
        "TRUSTED_PROXIES": "10.0.0.1",
        "MAIL_URL": f"smtp://{NOBODY}",
        "MAIL_FROM": "desk@example.org",
        "SECURITY_CONTACT": "mailto:security@example.org",
        "WORKERS": "1",
    }.items():
        monkeypatch.setenv(f"SERVICEBALIE_{name}", value)


def found(finished: Finished, level: str) -> set[str]:
    """Return what was found to be of a level."""
    return {one["code"] for one in json.loads(finished.output) if one["level"] == level}


@pytest.mark.usefixtures("server")
def test_a_server_lacks_only_what_is_not_there(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    monkeypatch.delenv("SERVICEBALIE_SECRET", raising=False)
    if database.url.get_backend_name() == "sqlite":
        Path(database.url.database or "").chmod(0o600)
    terminal.run("desk", "create", "--name", "My desk")
    finished = terminal.run("check", "--json")
    assert finished.status == 2
    assert found(finished, "missing") == {"mail-server"}
    # The tests use PostgreSQL as its superuser, and one role for everything.
    assert found(finished, "weak") - {"database-role", "row-security", "published-role", "tables-owner"} == {
        "desk-phone"
    }
    assert {"secret", "database", "migrated", "worker", "published-store"} <= found(finished, "right")


@pytest.mark.usefixtures("server")
def test_a_worker_that_delivers_nothing_is_missed(terminal: Terminal, database: Database) -> None:
    terminal.run("desk", "create", "--name", "My desk", "--phone", "+31401234567")
    late = datetime.now(UTC) - timedelta(minutes=30)
    database.write(lambda session: enqueue(session, 1, Delivery.QUESTION_RECEIVED, {"visit": 1}, "nl", late))
    said = terminal.run("check", "--language", "nl").output
    assert "ontbreekt: Wat 30 minuten geleden aan de beurt was, is niet gedaan." in said


@pytest.mark.usefixtures("server")
def test_a_worker_is_missed_where_nobody_is_mailed(terminal: Terminal, database: Database) -> None:
    """Then the audit trail tells: without a worker no line gets its place, and no term or period is kept."""
    terminal.run("desk", "create", "--name", "My desk", "--phone", "+31401234567")
    database.write(chain_waiting)
    late = datetime.now(UTC) - timedelta(minutes=20)
    done = act_on(AuditAction.DESK_CHANGED, RecordKind.DESK, 1)
    database.write(lambda session: note(session, by_command(1), done, late))
    assert "worker" in found(terminal.run("check", "--json"), "missing")
    database.write(chain_waiting)
    assert "worker" in found(terminal.run("check", "--json"), "right")


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("settings", "level", "code"),
    [
        ({"MAIL_URL": "smtp://mail.example.org"}, "weak", "mail-encryption"),
        ({"MAIL_URL": "directory:mail"}, "missing", "mail-transport"),
        ({"MAIL_FROM": "desk@servicebalie.invalid"}, "missing", "mail-sender"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "missing", "trusted-proxies"),
        ({"CORS_ORIGINS": "http://desk.example"}, "weak", "cors-origins"),
        ({"PUBLIC_ADDRESS": "http://127.0.0.1:8000"}, "weak", "public-address"),
        ({"PUBLIC_ADDRESS": "http://desk.example.org"}, "missing", "setting"),
        ({"SECURITY_CONTACT": ""}, "weak", "security-text"),
        ({"SIGN_IN": "oidc, token"}, "weak", "sign-in"),
        ({"SIGN_IN": "", "MODE": "production"}, "right", "sign-in"),
        ({"WORKERS": "2"}, "weak", "limits-shared"),
        ({"RATE_LIMIT_URL": f"redis://{NOBODY}"}, "missing", "limit-store"),
        ({"TRANSLATION_URL": f"http://{NOBODY}"}, "missing", "translator"),
        ({"SECRET": "a secret that some person has thought up"}, "missing", "secret"),
        ({"SECRET": SECRET}, "weak", "secret-place"),
        ({"MODE": "embedded"}, "weak", "mode"),
        ({"DATABASE_URL": f"postgresql://desk@{NOBODY}/desk"}, "missing", "database"),
        ({"DATABASE_URL": "sqlite:///nothing-here.sqlite"}, "missing", "migrated"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: dict[str, str], level: str, code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("socket.create_connection", _nobody_answers)
    monkeypatch.setenv("SERVICEBALIE_DATABASE_URL", "sqlite:///nothing-here.sqlite")
    for name, value in settings.items():
        monkeypatch.setenv(f"SERVICEBALIE_{name}", value)
    assert code in found(Terminal().run("check", "--json"), level)
    assert not Path("nothing-here.sqlite").exists()


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("trouble", "level", "told"),
    [
        (None, "right", ""),
        (KEY_MISSING, "missing", "De vertaler op 127.0.0.1 vertaalt niet: translator-key."),
        (TOO_LONG, "missing", "De vertaler op 127.0.0.1 vertaalt niet: translator-text-too-long."),
    ],
)
def test_a_translator_is_tried_with_a_text_as_long_as_may_be_and_of_nobody(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, trouble: Trouble | None, level: str, told: str
) -> None:
    with translation_server() as server:
        monkeypatch.setenv("SERVICEBALIE_TRANSLATION_URL", server.address)
        server.trouble("/translate", *[trouble] * 2 if trouble else [])
        assert "translator" in found(terminal.run("check", "--json"), level)
        assert told in terminal.run("check", "--language", "nl").output
    assert {(len(body["q"]), body["source"], body["target"]) for body in server.asked} == {(4000, "nl", "en")}


@pytest.mark.usefixtures("server")
def test_a_translator_without_dutch_is_no_use(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    with translation_server() as server:
        server.languages = [{"code": "en", "name": "English", "targets": ["en", "pl"]}]
        monkeypatch.setenv("SERVICEBALIE_TRANSLATION_URL", server.address)
        assert "translator" in found(terminal.run("check", "--json"), "missing")


def _nobody_answers(*_: object) -> None:
    raise ConnectionRefusedError


def test_files_that_others_can_read_are_named_unless_a_directory_keeps_them_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "var" / "secret"
    file.parent.mkdir(mode=0o755)
    file.write_text(SECRET)
    file.chmod(0o644)
    monkeypatch.setenv("SERVICEBALIE_SECRET_FILE", str(file))
    monkeypatch.setenv("SERVICEBALIE_DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite")
    with monkeypatch.context() as outside:
        # The directories of the tests are closed themselves.
        outside.setattr(check_settings, "_is_behind_closed_doors", lambda _: False)
        assert "file-rights" in found(Terminal().run("check", "--json"), "weak")
    file.parent.chmod(0o700)
    assert "file-rights" in found(Terminal().run("check", "--json"), "right")


def test_a_store_of_limits_that_answers_is_right(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with RedisServer() as store:
        monkeypatch.setenv("SERVICEBALIE_RATE_LIMIT_URL", store.url)
        assert "limit-store" in found(Terminal().run("check", "--json"), "right")


@pytest.mark.parametrize(("language", "word"), [("nl_NL.UTF-8", "Goed: "), ("de_DE", "Right: ")])
def test_sentences_are_in_the_language_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str, word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", language)
    assert word in Terminal().run("check").output

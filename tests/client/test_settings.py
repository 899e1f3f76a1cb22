"""The address and the token: where they come from, and who else could read them."""

import os
import pty
import stat
import subprocess
import sys

import pytest

from servicebalie.client.errors import InvalidAddress
from servicebalie.client.settings import (
    Settings,
    checked_settings,
    read_settings,
    settings_path,
    state_directory,
    write_settings,
)
from tests.client.conftest import TOKEN


@pytest.fixture
def file(home):
    return home / "client.toml"


def test_configuring_writes_a_file_for_its_owner_only(desk, run, file):
    file.unlink()
    result = run("configure", typed=f"{desk.address}/\n{TOKEN}\n")

    assert result.exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_settings({"BALIE_CONFIG": str(file)}) == Settings(address=desk.address, token=TOKEN)
    assert "The server accepts the token." in result.stdout


def test_at_a_terminal_the_token_stays_invisible(desk, environment, file):
    file.unlink()
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "servicebalie.client", "configure", "--address", desk.address],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        start_new_session=True,
        env=os.environ | {name: value for name, value in environment.items() if value is not None},
    )
    shown = os.read(outer, 1000)
    os.write(outer, f"{TOKEN}\n".encode())
    assert process.wait(timeout=30) == 0
    shown += os.read(outer, 1000)
    os.close(inner)
    os.close(outer)

    assert b"The server accepts the token." in shown
    assert TOKEN.encode() not in shown
    assert TOKEN in file.read_text()


def test_configuring_makes_an_open_file_private_again(desk, run, file):
    file.chmod(0o644)
    run("configure", "--address", desk.address, typed=f"{TOKEN}\n")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_configuring_tells_that_the_server_refuses_the_token(desk, run):
    result = run("configure", "--address", desk.address, typed="sb_wrong\n")

    assert result.exit_code == 1
    assert "The token is not known." in result.stderr


def test_configuring_never_writes_the_token_on_the_screen(desk, run):
    assert TOKEN not in run("configure", "--address", desk.address, typed=f"{TOKEN}\n").output


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_token_that_others_can_read_is_not_used(desk, run, file, mode):
    file.chmod(mode)
    result = run("list")

    assert result.exit_code == 2
    assert f"Run: chmod 600 {file}" in result.stderr
    assert desk.requests == []


def test_without_settings_the_next_step_is_named(run, file):
    file.unlink()
    result = run("list")

    assert result.exit_code == 2
    assert "No server is known yet. Run: balie configure" in result.stderr


@pytest.mark.parametrize("content", ["address = ", 'address = "https://desk.example.org"\ntoken = 7\n'])
def test_a_file_that_is_no_settings_file_is_named(run, file, content):
    file.write_text(content)
    result = run("list")

    assert result.exit_code == 2
    assert f"The file {file} cannot be understood." in result.stderr


def test_the_environment_goes_before_the_file(desk, run):
    result = run("list", BALIE_TOKEN="sb_other")

    assert desk.requests[0].headers["Authorization"] == "Bearer sb_other"
    assert result.exit_code == 1


def test_the_environment_alone_is_enough(desk, run, file):
    file.unlink()

    assert run("list", BALIE_ADDRESS=desk.address, BALIE_TOKEN=TOKEN).exit_code == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://desk.example.org",
        "http://10.0.0.1",
        "desk.example.org",
        "https://",
        "https://[",
        "ftp://localhost",
    ],
)
def test_an_address_that_would_send_the_token_in_the_clear_is_refused(address):
    with pytest.raises(InvalidAddress):
        checked_settings(address, TOKEN)


def test_the_refused_address_is_named(run):
    result = run("list", BALIE_ADDRESS="http://desk.example.org")

    assert result.exit_code == 2
    assert "http://desk.example.org is not an address that starts with https://" in result.stderr


@pytest.mark.parametrize(
    "address", ["https://desk.example.org", "http://localhost:8080", "http://127.0.0.1", "http://[::1]:8080"]
)
def test_https_and_this_computer_are_good_addresses(address):
    assert checked_settings(f" {address}/ ", f"{TOKEN}\n") == Settings(address=address, token=TOKEN)


@pytest.mark.parametrize("token", ["", "two words", "tökén"])
def test_a_token_with_impossible_characters_is_refused(run, token):
    result = run("configure", "--address", "https://desk.example.org", typed=f"{token}\n")

    assert result.exit_code == 2
    assert "The token has characters that no token has." in result.stderr


def test_the_token_is_not_in_the_representation_of_the_settings():
    assert TOKEN not in repr(Settings(address="https://desk.example.org", token=TOKEN))


def test_files_are_where_other_programs_keep_theirs(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))

    assert settings_path({}) == tmp_path / ".config/servicebalie/client.toml"
    assert state_directory({}) == tmp_path / ".local/state/servicebalie"
    assert settings_path({"XDG_CONFIG_HOME": "/c"}).as_posix() == "/c/servicebalie/client.toml"
    assert state_directory({"XDG_STATE_HOME": "/s"}).as_posix() == "/s/servicebalie"


def test_a_chosen_settings_file_keeps_everything_beside_it():
    environment = {"BALIE_CONFIG": "/desk/client.toml", "XDG_STATE_HOME": "/s"}

    assert settings_path(environment).as_posix() == "/desk/client.toml"
    assert state_directory(environment).as_posix() == "/desk"


def test_settings_come_back_as_they_were_written(tmp_path):
    settings = Settings(address="https://desk.example.org", token='sb_"quoted\\token"')
    write_settings(tmp_path / "deeper/client.toml", settings)

    assert read_settings({"BALIE_CONFIG": str(tmp_path / "deeper/client.toml")}) == settings

"""`servicebalie keys`: what wraps what, and replacing a master key."""

import json
from typing import Any

import pytest

from servicebalie.core.sealing import master_key_id
from servicebalie.db import Database
from tests.cli.conftest import Terminal
from tests.support.workplace import open_small_desk

OLD, NEW = master_key_id(b"m" * 32), master_key_id(b"n" * 32)


def standing(terminal: Terminal, *, status: int = 0) -> list[tuple[Any, ...]]:
    """Return what is told of each master key."""
    told = terminal.run("keys", "status", "--json")
    assert told.status == status
    return [tuple(key.values()) for key in json.loads(told.output)["masterKeys"]]


def test_a_master_key_is_replaced_in_three_steps(
    terminal: Terminal, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_small_desk(database)
    for number in range(3):
        desk.register("bsn", text=f"Kurs {number}")
    assert terminal.run("keys", "status").output == f"{OLD}: 3 data keys, current\n"
    monkeypatch.setenv("SERVICEBALIE_MASTER_KEY", f"{'6e' * 32},{'6d' * 32}")
    assert standing(terminal) == [(NEW, 0, "current"), (OLD, 3, "given")]
    for count in (3, 0):
        assert terminal.run("keys", "rotate").output == f"{count} data keys are wrapped by {NEW} now.\n"
    assert standing(terminal) == [(NEW, 3, "current"), (OLD, 0, "given")]
    monkeypatch.setenv("SERVICEBALIE_MASTER_KEY", "6e" * 32)
    assert standing(terminal) == [(NEW, 3, "current")]


def test_a_master_key_that_is_missing_is_named(
    terminal: Terminal, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_small_desk(database).register("bsn", text="Kurs")
    monkeypatch.setenv("SERVICEBALIE_MASTER_KEY", "6e" * 32)
    assert standing(terminal, status=1) == [(NEW, 0, "current"), (OLD, 1, "not given here")]
    refused = terminal.run("keys", "rotate")
    assert refused.status == 1
    assert f"under the master key {OLD}, which is not given here" in refused.error

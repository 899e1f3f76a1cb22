"""The search of what is left of a year finds what is there, in every form in which it may be."""

from pathlib import Path

import pytest

from scripts.leaks import IN_THE_OPEN, Lived, search

TEXT = "Mijn baas heeft mijn paspoort, čovječe"


@pytest.fixture
def lived(tmp_path: Path) -> Lived:
    """A desk that left a database and an empty log."""
    lived = Lived("sqlite:///unused", tmp_path / "files", tmp_path / "logs", {TEXT, "kort"})
    for directory in (lived.files, lived.logs):
        directory.mkdir()
    (lived.files / "desk.sqlite").write_text(IN_THE_OPEN)
    return lived


@pytest.mark.parametrize(
    "form",
    [
        TEXT,
        TEXT.encode().hex(),
        TEXT.encode().hex().upper(),
        r"Mijn baas heeft mijn paspoort, \u010dovje\u010de",
    ],
)
def test_what_stands_in_a_log_is_found(lived: Lived, tmp_path: Path, form: str) -> None:
    dumped = tmp_path / "dump.sql"
    dumped.write_text(IN_THE_OPEN)
    assert search(lived, dumped)[1] == {}
    (lived.logs / "server.log").write_text(f"kort x{form}x")
    size, found = search(lived, dumped)
    assert found == {TEXT: f"{lived.logs / 'server.log'}: {f'kort x{form}x'.encode()!r}"}
    assert size == 2 * len(IN_THE_OPEN) + len(f"kort x{form}x".encode())


def test_a_search_that_finds_nothing_at_all_is_no_proof(lived: Lived, tmp_path: Path) -> None:
    dumped = tmp_path / "dump.sql"
    dumped.write_text("")
    with pytest.raises(RuntimeError, match="no proof"):
        search(lived, dumped)

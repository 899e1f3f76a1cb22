"""`./test` runs what was asked for, to the end, and its exit status tells the truth."""

from pathlib import Path

import pytest

from scripts import bootstrap, test

# Stands for every linter and for pytest: notes its name and ends with 1 when a file `<name>.fails` exists.
TOOL = """#!/bin/sh
cd "$(dirname "$0")" || exit 9
name=$(basename "$0")
echo "$name $*" >> calls
test ! -e "$name.fails"
"""


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of commands that only note their calls; nothing needs to be installed."""
    for name in {str(command[0]) for command in test.LINT} | {"pytest"}:
        (tmp_path / name).write_text(TOOL)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(bootstrap, "prepare", lambda *, with_tests: tmp_path)
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://elsewhere/postgres")
    monkeypatch.setenv("CHROMIUM_PATH", "/elsewhere/chromium")
    monkeypatch.setenv("REDIS_SERVER_PATH", "/elsewhere/redis-server")
    return tmp_path


def called(commands: Path) -> list[str]:
    """Return the names of the commands that were called, in order."""
    return [line.split()[0] for line in (commands / "calls").read_text().splitlines()]


def test_everything_is_linted_and_tested_and_pytest_comes_last(commands: Path) -> None:
    assert test.main([]) == 0
    assert called(commands) == [*(str(command[0]) for command in test.LINT), "pytest"]


def test_lint_alone_runs_no_tests(commands: Path) -> None:
    assert test.main(["lint"]) == 0
    assert "pytest" not in called(commands)


def test_arguments_without_a_group_go_to_pytest_alone(commands: Path) -> None:
    assert test.main(["tests/core", "-k", "routing"]) == 0
    assert called(commands) == ["pytest"]
    assert (commands / "calls").read_text().endswith(" tests/core -k routing\n")


def test_a_group_takes_arguments_too(commands: Path) -> None:
    assert test.main(["unit", "-x"]) == 0
    assert (commands / "calls").read_text().endswith(" tests -m not browser -x\n")


def test_attacks_are_full_in_their_own_group_alone(commands: Path) -> None:
    for arguments in (["attacks"], ["unit"], []):
        assert test.main(arguments) == 0
    runs = [line for line in (commands / "calls").read_text().splitlines() if line.startswith("pytest")]
    assert ["--attacks=full" in run for run in runs] == [True, False, False]
    assert runs[0].endswith("-n 0")


def test_a_fault_of_style_fails_the_run_but_hides_no_other_result(
    commands: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (commands / "mypy.fails").touch()
    assert test.main([]) == 1
    assert called(commands)[-1] == "pytest"
    assert "== FAILED: mypy" in capfd.readouterr().out


@pytest.mark.parametrize("group", list(test.GROUPS))
def test_a_failing_test_fails_every_group(commands: Path, group: str) -> None:
    (commands / "pytest.fails").touch()
    assert test.main([group]) == 1


def test_help_names_every_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert test.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {group} " in shown for group in (*test.GROUPS, "lint"))

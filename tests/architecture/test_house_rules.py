"""Rules of this code base that a program can check, on every file of the repository."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FUNCTION = 50
LONGEST_FILE = 450
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
BARE_EXEMPTION = re.compile(r"#\s*(noqa(?!: [A-Z]+\d+)|type:\s*ignore(?!\[))")
EXEMPTION_WITHOUT_REASON = re.compile(r"#\s*(noqa: [A-Z0-9, ]+|type:\s*ignore\[[\w, -]+\])\s*$")
MACHINE = re.compile(r"(?<![\w.])/(root|home|work|Users)/\w")
SKIPPED = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}


def tracked(*suffixes: str) -> list[Path]:
    """Return the files under version control whose names end in one of the suffixes."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    files = (ROOT / name for name in listed.stdout.split("\0") if name.endswith(suffixes))
    return sorted(file for file in files if file.exists())


PYTHON = tracked(".py")
# A revision is a list of tables, written once and frozen; its length says nothing about its purposes.
WRITTEN = [file for file in PYTHON if not file.is_relative_to(ROOT / "migrations" / "versions")]
TESTS = [file for file in PYTHON if {"tests", "api_tests"} & set(file.relative_to(ROOT).parts)]
PROSE = [*tracked(".py", ".md", ".toml", ".yml", ".sh", ".html", ".po"), ROOT / "run", ROOT / "test"]


def matches(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """Return the lines of the files in which the pattern occurs, each with its place."""
    return [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def long_functions(file: Path) -> Iterator[str]:
    """Yield the place and name of every function of a module that is longer than LONGEST_FUNCTION lines."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{file.relative_to(ROOT)}:{node.lineno}: {node.name} has {length} lines"


def test_no_function_is_longer_than_a_screen() -> None:
    assert [function for file in WRITTEN for function in long_functions(file)] == []


def test_no_file_is_too_long_to_have_one_purpose() -> None:
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in WRITTEN
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [file for file in PYTHON if EMPTY_NAMES & set(file.relative_to(ROOT).with_suffix("").parts)] == []


def test_every_exemption_from_a_check_names_the_check_and_the_reason() -> None:
    assert matches(BARE_EXEMPTION, PYTHON) == []
    assert matches(EXEMPTION_WITHOUT_REASON, PYTHON) == []


def test_nothing_is_left_unfinished() -> None:
    assert matches(UNFINISHED, PROSE) == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert matches(MACHINE, PROSE) == []


def test_no_test_is_skipped() -> None:
    assert matches(SKIPPED, TESTS) == []


@pytest.mark.parametrize(
    ("pattern", "line", "caught"),
    [
        (UNFINISHED, "# TO" + "DO later", True),
        (UNFINISHED, "Todos are fine", False),
        (BARE_EXEMPTION, "x = 1  # no" + "qa", True),
        (BARE_EXEMPTION, "x = 1  # type" + ": ignore", True),
        (BARE_EXEMPTION, "x = 1  # type" + ": ignore[arg-type]  # the stub is wrong", False),
        (EXEMPTION_WITHOUT_REASON, "x = 1  # no" + "qa: S101", True),
        (EXEMPTION_WITHOUT_REASON, "x = 1  # no" + "qa: S101  # a fixture", False),
        (MACHINE, "see /ro" + "ot/notes", True),
        (MACHINE, "curl https://example.org/home/page", False),
    ],
)
def test_the_patterns_catch_what_they_should(pattern: re.Pattern[str], line: str, caught: bool) -> None:
    assert bool(pattern.search(line)) is caught

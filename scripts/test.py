"""Checks servicebalie: `./test`."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts import bootstrap
from scripts.system_packages import MissingSoftware, require_chromium, require_postgresql, require_redis

USAGE = """\
usage: ./test [GROUP] [PYTEST ARGUMENT ...]

  all       lint and every test (also without GROUP and arguments)
  lint      style, types, import contracts, dependencies, templates
  unit      the tests in tests/ that need no browser
  api       the tests in api_tests/, over HTTP against a running server
  browser   the tests that drive a page in Chromium
  attacks   the attacks on the published numbers in full, on a desk of real size; writes the results
            (all other groups attack a small desk)
  hostile   many requests of every kind and every user to the API, where all other groups send a few
  coverage  the tests in tests/ that need no browser must reach every branch of core and services

Without GROUP, arguments go to pytest as they are: ./test tests/core -k routing
PostgreSQL, Redis and Chromium are installed when this is root on Debian, and asked for otherwise;
TEST_DATABASE_URL, REDIS_SERVER_PATH and CHROMIUM_PATH name others."""

GROUPS = {
    "all": [],
    "unit": ["tests", "-m", "not browser"],
    "api": ["api_tests"],
    "browser": ["-m", "browser"],
    # One process: it spreads the work itself, and writes the results.
    "attacks": ["tests/attacks", "--attacks=full", "-n", "0"],
    "hostile": ["api_tests/test_attacks.py", "--hostile", "-rP"],
    "coverage": [
        *("tests", "-m", "not browser and not wheel"),
        *("--cov=servicebalie.core", "--cov=servicebalie.services", "--cov-fail-under=100"),
        "--cov-report=term-missing:skip-covered",
    ],
}
TEMPLATES = Path("servicebalie/web/templates")
LINT: tuple[list[str | Path], ...] = (
    ["ruff", "check"],
    ["ruff", "format", "--check"],
    ["mypy"],
    ["lint-imports", "--no-logo"],
    ["deptry", "servicebalie", "migrations"],
    ["djlint", "--check", TEMPLATES],
    ["djlint", "--quiet", "--lint", TEMPLATES],
)


def main(arguments: Sequence[str]) -> int:
    """Run as `./test` with these arguments and return the exit status."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    group, selection = choose(arguments)
    try:
        commands = bootstrap.prepare(with_tests=True)
        faults = lint(commands) if group in ("all", "lint") else []
        if group == "lint":
            return 1 if faults else 0
        require_what_is_tested_with(group)
        status = run_pytest(commands, [*GROUPS.get(group, []), *selection])
    except (bootstrap.PreparationFailed, MissingSoftware) as failure:
        print(f"test: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status or (1 if faults else 0)


def choose(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Return the group and the arguments for pytest; arguments without a group belong to no group."""
    if not arguments:
        return "all", []
    if arguments[0] in {*GROUPS, "lint"}:
        return arguments[0], list(arguments[1:])
    return "selected", list(arguments)


def lint(commands: Path) -> list[str]:
    """Run every linter to its end and return the names of those that found something."""
    faults = []
    for name, *arguments in LINT:
        shown = " ".join(str(word) for word in (name, *arguments))
        print(f"== {shown}", flush=True)
        finished = subprocess.run([commands / str(name), *arguments], check=False, cwd=bootstrap.ROOT)
        if finished.returncode != 0:
            faults.append(shown)
    for fault in faults:
        print(f"== FAILED: {fault}", flush=True)
    return faults


def require_what_is_tested_with(group: str) -> None:
    """Install what the tests of a group need; a selection of tests asks for it itself where it is missing.

    Raises MissingSoftware when something is missing and may not be installed from here.
    """
    if group in GROUPS and not os.environ.get("TEST_DATABASE_URL"):
        require_postgresql()
    if group in ("all", "unit", "coverage"):
        require_redis()
    if group in ("all", "browser"):
        require_chromium()


def run_pytest(commands: Path, arguments: Sequence[str]) -> int:
    """Run pytest on all processors, its output last, and return its exit status."""
    spread = ["-n", "auto", "--maxprocesses", "8", "--dist", "worksteal"]
    command: list[str | Path] = [commands / "pytest", *spread, *arguments]
    return subprocess.run(command, check=False, cwd=bootstrap.ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

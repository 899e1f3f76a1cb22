"""Sends what nobody would write to a reader of what comes from outside, and looks for what breaks it.

    python -m scripts.fuzz NAME [--minutes 10]

Without NAME it tells which readers there are. It begins with tests/fuzz/corpus/NAME and keeps what leads to
code that was not reached before in var/fuzz/NAME; what breaks the reader is left in var/fuzz/NAME-found, and
belongs in the corpus once it is mended, because every run of the tests reads the corpus again.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
KEPT = ROOT / "var" / "fuzz"
SLOWEST, LONGEST = 10, 10_000
"""How many seconds one reading may take, and how many bytes it is given."""

INSTRUMENTED = ["servicebalie", "tomllib", "csv", "json", "stdnum", "ipaddress", "base64"]


def main(arguments: Sequence[str]) -> int:
    """Fuzz as `python -m scripts.fuzz` with these arguments and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.fuzz")
    parser.add_argument("name", nargs="?", choices=sorted(path.name for path in CORPUS.iterdir()))
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    if wanted.name is None:
        parser.print_help()
        return 0
    if find_spec("atheris") is None:
        print("fuzz: install what it needs first: uv sync --group fuzz", file=sys.stderr)
        return 1
    if wanted.here:
        fuzz(wanted.name, wanted.minutes)
    # libFuzzer ends its process, so it gets one of its own.
    command = [sys.executable, "-m", "scripts.fuzz", *arguments, "--here"]
    return subprocess.run(command, check=False, cwd=ROOT).returncode


def fuzz(name: str, minutes: float) -> None:
    """Let libFuzzer send inputs to a target until time is up or something breaks; does not return."""
    import atheris  # noqa: PLC0415 - not installed with the rest

    kept, found = KEPT / name, KEPT / f"{name}-found"
    for directory in (kept, found):
        directory.mkdir(parents=True, exist_ok=True)
    words = KEPT / f"{name}.words"
    words.write_text(dictionary(CORPUS / name), encoding="ascii")
    with atheris.instrument_imports(include=INSTRUMENTED):
        target = import_module("tests.fuzz.targets").TARGETS[name]
    # What is made at the first use takes longer than a reading may.
    target(b"")
    options = [
        f"-max_total_time={round(minutes * 60)}",
        f"-timeout={SLOWEST}",
        f"-max_len={LONGEST}",
        f"-dict={words}",
        f"-artifact_prefix={found}/",
        "-print_final_stats=1",
        "-rss_limit_mb=2048",
    ]
    atheris.Setup([sys.argv[0], *options, str(kept), str(CORPUS / name)], target)
    atheris.Fuzz()


def dictionary(corpus: Path) -> str:
    """Return the words of a corpus as a dictionary of libFuzzer."""
    words = {
        word
        for file in corpus.iterdir()
        for word in re.findall(rb"[^\W_][\w.:/+-]{1,60}|[^\w\s]{2,4}", file.read_bytes())
    }
    escaped = ["".join(rf"\x{byte:02x}" for byte in word) for word in sorted(words)]
    return "".join(f'"{word}"\n' for word in escaped)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Seals of the audit trail as files in a directory, which can be copied to where nobody here can write."""

import json
from collections.abc import Iterable
from pathlib import Path

from servicebalie.core.audit import Seal, read_seal, seal_values
from servicebalie.core.errors import ServicebalieError


class UnreadableSeal(ServicebalieError):
    """A file in the directory of seals is none; `file` is its name."""

    code = "unreadable-seal"


def write_seals(directory: Path, seals: Iterable[Seal]) -> int:
    """Write each seal that has no file yet to one of its own, and return how many; none is overwritten.

    Raises `OSError`.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = 0
    for seal in seals:
        path = directory / f"{seal.kind}-{seal.day.isoformat()}-{seal.sequence}.json"
        if path.exists():
            continue
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(seal_values(seal), indent=2) + "\n", encoding="ascii")
        draft.replace(path)
        written += 1
    return written


def read_seals(directory: Path) -> list[Seal]:
    """Return the seals of a directory, in the order of their names; raises `UnreadableSeal` or `OSError`."""
    return [_read(path) for path in sorted(directory.iterdir()) if path.suffix == ".json"]


def _read(path: Path) -> Seal:
    try:
        return read_seal(json.loads(path.read_text(encoding="ascii")))
    except (ValueError, TypeError, KeyError):
        raise UnreadableSeal(file=path.name) from None

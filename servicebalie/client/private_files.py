"""Files that only their owner can read."""

import os
import tempfile
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace `path` by a file with `text` and mode 0600, all or nothing, and wait until it is on disk.

    Missing directories are made with mode 0700.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def others_can_read(path: Path) -> bool:
    """Tell whether the group or everybody has any right to the file (on systems that have such rights)."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)

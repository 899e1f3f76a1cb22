"""Finds the files that stand at the top of the repository and inside the installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """Return the directory `migrations` or `translations`, installed or in a clone of the repository."""
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name


def reference_data(name: str) -> Path:
    """Return a file of the reference data that comes with servicebalie."""
    return _PACKAGE / "reference_data" / name

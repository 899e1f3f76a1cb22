"""Compiles the message catalogues when servicebalie is built or installed in place."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):  # type: ignore[type-arg]  # no configuration of its own
    """Writes a .mo beside every .po under translations/."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile all catalogues; called by hatchling for wheels and editable installs alike."""
        for source in Path(self.root, "translations").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po, locale=source.parts[-3]))

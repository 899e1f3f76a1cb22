"""The names by which people look for a municipality, as this version ships them."""

import tomllib
from functools import cache

from servicebalie.core.municipality_names import OtherNames
from servicebalie.shipped import reference_data


@cache
def other_names() -> OtherNames:
    """Return the names besides the official ones, by CBS code; read once by each process."""
    listed = tomllib.loads(reference_data("municipality_names.toml").read_text(encoding="utf-8"))
    return {code: (*one.get("names", ()), *one.get("places", ())) for code, one in listed.items()}

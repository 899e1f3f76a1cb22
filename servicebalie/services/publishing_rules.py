"""The rules of publishing that come with this version: the catalogue of tables and the profiles."""

from functools import cache

from servicebalie.core.catalogue import Catalogue, parse_catalogue
from servicebalie.core.profile import Profile, parse_profile
from servicebalie.shipped import reference_data


@cache
def shipped_catalogue() -> Catalogue:
    """Return the catalogue of tables of this version; raises `InvalidCatalogue`."""
    return parse_catalogue(reference_data("catalogue.toml").read_text(encoding="utf-8"))


@cache
def shipped_profile(name: str) -> Profile:
    """Return a profile by its name; raises `InvalidProfile`."""
    return parse_profile(reference_data("ptables").joinpath(f"{name}.json").read_text(encoding="utf-8"))

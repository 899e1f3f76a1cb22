"""The rules of publishing that come with this version: the catalogue of tables, the profiles, and how they
held under attack."""

from collections.abc import Mapping
from functools import cache

from servicebalie.core.attack_scores import AttackScores, parse_attack_scores
from servicebalie.core.catalogue import Catalogue, parse_catalogue
from servicebalie.core.profile import Profile, parse_profile
from servicebalie.shipped import reference_data

PROFILES: Mapping[str, str] = {"default": "default-1", "detailed": "detailed-1", "census": "census-1"}
"""The names under which profiles are chosen, and the version of each that is chosen now."""


@cache
def shipped_catalogue() -> Catalogue:
    """Return the catalogue of tables of this version; raises `InvalidCatalogue`."""
    return parse_catalogue(reference_data("catalogue.toml").read_text(encoding="utf-8"))


@cache
def shipped_profile(name: str) -> Profile:
    """Return a profile by its name; raises `InvalidProfile`."""
    return parse_profile(reference_data("ptables").joinpath(f"{name}.json").read_text(encoding="utf-8"))


@cache
def shipped_attack_scores() -> AttackScores:
    """Return what came out of the attacks on this version; raises `InvalidAttackScores`."""
    return parse_attack_scores(reference_data("attack_scores.json").read_text(encoding="utf-8"))

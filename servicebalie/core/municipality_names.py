"""Finding the municipality that somebody means by a typed name."""

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from servicebalie.core.code_lists import Municipality

OTHER_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "GM0034": ("ألميره",),
        "GM0080": ("Ljouwert",),
        "GM0344": ("أوتريخت", "أوترخت", "Утрехт"),
        "GM0363": ("أمستردام", "Амстердам", "Amszterdam"),
        "GM0518": ("Den Haag", "The Hague", "Haga", "La Haye", "La Haya", "لاهاي", "Гаага", "Hága"),
        "GM0599": ("روتردام", "Роттердам"),
        "GM0758": ("بريدا", "Бреда"),
        "GM0772": ("آيندهوفن", "أيندهوفن", "Ейндговен", "Эйндховен"),
        "GM0796": ("Den Bosch", "Bois-le-Duc"),
        "GM0855": ("تيلبورخ", "تيلبورغ", "Тілбург", "Тилбург"),
    }
)
"""Names that people use besides the official one, by CBS code."""


def find_municipality(typed: str, municipalities: Iterable[Municipality]) -> Municipality | None:
    """Return the active municipality with this name, or None when none or more than one has it.

    Capitals, accents, spaces, hyphens and apostrophes do not matter. A province in brackets, as in
    "Beek (L.)", may be left out where the name alone is clear.
    """
    wanted = _folded(typed)
    found = [one for one in municipalities if one.active and wanted in _names(one)]
    exact = [one for one in found if wanted == _folded(one.name)]
    chosen = exact or found
    return chosen[0] if len(chosen) == 1 else None


def suggest_municipalities(
    typed: str, municipalities: Iterable[Municipality], *, limit: int = 4
) -> tuple[str, ...]:
    """Return the official names that look most like what was typed, `limit` at most, the likeliest first.

    Those that are called so come first, then those that begin so, then those with a slip in them.
    """
    wanted = _folded(typed)
    names = [(folded, one.name) for one in municipalities if one.active for folded in sorted(_names(one))]
    same = [name for folded, name in names if folded == wanted]
    begun = [name for folded, name in names if wanted and folded.startswith(wanted)]
    alike = difflib.get_close_matches(wanted, [folded for folded, _ in names], limit, 0.7)
    close = [name for likeness in alike for folded, name in names if folded == likeness]
    return tuple(dict.fromkeys([*same, *begun, *close]))[:limit]


def _names(municipality: Municipality) -> set[str]:
    """Return all names of a municipality, folded."""
    official = municipality.name
    names = [official, official.partition(" (")[0], *OTHER_NAMES.get(municipality.code, ())]
    return {_folded(name) for name in names} - {""}


def _folded(name: str) -> str:
    """Return the letters and digits of a name, without capitals and accents."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in decomposed if character.isalnum())

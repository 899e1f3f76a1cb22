"""Finding the municipality that somebody means by a typed name, in any script."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from servicebalie.core.code_lists import Municipality

OtherNames = Mapping[str, tuple[str, ...]]
"""Names that people use besides the official one, by CBS code: in other languages, and of places in it."""

_LETTERS = str.maketrans(
    # Without accents, which are gone by then: й is и, ё is е, ї is і.
    dict(zip("абвгґдезиіклмнопрстуфхыэ", "abvggdeziiklmnoprstufhye", strict=True))
    | {
        "є": "e",
        "ж": "zh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sht",
        "ю": "yu",
        "я": "ya",
        "ъ": "",
        "ь": "",
    }
    | dict(zip("αβγδεζηικλμνξοπρστυφχω", "avgdeziiklmnxoprstyfho", strict=True))
    | {"θ": "th", "ψ": "ps"}
    | {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}
    | {"ک": "ك", "ی": "ي", "ى": "ي", "ة": "ه"}
)
"""Cyrillic and Greek letters as they sound in Latin ones, and letters that only look another way."""

_BESIDES = re.compile(r"[,;/()\n]+")
_MUNICIPALITY_OF = re.compile(
    r"^(de )?(gemeente|gem\.|municipality of|gmina|municipio de|commune de) +", re.I
)

_LIKE_ENOUGH = 0.7


def find_municipality(
    typed: str, municipalities: Iterable[Municipality], other_names: OtherNames
) -> Municipality | None:
    """Return the active municipality with this name, or None when none or more than one has it.

    Capitals, accents, spaces, hyphens and apostrophes do not matter; Cyrillic and Greek letters are read as
    Latin ones. A province in brackets, as in "Beek (L.)", may be left out where the name alone is clear. Of
    a place with something beside it, as in "Scheveningen, Den Haag", the parts that are names must agree.
    """
    active = [one for one in municipalities if one.active]
    found = _called(typed, active, other_names)
    if not found:
        parts = [_called(part, active, other_names) for part in _BESIDES.split(typed)]
        found = list(dict.fromkeys(one for part in parts for one in part))
    return found[0] if len(found) == 1 else None


def suggest_municipalities(
    typed: str, municipalities: Iterable[Municipality], other_names: OtherNames, *, limit: int = 5
) -> tuple[Municipality, ...]:
    """Return the municipalities with the names most like what was typed, `limit` at most, likeliest first.

    Those that are called so come first, then those that begin so, then those with a slip in them.
    """
    wanted = _folded(_bare(typed))
    named = [
        (folded, one) for one in municipalities if one.active for folded in sorted(_names(one, other_names))
    ]
    same = [one for folded, one in named if folded == wanted]
    begun = [one for folded, one in named if wanted and folded.startswith(wanted)]
    alike = difflib.get_close_matches(wanted, [folded for folded, _ in named], limit, _LIKE_ENOUGH)
    close = [one for likeness in alike for folded, one in named if folded == likeness]
    return tuple(dict.fromkeys([*same, *begun, *close]))[:limit]


def _called(
    typed: str, municipalities: Iterable[Municipality], other_names: OtherNames
) -> list[Municipality]:
    """Return the municipalities with this name; those whose official name it is, if there are any."""
    wanted = _folded(_bare(typed))
    found = [one for one in municipalities if wanted in _names(one, other_names)]
    return [one for one in found if wanted == _folded(one.name)] or found


def _names(municipality: Municipality, other_names: OtherNames) -> set[str]:
    """Return all names of a municipality, folded."""
    official = municipality.name
    names = [official, official.partition(" (")[0], *other_names.get(municipality.code, ())]
    return {_folded(name) for name in names} - {""}


def _bare(typed: str) -> str:
    """Return a name without the word for municipality before it."""
    return _MUNICIPALITY_OF.sub("", typed.strip())


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    """Return the letters and digits of a name, without capitals and accents, Latin where that can be."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return "".join(character for character in letters.translate(_LETTERS) if character.isalnum())

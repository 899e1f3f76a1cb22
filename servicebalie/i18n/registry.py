"""The one registry of locales: what the newcomer pages speak, and how a locale is chosen.

To add a locale, add a row here and a catalogue under `translations/`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from babel import Locale as BabelLocale


@dataclass(frozen=True, slots=True)
class Locale:
    """A language of our pages: its BCP 47 tag, its own name, and whether its catalogue is complete."""

    tag: str
    name: str
    enabled: bool = False

    @property
    def babel(self) -> BabelLocale:
        """The locale as Babel knows it."""
        return _babel_locale(self.tag)

    @property
    def regional(self) -> BabelLocale:
        """The same as it is written in Europe: dates and the names of languages differ."""
        return _babel_locale(_REGIONAL.get(self.tag, self.tag))

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`."""
        return self.babel.text_direction


_REGIONAL = {"en": "en-GB", "pt": "pt-PT"}
"""Where Babel takes a language without a country for that of America."""


@cache
def _babel_locale(tag: str) -> BabelLocale:
    return BabelLocale.parse(tag, sep="-")


DEFAULT = "en"

# The languages most spoken among the people served come first.
_ALL = (
    Locale("nl", "Nederlands", enabled=True),
    Locale("en", "English", enabled=True),
    Locale("pl", "Polski", enabled=True),
    Locale("ro", "Română", enabled=True),
    Locale("bg", "Български", enabled=True),
    Locale("uk", "Українська", enabled=True),
    Locale("ar", "العربية", enabled=True),
    Locale("tr", "Türkçe", enabled=True),
    Locale("es", "Español", enabled=True),
    Locale("pt", "Português", enabled=True),
    Locale("hu", "Magyar", enabled=True),
    Locale("de", "Deutsch", enabled=True),
    Locale("fr", "Français", enabled=True),
    Locale("it", "Italiano", enabled=True),
    Locale("el", "Ελληνικά", enabled=True),
    Locale("ru", "Русский", enabled=True),
    Locale("lt", "Lietuvių", enabled=True),
    Locale("lv", "Latviešu", enabled=True),
    Locale("sk", "Slovenčina", enabled=True),
    Locale("cs", "Čeština", enabled=True),
    Locale("hr", "Hrvatski", enabled=True),
    Locale("hi", "हिन्दी", enabled=True),
    Locale("zh-Hans", "简体中文", enabled=True),
    Locale("fa", "فارسی", enabled=True),
    Locale("ti", "ትግርኛ"),
)

LOCALES: Mapping[str, Locale] = MappingProxyType({locale.tag: locale for locale in _ALL})
"""All locales that the newcomer pages are made for."""

NEWCOMER_LOCALES: Mapping[str, Locale] = MappingProxyType(
    {tag: locale for tag, locale in LOCALES.items() if locale.enabled}
)
"""The locales that newcomers can choose."""

DESK_LOCALES: Mapping[str, Locale] = MappingProxyType({tag: LOCALES[tag] for tag in ("nl", "en")})
"""The locales of staff and policy pages and of API messages."""

_READ_AS = {"prs": "fa"}
"""Languages whose readers read the pages in another one: Dari is written as Persian is."""

_QUALITY = re.compile(r"q=([01](?:\.[0-9]{0,3})?)\Z")


def locale_of_language(code: str) -> str:
    """Return the tag of the locale in a language, given its code without the script; else the code itself."""
    return next((tag for tag in LOCALES if tag.partition("-")[0] == code), code)


def newcomer_locale(language: str | None) -> str | None:
    """Return the tag of the locale of pages in a language, given its code; None when there are none."""
    tag = locale_of_language(_READ_AS.get(language or "", language or ""))
    return tag if tag in NEWCOMER_LOCALES else None


def negotiate(accept_language: str | None, offered: Iterable[str]) -> str:
    """Return the offered tag that an Accept-Language header likes best, or the default (RFC 4647 lookup).

    A wish is shortened from the right until something offered fits: `zh-Hans-CN` finds `zh-Hans`, and
    `zh-CN`, which names no script, finds the first offered tag of that language.
    """
    tags = list(offered)
    for wish in _wishes(accept_language or ""):
        found = _lookup(wish, tags)
        if found:
            return found
    return DEFAULT if DEFAULT in tags else tags[0]


def _wishes(header: str) -> list[str]:
    """Return the tags of a header, the most wanted first."""
    wishes = []
    for position, part in enumerate(header[:1000].split(",")):
        tag, _, weight = part.strip().partition(";")
        match = _QUALITY.match(weight.strip())
        quality = float(match[1]) if match else 1.0
        if tag and quality > 0:
            wishes.append((-quality, position, tag.strip().lower()))
    return [tag for _, _, tag in sorted(wishes)]


def _lookup(wish: str, tags: list[str]) -> str | None:
    parts = wish.split("-")
    for length in range(len(parts), 0, -1):
        shorter = "-".join(parts[:length])
        for tag in tags:
            if tag.lower() == shorter:
                return tag
    return next((tag for tag in tags if tag.lower().split("-")[0] == parts[0]), None)

"""How a desk looks and is reached, as a readable file (TOML); docs/operating/theme.md explains it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from servicebalie.core.directory import Location
from servicebalie.core.theme import SETTABLE, InvalidTheme, check_colours, parse_colour
from servicebalie.core.toml_text import NotToml, read_toml

_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{1,38}[0-9]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
_LONGEST = {
    "email": 254,
    "url": 300,
    "name": 120,
    "street": 120,
    "postal_code": 10,
    "city": 80,
    "municipality": 6,
}
_PLACE = ("street", "postal_code", "city", "municipality")


@dataclass(frozen=True, slots=True)
class DeskContact:
    """How to reach the counter of a desk; None leaves what is known."""

    phone: str | None = None
    email: str | None = None
    url: str | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """What a theme file says; `logo` is the path of a picture, as seen from the file."""

    name: str | None = None
    logo: str | None = None
    colours: Mapping[str, str] = field(default_factory=dict)
    contact: DeskContact = field(default_factory=DeskContact)


def parse_theme_file(text: str) -> ThemeFile:
    """Read a theme; raises `InvalidTheme`, and `UnreadableColours` for colours that cannot be read."""
    try:
        document = read_toml(text)
    except NotToml:
        raise InvalidTheme(reason="malformed") from None
    _refuse_unknown(document, ("name", "logo", "colours", "contact"), "")
    colours = {token: _colour(token, value) for token, value in _table(document, "colours").items()}
    check_colours(colours)
    return ThemeFile(
        name=_text(document, "name"),
        logo=_text(document, "logo"),
        colours=colours,
        contact=_contact(_table(document, "contact")),
    )


def _colour(token: str, value: object) -> str:
    if token not in SETTABLE:
        raise InvalidTheme(reason="unknown-name", name=token)
    try:
        return parse_colour(str(value))
    except ValueError:
        raise InvalidTheme(reason="not-a-colour", name=token) from None


def _contact(table: Mapping[str, Any]) -> DeskContact:
    _refuse_unknown(table, ("phone", "email", "url", "address"), "contact.")
    phone, email, url = (_text(table, name) for name in ("phone", "email", "url"))
    if phone is not None and not _PHONE.fullmatch(phone):
        raise InvalidTheme(reason="invalid-value", name="phone")
    if email is not None and not _EMAIL.fullmatch(email):
        raise InvalidTheme(reason="invalid-value", name="email")
    if url is not None and not url.startswith(("https://", "http://")):
        raise InvalidTheme(reason="invalid-value", name="url")
    return DeskContact(phone, email, url, _location(_table(table, "address")))


def _location(table: Mapping[str, Any]) -> Location | None:
    """Return the place of an address, which must be whole."""
    if not table:
        return None
    _refuse_unknown(table, _PLACE, "contact.address.")
    parts = {name: _text(table, name) for name in _PLACE}
    missing = [name for name, value in parts.items() if value is None]
    if missing:
        raise InvalidTheme(reason="invalid-value", name=missing[0])
    street, postal_code, city, municipality = map(str, parts.values())
    return Location(street, postal_code, city, municipality)


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, Mapping):
        raise InvalidTheme(reason="malformed")
    return table


def _text(table: Mapping[str, Any], name: str) -> str | None:
    """Return a text of the file, without white space around it; raises `InvalidTheme` for what is none."""
    value = table.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST.get(name, 300):
        raise InvalidTheme(reason="invalid-value", name=name)
    return value.strip()


def _refuse_unknown(table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    for name in table:
        if name not in known:
            raise InvalidTheme(reason="unknown-name", name=f"{where}{name}")

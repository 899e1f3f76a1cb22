"""A theme file is read as a whole or refused with the place of the fault."""

import pytest

from servicebalie.core.directory import Location
from servicebalie.core.theme import InvalidTheme, UnreadableColours
from servicebalie.core.theme_file import DeskContact, ThemeFile, parse_theme_file

WHOLE = """
name = " Informatiepunt Zuidoost "
logo = "logo.svg"
[colours]
utrecht-link-color = "#13C"
[contact]
phone = "+31 (0)40 123-4567"
email = "desk@example.org"
url = "https://desk.example.org/"
[contact.address]
street = "Vestdijk 1"
postal_code = "5611 CA"
city = "Eindhoven"
municipality = "GM0772"
"""


def test_a_file_is_read_as_a_whole() -> None:
    place = Location("Vestdijk 1", "5611 CA", "Eindhoven", "GM0772")
    contact = DeskContact("+31 (0)40 123-4567", "desk@example.org", "https://desk.example.org/", place)
    assert parse_theme_file(WHOLE) == ThemeFile(
        "Informatiepunt Zuidoost", "logo.svg", {"utrecht-link-color": "#1133cc"}, contact
    )


def test_an_empty_file_is_a_theme_of_nothing() -> None:
    assert parse_theme_file("") == ThemeFile()


@pytest.mark.parametrize(
    ("text", "reason", "name"),
    [
        ("name", "malformed", None),
        ("colours = 1", "malformed", None),
        ("title = 'x'", "unknown-name", "title"),
        ("[colours]\nutrecht-alert-error-color = '#000'", "unknown-name", "utrecht-alert-error-color"),
        ("[colours]\nutrecht-link-color = 'teal'", "not-a-colour", "utrecht-link-color"),
        ("[colours]\nutrecht-link-color = 1", "not-a-colour", "utrecht-link-color"),
        ("name = ' '", "invalid-value", "name"),
        ("name = 1", "invalid-value", "name"),
        (f"name = '{'x' * 121}'", "invalid-value", "name"),
        ("[contact]\nfax = '1'", "unknown-name", "contact.fax"),
        ("[contact]\nphone = 'call us'", "invalid-value", "phone"),
        ("[contact]\nemail = 'desk'", "invalid-value", "email"),
        ("[contact]\nurl = 'javascript:x'", "invalid-value", "url"),
        ("[contact.address]\nstreet = 'Vestdijk 1'", "invalid-value", "postal_code"),
        ("[contact.address]\ncountry = 'NL'", "unknown-name", "contact.address.country"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(text: str, reason: str, name: str | None) -> None:
    with pytest.raises(InvalidTheme) as refusal:
        parse_theme_file(text)
    assert (refusal.value.params["reason"], refusal.value.params.get("name")) == (reason, name)


def test_colours_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(UnreadableColours):
        parse_theme_file("[colours]\nutrecht-link-color = '#ffcc00'")

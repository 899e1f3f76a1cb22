"""What somebody is here by the claims of their provider."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.openid import (
    InvalidRoleRules,
    OpenidSettings,
    RoleRule,
    TooWeak,
    check_strength,
    first_rule,
    name_of,
    parse_role_rules,
)
from servicebalie.core.vocabulary import Role

RULES = """
[[rule]]
value = "desk-cleared"
role = "desk"
cleared = true

[[rule]]
value = "library"
role = "partner"
organisation = "Bibliotheek Eindhoven"
desk = "eindhoven"
"""
DESK, LIBRARY = (
    RoleRule("desk-cleared", Role.DESK, cleared=True),
    RoleRule("library", Role.PARTNER, organisation="Bibliotheek Eindhoven", desk="eindhoven"),
)
SETTINGS = OpenidSettings("https://id.example", "c", "s", ("openid",), "roles", (), (), (), timedelta(0))


def test_rules_are_read_in_their_order() -> None:
    assert parse_role_rules(RULES) == (DESK, LIBRARY)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[rule", "must be TOML"),
        ("", "one or more"),
        ("rule = []", "one or more"),
        ('rule = "desk"', "one or more"),
        ('[[rule]]\nvalue = "a"\nrole = "desk"\n[other]', "nothing else"),
        ("rule = [1]", "rule 1 may have only"),
        ('[[rule]]\nvalue = "a"\nrole = "desk"\nexcept = "b"', "rule 1 may have only"),
        ('[[rule]]\nvalue = 1\nrole = "desk"', "must be text"),
        ('[[rule]]\nvalue = ""\nrole = "desk"', "must be text"),
        ('[[rule]]\nrole = "desk"', "needs a value"),
        ('[[rule]]\nvalue = "a"\nrole = "king"', "needs a value, a role (desk, partner"),
        ('[[rule]]\nvalue = "a"\nrole = "desk"\ncleared = "yes"', "cleared true or false"),
        ('[[rule]]\nvalue = "a"\nrole = "partner"', "a partner has an organisation"),
        ('[[rule]]\nvalue = "a"\nrole = "desk"\norganisation = "b"', "nobody else has"),
    ],
)
def test_rules_that_cannot_be_followed_are_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidRoleRules) as refused:
        parse_role_rules(text)
    assert reason in str(refused.value.params["reason"])


@pytest.mark.parametrize(
    ("claims", "claim", "found"),
    [
        ({"roles": ["choir", "library", "desk-cleared"]}, "roles", DESK),
        ({"roles": "library"}, "roles", LIBRARY),
        ({"realm_access": {"roles": ["library"]}}, "realm_access.roles", LIBRARY),
        ({"https://desk.example/roles": ["library"]}, "https://desk.example/roles", LIBRARY),
        ({"roles": ["Library", 1, None]}, "roles", None),
        ({"roles": {"library": True}}, "roles", None),
        ({"realm_access": ["library"]}, "realm_access.roles", None),
        ({}, "roles", None),
    ],
)
def test_the_first_rule_that_fits_counts(
    claims: dict[str, object], claim: str, found: RoleRule | None
) -> None:
    assert first_rule((DESK, LIBRARY), claims, claim) == found


def test_a_way_of_signing_in_is_asked_for_only_where_the_settings_say_so() -> None:
    check_strength({}, SETTINGS)
    strict = replace(SETTINGS, acr=("high", "higher"), amr=("otp",))
    check_strength({"acr": "higher", "amr": ["pwd", "otp"]}, strict)
    for weak in ({}, {"acr": "high"}, {"acr": "low", "amr": ["otp"]}, {"acr": "high", "amr": ["pwd"]}):
        with pytest.raises(TooWeak):
            check_strength(weak, strict)


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Anna de Vries", "sub": "1"}, "Anna de Vries"),
        ({"name": " \n", "preferred_username": "anna", "sub": "1"}, "anna"),
        ({"name": None, "sub": "1"}, "1"),
        ({}, "?"),
    ],
)
def test_somebody_is_called_by_name_where_there_is_one(claims: dict[str, object], name: str) -> None:
    assert name_of(claims) == name


@given(st.text())
def test_a_name_is_one_short_line_whatever_comes(text: str) -> None:
    name = name_of({"name": text, "sub": "1"})
    assert 1 <= len(name) <= 120
    assert name.isprintable()

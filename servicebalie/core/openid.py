"""What somebody is here by the word of the OpenID provider of their organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.toml_text import NotToml, read_toml
from servicebalie.core.vocabulary import Role

LONGEST_NAME = 120

_FIELDS = {"value", "role", "cleared", "organisation", "desk"}


class InvalidRoleRules(ServicebalieError):
    """The rules from claims to roles cannot be used; `reason` says which one and why."""

    code = "invalid-role-rules"


class TooWeak(ServicebalieError):
    """Somebody did not prove who they are in a way that is asked for here, such as with two factors."""

    code = "openid-too-weak"


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Who has this value in the claim has this role, at an organisation when it is that of a partner.

    `desk` is a slug; None means the desk of the web pages.
    """

    value: str
    role: Role
    cleared: bool = False
    organisation: str | None = None
    desk: str | None = None


@dataclass(frozen=True, slots=True)
class OpenidSettings:
    """An OpenID provider and what is asked of it.

    `claim` names the claim that `rules` look at, with dots into objects. One of `acr` and one of `amr` must
    be in the token, unless there are none. `clock_tolerance` is how much its clock may differ from ours.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...]
    claim: str
    rules: tuple[RoleRule, ...]
    acr: tuple[str, ...]
    amr: tuple[str, ...]
    clock_tolerance: timedelta


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as their provider knows them: a subject is of one issuer only, a name may change."""

    issuer: str
    subject: str
    name: str


def parse_role_rules(text: str) -> tuple[RoleRule, ...]:
    """Return the rules of a TOML file with a list `rule`, the first that fits first.

    Raises `InvalidRoleRules`: a word that is not known may be one that takes something away, so it is not
    passed over.
    """
    try:
        content = read_toml(text)
    except NotToml:
        raise InvalidRoleRules(reason="must be TOML") from None
    entries = content.get("rule")
    if set(content) != {"rule"} or not isinstance(entries, list) or not entries:
        raise InvalidRoleRules(reason="must hold one or more [[rule]] and nothing else")
    return tuple(_rule(number, entry) for number, entry in enumerate(entries, start=1))


def _rule(number: int, entry: object) -> RoleRule:
    if not isinstance(entry, dict) or not set(entry) <= _FIELDS:
        raise InvalidRoleRules(reason=f"rule {number} may have only: {', '.join(sorted(_FIELDS))}")
    texts = {name: entry.get(name) for name in ("value", "organisation", "desk")}
    if any(text is not None and (not isinstance(text, str) or not text) for text in texts.values()):
        raise InvalidRoleRules(reason=f"rule {number}: value, organisation and desk must be text")
    cleared = entry.get("cleared", False)
    if texts["value"] is None or entry.get("role") not in list(Role) or not isinstance(cleared, bool):
        known = ", ".join(Role)
        raise InvalidRoleRules(reason=f"rule {number} needs a value, a role ({known}), cleared true or false")
    role = Role(entry["role"])
    if (texts["organisation"] is not None) is not (role is Role.PARTNER):
        raise InvalidRoleRules(reason=f"rule {number}: a partner has an organisation, and nobody else has")
    return RoleRule(texts["value"], role, cleared, texts["organisation"], texts["desk"])


def first_rule(rules: Sequence[RoleRule], claims: Mapping[str, Any], claim: str) -> RoleRule | None:
    """Return the first rule whose value the claim has, as text or in a list, or None."""
    values = _values(_look_up(claims, claim))
    return next((rule for rule in rules if rule.value in values), None)


def check_strength(claims: Mapping[str, Any], settings: OpenidSettings) -> None:
    """Raise `TooWeak` when the token does not tell of a way of signing in that is asked for."""
    for name, wanted in (("acr", settings.acr), ("amr", settings.amr)):
        if wanted and not _values(claims.get(name)) & {*wanted}:
            raise TooWeak(claim=name)


def name_of(claims: Mapping[str, Any]) -> str:
    """Return what to call somebody: their name, or else what they sign in with, on one line."""
    texts = (claims.get(name) for name in ("name", "preferred_username", "sub"))
    lines = (" ".join("".join(filter(_is_shown, text)).split()) for text in texts if isinstance(text, str))
    return next((line[:LONGEST_NAME] for line in lines if line), "?")


def _is_shown(sign: str) -> bool:
    return sign.isprintable() or sign.isspace()


def _look_up(claims: Mapping[str, Any], name: str) -> object:
    """Return a claim; its name may be an address with dots, or be the way to it through objects."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _values(value: object) -> frozenset[str]:
    values = value if isinstance(value, list) else [value]
    return frozenset(one for one in values if isinstance(one, str))

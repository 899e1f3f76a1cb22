"""Every route gives every kind of caller what the matrix says, and the matrix says what the table decides."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from servicebalie.core.permissions import SCOPE_OF, Subject, may
from servicebalie.core.scopes import Scope
from servicebalie.core.vocabulary import ReferralStatus, Role
from servicebalie.services.accounts import Principal
from tests.support.authorisation import ASKING, Stage, kinds_for, open_stage
from tests.support.routes import Route, routes_of

MATRIX: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("authorisation_matrix.toml").read_text(encoding="utf-8")
)
VERDICTS = ("allowed", "too-late", "hidden", "denied", "sign-in")
LIBRARY, TOWN = 1, 2


@pytest.fixture(scope="module")
def stage(shared_database_url: str) -> Iterator[Stage]:
    """Two desks and callers of every kind, for all tests here: nothing that they do is kept."""
    with open_stage(shared_database_url) as stage:
        yield stage


def test_every_route_is_in_the_matrix_with_its_action_and_scope(stage: Stage) -> None:
    routes = {
        route.name: (route.action, SCOPE_OF[route.action] if route.action else None)
        for route in routes_of(stage.app)
    }
    assert {name: (row.get("action"), row.get("scope")) for name, row in MATRIX.items()} == routes


def test_every_caller_gets_what_the_matrix_says(stage: Stage) -> None:
    found: dict[str, dict[str, list[str]]] = {}
    for route in routes_of(stage.app):
        verdicts = found.setdefault(route.name, defaultdict(list))
        for kind in kinds_for(route):
            verdicts[stage.verdict(route, kind)].append(kind)
    expected = {name: said(row) for name, row in MATRIX.items()}
    assert {name: dict(verdicts) for name, verdicts in found.items()} == expected


def said(row: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the kinds of callers by what a row of the matrix says that they get."""
    if row.get("open"):
        return {"allowed": ["nobody"]}
    return {verdict: row[verdict] for verdict in VERDICTS if verdict in row}


def test_who_is_allowed_by_the_matrix_is_allowed_by_the_table(stage: Stage) -> None:
    """The table decides without a database, so the two can only agree if both are right or wrong alike."""
    differing = [
        (route.name, kind)
        for route in routes_of(stage.app)
        for kind in kinds_for(route)
        if route.action and decided(route, kind) != (kind in MATRIX[route.name].get("allowed", ()))
    ]
    # The lists of an inbox show what is open, if nobody asks for more.
    assert differing == [
        ("GET /<locale:locale>/inbox", "former-partner"),
        ("GET /api/v1/referrals", "former-partner"),
    ]


def decided(route: Route, kind: str) -> bool:
    """Return what the table decides of a kind of caller who asks for a thing of the first desk."""
    assert route.action is not None
    if kind in {"nobody", "expired", "revoked"}:
        return False
    caller = _caller(route, kind)
    if not route.is_about_something:
        return may(caller, route.action)
    about = ASKING[kind][1]
    state = ReferralStatus.REVOKED if about == "former" else ReferralStatus.REQUESTED
    sensitive = about == "sensitive"
    return may(
        caller, route.action, Subject(1, TOWN if sensitive else LIBRARY, 1, state, sensitive=sensitive)
    )


def _caller(route: Route, kind: str) -> Principal:
    role = next((role for role in Role if role in kind), Role.DESK)
    if kind in {"cleared-partner", "uncleared-partner", "other-organisation", "other-desk-partner"}:
        role = Role.PARTNER
    if kind == "other-desk":
        role = Role.ADMINISTRATOR
    needed = SCOPE_OF[route.action] if route.action else None
    other = Scope.QUESTIONS_READ if needed is Scope.TRENDS_READ else Scope.TRENDS_READ
    return Principal(
        user_id=1 if kind == "desk" else 2,
        desk_id=2 if kind.startswith("other-desk") else 1,
        desk_slug="desk",
        role=Role.ADMINISTRATOR if kind == "narrow" else role,
        organisation_id=_organisation(kind) if role is Role.PARTNER else None,
        cleared=not kind.startswith("uncleared"),
        directory_version=1,
        scopes=frozenset({other}) if kind == "narrow" else None,
    )


def _organisation(kind: str) -> int:
    return LIBRARY if kind in {"partner", "former-partner", "other-desk-partner"} else TOWN

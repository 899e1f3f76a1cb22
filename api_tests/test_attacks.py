"""Whoever sends whatever: no crash, nothing that is not documented, and nothing of another desk.

Schemathesis makes requests from the description, and every kind of user sends them, with names of things of
the own desk and of another. `./test hostile` makes many more than every run of the tests does.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api_tests.client import Client
from api_tests.description import Description
from api_tests.neighbour import KEY, Names, Neighbour, Planter, names_at
from api_tests.server import RunningServer
from servicebalie.core.changes import Changes
from servicebalie.db import Database
from tests.support.releases import add_release
from tests.support.small_desk import SmallDesk, make_small_desk

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
USERS = ("desk", "uncleared", "administrator", "policymaker", "library", "nobody")
SLUG = "attacked"

CODES = {"topic": "bsn", "language": "pl", "languageServed": "nl", "municipality": "GM0772"}
NEVER_GUESSED = {"cursor", "email", "phone", "receivedAt"}
PERIODS = {"month": "2026-10", "period": "2026-10", "periods": "months"}

ClientAt = Callable[[SmallDesk, str], Client]


@pytest.fixture(scope="module")
def client_at(server: RunningServer, description: Description) -> ClientAt:
    """Makes a client for a user of a desk."""
    return lambda desk, user: Client(server.address, description, desk.tokens.get(user))


@pytest.fixture(scope="module")
def attacked(database: Database) -> SmallDesk:
    """A desk at which anything may be tried."""
    with database.begin() as session:
        desk = make_small_desk(session, SLUG)
    add_release(database, SLUG, "2026-10", changes=Changes(1, ()))
    return desk


@pytest.fixture(scope="module")
def neighbour(database: Database, client_at: ClientAt) -> Neighbour:
    """The desk of which nothing may be seen."""
    planter = Planter(database)
    return planter.plant(*(client_at(planter.desk, user) for user in ("desk", "library", "administrator")))


@pytest.fixture(scope="module")
def own(attacked: SmallDesk, client_at: ClientAt) -> Names:
    """What things of the attacked desk are called."""
    return names_at(
        client_at(attacked, "desk"), client_at(attacked, "administrator"), attacked, {"text": "Ik"}
    )


def test_what_may_not_be_seen_elsewhere_is_seen_at_its_own_desk(
    neighbour: Neighbour, client_at: ClientAt
) -> None:
    for user, path, least in (
        ("desk", "/questions", 2),
        ("desk", f"/questions/{neighbour.known['question']}", 3),
        ("administrator", "/directory", 5),
        ("administrator", "/routing/rules", 1),
        ("policymaker", "/trends/months/2026-10", 2),
    ):
        client = client_at(neighbour.desk, user)
        answer = client.session.get(f"{client.address}/api/v1{path}", timeout=60)
        assert len(neighbour.found_in(answer.content)) >= least, path


def test_whatever_is_sent_the_answer_is_documented_and_tells_nothing_of_another_desk(
    server: RunningServer,
    attacked: SmallDesk,
    neighbour: Neighbour,
    own: Names,
    request: pytest.FixtureRequest,
) -> None:
    described = schemathesis.openapi.from_url(f"{server.address}/api/v1/openapi.json")
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) >= 40
    hostile = request.config.getoption("--hostile")
    senders = {user: session_with(attacked.tokens.get(user)) for user in USERS}
    attack = Attack(senders, neighbour, own, len(USERS) if hostile else 3)
    for operation in operations:
        for mode in GenerationMode:
            attack.send(operation.as_strategy(generation_mode=mode), 100 if hostile else 4)
    assert attack.answers[200] > 50
    assert {201, 400, 401, 403, 404} <= set(attack.answers)
    print(f"Answers by status: {dict(sorted(attack.answers.items()))}")  # noqa: T201 - for `./test hostile`
    assert neighbour.found_in(server.log.read_bytes()) == set()


def session_with(token: str | None) -> requests.Session:
    """Return what sends requests with a token, also if Schemathesis takes it out."""

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        return request

    session = requests.Session()
    session.trust_env = False
    session.auth = sign
    return session


class Attack:
    """Sends each request as some kinds of users of a desk, and looks for its neighbour in the answers.

    `answers` counts these by their status.
    """

    def __init__(
        self, senders: Mapping[str, requests.Session], neighbour: Neighbour, own: Names, users: int
    ) -> None:
        self.answers: dict[int, int] = {}
        self._senders = senders
        self._neighbour = neighbour
        self._things = (own, neighbour.known)
        self._users = st.permutations(USERS).map(lambda each: each[:users])

    def send(self, cases: st.SearchStrategy[Case], examples: int) -> None:
        """Send requests that fit the description of an operation, or that are wrong in one respect."""

        @settings(
            max_examples=examples,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(cases, st.sampled_from(self._things), st.booleans(), self._users)
        def nothing_is_told(case: Case, names: Names, with_key: bool, users: list[str]) -> None:
            name_what_exists(case, names)
            if with_key and "Idempotency-Key" in (case.headers or {}):
                case.headers["Idempotency-Key"] = f"{KEY}dutch-course"
            for user in users:
                self._send_as(user, case)

        nothing_is_told()

    def _send_as(self, user: str, case: Case) -> None:
        response = case.call_and_validate(session=self._senders[user], checks=CHECKS)
        self.answers[response.status_code] = self.answers.get(response.status_code, 0) + 1
        told = self._neighbour.found_in(everything_in(response))
        assert not told, f"{user}: {case.method} {case.formatted_path} tells {told}"


def everything_in(response: Response) -> bytes:
    """Return an answer with its status and headers."""
    head = f"{response.status_code} {response.message} {response.headers}"
    return head.encode() + (response.content or b"")


def name_what_exists(case: Case, names: Names) -> None:
    """Put codes and names that exist in a request, because guessed ones do not get past a check."""
    named = {**names, "service_id": names["service"], **PERIODS}
    named["reference"] = names["referral" if "/referrals/" in case.path else "question"]
    path = case.path_parameters
    path.update({name: named[name] for name in path if name in named})
    kept = frozenset() if case.path.endswith("/visits/search") else NEVER_GUESSED
    if case.body is not NOT_SET:
        case.body = with_names(case.body, named, kept)
    case.query = with_names(case.query, named, kept)


def with_names(value: Any, names: Names, never: frozenset[str] | set[str]) -> Any:
    """Return a value without names that cannot exist, and with some that do."""
    if isinstance(value, list):
        return [with_names(each, names, never) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: {**CODES, **names}.get(name, inner)
        if isinstance(inner, str)
        else with_names(inner, names, never)
        for name, inner in value.items()
        if not (name in never and isinstance(inner, str))
    }

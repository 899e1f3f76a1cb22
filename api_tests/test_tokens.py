"""`/tokens`: everybody keeps their own, and makes narrower ones for programs."""

from typing import Any

import pytest

from api_tests.client import Client, Json, faults_of, refusal
from api_tests.conftest import ClientOf
from api_tests.description import Description
from api_tests.server import RunningServer
from tests.support.small_desk import EINDHOVEN


def make(client: Client, *scopes: str, **body: Any) -> Json:
    """Make a token for these scopes."""
    response = client.call("POST", "/tokens", {"scopes": scopes, **body})
    assert response.status_code == 201, response.text
    made: Json = response.json()
    return made


@pytest.fixture
def reader(desk: Client, server: RunningServer, description: Description) -> Client:
    """A program that reads questions for a desk worker."""
    return Client(server.address, description, make(desk, "questions:read", "tokens:read")["token"])


def test_a_token_is_shown_once_and_listed_after_that(desk: Client, reader: Client) -> None:
    reader.get("/questions")
    own, narrow = reader.get("/tokens")["items"]
    assert (own["scopes"], own["current"]) == (None, False)
    assert (narrow["scopes"], narrow["current"]) == (["questions:read", "tokens:read"], True)
    assert narrow["lastUsedAt"] is not None
    assert str(reader.session.headers["Authorization"]).startswith(f"Bearer {narrow['prefix']}")
    assert "token" not in narrow
    assert [one["prefix"] for one in desk.get("/tokens")["items"]] == [own["prefix"], narrow["prefix"]]


def test_a_scope_that_is_not_enough_is_refused_with_the_one_that_is_needed(
    desk: Client, reader: Client
) -> None:
    question = desk.register(topic="bsn", municipality=EINDHOVEN)
    assert reader.get(f"/questions/{question['reference']}")["topic"] == "bsn"
    response = reader.call("POST", "/questions", {"topic": "bsn"})
    assert refusal(response) == (403, "scope-not-enough")
    assert response.json()["detail"].endswith("It would need the scope questions:write.")
    assert refusal(reader.call("POST", "/tokens", {"scopes": ["questions:read"]})) == (
        403,
        "scope-not-enough",
    )
    # Two questions would be told apart by why one goes where it goes.
    explainer = make(desk, "routing:read")["token"]
    explaining = Client(reader.address, reader.description, explainer)
    body = {"question": question["reference"]}
    assert refusal(explaining.call("POST", "/routing/explanations", body)) == (403, "scope-not-enough")
    assert explaining.call("POST", "/routing/explanations", {"topic": "bsn"}).status_code == 200


def test_nobody_gives_a_token_what_they_cannot_do_themselves(client_of: ClientOf) -> None:
    for user, scope in (("policymaker", "questions:read"), ("desk", "routing:write")):
        response = client_of(user).call("POST", "/tokens", {"scopes": ["tokens:read", scope]})
        assert faults_of(response) == [("/scopes/1", "scope-beyond-own")]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("/scopes", "required")),
        ({"scopes": []}, ("/scopes", "too-few")),
        ({"scopes": ["everything"]}, ("/scopes/0", "unknown-code")),
        ({"scopes": ["questions:read"], "days": 366}, ("/days", "number-out-of-range")),
    ],
)
def test_what_cannot_be_a_token_is_told(desk: Client, body: Json, fault: tuple[str, str]) -> None:
    assert faults_of(desk.call("POST", "/tokens", body)) == [fault]


def test_a_token_is_revoked_by_how_it_begins_and_by_its_owner_only(
    desk: Client, reader: Client, client_of: ClientOf
) -> None:
    prefix = reader.get("/tokens")["items"][1]["prefix"]
    assert refusal(client_of("administrator").call("DELETE", f"/tokens/{prefix}")) == (404, "no-such-token")
    assert desk.call("DELETE", f"/tokens/{prefix}").json() == {"revoked": 1, "stillGood": []}
    assert refusal(reader.call("GET", "/questions")) == (401, "invalid-token")


def test_what_was_made_with_a_token_is_told_and_ends_with_it_when_asked(desk: Client) -> None:
    first = make(desk, "questions:read", "tokens:write")
    thief = Client(desk.address, desk.description, first["token"])
    second = make(thief, "questions:read")
    assert second["madeWith"] == first["prefix"]
    path = f"/tokens/{first['prefix']}"
    assert desk.call("DELETE", path).json() == {"revoked": 1, "stillGood": [second["prefix"]]}
    assert refusal(desk.call("DELETE", path)) == (404, "no-such-token")
    reader = Client(desk.address, desk.description, second["token"])
    assert reader.call("GET", "/questions").status_code == 200
    assert desk.call("DELETE", f"{path}?withDescendants=true").json() == {"revoked": 1, "stillGood": []}
    assert refusal(reader.call("GET", "/questions")) == (401, "invalid-token")


def test_the_description_names_the_scope_that_an_operation_needs(description: Description) -> None:
    operation = description.operation("POST", "/questions")
    assert operation is not None
    assert operation["x-scope"] == "questions:write"
    assert operation["description"] == "A token with scopes needs `questions:write`."
    free = description.operation("GET", "/topics")
    assert free is not None
    assert "x-scope" not in free

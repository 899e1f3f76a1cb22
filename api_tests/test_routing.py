"""Rules through the API: who may set them, what is wrong with them, and what they would do."""

from typing import Any

import pytest

from api_tests.client import Client, Json, faults_of, json_of, refusal
from api_tests.conftest import ClientOf
from tests.support.small_desk import EINDHOVEN, SmallDesk

KEPT = {"name": "Courses stay", "topics": ["dutch-course"], "destination": "desk"}
NEW = {"If-Match": '"0"'}


@pytest.fixture
def administrator(client_of: ClientOf) -> Client:
    """A client for an administrator of the desk."""
    return client_of("administrator")


def explained(client: Client, **body: Any) -> Json:
    response = client.call("POST", "/routing/explanations", body)
    assert response.status_code == 200, response.text
    return json_of(response)


def test_rules_are_put_in_force_and_count_from_the_next_question_on(
    administrator: Client, desk: Client, small_desk: SmallDesk
) -> None:
    assert desk.get("/routing/rules") == {"version": 0, "rules": []}
    housing = {
        "name": "To the town",
        "topics": ["language"],
        "languages": ["pl"],
        "open": "target",
        "service": str(small_desk.services["town"]),
    }
    response = administrator.call("POST", "/routing/rules", {"rules": [housing], "note": "New"}, NEW)
    assert response.status_code == 201, response.text
    stored = json_of(response)
    assert (stored["version"], stored["rules"], response.headers["ETag"]) == (1, [housing], '"1"')
    assert "topic-without-service" in {warning["code"] for warning in stored["warnings"]}
    assert desk.get("/routing/rules") == {"version": 1, "rules": [housing]}
    question = desk.register(topic="dutch-course", language="pl", municipality=EINDHOVEN)
    assert question["referral"]["service"]["name"] == "Town hall"
    assert question["referral"]["reasons"][0] == {
        "code": "rule-of-desk",
        "detail": 'A rule of the desk counts: "To the town".',
    }


def test_rules_are_changed_only_by_who_knows_those_in_force(administrator: Client) -> None:
    body = {"rules": [KEPT]}
    assert refusal(administrator.call("POST", "/routing/rules", body)) == (428, "if-match-missing")
    assert administrator.call("POST", "/routing/rules", body, NEW).status_code == 201
    assert refusal(administrator.call("POST", "/routing/rules", body, NEW)) == (412, "rules-changed")


def test_the_same_rules_sent_twice_are_stored_once(administrator: Client) -> None:
    headers = {**NEW, "Idempotency-Key": "rules"}
    first, again = (
        administrator.call("POST", "/routing/rules", {"rules": [KEPT]}, headers) for _ in range(2)
    )
    assert first.json() == again.json()
    assert administrator.get("/routing/rules")["version"] == 1


@pytest.mark.parametrize("path", ["/routing/rules", "/routing/trials"])
def test_all_faults_of_all_rules_are_told(administrator: Client, path: str) -> None:
    rules = [
        {"name": "a", "topics": ["moon"], "asTopic": "bsn", "service": "x"},
        {"name": "a", "languages": "pl", "destination": "desk"},
    ]
    assert faults_of(administrator.call("POST", path, {"rules": rules}, NEW)) == [
        ("/rules/0/topics/0", "unknown-topic"),
        ("/rules/0", "one-target"),
        ("/rules/1/languages", "not-a-list"),
    ]
    assert faults_of(administrator.call("POST", path, {"rules": {}}, NEW)) == [("/rules", "not-a-list")]
    assert faults_of(administrator.call("POST", path, {}, NEW)) == [("/rules", "required")]
    twice = {"rules": [KEPT, {**KEPT, "name": "again"}]}
    assert faults_of(administrator.call("POST", path, twice, NEW)) == [("/rules/1", "rule-unreachable")]


@pytest.mark.parametrize(
    ("user", "path", "status"),
    [
        ("desk", "/routing/rules", 403),
        ("desk", "/routing/trials", 403),
        ("policymaker", "/routing/explanations", 403),
        ("library", "/routing/explanations", 403),
        ("desk", "/routing/explanations", 200),
    ],
)
def test_rules_are_the_work_of_administrators(client_of: ClientOf, user: str, path: str, status: int) -> None:
    body: Json = {} if path.endswith("explanations") else {"rules": []}
    assert client_of(user).call("POST", path, body, NEW).status_code == status


def test_it_is_explained_where_a_question_would_go(
    administrator: Client, desk: Client, small_desk: SmallDesk
) -> None:
    rules = [{**KEPT, "languages": ["pl"]}, {**KEPT, "name": "Other", "topics": ["bsn"]}]
    administrator.call("POST", "/routing/rules", {"rules": rules}, NEW)
    found = explained(desk, topic="dutch-course", language="ar", municipality=EINDHOVEN, consent=True)
    assert found["rulesVersion"] == 1
    assert found["rules"] == [
        {"rule": "Courses stay", "topic": "dutch-course", "failed": "languages"},
        {"rule": "Other", "topic": "dutch-course", "failed": "topics"},
    ]
    assert found["decision"]["kind"] == "referral"
    assert found["decision"]["service"]["id"] == str(small_desk.services["library"])
    (candidate,) = found["candidates"]
    assert candidate["service"] == found["decision"]["service"]
    assert candidate["address"]["street"] == "Emmasingel 22"
    assert (candidate["full"], candidate["speaks"], candidate["distance"], candidate["shareInUse"]) == (
        False,
        False,
        "same-municipality",
        None,
    )
    assert found["others"] == 0


def test_a_question_is_explained_as_if_it_were_asked_now(desk: Client, other_desk: Client) -> None:
    question = desk.register(topic="dutch-course", municipality=EINDHOVEN, language="pl")
    found = explained(desk, question=question["reference"])
    assert found["decision"]["service"]["id"] == question["referral"]["service"]["id"]
    elsewhere = other_desk.call("POST", "/routing/explanations", {"question": question["reference"]})
    assert refusal(elsewhere) == (404, "question-not-found")
    assert faults_of(
        desk.call("POST", "/routing/explanations", {"question": question["reference"], "topic": "bsn"})
    ) == [("/question", "facts-or-question")]


def test_who_is_not_cleared_gets_no_explanation_of_a_sensitive_question(
    desk: Client, client_of: ClientOf
) -> None:
    question = desk.register(topic="trafficking")
    body = {"question": question["reference"]}
    refused = client_of("uncleared").call("POST", "/routing/explanations", body)
    assert refusal(refused) == (403, "question-not-for-you")


def test_rules_are_tried_without_being_stored(administrator: Client, desk: Client) -> None:
    moved = desk.register(topic="dutch-course", municipality=EINDHOVEN)
    desk.register(topic="bsn", municipality=EINDHOVEN)
    response = administrator.call("POST", "/routing/trials", {"rules": [KEPT], "last": 10})
    trial = json_of(response)
    assert (trial["questions"], trial["moved"], trial["references"]) == (2, 1, [moved["reference"]])
    (move,) = trial["moves"]
    assert (move["fromDestination"], move["toDestination"], move["count"]) == ("library", "desk", 1)
    assert (move["fromService"]["name"], move["toService"]["name"]) == ("Information point", "Counter")
    assert administrator.get("/routing/rules")["version"] == 0


@pytest.mark.parametrize("last", [0, 10_001, "many"])
def test_a_trial_is_limited(administrator: Client, last: Any) -> None:
    (fault,) = faults_of(administrator.call("POST", "/routing/trials", {"rules": [], "last": last}))
    assert fault[0] == "/last"

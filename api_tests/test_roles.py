"""Who may do what: everybody sees what the work needs, and a refusal tells nothing more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api_tests.client import Client, Json, refusal
from api_tests.conftest import ClientOf
from api_tests.description import Description
from api_tests.server import RunningServer
from servicebalie.core.vocabulary import Role
from servicebalie.db import Database
from servicebalie.services.accounts import issue_token, renew_tokens
from tests.support.small_desk import EINDHOVEN, SmallDesk

NOBODY = "22222222"
"""A reference that no question has."""

OPERATIONS: list[tuple[str, str, Any]] = [
    ("GET", "/questions", None),
    ("POST", "/questions", {"topic": "bsn"}),
    ("POST", "/questions/batch", {"questions": [{"topic": "bsn"}]}),
    ("GET", f"/questions/{NOBODY}", None),
    ("PATCH", f"/questions/{NOBODY}", {}),
    ("POST", f"/questions/{NOBODY}/referrals", {}),
    ("POST", f"/questions/{NOBODY}/messages", {"text": "Hello"}),
    ("POST", f"/questions/{NOBODY}/close", {"outcome": "met"}),
    ("GET", "/routing/rules", None),
    ("POST", "/routing/rules", {"rules": []}),
    ("POST", "/routing/explanations", {}),
    ("POST", "/routing/trials", {"rules": []}),
    ("GET", "/audit", None),
    ("GET", "/topics", None),
    ("GET", "/languages", None),
    ("GET", "/municipalities", None),
    ("GET", "/services", None),
]
TRENDS: list[tuple[str, str, Any]] = [
    ("GET", "/trends/releases", None),
    ("GET", "/trends/catalogue", None),
    ("GET", "/trends/months/2026-10", None),
    ("GET", "/trends/series?table=topic&from=2026-09&to=2026-10", None),
]
CODE_LISTS = {"/topics", "/languages", "/municipalities", "/services"}
WORK_OF_THE_DESK = {
    ("POST", "/questions"),
    ("POST", "/questions/batch"),
    ("PATCH", f"/questions/{NOBODY}"),
    ("POST", f"/questions/{NOBODY}/referrals"),
    ("GET", "/audit"),
    ("GET", "/routing/rules"),
    ("POST", "/routing/rules"),
    ("POST", "/routing/explanations"),
    ("POST", "/routing/trials"),
}


@pytest.fixture
def question(desk: Client) -> Json:
    """A question that is with the library, of a person who can be reached."""
    contact = {"email": "someone@example.org"}
    return desk.register(topic="dutch-course", municipality=EINDHOVEN, contact=contact)


@pytest.mark.parametrize(("method", "path", "body"), [*OPERATIONS, *TRENDS])
def test_nobody_does_anything_without_a_token(client_of: ClientOf, method: str, path: str, body: Any) -> None:
    response = client_of(None).call(method, path, body)
    assert refusal(response) == (401, "no-token")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="servicebalie"'


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_policymakers_read_code_lists_and_no_questions(
    client_of: ClientOf, method: str, path: str, body: Any
) -> None:
    response = client_of("policymaker").call(method, path, body)
    if path in CODE_LISTS:
        assert response.status_code == 200
    else:
        assert refusal(response) == (403, "role-not-allowed")


@pytest.mark.parametrize(("method", "path", "body"), TRENDS)
def test_trends_are_for_policymakers_and_the_desk_and_not_for_partners(
    client_of: ClientOf, method: str, path: str, body: Any
) -> None:
    for user in ("policymaker", "desk", "administrator"):
        assert client_of(user).call(method, path, body).status_code in (200, 404)
    assert refusal(client_of("library").call(method, path, body)) == (403, "role-not-allowed")


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_partners_do_no_work_of_the_desk(client_of: ClientOf, method: str, path: str, body: Any) -> None:
    response = client_of("library").call(method, path, body)
    if (method, path) in WORK_OF_THE_DESK:
        assert refusal(response) == (403, "role-not-allowed")
    elif NOBODY in path:
        assert refusal(response) == (403, "question-not-for-you")
    else:
        assert response.status_code == 200


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_administrators_may_do_all_that_a_desk_does(
    client_of: ClientOf, method: str, path: str, body: Any
) -> None:
    assert client_of("administrator").call(method, path, body).status_code != 403


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic c2I6c2I=", "sb_0123", "Bearer \xe9"])
def test_only_a_bearer_token_signs_in(client_of: ClientOf, header: str) -> None:
    response = client_of(None).call("GET", "/topics", headers={"Authorization": header})
    assert refusal(response) == (401, "no-token")


@pytest.mark.parametrize("token", ["sb_unknown", "x" * 5000])
def test_a_token_that_was_never_given_out_is_refused(client_of: ClientOf, token: str) -> None:
    response = client_of(None).call("GET", "/topics", headers={"Authorization": f"bearer {token}"})
    assert refusal(response) == (401, "invalid-token")


def test_an_expired_token_is_refused_and_named_as_such(
    database: Database, small_desk: SmallDesk, server: RunningServer, description: Description
) -> None:
    with database.begin() as session:
        past = datetime.now(UTC) - timedelta(days=2)
        token = issue_token(session, small_desk.users["desk"], past, timedelta(days=1))
    client = Client(server.address, description, token)
    assert refusal(client.call("GET", "/topics")) == (401, "expired-token")
    client.close()


def test_a_revoked_token_is_refused_and_the_new_one_works(
    database: Database, small_desk: SmallDesk, desk: Client, server: RunningServer, description: Description
) -> None:
    desk.get("/topics")
    with database.begin() as session:
        renewed = renew_tokens(session, small_desk.id, datetime.now(UTC))
    assert refusal(desk.call("GET", "/topics")) == (401, "invalid-token")
    client = Client(server.address, description, renewed[Role.DESK])
    client.get("/topics")
    client.close()


def test_a_partner_sees_what_was_handed_over_with_the_least_that_is_needed(
    client_of: ClientOf, question: Json
) -> None:
    seen = client_of("library").get(f"/questions/{question['reference']}")
    assert (seen["hasContact"], seen["contact"]) == (True, None)
    listed = client_of("library").get("/questions")["items"]
    assert [item["reference"] for item in listed] == [question["reference"]]


@pytest.mark.parametrize(
    ("what", "body"),
    [("", None), ("/messages", {"text": "Hello"}), ("/close", {"outcome": "met"})],
)
def test_a_partner_cannot_tell_a_question_of_another_from_one_that_is_not_there(
    client_of: ClientOf, question: Json, what: str, body: Any
) -> None:
    town = client_of("town")
    method = "POST" if body else "GET"
    of_another = town.call(method, f"/questions/{question['reference']}{what}", body)
    not_there = town.call(method, f"/questions/{NOBODY}{what}", body)
    assert refusal(of_another) == refusal(not_there) == (403, "question-not-for-you")
    assert of_another.json()["detail"] == not_there.json()["detail"]
    assert town.get("/questions")["items"] == []


def test_a_question_that_was_only_signposted_is_not_shown_to_the_service(
    desk: Client, client_of: ClientOf, small_desk: SmallDesk
) -> None:
    question = desk.register(topic="bsn", municipality=EINDHOVEN)
    body = {"service": str(small_desk.services["library"]), "kind": "information-only", "reason": "Books"}
    desk.call("POST", f"/questions/{question['reference']}/referrals", body)
    response = client_of("library").call("GET", f"/questions/{question['reference']}")
    assert refusal(response) == (403, "question-not-for-you")


def test_a_sensitive_question_is_there_only_for_those_who_are_cleared(
    desk: Client, client_of: ClientOf
) -> None:
    question = desk.register(topic="housing-abuse", municipality=EINDHOVEN, text="He threatens us")
    assert question["sensitive"] is True
    assert question["referral"]["service"]["name"] == "Housing inspection"
    path = f"/questions/{question['reference']}"
    for user in ("uncleared", "town"):
        client = client_of(user)
        assert refusal(client.call("GET", path)) == (403, "question-not-for-you")
        assert refusal(client.call("GET", f"/questions/{NOBODY}")) == (403, "question-not-for-you")
        assert client.get("/questions")["items"] == []
    for user in ("desk", "administrator", "cleared-town"):
        client = client_of(user)
        assert client.get(path)["text"] == "He threatens us"
        assert [item["sensitive"] for item in client.get("/questions")["items"]] == [True]


def test_that_mail_is_safe_is_kept_and_told_to_those_who_are_cleared(
    desk: Client, client_of: ClientOf
) -> None:
    contact = {"email": "someone@example.org", "emailSafe": True}
    sensitive = desk.register(topic="trafficking", contact=contact)
    ordinary = desk.register(topic="dutch-course", visit=sensitive["visit"])
    expected = {"email": "someone@example.org", "phone": None, "emailSafe": True, "followUp": False}
    for question in (sensitive, ordinary):
        assert desk.get(f"/questions/{question['reference']}")["contact"] == expected
    uncleared = client_of("uncleared")
    seen = uncleared.get(f"/questions/{ordinary['reference']}")
    added = uncleared.register(topic="bsn", visit=sensitive["visit"])
    for question in (seen, added):
        assert question["contact"] == expected | {"emailSafe": None}


def test_nothing_of_a_sensitive_question_can_be_done_without_clearance(
    desk: Client, client_of: ClientOf
) -> None:
    question = desk.register(topic="housing-abuse", municipality=EINDHOVEN, text="He threatens us")
    path = f"/questions/{question['reference']}"
    attempts: list[tuple[str, str, Json]] = [
        ("PATCH", path, {"topic": "work"}),
        ("POST", f"{path}/referrals", {}),
        ("POST", f"{path}/messages", {"text": "Hello"}),
        ("POST", f"{path}/close", {"outcome": "met"}),
    ]
    for user in ("uncleared", "town"):
        for method, address, body in attempts:
            if user == "town" and (method == "PATCH" or address.endswith("referrals")):
                continue
            response = client_of(user).call(method, address, body, {"If-Match": '"1"'})
            assert refusal(response) == (403, "question-not-for-you")
            assert "threatens" not in response.text
        for query in ("topic=exploitation", "topic=housing-abuse", "status=open", "municipality=GM0772"):
            assert client_of(user).get(f"/questions?{query}")["items"] == []
    assert desk.get(path)["version" if "version" in question else "status"] == question["status"]


def test_who_is_not_cleared_can_still_mark_a_question_as_sensitive_and_then_sees_it_no_more(
    desk: Client, client_of: ClientOf
) -> None:
    uncleared = client_of("uncleared")
    question = uncleared.register(topic="work")
    path = f"/questions/{question['reference']}"
    version = uncleared.call("GET", path).headers["ETag"]
    corrected = uncleared.call("PATCH", path, {"topic": "trafficking"}, {"If-Match": version})
    assert (corrected.status_code, corrected.json()["sensitive"]) == (200, True)
    assert refusal(uncleared.call("GET", path)) == (403, "question-not-for-you")
    assert desk.get(path)["topic"] == "trafficking"


def test_a_desk_sees_nothing_of_another_desk(desk: Client, other_desk: Client, question: Json) -> None:
    path = f"/questions/{question['reference']}"
    assert refusal(other_desk.call("GET", path)) == (404, "question-not-found")
    assert refusal(other_desk.call("POST", f"{path}/close", {"outcome": "met"})) == (
        404,
        "question-not-found",
    )
    assert other_desk.get("/questions")["items"] == []
    own = {service["id"] for service in desk.get("/services")["items"]}
    others = {service["id"] for service in other_desk.get("/services")["items"]}
    assert not own & others
    response = other_desk.call(
        "POST", "/questions", {"topic": "bsn", "service": min(own), "overrideReason": "Mine"}
    )
    assert refusal(response) == (400, "invalid-input")

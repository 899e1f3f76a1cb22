"""The inbox of a partner: accepting, asking, answering, returning and completing what was handed over."""

from datetime import date
from typing import Any

import pytest

from api_tests.client import Client, Json, faults_of, json_of, refusal
from api_tests.conftest import ClientOf
from servicebalie.core.reference_codes import encode_referral
from tests.support.small_desk import EINDHOVEN, SmallDesk


@pytest.fixture
def question(desk: Client) -> Json:
    """A question that is with the library, of somebody who can be reached."""
    return desk.register(
        topic="dutch-course",
        text="Kurs?",
        language="pl",
        municipality=EINDHOVEN,
        contact={"email": "a@example.org"},
    )


@pytest.fixture
def library(client_of: ClientOf) -> Client:
    """The librarian."""
    return client_of("library")


@pytest.fixture
def path(question: Json) -> str:
    """The path of the referral of the question."""
    return f"/referrals/{question['referrals'][-1]['reference']}"


def act(client: Client, path: str, what: str, **body: Any) -> Json:
    """Do something with a referral that is in order."""
    response = client.call("POST", f"{path}/{what}", body)
    assert response.status_code == 200, response.text
    assert json_of(response) == client.get(path)
    return json_of(response)


def steps(referral: Json) -> list[tuple[str, str, str]]:
    """Return who did what with a referral, and where that led."""
    return [(event["actor"], event["action"], event["toStatus"]) for event in referral["history"]]


def test_a_referral_goes_round_the_whole_loop(
    desk: Client, library: Client, question: Json, path: str
) -> None:
    [item] = library.get("/referrals")["items"]
    assert (item["question"], item["status"], item["language"]) == (question["reference"], "requested", "pl")
    before = library.get(path)
    assert (before["text"], before["hasContact"], before["contact"]) == ("Kurs?", True, None)
    assert {name: before[name] for name in item} == item
    accepted = act(library, path, "accept", note="Hanna does this")
    assert (accepted["status"], accepted["contact"]["email"]) == ("accepted", "a@example.org")
    asked = act(library, path, "ask-back", text="What level?", language="nl")
    assert (asked["status"], asked["dueDate"], asked["messages"][0]["text"]) == (
        "asked-back",
        None,
        "What level?",
    )
    assert desk.get(f"/questions/{question['reference']}")["status"] == "waiting"
    act(library, path, "answer", text="Come on Thursday")
    ended = act(library, path, "complete", outcome="met")
    assert (ended["status"], ended["outcome"], ended["contact"]) == ("completed", "met", None)
    assert steps(ended) == [
        ("partner", "accept", "accepted"),
        ("partner", "ask-back", "asked-back"),
        ("partner", "answer", "asked-back"),
        ("partner", "complete", "completed"),
    ]
    seen = desk.get(f"/questions/{question['reference']}")
    assert (seen["status"], seen["outcome"]) == ("closed", "met")
    assert seen["referrals"][0]["history"] == ended["history"]
    assert library.get("/referrals")["items"] == []
    assert len(library.get("/referrals", status="completed")["items"]) == 1


def test_what_is_returned_is_first_in_what_needs_attention_at_the_desk(
    desk: Client, library: Client, question: Json, path: str
) -> None:
    returned = act(library, path, "return", reason="wrong-entry", note="We moved")
    assert (returned["status"], returned["returnedReason"], returned["text"]) == (
        "returned",
        "wrong-entry",
        None,
    )
    seen = desk.get(f"/questions/{question['reference']}")
    assert (seen["status"], seen["mark"], seen["referral"]["destination"]) == ("open", "returned", "desk")
    assert [one["status"] for one in seen["referrals"]] == ["returned", "kept"]
    [first] = desk.get("/questions", attention="true")["items"]
    assert (first["reference"], first["mark"]) == (question["reference"], "returned")
    assert (first["returnedReason"], first["unmetReason"]) == ("wrong-entry", None)
    [listed] = library.get("/referrals", status="returned")["items"]
    assert {name: returned[name] for name in listed} == listed
    assert listed["returnedReason"] == "wrong-entry"
    assert refusal(library.call("GET", f"/questions/{question['reference']}")) == (
        403,
        "question-not-for-you",
    )


def test_why_a_question_came_back_is_told_in_the_list_until_it_goes_on(
    desk: Client, library: Client, client_of: ClientOf, question: Json, path: str, small_desk: SmallDesk
) -> None:
    act(library, path, "return", reason="not-our-task")
    at_town = {"service": str(small_desk.services["town"]), "reason": "They do this"}
    sent = json_of(desk.call("POST", f"/questions/{question['reference']}/referrals", at_town))
    [listed] = desk.get("/questions")["items"]
    assert (listed["mark"], listed["returnedReason"]) == (None, None)
    town = client_of("town")
    [seen] = town.get("/questions")["items"]
    assert (seen["mark"], seen["returnedReason"]) == (None, None)
    [handed] = town.get("/referrals")["items"]
    assert (handed["returnedReason"], handed["outcome"], handed["unmetReason"]) == (None, None, None)
    act(
        town,
        f"/referrals/{sent['referrals'][-1]['reference']}",
        "complete",
        outcome="unmet",
        unmetReason="cost",
    )
    [done] = town.get("/referrals", status="completed")["items"]
    assert (done["outcome"], done["unmetReason"]) == ("unmet", "cost")
    # Why it stayed unmet may be what another organisation said; what it said itself is in its inbox.
    assert town.get("/questions")["items"][0]["unmetReason"] is None
    [closed] = desk.get("/questions")["items"]
    assert (closed["outcome"], closed["unmetReason"]) == ("unmet", "cost")


def test_routing_again_passes_over_who_returned_it_and_says_so(
    desk: Client, library: Client, question: Json, path: str
) -> None:
    act(library, path, "return", reason="other")
    explained = json_of(desk.call("POST", "/routing/explanations", {"question": question["reference"]}))
    again = json_of(desk.call("POST", f"/questions/{question['reference']}/referrals", {}))
    told = again["referral"]["reasons"]
    assert told == explained["decision"]["reasons"]
    assert (told[0]["code"], again["referral"]["destination"]) == ("passed-over-returned", "desk")
    assert question["referral"]["service"]["name"] in told[0]["detail"]
    assert explained["candidates"] == []
    assert again["mark"] == "returned"


def test_the_list_of_what_needs_attention_has_pages(desk: Client, library: Client) -> None:
    for _ in range(3):
        made = desk.register(topic="dutch-course", municipality=EINDHOVEN)
        act(library, f"/referrals/{made['referrals'][0]['reference']}", "return", reason="other")
    page = desk.get("/questions", attention="true", limit=2)
    rest = desk.get("/questions", attention="true", limit=2, cursor=page["nextCursor"])
    assert (len(page["items"]), len(rest["items"]), rest["nextCursor"]) == (2, 1, None)
    assert faults_of(desk.call("GET", f"/questions?cursor={page['nextCursor']}")) == [
        ("/cursor", "invalid-cursor")
    ]


def test_the_inbox_has_pages_and_filters(desk: Client, library: Client) -> None:
    made = [desk.register(topic="dutch-course", municipality=EINDHOVEN) for _ in range(3)]
    page = library.get("/referrals", limit=2)
    rest = library.get("/referrals", limit=2, cursor=page["nextCursor"])
    assert [one["question"] for one in page["items"] + rest["items"]] == [
        one["reference"] for one in reversed(made)
    ]
    assert rest["nextCursor"] is None
    assert library.get("/referrals", overdue="true")["items"] == []
    [found] = library.get("/referrals", question=made[1]["reference"].lower())["items"]
    assert found["question"] == made[1]["reference"]
    assert date.fromisoformat(found["dueDate"]) > date.fromisoformat(made[1]["receivedAt"][:10])


def test_the_desk_sends_a_question_to_two_services_and_takes_one_back(
    desk: Client, library: Client, question: Json, path: str, small_desk: SmallDesk, client_of: ClientOf
) -> None:
    town = {"service": str(small_desk.services["town"]), "reason": "Both can help", "alongside": True}
    sent = desk.call("POST", f"/questions/{question['reference']}/referrals", town)
    assert [one["status"] for one in json_of(sent)["referrals"]] == ["requested", "requested"]
    at_town = client_of("town")
    assert at_town.call("GET", path).status_code == 403
    assert len(at_town.get("/referrals")["items"]) == 1
    assert act(desk, path, "revoke", note="The town has it")["status"] == "revoked"
    assert library.get(path)["text"] is None
    assert desk.get(f"/questions/{question['reference']}")["status"] == "referred"
    [own] = at_town.get(f"/questions/{question['reference']}")["referrals"]
    assert own["service"]["name"] == "Town hall"


@pytest.mark.parametrize(
    ("what", "body", "faults"),
    [
        ("return", {}, [("/reason", "required")]),
        ("return", {"reason": "no-time"}, [("/reason", "unknown-code")]),
        ("complete", {}, [("/outcome", "required")]),
        ("complete", {"outcome": "unmet"}, [("/unmetReason", "unmet-reason-missing")]),
        (
            "complete",
            {"outcome": "met", "unmetReason": "cost"},
            [("/unmetReason", "unmet-reason-not-expected")],
        ),
        ("complete", {"outcome": "withdrawn"}, [("/outcome", "unknown-code")]),
        ("complete", {"outcome": "lost"}, [("/outcome", "unknown-code")]),
        ("ask-back", {}, [("/text", "required")]),
        (
            "answer",
            {"text": " ", "language": "qq"},
            [("/language", "unknown-language"), ("/text", "text-empty")],
        ),
        ("accept", {"note": 3, "hurry": True}, [("/hurry", "unknown-field"), ("/note", "not-text")]),
        ("accept", [], [("", "not-an-object")]),
    ],
)
def test_an_act_with_faults_is_refused_and_nothing_happens(
    library: Client, path: str, what: str, body: Any, faults: list[tuple[str, str]]
) -> None:
    assert sorted(faults_of(library.call("POST", f"{path}/{what}", body))) == faults
    assert library.get(path)["status"] == "requested"


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("accept", {}),
        ("return", {"reason": "other"}),
        ("ask-back", {"text": "Which day?"}),
        ("answer", {"text": "Come along"}),
        ("complete", {"outcome": "met"}),
    ],
)
def test_nothing_is_done_with_what_is_another_organisations_or_was_returned(
    library: Client, path: str, client_of: ClientOf, what: str, body: Json
) -> None:
    at_town = client_of("town")
    nowhere = f"/referrals/{encode_referral(1)}"
    for place in (path, nowhere):
        assert refusal(at_town.call("POST", f"{place}/{what}", body)) == (403, "referral-not-for-you")
        assert refusal(at_town.call("GET", place)) == (403, "referral-not-for-you")
    act(library, path, "return", reason="other")
    assert refusal(library.call("POST", f"{path}/{what}", body)) == (409, "referral-ended")


def test_who_accepts_twice_is_told(library: Client, path: str) -> None:
    act(library, path, "accept")
    assert refusal(library.call("POST", f"{path}/accept", {})) == (409, "referral-already-accepted")


def test_the_same_act_with_the_same_key_is_done_once(library: Client, path: str) -> None:
    key = {"Idempotency-Key": "the same"}
    first, second = (library.call("POST", f"{path}/accept", {}, key) for _ in range(2))
    assert (first.status_code, first.text) == (second.status_code, second.text) == (200, first.text)


def test_who_saw_an_older_version_is_told_when_they_say_so(
    desk: Client, library: Client, question: Json, path: str
) -> None:
    seen = {"If-Match": library.call("GET", path).headers["ETag"]}
    desk.call("POST", f"/questions/{question['reference']}/messages", {"text": "One more thing"})
    assert refusal(library.call("POST", f"{path}/accept", {}, seen)) == (412, "question-changed")
    now = {"If-Match": library.call("GET", path).headers["ETag"]}
    assert library.call("POST", f"{path}/accept", {}, now).status_code == 200


def test_each_role_does_its_own_acts(desk: Client, library: Client, path: str, client_of: ClientOf) -> None:
    for what, body in (("accept", {}), ("return", {"reason": "other"}), ("answer", {"text": "x"})):
        assert refusal(desk.call("POST", f"{path}/{what}", body)) == (403, "role-not-allowed")
    assert refusal(library.call("POST", f"{path}/revoke", {})) == (403, "role-not-allowed")
    assert refusal(desk.call("GET", "/referrals")) == (403, "role-not-allowed")
    assert refusal(client_of("policymaker").call("GET", path)) == (403, "role-not-allowed")
    assert refusal(client_of(None).call("GET", "/referrals")) == (401, "no-token")
    assert refusal(desk.call("GET", f"/referrals/{encode_referral(1)}")) == (404, "referral-not-found")
    assert refusal(library.call("GET", "/referrals/nonsense")) == (404, "invalid-reference")
    assert act(desk, path, "complete", outcome="unmet", unmetReason="hours")["status"] == "completed"


def test_a_sensitive_referral_is_there_for_cleared_partners_only(desk: Client, client_of: ClientOf) -> None:
    made = desk.register(topic="housing-abuse", municipality=EINDHOVEN)
    path = f"/referrals/{made['referrals'][0]['reference']}"
    assert refusal(client_of("town").call("GET", path)) == (403, "referral-not-for-you")
    assert client_of("town").get("/referrals")["items"] == []
    assert act(client_of("cleared-town"), path, "accept")["sensitive"] is True


def test_a_partner_that_closes_a_question_completes_its_part_of_it(
    desk: Client, library: Client, question: Json, path: str, small_desk: SmallDesk
) -> None:
    town = {"service": str(small_desk.services["town"]), "reason": "Both can help", "alongside": True}
    desk.call("POST", f"/questions/{question['reference']}/referrals", town)
    response = library.call("POST", f"/questions/{question['reference']}/close", {"outcome": "met"})
    assert json_of(response)["status"] == "referred"
    assert library.get(path)["status"] == "completed"

"""Referrals, messages and closing: what happens to a question after it came in."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from api_tests.client import Client, Json, faults_of, json_of, refusal, without_opening
from api_tests.conftest import ClientOf
from servicebalie.core.vocabulary import NewcomerOutcome, UnmetReason
from servicebalie.db import Database
from servicebalie.models.questions import Question
from tests.support.small_desk import AMSTERDAM, EINDHOVEN, SmallDesk


@pytest.fixture
def question(desk: Client) -> Json:
    """A question that is with the library."""
    return desk.register(topic="dutch-course", municipality=EINDHOVEN, contact={"email": "a@example.org"})


def act(client: Client, question: Json, what: str, **body: Any) -> Json:
    """Do something with a question that is in order."""
    response = client.call("POST", f"/questions/{question['reference']}/{what}", body)
    assert response.ok, response.text
    return json_of(response)


def test_staff_send_a_question_on_and_the_former_partner_sees_it_no_more(
    desk: Client, question: Json, small_desk: SmallDesk, client_of: ClientOf
) -> None:
    town = str(small_desk.services["town"])
    sent = act(desk, question, "referrals", service=town, reason="They know the case")
    assert (sent["referral"]["service"]["id"], sent["referral"]["kind"]) == (town, "referral")
    assert (sent["referral"]["chosenBy"], sent["referral"]["overrideReason"]) == (
        "staff",
        "They know the case",
    )
    kept = desk.get(f"/questions/{question['reference']}")
    assert without_opening(sent) == without_opening(kept)
    path = f"/questions/{question['reference']}"
    assert client_of("town").call("GET", path).status_code == 200
    assert client_of("library").call("GET", path).status_code == 403


def test_a_service_that_has_the_question_does_not_get_it_a_second_time(
    desk: Client, question: Json, small_desk: SmallDesk
) -> None:
    library = str(small_desk.services["library"])
    again = {"service": library, "reason": "Once more", "alongside": True}
    answer = desk.call("POST", f"/questions/{question['reference']}/referrals", again)
    assert faults_of(answer) == [("/service", "service-has-it")]


def test_staff_choose_how_a_question_is_handed_over(
    desk: Client, question: Json, small_desk: SmallDesk, client_of: ClientOf
) -> None:
    town = str(small_desk.services["town"])
    warm = act(desk, question, "referrals", service=town, reason="Urgent", kind="warm-hand-over")
    assert (warm["referral"]["kind"], warm["referral"]["status"]) == ("warm-hand-over", "requested")
    told = act(desk, question, "referrals", service=town, reason="Just the address", kind="information-only")
    assert (told["referral"]["kind"], told["referral"]["status"]) == ("information-only", "given")
    assert client_of("town").call("GET", f"/questions/{question['reference']}").status_code == 403


def test_staff_take_a_question_back_to_the_desk(desk: Client, question: Json, small_desk: SmallDesk) -> None:
    counter = str(small_desk.services["counter"])
    back = act(desk, question, "referrals", service=counter, reason="I do it myself", kind="referral")
    assert (back["status"], back["referral"]["kind"], back["referral"]["status"]) == ("open", None, "kept")


def test_without_a_service_a_question_is_routed_by_what_is_known_now(desk: Client, question: Json) -> None:
    version = desk.call("GET", f"/questions/{question['reference']}").headers["ETag"]
    desk.call("PATCH", f"/questions/{question['reference']}", {"topic": "bsn"}, {"If-Match": version})
    routed = act(desk, question, "referrals")
    assert (routed["referral"]["service"]["name"], routed["referral"]["chosenBy"]) == ("Town hall", "routing")


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"service": "999999"}, [("/reason", "override-reason-missing"), ("/service", "unknown-service")]),
        ({"kind": "carried", "reason": ""}, [("/kind", "unknown-code"), ("/reason", "text-empty")]),
        ({"reason": "x" * 301}, [("/reason", "text-too-long")]),
        ([], [("", "not-an-object")]),
    ],
)
def test_a_referral_with_faults_is_refused(
    desk: Client, question: Json, body: Any, faults: list[tuple[str, str]]
) -> None:
    response = desk.call("POST", f"/questions/{question['reference']}/referrals", body)
    assert sorted(faults_of(response)) == faults


def test_messages_are_told_in_order_with_who_wrote_them(
    desk: Client, question: Json, client_of: ClientOf
) -> None:
    library = client_of("library")
    first = act(library, question, "messages", text="Come on Thursday", language="nl")
    second = act(desk, question, "messages", text="Zapraszamy", language="pl")
    assert (first["author"], second["author"]) == ("partner", "desk")
    shown = desk.get(f"/questions/{question['reference']}")
    assert shown["messages"] == [first, second]
    assert shown["status"] == "referred"


def test_a_message_can_come_with_what_an_interpreter_made_of_it(desk: Client, question: Json) -> None:
    by_hand = {"language": "pl", "text": "Zapraszamy jutro"}
    message = act(desk, question, "messages", text="Kom morgen", translation=by_hand)
    assert (message["text"], message["language"]) == ("Kom morgen", "nl")
    [told] = message["translations"]
    assert told == by_hand | {"machine": False, "engine": None, "madeAt": message["sentAt"]}
    shown = desk.get(f"/questions/{question['reference']}")
    assert (shown["messages"], shown["translations"]) == ([message], [])


@pytest.mark.parametrize(
    ("translation", "faults"),
    [
        ({"language": "nl", "text": "Kom morgen"}, [("/translation/language", "translation-same-language")]),
        ({"language": "qq", "text": ""}, [("/language", "unknown-language"), ("/text", "text-empty")]),
        ({}, [("/language", "required"), ("/text", "required")]),
        ("Zapraszamy", [("", "not-an-object")]),
    ],
)
def test_a_translation_with_faults_is_refused(
    desk: Client, question: Json, translation: Any, faults: list[tuple[str, str]]
) -> None:
    body = {"text": "Kom morgen", "translation": translation}
    response = desk.call("POST", f"/questions/{question['reference']}/messages", body)
    below = "" if faults[0][0].startswith("/translation") else "/translation"
    assert sorted(faults_of(response)) == [(below + pointer, code) for pointer, code in faults]
    assert desk.get(f"/questions/{question['reference']}")["messages"] == []


def test_a_message_that_awaits_a_reply_makes_the_question_wait(desk: Client, question: Json) -> None:
    act(desk, question, "messages", text="When can you come?", awaitsReply=True)
    assert desk.get(f"/questions/{question['reference']}")["status"] == "waiting"


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, [("/text", "required")]),
        (
            {"text": "x" * 4001, "language": "qq"},
            [("/language", "unknown-language"), ("/text", "text-too-long")],
        ),
        ({"text": None, "awaitsReply": 3}, [("/awaitsReply", "not-a-boolean"), ("/text", "null")]),
    ],
)
def test_a_message_with_faults_is_refused(
    desk: Client, question: Json, body: Any, faults: list[tuple[str, str]]
) -> None:
    response = desk.call("POST", f"/questions/{question['reference']}/messages", body)
    assert sorted(faults_of(response)) == faults
    assert desk.get(f"/questions/{question['reference']}")["messages"] == []


def test_a_partner_closes_what_was_handed_over(desk: Client, question: Json, client_of: ClientOf) -> None:
    closed = act(client_of("library"), question, "close", outcome="unmet", unmetReason="full-or-waiting-list")
    assert (closed["status"], closed["outcome"]) == ("closed", "unmet")
    assert closed["unmetReason"] == "full-or-waiting-list"
    assert (closed["dueDate"], closed["referral"]["status"]) == (None, "completed")
    assert closed["closedAt"] is not None


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, [("/outcome", "required")]),
        ({"outcome": "unmet"}, [("/unmetReason", "unmet-reason-missing")]),
        ({"outcome": "met", "unmetReason": "cost"}, [("/unmetReason", "unmet-reason-not-expected")]),
        (
            {"outcome": "lost", "unmetReason": "bad luck"},
            [("/outcome", "unknown-code"), ("/unmetReason", "unknown-code")],
        ),
    ],
)
def test_closing_with_faults_is_refused(
    desk: Client, question: Json, body: Any, faults: list[tuple[str, str]]
) -> None:
    response = desk.call("POST", f"/questions/{question['reference']}/close", body)
    assert sorted(faults_of(response)) == faults


@pytest.mark.parametrize(
    ("what", "body"),
    [("close", {"outcome": "met"}), ("referrals", {}), ("messages", {"text": "One more thing"})],
)
def test_nothing_more_happens_to_a_closed_question(
    desk: Client, question: Json, what: str, body: dict[str, Any]
) -> None:
    closed = act(desk, question, "close", outcome="withdrawn")
    response = desk.call("POST", f"/questions/{question['reference']}/{what}", body)
    assert refusal(response) == (409, "question-closed")
    kept = desk.get(f"/questions/{question['reference']}")
    assert without_opening(kept) == without_opening(closed)


@pytest.mark.parametrize(
    ("what", "body"),
    [("close", {"outcome": "met"}), ("referrals", {}), ("messages", {"text": "One more thing"})],
)
def test_nothing_happens_to_a_question_that_is_not_there(
    desk: Client, what: str, body: dict[str, Any]
) -> None:
    assert refusal(desk.call("POST", f"/questions/22222222/{what}", body)) == (404, "question-not-found")


def test_a_service_that_is_too_far_may_be_chosen_and_the_answer_says_so(
    desk: Client, small_desk: SmallDesk
) -> None:
    question = desk.register(topic="bsn", municipality=AMSTERDAM)
    town = str(small_desk.services["town"])
    sent = act(desk, question, "referrals", service=town, reason="Moves there soon")
    assert "outside-area" in [reason["code"] for reason in sent["referral"]["reasons"]]


def test_without_consent_a_question_is_not_handed_over_until_the_person_is_asked(
    desk: Client, small_desk: SmallDesk, client_of: ClientOf
) -> None:
    question = desk.register(topic="dutch-course", municipality=EINDHOVEN, consent=False)
    path = f"/questions/{question['reference']}"
    assert (question["consentedAt"], question["referral"]["kind"]) == (None, "information-only")
    assert "no-consent" in [reason["code"] for reason in question["referral"]["reasons"]]
    town = {"service": str(small_desk.services["town"]), "reason": "They know it", "kind": "referral"}
    assert faults_of(desk.call("POST", f"{path}/referrals", town)) == [("/consent", "consent-missing")]
    sent = act(desk, question, "referrals", **town, consent=True)
    assert (sent["referral"]["kind"], sent["consentedAt"] is not None) == ("referral", True)
    assert client_of("town").call("GET", path).status_code == 200


def test_consent_can_be_recorded_with_a_correction(desk: Client) -> None:
    question = desk.register(topic="dutch-course", municipality=EINDHOVEN, consent=False)
    path = f"/questions/{question['reference']}"
    version = desk.call("GET", path).headers["ETag"]
    corrected = json_of(desk.call("PATCH", path, {"consent": True}, {"If-Match": version}))
    assert corrected["consentedAt"] is not None
    assert act(desk, question, "referrals")["referral"]["kind"] == "referral"


@pytest.mark.parametrize("consent", ["perhaps", None, 3])
def test_consent_is_yes_or_no(desk: Client, consent: Any) -> None:
    response = desk.call("POST", "/questions", {"topic": "bsn", "consent": consent})
    assert [pointer for pointer, _ in faults_of(response)] == ["/consent"]


def test_the_desk_reads_what_the_person_says_of_the_end_and_a_partner_does_not(
    desk: Client, client_of: ClientOf, database: Database
) -> None:
    question = desk.register(topic="dutch-course", municipality=EINDHOVEN)
    path = f"/questions/{question['reference']}"
    assert question["outcomeByNewcomer"] is None
    desk.call("POST", f"{path}/close", {"outcome": "met"})
    # As the page of the return code does, which is for one desk of the many that are here.
    said = {
        "newcomer_outcome": NewcomerOutcome.UNMET,
        "newcomer_unmet_reason": UnmetReason.COULD_NOT_BE_REACHED,
        "newcomer_answered_at": datetime(2026, 11, 3, 10, tzinfo=UTC),
    }
    with database.begin() as session:
        session.execute(update(Question).where(Question.reference == question["reference"]).values(said))
    seen = desk.get(path)
    assert seen["outcomeByNewcomer"] == {
        "outcome": "unmet",
        "unmetReason": "could-not-be-reached",
        "answeredAt": "2026-11-03T10:00:00Z",
    }
    assert (seen["outcome"], seen["unmetReason"]) == ("met", None)
    assert client_of("library").get(path)["outcomeByNewcomer"] is None

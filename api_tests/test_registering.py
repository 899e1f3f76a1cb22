"""`POST /questions`: a question comes in, goes somewhere, and the answer says where and why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api_tests.client import Client, faults_of, json_of, refusal
from api_tests.conftest import ClientOf
from servicebalie.db import Database
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.questions import Visit
from tests.support.small_desk import AMSTERDAM, EINDHOVEN, SmallDesk


def test_a_topic_alone_is_enough(desk: Client) -> None:
    question = desk.register(topic="bsn")
    assert question["topic"] == "bsn"
    assert (question["channel"], question["language"], question["contact"]) == ("counter", None, None)


def test_a_text_alone_is_enough_and_stays_at_the_desk(desk: Client) -> None:
    question = desk.register(text="  Where can I learn Dutch?\r\nI live here.  ")
    assert question["text"] == "Where can I learn Dutch?\nI live here."
    assert (question["topic"], question["status"]) == ("unknown", "open")
    assert question["referral"]["destination"] == "desk"
    assert [reason["code"] for reason in question["referral"]["reasons"]][-1] in (
        "no-topic",
        "topic-goes-to-desk",
    )


def test_everything_that_was_told_is_answered_and_can_be_read_again(desk: Client) -> None:
    told = {
        "topic": "dutch-course",
        "text": "Kurs",
        "language": "pl",
        "languageServed": "en",
        "interpreterRequested": False,
        "interpreterUsed": True,
        "channel": "phone",
        "municipality": EINDHOVEN,
        "group": "eu-labour-migrant",
        "stay": "1-to-3-years",
        "arrival": "under-1-month",
        "registration": "rni",
        "contact": {"email": "someone@example.org", "phone": "06 12345678", "followUp": True},
    }
    response = desk.call("POST", "/questions", told)
    question = json_of(response)
    expected = told | {
        "contact": {
            "email": "someone@example.org",
            "phone": "+31612345678",
            "emailSafe": False,
            "followUp": True,
        }
    }
    assert {name: question[name] for name in expected} == expected
    assert response.headers["Location"] == f"/api/v1/questions/{question['reference']}"
    again = desk.get(f"/questions/{question['reference']}")
    assert again == {name: value for name, value in question.items() if name != "returnCode"}


def test_the_answer_tells_where_the_question_went_and_why(desk: Client, small_desk: SmallDesk) -> None:
    question = desk.register(topic="dutch-course", language="pl", municipality=EINDHOVEN)
    referral = question["referral"]
    assert (question["status"], referral["kind"], referral["status"]) == ("referred", "referral", "requested")
    assert (referral["destination"], referral["chosenBy"]) == ("library", "routing")
    assert referral["service"] == {
        "id": str(small_desk.services["library"]),
        "name": "Information point",
        "organisation": "Library Eindhoven",
        "phone": None,
        "email": "information@library.example",
        "url": "https://library.example",
    }
    assert referral["address"] == {"street": "Emmasingel 22", "postalCode": "5611 AZ", "city": "Eindhoven"}
    assert [reason["code"] for reason in referral["reasons"]] == [
        "topic-goes-to-library",
        "serves-municipality",
        "speaks-language",
    ]
    opening = referral["nextOpening"]
    assert datetime.fromisoformat(opening["startsAt"]) < datetime.fromisoformat(opening["endsAt"])


def test_a_place_that_never_closes_has_no_end_of_its_opening(desk: Client) -> None:
    referral = desk.register(topic="bsn", municipality=EINDHOVEN)["referral"]
    assert referral["service"]["name"] == "Town hall"
    assert referral["nextOpening"]["endsAt"] is None


def test_what_nobody_can_take_stays_at_the_desk(desk: Client) -> None:
    question = desk.register(topic="bsn", municipality=AMSTERDAM)
    assert question["referral"]["destination"] == "desk"
    assert (question["referral"]["kind"], question["referral"]["status"]) == (None, "kept")
    assert question["referral"]["reasons"][-1]["code"] == "desk-is-last-resort"


def test_a_service_outside_the_partnership_is_only_signposted(desk: Client) -> None:
    referral = desk.register(topic="underpayment", municipality=EINDHOVEN)["referral"]
    assert (referral["service"]["name"], referral["kind"]) == ("Help line", "information-only")
    assert referral["status"] == "given"


def test_reasons_come_in_the_language_of_the_reader(desk: Client) -> None:
    body = {"topic": "dutch-course", "municipality": EINDHOVEN}
    answer = json_of(desk.call("POST", "/questions", body, headers={"Accept-Language": "nl"}))
    assert answer["referral"]["reasons"][0]["detail"] == "Vragen over dit onderwerp gaan naar de bibliotheek."


def test_the_return_code_has_eighteen_digits_and_is_told_only_once(desk: Client) -> None:
    question = desk.register(topic="bsn")
    groups = question["returnCode"].split(" ")
    assert [len(group) for group in groups] == [3] * 6
    assert "".join(groups).isdecimal()
    assert "returnCode" not in desk.get(f"/questions/{question['reference']}")


def test_one_more_question_belongs_to_the_same_visit_and_has_no_code_of_its_own(desk: Client) -> None:
    first = desk.register(topic="bsn", language="pl", municipality=EINDHOVEN)
    second = desk.register(topic="digid", visit=first["visit"])
    assert second["visit"] == first["visit"]
    assert (second["language"], second["municipality"]) == ("pl", EINDHOVEN)
    assert second["reference"] != first["reference"]
    assert "returnCode" not in second


def test_facts_of_a_visit_that_is_there_cannot_be_told_again(desk: Client) -> None:
    visit = desk.register(topic="bsn")["visit"]
    moment = datetime.now(UTC).isoformat()
    response = desk.call(
        "POST", "/questions", {"topic": "bsn", "visit": visit, "language": "pl", "receivedAt": moment}
    )
    assert faults_of(response) == [
        ("/language", "visit-facts-not-allowed"),
        ("/receivedAt", "visit-facts-not-allowed"),
    ]


@pytest.mark.parametrize(
    ("visit", "fault"), [("25Y3T5YS85GH3C6", "unknown-visit"), ("12345", "invalid-reference")]
)
def test_a_visit_that_is_not_there_is_a_fault(desk: Client, visit: str, fault: str) -> None:
    response = desk.call("POST", "/questions", {"topic": "bsn", "visit": visit})
    assert faults_of(response) == [("/visit", fault)]


def test_the_return_code_of_an_earlier_visit_makes_a_new_visit_with_a_new_code(desk: Client) -> None:
    first = desk.register(topic="bsn")
    second = desk.register(topic="digid", returnCode=first["returnCode"].replace(" ", "-"))
    assert second["visit"] != first["visit"]
    assert second["returnCode"] != first["returnCode"]


@pytest.mark.parametrize(
    ("code", "fault"),
    [("123 456 789 012 345 676", "invalid-return-code"), ("000000000000000000", "unknown-return-code")],
)
def test_a_wrong_return_code_is_a_fault(desk: Client, code: str, fault: str) -> None:
    assert faults_of(desk.call("POST", "/questions", {"topic": "bsn", "returnCode": code})) == [
        ("/returnCode", fault)
    ]


def test_staff_can_send_a_question_elsewhere_with_a_reason_that_is_kept(
    desk: Client, small_desk: SmallDesk
) -> None:
    school = str(small_desk.services["school"])
    question = desk.register(
        topic="dutch-course",
        municipality=EINDHOVEN,
        language="ar",
        service=school,
        overrideReason="She asked for this school",
    )
    referral = desk.get(f"/questions/{question['reference']}")["referral"]
    assert (referral["service"]["id"], referral["chosenBy"]) == (school, "staff")
    assert referral["overrideReason"] == "She asked for this school"
    assert [reason["code"] for reason in referral["reasons"]] == ["chosen-by-staff", "language-not-offered"]


def test_a_question_answered_on_the_spot_is_closed_at_once_and_nobody_waits_for_it(
    desk: Client, small_desk: SmallDesk
) -> None:
    answered = desk.register(topic="bsn", municipality=EINDHOVEN, outcome="answered-at-desk")
    assert (answered["status"], answered["outcome"], answered["dueDate"]) == (
        "closed",
        "answered-at-desk",
        None,
    )
    assert answered["closedAt"] == answered["receivedAt"]
    assert answered["referral"]["destination"] == "desk"
    sent = desk.register(
        topic="bsn",
        municipality=EINDHOVEN,
        service=str(small_desk.services["town"]),
        overrideReason="Went along",
        outcome="met",
    )
    assert (sent["status"], sent["referral"]["status"]) == ("closed", "completed")


def test_an_unmet_need_keeps_its_reason(desk: Client) -> None:
    question = desk.register(topic="dutch-course", outcome="unmet", unmetReason="full-or-waiting-list")
    assert (question["outcome"], question["unmetReason"]) == ("unmet", "full-or-waiting-list")


def test_a_visit_may_be_registered_up_to_a_week_later_and_counts_when_it_was(desk: Client) -> None:
    moment = datetime.now(UTC) - timedelta(days=6)
    question = desk.register(topic="bsn", receivedAt=moment.isoformat(), outcome="met")
    assert datetime.fromisoformat(question["receivedAt"]) == moment
    assert question["closedAt"] == question["receivedAt"]
    late = desk.register(topic="dutch-course", municipality=EINDHOVEN, receivedAt=moment.isoformat())
    assert datetime.fromisoformat(late["receivedAt"]) == moment
    # The library has its three working days from now on, and could not know of the question before.
    assert late["dueDate"] > datetime.now(UTC).date().isoformat()
    kept = desk.register(topic="gp-dentist", receivedAt=moment.isoformat())
    # What the desk keeps, with five, counts from the visit.
    assert kept["dueDate"] <= late["dueDate"]


@pytest.mark.parametrize(
    ("moment", "fault"),
    [
        # Named, because a moment in the name of a test is another one in every process that collects it.
        pytest.param(
            (datetime.now(UTC) + timedelta(days=1)).isoformat(), "received-in-future", id="tomorrow"
        ),
        pytest.param((datetime.now(UTC) - timedelta(days=8)).isoformat(), "received-too-long-ago", id="old"),
        ("0001-01-01T00:00:00+14:00", "received-too-long-ago"),
        ("9999-12-31T23:59:59-12:00", "received-in-future"),
        ("2026-11-03T14:05:00", "invalid-moment"),
        ("yesterday", "invalid-moment"),
        (20261103, "invalid-moment"),
        (None, "null"),
    ],
)
def test_a_moment_that_cannot_be_that_of_the_visit_is_a_fault(desk: Client, moment: Any, fault: str) -> None:
    response = desk.call("POST", "/questions", {"topic": "bsn", "receivedAt": moment})
    assert faults_of(response) == [("/receivedAt", fault)]


def test_all_faults_are_named_at_once_each_with_its_place(desk: Client) -> None:
    response = desk.call(
        "POST",
        "/questions",
        {
            "topic": "nonsense",
            "text": "x" * 1001,
            "language": "qq",
            "languageServed": 5,
            "interpreterUsed": "perhaps",
            "channel": "pigeon",
            "municipality": "GM9999",
            "stay": None,
            "contact": {"email": "nobody", "phone": "12", "fax": "1"},
            "returnCode": "1",
            "service": "999999",
            "outcome": "unmet",
            "a/b~c": 1,
        },
    )
    assert sorted(faults_of(response)) == [
        ("/a~1b~0c", "unknown-field"),
        ("/channel", "unknown-code"),
        ("/contact/email", "invalid-email"),
        ("/contact/fax", "unknown-field"),
        ("/contact/phone", "invalid-phone"),
        ("/interpreterUsed", "not-a-boolean"),
        ("/language", "unknown-language"),
        ("/languageServed", "not-text"),
        ("/municipality", "unknown-municipality"),
        ("/overrideReason", "override-reason-missing"),
        ("/returnCode", "invalid-return-code"),
        ("/service", "unknown-service"),
        ("/stay", "null"),
        ("/text", "text-too-long"),
        ("/topic", "unknown-topic"),
        ("/unmetReason", "unmet-reason-missing"),
    ]


MEANINGLESS_REASON = ("/unmetReason", "unmet-reason-not-expected")


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, [("/topic", "topic-or-text-missing")]),
        ({"text": "   "}, [("/text", "text-empty")]),
        ({"topic": "bsn", "outcome": "met", "unmetReason": "cost"}, [MEANINGLESS_REASON]),
        ({"topic": "bsn", "unmetReason": "cost"}, [MEANINGLESS_REASON]),
        (
            {"topic": "bsn", "service": "one"},
            [("/overrideReason", "override-reason-missing"), ("/service", "unknown-service")],
        ),
        ({"topic": "bsn", "contact": []}, [("/contact", "not-an-object")]),
        ([], [("", "not-an-object")]),
        ("bsn", [("", "not-an-object")]),
    ],
)
def test_what_does_not_go_together_is_a_fault(desk: Client, body: Any, faults: list[tuple[str, str]]) -> None:
    assert sorted(faults_of(desk.call("POST", "/questions", body))) == faults


def test_faults_are_told_in_the_language_of_the_reader_and_codes_never_change(desk: Client) -> None:
    response = desk.call("POST", "/questions", {}, headers={"Accept-Language": "nl-NL,nl;q=0.9"})
    problem = json_of(response)
    assert problem["title"] == "Het verzoek klopt niet"
    assert problem["detail"] == "Er klopt iets niet in het verzoek. Elke fout staat onder errors."
    assert problem["errors"] == [
        {"pointer": "/topic", "code": "topic-or-text-missing", "detail": "Geef een onderwerp of een tekst."}
    ]


def test_a_visit_of_another_desk_is_not_known_here(
    desk: Client, client_of: ClientOf, small_desk: SmallDesk, other_desk: Client
) -> None:
    visit = other_desk.register(topic="bsn")
    assert faults_of(desk.call("POST", "/questions", {"topic": "bsn", "visit": visit["visit"]})) == [
        ("/visit", "unknown-visit")
    ]
    assert faults_of(
        desk.call("POST", "/questions", {"topic": "bsn", "returnCode": visit["returnCode"]})
    ) == [("/returnCode", "unknown-return-code")]
    assert refusal(desk.call("GET", f"/questions/{visit['reference']}")) == (404, "question-not-found")


def test_text_is_kept_letter_by_letter(desk: Client) -> None:
    text = "مرحبا، أين أتعلم؟ 😀 e\u0301 <script>alert('x')</script> %(limit)s"
    question = desk.register(text=f"{text}\x00")
    assert desk.get(f"/questions/{question['reference']}")["text"] == text


@pytest.mark.parametrize(
    ("language", "locale"), [("pl", "pl"), ("zh", "zh-Hans"), ("so", "en"), ("nl", "nl"), (None, "nl")]
)
@pytest.mark.parametrize("path", ["/questions", "/questions/batch"])
def test_mail_is_in_the_language_of_the_person_and_not_of_who_registers(
    desk: Client, database: Database, path: str, language: str | None, locale: str
) -> None:
    person = {"contact": {"email": "someone@example.org"}, **({"language": language} if language else {})}
    question = {"topic": "bsn"}
    body = person | question if path == "/questions" else {"visit": person, "questions": [question]}
    answer = desk.call("POST", path, body, {"Accept-Language": "nl"})
    assert answer.status_code == 201
    with database.read() as session:
        mails = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "question-received"))
        visit = session.scalars(select(Visit).order_by(Visit.id.desc())).first()
        assert visit is not None
        assert [mail.locale for mail in mails if mail.payload == {"visit": visit.id}] == [locale]
        assert visit.locale == locale

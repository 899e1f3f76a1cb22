"""`POST /questions/batch`: a day's consulting hour in one request, all of it or nothing."""

from datetime import UTC, datetime, timedelta

from api_tests.client import Client, Json, faults_of, json_of
from tests.support.small_desk import EINDHOVEN


def post_batch(desk: Client, **body: object) -> list[Json]:
    """Register a batch that is in order and return its questions."""
    response = desk.call("POST", "/questions/batch", body)
    assert response.status_code == 201, response.text
    items: list[Json] = json_of(response)["items"]
    return items


def count(desk: Client) -> int:
    """Return how many questions the desk has."""
    return len(desk.get("/questions", limit=200)["items"])


def test_questions_of_one_encounter_share_its_facts_and_its_code(desk: Client) -> None:
    moment = datetime.now(UTC) - timedelta(hours=3)
    visit = {
        "language": "pl",
        "channel": "consulting-hour",
        "municipality": EINDHOVEN,
        "receivedAt": moment.isoformat(),
    }
    items = post_batch(desk, visit=visit, questions=[{"topic": "bsn"}, {"topic": "digid"}, {"text": "ok"}])
    assert len({item["visit"] for item in items}) == len({item["returnCode"] for item in items}) == 1
    assert [item["topic"] for item in items] == ["bsn", "digid", "unknown"]
    assert {(item["language"], item["channel"]) for item in items} == {("pl", "consulting-hour")}
    assert {datetime.fromisoformat(item["receivedAt"]) for item in items} == {moment}


def test_questions_without_a_common_visit_are_visits_of_their_own(desk: Client) -> None:
    earlier = desk.register(topic="bsn", language="ar")
    items = post_batch(
        desk,
        questions=[
            {"topic": "bsn", "language": "pl"},
            {"topic": "digid", "returnCode": earlier["returnCode"]},
            {"topic": "digid", "visit": earlier["visit"]},
        ],
    )
    assert [item["language"] for item in items] == ["pl", None, "ar"]
    assert len({item["visit"] for item in items}) == 3
    assert [item.get("returnCode") is None for item in items] == [False, False, True]


def test_one_fault_keeps_everything_out_and_all_faults_are_named(desk: Client) -> None:
    response = desk.call(
        "POST",
        "/questions/batch",
        {
            "visit": {"language": "pl", "group": "aliens"},
            "questions": [{"topic": "bsn"}, {"topic": "bsn", "language": "pl"}, {"topic": "digidx"}, 3, {}],
        },
    )
    assert sorted(faults_of(response)) == [
        ("/questions/1/language", "visit-facts-not-allowed"),
        ("/questions/2/topic", "unknown-topic"),
        ("/questions/3", "not-an-object"),
        ("/questions/4/topic", "topic-or-text-missing"),
        ("/visit/group", "unknown-code"),
    ]
    assert count(desk) == 0


def test_what_only_the_database_can_tell_is_pointed_at_too_and_keeps_everything_out(desk: Client) -> None:
    questions = [
        {"topic": "bsn"},
        {"topic": "bsn", "returnCode": "000000000000000000"},
        {"topic": "bsn", "visit": "25Y3T5YS85GH3C6"},
    ]
    response = desk.call("POST", "/questions/batch", {"questions": questions})
    assert faults_of(response) == [
        ("/questions/1/returnCode", "unknown-return-code"),
        ("/questions/2/visit", "unknown-visit"),
    ]
    together = {"visit": {"returnCode": "000000000000000000"}, "questions": [{"topic": "bsn"}]}
    assert faults_of(desk.call("POST", "/questions/batch", together)) == [
        ("/visit/returnCode", "unknown-return-code")
    ]
    assert count(desk) == 0


def test_a_batch_has_from_one_to_two_hundred_questions(desk: Client) -> None:
    for questions, code in (([], "too-few"), ([{"topic": "bsn"}] * 201, "too-many"), ({}, "not-a-list")):
        response = desk.call("POST", "/questions/batch", {"questions": questions})
        assert faults_of(response) == [("/questions", code)]
    assert faults_of(desk.call("POST", "/questions/batch", {})) == [("/questions", "required")]
    assert faults_of(desk.call("POST", "/questions/batch", [])) == [("", "not-an-object")]
    assert len(post_batch(desk, questions=[{"topic": "bsn"}] * 200)) == 200

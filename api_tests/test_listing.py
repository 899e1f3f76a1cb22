"""`GET /questions`: filters, and pages on which no question is missed or told twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api_tests.client import Client, Json, faults_of
from servicebalie.core.opening import AMSTERDAM
from servicebalie.db import Database
from tests.support.questions import make_overdue
from tests.support.small_desk import BREDA, EINDHOVEN, SmallDesk


def references(page: Json) -> list[str]:
    """Return the references on a page."""
    return [item["reference"] for item in page["items"]]


@pytest.fixture
def three(desk: Client, small_desk: SmallDesk) -> dict[str, str]:
    """Three questions that differ in everything, by name, and the oldest first."""
    asked: list[dict[str, Any]] = [
        {"topic": "bsn", "language": "pl", "municipality": EINDHOVEN, "channel": "phone"},
        {
            "topic": "dutch-course",
            "language": "ar",
            "municipality": BREDA,
            "channel": "chat",
            "outcome": "met",
            "receivedAt": (datetime.now(UTC) - timedelta(days=3)).isoformat(),
        },
        {"text": "Something", "channel": "counter"},
    ]
    return dict(
        zip(("bsn", "course", "text"), (desk.register(**one)["reference"] for one in asked), strict=True)
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["text", "bsn", "course"]),
        ({"status": "closed"}, ["course"]),
        ({"status": "open"}, ["text"]),
        ({"status": "waiting"}, []),
        ({"topic": "bsn"}, ["bsn"]),
        ({"topic": "language"}, ["course"]),
        ({"language": "pl"}, ["bsn"]),
        ({"municipality": BREDA}, ["course"]),
        ({"channel": "phone"}, ["bsn"]),
        ({"overdue": "false"}, ["text", "bsn", "course"]),
        ({"overdue": "true"}, []),
        ({"topic": "bsn", "language": "ar"}, []),
        ({"status": "referred", "channel": "phone", "municipality": EINDHOVEN}, ["bsn"]),
    ],
)
def test_a_filter_finds_what_fits_the_newest_first(
    desk: Client, three: dict[str, str], query: dict[str, str], found: list[str]
) -> None:
    assert references(desk.get("/questions", **query)) == [three[name] for name in found]


def test_a_filter_finds_the_questions_that_are_with_a_service(
    desk: Client, small_desk: SmallDesk, three: dict[str, str]
) -> None:
    town = desk.get("/questions", service=str(small_desk.services["town"]))
    assert references(town) == [three["bsn"]]
    assert town["items"][0]["service"] == {"id": str(small_desk.services["town"]), "name": "Town hall"}


def test_days_of_a_filter_are_dutch_days_and_both_included(desk: Client, three: dict[str, str]) -> None:
    today = datetime.now(UTC).astimezone(AMSTERDAM).date()
    day = (datetime.now(UTC) - timedelta(days=3)).astimezone(AMSTERDAM).date()
    on_the_day = desk.get("/questions", receivedFrom=day.isoformat(), receivedTo=day.isoformat())
    assert references(on_the_day) == [three["course"]]
    since = desk.get("/questions", receivedFrom=(day + timedelta(days=1)).isoformat())
    assert references(since) == [three["text"], three["bsn"]]
    before = desk.get("/questions", receivedTo=(day - timedelta(days=1)).isoformat())
    assert references(before) == []
    assert references(desk.get("/questions", receivedTo=today.isoformat())) == references(
        desk.get("/questions")
    )


def test_days_far_from_now_are_answered(desk: Client, three: dict[str, str]) -> None:
    everything = desk.get("/questions", receivedFrom="2020-01-01", receivedTo="2088-12-31")
    assert len(everything["items"]) == 3


def test_a_question_past_its_day_is_overdue_until_it_is_closed(
    desk: Client, three: dict[str, str], database: Database
) -> None:
    with database.begin() as session:
        make_overdue(session, three["bsn"])
    assert references(desk.get("/questions", overdue="true")) == [three["bsn"]]
    assert references(desk.get("/questions", overdue="false")) == [three["text"], three["course"]]
    assert desk.get(f"/questions/{three['bsn']}")["overdue"] is True
    desk.call("POST", f"/questions/{three['bsn']}/close", {"outcome": "met"})
    assert references(desk.get("/questions", overdue="true")) == []


def test_pages_tell_every_question_once_while_new_ones_come_in(desk: Client) -> None:
    before = [desk.register(topic="bsn")["reference"] for _ in range(7)]
    told: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = desk.get("/questions", limit=2, topic="bsn", **cursor)
        told += references(page)
        if page["nextCursor"] is None:
            break
        cursor = {"cursor": page["nextCursor"]}
        desk.register(topic="bsn")
    assert told == before[::-1]


def test_the_link_header_leads_to_the_next_page_with_the_same_filters(desk: Client) -> None:
    newest = [desk.register(text="Question")["reference"] for _ in range(3)][::-1]
    first = desk.call("GET", "/questions", params={"limit": 2, "status": "open"})
    link = first.links["next"]["url"]
    assert link.startswith("/api/v1/questions?")
    second = desk.call("GET", link.removeprefix("/api/v1"))
    assert references(first.json()) + references(second.json()) == newest
    assert "Link" not in second.headers


def test_a_full_last_page_promises_no_other(desk: Client) -> None:
    for _ in range(2):
        desk.register(topic="bsn")
    assert desk.get("/questions", limit=2)["nextCursor"] is None


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ({"statuss": "open"}, [("/statuss", "unknown-field")]),
        ({"status": "lost", "channel": "owl"}, [("/channel", "unknown-code"), ("/status", "unknown-code")]),
        ({"topic": "nonsense"}, [("/topic", "unknown-topic")]),
        ({"language": "qq"}, [("/language", "unknown-language")]),
        ({"municipality": "GM9999"}, [("/municipality", "unknown-municipality")]),
        ({"service": "0"}, [("/service", "unknown-service")]),
        ({"overdue": "perhaps"}, [("/overdue", "not-a-boolean")]),
        ({"limit": "0"}, [("/limit", "number-out-of-range")]),
        ({"limit": "201"}, [("/limit", "number-out-of-range")]),
        ({"limit": "many"}, [("/limit", "not-a-number")]),
        ({"receivedFrom": "3 November"}, [("/receivedFrom", "invalid-date")]),
        ({"receivedFrom": "2026-11-31"}, [("/receivedFrom", "invalid-date")]),
        ({"receivedTo": "9999-12-31"}, [("/receivedTo", "day-out-of-range")]),
        ({"receivedFrom": "0001-01-01"}, [("/receivedFrom", "day-out-of-range")]),
        ({"receivedFrom": "2026-11-03", "receivedTo": "2026-11-02"}, [("/receivedFrom", "from-after-to")]),
        ({"cursor": "elsewhere"}, [("/cursor", "invalid-cursor")]),
        ({"cursor": "é"}, [("/cursor", "invalid-cursor")]),
        ({"cursor": "__________8"}, [("/cursor", "invalid-cursor")]),
    ],
)
def test_a_filter_that_cannot_be_is_a_fault(
    desk: Client, query: dict[str, str], faults: list[tuple[str, str]]
) -> None:
    assert sorted(faults_of(desk.call("GET", "/questions", params=query))) == faults


def test_a_list_tells_coded_facts_only(desk: Client) -> None:
    desk.register(text="Words", contact={"email": "someone@example.org"}, language="pl")
    (item,) = desk.get("/questions")["items"]
    assert not {"text", "contact", "returnCode", "messages"} & item.keys()

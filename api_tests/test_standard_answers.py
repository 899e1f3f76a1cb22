"""Standard answers for staff: in the person's language if there is one, with the local service filled in."""

import pytest

from api_tests.client import Client, Json
from api_tests.conftest import ClientOf
from servicebalie.core.vocabulary import TextStatus
from servicebalie.db import Database
from servicebalie.services.standard_answers import import_answers
from tests.support.answers import answer_about, text_in
from tests.support.small_desk import BREDA, EINDHOVEN, SmallDesk


@pytest.fixture(autouse=True)
def answers(database: Database, small_desk: SmallDesk) -> None:
    """The desk has an answer about the BSN whose source changed, and in Chinese one that nobody checked."""
    unchecked = {"status": TextStatus.CHECK_BEFORE_USE, "checked_by": None}
    answer = answer_about(
        "bsn",
        text_in("nl", version=2),
        text_in("en", translated_from=2),
        text_in("pl"),
        text_in("zh-Hans", translated_from=2, **unchecked),
        text_in("tr", status=TextStatus.WITHDRAWN),
    )
    with database.begin() as session:
        import_answers(session, small_desk.id, [answer])


def found(desk: Client, **query: str) -> list[Json]:
    """Return the standard answers that are found."""
    items: list[Json] = desk.get("/standard-answers", **query)["items"]
    return items


def test_an_answer_comes_with_all_that_staff_must_know_of_it(desk: Client) -> None:
    (answer,) = found(desk, topic="bsn", language="pl", municipality=EINDHOVEN)
    assert answer == {
        "topic": "bsn",
        "language": "pl",
        "inOtherLanguage": False,
        "outdated": True,
        "text": "You get a number (pl).\n\nTown of Eindhoven (Town hall) can help.",
        "version": 1,
        "status": "checked",
        "checkedDate": "2026-09-01",
        "checkedBy": "adviser",
        "source": {"name": "Rijksoverheid", "url": "https://www.government.nl/topics/personal-data"},
    }


@pytest.mark.parametrize(
    ("language", "given", "other"),
    [("zh", "zh-Hans", False), ("ro", "en", True), ("so", "en", True), ("tr", "en", True)],
)
def test_there_is_an_answer_in_english_when_there_is_none_in_the_language(
    desk: Client, language: str, given: str, other: bool
) -> None:
    (answer,) = found(desk, topic="bsn", language=language)
    assert (answer["language"], answer["inOtherLanguage"]) == (given, other)


def test_staff_see_what_nobody_checked_and_that_nobody_did(desk: Client) -> None:
    (answer,) = found(desk, topic="bsn", language="zh")
    assert (answer["status"], answer["checkedBy"]) == ("check-before-use", None)


def test_without_a_language_all_texts_are_given_that_are_not_withdrawn(desk: Client) -> None:
    assert [one["language"] for one in found(desk, topic="bsn")] == ["en", "nl", "pl", "zh-Hans"]
    assert not any(one["inOtherLanguage"] for one in found(desk, topic="bsn"))


@pytest.mark.parametrize(("municipality", "named"), [({}, "Counter"), ({"municipality": BREDA}, "Counter")])
def test_a_place_where_the_person_may_not_come_is_not_named(
    desk: Client, municipality: dict[str, str], named: str
) -> None:
    (answer,) = found(desk, topic="bsn", language="en", **municipality)
    assert f"{named}) can help." in answer["text"]
    assert "It is at Stationsplein 1, 5611 AA Eindhoven." in answer["text"]


def test_a_topic_without_an_answer_and_another_desk_have_none(desk: Client, other_desk: Client) -> None:
    assert found(desk, topic="digid") == []
    assert found(other_desk, topic="bsn") == []


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({}, ("/topic", "required")),
        ({"topic": "cooking"}, ("/topic", "unknown-topic")),
        ({"topic": "bsn", "language": "xx"}, ("/language", "unknown-language")),
        ({"topic": "bsn", "locale": "pl"}, ("/locale", "unknown-field")),
    ],
)
def test_a_wrong_query_is_refused(desk: Client, query: dict[str, str], fault: tuple[str, str]) -> None:
    answer = desk.call("GET", "/standard-answers", params=query)
    assert answer.status_code == 400
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [fault]


@pytest.mark.parametrize(
    ("user", "status"), [("administrator", 200), ("library", 403), ("policymaker", 403), (None, 401)]
)
def test_standard_answers_are_for_the_staff_of_the_desk(
    client_of: ClientOf, user: str | None, status: int
) -> None:
    answer = client_of(user).call("GET", "/standard-answers", params={"topic": "bsn"})
    assert answer.status_code == status


def used(client: Client, **changes: object) -> int:
    """Count one use and return the status, or how often the text was used."""
    body = {"topic": "bsn", "language": "pl", "version": 1, **changes}
    answer = client.call("POST", "/standard-answers/uses", body)
    number: int = answer.json()["used"] if answer.status_code == 201 else answer.status_code
    return number


def test_what_staff_read_out_or_send_is_counted_for_each_version(desk: Client) -> None:
    assert [used(desk), used(desk), used(desk, language="zh-Hans")] == [1, 2, 1]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"version": 2}, 404),
        ({"language": "ro"}, 404),
        ({"language": "tr"}, 404),
        ({"topic": "digid"}, 404),
        ({"topic": "cooking"}, 400),
        ({"version": 10**12}, 400),
        ({"version": True}, 400),
    ],
)
def test_a_text_that_is_not_there_for_staff_is_not_counted(
    desk: Client, changes: dict[str, object], status: int
) -> None:
    assert used(desk, **changes) == status


def test_a_use_that_is_sent_again_counts_once(desk: Client) -> None:
    body = {"topic": "bsn", "language": "pl", "version": 1}
    for _ in range(2):
        answer = desk.call("POST", "/standard-answers/uses", body, headers={"Idempotency-Key": "one"})
        assert answer.json() == {"used": 1}


def test_a_text_of_another_desk_is_not_counted(desk: Client, other_desk: Client) -> None:
    assert used(other_desk) == 404
    assert used(desk) == 1

"""The Idempotency-Key: a request that is sent twice is carried out once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import update

from api_tests.client import Client, faults_of, refusal, without_opening
from api_tests.conftest import ClientOf
from servicebalie.db import Database
from servicebalie.models.accounts import User
from tests.support.small_desk import EINDHOVEN, SmallDesk


@pytest.fixture
def key() -> dict[str, str]:
    """The header with a key that was never used."""
    return {"Idempotency-Key": str(uuid.uuid4())}


def test_the_same_request_gets_the_same_answer_byte_for_byte(desk: Client, key: dict[str, str]) -> None:
    body = {"topic": "bsn", "text": "Żółć", "contact": {"phone": "0612345678"}}
    first = desk.call("POST", "/questions", body, key)
    again = desk.call("POST", "/questions", body, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert first.json()["returnCode"]
    assert len(desk.get("/questions")["items"]) == 1


@pytest.mark.parametrize(
    ("what", "body"),
    [("close", {"outcome": "met"}), ("referrals", {}), ("messages", {"text": "Come on Thursday"})],
)
def test_every_act_on_a_question_can_be_sent_twice(
    desk: Client, key: dict[str, str], what: str, body: Any
) -> None:
    path = f"/questions/{desk.register(topic='bsn')['reference']}"
    first = desk.call("POST", f"{path}/{what}", body, key)
    version = desk.call("GET", path).headers["ETag"]
    again = desk.call("POST", f"{path}/{what}", body, key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers.get("ETag") == first.headers.get("ETag")
    assert desk.call("GET", path).headers["ETag"] == version


def test_a_batch_can_be_sent_twice(desk: Client, key: dict[str, str]) -> None:
    body = {"questions": [{"topic": "bsn"}, {"topic": "digid"}]}
    first = desk.call("POST", "/questions/batch", body, key)
    assert desk.call("POST", "/questions/batch", body, key).content == first.content
    assert len(desk.get("/questions")["items"]) == 2


def test_a_key_cannot_be_used_for_another_request(desk: Client, key: dict[str, str]) -> None:
    desk.call("POST", "/questions", {"topic": "bsn"}, key)
    other_body = desk.call("POST", "/questions", {"topic": "digid"}, key)
    other_path = desk.call("POST", "/questions/batch", {"topic": "bsn"}, key)
    assert refusal(other_body) == refusal(other_path) == (409, "idempotency-key-reused")
    assert [item["topic"] for item in desk.get("/questions")["items"]] == ["bsn"]


def test_two_users_may_choose_the_same_key(desk: Client, client_of: ClientOf, key: dict[str, str]) -> None:
    first = desk.call("POST", "/questions", {"topic": "bsn"}, key)
    second = client_of("uncleared").call("POST", "/questions", {"topic": "bsn"}, key)
    assert first.json()["reference"] != second.json()["reference"]


def test_who_may_see_less_now_does_not_get_the_old_answer_again(
    desk: Client, key: dict[str, str], small_desk: SmallDesk, database: Database
) -> None:
    question = desk.register(topic="housing-abuse", municipality=EINDHOVEN, text="He threatens us")
    path = f"/questions/{question['reference']}/close"
    assert desk.call("POST", path, {"outcome": "met"}, key).json()["text"] == "He threatens us"
    with database.begin() as session:
        session.execute(update(User).where(User.id == small_desk.users["desk"]).values(cleared=False))
    again = desk.call("POST", path, {"outcome": "met"}, key)
    assert refusal(again) == (403, "question-not-for-you")


def test_after_a_refusal_the_corrected_request_may_use_the_key(desk: Client, key: dict[str, str]) -> None:
    assert faults_of(desk.call("POST", "/questions", {"topic": "nonsense"}, key))
    assert desk.call("POST", "/questions", {"topic": "bsn"}, key).status_code == 201


@pytest.mark.parametrize("value", ["", "x" * 201])
def test_a_key_has_from_one_to_two_hundred_characters(desk: Client, value: str) -> None:
    response = desk.call("POST", "/questions", {"topic": "bsn"}, {"Idempotency-Key": value})
    assert faults_of(response) == [("/Idempotency-Key", "invalid-idempotency-key")]


def test_requests_with_one_key_at_the_same_time_make_one_question(
    client_of: ClientOf, desk: Client, key: dict[str, str]
) -> None:
    clients = [client_of("desk") for _ in range(4)]
    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(
            pool.map(lambda client: client.call("POST", "/questions", {"topic": "bsn"}, key), clients)
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(desk.get("/questions")["items"]) == 1


def test_two_people_who_close_one_question_at_once_are_told_who_was_first(
    client_of: ClientOf, desk: Client
) -> None:
    path = f"/questions/{desk.register(topic='bsn')['reference']}"
    clients = [client_of("desk") for _ in range(4)]
    with ThreadPoolExecutor(len(clients)) as pool:
        outcomes = zip(clients, ("met", "withdrawn", "answered-at-desk", "met"), strict=True)
        answers = list(
            pool.map(lambda each: each[0].call("POST", f"{path}/close", {"outcome": each[1]}), outcomes)
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    (closed,) = (answer.json() for answer in answers if answer.ok)
    assert without_opening(desk.get(path)) == without_opening(closed)


def test_two_people_who_correct_one_version_at_once_do_not_overwrite_each_other(
    client_of: ClientOf, desk: Client
) -> None:
    path = f"/questions/{desk.register(topic='bsn')['reference']}"
    version = {"If-Match": desk.call("GET", path).headers["ETag"]}
    clients = [client_of("desk") for _ in range(4)]
    with ThreadPoolExecutor(len(clients)) as pool:
        texts = zip(clients, ("one", "two", "three", "four"), strict=True)
        answers = list(pool.map(lambda each: each[0].call("PATCH", path, {"text": each[1]}, version), texts))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    (corrected,) = (answer.json() for answer in answers if answer.ok)
    assert without_opening(desk.get(path)) == without_opening(corrected)

"""`POST /visits/search`: by e-mail address or telephone number, at one's own desk only."""

import pytest

from api_tests.client import Client, Json, faults_of
from api_tests.conftest import ClientOf


def found(client: Client, **searched: str) -> list[str]:
    """Return the references that a search finds."""
    answer = client.call("POST", "/visits/search", searched)
    assert answer.status_code == 200
    return [item["reference"] for item in answer.json()["items"]]


def test_somebody_is_found_however_the_address_is_written(desk: Client) -> None:
    contact = {"email": "Anna.Search@example.com", "phone": "06 9876 5432"}
    registered = desk.register(topic="bsn", contact=contact)["reference"]
    desk.register(topic="bsn", contact={"email": "piet.search@example.com"})
    for searched in ({"email": "anna.search@EXAMPLE.com"}, {"phone": "+31698765432"}):
        assert found(desk, **searched) == [registered]
    assert found(desk, email="nobody.search@example.com") == []


def test_a_sensitive_question_is_found_by_who_may_see_it_and_nothing_by_another_desk(
    client_of: ClientOf, desk: Client, other_desk: Client
) -> None:
    contact = {"email": "secret.search@example.com"}
    reference = desk.register(topic="domestic-violence", contact=contact)["reference"]
    assert found(desk, **contact) == [reference]
    assert found(client_of("uncleared"), **contact) == []
    assert found(other_desk, **contact) == []


@pytest.mark.parametrize(
    ("searched", "fault"),
    [
        ({}, ("/email", "email-or-phone")),
        ({"email": "a@example.com", "phone": "0612345678"}, ("/email", "email-or-phone")),
        ({"email": "anna"}, ("/email", "invalid-email")),
        ({"phone": "1"}, ("/phone", "invalid-phone")),
    ],
)
def test_a_search_is_for_one_thing(desk: Client, searched: Json, fault: tuple[str, str]) -> None:
    assert faults_of(desk.call("POST", "/visits/search", searched)) == [fault]

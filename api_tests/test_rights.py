"""Rights over what is kept, carried out by staff for people who ask the desk."""

from api_tests.client import Client, refusal
from api_tests.conftest import ClientOf


def test_staff_give_access_restrict_and_erase_and_the_register_keeps_the_month(
    desk: Client, client_of: ClientOf
) -> None:
    text = {"topic": "bsn", "text": "What is a BSN?", "contact": {"email": "anna@example.org"}}
    question = desk.call("POST", "/questions", json=text).json()
    visit, path = question["visit"], f"/questions/{question['reference']}"
    asked = {"right": "erasure", "visit": visit, "receivedDate": "2026-01-05"}
    request = desk.call("POST", "/rights", json=asked).json()
    assert (request["dueDate"], request["overdue"], request["result"]) == ("2026-02-05", True, None)
    waiting = desk.call("GET", "/rights?waiting=true").json()["items"]
    assert [one["request"] for one in waiting] == [request["request"]]

    held = desk.call("POST", "/rights/access", json={"visit": visit}).json()["held"]
    assert held["questions"][0]["text"] == "What is a BSN?"
    assert desk.call("POST", "/rights/restriction", json={"visit": visit}).json()["questions"] == 1
    assert desk.call("GET", path).json()["restricted"] is True
    refused = desk.call("POST", f"{path}/close", json={"outcome": "met"})
    assert refusal(refused) == (409, "visit-restricted")

    use = {"visit": visit, "request": request["request"]}
    erased = desk.call("POST", "/rights/erasure", json=use).json()
    assert (erased["visit"], erased["result"], erased["request"]) == (None, "done", request["request"])
    assert desk.call("GET", path).status_code == 404
    assert desk.call("GET", "/rights?waiting=true").json()["items"] == []
    for address, body in (
        (f"/rights/{request['request']}/answer", {"result": "refused"}),
        (f"/rights/{request['request']}/extend", None),
        ("/rights/access", {"visit": visit}),
    ):
        assert desk.call("POST", address, json=body).status_code == 404
    told = desk.call("GET", "/rights").text
    assert "BSN" not in told
    assert "anna" not in told
    partner = client_of("library")
    assert partner.call("GET", "/rights").status_code == 403

"""What HTTP promises: media types, methods, addresses, sizes, headers, and who may call from elsewhere."""

import socket
from collections.abc import Iterator

import pytest
import requests

from api_tests.client import Client, refusal
from api_tests.server import ALLOWED_ORIGIN, RunningServer

LIMIT = 1_000_000


def in_pieces(body: bytes) -> Iterator[bytes]:
    """Yield a body in pieces, so that it is sent without its length."""
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


def body_of(size: int) -> bytes:
    """Return a question of exactly this many bytes, most of them white space."""
    question = b'{"topic": "bsn"}'
    return question + b" " * (size - len(question))


@pytest.mark.parametrize("chunked", [False, True], ids=["with-length", "chunked"])
def test_a_body_up_to_the_limit_is_read_and_a_larger_one_refused(desk: Client, chunked: bool) -> None:
    json = {"Content-Type": "application/json"}
    for size, expected in ((LIMIT, 201), (LIMIT + 1, 413), (3 * LIMIT, 413)):
        body = body_of(size)
        response = desk.call("POST", "/questions", headers=json, data=in_pieces(body) if chunked else body)
        assert response.status_code == expected, response.text
    assert len(desk.get("/questions")["items"]) == 1


def test_a_body_that_is_too_large_is_told_how_large_it_may_be(desk: Client) -> None:
    response = desk.call(
        "POST", "/questions", headers={"Content-Type": "application/json"}, data=body_of(LIMIT + 1)
    )
    assert refusal(response) == (413, "body-too-large")
    assert response.json()["detail"] == "The request is too large. Send at most 1000000 bytes."
    assert response.headers["Connection"] == "close"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"{'topic': 'bsn'}", b'{"topic": NaN}', b'{"topic": "\\ud800"}', b'"\xff"', b"[" * 100_000],
    ids=["empty", "cut-off", "quotes", "nan", "surrogate", "not-utf8", "bottomless"],
)
def test_a_body_that_is_not_json_is_refused(desk: Client, body: bytes) -> None:
    response = desk.call("POST", "/questions", headers={"Content-Type": "application/json"}, data=body)
    assert refusal(response) == (400, "not-json")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type_is_refused(desk: Client, media_type: str) -> None:
    response = desk.call("POST", "/questions", headers={"Content-Type": media_type}, data=b'{"topic": "bsn"}')
    assert refusal(response) == (415, "unsupported-media-type")


@pytest.mark.parametrize(("accepted", "status"), [("text/html", 406), ("image/png, application/*;q=0", 406)])
def test_who_accepts_no_json_is_refused_before_anything_happens(
    desk: Client, accepted: str, status: int
) -> None:
    response = desk.call("POST", "/questions", {"topic": "bsn"}, {"Accept": accepted})
    assert refusal(response) == (status, "not-acceptable")
    assert desk.get("/questions")["items"] == []


@pytest.mark.parametrize("accepted", ["*/*", "application/json", "application/*, text/html;q=0.1"])
def test_who_accepts_json_gets_it(desk: Client, accepted: str) -> None:
    desk.get("/topics", headers={"Accept": accepted})


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/questions", {"GET", "POST", "HEAD", "OPTIONS"}),
        ("PUT", "/questions/22222222", {"GET", "PATCH", "HEAD", "OPTIONS"}),
        ("GET", "/questions/22222222/close", {"POST", "OPTIONS"}),
        ("POST", "/topics", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_method_that_is_not_possible_is_told_which_are(
    desk: Client, method: str, path: str, allowed: set[str]
) -> None:
    response = desk.call(method, path)
    assert refusal(response) == (405, "method-not-allowed")
    assert set(response.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    "path", ["/nothing", "/questions/", "/topics/", "/questions.json", "/Questions", "/"]
)
def test_an_address_that_is_not_there_is_a_problem(desk: Client, path: str) -> None:
    response = desk.call("GET", path)
    assert refusal(response) == (404, "not-found")
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_problem_says_what_where_and_in_which_language(desk: Client) -> None:
    response = desk.call("GET", "/niets/é b", headers={"Accept-Language": "nl"})
    assert response.json() == {
        "type": "/api/v1/docs#problem-not-found",
        "title": "Niet gevonden",
        "status": 404,
        "detail": "Op dit adres is niets.",
        "instance": "/api/v1/niets/%C3%A9%20b",
        "code": "not-found",
        "errors": [],
    }


def test_answers_differ_by_language_and_origin_and_say_so(desk: Client) -> None:
    vary = {name.strip() for name in desk.call("GET", "/topics").headers["Vary"].split(",")}
    assert vary >= {"Accept-Language", "Origin"}


def test_an_answer_can_be_asked_for_without_its_body(desk: Client) -> None:
    response = desk.call("HEAD", "/topics")
    assert (response.status_code, response.content) == (200, b"")


def test_origins_on_the_list_may_read_answers_and_others_may_not(desk: Client) -> None:
    allowed = desk.call("GET", "/topics", headers={"Origin": ALLOWED_ORIGIN})
    assert allowed.headers["Access-Control-Allow-Origin"] == ALLOWED_ORIGIN
    assert "ETag" in allowed.headers["Access-Control-Expose-Headers"]
    refused = desk.call("GET", "/topics", headers={"Origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_a_browser_of_an_allowed_origin_is_told_what_it_may_send(server: RunningServer) -> None:
    for origin, expected in (
        (ALLOWED_ORIGIN, "GET, POST, PATCH, DELETE"),
        ("https://elsewhere.example", None),
    ):
        response = requests.options(
            f"{server.address}/api/v1/questions",
            headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
            timeout=60,
        )
        assert response.status_code == 200
        assert response.headers.get("Access-Control-Allow-Methods") == expected
        asked = response.headers.get("Access-Control-Allow-Headers", "").split(", ")
        assert (set(asked) >= {"Authorization", "Idempotency-Key", "If-Match"}) == bool(expected)


def test_addresses_hold_references_and_codes_and_nothing_of_a_person(desk: Client) -> None:
    in_addresses = {
        (parameter["in"], parameter["name"])
        for operations in desk.description.document["paths"].values()
        for operation in [operations, *operations.values()]
        if isinstance(operation, dict)
        for parameter in operation.get("parameters", ())
        if parameter["in"] != "header"
    }
    names = {name for _, name in in_addresses}
    assert ("path", "reference") in in_addresses
    assert not names & {
        "asker",
        "code",
        "contact",
        "email",
        "name",
        "phone",
        "q",
        "returnCode",
        "text",
        "visit",
    }


def test_who_is_refused_before_the_body_is_read_is_told_that_the_connection_ends(
    server: RunningServer,
) -> None:
    refused = requests.post(f"{server.address}/api/v1/questions", json={"topic": "bsn"}, timeout=60)
    assert (refused.status_code, refused.headers.get("Connection")) == (401, "close")


def test_who_is_answered_after_the_body_was_read_may_go_on(desk: Client) -> None:
    answered = desk.call("POST", "/questions", {"topic": "bsn"})
    assert (answered.status_code, answered.headers.get("Connection")) == (201, None)


def test_half_a_request_keeps_nobody_else_waiting(server: RunningServer, desk: Client) -> None:
    port = int(server.address.rpartition(":")[2])
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(8)]
    for connection in silent:
        connection.sendall(b"POST /api/v1/questions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    desk.get("/topics")
    for connection in silent:
        connection.close()

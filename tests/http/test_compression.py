"""Pages and their files travel compressed where that gives nothing away, and mean the same then."""

import gzip
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.newcomer_desk import app_with_desk

PACKED = {"Accept-Encoding": "br, gzip"}
PARTS = ["/", "/en/ask", "/en/no-such-page", "/static/servicebalie.css", "/static/servicebalie.js"]


@pytest.fixture
def client(sqlite_database_url: str) -> Iterator[FlaskClient]:
    """A client of the application with a desk."""
    app, database = app_with_desk(sqlite_database_url)
    yield app.test_client(use_cookies=False)
    app.extensions["servicebalie"].database.dispose()
    database.dispose()


def get(client: FlaskClient, address: str, **headers: str) -> TestResponse:
    with client.get(address, headers=headers) as response:
        response.get_data()
        return response


@pytest.mark.parametrize("part", PARTS)
def test_what_travels_compressed_is_what_would_have_travelled(client: FlaskClient, part: str) -> None:
    plain = get(client, part, **{"Accept-Encoding": "identity"})
    packed = get(client, part, **PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.status_code == plain.status_code
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    unpacked = gzip.decompress(packed.data)
    # A page of the form holds a draft, which is another one each time.
    assert part == "/en/ask" or unpacked == plain.data


def test_who_does_not_understand_gzip_gets_it_plain(client: FlaskClient) -> None:
    for accepted in ("identity", "br", "gzip;q=0", ""):
        assert "Content-Encoding" not in get(client, "/en", **{"Accept-Encoding": accepted}).headers


@pytest.mark.parametrize("sent_by_itself", [{"Cookie": "session=1"}, {"Authorization": "Basic eA=="}])
def test_what_a_browser_may_have_been_made_to_ask_for_as_somebody_is_not_compressed(
    client: FlaskClient, sent_by_itself: dict[str, str]
) -> None:
    assert "Content-Encoding" not in get(client, "/en", **PACKED, **sent_by_itself).headers


def test_a_file_that_a_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    packed = get(client, "/static/servicebalie.css", **PACKED)
    assert packed.headers["ETag"].startswith("W/")
    again = get(client, "/static/servicebalie.css", **PACKED, **{"If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_of_a_file_is_a_part_of_the_file_itself(client: FlaskClient) -> None:
    part = get(client, "/static/servicebalie.css", **PACKED, Range="bytes=0-9")
    assert part.status_code == 206
    assert "Content-Encoding" not in part.headers


def test_the_api_is_not_compressed(client: FlaskClient) -> None:
    assert "Content-Encoding" not in get(client, "/api/v1/openapi.json", **PACKED).headers

"""The directory over HTTP: what is in it, changes, and the whole of it in and out."""

from typing import Any

import pytest
import requests

from api_tests.client import Client, Json, faults_of, json_of
from api_tests.conftest import ClientOf
from tests.support.small_desk import EINDHOVEN, SmallDesk

CSV = {"Content-Type": "text/csv"}
SHEET = "organisation;kind;service;area;hours\nMuseum;other;Tour;NL;{hours}\n"


@pytest.fixture
def administrator(client_of: ClientOf) -> Client:
    """A client for an administrator."""
    return client_of("administrator")


def library_of(client: Client) -> Json:
    """Return the library of the small desk."""
    return next(item for item in client.get("/services")["items"] if item["name"] == "Information point")


def imported(client: Client, content: Any, query: str = "", **headers: str) -> requests.Response:
    """Send a file to be imported."""
    if isinstance(content, str):
        return client.call("POST", f"/directory/imports{query}", headers=CSV | headers, data=content.encode())
    return client.call("POST", f"/directory/imports{query}", content, headers=headers)


def test_organisations_are_listed(desk: Client) -> None:
    items = desk.get("/organisations")["items"]
    assert [item["kind"] for item in items] == ["desk", "library", "school", "municipality", "other"]
    assert all(item["uid"] for item in items)


def test_a_service_shows_everything_about_it(desk: Client) -> None:
    library = library_of(desk)
    assert library["locations"][0]["municipality"] == EINDHOVEN
    assert [schedule["languages"] for schedule in library["schedules"]] == [[], ["pl"]]
    assert library["freshness"] == {"level": "stale", "score": 24, "reasons": ["never-assured"]}
    assert json_of(desk.call("GET", f"/services/{library['id']}")) == library


@pytest.mark.parametrize("number", ["999999", "x", "99999999999"])
def test_a_service_that_is_not_there_is_not_found(desk: Client, number: str) -> None:
    response = desk.call("GET", f"/services/{number}")
    assert (response.status_code, json_of(response)["code"]) == (404, "service-not-found")
    response = desk.call("PATCH", f"/services/{number}", {}, headers={"If-Match": '"x"'})
    assert response.status_code == 404


def test_a_service_is_assured_closed_and_changed_by_who_saw_the_latest_version(desk: Client) -> None:
    path = f"/services/{library_of(desk)['id']}"
    tag = desk.call("GET", path).headers["ETag"]
    change = {
        "assuredDate": "2026-11-01",
        "assuredBy": "adviser",
        "capacity": 5,
        "closures": [{"firstDate": "2026-12-24", "lastDate": "2027-01-01", "note": "Christmas"}],
    }
    assert desk.call("PATCH", path, change).status_code == 428
    response = desk.call("PATCH", path, change, headers={"If-Match": tag})
    assert response.status_code == 200
    shown = json_of(response)
    assert {name: shown[name] for name in change} == change
    assert json_of(desk.call("GET", path)) == shown
    assert desk.call("PATCH", path, change, headers={"If-Match": tag}).status_code == 412
    closed = desk.call("PATCH", path, {"active": False}, headers={"If-Match": response.headers["ETag"]})
    assert json_of(closed)["active"] is False
    assert "Information point" not in [item["name"] for item in desk.get("/services")["items"]]


def test_services_are_found_by_whether_they_can_be_relied_on(desk: Client) -> None:
    path = f"/services/{library_of(desk)['id']}"
    tag = desk.call("GET", path).headers["ETag"]
    today = {"assuredDate": "2088-01-01", "assuredBy": "adviser"}
    desk.call("PATCH", path, today, headers={"If-Match": tag})
    assert [item["name"] for item in desk.get("/services", stale="false")["items"]] == ["Information point"]
    assert len(desk.get("/services", stale="true")["items"]) == 5


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"capacity": -1}, ("/capacity", "number-out-of-range")),
        ({"capacity": "x"}, ("/capacity", "not-a-number")),
        ({"assuredBy": "adviser"}, ("/assuredDate", "required")),
        ({"assuredDate": "2026-11-01"}, ("/assuredBy", "required")),
        ({"assuredDate": "2026-11-01", "assuredBy": "a@b.nl"}, ("/assuredBy", "function-not-person")),
        (
            {"closures": [{"firstDate": "2026-11-02", "lastDate": "2026-11-01"}]},
            ("/closures/0/lastDate", "from-after-to"),
        ),
        ({"name": "x"}, ("/name", "unknown-field")),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(desk: Client, change: Json, fault: tuple[str, str]) -> None:
    path = f"/services/{library_of(desk)['id']}"
    tag = desk.call("GET", path).headers["ETag"]
    assert faults_of(desk.call("PATCH", path, change, headers={"If-Match": tag})) == [fault]


def test_the_desk_itself_cannot_be_closed(desk: Client, small_desk: SmallDesk) -> None:
    path = f"/services/{small_desk.services['counter']}"
    tag = desk.call("GET", path).headers["ETag"]
    response = desk.call("PATCH", path, {"active": False}, headers={"If-Match": tag})
    assert faults_of(response) == [("/active", "desk-is-fixed")]


@pytest.mark.parametrize("media_type", ["application/json", "text/csv"])
def test_the_whole_directory_goes_out_and_comes_in(administrator: Client, media_type: str) -> None:
    session = administrator.session
    address = f"{administrator.address}/api/v1/directory"
    given = session.get(address, headers={"Accept": media_type}, timeout=60)
    assert given.headers["Content-Type"].startswith(media_type)
    response = session.post(
        f"{address}/imports", data=given.content, headers={"Content-Type": media_type}, timeout=60
    )
    assert response.json() == {
        "dryRun": False,
        "added": 0,
        "changed": 0,
        "closed": 0,
        "unchanged": 6,
        "services": {"added": [], "changed": [], "closed": []},
    }


def test_the_directory_has_no_other_form(administrator: Client) -> None:
    assert administrator.call("GET", "/directory", headers={"Accept": "image/png"}).status_code == 406
    response = administrator.call(
        "POST", "/directory/imports", headers={"Content-Type": "text/plain"}, data=b"x"
    )
    assert response.status_code == 415


def test_a_file_is_tried_and_then_imported_once(administrator: Client) -> None:
    sheet = SHEET.format(hours="24/7")
    named = {"added": [{"organisation": "Museum", "name": "Tour"}], "changed": [], "closed": []}
    added = {"added": 1, "changed": 0, "closed": 0, "unchanged": 0, "services": named}
    assert json_of(imported(administrator, sheet, "?dryRun=true")) == {"dryRun": True, **added}
    assert "Tour" not in [item["name"] for item in administrator.get("/services")["items"]]
    for _ in range(2):
        key = {"Idempotency-Key": "museum"}
        assert json_of(imported(administrator, sheet, **key)) == {"dryRun": False, **added}
    assert "Tour" in [item["name"] for item in administrator.get("/services")["items"]]


def test_every_fault_of_a_file_is_told_and_nothing_is_stored(administrator: Client) -> None:
    assert faults_of(imported(administrator, SHEET.format(hours="whenever"))) == [
        ("/2/hours", "invalid-opening-hours")
    ]
    organisation = {"name": "Museum", "services": [{"name": "Tour", "languages": [{"code": "xx"}]}]}
    assert faults_of(imported(administrator, {"organizations": [organisation]})) == [
        ("/organizations/0/services/0", "area-missing"),
        ("/organizations/0/services/0/languages", "unknown-language"),
    ]
    assert len(administrator.get("/organisations")["items"]) == 5


def test_a_directory_may_be_larger_than_other_bodies_but_not_endless(administrator: Client) -> None:
    sheet = SHEET.format(hours="24/7") + "\n" * 2_000_000
    assert imported(administrator, sheet, "?dryRun=true").status_code == 200
    assert imported(administrator, "x" * 48_000_001).status_code == 413


def test_only_an_administrator_imports(desk: Client) -> None:
    assert imported(desk, SHEET.format(hours="24/7")).status_code == 403

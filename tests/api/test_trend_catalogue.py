"""The catalogue of releases over HTTP: what is published, and where each of its files is."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from servicebalie.api.trend_catalogue import catalogue_of
from servicebalie.core.vocabulary import Role
from servicebalie.documents.release_catalogue import Distribution
from servicebalie.services.releases import list_releases
from tests.support.releases import add_release
from tests.support.trend_reader import DESK, Reader, trend_reader

PATH = "/api/v1/trends/catalogue"
SITE = "https://balie.example"


@pytest.fixture
def reader(database_url: str) -> Iterator[Reader]:
    """A desk with a user of every role, whose pages are at another address than the server's own."""
    with trend_reader(database_url, public_address=SITE) as made:
        yield made


def datasets(reader: Reader) -> dict[str, Any]:
    """Return the releases in the catalogue by their period, with the series."""
    return {each["@id"].partition("#")[2]: each for each in reader.get(PATH).json["dcat:dataset"]}


def test_every_release_is_a_dataset_with_the_ways_to_read_it(reader: Reader) -> None:
    document = add_release(reader.database, DESK, "2026-10", simulated=True)
    add_release(reader.database, DESK, "2026-Q3")
    assert set(datasets(reader)) == {"series", "2026-10", "2026-Q3"}
    ways = datasets(reader)["2026-10"]["dcat:distribution"]
    assert [
        (way["dcat:accessURL"]["@id"], way["dcat:mediaType"]["@id"].rpartition("media-types/")[2])
        for way in ways
    ] == [
        (f"{SITE}/nl/trends/2026-10", "text/html"),
        (f"{SITE}/en/trends/2026-10", "text/html"),
        (f"{SITE}/api/v1/trends/months/2026-10", "application/json"),
        (f"{SITE}/api/v1/trends/months/2026-10", "text/csv"),
    ]
    frozen = ways[2]
    assert frozen["dcat:byteSize"]["@value"] == str(len(document))
    assert frozen["spdx:checksum"]["spdx:checksumValue"]["@value"] == hashlib.sha256(document).hexdigest()


def test_what_the_catalogue_leads_to_is_there(reader: Reader) -> None:
    add_release(reader.database, DESK, "2026-10")
    for way in datasets(reader)["2026-10"]["dcat:distribution"]:
        path = way["dcat:accessURL"]["@id"].removeprefix(SITE)
        media_type = way["dcat:mediaType"]["@id"].rpartition("media-types/")[2]
        answer = reader.get(path, Accept=media_type)
        assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert reader.get(PATH).json["@id"] == SITE + PATH


def test_documents_stored_beside_a_release_are_listed_after_the_others(reader: Reader) -> None:
    add_release(reader.database, DESK, "2026-10")
    with reader.database.published() as session:
        releases = list_releases(session, DESK)
    pdf = Distribution("/nl/trends/2026-10/pdf", "application/pdf", locale="nl", size=9, sha256="ab" * 32)
    catalogue = catalogue_of(DESK, releases, site=SITE, has_pages=True, stored={"2026-10": (pdf,)})
    assert catalogue.releases[0].distributions[-1] == pdf
    assert len(catalogue.releases[0].distributions) == 5


def test_a_desk_that_has_no_pages_here_is_read_through_the_api_only(database_url: str) -> None:
    with trend_reader(database_url, public_address=SITE, desk="elsewhere") as reader:
        add_release(reader.database, DESK, "2026-10")
        ways = datasets(reader)["2026-10"]["dcat:distribution"]
        assert {way["dcat:accessURL"]["@id"] for way in ways} == {f"{SITE}/api/v1/trends/months/2026-10"}
        assert reader.get(PATH).json["foaf:homepage"] == {"@id": f"{SITE}/api/v1/trends/releases"}


def test_the_publisher_is_the_desk_as_it_was_called_when_it_last_published(reader: Reader) -> None:
    assert reader.get(PATH).json["dct:publisher"]["foaf:name"] == DESK
    add_release(reader.database, DESK, "2026-10")
    assert reader.get(PATH).json["dct:publisher"]["foaf:name"] == "Informatiepunt Zuidoost"


def test_releases_of_another_desk_are_not_in_the_catalogue(reader: Reader) -> None:
    add_release(reader.database, "elsewhere", "2026-10")
    assert set(datasets(reader)) == {"series"}


@pytest.mark.parametrize(
    ("accepted", "status"),
    [("*/*", 200), ("application/ld+json", 200), ("application/json", 200), ("text/csv", 406)],
)
def test_the_catalogue_is_json_ld_for_whoever_accepts_json(
    reader: Reader, accepted: str, status: int
) -> None:
    answer = reader.get(PATH, Accept=accepted)
    assert answer.status_code == status
    assert answer.mimetype == ("application/ld+json" if status == 200 else "application/problem+json")


def test_all_roles_but_partners_may_read_it(reader: Reader) -> None:
    statuses = {role: reader.get(PATH, role).status_code for role in Role}
    assert statuses == {**dict.fromkeys(Role, 200), Role.PARTNER: 403}
    assert reader.client.get(PATH).status_code == 401


def test_the_description_of_the_api_tells_of_the_catalogue(reader: Reader) -> None:
    described = reader.client.get("/api/v1/openapi.json").json["paths"][PATH]["get"]
    assert list(described["responses"]["200"]["content"]) == ["application/ld+json"]
    assert {"401", "403", "406"} <= set(described["responses"])

"""The catalogue of releases: what DCAT-AP-NL 3.0 requires of each part, with absolute addresses."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import orjson
import pytest

from servicebalie.core.periods import Month, Quarter, Year
from servicebalie.documents.dcat import render_dcat
from servicebalie.documents.model import Named
from servicebalie.documents.release_catalogue import CataloguedRelease, Distribution, ReleaseCatalogue

Json = dict[str, Any]
SITE = "https://balie.example"
PDF = Distribution(
    "/nl/trends/2026-09/report.pdf",
    "application/pdf",
    locale="nl",
    size=52_100,
    sha256="cd" * 32,
    standard="https://www.iso.org/standard/64599.html",
)
DATA = Distribution(
    "/api/v1/trends/months/2026-09", "application/json", size=900, sha256="ab" * 32, needs_token=True
)
PAGE = Distribution("/en/trends/2026-09", "text/html", locale="en")
MONTH = CataloguedRelease(Month(2026, 9), 1, True, False, date(2026, 10, 8), (PAGE, DATA, PDF))
QUARTER = CataloguedRelease(Quarter(2026, 3), 1, False, False, date(2026, 10, 9), ())
YEAR = CataloguedRelease(Year(2025), 2, False, True, date(2026, 1, 9), ())
CATALOGUE = ReleaseCatalogue(
    site=SITE,
    path="/api/v1/trends/catalogue",
    landing="/nl/trends",
    desk=Named("informatiepunt-zuidoost", "Informatiepunt Zuidoost"),
    releases=(QUARTER, MONTH, YEAR),
)
REQUIRED = {
    "dcat:Catalog": {
        "dct:title",
        "dct:description",
        "dct:publisher",
        "dcat:contactPoint",
        "dcat:dataset",
        "dct:license",
    },
    "dcat:DatasetSeries": {"dct:title", "dct:description", "dct:publisher", "dcat:contactPoint"},
    "dcat:Dataset": {
        "dct:accessRights",
        "dcat:contactPoint",
        "dct:creator",
        "dct:description",
        "dct:identifier",
        "dct:publisher",
        "dcat:theme",
        "dct:title",
    },
    "dcat:Distribution": {"dcat:accessURL", "dct:license", "dct:format", "dct:title"},
}
"""What a supplier must give of each class (DCAT-AP-NL 3.0, chapter on classes)."""


def described(catalogue: ReleaseCatalogue = CATALOGUE) -> Json:
    """Return the catalogue that a program reads."""
    document: Json = orjson.loads(render_dcat(catalogue))
    return document


def datasets(catalogue: ReleaseCatalogue = CATALOGUE) -> dict[str, Json]:
    """Return the releases in the catalogue by the last part of their address, and the series."""
    return {each["@id"].partition("#")[2]: each for each in described(catalogue)["dcat:dataset"]}


def nodes(value: object) -> Iterator[Json]:
    """Yield every object within a document."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def test_every_part_has_what_the_profile_requires() -> None:
    found = {node["@type"] for node in nodes(described()) if "@type" in node}
    assert set(REQUIRED) <= found
    for node in nodes(described()):
        missing = REQUIRED.get(node.get("@type", ""), set()) - set(node)
        assert missing == set()


def test_who_answers_for_the_numbers_is_told_once_and_meant_everywhere() -> None:
    document = described()
    assert document["dct:publisher"]["foaf:name"] == "Informatiepunt Zuidoost"
    assert document["dcat:contactPoint"]["vcard:hasURL"] == {"@id": SITE}
    for part in document["dcat:dataset"]:
        assert part["dct:publisher"] == {"@id": document["dct:publisher"]["@id"]}
        assert part["dcat:contactPoint"] == {"@id": document["dcat:contactPoint"]["@id"]}


def test_every_property_has_a_prefix_that_the_context_knows() -> None:
    document = described()
    prefixes = set(document.pop("@context"))
    names = {name for node in nodes(document) for name in node if not name.startswith("@")}
    assert {name.partition(":")[0] for name in names} <= prefixes


def test_every_address_is_absolute_and_no_two_parts_share_one() -> None:
    # So many that the number of the tenth could be taken for that of a month.
    year = replace(YEAR, distributions=(DATA,) * 12)
    october = replace(MONTH, period=Month(2025, 10))
    document = described(replace(CATALOGUE, releases=(*CATALOGUE.releases[:2], october, year)))
    addresses = [node["@id"] for node in nodes(document) if "@id" in node and len(node) > 1]
    assert len(addresses) == len(set(addresses))
    for node in nodes(document):
        assert node.get("@id", "https://").startswith(("https://", "http://", "spdx:"))
    (distribution, _, pdf) = datasets()["2026-09"]["dcat:distribution"]
    assert distribution["dcat:accessURL"] == {"@id": f"{SITE}/en/trends/2026-09"}
    assert pdf["dcat:downloadURL"] == {"@id": f"{SITE}/nl/trends/2026-09/report.pdf"}


@pytest.mark.parametrize(
    ("name", "first", "last", "duration"),
    [
        ("2026-09", "2026-09-01", "2026-09-30", "P1M"),
        ("2026-Q3", "2026-07-01", "2026-09-30", "P3M"),
        ("2025", "2025-01-01", "2025-12-31", "P1Y"),
    ],
)
def test_a_release_tells_the_days_that_it_is_about(name: str, first: str, last: str, duration: str) -> None:
    release = datasets()[name]
    assert release["dct:temporal"]["dcat:startDate"] == {"@type": "xsd:date", "@value": first}
    assert release["dct:temporal"]["dcat:endDate"] == {"@type": "xsd:date", "@value": last}
    assert release["dcat:temporalResolution"] == {"@type": "xsd:duration", "@value": duration}


def test_all_releases_are_in_the_series_of_the_desk_which_spans_them() -> None:
    series = datasets()["series"]
    assert series["@type"] == "dcat:DatasetSeries"
    assert series["dct:temporal"]["dcat:startDate"]["@value"] == "2025-01-01"
    assert series["dct:temporal"]["dcat:endDate"]["@value"] == "2026-09-30"
    for name in ("2026-09", "2026-Q3", "2025"):
        assert datasets()[name]["dcat:inSeries"] == {"@id": series["@id"]}


def test_a_final_release_never_changes_and_its_version_is_its_edition() -> None:
    final, open_ = datasets()["2025"], datasets()["2026-09"]
    assert final["dct:accrualPeriodicity"]["@id"].endswith("/NEVER")
    assert open_["dct:accrualPeriodicity"]["@id"].endswith("/IRREG")
    assert (final["dcat:version"], open_["dcat:version"]) == ("2", "1")


def test_titles_are_in_dutch_and_in_english() -> None:
    assert datasets()["2026-09"]["dct:title"] == [
        {"@language": "nl", "@value": "Wat nieuwkomers vroegen: september 2026"},
        {"@language": "en", "@value": "What newcomers asked: September 2026"},
    ]
    assert described()["dct:title"] == [
        {"@language": "nl", "@value": "Wat nieuwkomers vroegen bij Informatiepunt Zuidoost"},
        {"@language": "en", "@value": "What newcomers asked at Informatiepunt Zuidoost"},
    ]


def test_a_simulated_release_says_so_first_and_a_real_one_does_not() -> None:
    simulated, real = (datasets()[name]["dct:description"][1]["@value"] for name in ("2026-09", "2026-Q3"))
    assert simulated == f"Simulated data: nothing here is about a real person. {real}"


def test_a_stored_document_has_its_size_hash_language_and_standard() -> None:
    pdf = datasets()["2026-09"]["dcat:distribution"][2]
    assert pdf["dcat:byteSize"] == {"@type": "xsd:nonNegativeInteger", "@value": "52100"}
    assert pdf["spdx:checksum"]["spdx:algorithm"] == {"@id": "spdx:checksumAlgorithm_sha256"}
    assert pdf["spdx:checksum"]["spdx:checksumValue"] == {"@type": "xsd:hexBinary", "@value": "cd" * 32}
    assert pdf["dct:language"] == [{"@id": "http://publications.europa.eu/resource/authority/language/NLD"}]
    assert pdf["dct:conformsTo"] == {"@id": "https://www.iso.org/standard/64599.html"}
    assert pdf["dct:format"] == {"@id": "http://publications.europa.eu/resource/authority/file-type/PDF"}
    assert pdf["dcat:mediaType"] == {"@id": "https://www.iana.org/assignments/media-types/application/pdf"}
    assert pdf["dct:issued"] == {"@type": "xsd:date", "@value": "2026-10-08"}


def test_a_page_is_no_file_to_download_and_only_what_needs_a_token_says_so() -> None:
    page, data, pdf = datasets()["2026-09"]["dcat:distribution"]
    assert "dcat:downloadURL" not in page
    assert "dcat:byteSize" not in page
    assert ["dct:rights" in each for each in (page, data, pdf)] == [False, True, False]
    assert "dct:language" not in data


def test_a_media_type_without_a_name_in_the_european_list_is_still_told() -> None:
    odd = replace(MONTH, distributions=(replace(DATA, media_type="application/x-odd"),))
    (distribution,) = datasets(replace(CATALOGUE, releases=(odd,)))["2026-09"]["dcat:distribution"]
    assert distribution["dct:format"]["@id"].endswith("/OCTET")
    assert distribution["dcat:mediaType"]["@id"].endswith("/application/x-odd")


def test_everything_may_be_used_by_who_names_the_source() -> None:
    licences = [node["dct:license"] for node in nodes(described()) if "dct:license" in node]
    assert len(licences) == 1 + 3
    assert {each["@id"] for each in licences} == {
        "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
    }


def test_the_catalogue_changes_with_the_newest_publication() -> None:
    document = described()
    assert document["dct:issued"]["@value"] == "2026-01-09"
    assert document["dct:modified"]["@value"] == "2026-10-09"


def test_before_the_first_release_there_is_a_catalogue_with_an_empty_series() -> None:
    document = described(replace(CATALOGUE, releases=()))
    (series,) = document["dcat:dataset"]
    assert series["@type"] == "dcat:DatasetSeries"
    assert "dct:temporal" not in series
    assert "dct:issued" not in document

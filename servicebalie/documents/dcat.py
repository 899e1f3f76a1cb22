"""The catalogue of releases as JSON-LD: DCAT 3 (W3C, 2024) with what DCAT-AP-NL 3.0 requires.

A desk has one series; every release is a dataset in it, and every way to read a release a distribution.
Where the numbers come from is not told: which municipalities a desk serves is not in the published store.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TypeAlias

import orjson

from servicebalie.core.periods import Period, PeriodKind
from servicebalie.documents import licence
from servicebalie.documents.release_catalogue import CataloguedRelease, Distribution, ReleaseCatalogue
from servicebalie.documents.words import Words
from servicebalie.i18n import data_words
from servicebalie.i18n.catalogues import translations
from servicebalie.i18n.registry import DESK_LOCALES

Json: TypeAlias = dict[str, object]

_EUROPE = "http://publications.europa.eu/resource/authority"
_CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_LANGUAGES = {"nl": "NLD", "en": "ENG"}
_FORMATS = {
    "application/csvm+json": "JSON",
    "application/json": "JSON",
    "application/pdf": "PDF",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "image/svg+xml": "SVG",
    "text/csv": "CSV",
    "text/html": "HTML",
}
"""The media types of documents, with their names in the European list of file types."""

_DURATIONS = {PeriodKind.MONTH: "P1M", PeriodKind.QUARTER: "P3M", PeriodKind.YEAR: "P1Y"}


def render_dcat(catalogue: ReleaseCatalogue) -> bytes:
    """Return the catalogue as JSON-LD, its titles in every language of reports."""
    published = [release.published_on for release in catalogue.releases]
    issued: Json = {}
    if published:
        issued = {"dct:issued": _day(min(published)), "dct:modified": _day(max(published))}
    datasets = (_dataset(catalogue, release) for release in catalogue.releases)
    described: Json = {
        "@context": _CONTEXT,
        "@id": catalogue.address,
        "@type": "dcat:Catalog",
        **_described(catalogue),
        **_desk(catalogue),
        **issued,
        "foaf:homepage": {"@id": catalogue.site + catalogue.landing},
        "dct:license": {"@id": licence.IN_EUROPEAN_LIST},
        "dct:language": list(_languages(DESK_LOCALES)),
        "dcat:themeTaxonomy": {"@id": f"{_EUROPE}/data-theme"},
        "dcat:dataset": [_series(catalogue, issued), *datasets],
    }
    return orjson.dumps(described)


def _described(catalogue: ReleaseCatalogue) -> Json:
    """Return title, description and those who answer for it; the same for the catalogue and its series."""
    desk = catalogue.desk.name
    return {
        "dct:title": _in_every_language(data_words.CATALOGUE_TITLE, desk=desk),
        "dct:description": _in_every_language(data_words.CATALOGUE_DESCRIPTION, desk=desk),
        **_responsible(catalogue),
    }


def _responsible(catalogue: ReleaseCatalogue) -> Json:
    """Return who publishes, made and answers questions about the numbers; the catalogue says who that is."""
    agent = {"@id": f"{catalogue.address}#desk"}
    return {
        "dct:publisher": agent,
        "dct:creator": agent,
        "dcat:contactPoint": {"@id": f"{catalogue.address}#contact"},
    }


def _desk(catalogue: ReleaseCatalogue) -> Json:
    """Return the desk in full, as a publisher and as somebody to turn to."""
    name = catalogue.desk.name
    return {
        "dct:publisher": {
            "@id": f"{catalogue.address}#desk",
            "@type": "foaf:Agent",
            "foaf:name": name,
        },
        "dcat:contactPoint": {
            "@id": f"{catalogue.address}#contact",
            "@type": "vcard:Organization",
            "vcard:fn": name,
            "vcard:hasURL": {"@id": catalogue.site},
        },
    }


def _series(catalogue: ReleaseCatalogue, issued: Json) -> Json:
    """Return the dataset that all releases of the desk are part of."""
    periods = [release.period for release in catalogue.releases]
    temporal = {"dct:temporal": _temporal(periods)} if periods else {}
    return {
        "@id": f"{catalogue.address}#series",
        "@type": "dcat:DatasetSeries",
        "dct:identifier": f"{catalogue.address}#series",
        **_described(catalogue),
        **issued,
        **temporal,
        **_common(),
        "dct:accrualPeriodicity": {"@id": f"{_EUROPE}/frequency/MONTHLY"},
        "dcat:landingPage": {"@id": catalogue.site + catalogue.landing},
    }


def _dataset(catalogue: ReleaseCatalogue, release: CataloguedRelease) -> Json:
    """Return a release as a dataset; a revision keeps its address and is a new version of it."""
    address = f"{catalogue.address}#{release.period}"
    sentences = [data_words.RELEASE_DESCRIPTION]
    if release.simulated:
        sentences.insert(0, data_words.SIMULATED_RELEASE)
    frequency = "NEVER" if release.final else "IRREG"
    return {
        "@id": address,
        "@type": "dcat:Dataset",
        "dct:identifier": address,
        "dct:title": _of_period(release.period),
        "dct:description": _in_every_language(*sentences),
        **_responsible(catalogue),
        **_common(),
        "dct:issued": _day(release.published_on),
        "dcat:version": str(release.epoch),
        "dct:temporal": _temporal([release.period]),
        "dcat:temporalResolution": _typed("duration", _DURATIONS[release.period.kind]),
        "dct:accrualPeriodicity": {"@id": f"{_EUROPE}/frequency/{frequency}"},
        "dcat:inSeries": {"@id": f"{catalogue.address}#series"},
        "dcat:distribution": [
            _distribution(catalogue, release, each, number)
            for number, each in enumerate(release.distributions, start=1)
        ],
    }


def _common() -> Json:
    """Return what holds for all numbers alike: everybody may read them, and they are about society."""
    return {
        "dct:accessRights": {"@id": f"{_EUROPE}/access-right/PUBLIC"},
        "dct:language": list(_languages(DESK_LOCALES)),
        "dcat:theme": {"@id": f"{_EUROPE}/data-theme/SOCI"},
    }


def _distribution(
    catalogue: ReleaseCatalogue, release: CataloguedRelease, distribution: Distribution, number: int
) -> Json:
    address = {"@id": catalogue.site + distribution.path}
    media_type = distribution.media_type
    is_file = media_type != "text/html"
    form = _FORMATS.get(media_type, "OCTET")
    return {
        "@id": f"{catalogue.address}#{release.period}-distribution-{number}",
        "@type": "dcat:Distribution",
        "dct:title": f"{release.period} ({form})",
        "dcat:accessURL": address,
        **({"dcat:downloadURL": address} if is_file else {}),
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media_type}"},
        "dct:format": {"@id": f"{_EUROPE}/file-type/{form}"},
        "dct:license": {"@id": licence.IN_EUROPEAN_LIST},
        "dct:issued": _day(release.published_on),
        **_bytes_of(distribution),
        **_conditions(distribution),
    }


def _bytes_of(distribution: Distribution) -> Json:
    """Return the size and the hash of a file, as far as they are known."""
    told: Json = {}
    if distribution.size is not None:
        told["dcat:byteSize"] = _typed("nonNegativeInteger", str(distribution.size))
    if distribution.sha256 is not None:
        told["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": _typed("hexBinary", distribution.sha256),
        }
    return told


def _conditions(distribution: Distribution) -> Json:
    """Return the language of a file, its standard, and what one needs to read it."""
    told: Json = {}
    if distribution.locale is not None:
        told["dct:language"] = list(_languages([distribution.locale]))
    if distribution.standard is not None:
        told["dct:conformsTo"] = {"@id": distribution.standard}
    if distribution.needs_token:
        told["dct:rights"] = {
            "@type": "dct:RightsStatement",
            "dct:description": _in_every_language(data_words.NEEDS_TOKEN),
        }
    return told


def _of_period(period: Period) -> list[Json]:
    """Return the title of the release of a period in every language."""
    return [
        _sentence(tag, data_words.RELEASE_TITLE, period=Words(tag).period(period)) for tag in DESK_LOCALES
    ]


def _in_every_language(*sentences: str, **names: str) -> list[Json]:
    return [_sentence(tag, *sentences, **names) for tag in DESK_LOCALES]


def _sentence(tag: str, *sentences: str, **names: str) -> Json:
    words = translations(tag, "desk").gettext
    return {"@language": tag, "@value": " ".join(words(sentence) % names for sentence in sentences)}


def _languages(tags: Iterable[str]) -> Iterator[Json]:
    for tag in tags:
        yield {"@id": f"{_EUROPE}/language/{_LANGUAGES[tag]}"}


def _temporal(periods: list[Period]) -> Json:
    """Return the first and the last day of the periods together."""
    last = max(period.ends_at for period in periods).date() - timedelta(days=1)
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": _day(min(period.starts_at for period in periods).date()),
        "dcat:endDate": _day(last),
    }


def _day(day: date) -> Json:
    return _typed("date", f"{day}")


def _typed(kind: str, value: str) -> Json:
    return {"@type": f"xsd:{kind}", "@value": value}

"""The files of the reports over HTTP: as they were stored, and refused with what there is."""

import hashlib

import pytest

from servicebalie.api.trend_schemas import DocumentLocale
from servicebalie.core.vocabulary import Role
from servicebalie.documents.model import Document
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.services.published_documents import documented_releases, store_documents
from tests.api.test_trends import DESK, Reader, queries
from tests.api.test_trends import reader as reader  # noqa: PLC0414 - a fixture is used by its name
from tests.support.releases import add_release

FILES = "/api/v1/trends/months/2026-10/documents"
DUTCH = Document("chart-stay", "nl", "image/svg+xml", b"<svg>nl</svg>")
ENGLISH = Document("chart-stay", "en", "image/svg+xml", b"<svg>en</svg>")
DATA = Document("data", "", "application/ld+json", b"{}")


@pytest.fixture
def files(reader: Reader) -> Reader:
    """A desk with a month that has three files, and a quarter and another month that have none."""
    for period in ("2026-10", "2026-Q3", "2026-09"):
        add_release(reader.database, DESK, period)
    with reader.database.published() as session:
        releases = {str(one.period): one.release_id for one in documented_releases(session, DESK)}
    made = [DUTCH, ENGLISH, DATA]
    reader.database.write(lambda session: store_documents(session, releases["2026-10"], made))
    return reader


def test_the_files_of_a_report_are_listed_with_their_hash_and_address(files: Reader) -> None:
    english, dutch, data = files.get(FILES).json["items"]
    assert (english["locale"], dutch["locale"], data["locale"]) == ("en", "nl", None)
    assert dutch == {
        "name": "chart-stay",
        "locale": "nl",
        "mediaType": "image/svg+xml",
        "size": 13,
        "sha256": hashlib.sha256(DUTCH.content).hexdigest(),
        "links": {"document": f"{FILES}/chart-stay?locale=nl"},
    }
    assert data["links"]["document"] == f"{FILES}/data"
    for item in (english, dutch, data):
        assert files.get(item["links"]["document"]).headers["ETag"] == f'"{item["sha256"]}"'


def test_a_file_is_the_stored_one_byte_for_byte(files: Reader) -> None:
    answer = files.get(f"{FILES}/chart-stay?locale=nl")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, DUTCH.content, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "private, max-age=86400"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="trends-2026-10-chart-stay-nl.svg"'
    )
    again = files.get(f"{FILES}/chart-stay?locale=nl", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


def test_without_a_language_in_the_address_that_of_the_reader_counts(files: Reader) -> None:
    assert files.get(f"{FILES}/chart-stay", Accept_Language="nl-NL, en;q=0.5").data == DUTCH.content
    assert files.get(f"{FILES}/chart-stay", Accept_Language="pl").data == ENGLISH.content
    assert files.get(f"{FILES}/data?locale=nl").data == b"{}"


def test_besides_the_token_a_file_costs_one_query(files: Reader) -> None:
    with queries(files.served) as seen:
        files.get(f"{FILES}/chart-stay?locale=en")
    assert len(seen) == 1


def test_a_file_that_does_not_exist_is_refused_with_those_that_do(files: Reader) -> None:
    answer = files.get(f"{FILES}/pdf?locale=en", Accept_Language="en")
    assert (answer.status_code, answer.json["code"]) == (404, "document-not-published")
    assert answer.json["detail"] == (
        "The report of 2026-10 has no such file in this language. "
        "Files exist of these kinds: chart-stay, data."
    )
    older = files.get("/api/v1/trends/months/2026-09/documents/data", Accept_Language="en")
    assert older.json["detail"].endswith("kinds: –.")


def test_a_report_without_files_has_an_empty_list(files: Reader) -> None:
    assert files.get("/api/v1/trends/quarters/2026-Q3/documents").json == {"items": []}


@pytest.mark.parametrize("rest", ["", "/data"])
@pytest.mark.parametrize(
    ("period", "code"),
    [
        ("months/2026-11", "period-not-published"),
        ("months/2026-Q3", "invalid-period"),
        ("quarters/2026-10", "invalid-period"),
        ("years/soon", "invalid-period"),
    ],
)
def test_a_period_without_report_is_refused_with_those_that_have_one(
    files: Reader, period: str, code: str, rest: str
) -> None:
    answer = files.get(f"/api/v1/trends/{period}/documents{rest}", Accept_Language="en")
    assert answer.json["code"] == code
    assert "Reports exist of: " in answer.json["detail"]


def test_another_kind_of_period_or_language_is_refused(files: Reader) -> None:
    assert files.get("/api/v1/trends/weeks/2026-10/documents").status_code == 404
    wrong = files.get(f"{FILES}/chart-stay?locale=pl")
    assert [(fault["pointer"], fault["code"]) for fault in wrong.json["errors"]] == [
        ("/locale", "unknown-code")
    ]


def test_a_form_that_the_sender_does_not_accept_is_not_sent(files: Reader) -> None:
    assert files.get(f"{FILES}/data", Accept="text/csv").status_code == 406
    assert files.get(f"{FILES}/data", Accept="application/*").status_code == 200
    assert files.get(FILES, Accept="text/csv").status_code == 406


@pytest.mark.parametrize("path", [FILES, f"{FILES}/data"])
def test_all_roles_but_partners_may_have_files(files: Reader, path: str) -> None:
    statuses = {role: files.get(path, role).status_code for role in Role}
    assert statuses == {
        Role.DESK: 200,
        Role.POLICYMAKER: 200,
        Role.ADMINISTRATOR: 200,
        Role.PARTNER: 403,
    }
    assert files.client.get(path).status_code == 401


def test_the_languages_of_files_are_those_of_the_desk() -> None:
    assert [one.value for one in DocumentLocale] == list(DESK_LOCALES)

"""Files are made in every language of the desk, or once where they have none."""

import re

import pytest

from servicebalie.documents import production
from servicebalie.documents.kinds import KINDS, Kind
from servicebalie.documents.model import Document, Report
from servicebalie.documents.production import all_documents, make_documents
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.services.published_documents import Key
from tests.support.reports import BACKGROUND, release


def _locale_of(report: Report) -> bytes:
    return f"{report.locale} {len([chart for chart in report.charts if chart.svg])}".encode()


def _nothing(_report: Report) -> None:
    return None


@pytest.fixture(autouse=True)
def three_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind in each language, one without a language, and one that this report has nothing for."""
    kinds = {
        "letter": Kind("Letter", "text/plain", "txt", _locale_of),
        "data": Kind("Data", "application/json", "json", _locale_of, in_each_language=False),
        "empty": Kind("Empty", "text/plain", "txt", _nothing),
    }
    monkeypatch.setattr(production, "KINDS", kinds)


def made(wanted: set[Key]) -> list[Document]:
    """Return the files of a release that are made when these are wanted."""
    return list(make_documents(release("2026-10"), background=BACKGROUND, final=False, wanted=wanted))


def test_every_language_has_its_file_and_data_are_there_once() -> None:
    assert all_documents() == {
        ("letter", "nl"),
        ("letter", "en"),
        ("empty", "nl"),
        ("empty", "en"),
        ("data", ""),
    }


def test_files_are_made_of_the_report_in_their_language_with_its_charts_drawn() -> None:
    assert made(set(all_documents())) == [
        Document("letter", "nl", "text/plain", b"nl 4"),
        Document("letter", "en", "text/plain", b"en 4"),
        Document("data", "", "application/json", b"en 4"),
    ]


def test_only_wanted_files_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    draw = production.draw_charts

    def note(report: Report) -> Report:
        drawn.append(report.locale)
        return draw(report)

    monkeypatch.setattr(production, "draw_charts", note)
    assert [(one.name, one.locale) for one in made({("letter", "nl")})] == [("letter", "nl")]
    assert drawn == ["nl"]
    assert made(set()) == []


def test_every_kind_that_is_registered_can_be_addressed() -> None:
    for name, kind in KINDS.items():
        assert re.fullmatch(r"[a-z-]+(\.[a-z-]+)?", name)
        assert kind.extension.replace(".", "").isalnum()
        assert kind.title
    assert set(DESK_LOCALES) == {"nl", "en"}

"""The PDF of a report conforms to PDF/UA-1 (ISO 14289-1), as far as its structure tells it."""

import re
from functools import cache
from itertools import pairwise

import pikepdf
import pytest

from servicebalie.documents.pdf import render_pdf
from tests.documents import pdf_samples as samples
from tests.documents.pdf_reading import ARTIFACT, ReadPdf, squeezed

REPORTS = {
    "nl": samples.report("nl"),
    "en": samples.report("en"),
    "crossed": samples.report(
        tables=(samples.TOPICS, samples.CROSSED), charts=(samples.CHART, samples.CHART)
    ),
    "real": samples.report(simulated=False, simulated_note=None, charts=()),
    "empty": samples.report(tables=(), charts=(), changes=()),
}
PART_OF_UA = "{http://www.aiim.org/pdfua/ns/id/}part"


@cache
def read(name: str) -> ReadPdf:
    """Return one of the reports, made and read."""
    return ReadPdf(render_pdf(REPORTS[name]))


@pytest.fixture(params=REPORTS)
def name(request: pytest.FixtureRequest) -> str:
    """Each of the reports in turn."""
    return str(request.param)


@pytest.fixture
def document(name: str) -> ReadPdf:
    """The report, read."""
    return read(name)


def test_it_says_that_it_conforms_to_the_first_part_of_the_standard(document: ReadPdf) -> None:
    assert document.metadata(PART_OF_UA) == "1"


def test_it_is_tagged_names_its_language_and_shows_its_title(document: ReadPdf, name: str) -> None:
    root = document.pdf.Root
    assert str(root.Lang) == REPORTS[name].locale
    assert root.MarkInfo.Marked
    assert not root.MarkInfo.Suspects
    assert root.StructTreeRoot.K
    assert root.ViewerPreferences.DisplayDocTitle
    assert document.metadata("dc:title") == REPORTS[name].title
    assert str(document.pdf.docinfo.Title) == REPORTS[name].title


def test_its_date_is_that_of_publication(document: ReadPdf) -> None:
    assert str(document.pdf.docinfo.CreationDate) == str(document.pdf.docinfo.ModDate) == "D:20261108000000Z"


def test_everything_on_a_page_is_in_the_structure_or_an_artifact(document: ReadPdf) -> None:
    for number, content in enumerate(document.pages):
        assert content
        for shown in content:
            assert shown.tag == ARTIFACT or (number, shown.mark) in document.referenced


def test_heads_and_feet_of_pages_are_artifacts(document: ReadPdf) -> None:
    feet = [page[-1] for page in document.pages]
    assert {shown.tag for shown in feet} == {ARTIFACT}


def test_headings_begin_at_the_first_level_and_leave_none_out(document: ReadPdf) -> None:
    levels = [int(str(heading.S)[2:]) for heading in document.of_kind("/H1", "/H2", "/H3", "/H4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_bookmarks_follow_the_headings(document: ReadPdf) -> None:
    headings = [
        (int(str(heading.S)[2:]), document.text_of(heading)) for heading in document.of_kind("/H1", "/H2")
    ]
    listed = [(depth, title) for depth, title in headings if title not in {"Contents", "Inhoud"}]
    assert [(depth, squeezed(title)) for depth, title in document.bookmarks()] == listed


def test_every_chart_is_a_figure_with_its_description_and_its_title(document: ReadPdf, name: str) -> None:
    figures = document.of_kind("/Figure")
    assert [str(figure.Alt) for figure in figures] == [chart.description for chart in REPORTS[name].charts]
    captions = [document.text_of(caption) for caption in document.of_kind("/Caption")]
    assert captions == [squeezed(chart.title) for chart in REPORTS[name].charts]


def test_every_table_has_a_row_of_headers_with_scope(document: ReadPdf, name: str) -> None:
    shown = [table for table in REPORTS[name].tables if table.rows or table.others]
    tables = document.of_kind("/Table")
    assert len(tables) == len(shown)
    for table, model in zip(tables, shown, strict=True):
        head = table.K[0]
        assert str(head.S) == "/THead"
        headers = list(head.K[0].K)
        assert [str(cell.S) for cell in headers] == ["/TH"] * 5
        assert document.text_of(headers[0]) == squeezed(model.dimensions[-1].name)
    scopes = {str(document.attribute(header, "/Scope")) for header in document.of_kind("/TH")}
    assert scopes <= {"/Column"}


def test_every_cell_names_headers_that_exist(document: ReadPdf) -> None:
    known = {bytes(header.ID) for header in document.of_kind("/TH")}
    for cell in document.of_kind("/TD"):
        named = document.attribute(cell, "/Headers")
        assert isinstance(named, pikepdf.Array)
        assert len(named) > 0
        assert {bytes(each) for each in named} <= known


def test_cells_of_a_group_name_the_group_as_their_header() -> None:
    document = read("crossed")
    names = {bytes(header.ID): document.text_of(header) for header in document.of_kind("/TH")}
    [cell] = [cell for cell in document.of_kind("/TD") if document.text_of(cell) == "Topic8"][-1:]
    headers = document.attribute(cell, "/Headers")
    assert isinstance(headers, pikepdf.Array)
    assert "Municipality:Town40" in [names[bytes(each)] for each in headers]


def test_every_link_has_words_and_follows_the_order_of_the_structure(document: ReadPdf) -> None:
    for page in document.pdf.pages:
        links = page.get("/Annots", pikepdf.Array())
        assert len(links) == 0 or str(page.Tabs) == "/S"
        assert [link for link in links if not str(link.get("/Contents", "")).strip()] == []
        assert [link for link in links if "/StructParent" not in link] == []


def test_every_font_is_embedded_and_tells_its_characters(document: ReadPdf) -> None:
    entries = [entry for entry in document.pdf.objects if isinstance(entry, pikepdf.Dictionary)]
    fonts = [entry for entry in entries if entry.get("/Subtype") == "/Type0"]
    assert len(fonts) == len([entry for entry in entries if "/BaseFont" in entry]) / 2
    assert fonts
    for font in fonts:
        assert "/ToUnicode" in font
        assert {"/FontFile2", "/FontFile3"} & set(font.DescendantFonts[0].FontDescriptor.keys())
        assert re.search(r"LibertinusSerif|DejaVuSansMono", str(font.BaseFont))


def test_it_has_nothing_that_moves_runs_or_is_attached(document: ReadPdf) -> None:
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(document.pdf.Root.keys())
    assert not document.pdf.attachments


def test_it_is_not_encrypted_so_that_screen_readers_may_read_it(document: ReadPdf) -> None:
    assert not document.pdf.is_encrypted

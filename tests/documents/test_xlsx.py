"""What an XLSX file has besides its cells: properties, frozen headings, and how it is printed."""

import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest

from servicebalie.documents.model import Report
from servicebalie.documents.xlsx import render_xlsx
from tests.support.sample_report import SAMPLE

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DC = "{http://purl.org/dc/elements/1.1/}"
CREATED = "{http://purl.org/dc/terms/}created"


def part(report: Report, name: str) -> ET.Element:
    """Return a part of the package of a report."""
    with zipfile.ZipFile(BytesIO(render_xlsx(report))) as package:
        return ET.fromstring(package.read(name))


def sheet(position: int) -> ET.Element:
    """Return a sheet of the sample, the first being 1."""
    return part(SAMPLE, f"xl/worksheets/sheet{position}.xml")


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_the_file_says_what_it_is_in_which_language_and_from_which_release(locale: str) -> None:
    report = replace(SAMPLE, locale=locale)
    core = part(report, "docProps/core.xml")
    assert core.findtext(f"{DC}title") == SAMPLE.title
    assert core.findtext(f"{DC}subject") == "september 2026"
    assert core.findtext(f"{DC}creator") == SAMPLE.desk.name
    assert core.findtext(CREATED) == "2026-10-08T00:00:00Z"
    custom = {each.get("name"): each[0].text for each in part(report, "docProps/custom.xml")}
    assert custom == {**dict(SAMPLE.facts), "Language": locale}


@pytest.mark.parametrize(("position", "rows"), [(2, "1"), (3, "5"), (5, "6")])
def test_headings_stay_in_view(position: int, rows: str) -> None:
    pane = next(sheet(position).iter(f"{MAIN}pane"))
    assert (pane.get("state"), pane.get("ySplit"), pane.get("xSplit")) == ("frozen", rows, None)


def test_the_explanation_has_no_headings_to_keep_in_view() -> None:
    assert list(sheet(1).iter(f"{MAIN}pane")) == []


def test_every_sheet_is_printed_as_wide_as_the_paper_with_its_source() -> None:
    for position in range(1, 10):
        page = next(sheet(position).iter(f"{MAIN}pageSetup"))
        assert (page.get("paperSize"), page.get("fitToHeight")) == ("9", "0")
        footer = next(sheet(position).iter(f"{MAIN}oddFooter")).text
        assert footer == f"&LInformatiepunt Zuidoost && Kempen – {SAMPLE.title}&R&P / &N"


def test_headings_are_repeated_on_every_printed_page() -> None:
    names = part(SAMPLE, "xl/workbook.xml").iter(f"{MAIN}definedName")
    titles = {name.text for name in names if name.get("name") == "_xlnm.Print_Titles"}
    assert "'Alle cijfers'!$1:$1" in titles
    assert "Gemeenten!$6:$6" in titles
    assert len(titles) == 8


def test_the_numbers_for_pivot_tables_can_be_filtered() -> None:
    lines = 1 + sum(len(table.rows) for table in SAMPLE.tables)
    assert next(sheet(2).iter(f"{MAIN}autoFilter")).get("ref") == f"A1:M{1 + 2 * lines}"
    assert list(sheet(4).iter(f"{MAIN}autoFilter")) == []


def test_a_row_with_a_long_sentence_is_as_high_as_its_lines() -> None:
    long = replace(SAMPLE, lead=("Kort.", "lang " * 50))
    heights = [row.get("ht") for row in part(long, "xl/worksheets/sheet1.xml").iter(f"{MAIN}row")]
    assert heights[4:6] == [None, "45"]


def test_numbers_are_grouped_and_shares_are_percentages() -> None:
    styles = part(SAMPLE, "xl/styles.xml")
    assert {each.get("formatCode") for each in styles.iter(f"{MAIN}numFmt")} == {"#,##0", "0%", "yyyy-mm-dd"}

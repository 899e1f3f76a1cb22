"""The package of an ODS file: what the OpenDocument format (ODF 1.3) asks of it."""

import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest

from servicebalie.documents.model import Report
from servicebalie.documents.ods import MEDIA_TYPE, render_ods
from tests.support.sample_report import REAL, SAMPLE

NAMES = {
    prefix: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("config", "config"),
        ("meta", "meta"),
        ("fo", "xsl-fo-compatible"),
        ("number", "datastyle"),
        ("manifest", "manifest"),
    )
}
DC = "{http://purl.org/dc/elements/1.1/}"
PARTS = ("content", "styles", "meta", "settings")
REPORTS = pytest.mark.parametrize("report", [SAMPLE, replace(REAL, locale="en")], ids=["nl", "en"])


def package_of(report: Report) -> zipfile.ZipFile:
    """Return the package of the ODS file of a report."""
    return zipfile.ZipFile(BytesIO(render_ods(report)))


def part(report: Report, name: str) -> ET.Element:
    """Return a part of the package."""
    return ET.fromstring(package_of(report).read(f"{name}.xml"))


def named(name: str) -> str:
    """Return the whole name of an element or attribute."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMES[prefix]}}}{local}"


def every(element: ET.Element, attribute: str) -> list[str]:
    """Return all values of an attribute in an element and those within it."""
    return [value for inner in element.iter() if (value := inner.get(named(attribute))) is not None]


def test_the_media_type_can_be_read_at_the_start_of_the_file() -> None:
    content = render_ods(SAMPLE)
    first = package_of(SAMPLE).infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert content[30 : 38 + len(MEDIA_TYPE)] == b"mimetype" + MEDIA_TYPE.encode()


def test_the_manifest_lists_the_package_and_every_file_in_it() -> None:
    package = package_of(SAMPLE)
    manifest = ET.fromstring(package.read("META-INF/manifest.xml"))
    listed = {
        entry.get(named("manifest:full-path")): entry.get(named("manifest:media-type")) for entry in manifest
    }
    files = set(package.namelist()) - {"mimetype", "META-INF/manifest.xml"}
    assert listed == {"/": MEDIA_TYPE, **dict.fromkeys(files, "text/xml")}
    assert manifest.get(named("manifest:version")) == "1.3"
    assert package.testzip() is None


@pytest.mark.parametrize("name", PARTS)
def test_every_part_is_a_document_of_version_1_3(name: str) -> None:
    root = part(SAMPLE, name)
    assert root.tag == named(f"office:document-{name}")
    assert root.get(named("office:version")) == "1.3"


@REPORTS
def test_every_style_that_is_named_is_there_and_every_style_is_used(report: Report) -> None:
    content, styles = part(report, "content"), part(report, "styles")
    made = {*every(content, "style:name"), *every(styles, "style:name")}
    used = {
        *every(content, "table:style-name"),
        *every(content, "style:data-style-name"),
        *every(content, "style:master-page-name"),
        *every(styles, "style:page-layout-name"),
    }
    assert used <= made
    assert made - used <= {"share", "part"}


@REPORTS
def test_no_row_has_more_cells_than_the_sheet_has_columns(report: Report) -> None:
    for table in part(report, "content").iter(named("table:table")):
        columns = len(table.findall(named("table:table-column")))
        widths = [len(row) for row in table.iter(named("table:table-row"))]
        assert max(widths) <= columns


def test_a_row_with_a_long_sentence_is_as_high_as_its_lines() -> None:
    content = part(replace(SAMPLE, lead=("Kort.", "lang " * 50)), "content")
    explanation = next(content.iter(named("table:table")))
    used = every(explanation, "table:style-name")
    rows = [name for name in used if name.startswith("lines-")]
    assert rows[4:6] == ["lines-1", "lines-3"]
    heights = {
        style.get(named("style:name")): style[0].get(named("style:row-height"))
        for style in content.iter(named("style:style"))
        if style.get(named("style:family")) == "table-row"
    }
    assert (heights["lines-1"], heights["lines-3"]) == (None, "1.35cm")


def test_headings_are_repeated_on_every_printed_page_and_stay_in_view() -> None:
    tables = list(part(SAMPLE, "content").iter(named("table:table")))
    repeated = {
        table.get(named("table:name")): [
            "".join(cell.itertext()) for cell in table.find(named("table:table-header-rows"))[0]
        ]
        for table in tables[1:]
    }
    assert repeated["Gemeenten"][:2] == ["Gemeente", "Personen"]
    assert tables[0].find(named("table:table-header-rows")) is None
    frozen = {
        entry.get(named("config:name")): {item.get(named("config:name")): item.text for item in entry}
        for entry in part(SAMPLE, "settings").iter(named("config:config-item-map-entry"))
        if entry.get(named("config:name"))
    }
    assert set(frozen) == set(repeated)
    assert frozen["Alle cijfers"]["VerticalSplitPosition"] == "1"
    assert frozen["Gemeenten"]["VerticalSplitPosition"] == "6"


def test_pages_are_printed_as_wide_as_the_paper_with_their_source() -> None:
    styles = part(SAMPLE, "styles")
    (page,) = styles.iter(named("style:page-layout-properties"))
    assert page.get(named("style:scale-to-X")) == "1"
    footer = "".join(next(styles.iter(named("style:footer"))).itertext())
    assert footer.startswith(f"{SAMPLE.desk.name} – {SAMPLE.title}")


@REPORTS
def test_the_file_says_what_it_is_in_which_language_and_from_which_release(report: Report) -> None:
    (meta,) = part(report, "meta")
    said = {element.tag: element.text for element in meta}
    assert said[f"{DC}title"] == report.title
    assert said[f"{DC}language"] == report.locale
    assert said[named("meta:creation-date")] == "2026-10-08T00:00:00Z"
    facts = {fact.get(named("meta:name")): fact.text for fact in meta.iter(named("meta:user-defined"))}
    assert facts == dict(report.facts)


@pytest.mark.parametrize(("locale", "country"), [("nl", "NL"), ("en", "GB")])
def test_numbers_are_written_as_in_the_country_of_the_reader(locale: str, country: str) -> None:
    styles = part(replace(SAMPLE, locale=locale), "styles")
    assert (every(styles, "fo:language"), every(styles, "fo:country")) == ([locale], [country])
    content = part(replace(SAMPLE, locale=locale), "content")
    assert (every(content, "number:language"), every(content, "number:country")) == ([locale], [country])


def test_the_numbers_for_pivot_tables_can_be_filtered() -> None:
    (area,) = part(SAMPLE, "content").iter(named("table:database-range"))
    last = 1 + 2 * (1 + sum(len(table.rows) for table in SAMPLE.tables))
    assert area.get(named("table:target-range-address")) == f"'Alle cijfers'.A1:'Alle cijfers'.M{last}"

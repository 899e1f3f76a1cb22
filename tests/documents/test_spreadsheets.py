"""A report as XLSX and as ODS, read back: the same sheets, and every number of the report in its cell."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicebalie.core.disclosure import Estimate
from servicebalie.documents.model import Named, Report, Row, Table
from servicebalie.documents.ods import render_ods
from servicebalie.documents.sheets import clean
from servicebalie.documents.xlsx import render_xlsx
from tests.support.read_sheets import Sheets, read_sheets
from tests.support.sample_report import (
    BY_MUNICIPALITY,
    EINDHOVEN,
    MAIN_TOPICS,
    MUNICIPALITIES,
    REAL,
    SAMPLE,
    SHA256,
    STAY,
    about,
)

Renderer = Callable[[Report], bytes]
RENDERERS: tuple[Renderer, ...] = (render_xlsx, render_ods)
ENGLISH = replace(SAMPLE, locale="en")
NUMBERS_NL = ["Personen", "Personen van", "Personen tot", "Vragen", "Vragen van", "Vragen tot"]
STAYS_SHEET = "Hoe lang mensen denken te…"
FORMULAS = ["=1+1", "@x", "+1", "-1", '=HYPERLINK("http://a.example")', "http://a.example", "{=1+1}", "1.5"]
FORMULA_MARKS = ("<f>", "<f ", "<hyperlink", "table:formula", "xlink:")

both = pytest.mark.parametrize("render", RENDERERS)


def from_heading(rows: list[list[object]], first: str) -> list[list[object]]:
    """Return the rows from the one that begins with this heading."""
    return rows[[row[0] if row else None for row in rows].index(first) :]


def with_label(name: str) -> Report:
    """Return a report whose only table has one line, with this label."""
    table = Table("stay", "Duur", (STAY,), (Row((Named("code", name),), about(20), about(30)),))
    return replace(SAMPLE, tables=(table,))


def codes_of(line: Row) -> tuple[str | None, str | None]:
    """Return the codes of a line, None where it has only one."""
    first, second, *_ = (*(label.code for label in line.labels), None)
    return first, second


def shown(estimate: Estimate | None, missing: str, *, noted: bool) -> list[object]:
    """Return the cells of a number in the long sheet; one with a note behind it has an empty cell too."""
    if estimate is None:
        return [None, None, None, missing]
    return [estimate.value, estimate.low, estimate.high, *([None] if noted else [])]


def all_texts(sheets: Sheets) -> str:
    """Return what stands in all cells."""
    return "\n".join(str(value) for rows in sheets.values() for row in rows for value in row)


@pytest.mark.parametrize("report", [SAMPLE, REAL, ENGLISH], ids=["nl", "real", "en"])
def test_both_formats_hold_the_same_sheets(report: Report) -> None:
    xlsx, ods = (read_sheets(render(report)) for render in RENDERERS)
    assert xlsx == ods
    assert list(xlsx) == list(ods)


@pytest.mark.parametrize(
    ("report", "first"),
    [(SAMPLE, ["Toelichting", "Alle cijfers", "Totaal"]), (ENGLISH, ["Explanation", "All numbers", "Total"])],
)
def test_the_sheets_are_an_explanation_all_numbers_and_each_table(report: Report, first: list[str]) -> None:
    names = list(read_sheets(render_xlsx(report)))
    assert names == [
        *first,
        "Hoofdonderwerpen",
        STAYS_SHEET,
        "Gemeenten",
        "Aankomst",
        "Hoofdonderwerpen per gemeente",
        "Alle personen per maand",
    ]


@both
def test_the_first_sheet_says_all_that_is_needed_to_judge_the_numbers(render: Renderer) -> None:
    explained = next(iter(read_sheets(render(SAMPLE)).values()))
    assert explained[0] == [SAMPLE.title]
    pairs = [(row[0], row[1]) for row in explained[1:]]
    assert pairs[:3] == [
        ("Balie", SAMPLE.desk.name),
        ("Periode", "september 2026"),
        ("Gesimuleerd", SAMPLE.simulated_note),
    ]
    for sentence in (*SAMPLE.lead, *SAMPLE.changes, *SAMPLE.method, SAMPLE.licence, SAMPLE.source):
        assert sentence in [said for _, said in pairs]
    assert ("Gepubliceerd op", date(2026, 10, 8)) in pairs
    assert ("Profiel", "default-1") in pairs
    assert ("Vingerafdruk (SHA-256)", SHA256) in pairs
    assert len(pairs) == len(set(pairs))


@both
@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("nl", ["Gesimuleerd", "Nee. De cijfers gaan over mensen die echt bij de balie kwamen."]),
        ("en", ["Simulated", "No. The numbers are about people who really came to the desk."]),
    ],
)
def test_a_report_of_real_visits_says_so(render: Renderer, locale: str, said: list[str]) -> None:
    sheets = read_sheets(render(replace(REAL, locale=locale)))
    assert said in next(iter(sheets.values()))
    assert SAMPLE.simulated_note is not None
    assert SAMPLE.simulated_note not in all_texts(sheets)


@both
def test_every_sheet_of_a_simulated_table_says_that_it_is_simulated(render: Renderer) -> None:
    _, _, *tables = read_sheets(render(SAMPLE)).values()
    assert all([SAMPLE.simulated_note] in rows for rows in tables)


@both
def test_a_table_has_every_number_with_its_interval_as_a_number(render: Renderer) -> None:
    rows = read_sheets(render(SAMPLE))["Hoofdonderwerpen"]
    assert from_heading(rows, "Hoofdonderwerp") == [
        ["Hoofdonderwerp", *NUMBERS_NL],
        ["Taal leren", 1085, 1081, 1089, 1301, 1297, 1305],
        ["Werk", 60, 56, 64, 80, 76, 84],
        ["Wonen", "<10", None, None, "–"],
    ]
    assert rows[0] == ["Hoofdonderwerpen"]


@both
def test_the_total_is_a_table_of_one_line(render: Renderer) -> None:
    rows = read_sheets(render(SAMPLE))["Totaal"]
    assert from_heading(rows, "Personen") == [NUMBERS_NL, [1147, 1143, 1151, 1231, 1227, 1235]]


@both
def test_a_table_by_two_things_has_a_column_for_each_and_a_line_for_all_others(render: Renderer) -> None:
    rows = read_sheets(render(SAMPLE))["Hoofdonderwerpen per gemeente"]
    assert [BY_MUNICIPALITY.note] in rows
    assert from_heading(rows, "Gemeente") == [
        ["Gemeente", "Hoofdonderwerp", *NUMBERS_NL],
        ["Eindhoven", "Taal leren", 61, 57, 65, 70, 66, 74],
        ["Eindhoven", "Werk", 45, 41, 49, 60, 56, 64],
        ["Veldhoven", "Werk", 11, 7, 15, 12, 8, 16],
        ["Elke andere combinatie", None, "<10", None, None, "–"],
    ]


@both
def test_numbers_over_the_months_have_a_sheet_and_are_not_among_those_of_the_period(render: Renderer) -> None:
    sheets = read_sheets(render(SAMPLE))
    assert from_heading(sheets["Alle personen per maand"], "Maand")[1:] == [
        ["juli 2026", 1010, 1006, 1014, 1120, 1116, 1124],
        ["augustus 2026", "<10", None, None, "–"],
        ["september 2026", 1147, 1143, 1151, 1231, 1227, 1235],
    ]
    assert not any("total-by-month" in row for row in sheets["Alle cijfers"])


@both
def test_a_substitute_stands_apart_with_what_it_is_about(render: Renderer) -> None:
    rows = read_sheets(render(SAMPLE))[STAYS_SHEET]
    headings, short, long = from_heading(rows, "Verwachte duur")
    assert headings[7:] == [
        "Wel gepubliceerd",
        "Vervangend: personen",
        "Vervangend: personen van",
        "Vervangend: personen tot",
        "Vervangend: vragen",
        "Vervangend: vragen van",
        "Vervangend: vragen tot",
    ]
    assert short == ["Korter dan 4 maanden", 55, 51, 59, 60, 56, 64]
    instead = ["3e kwartaal 2026", 14, 10, 18, 19, 15, 23]
    assert long == ["Langer dan 5 jaar", "<10", None, None, "–", None, None, *instead]


@both
def test_the_share_of_persons_is_a_number(render: Renderer) -> None:
    rows = read_sheets(render(SAMPLE))["Gemeenten"]
    assert ["Deel van de personen van het rapport dat in deze regels zit:", MUNICIPALITIES.share] in rows


@both
@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("nl", "Van deze tabel is geen enkel aantal gepubliceerd: ze zijn allemaal <10."),
        ("en", "No number of this table was published: all are <10."),
    ],
)
def test_a_table_without_lines_says_why(render: Renderer, locale: str, said: str) -> None:
    assert read_sheets(render(replace(SAMPLE, locale=locale)))["Aankomst"][-1] == [said]


@both
def test_the_sheet_for_pivot_tables_has_a_row_for_every_number(render: Renderer) -> None:
    headings, *rows = read_sheets(render(SAMPLE))["Alle cijfers"]
    assert headings == [
        "Periode",
        "Code van de tabel",
        "Tabel",
        "Code 1",
        "Omschrijving 1",
        "Code 2",
        "Omschrijving 2",
        "Wat er geteld wordt",
        "Aantal",
        "Van",
        "Tot",
        "Niet gepubliceerd",
        "Opmerking",
    ]
    assert rows[0] == ["2026-09", "total", "Totaal", *[None] * 4, "Personen", 1147, 1143, 1151]
    by_two = ["2026-09", "municipality-by-main-topic", "Hoofdonderwerpen per gemeente", "GM0861", "Veldhoven"]
    note = [None, BY_MUNICIPALITY.note]
    assert [*by_two, "work", "Werk", "Vragen", 12, 8, 16, *note] in rows
    lines = 1 + sum(len(table.rows) for table in SAMPLE.tables)
    assert len(rows) == 2 * lines


@both
def test_numbers_for_pivot_tables_are_those_of_the_report_and_substitutes_are_not_among_them(
    render: Renderer,
) -> None:
    _, *rows = read_sheets(render(SAMPLE))["Alle cijfers"]
    found = {(row[1], row[3], row[5], row[7]): row[8:12] for row in rows if row[1] != "total"}
    assert found == {
        (table.name, *codes_of(line), measure): shown(estimate, missing, noted=bool(table.note))
        for table in SAMPLE.tables
        for line in table.rows
        for measure, estimate, missing in (
            ("Personen", line.persons, "<10"),
            ("Vragen", line.questions, "–"),
        )
    }


@both
@pytest.mark.parametrize("label", FORMULAS)
def test_what_looks_like_a_formula_or_a_link_or_a_number_stays_text(render: Renderer, label: str) -> None:
    report = replace(with_label(label), title=label, lead=(label,), facts=((label, label),))
    content = render(report)
    assert from_heading(read_sheets(content)["Duur"], "Verwachte duur")[1][0] == label
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = [package.read(name).decode() for name in package.namelist()]
    assert not any(mark in part for part in parts for mark in FORMULA_MARKS)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(label=st.text(max_size=40))
def test_any_label_is_kept_but_for_what_no_spreadsheet_can_hold(label: str) -> None:
    for render in RENDERERS:
        rows = from_heading(read_sheets(render(with_label(label)))["Duur"], "Verwachte duur")
        assert rows[1] == [clean(label) or None, 20, 16, 24, 30, 26, 34]


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(titles=st.lists(st.text(max_size=50), max_size=4))
def test_tables_with_any_titles_have_a_sheet_each(titles: list[str]) -> None:
    tables = tuple(replace(MAIN_TOPICS, title=title) for title in titles)
    for render in RENDERERS:
        sheets = read_sheets(render(replace(SAMPLE, tables=tables, series=())))
        assert len(sheets) == 3 + len(titles)
        assert all(["Werk", 60, 56, 64, 80, 76, 84] in rows for rows in list(sheets.values())[3:])


@both
def test_odd_words_in_properties_do_no_harm(render: Renderer) -> None:
    odd = "a & b <c> \x00\x1b\"'" + "x" * 300
    report = replace(SAMPLE, title=odd, desk=Named("desk", odd), facts=((odd, odd), ("Profiel", "p")))
    assert next(iter(read_sheets(render(report)).values()))[0] == [clean(odd)]


@both
def test_the_same_report_gives_the_same_bytes_at_any_time(render: Renderer) -> None:
    with time_machine.travel("2026-10-08T10:00:00Z"):
        first = render(SAMPLE)
    with time_machine.travel("2031-03-04T22:33:44Z"):
        assert render(SAMPLE) == first
    assert render(replace(SAMPLE, sha256="ab" * 32, facts=(("SHA-256", "ab" * 32),))) != first


@both
def test_a_label_that_comes_twice_stands_twice(render: Renderer) -> None:
    line = Row((EINDHOVEN,), about(20), about(30))
    report = replace(SAMPLE, tables=(replace(MUNICIPALITIES, rows=(line, line)),))
    rows = from_heading(read_sheets(render(report))["Gemeenten"], "Gemeente")
    assert rows[1] == rows[2] == ["Eindhoven", 20, 16, 24, 30, 26, 34]

"""The PDF of a report says everything that the report says, in the words of its language."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import typst

from servicebalie.core.disclosure import Estimate
from servicebalie.documents.model import Named, Report, Row, Table
from servicebalie.documents.pdf import render_pdf
from servicebalie.documents.pdf_text import REPLACEMENT
from tests.documents import pdf_samples as samples
from tests.documents.pdf_reading import ARTIFACT, ReadPdf, squeezed

ROOT = Path(__file__).resolve().parents[2]
MOST_PAGES_OF_CROSSED_TABLE = 12


@cache
def ordinary(locale: str) -> ReadPdf:
    """The ordinary report in a language, read."""
    return ReadPdf(render_pdf(samples.report(locale)))


def read(**facts: object) -> ReadPdf:
    """Return the report with these facts, made and read."""
    return ReadPdf(render_pdf(samples.report(**facts)))


def written(report: Report, estimate: Estimate, thousands: str) -> Iterator[str]:
    """Yield a number and its interval as the report must show them."""
    yield f"{estimate.value:,}".replace(",", thousands)
    yield f"{estimate.low:,}–{estimate.high:,}".replace(",", thousands)


@pytest.mark.parametrize(("locale", "thousands"), [("nl", "."), ("en", ",")])
def test_every_number_is_there_with_its_interval_as_the_language_writes_it(
    locale: str, thousands: str
) -> None:
    report = samples.report(locale)
    lines = [row for table in report.tables for row in table.rows]
    estimates = [estimate for row in lines for estimate in (row.persons, row.questions) if estimate]
    substitutes = [row.substitute for row in lines if row.substitute]
    estimates += [estimate for each in substitutes for estimate in (each.persons, each.questions)]
    assert len(estimates) == 10
    for estimate in estimates:
        value, interval = written(report, estimate, thousands)
        both = (f"{value}{interval}", f"{value}({interval})")
        assert any(each in ordinary(locale).text for each in both)


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_sentences_method_facts_licence_and_source_are_there(locale: str) -> None:
    report = samples.report(locale)
    facts = [text for fact in report.facts for text in fact]
    sentences = [*report.lead, *report.changes, *report.method, *facts, report.licence, report.source]
    assert [each for each in sentences if squeezed(each) not in ordinary(locale).text] == []


def test_the_fingerprint_is_on_one_line_so_that_it_can_be_copied() -> None:
    shown = [shown.text for page in ordinary("en").pages for shown in page]
    assert samples.SHA256 in shown


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ("Contents", "Persons", "Questions", "from–to", "between 1,309 and 1,327", "not final yet")),
        ("nl", ("Inhoud", "Personen", "Vragen", "van–tot", "tussen 1.309 en 1.327", "nog niet definitief")),
    ],
)
def test_the_words_around_the_report_are_in_its_language(locale: str, words: tuple[str, ...]) -> None:
    assert [each for each in words if squeezed(each) not in ordinary(locale).text] == []


def test_every_page_says_which_of_how_many_it_is() -> None:
    texts = ordinary("nl").page_texts
    assert [text.endswith(f"Pagina{page}van{len(texts)}") for page, text in enumerate(texts, 1)] == [
        True
    ] * len(texts)


def test_every_page_after_the_first_names_desk_and_period() -> None:
    heads = [text[:100] for text in read(tables=(samples.CROSSED,)).page_texts[1:]]
    assert len(heads) > 1
    assert [head for head in heads if "DeskSouth·October2026" not in head] == []


@pytest.mark.parametrize(("locale", "mark"), [("nl", "Gesimuleerdecijfers"), ("en", "Simulatednumbers")])
def test_simulated_numbers_are_marked_on_every_page_and_explained(locale: str, mark: str) -> None:
    document = read(locale=locale, tables=(samples.CROSSED,))
    assert len(document.page_texts) > 2
    assert [text for text in document.page_texts if not text[:100].count(mark)] == []
    assert f"{mark}Nobodyinthisreportisreal." in document.text


def test_numbers_of_real_people_have_no_such_mark() -> None:
    document = read(simulated=False, simulated_note=None)
    assert "Simulated" not in "".join(document.page_texts)


def test_a_number_below_the_threshold_has_no_questions_and_a_substitute_is_told_under_its_name() -> None:
    text = ordinary("en").text
    assert "TaxesThewholequarter:persons23(14–32),questions41(20–62)<10–" in text
    assert "Letters<10–" in text


def test_a_total_below_the_threshold_is_told_without_a_number() -> None:
    assert "Persons<10Questions<10" in read(total=Row(())).text


def test_labels_without_a_line_are_told_together() -> None:
    assert "Everyotherlanguage<10–" in ordinary("en").text
    assert "Everyotherregion<10–" in ordinary("en").text


def test_in_a_table_by_two_things_they_are_told_outside_the_last_group() -> None:
    document = read(tables=(samples.CROSSED,))
    assert "Everyothercombination:<10" in document.text
    assert not any("combination" in document.text_of(cell) for cell in document.of_kind("/TD", "/TH"))


@pytest.mark.parametrize("table", [samples.EMPTY, replace(samples.CROSSED, rows=())])
def test_a_table_without_any_line_says_so_and_is_not_drawn(table: Table) -> None:
    document = read(tables=(table,))
    assert "combination" not in document.text
    assert "Everynumberofthistableis<10,sononeisshown." in document.text
    assert document.of_kind("/Table") == []


def test_note_and_share_of_a_table_are_told() -> None:
    assert "Thelinesarethoseofaquarter." in ordinary("en").text
    assert "Thelinesofthistableareabout83%ofthepersonsinthisreport." in ordinary("en").text


def test_a_report_without_changes_charts_and_tables_leaves_out_their_headings() -> None:
    document = read(changes=(), charts=(), tables=(), lead=())
    headings = [document.text_of(heading) for heading in document.of_kind("/H1")]
    assert headings == ["Contents", "Allnumbers", "Howtoreadthenumbers", "Aboutthisreport"]


def test_a_final_edition_is_told() -> None:
    assert "Edition2,final." in read(final=True, epoch=2).text


def test_a_chart_tells_where_its_numbers_are() -> None:
    document = ordinary("en")
    [page] = [number for number, text in enumerate(document.page_texts, 1) if "Maintopic" in text]
    assert f"Thesamenumbersareinthetable“Tablemain-topic”onpage{page}." in document.text


def test_a_chart_of_a_table_that_is_not_there_tells_nothing_about_it() -> None:
    assert "Thesamenumbers" not in read(tables=(samples.LANGUAGES,)).text


def test_the_text_of_a_chart_is_text_in_the_font_of_the_document_whatever_it_names() -> None:
    [figure] = ordinary("en").of_kind("/Figure")
    assert ordinary("en").text_of(figure) == "Drawnlabel"
    fonts = {shown.font.split("+")[1] for shown in ordinary("en").shown_in(figure) if shown.text}
    assert fonts == {"LibertinusSerif-Regular-Identity-H"}


def test_a_table_of_hundreds_of_lines_repeats_its_heading_and_its_group_on_every_page() -> None:
    document = read(tables=(samples.CROSSED,), charts=(), changes=())
    pages = [page for page, text in zip(document.pages, document.page_texts, strict=True) if "Topic3" in text]
    assert 5 < len(pages) < MOST_PAGES_OF_CROSSED_TABLE
    for page in pages:
        text = squeezed("".join(shown.text for shown in page))
        head, first_line = text.index("MaintopicPersonsfrom–toQuestionsfrom–to"), text.index("Topic")
        assert head < text.index("Municipality:Town") < first_line
    repeated = [
        shown for page in pages[1:] for shown in page if shown.text == "Main topic" and shown.tag == ARTIFACT
    ]
    assert len(repeated) == len(pages) - 1


def test_lines_of_a_table_by_two_things_stand_under_the_name_of_their_group() -> None:
    rows = (samples.row("Breda", "Work", persons=12), samples.row("Ede", "Work", persons=13))
    document = read(tables=(samples.table("crossed", "Municipality", "Topic", rows=rows),))
    assert "Municipality:BredaWork123–21–Municipality:EdeWork134–22–" in document.text


def hostile_report() -> Report:
    """Return a report in which every text of others is hostile."""
    text = samples.HOSTILE
    labels = (Named("a", text), Named("b", text))
    table = Table("t", text, (Named("x", text), Named("y", text)), (Row(labels),), others=text, note=text)
    return samples.report(
        title=text,
        period_name=text,
        desk=Named("desk", text),
        simulated_note=text,
        lead=(text,),
        changes=(text,),
        tables=(table, replace(samples.TOPICS, title=text)),
        charts=(replace(samples.CHART, title=text, description=text),),
        method=(text,),
        facts=((text, text),),
        licence=text,
        source=text,
    )


def test_no_name_or_sentence_is_read_as_markup() -> None:
    document = ReadPdf(render_pdf(hostile_report()))
    in_opening, in_contents, in_chart, in_tables, at_the_end = 5, 2, 2, 8, 5
    assert document.text.count(squeezed(samples.HOSTILE)) == sum(
        (in_opening, in_contents, in_chart, in_tables, at_the_end)
    )
    assert document.of_kind("/Figure")[0].Alt == samples.HOSTILE


def test_what_no_font_has_is_replaced_and_invisible_characters_are_left_out() -> None:
    odd = "Súdwest-Fryslân Łódź Čeština Ελλάδα Българи \N{ZERO WIDTH SPACE}\u202ea\tb 荷 🙂 ไทย\x00"
    document = read(desk=Named("desk", odd))
    shown = squeezed(f"Súdwest-Fryslân Łódź Čeština Ελλάδα Българи a b {REPLACEMENT} {REPLACEMENT} ")
    assert shown + REPLACEMENT * 3 in document.text


def test_a_chart_with_characters_that_no_font_has_is_still_drawn() -> None:
    chart = replace(samples.CHART, svg=samples.SVG.replace("Drawn label", "荷 label"))
    assert f"{REPLACEMENT}label" in read(charts=(chart,)).text


def test_a_chart_without_a_description_is_refused() -> None:
    with pytest.raises(typst.TypstError, match="alt text"):
        render_pdf(samples.report(charts=(replace(samples.CHART, description=""),)))


def test_a_chart_that_is_no_picture_is_refused() -> None:
    with pytest.raises(typst.TypstError, match="SVG"):
        render_pdf(samples.report(charts=(replace(samples.CHART, svg="<p>"),)))


def test_a_chart_higher_than_a_page_is_made_smaller() -> None:
    high = samples.SVG.replace('height="60"', 'height="6000"').replace("0 0 320 60", "0 0 320 6000")
    assert "Drawnlabel" in read(charts=(replace(samples.CHART, svg=high),)).text


@pytest.mark.parametrize("tables", [(), (samples.TOPICS, samples.CROSSED)])
def test_the_layout_settles_without_a_warning(
    tables: tuple[Table, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []

    def compile_and_keep_warnings(*arguments: object, **settings: object) -> bytes:
        content, warned = typst.compile_with_warnings(*arguments, **settings)
        warnings.extend(warning.message for warning in warned)
        return content

    monkeypatch.setattr(typst, "compile", compile_and_keep_warnings)
    assert len(ReadPdf(render_pdf(samples.report(tables=tables))).pages) > 0
    assert warnings == []


PRINT_SHA256 = """
import hashlib
from servicebalie.documents.pdf import render_pdf
from tests.documents import pdf_samples
print(hashlib.sha256(render_pdf(pdf_samples.report())).hexdigest())
"""


def test_the_same_report_gives_the_same_bytes_in_another_process_at_another_time_and_place(
    tmp_path: Path,
) -> None:
    elsewhere = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1", "PYTHONHASHSEED": "7"}
    finished = subprocess.run(
        [sys.executable, "-c", PRINT_SHA256],
        check=True,
        cwd=tmp_path,
        env=os.environ | elsewhere | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert finished.stdout.strip() == hashlib.sha256(render_pdf(samples.report())).hexdigest()

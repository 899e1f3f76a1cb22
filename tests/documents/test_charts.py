"""Charts: of something to see, described in words, and drawn as pictures that any program shows."""

from xml.etree import ElementTree

import pytest

from servicebalie.core.periods import Quarter
from servicebalie.documents.charts import CHART_NAMES, bars_of
from servicebalie.documents.drawing import draw_charts
from servicebalie.documents.kinds import KINDS
from servicebalie.documents.model import Chart, Report
from servicebalie.documents.report import build_report
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.services.report_background import Background
from tests.support.releases import TABLES
from tests.support.reports import BACKGROUND, months, release

SVG = "{http://www.w3.org/2000/svg}"


def report(locale: str = "en", *, simulated: bool = False) -> Report:
    """Return the report of October with what surrounds it."""
    return build_report(release("2026-10", simulated=simulated), locale=locale, background=BACKGROUND)


def chart(report: Report, name: str) -> Chart:
    """Return a chart of a report."""
    return next(one for one in report.charts if one.name == name)


def texts(svg: str) -> list[str]:
    """Return the texts in a picture."""
    return [" ".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_report_with_numbers_has_all_charts_each_of_a_table_that_it_holds() -> None:
    made = report()
    assert tuple(one.name for one in made.charts) == CHART_NAMES
    tables = {table.name for table in (*made.tables, *made.series)}
    assert {one.table for one in made.charts} <= tables


def test_there_is_no_chart_of_nothing() -> None:
    empty = build_report(release("2026-10", {name: {} for name in TABLES}), locale="en")
    assert empty.charts == ()
    single = build_report(release("2026-10", {"stay": {("unknown",): (12, 12)}}), locale="en")
    assert single.charts == ()
    assert build_report(release("2026-10", {"total": {}}), locale="en").charts == ()


def test_bars_are_those_of_the_quarter_where_the_month_has_none_and_the_title_says_so() -> None:
    quarter = release("2026-Q3", {"stay": {("unknown",): (20, 30), ("under-4-months",): (30, 40)}})
    year = release("2025", {"stay": {("over-5-years",): (50, 60)}})
    month = release("2026-10", {"stay": {}})
    made = build_report(month, locale="en", background=Background((quarter, year)))
    assert chart(made, "stay").title.endswith("3rd quarter 2026")
    bars = bars_of(made.tables[0], made.period)
    assert bars is not None
    assert bars.period == Quarter(2026, 3)
    assert [(bar.name, bar.persons.value) for bar in bars.bars] == [
        ("Less than 4 months", 30),
        ("Not known", 20),
    ]


def test_one_bar_of_the_quarter_is_no_chart_either() -> None:
    quarter = release("2026-Q3", {"stay": {("unknown",): (20, 30)}})
    made = build_report(release("2026-10", {"stay": {}}), locale="en", background=Background((quarter,)))
    assert made.charts == ()


def test_the_description_of_bars_gives_every_number() -> None:
    assert chart(report("nl"), "main-topic").title == "Personen per hoofdonderwerp: oktober 2026"
    described = chart(report("nl"), "main-topic").description
    assert "Nederlands leren 85 (81–89); Werk 60 (56–64)." in described


def test_the_description_of_a_line_says_where_it_begins_ends_and_turns() -> None:
    assert chart(report(), "total-by-month").description.endswith(
        "From 120 in August 2026 to 147 in October 2026; "
        "highest 180 (September 2026), lowest 120 (August 2026)."
    )
    assert (
        "Work: From 30 in August 2026 to 60 in October 2026"
        in chart(report(), "main-topic-by-month").description
    )


@pytest.mark.parametrize("locale", DESK_LOCALES)
def test_every_chart_is_drawn_with_its_title_desk_and_whether_it_is_simulated(locale: str) -> None:
    drawn = draw_charts(report(locale, simulated=True))
    for one in drawn.charts:
        shown = " ".join(texts(one.svg))
        assert one.title.split()[0] in shown
        assert "Informatiepunt Zuidoost" in shown
        assert drawn.simulated_note is not None
        assert drawn.simulated_note in shown


def test_a_picture_needs_no_style_script_or_font_of_its_own() -> None:
    for one in draw_charts(report()).charts:
        elements = list(ElementTree.fromstring(one.svg).iter())
        assert {element.tag.removeprefix(SVG) for element in elements} <= {
            "svg",
            "g",
            "path",
            "rect",
            "line",
            "text",
            "tspan",
            "defs",
            "clipPath",
        }
        assert not [element for element in elements if "style" in element.attrib]
        assert {element.get("font-family") for element in elements} <= {None, "sans-serif"}


def test_numbers_and_months_on_the_axes_are_in_the_language() -> None:
    many = Background(totals=months({"": [4000, 5000, 3000]}, ["2026-03", "2026-04", "2026-05"]))
    dutch = draw_charts(build_report(release("2026-05"), locale="nl", background=many))
    shown = texts(chart(dutch, "total-by-month").svg)
    assert "5.000" in shown
    assert "mei 2026" in shown


def test_the_same_report_gives_the_same_picture() -> None:
    assert draw_charts(report()) == draw_charts(report())


def test_drawing_changes_nothing_but_the_pictures() -> None:
    assert [(one.name, one.title, one.description) for one in draw_charts(report()).charts] == [
        (one.name, one.title, one.description) for one in report().charts
    ]


def test_every_chart_is_a_file_of_its_own_where_the_report_has_it() -> None:
    drawn = draw_charts(report())
    for one in drawn.charts:
        assert KINDS[f"chart-{one.name}"].make(drawn) == one.svg.encode()
    assert KINDS["chart-stay"].make(build_report(release("2026-10", {"total": {}}), locale="en")) is None

"""A report in words: everything that was published, and nothing else."""

from dataclasses import fields, replace

import pytest

from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import Quarter, Year
from servicebalie.documents.model import Report, Row, Table
from servicebalie.documents.report import build_report
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.services.report_background import Background
from tests.support.releases import TABLES
from tests.support.reports import BACKGROUND, MORE_ABOUT_WORK, months, release


def report(**changes: object) -> Report:
    """Return the English report of October with what surrounds it."""
    return build_report(release("2026-10"), locale="en", background=BACKGROUND)


def table(report: Report, name: str) -> Table:
    """Return a table of a report."""
    return next(one for one in (*report.tables, *report.series) if one.name == name)


def row(report: Report, name: str, code: str) -> Row:
    """Return the row of a table whose last label has this code."""
    return next(one for one in table(report, name).rows if one.labels[-1].code == code)


def lines(table: Table) -> list[tuple[str, int | None]]:
    """Return the names and persons of the rows of a table."""
    return [(one.labels[-1].name, one.persons and one.persons.value) for one in table.rows]


def test_it_says_what_it_is_about_in_either_language() -> None:
    english, dutch = (build_report(release("2026-10"), locale=tag) for tag in ("en", "nl"))
    assert (english.title, dutch.title) == (
        "What newcomers asked: October 2026",
        "Wat nieuwkomers vroegen: oktober 2026",
    )
    assert english.desk.name == "Informatiepunt Zuidoost"
    assert english.published_on_name == "4 November 2026"
    assert (english.below, english.threshold, english.largest_noise) == ("<10", 10, 9)


def test_the_lead_gives_the_total_with_limits_and_the_largest_main_topics() -> None:
    lead = build_report(release("2026-10", TABLES | {"total": {(): (1470, 2310)}}), locale="nl").lead
    assert lead[0] == "1.470 personen stelden de balie 2.310 vragen."
    assert "tussen 1.466 en 1.474 personen en tussen 2.306 en 2.314 vragen" in lead[1]
    assert (
        lead[2] == "Onderwerpen waarover de meeste personen iets vroegen: Nederlands leren (85) en Werk (60)."
    )


def test_a_total_that_was_not_published_is_said_to_be_small_and_the_quarter_stands_in() -> None:
    empty = release("2026-10", {name: {} for name in TABLES})
    alone = build_report(empty, locale="en")
    assert alone.total == Row(())
    assert "their number is not published: less than 10." in alone.lead[0]
    assert len(alone.lead) == 1
    assert alone.share is None

    helped = build_report(empty, locale="en", background=BACKGROUND)
    assert helped.lead[1] == "Over a longer period (3rd quarter 2026) the number is 400 (396–404)."


def test_a_release_without_a_table_of_the_total_has_no_total() -> None:
    assert build_report(release("2026-10", {"topic": {}}), locale="en").total == Row(())


def test_a_value_of_a_scale_stands_in_its_place_and_others_go_from_many_to_few() -> None:
    assert lines(table(report(), "stay"))[:2] == [("Less than 4 months", 55), ("4 to 12 months", None)]
    assert lines(table(report(), "main-topic"))[:3] == [
        ("Learning Dutch", 85),
        ("Work", 60),
        ("Registration and BSN", None),
    ]


def test_a_long_list_ends_with_all_its_other_values_together() -> None:
    languages = table(report(), "language")
    assert lines(languages) == [("Polish", 70), ("English", 31)]
    assert languages.others == "Every other language"
    assert table(report(), "stay").others is None


def test_pairs_are_grouped_by_the_first_name() -> None:
    cells = {("GM0861", "work"): (12, 14), ("GM0772", "work"): (45, 60), ("GM0772", "language"): (61, 70)}
    made = build_report(release("2026-10", {"municipality-by-main-topic": cells}), locale="en")
    pairs = table(made, "municipality-by-main-topic")
    assert [[label.name for label in one.labels] for one in pairs.rows] == [
        ["Eindhoven", "Learning Dutch"],
        ["Eindhoven", "Work"],
        ["Veldhoven", "Work"],
    ]
    assert pairs.others == "Every other combination"


def test_a_small_number_gets_the_one_of_the_quarter_the_year_or_the_broader_topic() -> None:
    bsn, debt, search = (row(report(), "topic", code) for code in ("bsn", "debt", "job-search"))
    assert bsn.persons is None
    assert bsn.substitute is not None
    assert (bsn.substitute.note, bsn.substitute.period) == ("3rd quarter 2026", Quarter(2026, 3))
    assert bsn.substitute.persons == Estimate(22, 18, 26)
    assert debt.substitute is not None
    assert (debt.substitute.note, debt.substitute.period) == ("2025", Year(2025))
    assert search.substitute is not None
    assert (search.substitute.note, search.substitute.period) == ("Work as a whole", None)
    assert search.substitute.persons == Estimate(60, 56, 64)


def test_what_was_published_needs_nothing_that_stands_in() -> None:
    assert row(report(), "topic", "dutch-course").substitute is None
    assert row(report(), "stay", "unknown").substitute is None


def test_the_lead_says_that_other_numbers_stand_in_and_which() -> None:
    assert (
        "Where a number is too small, the nearest published one stands beside it: that of a longer period "
        "(3rd quarter 2026 and 2025), or of a broader topic or a larger area."
    ) in report().lead
    alone = build_report(release("2026-10"), locale="en")
    assert alone.lead[-1] == (
        "Where a number is too small, that of the broader topic or the larger area stands beside it."
    )


def test_a_language_that_only_the_quarter_has_gets_a_row() -> None:
    quarter = release("2026-Q3", {"language": {("uk",): (14, 20), ("pl",): (90, 99)}})
    made = build_report(release("2026-10"), locale="en", background=Background((quarter,)))
    assert lines(table(made, "language")) == [("Polish", 70), ("English", 31), ("Ukrainian", None)]


def test_a_table_without_a_number_is_that_of_the_quarter_and_says_so() -> None:
    quarter = release(
        "2026-Q3",
        {
            "group": {("status-holder",): (20, 30), ("family-migrant",): (30, 40)},
            "municipality-by-main-topic": {("GM0772", "work"): (12, 20)},
        },
    )
    month = release("2026-10", {"group": {}, "municipality-by-main-topic": {}, "arrival": {}})
    made = build_report(month, locale="en", background=Background((quarter,)))
    groups = table(made, "group")
    assert groups.note is not None
    assert groups.note.endswith("The nearest published ones are given instead.")
    assert [one.substitute and one.substitute.persons.value for one in groups.rows[:3]] == [30, 20, None]
    pairs = table(made, "municipality-by-main-topic")
    assert [one.substitute and one.substitute.note for one in pairs.rows] == ["3rd quarter 2026"]
    arrivals = table(made, "arrival")
    assert arrivals.note is not None
    assert arrivals.note.endswith("no longer period has one.")


def test_pairs_of_the_quarter_are_added_where_the_month_has_hardly_any() -> None:
    pairs = "municipality-by-main-topic"
    quarter = release("2026-Q3", {pairs: {("GM0772", "work"): (30, 40), ("GM0772", "health"): (12, 20)}})
    one = {("GM0772", "work"): (11, 12)}
    thin, rich = (
        build_report(release("2026-10", {pairs: cells}), locale="en", background=Background((quarter,)))
        for cells in (one, one | {("GM0861", "work"): (13, 14)})
    )
    assert lines(table(thin, pairs)) == [("Work", 11), ("Health", None)]
    assert lines(table(rich, pairs)) == [("Work", 11), ("Work", 13)]


def test_a_table_with_one_number_says_so_only_where_others_stand_in() -> None:
    quarter = release("2026-Q3", {"group": {("status-holder",): (20, 30)}})
    month = release("2026-10", {"group": {("family-migrant",): (12, 30)}, "stay": {("unknown",): (12, 30)}})
    made = build_report(month, locale="en", background=Background((quarter,)))
    assert (table(made, "group").note or "").startswith("Only one number in this table")
    assert table(made, "stay").note is None


def test_shares_are_told_where_everybody_has_one_value() -> None:
    made = report()
    assert table(made, "language").share == pytest.approx(101 / 147)
    assert table(made, "topic").share is None
    assert table(made, "municipality-by-main-topic").share is None
    shares = [one.share for one in made.tables if one.share is not None]
    assert made.share == pytest.approx(sum(shares) / len(shares))
    assert any(sentence.startswith("On average 39% of all persons") for sentence in made.lead)


def test_the_months_before_it_are_tables_of_their_own() -> None:
    made = report()
    assert lines(table(made, "total-by-month")) == [
        ("August 2026", 120),
        ("September 2026", 180),
        ("October 2026", 147),
    ]
    topics = table(made, "main-topic-by-month")
    assert [label.code for label in topics.dimensions] == ["main-topic", "month"]
    assert [(one.labels[0].name, one.persons and one.persons.value) for one in topics.rows] == [
        *(("Learning Dutch", number) for number in (70, 90, 85)),
        *(("Work", number) for number in (30, None, 60)),
    ]


def test_over_the_months_no_more_topics_are_shown_than_can_be_told_apart() -> None:
    codes = ("work", "language", "housing", "health", "tax", "income", "digital", "family")
    many = {code: [10 + place, 20 + place] for place, code in enumerate(codes)}
    background = Background(main_topics=months({**many, "leaving": [None, 300]}, ["2026-09", "2026-10"]))
    made = build_report(release("2026-10"), locale="en", background=background)
    shown = list(dict.fromkeys(one.labels[0].code for one in table(made, "main-topic-by-month").rows))
    assert shown == ["family", "digital", "income", "tax", "health", "housing"]


def test_a_single_month_is_no_series() -> None:
    background = Background(totals=months({"": [147]}, ["2026-10"]))
    assert build_report(release("2026-10"), locale="en", background=background).series == ()


def test_a_simulated_report_says_so_and_a_real_one_does_not() -> None:
    simulated = build_report(release("2026-10", simulated=True), locale="nl")
    assert simulated.simulated_note == "Gesimuleerde gegevens: niets hier gaat over een echte persoon."
    assert report().simulated_note is None


def test_it_names_what_identifies_it_and_how_it_was_made() -> None:
    facts = dict(report().facts)
    assert facts["Desk"] == "Informatiepunt Zuidoost"
    assert facts["Published on"] == "4 November 2026"
    assert facts["Fingerprint (SHA-256)"] == release("2026-10").sha256
    assert facts["Protection"] == "profile default-1: noise of at most 9, nothing below 10"
    assert any("at most 9 away from the true one" in sentence for sentence in report().method)
    assert any(sentence.startswith("<10 means") for sentence in report().method)
    assert report().source.startswith("Informatiepunt Zuidoost, What newcomers asked: October 2026.")
    assert "CC BY 4.0" in report().licence


def test_what_changed_beyond_chance_is_told_in_sentences() -> None:
    told = replace(release("2026-10"), changes=MORE_ABOUT_WORK)
    made = build_report(told, locale="en", final=True)
    assert made.changes == (
        "More people than expected asked about “Work” in October 2026: 60, while 30 to 45 were expected.",
    )
    assert made.final
    assert build_report(release("2026-10"), locale="en").changes == ()


def test_a_table_that_this_version_does_not_know_is_called_by_its_name() -> None:
    made = build_report(release("2026-10", {"reason-for-coming": {}}), locale="en")
    assert table(made, "reason-for-coming").title == "reason-for-coming"


@pytest.mark.parametrize("period", ["2026-10", "2026-Q3", "2026"])
def test_languages_differ_in_words_only(period: str) -> None:
    dutch, english = (
        build_report(release(period), locale=tag, background=BACKGROUND) for tag in DESK_LOCALES
    )
    for one, other in zip(dutch.tables, english.tables, strict=True):
        assert sorted(_numbers(one)) == sorted(_numbers(other))
    kept = {"period", "sha256", "epoch", "share", "published_on", "below"}
    assert {f.name for f in fields(Report)} >= kept
    for name in kept:
        assert getattr(dutch, name) == getattr(english, name)


def _numbers(table: Table) -> list[tuple[str, str]]:
    """Return the numbers of a table with their codes."""
    return [
        (
            "|".join(label.code for label in one.labels),
            repr((one.persons, one.questions, one.substitute and replace(one.substitute, note=""))),
        )
        for one in table.rows
    ]

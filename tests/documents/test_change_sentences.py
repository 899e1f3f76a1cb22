"""What changed, in sentences that a policymaker reads: each thing once, and nothing within chance."""

import re

import pytest

from servicebalie.core.catalogue import Dimension
from servicebalie.core.changes import Change, Changes, Difference, Direction, Expectation
from servicebalie.core.expectations import Model
from servicebalie.core.periods import Month, Period, PeriodKind, Quarter
from servicebalie.documents.change_sentences import MOST_SENTENCES, change_sentences
from servicebalie.documents.words import Words
from servicebalie.i18n.change_words import CHANGES
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.services.publishing_rules import shipped_catalogue

OCTOBER = Month(2026, 10)
NAMES = {
    "employer-housing": "Housing from an employer",
    "housing": "Housing",
    "work": "Work",
    "GM0772": "Eindhoven",
}
TABLES = shipped_catalogue().tables_of(PeriodKind.MONTH)


def name_of(_dimension: Dimension, value: str) -> str:
    return NAMES.get(value, value)


def sentences(*series: Change, locale: str = "en", period: Period = OCTOBER) -> tuple[str, ...]:
    changes = Changes(len(series), series)
    return change_sentences(changes, words=Words(locale), period=period, name_of=name_of)


def expected(persons: int, value: int, *, half: int = 10, model: Model = Model.SEASONAL) -> Expectation:
    direction = Direction.MORE if persons > value else Direction.FEWER
    return Expectation(model, value, max(0, value - half), value + half, True, direction)


def difference(persons: int, value: int, *, stands: bool = True) -> Difference:
    return Difference(value, persons - value, persons - value - 20, persons - value + 20, stands)


def change(table: str, *labels: str, persons: int = 84, value: int = 53) -> Change:
    return Change(table, labels, persons, None, None, expected(persons, value))


def test_more_than_expected_is_told_with_what_was_expected() -> None:
    assert sentences(change("topic", "employer-housing")) == (
        "More people than expected asked about “Housing from an employer” in October 2026: 84, while 43 to "
        "63 were expected.",
    )
    assert sentences(change("topic", "employer-housing"), locale="nl") == (
        "In oktober 2026 hadden meer mensen dan verwacht een vraag over “Housing from an employer”: 84, "
        "terwijl er 43 tot 63 werden verwacht.",
    )


def test_fewer_than_expected_is_told_too_and_numbers_are_written_as_in_the_language() -> None:
    total = change("total", persons=1200, value=1500)
    assert sentences(total) == (
        "Fewer people than expected came to the desk in October 2026: 1,200, while 1,490 to 1,510 were "
        "expected.",
    )
    assert "1.200, terwijl er 1.490 tot 1.510" in sentences(total, locale="nl")[0]


def test_a_change_against_an_earlier_month_names_the_month() -> None:
    more = Change("language", ("pl",), 84, difference(84, 40), None, None)
    fewer = Change("language", ("pl",), 84, None, difference(84, 140), None)
    assert sentences(more) == (
        "More people spoke pl in October 2026 than in September 2026: 84, against 40 then.",
    )
    assert sentences(fewer) == (
        "Fewer people spoke pl in October 2026 than in October 2025: 84, against 140 then.",
    )
    assert sentences(fewer, locale="nl") == (
        "In oktober 2026 spraken minder mensen pl dan in oktober 2025: 84, tegen 140 toen.",
    )


def test_what_was_expected_goes_before_the_previous_month_and_that_before_the_year_before() -> None:
    both = Change("topic", ("digid",), 84, difference(84, 40), difference(84, 30), expected(84, 50))
    earlier = Change("topic", ("digid",), 84, difference(84, 40), difference(84, 30), None)
    within = Change("topic", ("digid",), 84, difference(84, 70, stands=False), difference(84, 30), None)
    assert [sentence.partition(" asked")[0] for sentence in sentences(both)] == ["More people than expected"]
    assert "September 2026" in sentences(earlier)[0]
    assert "October 2025" in sentences(within)[0]


def test_a_number_that_appears_says_that_it_was_below_the_threshold() -> None:
    new = Change("topic", ("employer-housing",), 40, None, None, expected(40, 9, model=Model.HIDDEN))
    assert sentences(new) == (
        "In October 2026, 40 people asked about “Housing from an employer”. Until then it was mostly fewer "
        "than 10 a month.",
    )


def test_within_chance_there_is_no_sentence() -> None:
    expectation = Expectation(Model.SEASONAL, 80, 60, 100, False, None)
    assert (
        sentences(Change("topic", ("digid",), 84, difference(84, 80, stands=False), None, expectation)) == ()
    )
    assert sentences(Change("topic", ("digid",), 84, None, None, None)) == ()


def test_a_topic_that_explains_its_main_topic_is_told_instead_of_it() -> None:
    topic = change("topic", "employer-housing", persons=84, value=53)
    main = change("main-topic", "housing", persons=220, value=180)
    (sentence,) = sentences(main, topic)
    assert "Housing from an employer" in sentence


def test_a_main_topic_that_rose_as_a_whole_is_told_instead_of_its_topics() -> None:
    topic = change("topic", "employer-housing", persons=84, value=53)
    other = change("topic", "rent-contract", persons=90, value=60)
    main = change("main-topic", "housing", persons=300, value=180)
    (sentence,) = sentences(main, topic, other)
    assert "“Housing”" in sentence


def test_a_part_that_goes_the_other_way_is_told_too() -> None:
    topic = change("topic", "employer-housing", persons=20, value=53)
    main = change("main-topic", "housing", persons=220, value=180)
    assert len(sentences(main, topic)) == 2


def test_a_part_that_explains_one_of_two_broader_numbers_is_told() -> None:
    both = change("municipality-by-main-topic", "GM0772", "work", persons=90, value=50)
    work = change("main-topic", "work", persons=130, value=80)
    place = change("municipality", "GM0772", persons=500, value=300)
    told = sentences(work, place, both)
    assert len(told) == 2
    assert any("from Eindhoven asked about “Work”" in sentence for sentence in told)
    assert any("municipality of Eindhoven" in sentence for sentence in told)


def test_the_total_is_told_first_beside_its_parts_and_the_others_by_how_far_out_they_are() -> None:
    told = sentences(
        change("topic", "digid", persons=70, value=50),
        change("language", "pl", persons=110, value=50),
        change("total", persons=330, value=290),
    )
    assert [re.findall("(desk|spoke|asked)", sentence)[0] for sentence in told] == ["desk", "spoke", "asked"]


def test_there_are_never_more_sentences_than_people_read() -> None:
    many = [change("language", code, persons=100 + place) for place, code in enumerate("abcdefghijkl")]
    told = sentences(*many)
    assert len(told) == MOST_SENTENCES
    assert "spoke l " in told[0]


def test_a_value_that_is_not_known_and_a_table_of_another_version_are_not_told() -> None:
    assert sentences(change("group", "unknown"), change("reason-for-coming", "work")) == ()


def test_only_months_tell_changes() -> None:
    assert sentences(change("topic", "digid"), period=Quarter(2026, 4)) == ()
    assert change_sentences(None, words=Words("en"), period=OCTOBER, name_of=name_of) == ()


@pytest.mark.parametrize("locale", DESK_LOCALES)
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_of_a_month_has_all_its_sentences(locale: str, table) -> None:
    labels = tuple(f"label {place}" for place in range(len(table.dimensions)))
    shown = [
        Change(table.name, labels, persons, previous, None, expectation)
        for persons, previous, expectation in (
            (90, None, expected(90, 50)),
            (30, None, expected(30, 50)),
            (90, difference(90, 50), None),
            (30, difference(30, 50), None),
            (40, None, expected(40, 9, model=Model.HIDDEN)),
        )
    ]
    told = [sentences(one, locale=locale)[0] for one in shown]
    assert len(set(told)) == 5
    for one, sentence in zip(shown, told, strict=True):
        assert "%" not in sentence
        assert str(one.persons) in sentence
        assert all(label in sentence for label in labels)
    words = CHANGES[table.dimensions]
    assert locale == "en" or told[0] != words.more_than_expected
    assert ("mensen" in told[0]) is (locale == "nl")

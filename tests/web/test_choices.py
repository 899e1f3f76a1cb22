"""What the pages let people choose from."""

from dataclasses import replace

import pytest

from servicebalie.core.code_lists import CodeLists, Language, Municipality, Topic
from servicebalie.core.vocabulary import Destination
from servicebalie.i18n.registry import LOCALES
from servicebalie.web.choices import language_choices, municipality_names, topic_tree

WORK = Topic("work", None, Destination.OTHER, sensitive=False)
DISMISSAL = Topic("dismissal", "work", Destination.OTHER, sensitive=False)
UNFAIR = Topic("unfair", "work", Destination.OTHER, sensitive=True)
OTHER = Topic("other", None, Destination.DESK, sensitive=False)
UNKNOWN = Topic("unknown", "other", Destination.DESK, sensitive=False)


def lists(topics: list[Topic], languages: list[Language]) -> CodeLists:
    """Return code lists with these topics and languages."""
    return CodeLists({t.code: t for t in topics}, {one.code: one for one in languages}, {})


def test_main_topics_come_with_their_subtopics_and_without_the_unknown_one() -> None:
    work, other = topic_tree(lists([WORK, DISMISSAL, OTHER, UNKNOWN], []))
    assert (work.code, work.subtopics, work.sensitive) == ("work", ("dismissal",), False)
    assert (other.code, other.subtopics) == ("other", ())


def test_one_sensitive_subtopic_makes_the_main_topic_show_the_way_out() -> None:
    (work,) = topic_tree(lists([WORK, DISMISSAL, UNFAIR], []))
    assert work.sensitive


def test_topics_that_are_no_longer_used_are_not_offered() -> None:
    closed = replace(DISMISSAL, active=False)
    (work,) = topic_tree(lists([WORK, closed, replace(OTHER, active=False)], []))
    assert work.subtopics == ()


@pytest.mark.parametrize(
    ("code", "own_name", "name"),
    [
        ("uk", "українська", "ukraiński"),
        ("kmr", "Kurmancî", "English name"),
        ("pap", "Papiamentu", "papiamento"),
        ("sgn", "Dutch name", "English name"),
    ],
)
def test_a_language_is_shown_by_its_own_name_and_that_in_the_language_of_the_page(
    code: str, own_name: str, name: str
) -> None:
    language = Language(code, code, "Dutch name", "English name", "ltr", "slavic")
    (choice,) = language_choices(lists([], [language]), LOCALES["pl"])
    assert (choice.code, choice.own_name, choice.name) == (code, own_name, name)


@pytest.mark.parametrize(("tag", "name"), [("pt", "polaco"), ("en", "Polish"), ("fa", "لهستانی")])
def test_languages_are_named_as_in_europe(tag: str, name: str) -> None:
    language = Language("pl", "pol", "Pools", "Polish", "ltr", "slavic")
    (choice,) = language_choices(lists([], [language]), LOCALES[tag])
    assert choice.name == name


def test_a_language_that_has_a_dutch_name_only_is_shown_by_that() -> None:
    language = Language("sgn", "sgn", "Gebarentaal", "", "ltr", "other")
    (choice,) = language_choices(lists([], [language]), LOCALES["en"])
    assert (choice.own_name, choice.name) == ("Gebarentaal", "Gebarentaal")


def test_languages_that_are_no_longer_used_are_not_offered() -> None:
    language = Language("uk", "ukr", "Oekraïens", "Ukrainian", "ltr", "slavic", active=False)
    assert language_choices(lists([], [language]), LOCALES["en"]) == ()


def test_municipalities_are_named_in_alphabetical_order() -> None:
    known = {
        code: Municipality(code, name, "CR36", "PV30") for code, name in (("GM2", "Best"), ("GM1", "Asten"))
    }
    assert municipality_names(CodeLists({}, {}, known), ["GM2", "GM1"]) == ("Asten", "Best")

"""Finding a code with a few letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.client.choices import Choice, closed_choices, exact, narrowed, search
from servicebalie.client.vocabulary import CHANNELS

WORK = Choice("work", "Work")
WAGES = Choice("wages-payslip", "Wages and payslip", parent="work")
JOBS = Choice("job-search", "Looking for a job", parent="work")
SUDWEST = Choice("GM1900", "Súdwest-Fryslân")
POLISH = Choice("pl", "Polish", names=("polski",))
CHOICES = (WORK, WAGES, JOBS, SUDWEST, POLISH)

words = st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=8)
choices = st.lists(
    st.builds(Choice, code=words, label=words), max_size=8, unique_by=lambda choice: choice.code
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("PAYSLIP", (WAGES,)),
        ("sudwest", (SUDWEST,)),
        ("frysl", (SUDWEST,)),
        ("gm1900", (SUDWEST,)),
        ("polsk", (POLISH,)),
        ("king", (JOBS,)),
        ("nothing like it", ()),
    ],
)
def test_part_of_a_label_code_or_own_name_finds_a_choice(typed, found):
    assert search(CHOICES, typed) == found


def test_a_topic_brings_what_is_under_it():
    assert search(CHOICES, "wor") == (WORK, WAGES, JOBS)


def test_the_nearest_comes_first():
    choices = (
        Choice("a", "Outbreda"),
        Choice("b", "New Breda"),
        Choice("c", "Bredania"),
        Choice("d", "Breda"),
    )

    assert [choice.code for choice in search(choices, "breda")] == ["d", "c", "b", "a"]


@given(choices, words)
def test_a_search_gives_each_choice_at_most_once_and_only_choices(choices, typed):
    found = search(choices, typed)

    assert len(found) == len(set(found))
    assert set(found) <= set(choices)


@given(choices.filter(bool))
def test_a_code_always_finds_its_choice(choices):
    assert all(choice in search(choices, choice.code) for choice in choices)
    assert all(exact(choices, choice.code) is not None for choice in choices)


def test_a_question_mark_gives_the_main_topics():
    assert narrowed(CHOICES, (), "?") == (WORK, SUDWEST, POLISH)


def test_the_number_of_a_main_topic_opens_it_and_a_second_time_takes_it():
    opened = narrowed(CHOICES, (WORK, SUDWEST), "1")

    assert opened == (WORK, WAGES, JOBS)
    assert narrowed(CHOICES, opened, "1") == (WORK,)
    assert narrowed(CHOICES, opened, "3") == (JOBS,)


def test_a_whole_code_is_taken_although_other_labels_contain_it():
    others = (POLISH, Choice("sw", "Simple Sign"))

    assert narrowed(others, (), "pl") == (POLISH,)


def test_a_number_that_is_not_on_the_screen_is_a_word():
    assert narrowed(CHOICES, (WORK,), "19") == (SUDWEST,)


def test_a_closed_list_keeps_its_order():
    assert [choice.code for choice in closed_choices(CHANNELS)] == list(CHANNELS)


def test_the_list_on_the_screen_is_short_and_says_what_it_leaves_out(desk, run, monkeypatch):
    monkeypatch.setattr("servicebalie.client.choices.SHOWN_AT_ONCE", 2)
    result = run("log", "--ask", typed="o\n1\n" + "\n" * 13)

    assert " 2 more: type more of the word." in " ".join(result.stdout.split())
    assert "Dutch course" not in result.stdout
    assert desk.posts[0].body == {"topic": "work"}


def test_a_word_that_finds_nothing_is_asked_again(desk, run):
    result = run("log", "--ask", typed="zzz\npayslip\n" + "\n" * 11)

    assert "Nothing found. Type another part of the word, or ? for the list." in result.stdout
    assert desk.posts[0].body == {"topic": "wages-payslip"}


def test_a_topic_on_the_screen_is_shown_with_the_one_above_it(run):
    result = run("log", "--ask", typed="?\n1\n2\n" + "\n" * 11)

    assert "   1 Work\n   2 Language\n" in result.stdout
    assert "   2 Wages and payslip (Work)\n" in result.stdout

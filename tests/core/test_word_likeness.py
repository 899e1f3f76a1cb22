"""How much a typed word is like one of the lexicon."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.word_likeness import head, likeness, slip_likeness, without_clitics

WORDS = st.text(alphabet="abcdeкартсبيتሰራሕकर", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("word", "candidate"),
    [
        ("contracts", "contract"),
        ("mieszkania", "mieszkanie"),
        ("работу", "работа"),
        ("huurcontracten", "huurcontract"),
        ("parkeervergunningaanvraag", "parkeervergunning"),
        ("ራሕን", "ራሕ"),
        ("किराये", "किराया"),
    ],
)
def test_a_form_of_a_word_or_a_compound_with_it_is_like_it(word: str, candidate: str) -> None:
    assert 0.5 < likeness(word, candidate, unfinished=False) < 1


@pytest.mark.parametrize(
    ("word", "candidate"),
    [("bank", "baby"), ("want", "wantrouwen"), ("map", "mapping"), ("huur", "huurcontract")],
)
def test_another_word_is_not_like_it(word: str, candidate: str) -> None:
    assert likeness(word, candidate, unfinished=False) == 0


def test_an_unfinished_word_of_three_letters_is_like_all_that_begin_so() -> None:
    assert likeness("huu", "huurcontract", unfinished=True) > 0.5
    assert likeness("hu", "huurcontract", unfinished=True) == 0
    assert likeness("huu", "huur", unfinished=True) > likeness("huu", "huurcontract", unfinished=True)


@pytest.mark.parametrize("typed", ["verzekerng", "verzekkering", "verzekaring", "vezrekering"])
def test_one_slip_of_the_hand_is_forgiven_in_a_long_word(typed: str) -> None:
    assert slip_likeness(typed, "verzekering") > 0.5


@pytest.mark.parametrize(
    ("typed", "candidate"),
    [("vreekring", "verzekering"), ("huis", "muis"), ("dogter", "dokters"), ("straat", "schat")],
)
def test_two_slips_or_one_in_a_short_word_make_another_word(typed: str, candidate: str) -> None:
    assert slip_likeness(typed, candidate) == 0


def test_article_and_prepositions_before_a_word_are_taken_off() -> None:
    assert {"والبيت", "بيت"} <= {form for form, _ in without_clitics("والبيت")}
    assert {"ንስራሕ", "ስራሕ"} <= {form for form, _ in without_clitics("ንስራሕ")}
    assert [form for form, _ in without_clitics("ولد")] == ["ولد"]
    assert list(without_clitics("house")) == [("house", 1.0)]


@given(WORDS, WORDS, st.booleans())
def test_likeness_is_a_share_and_needs_the_same_beginning(
    word: str, candidate: str, unfinished: bool
) -> None:
    like = likeness(word, candidate, unfinished=unfinished)
    assert 0 <= like <= 1
    assert not like or head(word) == head(candidate) or len(word) < len(head(candidate))


@given(WORDS, WORDS)
def test_a_slip_is_the_same_in_both_directions(one: str, other: str) -> None:
    assert slip_likeness(one, other) == slip_likeness(other, one)

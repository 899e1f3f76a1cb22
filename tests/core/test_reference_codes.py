import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from servicebalie.core.errors import InvalidReference, InvalidReturnCode
from servicebalie.core.reference_codes import (
    ALPHABET,
    RANDOM_BYTES,
    decode_visit,
    encode_visit,
    format_return_code,
    make_reference,
    make_return_code,
    normalise_reference,
    normalise_return_code,
)

random_bytes = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)
references = random_bytes.map(make_reference)
return_codes = random_bytes.map(make_return_code)
visit_ids = st.integers(0, 2**63 - 1)

ARABIC_INDIC, PERSIAN, DEVANAGARI, FULL_WIDTH = (
    "٠١٢٣٤٥٦٧٨٩",
    "۰۱۲۳۴۵۶۷۸۹",
    "०१२३४५६७८९",
    "０１２３４５６７８９",
)


@given(references)
def test_a_reference_has_seven_characters_and_a_check_character_of_the_alphabet(reference: str) -> None:
    assert len(reference) == 8
    assert set(reference) <= set(ALPHABET)


@given(references)
def test_a_reference_is_itself_when_typed_as_it_is_written(reference: str) -> None:
    assert normalise_reference(reference) == reference


@given(references)
def test_a_reference_may_be_typed_in_small_letters_with_spaces_and_hyphens(reference: str) -> None:
    assert normalise_reference(f" {reference[:4].lower()}-{reference[4:]}\n") == reference


@given(references, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_every_wrong_character_in_a_reference_is_caught(reference: str, at: int, wrong: str) -> None:
    assume(wrong != reference[at])
    with pytest.raises(InvalidReference):
        normalise_reference(reference[:at] + wrong + reference[at + 1 :])


@given(references, st.integers(0, 6))
def test_every_swap_of_two_neighbours_in_a_reference_is_caught(reference: str, at: int) -> None:
    first, second = reference[at : at + 2]
    assume(first != second)
    with pytest.raises(InvalidReference):
        normalise_reference(reference[:at] + second + first + reference[at + 2 :])


@given(references, st.integers(0, 5))
def test_every_swap_across_one_character_in_a_reference_is_caught(reference: str, at: int) -> None:
    first, middle, last = reference[at : at + 3]
    assume(first != last)
    with pytest.raises(InvalidReference):
        normalise_reference(reference[:at] + last + middle + first + reference[at + 3 :])


@given(references, st.integers(0, 6), st.sampled_from(ALPHABET), st.sampled_from(ALPHABET))
def test_a_doubled_character_is_never_mistaken_for_another_doubled_one(
    reference: str, at: int, first: str, second: str
) -> None:
    assume(first != second)
    accepted = 0
    for symbol in (first, second):
        try:
            normalise_reference(reference[:at] + symbol * 2 + reference[at + 2 :])
            accepted += 1
        except InvalidReference:
            pass
    assert accepted <= 1


def test_the_check_character_tells_any_two_pairs_of_neighbours_apart_that_differ_by_a_swap() -> None:
    pairs = [(first, second) for first in range(28) for second in range(28) if first < second]

    swapped = [
        encode_visit(first * 28 + second)[-1] == encode_visit(second * 28 + first)[-1]
        for first, second in pairs
    ]

    assert not any(swapped)


@pytest.mark.parametrize("typed", ["", "2222222", "222222222", "2222222A", "2222222O", "ßß222222"])
def test_text_that_is_no_reference_is_refused(typed: str) -> None:
    with pytest.raises(InvalidReference):
        normalise_reference(typed)


@given(st.text())
def test_whatever_is_typed_becomes_a_reference_of_the_alphabet_or_a_refusal(typed: str) -> None:
    try:
        reference = normalise_reference(typed)
    except InvalidReference:
        return
    assert len(reference) == 8
    assert set(reference) <= set(ALPHABET)


@given(visit_ids)
@example(0)
@example(2**63 - 1)
def test_a_visit_reference_leads_back_to_the_visit(visit_id: int) -> None:
    reference = encode_visit(visit_id)

    assert decode_visit(reference) == visit_id
    assert len(reference) == 15


@given(visit_ids, st.integers(0, 14), st.sampled_from(ALPHABET))
def test_every_wrong_character_in_a_visit_reference_is_caught(visit_id: int, at: int, wrong: str) -> None:
    reference = encode_visit(visit_id)
    assume(wrong != reference[at])
    with pytest.raises(InvalidReference):
        decode_visit(reference[:at] + wrong + reference[at + 1 :])


@given(visit_ids, st.integers(0, 13))
def test_every_swap_of_two_neighbours_in_a_visit_reference_is_caught(visit_id: int, at: int) -> None:
    reference = encode_visit(visit_id)
    first, second = reference[at : at + 2]
    assume(first != second)
    with pytest.raises(InvalidReference):
        decode_visit(reference[:at] + second + first + reference[at + 2 :])


@pytest.mark.parametrize("visit_id", [-1, 2**63])
def test_a_visit_id_beyond_63_bits_is_refused(visit_id: int) -> None:
    with pytest.raises(ValueError, match="63 bits"):
        encode_visit(visit_id)


def test_a_visit_reference_beyond_63_bits_is_refused_although_its_check_character_is_right() -> None:
    accepted_or_refused = []
    for check in ALPHABET:
        try:
            accepted_or_refused.append(decode_visit("Z" * 14 + check))
        except InvalidReference:
            accepted_or_refused.append(None)

    assert set(accepted_or_refused) == {None}


@given(return_codes)
def test_a_return_code_has_eighteen_digits(code: str) -> None:
    assert len(code) == 18
    assert set(code) <= set(string.digits)


@given(return_codes)
def test_a_return_code_is_shown_in_groups_of_three_and_may_be_typed_so(code: str) -> None:
    shown = format_return_code(code)

    assert [len(group) for group in shown.split(" ")] == [3] * 6
    assert normalise_return_code(shown) == code


@given(return_codes, st.sampled_from([ARABIC_INDIC, PERSIAN, DEVANAGARI, FULL_WIDTH]))
def test_a_return_code_may_be_typed_in_the_digits_of_another_script(code: str, digits: str) -> None:
    typed = format_return_code(code).translate(str.maketrans(string.digits, digits))

    assert normalise_return_code(f"\u200f{typed}\u200e") == code


@given(return_codes)
def test_any_kind_of_hyphen_and_space_in_a_return_code_is_dropped(code: str) -> None:
    typed = f"{code[:3]}-{code[3:6]}\u2011{code[6:9]}–{code[9:12]}\u00a0{code[12:]}\t"

    assert normalise_return_code(typed) == code


@given(return_codes, st.integers(0, 17), st.sampled_from(string.digits))
def test_every_wrong_digit_in_a_return_code_is_caught(code: str, at: int, wrong: str) -> None:
    assume(wrong != code[at])
    with pytest.raises(InvalidReturnCode):
        normalise_return_code(code[:at] + wrong + code[at + 1 :])


@given(return_codes, st.integers(0, 16))
def test_every_swap_of_two_neighbours_in_a_return_code_is_caught(code: str, at: int) -> None:
    first, second = code[at : at + 2]
    assume(first != second)
    with pytest.raises(InvalidReturnCode):
        normalise_return_code(code[:at] + second + first + code[at + 2 :])


@pytest.mark.parametrize("typed", ["", "0" * 17, "0" * 19, "0" * 17 + "²", "0" * 17 + "a"])
def test_text_that_is_no_return_code_is_refused(typed: str) -> None:
    with pytest.raises(InvalidReturnCode):
        normalise_return_code(typed)


@pytest.mark.parametrize("make", [make_reference, make_return_code])
@pytest.mark.parametrize("length", [RANDOM_BYTES - 1, RANDOM_BYTES + 1])
def test_a_code_is_not_made_from_another_number_of_random_bytes(make, length: int) -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        make(bytes(length))


def test_the_largest_and_smallest_draws_make_codes_too() -> None:
    for random in (bytes(RANDOM_BYTES), b"\xff" * RANDOM_BYTES):
        assert normalise_reference(make_reference(random))
        assert normalise_return_code(make_return_code(random))

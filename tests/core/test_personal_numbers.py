"""What looks like a number that nobody needs to give a desk, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.personal_numbers import (
    MASK,
    PersonalNumber,
    find_personal_numbers,
    kinds_of_personal_numbers,
    mask_personal_numbers,
)

BSN, ACCOUNT = PersonalNumber.BSN, PersonalNumber.BANK_ACCOUNT
CARD, PASSPORT = PersonalNumber.PAYMENT_CARD, PersonalNumber.PASSPORT


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Mijn BSN is 111222333.", [BSN]),
        ("BSN: 1112.22.333", [BSN]),
        ("moje BSN 123 456 782, proszę", [BSN]),
        ("bsn 10000008", [BSN]),
        ("شماره ۱۱۱۲۲۲۳۳۳ من", [BSN]),
        ("NL91 ABNA 0417 1643 00 is van mij", [ACCOUNT]),
        ("konto PL61109010140000071219812874", [ACCOUNT]),
        ("de83 3704 0044 0532 0130 00", []),
        ("de89 3704 0044 0532 0130 00", [ACCOUNT]),
        ("card 4111 1111 1111 1111", [CARD]),
        ("card 4111-1111-1111-1111 and BSN 111222333", [CARD, BSN]),
        ("paspoort SPECI2014", [PASSPORT]),
        ("my number is NW8BR5H39", [PASSPORT]),
        ("Mój paszport: EA1234567", [PASSPORT]),
        ("номер паспорта: 123456789", [PASSPORT]),
        ("My passport is AB 12", []),
        ("Code ABCDEFGH1", []),
        ("Call me at +31 6 12345678", []),
        ("Bel 0612345678 of 040 123 4567", []),
        ("I arrived on 01-09-2026 and pay 1200,50", []),
        ("123456789", []),
        ("000000000", []),
        ("Postcode 5611 CA, order 1112223330001", []),
        ("", []),
    ],
)
def test_numbers_are_found_by_their_form_and_check_digits(text: str, kinds: list[PersonalNumber]) -> None:
    assert [found.kind for found in find_personal_numbers(text)] == kinds


def test_each_kind_that_is_in_one_of_the_texts_is_told_once() -> None:
    texts = ("IBAN NL91 ABNA 0417 1643 00, BSN 111222333", None, "bsn 123456782", "Bel 0612345678")
    assert kinds_of_personal_numbers(*texts) == (BSN, ACCOUNT)
    assert kinds_of_personal_numbers(None, "No number here") == ()


def test_only_what_was_found_is_masked() -> None:
    [masked] = mask_personal_numbers("BSN 111.222.333, tel. 0612345678, IBAN NL91 ABNA 0417 1643 00!")
    assert masked == "BSN •••.•••.•••, tel. 0612345678, IBAN •••• •••• •••• •••• ••!"


def test_what_a_translation_tells_of_a_number_holds_for_the_text_too() -> None:
    texts = ("ፓስፖርተይ ጠፊኡኒ፡ K1234567", "Ik ben mijn paspoort kwijt: K1234567", "K12345678")
    assert mask_personal_numbers(*texts) == (
        "ፓስፖርተይ ጠፊኡኒ፡ ••••••••",
        "Ik ben mijn paspoort kwijt: ••••••••",
        "K12345678",
    )
    assert mask_personal_numbers("No number", "here") == ("No number", "here")


def test_a_number_is_masked_wherever_it_was_found() -> None:
    assert mask_personal_numbers("passport é12345") == ("passport é•••••",)


@given(st.text(alphabet="0123456789 .-ABab+é•\n", max_size=60))
def test_a_masked_text_is_as_long_and_holds_no_such_number(text: str) -> None:
    [masked] = mask_personal_numbers(text)
    assert len(masked) == len(text)
    assert find_personal_numbers(masked) == ()
    for found in find_personal_numbers(text):
        assert set(masked[found.start : found.end]) <= {MASK, " ", ".", "-"}

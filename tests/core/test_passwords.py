"""What a password must be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicebalie.core.local_accounts import grouped_code, typed_code
from servicebalie.core.passwords import BreachedPasswords, UnfitPassword, check_password, probes
from servicebalie.shipped import reference_data

SHIPPED = BreachedPasswords(reference_data("breached_passwords.bloom").read_bytes())
ABOUT = ("j.jansen@zuidoost.example", "Informatiepunt Zuidoost")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("kort 7 x y!", "short"),
        ("vier paarden " * 10, "long"),
        ("Welkom123456", "breached"),
        ("ＰＡＳＳＷＯＲＤ1234", "breached"),
        ("Welkom-2026!!", "obvious"),
        ("jansen zuidoost", "obvious"),
        ("ServiceBalie Zuidoost 1", "obvious"),
    ],
)
def test_a_password_that_can_be_guessed_is_refused_with_the_reason(password: str, reason: str) -> None:
    with pytest.raises(UnfitPassword) as refused:
        check_password(password, SHIPPED, ABOUT)
    assert refused.value.params == {"reason": reason}


@pytest.mark.parametrize(
    "password",
    ["vier paarden drinken", "пять лошадей пьют", "🐴🐴🐴🐴🐴🐴🐴🐴 drinken", "zuidoost heeft geen koeien"],
)
def test_any_signs_may_stand_in_a_password_and_none_must(password: str) -> None:
    check_password(password, SHIPPED, ABOUT)


@settings(max_examples=25)
@given(st.sets(st.text(), max_size=5))
def test_whatever_leaked_is_recognised(leaked: set[str]) -> None:
    bits = bytearray(64)
    for password in leaked:
        for bit in probes(password, len(bits)):
            bits[bit // 8] |= 1 << bit % 8
    assert all(password in BreachedPasswords(bytes(bits)) for password in leaked)


def test_hardly_any_other_password_is_taken_for_one_that_leaked() -> None:
    assert sum(f"{number} paarden drinken water" in SHIPPED for number in range(10_000)) < 30


def test_a_code_is_read_as_it_is_copied() -> None:
    assert typed_code(f" {grouped_code('ABCDEFGH23').lower()} ") == "ABCDEFGH23"

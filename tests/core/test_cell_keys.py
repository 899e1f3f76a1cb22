import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.cell_keys import (
    LONGEST_STEP,
    MODULUS,
    NUMBERS,
    Measure,
    WeakYearKeys,
    YearKeys,
    cap_rank,
    move,
    random_numbers,
    record_key,
)

SECRET = bytes(range(32))
SALT = bytes(range(100, 132))
KEYS = YearKeys.derive(SECRET, SALT)
PERSONS = st.binary(min_size=16, max_size=16)


def _expected_key(purpose: bytes) -> bytes:
    """HKDF-SHA256 written out from RFC 5869, for an output of one block."""
    extracted = hmac.digest(SALT, SECRET, "sha256")
    return hmac.digest(extracted, b"servicebalie " + purpose + b"\x01", "sha256")


def _drawn(measure: Measure, epoch: int, cell_key: int, place: bytes = b"2026-10\0total") -> list[int]:
    return list(random_numbers(KEYS.noise, measure, epoch, cell_key, place=place))


def test_the_keys_of_a_year_are_those_of_hkdf() -> None:
    assert KEYS.person == _expected_key(b"record keys")
    assert KEYS.noise == _expected_key(b"cell noise")
    assert KEYS.cap == _expected_key(b"contribution cap")


def test_another_salt_gives_other_keys() -> None:
    other = YearKeys.derive(SECRET, SALT[::-1])

    assert not {KEYS.person, KEYS.noise, KEYS.cap} & {other.person, other.noise, other.cap}


@pytest.mark.parametrize(
    ("secret", "salt", "part"), [(SECRET[:31], SALT, "secret"), (SECRET, SALT[:15], "salt")]
)
def test_keys_that_could_be_guessed_are_refused(secret: bytes, salt: bytes, part: str) -> None:
    with pytest.raises(WeakYearKeys) as refusal:
        YearKeys.derive(secret, salt)

    assert refusal.value.params == {"part": part}


def test_keys_do_not_show_themselves() -> None:
    assert repr(KEYS) == "YearKeys()"


@given(PERSONS, st.integers(1, 3))
def test_a_record_key_is_the_first_sixteen_bytes_of_the_keyed_hash(person: bytes, count: int) -> None:
    digest = hmac.new(KEYS.person, person + bytes([count]), hashlib.sha256).digest()

    assert record_key(KEYS.person, person, count) == int.from_bytes(digest[:16], "big") < MODULUS


@given(st.sets(PERSONS, max_size=8), st.sets(PERSONS, max_size=8), st.integers(0, 9))
def test_keys_of_cells_without_a_common_person_add_up_to_the_key_of_their_union(
    one: set[bytes], other: set[bytes], epoch: int
) -> None:
    other -= one
    key_of_one, key_of_other, key_of_both = (
        sum(record_key(KEYS.person, person, 1) for person in people) % MODULUS
        for people in (one, other, one | other)
    )

    assert (key_of_one + key_of_other) % MODULUS == key_of_both
    assert _drawn(Measure.QUESTIONS, epoch, key_of_one + key_of_other) == _drawn(
        Measure.QUESTIONS, epoch, key_of_both
    )


def test_a_random_number_is_that_of_the_people_moved_by_that_of_the_place() -> None:
    expected = []
    for name in (b"questions-1", b"questions-2", b"questions-3", b"questions-4"):
        message = name + b"\x00" + b"\x00\x00\x00\x07" + (5).to_bytes(16, "big")
        number, step = (
            int.from_bytes(hmac.new(KEYS.noise, each, hashlib.sha256).digest()[:8], "big")
            for each in (message, message + b"2026-10\0total")
        )
        expected.append(move(number, step))

    assert _drawn(Measure.QUESTIONS, 7, MODULUS + 5) == expected


NUMBER = st.integers(0, NUMBERS - 1)


@given(NUMBER, NUMBER)
def test_a_number_moves_by_three_eighths_at_most_and_stays_a_number(number: int, step: int) -> None:
    moved = move(number, step)

    assert 0 <= moved < NUMBERS
    assert abs(moved - number) <= LONGEST_STEP == NUMBERS * 3 // 8


@given(st.integers(0, 2**16 - 1), st.integers(0, 2**16 - 1))
def test_who_turns_back_at_an_end_goes_as_far_as_the_rest_of_the_step(number: int, step: int) -> None:
    number, step = number << 48, step << 48
    straight = number - LONGEST_STEP + step * 3 // 4

    expected = straight if 0 <= straight < NUMBERS else (-1 if straight < 0 else 2 * NUMBERS - 1) - straight
    assert move(number, step) == expected


def test_moved_numbers_are_as_even_as_those_they_come_from() -> None:
    # Over a grid of all numbers and steps every sixteenth of the range gets its share.
    grid = [(2 * i + 1) * NUMBERS // 512 for i in range(256)]
    counts = [0] * 16
    for number in grid:
        for step in grid:
            counts[move(number, step) * 16 // NUMBERS] += 1

    assert max(counts) - min(counts) <= 0.01 * sum(counts) / 16


def test_every_place_moves_the_same_people_by_a_step_of_its_own() -> None:
    places = (b"2026-10\0total", b"2026-11\0total", b"2026-Q4\0total", b"2026-10\0language\0pl")

    assert len({number for place in places for number in _drawn(Measure.QUESTIONS, 1, 5, place)}) == 4 * 4


def test_every_measure_draw_and_epoch_has_a_number_of_its_own() -> None:
    drawn = [
        number for measure in Measure for epoch in range(1, 4) for number in _drawn(measure, epoch, 12345)
    ]

    assert len(drawn) == len(set(drawn)) == 3 * (1 + 4)


def test_the_order_under_a_cap_differs_by_person_month_dimension_and_value() -> None:
    ranks = {
        cap_rank(KEYS.cap, person, month, dimension, value)
        for person in (b"a", b"b")
        for month in ("2026-03", "2026-04")
        for dimension in ("topic", "channel")
        for value in ("tax", "phone")
    }

    assert len(ranks) == 16

"""How bad something is, how hard a secret is to guess, and whom one may trust."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.deployment_check import ENOUGH_BITS, Finding, Level, guessing_bits, is_anybody, worst


@given(st.binary(min_size=32, max_size=32))
def test_a_secret_has_no_more_bits_than_its_characters(random: bytes) -> None:
    assert guessing_bits(random.hex().encode()) <= 64 * 4


@pytest.mark.parametrize(
    ("secret", "enough"),
    [
        (b"5f0c1b7e9a3d4c62b8e1f7a09d2c4b6e5f0c1b7e9a3d4c62b8e1f7a09d2c4b6e", True),
        (b"qLw0Yv9tB3zKcR7pXn2mH5sDfG8jA1eU", True),
        (b"a secret that some person has thought up", False),
        (b"correcthorsebatterystaplecorrecthorse", False),
        (b"ab" * 40, False),
        (b"s" * 200, False),
    ],
)
def test_words_and_repetitions_are_guessed_sooner_than_they_are_long(secret: bytes, enough: bool) -> None:
    assert (guessing_bits(secret) >= ENOUGH_BITS) is enough


def test_the_worst_finding_decides() -> None:
    levels = [Level.WEAK, Level.RIGHT, Level.MISSING]
    assert worst(Finding("x", level) for level in levels) is Level.MISSING
    assert worst([Finding("x", Level.WEAK)]) is Level.WEAK
    assert worst([]) is Level.RIGHT


@pytest.mark.parametrize(
    ("network", "anybody"),
    [
        ("10.0.0.0/8", False),
        ("203.0.113.7/32", False),
        ("198.51.100.0/24", False),
        ("0.0.0.0/0", True),
        ("8.0.0.0/8", True),
        ("::/0", True),
        ("fd00::/8", False),
        ("2a02::/32", True),
    ],
)
def test_a_large_public_network_holds_more_than_proxies(network: str, anybody: bool) -> None:
    assert is_anybody(ip_network(network)) is anybody

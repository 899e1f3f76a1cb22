from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.multiple_tests import beyond_chance

CHANCES = st.lists(st.floats(0, 1), max_size=12)


def test_each_finding_makes_the_next_one_easier_until_one_fails() -> None:
    """Holm's limits for four tests at 5% are 0.0125, 0.0167, 0.025 and 0.05."""
    assert beyond_chance([0.016, 0.01, 0.03, 0.04], 0.05) == (True, True, False, False)


def test_nothing_stands_when_the_rarest_is_not_rare_enough() -> None:
    assert beyond_chance([0.02, 0.02, 0.03], 0.05) == (False, False, False)


def test_without_tests_nothing_is_found() -> None:
    assert beyond_chance([], 0.05) == ()


@given(CHANCES)
def test_what_stands_by_an_equal_share_of_the_risk_stands_and_nothing_beyond_the_whole_risk(
    chances: list[float],
) -> None:
    stands = beyond_chance(chances, 0.05)
    for chance, stood in zip(chances, stands, strict=True):
        assert stood or chance > 0.05 / len(chances)
        assert not stood or chance <= 0.05


@given(CHANCES)
def test_whatever_stands_is_rarer_than_all_that_does_not(chances: list[float]) -> None:
    stands = beyond_chance(chances, 0.05)
    fallen = [chance for chance, stood in zip(chances, stands, strict=True) if not stood]
    assert all(
        chance <= min(fallen, default=1) for chance, stood in zip(chances, stands, strict=True) if stood
    )

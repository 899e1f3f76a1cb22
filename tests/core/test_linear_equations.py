from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from servicebalie.core.linear_equations import solve

NUMBERS = st.integers(-20, 20).map(Decimal)
VECTORS = st.lists(NUMBERS, min_size=3, max_size=3)


def test_a_system_that_needs_its_rows_swapped_is_solved() -> None:
    assert solve([[Decimal(0), Decimal(2)], [Decimal(4), Decimal(0)]], [Decimal(6), Decimal(8)]) == [
        Decimal(2),
        Decimal(3),
    ]


@given(st.lists(VECTORS, min_size=3, max_size=3), VECTORS)
def test_the_answer_meets_every_equation(matrix: list[list[Decimal]], right: list[Decimal]) -> None:
    answer = solve(matrix, right)
    assume(answer is not None)

    for row, value in zip(matrix, right, strict=True):
        met = sum(a * x for a, x in zip(row, answer or [], strict=True))
        assert abs(met - value) < Decimal("1e-18")


@given(VECTORS, NUMBERS, VECTORS)
def test_a_singular_matrix_has_no_answer(row: list[Decimal], factor: Decimal, right: list[Decimal]) -> None:
    matrix = [row, [Decimal(0)] * 3, [factor * value for value in row]]

    assert solve(matrix, right) is None

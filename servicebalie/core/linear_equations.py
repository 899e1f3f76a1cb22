"""Small systems of linear equations in decimal arithmetic."""

from collections.abc import Sequence
from decimal import Decimal, getcontext


def solve(matrix: Sequence[Sequence[Decimal]], right: Sequence[Decimal]) -> list[Decimal] | None:
    """Solve `matrix @ x = right` by Gaussian elimination with partial pivoting.

    The matrix is square; the answer has one number per row, or is None when the matrix is singular to ten
    digits less than the precision of the current decimal context, in which it computes.
    """
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    negligible = max(abs(value) for row in matrix for value in row).scaleb(10 - getcontext().prec)
    for column in range(size):
        pivot = max(range(column, size), key=lambda index: abs(rows[index][column]))
        if abs(rows[pivot][column]) <= negligible:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for index in range(size):
            if index != column:
                factor = rows[index][column] / rows[column][column]
                rows[index] = [
                    value - factor * other for value, other in zip(rows[index], rows[column], strict=True)
                ]
    return [rows[index][size] / rows[index][index] for index in range(size)]

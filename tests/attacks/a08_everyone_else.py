"""A8: the attacker knows every other person, and tests whether one target came.

For each cell the attacker knows the true number without the target, so the output tells how likely it is
with and without. The sum of the logarithms of these ratios over all cells is the best test there is (Neyman
and Pearson). Its accuracy is the mean share of right answers when the target came in one of two cases. For
K cells with noise of variance V it is near Phi(sqrt(K/V)/2).

For real persons of the year the cells are all of theirs, in all months, quarters and the year together.
With ours each shown cell also tells of the target's questions. Cells with the same people count as if their
noise were independent, and cells count as published where only the threshold would show them; both favour
the attacker.
"""

from dataclasses import dataclass, field

import numpy as np

from servicebalie.core.cell_keys import DRAWS, Measure
from tests.attacks.counted_year import CountedYear
from tests.attacks.mechanisms import HIDDEN, Mechanism, Ours

CERTAIN = 60.0
"""The logarithm of a ratio that leaves no doubt."""


@dataclass(frozen=True)
class CellTest:
    """What one cell can say: log likelihood ratios, with their cumulative chances without and with the
    target.
    """

    ratios: np.ndarray
    without: np.ndarray
    present: np.ndarray


@dataclass
class Tester:
    """Tests for the cells of one mechanism, made once for each true number and number of questions."""

    mechanism: Mechanism
    _made: dict[tuple[int, int], CellTest] = field(default_factory=dict)

    def cell(self, others: int, questions: int = 1) -> CellTest:
        """Return the test for a cell that `others` persons are in without the target."""
        key = others, questions
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def _make(self, others: int, questions: int) -> CellTest:
        without, present = self.mechanism.chances(others), self.mechanism.chances(others + 1)
        outputs = sorted({*without, *present})
        first = np.array([without.get(output, 0.0) for output in outputs])
        second = np.array([present.get(output, 0.0) for output in outputs])
        if questions > 1 and isinstance(self.mechanism, Ours):
            noise = questions_noise(self.mechanism)
            shown = np.array(outputs) != HIDDEN
            shift = questions - 1
            quiet, loud = np.pad(noise, (0, shift)), np.pad(noise, (shift, 0))
            first = np.concatenate([first[~shown], np.outer(first[shown], quiet).ravel()])
            second = np.concatenate([second[~shown], np.outer(second[shown], loud).ravel()])
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.clip(np.nan_to_num(np.log(second / first), nan=0.0), -CERTAIN, CERTAIN)
        return CellTest(ratios, np.cumsum(first), np.cumsum(second))


def questions_noise(mechanism: Ours) -> np.ndarray:
    """Return the chances of the noise in questions beyond that of persons, at high counts."""
    row = mechanism.noise.row(10**6)
    noise = np.ones(1)
    for _ in range(DRAWS[Measure.QUESTIONS]):
        noise = np.convolve(noise, row)
    return noise


def accuracy(tests: list[CellTest], draws: int, random: np.random.Generator) -> float:
    """Return the share of right answers of the best test over independent cells, with and without in turn."""
    sums = []
    for present in (False, True):
        total = np.zeros(draws)
        for test in tests:
            cumulative = test.present if present else test.without
            drawn = np.searchsorted(cumulative, random.random(draws) * cumulative[-1], side="right")
            total += test.ratios[np.minimum(drawn, len(test.ratios) - 1)]
        sums.append(total)
    without, present_sums = sums
    right = [
        np.mean(without < 0) + np.mean(without == 0) / 2,
        np.mean(present_sums > 0) + np.mean(present_sums == 0) / 2,
    ]
    return float(np.mean(right))


def accuracy_in_cells(mechanism: Mechanism, cells: int, draws: int, seed: int) -> float:
    """Return the accuracy over so many cells of 61 to 70 persons without the target."""
    random = np.random.default_rng(seed)
    tester = Tester(mechanism)
    rounds = 20
    return float(
        np.mean(
            [
                accuracy(
                    [tester.cell(int(n)) for n in random.integers(61, 71, cells)], draws // rounds, random
                )
                for _ in range(rounds)
            ]
        )
    )


def tests_of_person(tester: Tester, year: CountedYear, person: int) -> list[CellTest]:
    """Return the tests of all cells that a person is in."""
    matrix = year.by_person
    rows = slice(matrix.indptr[person], matrix.indptr[person + 1])
    return [
        tester.cell(int(year.persons[cell]) - 1, int(questions))
        for cell, questions in zip(matrix.indices[rows], matrix.data[rows], strict=True)
    ]


def accuracy_of_persons(
    mechanism: Mechanism, year: CountedYear, persons: np.ndarray, draws: int, seed: int
) -> np.ndarray:
    """Return the accuracy for each of some real persons, over all their cells of the year."""
    tester = Tester(mechanism)
    random = np.random.default_rng(seed)
    return np.array(
        [accuracy(tests_of_person(tester, year, person), draws, random) for person in persons.tolist()]
    )


def busiest(year: CountedYear, how_many: int, least: int = 10) -> np.ndarray:
    """Return the persons who are in the most cells of at least ten persons."""
    large = (year.persons >= least).astype(float)
    seen = (year.by_person > 0) @ large
    return np.argsort(-seen, kind="stable")[:how_many]

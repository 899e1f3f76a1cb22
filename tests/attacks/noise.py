"""The law of the noise, as the attackers know it: of one number, and of two numbers about the same people."""

from dataclasses import dataclass

import numpy as np

from servicebalie.core.cell_keys import LONGEST_STEP, NUMBERS
from servicebalie.core.profile import Profile


@dataclass(frozen=True)
class Noise:
    """The law of the noise: a row of probabilities per true count, for deviations from -reach to reach.

    The last row serves all higher counts. `cell_wise` tells how the noise of two cells with the same people
    depends on each other: `joint[v, w]` is the chance of both, for every row.
    """

    rows: np.ndarray
    joints: np.ndarray

    @property
    def reach(self) -> int:
        """The largest deviation."""
        return self.rows.shape[1] // 2

    def row(self, count: int) -> np.ndarray:
        """The chances of the deviations of a true count."""
        return self.rows[min(count, len(self.rows) - 1)]

    def joint(self, count: int) -> np.ndarray:
        """The chances of two deviations in cells with the same people."""
        return self.joints[min(count, len(self.rows) - 1)]

    def variance(self) -> float:
        """The variance at high counts."""
        return float(self.rows[-1] @ np.arange(-self.reach, self.reach + 1) ** 2)

    def same_people(self) -> float:
        """The correlation of the noise of two cells with the same people, at high counts."""
        deviations = np.arange(-self.reach, self.reach + 1)
        return float(deviations @ self.joints[-1] @ deviations / self.variance())


def rows_of(profile: Profile) -> np.ndarray:
    """Return the chances of the deviations of a profile, row by row."""
    reach = profile.distance
    rows = np.zeros((len(profile.table.rows), 2 * reach + 1))
    for position, row in enumerate(profile.table.rows):
        for deviation, chance in row.probabilities().items():
            rows[position, deviation + reach] = float(chance)
    return rows


def near_joints(rows: np.ndarray) -> np.ndarray:
    """Return the joint chances of two deviations that come from one number, each moved by its own step.

    Integrated over the number (midpoint rule); the step is integrated exactly.
    """
    given = [given_number(row) for row in rows]
    return np.array([each.T @ each / len(each) for each in given])


def given_number(row: np.ndarray, points: int = 4096) -> np.ndarray:
    """Return the chance of each deviation given the number of the people, for evenly spaced numbers."""
    step = LONGEST_STEP / NUMBERS
    start = (np.arange(points) + 0.5) / points - step
    upper = np.concatenate([[0.0], np.cumsum(row)])
    upper[-1] = 1.0

    def overlap(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        both = np.minimum(start[:, None] + 2 * step, high) - np.maximum(start[:, None], low)
        return np.clip(both, 0, None)

    # A number below c comes from -c to c, or from beyond 1 turned back: from 2 - c to 2 + c.
    below = (overlap(-upper, upper) + overlap(2 - upper, 2 + upper)) / (2 * step)
    return np.diff(below, axis=1)

"""A5: erase or correct one person, publish again, and read the person off the difference.

The attacker compares all numbers before and after and asks which of the pool's persons, each with the whole
profile of the year, is the likeliest to be missing now. The score is the share of persons whose full
profile (all cells that they are in) is the attacker's first guess.

What others publish again comes with the same keys where there are any: cells without the person stay
exactly as they were. Ours never publishes a period again, so that an erasure shows nothing and only the
prior is left to guess by. The one final revision, for which ten must have changed, is a score of its own:
the attacker knows nine of the ten to the last detail and looks for the tenth, with all noise drawn anew.
"""

import numpy as np
from scipy.sparse import csr_array

from tests.attacks.counted_year import CountedYear, World
from tests.attacks.mechanisms import CensusCellKey, Mechanism, Ours, SameNoise

CHANGED = 10
_IMPOSSIBLE = -60.0


def after_one(mechanism: Mechanism, world: World, people: np.ndarray, seed: int) -> float:
    """Return the share of these persons, each erased alone, whose profile is the first guess.

    Ours shows nothing then: the guess is the likeliest profile beforehand.
    """
    if isinstance(mechanism, Ours):
        _, weights, of_person = _profiles(world)
        return float(np.mean(of_person[people] == int(np.argmax(weights))))
    return _share_guessed(mechanism, world, people, seed)


def after_ten(mechanism: Ours, world: World, people: np.ndarray, seed: int) -> float:
    """Return the share of first guesses after our final revision, for somebody who knows the other nine."""
    return _share_guessed(mechanism, world, people, seed)


def _share_guessed(mechanism: Mechanism, world: World, people: np.ndarray, seed: int) -> float:
    profiles, weights, of_person = _profiles(world)
    logs = np.log(weights)
    right = [
        _guess(mechanism, world, profiles, logs, int(person), seed + number) == of_person[person]
        for number, person in enumerate(people.tolist())
    ]
    return float(np.mean(right))


def _profiles(world: World) -> tuple[csr_array, np.ndarray, np.ndarray]:
    """Return the different profiles of the pool, how often each is there, and that of each true person."""
    pool = world.prior.pool
    numbers: dict[bytes, int] = {}
    first: list[int] = []
    of_row = np.empty(pool.shape[0], dtype=int)
    for row in range(pool.shape[0]):
        key = np.sort(pool.indices[pool.indptr[row] : pool.indptr[row + 1]]).tobytes()
        if key not in numbers:
            numbers[key] = len(numbers)
            first.append(row)
        of_row[row] = numbers[key]
    # The true people are the last of the pool.
    return pool[first], np.bincount(of_row).astype(float), of_row[-len(world.year.people.facts) :]


def _guess(
    mechanism: Mechanism, world: World, profiles: csr_array, logs: np.ndarray, person: int, seed: int
) -> int:
    """Return the profile that the attacker takes for the missing one's."""
    year = world.year
    random = np.random.default_rng(seed)
    others = [
        each for each in random.permutation(year.by_person.shape[0])[:CHANGED].tolist() if each != person
    ]
    known = others[: CHANGED - 1] if isinstance(mechanism, Ours) else []
    fewer = np.zeros(len(year.cells), dtype=int)
    for each in known:
        fewer[_cells(year, each)] += 1
    gone = fewer.copy()
    gone[_cells(year, person)] += 1
    before, after = _twice(mechanism, year, gone, seed)
    stays = isinstance(mechanism, CensusCellKey | SameNoise)
    difference = _difference_of_logs(mechanism, before, after, fewer, stays=stays)
    return int(np.argmax(logs + profiles @ difference))


def _cells(year: CountedYear, person: int) -> np.ndarray:
    matrix = year.by_person
    return matrix.indices[matrix.indptr[person] : matrix.indptr[person + 1]]


def _twice(
    mechanism: Mechanism, year: CountedYear, gone: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the outputs before and after, so many persons fewer in every cell.

    Cells that lose nobody keep their noise where the same people get the same noise.
    """
    random = np.random.default_rng(seed)
    reach = mechanism.noise.reach
    truth = year.persons
    first = truth + _draw(mechanism, truth, random)
    second = truth - gone + _draw(mechanism, truth - gone, random)
    if isinstance(mechanism, CensusCellKey | SameNoise) or not reach:
        second = np.where(gone == 0, first, second)
    return mechanism.shown(first), mechanism.shown(second)


def _draw(mechanism: Mechanism, counts: np.ndarray, random: np.random.Generator) -> np.ndarray:
    rows = mechanism.noise.rows
    cumulative = np.cumsum(rows, axis=1)[np.minimum(counts, len(rows) - 1)]
    drawn = (cumulative < random.random(len(counts))[:, None] * cumulative[:, -1:]).sum(axis=1)
    return drawn - mechanism.noise.reach


def _difference_of_logs(
    mechanism: Mechanism, before: np.ndarray, after: np.ndarray, fewer: np.ndarray, *, stays: bool
) -> np.ndarray:
    """Return for each cell how much likelier its outputs are when the missing person was in it."""
    kinds, index = np.unique(np.column_stack([before, after, fewer]), axis=0, return_inverse=True)
    logs = []
    for one, other, known in kinds.tolist():
        low, high = mechanism.interval(one)
        counts = np.arange(low, high + 1)
        first = mechanism.likelihood(counts, one)
        with_person, without = (
            float(first @ (mechanism.likelihood(np.maximum(counts - less, 0), other) * (counts >= less)))
            for less in (known + 1, known)
        )
        if stays and not known:
            without = float(one == other) * float(first.sum())
        logs.append(
            max(np.log(max(with_person, 1e-300)), _IMPOSSIBLE)
            - max(np.log(max(without, 1e-300)), _IMPOSSIBLE)
        )
    return np.array(logs)[index.ravel()]

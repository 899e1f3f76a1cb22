"""A3: subtract two published numbers of which one lies within the other, and tell 0, 1 or 2 persons apart.

Every pair of published cells that the catalogue makes nested (a language within its family, a crossing
within its margins, a month within its quarter and year), and every cell less all its parts in one broader
table where each part is published. The attacker knows the law of the noise, and that cells with the same
people have related noise. Each guess is the difference with the highest likelihood, the three being equally
likely beforehand; the score is the mean of the shares of right guesses for 0, 1 and 2.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from tests.attacks.counted_year import CountedYear, Prior
from tests.attacks.mechanisms import HIDDEN, Mechanism

DIFFERENCES = (0, 1, 2)


@dataclass(frozen=True)
class Accuracy:
    """How many differences there were of 0, 1 and 2 persons, and how many of each were guessed."""

    tried: tuple[int, ...]
    right: tuple[float, ...]

    @property
    def balanced(self) -> float:
        """The mean share of right guesses; one third is chance. NaN when a difference never occurred."""
        if not all(self.tried):
            return float("nan")
        return float(np.mean([right / tried for right, tried in zip(self.right, self.tried, strict=True)]))


def together(found: list[Accuracy]) -> Accuracy:
    """Add up several runs."""
    return Accuracy(
        tuple(sum(each.tried[d] for each in found) for d in DIFFERENCES),
        tuple(sum(each.right[d] for each in found) for d in DIFFERENCES),
    )


def nested_pairs(year: CountedYear, prior: Prior) -> list[tuple[int, int]]:
    """Return inner and outer cell of every pair whose difference is 0 to 2, unless it is known to be 0.

    A language that is alone in its family says nothing new; the attacker knows that from the code lists.
    """
    sizes = year.persons
    possible = np.asarray((prior.pool > 0).sum(axis=0)).ravel()
    return [
        (inner, outer)
        for inner, around in enumerate(year.around)
        for outer in around
        if sizes[outer] - sizes[inner] in DIFFERENCES and possible[outer] > possible[inner]
    ]


def guess_pairs(mechanism: Mechanism, year: CountedYear, pairs: list[tuple[int, int]], seed: int) -> Accuracy:
    """Guess the difference of every pair of which both numbers are published."""
    published = mechanism.publish(year, seed)
    tried, right = [0, 0, 0], [0.0, 0.0, 0.0]
    cache: dict[tuple[int, int], np.ndarray] = {}
    for inner, outer in pairs:
        outputs = int(published[inner]), int(published[outer])
        if HIDDEN in outputs:
            continue
        if outputs not in cache:
            cache[outputs] = pair_likelihoods(mechanism, *outputs)
        difference = int(year.persons[outer] - year.persons[inner])
        tried[difference] += 1
        right[difference] += share_right(cache[outputs], difference)
    return Accuracy(tuple(tried), tuple(right))


def share_right(likelihoods: np.ndarray, truth: int) -> float:
    """Return the chance that the guess is right: ties are broken at random."""
    best = np.isclose(likelihoods, likelihoods.max(), rtol=1e-9, atol=0)
    return float(best[truth] / best.sum())


def pair_likelihoods(mechanism: Mechanism, inner: int, outer: int) -> np.ndarray:
    """Return the likelihood of both outputs for a difference of 0, 1 and 2.

    The true inner number is as likely to be one as another beforehand.
    """
    low, high = mechanism.interval(inner)
    counts = np.arange(low, high + 1)
    first = mechanism.likelihood(counts, inner)
    same = sum(_same_people(mechanism, count, inner, outer) for count in counts.tolist())
    return np.array([same, *(first @ mechanism.likelihood(counts + d, outer) for d in DIFFERENCES[1:])])


def _same_people(mechanism: Mechanism, count: int, inner: int, outer: int) -> float:
    """Return the chance of two outputs of cells with the same people."""
    reach = mechanism.noise.reach
    shown = mechanism.shown(count + np.arange(-reach, reach + 1))
    return float(mechanism.noise.joint(count)[np.ix_(shown == inner, shown == outer)].sum())


def whole_parts(year: CountedYear) -> list[tuple[int, list[int]]]:
    """Return each cell with all its parts in one table, where everybody has one value in that table a period.

    The parts of a month's total by language are all its languages; what is missing are people who did not
    tell. Parts that nobody is in are left out by the attacker too, who sees nothing of them.
    """
    parts: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for inner, around in enumerate(year.around):
        period, name, _ = year.cells[inner]
        for outer in around:
            if year.cells[outer][0] == period:
                parts[outer, period, name].append(inner)
    return [(outer, inner) for (outer, _, _), inner in parts.items() if len(inner) > 1]


def guess_remainders(
    mechanism: Mechanism, year: CountedYear, wholes: list[tuple[int, list[int]]], seed: int
) -> Accuracy:
    """Guess what is left of a cell when its published parts are subtracted."""
    published = mechanism.publish(year, seed)
    tried, right = [0, 0, 0], [0.0, 0.0, 0.0]
    for outer, parts in wholes:
        shown = [part for part in parts if published[part] != HIDDEN]
        difference = int(year.persons[outer] - year.persons[shown].sum())
        if published[outer] == HIDDEN or len(shown) < 2 or difference not in DIFFERENCES:
            continue
        likelihoods = remainder_likelihoods(mechanism, published[shown].tolist(), int(published[outer]))
        tried[difference] += 1
        right[difference] += share_right(likelihoods, difference)
    return Accuracy(tuple(tried), tuple(right))


def remainder_likelihoods(
    mechanism: Mechanism, parts: list[int], outer: int, direction: int = 1
) -> np.ndarray:
    """Return the likelihood of the outputs when the outer number is that of the parts and 0, 1 or 2 more.

    With direction -1 it is 0, 1 or 2 less.
    """
    total = np.ones(1)
    offset = 0
    for part in parts:
        low, high = mechanism.interval(part)
        total = np.convolve(total, mechanism.likelihood(np.arange(low, high + 1), part))
        offset += low
    counts = offset + np.arange(len(total))
    return np.array(
        [
            np.where(whole >= 0, mechanism.likelihood(np.maximum(whole, 0), outer), 0.0) @ total
            for whole in (counts + direction * difference for difference in DIFFERENCES)
        ]
    )


def exact_accuracy(mechanism: Mechanism, inner: range) -> float:
    """Return the accuracy for two published numbers, of which the inner one is as likely any of these.

    Computed from the law of the noise alone: for each pair of outputs the highest likelihood counts.
    """
    best = total = 0.0
    for one in inner:
        for other in range(one - 40, one + 43):
            if mechanism.shown(np.array([one, other])).tolist() == [one, other]:
                likelihoods = pair_likelihoods(mechanism, one, other)
                best, total = best + likelihoods.max(), total + likelihoods.sum()
    return best / total

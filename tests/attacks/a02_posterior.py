"""A2: what somebody believes of every small cell who weighs all published numbers as well as can be.

For mechanisms with noise the attacker's posterior is that of the whole population: persons come as a
Poisson process of the true law (the prior), and every published number and every gap counts with its
proper, censored, likelihood. It is explored by Markov chain Monte Carlo: persons are added, taken away and
replaced, in all cells of all months, quarters and the year that they are in (birth and death steps; Geyer
and Moller 1994). One chain starts from the true population, one from a random one; their posteriors are
averaged. The pool from which persons are proposed holds the true ones too, which favours the attacker.
Numbers of cells with the same people are taken as independent looks.

For mechanisms without noise such a chain cannot move. There the prior is cut off at the ranges that A1
found, cell by cell; a better attacker exists, but these mechanisms fail already.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import poisson

from servicebalie.core.disclosure import COMMON_FROM, RARE_DIMENSIONS, SMALL_GROUP_BELOW
from tests.attacks.counted_year import CountedYear, World
from tests.attacks.mechanisms import HIDDEN, HiddenRange, Mechanism, Ours

CLAIM = 0.9
MOST_TOLD = 4
"""Posteriors are kept for the numbers 0 to 3 and for more."""


@dataclass(frozen=True)
class Belief:
    """The posterior of cells, a row each: the chances of 0, 1, 2, 3, and more; and the prior's."""

    cells: np.ndarray
    posterior: np.ndarray
    prior: np.ndarray

    def claimed(self, truth: np.ndarray) -> float:
        """The share of true 1s and 2s that are claimed rightly with at least this certainty."""
        small = np.isin(truth[self.cells], (1, 2))
        certain = (
            self.posterior[np.arange(len(self.cells)), np.minimum(truth[self.cells], MOST_TOLD)] >= CLAIM
        )
        return float(certain[small].mean())

    def gain(self, truth: np.ndarray) -> float:
        """How much likelier a true 1 became on average by what was published."""
        singletons = truth[self.cells] == 1
        return float((self.posterior[singletons, 1] - self.prior[singletons, 1]).mean())


def hidden_ranges(mechanism: Mechanism, year: CountedYear, published: np.ndarray) -> list[HiddenRange]:
    """Return for every cell why it may be hidden: perturbed below the first number, or from the second on.

    None where it would be hidden in any case, and so tells nothing; that follows from published numbers.
    """
    if not isinstance(mechanism, Ours):
        return [(10 if mechanism.name in ("discrete-gaussian", "same-noise") else 0, math.inf)] * len(
            published
        )
    return [_hidden_range(mechanism, year, published, position) for position in range(len(published))]


def _hidden_range(mechanism: Ours, year: CountedYear, published: np.ndarray, position: int) -> HiddenRange:
    period, name, values = year.cells[position]
    table = year.tables[name]
    below, beyond = mechanism.profile.threshold, math.inf
    if len(period) == 4 and table.dimensions in [(dimension,) for dimension in RARE_DIMENSIONS]:
        below = max(below, COMMON_FROM)
    for other in year.catalogue.tables:
        if not other.is_broader_than(table) or not any(str(kind) == _kind(period) for kind in other.periods):
            continue
        label = other.cell_around(values, table, year.levels)
        around = year.position.get((period, other.name, label))
        if around is None or published[around] == HIDDEN:
            return None
        if published[around] < SMALL_GROUP_BELOW:
            beyond = min(beyond, 0.9 * published[around])
    return below, beyond


def _kind(period: str) -> str:
    return "quarter" if "Q" in period else "month" if "-" in period else "year"


class _Outputs:
    """The log likelihood of every cell's output as a table: a row per kind of output, a column per number."""

    def __init__(
        self,
        mechanism: Mechanism,
        year: CountedYear,
        published: np.ndarray,
        ranges: list[HiddenRange],
        most: int,
    ) -> None:
        rows: dict[tuple[int, HiddenRange], int] = {}
        self.row = np.array(
            [
                rows.setdefault((output, None if output != HIDDEN else hidden), len(rows))
                for output, hidden in zip(published.tolist(), ranges, strict=True)
            ]
        )
        counts = np.arange(most)
        self.table = np.array([_log_chances(mechanism, *key, counts) for key in rows], dtype=np.float32)


def _log_chances(mechanism: Mechanism, output: int, hidden: HiddenRange, counts: np.ndarray) -> np.ndarray:
    """Return the log likelihood of an output; what is impossible gets worse with the distance."""
    if output == HIDDEN and hidden is None:
        return np.zeros(len(counts))
    reach = mechanism.noise.reach
    if output != HIDDEN:
        chances = mechanism.likelihood(counts, output)
        distance = np.maximum(np.abs(counts - output) - reach, 0)
    else:
        below, beyond = hidden or (0, math.inf)
        perturbed = counts[:, None] + np.arange(-reach, reach + 1)
        rows = np.array([mechanism.noise.row(count) for count in counts.tolist()])
        chances = (rows * ((perturbed < below) | (perturbed >= beyond))).sum(axis=1)
        if isinstance(mechanism, Ours):
            chances[0] = 1.0
        distance = np.maximum(counts - below - reach, 0) if beyond == math.inf else np.zeros(len(counts))
    return np.log(np.maximum(chances, 1e-13)) - np.where(chances > 0, 0.0, 1.0 + distance)


def sample_posterior(
    mechanism: Mechanism, world: World, published: np.ndarray, *, steps: int, seed: int, from_truth: bool
) -> np.ndarray:
    """Return the posterior chances of every cell's number by a chain of so many steps."""
    year, prior = world.year, world.prior
    random = np.random.default_rng(seed)
    pool = _rows_of(prior.pool)
    if from_truth:
        present = _rows_of(year.by_person)
    else:
        present = [pool[each] for each in random.integers(0, len(pool), random.poisson(prior.rate))]
    numbers = np.bincount(np.concatenate(present), minlength=len(year.cells))
    hidden = hidden_ranges(mechanism, year, published)
    outputs = _Outputs(mechanism, year, published, hidden, 2 * int(numbers.max()) + 200)
    chain = _Chain(prior.rate, present, numbers, outputs)
    kept = np.zeros((len(year.cells), MOST_TOLD + 1))
    every, warm = max(1, steps // 400), steps // 4
    chances = np.log(random.random(steps) + 1e-300).tolist()
    kinds = random.random(steps).tolist()
    proposed = random.integers(0, len(pool), steps).tolist()
    cells = np.arange(len(year.cells))
    for step in range(steps):
        chain.step(kinds[step], pool[proposed[step]], chances[step])
        if step >= warm and step % every == 0:
            kept[cells, np.minimum(numbers, MOST_TOLD)] += 1
    return kept / kept.sum(axis=1, keepdims=True)


@dataclass
class _Chain:
    """A population, as the cells of each person and the number in every cell, that changes step by step."""

    rate: float
    present: list[np.ndarray]
    numbers: np.ndarray
    outputs: _Outputs

    def step(self, kind: float, newcomer: np.ndarray, chance: float) -> None:
        """Replace a person (kind below 1/2), add one (below 3/4) or take one away, if the chance has it so.

        `kind` is uniform on [0, 1), and `chance` the logarithm of a uniform number.
        """
        if kind < 0.5:
            place = int(kind * 2 * len(self.present))
            leaver = self.present[place]
            ratio = self._leave(leaver) + self._join(newcomer)
            if chance < ratio:
                self.present[place] = newcomer
            else:
                self.numbers[newcomer] -= 1
                self.numbers[leaver] += 1
        elif kind < 0.75:
            ratio = self._join(newcomer) + math.log(self.rate / (len(self.present) + 1))
            if chance < ratio:
                self.present.append(newcomer)
            else:
                self.numbers[newcomer] -= 1
        elif self.present:
            place = int((kind - 0.75) * 4 * len(self.present))
            leaver = self.present[place]
            ratio = self._leave(leaver) + math.log(len(self.present) / self.rate)
            if chance < ratio:
                self.present[place] = self.present[-1]
                self.present.pop()
            else:
                self.numbers[leaver] += 1

    def _join(self, cells: np.ndarray) -> float:
        """Add somebody to their cells and return by how much likelier the outputs are, as a logarithm."""
        rows, numbers = self.outputs.row[cells], self.numbers[cells]
        self.numbers[cells] += 1
        return float((self.outputs.table[rows, numbers + 1] - self.outputs.table[rows, numbers]).sum())

    def _leave(self, cells: np.ndarray) -> float:
        """Take somebody out of their cells and return by how much likelier the outputs are."""
        rows, numbers = self.outputs.row[cells], self.numbers[cells]
        self.numbers[cells] -= 1
        return float((self.outputs.table[rows, numbers - 1] - self.outputs.table[rows, numbers]).sum())


def _rows_of(matrix: csr_array) -> list[np.ndarray]:
    """Return the cells of every row."""
    return [
        matrix.indices[start:end] for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    ]


def believe_by_chains(
    mechanism: Mechanism, world: World, published: np.ndarray, cells: np.ndarray, *, steps: int, seed: int
) -> tuple[Belief, float]:
    """Return the belief of two chains, and how far apart their gains on singletons are."""
    chains = [
        sample_posterior(mechanism, world, published, steps=steps, seed=seed + truth, from_truth=bool(truth))
        for truth in (0, 1)
    ]
    prior = _cut_off(world.prior.mean[cells], np.zeros(len(cells)), np.full(len(cells), math.inf))
    one, other = (Belief(cells, chain[cells], prior).gain(world.year.persons) for chain in chains)
    return Belief(cells, (chains[0] + chains[1])[cells] / 2, prior), other - one


def believe_by_ranges(world: World, cells: np.ndarray, low: np.ndarray, high: np.ndarray) -> Belief:
    """Return the belief from the prior cut off at ranges."""
    mean = world.prior.mean[cells]
    prior = _cut_off(mean, np.zeros(len(cells)), np.full(len(cells), math.inf))
    return Belief(cells, _cut_off(mean, low[cells], high[cells]), prior)


def _cut_off(mean: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the chances of 0, 1, 2, 3 and more of Poisson numbers within ranges."""
    chances = np.empty((len(mean), MOST_TOLD + 1))
    for number in range(MOST_TOLD):
        inside = (low <= number) & (number <= high)
        chances[:, number] = np.where(inside, poisson.pmf(number, mean), 0.0)
    first = np.maximum(low, MOST_TOLD)
    beyond = poisson.sf(first - 1, mean) - np.where(
        np.isinf(high), 0.0, poisson.sf(np.where(np.isinf(high), 0, high), mean)
    )
    chances[:, MOST_TOLD] = np.where(high >= MOST_TOLD, np.maximum(beyond, 0), 0.0)
    # A cell that the prior holds impossible, yet is not empty: the range alone counts.
    empty = chances.sum(axis=1) < 1e-12
    for number in range(MOST_TOLD + 1):
        most = high[empty] if number < MOST_TOLD else number
        chances[empty, number] = (low[empty] <= number) & (number <= most) & (number <= high[empty])
    return chances / chances.sum(axis=1, keepdims=True)

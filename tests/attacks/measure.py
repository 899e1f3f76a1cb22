"""All attacks on one mechanism, and on all mechanisms: what the tests judge and the method page shows."""

import math
import multiprocessing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from tests.attacks import a01_programming as a01
from tests.attacks import a02_posterior as a02
from tests.attacks import a03_differencing as a03
from tests.attacks import a04_periods as a04
from tests.attacks import a05_republishing as a05
from tests.attacks import a06_averaging as a06
from tests.attacks import a07_zero_or_one as a07
from tests.attacks import a08_everyone_else as a08
from tests.attacks import a09_heavy_user as a09
from tests.attacks import a10_groups as a10
from tests.attacks import a11_equal_values as a11
from tests.attacks.counted_year import World, make_world
from tests.attacks.mechanisms import Counts, Mechanism, Ours, all_mechanisms
from tests.attacks.relations import Relations
from tests.attacks.utility import utility

Scores = dict[str, float]


@dataclass(frozen=True)
class Size:
    """How large the simulated desk is and how long the attackers work."""

    name: str
    persons: int
    prior_years: int
    seeds: int
    programmes: int
    steps: int
    erased: int
    tested: int
    draws: int


FULL = Size("full", 300, 18, 4, 1, 600_000, 100, 80, 200_000)
REDUCED = Size("reduced", 100, 20, 2, 0, 300_000, 40, 20, 100_000)
SEED = 1


@dataclass(frozen=True)
class Battlefield:
    """A simulated year with what several attacks need of it."""

    size: Size
    world: World

    @cached_property
    def relations(self) -> Relations:
        """The relations between all cells."""
        return Relations.of(self.world.year)

    @cached_property
    def small_cells(self) -> np.ndarray:
        """The cells of one or two persons."""
        return np.flatnonzero(np.isin(self.world.year.persons, (1, 2)))


@cache
def battlefield(size: Size) -> Battlefield:
    """Simulate the year of a size, once."""
    return Battlefield(size, make_world(size.persons, size.prior_years, SEED))


def measure(mechanism: Mechanism, field: Battlefield) -> Scores:
    """Attack one mechanism in all ways and return the scores by name; NaN where an attack has no subject."""
    scores: Scores = {}
    for attack in (
        _by_programming_and_belief,
        _by_differences,
        _by_averaging,
        _by_knowing_the_rest,
        _utility,
    ):
        scores |= attack(mechanism, field)
    return scores


def _by_programming_and_belief(mechanism: Mechanism, field: Battlefield) -> Scores:
    world, cells = field.world, field.small_cells
    published = mechanism.publish(world.year, SEED)
    hidden = a02.hidden_ranges(mechanism, world.year, published)
    bounds = a01.given_bounds(mechanism, published, hidden)
    ranges = a01.find_ranges(field.relations, bounds, world, cells, one_by_one=field.size.programmes)
    truth = world.year.persons
    if mechanism.noise.reach:
        belief, apart = a02.believe_by_chains(
            mechanism, world, published, cells, steps=field.size.steps, seed=SEED
        )
    else:
        belief, apart = a02.believe_by_ranges(world, cells, ranges.low, ranges.high), 0.0
    chosen = np.random.default_rng(SEED).permutation(cells)[: field.size.programmes]
    linear = a01.linear_widths(field.relations, ranges, chosen)
    return {
        "a1_determined": float(ranges.determined.mean()),
        "a1_undecided": float(ranges.undecided.mean()),
        "a1_least_width": float(np.median(ranges.least_width)),
        "a1_most_width": float(np.median(ranges.most_width)),
        "a1_linear_width": float(np.median(linear)) if len(linear) else math.nan,
        "a2_claimed": belief.claimed(truth),
        "a2_gain": belief.gain(truth),
        "a2_chains_apart": apart,
        "a2_cells": float(len(cells)),
    }


def _by_differences(mechanism: Mechanism, field: Battlefield) -> Scores:
    year, prior = field.world.year, field.world.prior
    seeds = range(SEED, SEED + (1 if isinstance(mechanism, Counts) else field.size.seeds))
    kinds = {
        "a3_pairs": (a03.guess_pairs, a03.nested_pairs(year, prior)),
        "a3_remainders": (a03.guess_remainders, a03.whole_parts(year)),
        "a4_pairs": (a03.guess_pairs, a04.pairs_in_time(year, prior)),
        "a4_returning": (a04.guess_returning, a04.parts_in_time(year)),
    }
    scores: Scores = {}
    for name, (guess, subjects) in kinds.items():
        found = a03.together([guess(mechanism, year, subjects, seed) for seed in seeds])
        scores |= {name: found.balanced, f"{name}_tried": float(min(found.tried))}
    pairs = a11.close_pairs(year, prior)
    groups = a10.reveal(mechanism, year, SEED)
    erased = np.random.default_rng(SEED).permutation(len(year.people.facts))[: field.size.erased]
    return scores | {
        "a3_exact": a03.exact_accuracy(mechanism, range(100, 110)),
        "a5_first_guess": a05.after_one(mechanism, field.world, erased, SEED),
        "a5_nine_known": a05.after_ten(mechanism, field.world, erased, SEED)
        if isinstance(mechanism, Ours)
        else math.nan,
        "a10_groups": float(groups.groups),
        "a10_revealed": groups.revealed,
        "a11_lift": a11.lift(mechanism, year, pairs, seeds),
    }


def _by_averaging(mechanism: Mechanism, field: Battlefield) -> Scores:
    if not mechanism.noise.reach:
        # Nothing to average away: such numbers have no chance in them.
        exact = math.nan if isinstance(mechanism, Counts) and mechanism.base > 1 else 0.0
        return {"a4_variance": exact, "a6_variance": exact, "a6_median": exact, "a6_same_people": exact}
    year, prior = field.world.year, field.world.prior
    all_cells, in_time = [], []
    for seed in (SEED, SEED + 1):
        published = mechanism.publish(year, seed)
        shown = np.flatnonzero(published >= 10)
        all_cells.append(a06.effective_variances(mechanism, year, prior, shown))
        in_time.extend(
            a06.effective_variances(mechanism, year, prior, each) for each in a04.series(year, published)
        )
    return {
        "a4_variance": float(np.concatenate(in_time).min()),
        "a6_variance": float(np.concatenate(all_cells).min()),
        "a6_median": float(np.median(np.concatenate(all_cells))),
        "a6_same_people": (1 + 2 * mechanism.noise.same_people()) / 3,
    }


def _by_knowing_the_rest(mechanism: Mechanism, field: Battlefield) -> Scores:
    year, size = field.world.year, field.size
    chosen = np.random.default_rng(SEED).permutation(len(year.people.facts))[: size.tested]
    typical = a08.accuracy_of_persons(mechanism, year, chosen, size.draws // 200, SEED)
    worst = a08.accuracy_of_persons(mechanism, year, a08.busiest(year, 10), size.draws // 50, SEED)
    scores = {
        "a7_zero_or_one": a07.distance(mechanism, 0, 1),
        "a7_zero_or_two": a07.distance(mechanism, 0, 2),
        "a8_twelve_cells": a08.accuracy_in_cells(mechanism, 12, size.draws, SEED),
        "a8_typical_person": float(np.median(typical)),
        "a8_worst_person": float(max(typical.max(), worst.max())),
        "a9_one_number": a09.in_one_number(mechanism),
        "a9_all_numbers": 1.0,
    }
    if isinstance(mechanism, Ours):
        scores["a9_all_numbers"] = a09.in_all_numbers(mechanism, year, size.tested // 4, 200, SEED)
    return scores


def _utility(mechanism: Mechanism, field: Battlefield) -> Scores:
    year = field.world.year
    each = [utility(year, mechanism.publish(year, seed)) for seed in (SEED, SEED + 1)]
    return {
        "error": float(np.mean([one.error for one in each])),
        "coverage": float(np.mean([one.coverage for one in each])),
        "false_trends": float(np.mean([one.false_trends for one in each])),
    }


def measure_all(size: Size, names: tuple[str, ...], processes: int) -> Mapping[str, Scores]:
    """Attack several mechanisms, so many at a time, all over the same year."""
    battlefield(size)
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        found = pool.starmap(_measure_named, [(size, name) for name in names], chunksize=1)
    return dict(zip(names, found, strict=True))


def _measure_named(size: Size, name: str) -> Scores:
    mechanism = next(each for each in all_mechanisms() if each.name == name)
    return measure(mechanism, battlefield(size))

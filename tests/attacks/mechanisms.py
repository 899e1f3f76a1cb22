"""The ways of publishing that are compared: each turns the true numbers of a year into what everybody sees.

All of them are given the same year. A mechanism also tells the attacker everything about itself except its
keys: how likely each output is for a true number, and which true numbers an output leaves possible.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from servicebalie.core.disclosure import CommonCategories, protect_all
from servicebalie.core.profile import Profile
from servicebalie.services.publishing_rules import PROFILES, shipped_profile
from tests.attacks.counted_year import PERIODS, CountedYear, year_keys
from tests.attacks.noise import Noise, near_joints, rows_of
from tests.attacks.simulated_year import levels

HIDDEN = -1
"""The output of a cell of which nothing is published."""

MOST = 6000
"""True numbers of a simulated year stay below this."""


HiddenRange = tuple[int, float] | None
"""Why a cell may be hidden: perturbed below the first, or from the second on; None: it is in any case."""


class Mechanism(ABC):
    """A way of publishing: the name it has in tables, and what it does."""

    name: str
    title: str
    noise: Noise

    def publish(self, year: CountedYear, seed: int) -> np.ndarray:
        """Return for every cell the published number of persons, or HIDDEN; the same for the same seed."""
        made: dict[tuple[int, int], np.ndarray] = self.__dict__.setdefault("_published", {})
        if (id(year), seed) not in made:
            made[id(year), seed] = self._publish(year, seed)
        return made[id(year), seed]

    @abstractmethod
    def _publish(self, year: CountedYear, seed: int) -> np.ndarray:
        """Return what is published with the keys of a seed."""

    @abstractmethod
    def shown(self, perturbed: np.ndarray) -> np.ndarray:
        """Tell what is shown of perturbed numbers, HIDDEN where nothing is; a number always shows as itself
        or as the coarser number it falls in."""

    def chances(self, count: int) -> dict[int, float]:
        """The chance of each output for a cell with this true number."""
        deviations = np.arange(-self.noise.reach, self.noise.reach + 1)
        result: dict[int, float] = {}
        for output, chance in zip(
            self.shown(count + deviations).tolist(), self.noise.row(count).tolist(), strict=True
        ):
            if chance > 0:
                result[output] = result.get(output, 0.0) + chance
        return result

    @cached_property
    def _band(self) -> tuple[int, np.ndarray, np.ndarray]:
        """The largest distance of an output, the chances of outputs by distance, and those of HIDDEN."""
        chances = [self.chances(count) for count in range(MOST)]
        far = max(abs(output - count) for count, each in enumerate(chances) for output in each if output >= 0)
        band, hidden = np.zeros((MOST, 2 * far + 1)), np.zeros(MOST)
        for count, each in enumerate(chances):
            for output, chance in each.items():
                if output == HIDDEN:
                    hidden[count] = chance
                else:
                    band[count, output - count + far] = chance
        return far, band, hidden

    def likelihood(self, counts: np.ndarray, output: int) -> np.ndarray:
        """The chance of an output for each of these true numbers."""
        far, band, hidden = self._band
        counts = np.minimum(counts, MOST - 1)
        if output == HIDDEN:
            return hidden[counts]
        distances = output - counts + far
        inside = (distances >= 0) & (distances <= 2 * far)
        return np.where(inside, band[counts, np.clip(distances, 0, 2 * far)], 0.0)

    def interval(self, output: int) -> tuple[int, int]:
        """The lowest and the highest true number that an output leaves possible."""
        far = self._band[0]
        counts = np.arange(0, 100) if output == HIDDEN else np.arange(max(0, output - far), output + far + 1)
        possible = counts[self.likelihood(counts, output) > 0]
        return int(possible[0]), int(possible[-1])


EXACT = Noise(np.ones((1, 1)), np.ones((1, 1, 1)))


@dataclass
class Counts(Mechanism):
    """Numbers without noise: hidden from `hide_from` up to `threshold`, and rounded to a base."""

    name: str
    title: str
    threshold: int = 0
    hide_from: int = 0
    base: int = 1
    noise: Noise = EXACT

    def _publish(self, year: CountedYear, seed: int) -> np.ndarray:
        return self.shown(year.persons)

    def shown(self, perturbed: np.ndarray) -> np.ndarray:
        rounded = (perturbed + self.base // 2) // self.base * self.base
        hidden = (perturbed >= self.hide_from) & (perturbed < self.threshold)
        return np.where(hidden, HIDDEN, rounded)


@dataclass
class CensusCellKey(Mechanism):
    """The classical cell key of census offices: no threshold, the bare sum of record keys, zeros stay."""

    name: str = "census-cell-key"
    title: str = "classical cell key (D=5, V=3, js=2)"
    profile: Profile = field(default_factory=lambda: shipped_profile(PROFILES["census"]))

    @cached_property
    def noise(self) -> Noise:
        rows = rows_of(self.profile)
        return Noise(rows, np.array([np.diag(row) for row in rows]))

    def _publish(self, year: CountedYear, seed: int) -> np.ndarray:
        keys = np.random.default_rng(seed).integers(0, 2**64, len(year.people.facts), dtype=np.uint64)
        result = np.empty(len(year.cells), dtype=int)
        for position, count in enumerate(year.persons.tolist()):
            cell_key = int(keys[year.contributors(position)].sum(dtype=np.uint64))
            result[position] = count + self.profile.table.deviation(count, cell_key)
        return result

    def shown(self, perturbed: np.ndarray) -> np.ndarray:
        return np.asarray(perturbed)


@dataclass
class DiscreteGaussian(Mechanism):
    """Fresh discrete Gaussian noise in every cell (OpenDP) of our variance, under our threshold.

    Drawn from its exact law with a seed, because OpenDP's own sampler has none;
    `test_mechanisms.py` compares the two.
    """

    name: str = "discrete-gaussian"
    title: str = "discrete Gaussian noise as in OpenDP (V=5), below 10 hidden"
    variance: float = 5.0
    threshold: int = 10

    @cached_property
    def noise(self) -> Noise:
        # Beyond 15 the chance is below 1e-10; an attacker loses nothing by leaving that out.
        chances = np.exp(-(np.arange(-15, 16) ** 2) / (2 * self.variance))
        chances /= chances.sum()
        return Noise(chances[None], np.outer(chances, chances)[None])

    def _publish(self, year: CountedYear, seed: int) -> np.ndarray:
        drawn = np.random.default_rng(seed).choice(np.arange(-15, 16), len(year.cells), p=self.noise.row(0))
        return self.shown(year.persons + drawn)

    def shown(self, perturbed: np.ndarray) -> np.ndarray:
        return np.where(perturbed >= self.threshold, perturbed, HIDDEN)


@dataclass
class SameNoise(DiscreteGaussian):
    """Ours as it was until docs/adr/0013: the same people get exactly the same noise in every cell."""

    name: str = "same-noise"
    title: str = "our noise, but exactly the same for the same people (before ADR 13)"

    @cached_property
    def noise(self) -> Noise:
        rows = rows_of(shipped_profile(PROFILES["default"]))
        return Noise(rows, np.array([np.diag(row) for row in rows]))

    def _publish(self, year: CountedYear, seed: int) -> np.ndarray:
        reach = self.noise.reach
        drawn = np.random.default_rng(seed).choice(
            np.arange(-reach, reach + 1), year.sets.max() + 1, p=self.noise.row(0)
        )
        return self.shown(year.persons + drawn[year.sets])


@dataclass
class Ours(Mechanism):
    """What servicebalie publishes: the real tabulation, noise, threshold and rules."""

    name: str
    title: str
    profile: Profile

    @cached_property
    def noise(self) -> Noise:
        rows = rows_of(self.profile)
        return Noise(rows, near_joints(rows))

    def _publish(self, year: CountedYear, seed: int) -> np.ndarray:
        result = np.full(len(year.cells), HIDDEN)
        for period in PERIODS:
            # A desk in its first year calls nothing rare, so that most is published.
            common: CommonCategories | None = None if len(period.months) == 12 else {}
            for table in protect_all(
                year.raw_tables[str(period)],
                self.profile,
                year_keys(seed),
                period=str(period),
                epoch=1,
                levels=levels(),
                common=common,
            ):
                for values, cell in table.cells.items():
                    result[year.position[str(period), table.definition.name, values]] = cell.persons.value
        return result

    def shown(self, perturbed: np.ndarray) -> np.ndarray:
        return np.where(perturbed >= self.profile.threshold, perturbed, HIDDEN)

    def chances(self, count: int) -> dict[int, float]:
        """A cell that nobody is in does not exist, and so is hidden for certain."""
        return super().chances(count) if count else {HIDDEN: 1.0}


def ours() -> Ours:
    """Return what is shipped and chosen when nothing else is."""
    return Ours("ours", "servicebalie (profile default)", shipped_profile(PROFILES["default"]))


def all_mechanisms() -> tuple[Mechanism, ...]:
    """Return every mechanism, in the order of the tables."""
    return (
        Counts("raw", "raw counts"),
        Counts("threshold-5-zeros", "below 5 hidden, zeros shown", threshold=5, hide_from=1),
        Counts("threshold-5", "below 5 hidden", threshold=5),
        Counts("threshold-10", "below 10 hidden", threshold=10),
        Counts("rounding-5", "rounded to 5", base=5),
        Counts("ons-10-5", "below 10 hidden, rounded to 5", threshold=10, base=5),
        CensusCellKey(),
        DiscreteGaussian(),
        SameNoise(),
        ours(),
        *(
            Ours(f"ours-{name}", f"servicebalie (profile {name})", shipped_profile(PROFILES[name]))
            for name in ("detailed", "census")
        ),
    )

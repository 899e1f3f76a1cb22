"""Months of simulated desks where nothing changes but the season, protected as they would be published.

The people are those of the demonstration (places, groups, languages, topics), without its rising topics. They
are drawn month by month in arrays, because `core.simulation` is made for one desk and not for thousands of
months. Counts go through `core.disclosure` with random cell keys: noise, threshold and all rules are real.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from servicebalie.core.catalogue import BROADER, Dimension, Table
from servicebalie.core.cell_keys import YearKeys
from servicebalie.core.disclosure import protect_all
from servicebalie.core.histories import PublishedMonth
from servicebalie.core.periods import PeriodKind
from servicebalie.core.population import Mix, Newcomers, Place
from servicebalie.core.tabulation import RawCell, RawTable
from servicebalie.core.vocabulary import Outcome
from servicebalie.services.code_lists import shipped_code_lists, shipped_levels
from servicebalie.services.demo import demo_population
from servicebalie.services.publishing_rules import shipped_catalogue, shipped_profile

NOBODY_SAYS = 0.09
SECOND_QUESTION = 0.42
NO_VALUE = -1
KEYS = YearKeys(b"p" * 32, b"n" * 32, b"c" * 32)
TABLES = shipped_catalogue().tables_of(PeriodKind.MONTH)
LEVELS = shipped_levels()
PROFILE = shipped_profile("default-1")
POPULATION = demo_population()

Codes: TypeAlias = NDArray[np.int64]
"""The values of a dimension for all persons, as positions in a list of names; `NO_VALUE` where unknown."""

Questions: TypeAlias = tuple[Mapping[Dimension, Codes], Mapping[Dimension, Codes]]
"""What is known about the first and the second question of each person."""


@dataclass(frozen=True, slots=True)
class World:
    """What happens besides the season: factors of topics, and by how much topics vary beyond chance."""

    factors: Mapping[str, float]
    restless: float = 0.0


QUIET = World({})


class Names:
    """The names of the values of a dimension, in the order in which they were met."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, value: str) -> int:
        """Return the position of a name."""
        if value not in self._codes:
            self._codes[value] = len(self.values)
            self.values.append(value)
        return self._codes[value]


class StableDesk:
    """A desk to which so many persons come in a month of the mean season."""

    def __init__(self, persons: float, seed: int) -> None:
        self._persons = persons
        self._random = np.random.default_rng(seed)
        self._names = {dimension: Names() for dimension in Dimension}
        self._kinds = [
            (place, POPULATION.groups[group], language)
            for place in POPULATION.places
            for group in place.groups
            for language in POPULATION.groups[group].languages
        ]
        self._shares = np.array([self._share(*kind) for kind in self._kinds])
        self._topics = sorted({topic for group in POPULATION.groups.values() for topic in group.topics})
        weights = [
            [newcomers.topics.get(topic, 0.0) * place.emphasis.get(topic, 1.0) for topic in self._topics]
            for place, newcomers, _ in self._kinds
        ]
        self._interest = np.array(weights) / np.sum(weights, axis=1, keepdims=True)

    def month(self, number: int, world: World = QUIET) -> PublishedMonth:
        """Simulate a calendar month, 1 to 12, and protect it."""
        questions = self._questions(number, world)
        raw = [self._raw_table(table, questions) for table in TABLES]
        safe = protect_all(raw, PROFILE, KEYS, epoch=1, levels=LEVELS, common={})
        tables = {
            table.definition.name: {values: cell.persons.value for values, cell in table.cells.items()}
            for table in safe
        }
        return PublishedMonth(tables, {})

    def _share(self, place: Place, newcomers: Newcomers, language: str) -> float:
        groups, languages = sum(place.groups.values()), sum(newcomers.languages.values())
        return (
            place.weight * place.groups[newcomers.group] / groups * newcomers.languages[language] / languages
        )

    def _questions(self, number: int, world: World) -> Questions:
        seasons = np.array([POPULATION.season(language, number) for *_, language in self._kinds])
        asking = self._topic_rates(world)
        # A topic that rises brings people of its own: nobody asks less about the others.
        rates = self._persons * self._shares / self._shares.sum() * seasons * asking.sum(axis=1)
        kinds = np.repeat(np.arange(len(rates)), self._random.poisson(rates))
        single = self._single_valued(kinds)
        cumulative = (asking / asking.sum(axis=1, keepdims=True)).cumsum(axis=1)
        first = self._draw(cumulative[kinds])
        second = self._draw(cumulative[kinds])
        asks_again = (self._random.random(len(kinds)) < SECOND_QUESTION) & (second != first)
        return (
            single | self._about(first),
            single | self._about(np.where(asks_again, second, NO_VALUE)),
        )

    def _single_valued(self, kinds: Codes) -> dict[Dimension, Codes]:
        """Draw what a person has one value of in a month."""
        given: dict[Dimension, Callable[..., str]] = {
            Dimension.MUNICIPALITY: lambda place, _, __: place.municipality,
            Dimension.GROUP: lambda _, newcomers, __: newcomers.group,
            Dimension.LANGUAGE: lambda _, __, language: language,
        }
        drawn: dict[Dimension, Callable[..., Mix[str]]] = {
            Dimension.STAY: lambda newcomers: newcomers.stays,
            Dimension.ARRIVAL: lambda newcomers: newcomers.arrivals,
            Dimension.REGISTRATION: lambda newcomers: newcomers.registrations,
            Dimension.CHANNEL: lambda newcomers: newcomers.channels,
        }
        columns = {
            dimension: np.array([self._names[dimension].code(of(*kind)) for kind in self._kinds])[kinds]
            for dimension, of in given.items()
        }
        for dimension, mix_of in drawn.items():
            mixes = [mix_of(newcomers) for _, newcomers, _ in self._kinds]
            columns[dimension] = self._draw_mixes(dimension, mixes, kinds)
        for dimension in columns.keys() - {Dimension.LANGUAGE, Dimension.CHANNEL}:
            silent = self._random.random(len(kinds)) < NOBODY_SAYS
            columns[dimension] = np.where(silent, NO_VALUE, columns[dimension])
        return self._lifted(columns)

    def _draw_mixes(self, dimension: Dimension, mixes: list[Mix[str]], chosen: Codes) -> Codes:
        """Draw for each person a value from the mix that was chosen for that person."""
        names = self._names[dimension]
        for mix in mixes:
            for value in mix.values:
                names.code(value)
        chances = np.zeros((len(mixes), len(names.values)))
        for row, mix in enumerate(mixes):
            for value, weight in zip(mix.values, np.diff((0.0, *mix.cumulative)), strict=True):
                chances[row, names.code(value)] = weight / mix.weight
        return self._draw(chances.cumsum(axis=1)[chosen])

    def _topic_rates(self, world: World) -> NDArray[np.float64]:
        """Return how often each kind of person asks about each topic; usually once in all."""
        factors = np.array([world.factors.get(topic, 1.0) for topic in self._topics])
        if world.restless:
            shape = world.restless**-2
            factors = factors * self._random.gamma(shape, 1 / shape, len(factors))
        return self._interest * factors

    def _about(self, topics: Codes) -> dict[Dimension, Codes]:
        """Return what follows from the topic of a question: how it ends, why not, and who helps."""
        asked = topics != NO_VALUE
        codes = [self._names[Dimension.TOPIC].code(topic) for topic in self._topics]
        courses = [POPULATION.course(topic) for topic in self._topics]
        lists = shipped_code_lists().topics
        destination = [self._names[Dimension.DESTINATION].code(lists[t].destination) for t in self._topics]
        outcome = self._draw_mixes(Dimension.OUTCOME, [course.outcomes for course in courses], topics)
        on_the_spot = np.array([course.on_the_spot for course in courses])[topics]
        at_desk = self._names[Dimension.OUTCOME].code(Outcome.ANSWERED_AT_DESK)
        unmet = self._names[Dimension.OUTCOME].code(Outcome.UNMET)
        outcome = np.where(self._random.random(len(topics)) < on_the_spot, at_desk, outcome)
        reason = self._draw_mixes(Dimension.UNMET_REASON, [course.unmet for course in courses], topics)
        columns = {
            Dimension.TOPIC: np.array(codes)[topics],
            Dimension.DESTINATION: np.array(destination)[topics],
            Dimension.OUTCOME: outcome,
            Dimension.UNMET_REASON: np.where(outcome == unmet, reason, NO_VALUE),
        }
        known = {dimension: np.where(asked, column, NO_VALUE) for dimension, column in columns.items()}
        return self._lifted(known)

    def _lifted(self, columns: dict[Dimension, Codes]) -> dict[Dimension, Codes]:
        """Add the values one level up."""
        for finer, broader in BROADER.items():
            if finer in columns:
                up = [self._names[broader].code(LEVELS[finer][v]) for v in self._names[finer].values]
                columns[broader] = np.array([*up, NO_VALUE])[columns[finer]]
        return columns

    def _draw(self, cumulative: NDArray[np.float64]) -> Codes:
        """Draw a position for each row of cumulative chances."""
        chosen = (cumulative <= self._random.random(len(cumulative))[:, None]).sum(axis=1)
        return np.minimum(chosen, cumulative.shape[1] - 1)

    def _raw_table(self, table: Table, questions: Questions) -> RawTable:
        """Count each person once in each cell, with a cell key that nobody can tell."""
        sizes = [len(self._names[dimension].values) for dimension in table.dimensions]
        first, second = (self._cells(table.dimensions, sizes, question) for question in questions)
        seen = np.concatenate([first, second[second != first]])
        counts = np.bincount(seen[seen != NO_VALUE], minlength=prod(sizes))
        cells = {}
        for cell in np.flatnonzero(counts):
            key = int(self._random.integers(2**63))
            labels = self._labels(table.dimensions, np.unravel_index(cell, sizes) if sizes else ())
            cells[labels] = RawCell(int(counts[cell]), 0, key, key)
        return RawTable(table, cells)

    def _cells(
        self, dimensions: Iterable[Dimension], sizes: list[int], question: Mapping[Dimension, Codes]
    ) -> Codes:
        columns = [question[dimension] for dimension in dimensions]
        if not columns:
            return np.zeros(len(question[Dimension.TOPIC]), dtype=np.int64)
        known = np.all([column != NO_VALUE for column in columns], axis=0)
        cells = np.ravel_multi_index([np.maximum(column, 0) for column in columns], sizes)
        return np.where(known, cells, NO_VALUE)

    def _labels(self, dimensions: Iterable[Dimension], codes: Iterable[int]) -> tuple[str, ...]:
        pairs = zip(dimensions, codes, strict=True)
        return tuple(str(self._names[dimension].values[code]) for dimension, code in pairs)

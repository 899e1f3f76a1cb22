"""What one person contributes to the tables of a period, within the bounds of the catalogue.

A person has one language, group, stay, arrival, registration and municipality a month: that of the last
visit. Of the other dimensions only so many values a month count as the catalogue allows, chosen by a keyed
order that nobody can steer; a cell counts at most three questions of one person, however long its period.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import cast

from servicebalie.core.catalogue import BROADER, SINGLE_VALUED, Dimension, Levels, Table, Values
from servicebalie.core.cell_keys import cap_rank

MOST_QUESTIONS = 3
"""How many questions of one person a cell counts at most."""


@dataclass(frozen=True, slots=True)
class QuestionFact:
    """The coded facts of one question and its visit; None where nothing is known.

    `person` is the asker's pseudonym of the year, of the same length for everybody; `month` is `YYYY-MM`.
    """

    month: str
    served: str | None
    offered: str | None
    return_reason: str | None
    person: bytes
    topic: str | None
    language: str | None
    group: str | None
    stay: str | None
    arrival: str | None
    registration: str | None
    channel: str | None
    outcome: str | None
    unmet_reason: str | None
    municipality: str | None
    destination: str | None


Labels = dict[Dimension, str | None]
"""The value of one question in each dimension."""

Cell = tuple[str, Values]
"""The name of a table, and the label of one of its cells."""

_STATED = tuple(dimension for dimension in Dimension if dimension not in BROADER.values())
_MANY_VALUED = tuple(dimension for dimension in _STATED if dimension not in SINGLE_VALUED)
_month = attrgetter("month")
_stated_values = attrgetter(*(dimension.replace("-", "_") for dimension in _STATED))


@dataclass(frozen=True, slots=True)
class ContributionRules:
    """What bounds a contribution to a month: the most values per dimension, and K_cap."""

    bounds: Mapping[Dimension, int]
    levels: Levels
    cap_key: bytes = field(repr=False)


def person_cells(
    facts: Sequence[QuestionFact], tables: Iterable[Table], rules: ContributionRules
) -> dict[Cell, int]:
    """Tell in which cells of a period one person counts, and for how many questions (1 to 3).

    `facts` are all of that person's in that period, oldest visit first, at least one. A question without a
    value in a dimension is in no cell of the tables with that dimension.
    """
    questions = [
        question
        for _, of_month in groupby(facts, key=_month)
        for question in _labelled(list(of_month), rules)
    ]
    cells: dict[Cell, int] = {}
    for table in tables:
        name, dimensions = table.name, table.dimensions
        for question in questions:
            values = tuple(map(question.__getitem__, dimensions))
            if None not in values:
                cell = name, cast("Values", values)
                counted = cells.get(cell, 0)
                if counted < MOST_QUESTIONS:
                    cells[cell] = counted + 1
    return cells


def _labelled(facts: Sequence[QuestionFact], rules: ContributionRules) -> list[Labels]:
    """Label each question of one month with the values that count."""
    questions: list[Labels] = [dict(zip(_STATED, _stated_values(fact), strict=True)) for fact in facts]
    last = {dimension: questions[-1][dimension] for dimension in SINGLE_VALUED}
    for question in questions:
        question.update(last)
    for dimension in _MANY_VALUED:
        bound = rules.bounds[dimension]
        # There are no more values than questions.
        if len(questions) > bound:
            rank = partial(cap_rank, rules.cap_key, facts[0].person, facts[0].month, dimension)
            _keep_within(bound, questions, dimension, rank)
    for question in questions:
        _lift(question, rules.levels)
    return questions


def _keep_within(
    bound: int, questions: Iterable[Labels], dimension: Dimension, rank: Callable[[str], bytes]
) -> None:
    """Leave out the values of a dimension beyond the bound, highest rank first."""
    values = {value for question in questions if (value := question[dimension]) is not None}
    if len(values) > bound:
        kept = sorted(values, key=rank)[:bound]
        for question in questions:
            if question[dimension] not in kept:
                question[dimension] = None


def _lift(question: Labels, levels: Levels) -> None:
    """Give a question its values one level up.

    One about a main topic as such has no topic below it.
    """
    for finer, broader in BROADER.items():
        value = question[finer]
        question[broader] = None if value is None else levels[finer].get(value)
    if question[Dimension.MAIN_TOPIC] is None:
        question[Dimension.MAIN_TOPIC], question[Dimension.TOPIC] = question[Dimension.TOPIC], None

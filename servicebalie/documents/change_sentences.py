"""The changes of a report in plain sentences: only what is beyond chance, and each thing once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from servicebalie.core.catalogue import Dimension, Table, Values
from servicebalie.core.changes import Change, Changes, Difference, Direction, Expectation
from servicebalie.core.expectations import YEAR, Model
from servicebalie.core.periods import Month, Period, PeriodKind
from servicebalie.documents.words import Words
from servicebalie.i18n.change_words import CHANGES
from servicebalie.services.code_lists import shipped_levels
from servicebalie.services.publishing_rules import shipped_catalogue

MOST_SENTENCES = 8
"""More than this nobody reads; the document of the report has all."""

NOT_TOLD = frozenset({"unknown"})
"""Values of which more or fewer tell about the registering, not about the people."""

_EXPLAINED = 0.5
"""The part of a parent's change from which a child explains it."""

NameOf = Callable[[Dimension, str], str]


@dataclass(frozen=True, slots=True)
class _Signal:
    """A change beyond chance, with the yardstick that tells it best and how many months back that is."""

    table: Table
    labels: Values
    persons: int
    yardstick: Expectation | Difference
    months: int

    @property
    def excess(self) -> int:
        """How many persons more than by the yardstick; below zero when there are fewer."""
        return self.persons - self.yardstick.value

    @property
    def strength(self) -> float:
        """How far the number is from what is usual, in half widths of the interval."""
        return 2 * abs(self.excess) / max(self.yardstick.high - self.yardstick.low, 1)


def change_sentences(
    changes: Changes | None, *, words: Words, period: Period, name_of: NameOf
) -> tuple[str, ...]:
    """Tell the changes of a month that are beyond chance, the most important first; at most eight.

    `name_of` gives the name of a value in the language of `words`. Of a number with
    several changes the one against what was expected is told; of a number and the broader one that it is
    part of, the one that explains the other. Nothing is told of quarters and years.
    """
    if changes is None or not isinstance(period, Month):
        return ()
    told = _once(_signals(changes.series))
    first = sorted(told, key=lambda signal: (bool(signal.table.dimensions), -signal.strength))
    return tuple(_sentence(signal, words, period, name_of) for signal in first[:MOST_SENTENCES])


def _signals(series: Iterable[Change]) -> list[_Signal]:
    tables = {table.name: table for table in shipped_catalogue().tables_of(PeriodKind.MONTH)}
    signals = []
    for change in series:
        table = tables.get(change.table)
        if table is None or NOT_TOLD & set(change.labels):
            continue
        yardsticks: Sequence[tuple[Expectation | Difference | None, int]] = (
            (change.expected, 0),
            (change.previous, 1),
            (change.year_before, YEAR),
        )
        best = next((pair for pair in yardsticks if pair[0] is not None and pair[0].beyond_chance), None)
        if best is not None and best[0] is not None:
            signals.append(_Signal(table, change.labels, change.persons, best[0], best[1]))
    return signals


def _once(signals: Sequence[_Signal]) -> list[_Signal]:
    """Leave out what another signal says already.

    A broader number goes when one part of it makes up half of its change or more, and otherwise its parts
    go. The total of all persons stays beside its parts, whatever they say.
    """
    pairs = [
        (broad, part)
        for broad in signals
        for part in signals
        if broad.table.dimensions and broad.excess * part.excess > 0 and _is_part(part, broad)
    ]
    explaining = [pair for pair in pairs if abs(pair[1].excess) >= _EXPLAINED * abs(pair[0].excess)]
    explained = [broad for broad, _ in explaining]
    causes = [part for _, part in explaining]
    implied = [part for broad, part in pairs if broad not in explained and part not in causes]
    return [signal for signal in signals if signal not in explained and signal not in implied]


def _is_part(part: _Signal, broad: _Signal) -> bool:
    return (
        broad.table.is_broader_than(part.table)
        and broad.table.cell_around(part.labels, part.table, shipped_levels()) == broad.labels
    )


def _sentence(signal: _Signal, words: Words, month: Month, name_of: NameOf) -> str:
    told = CHANGES[signal.table.dimensions]
    yardstick = signal.yardstick
    more = yardstick.direction is Direction.MORE
    facts = _names(signal, name_of) | {
        "month": words.period(month),
        "persons": words.number(signal.persons),
    }
    match yardstick:
        case Expectation(model=Model.HIDDEN):
            sentence = told.appeared
            facts["threshold"] = words.number(yardstick.value + 1)
        case Expectation():
            sentence = told.more_than_expected if more else told.fewer_than_expected
            facts["low"], facts["high"] = words.number(yardstick.low), words.number(yardstick.high)
        case Difference():
            sentence = told.more_than_before if more else told.fewer_than_before
            facts["earlier"] = words.period(month.later(-signal.months))
            facts["value"] = words.number(yardstick.value)
        case _:
            assert_never(yardstick)
    return words.gettext(sentence, **facts)


def _names(signal: _Signal, name_of: NameOf) -> dict[str, str]:
    """Return the name of what is counted, and the place that it is counted in where there are two labels."""
    names = [name_of(*label) for label in zip(signal.table.dimensions, signal.labels, strict=True)]
    return dict(zip(("name", "place"), reversed(names), strict=False))

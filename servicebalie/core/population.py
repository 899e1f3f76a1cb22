"""The people of a simulation as shares and rates: who they are, what they ask, and what becomes of it."""

import csv
import json
import tomllib
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Generic, TypeAlias, TypeVar

from servicebalie.core.vocabulary import (
    Arrival,
    Channel,
    Destination,
    Group,
    NewcomerOutcome,
    Outcome,
    Registration,
    ReturnReason,
    Stay,
    UnmetReason,
)

T = TypeVar("T")

Uniform: TypeAlias = Callable[[], float]
"""A source of independent numbers that are uniform on [0, 1)."""

YEARS_OF_THE_INDEX = "2021-2025"


@dataclass(frozen=True, slots=True)
class Mix(Generic[T]):
    """Values and their cumulative weights; the weights need not add up to one."""

    values: tuple[T, ...]
    cumulative: tuple[float, ...]

    @classmethod
    def of(cls, weights: Iterable[tuple[T, float]]) -> "Mix[T]":
        """Make a mix of values with their weights, of which at least one is positive."""
        positive = [(value, weight) for value, weight in weights if weight > 0]
        return cls(tuple(value for value, _ in positive), tuple(accumulate(w for _, w in positive)))

    @property
    def weight(self) -> float:
        """The sum of the weights."""
        return self.cumulative[-1]

    def pick(self, uniform: Uniform) -> T:
        """Return a value with a chance in proportion to its weight."""
        position = bisect(self.cumulative, uniform() * self.weight)
        return self.values[min(position, len(self.values) - 1)]


@dataclass(frozen=True, slots=True)
class ChannelTimes:
    """When people come by a channel: weekdays (0 is Monday), from an hour up to another, in Dutch time.

    A `staffed` channel is closed on days that are not working days.
    """

    weekdays: frozenset[int]
    hours: tuple[int, int]
    staffed: bool


@dataclass(frozen=True, slots=True)
class Course:
    """How questions about a topic end: the share that staff answer on the spot and, for the others,
    the outcome, the reason when it is unmet, and the mean number of days."""

    on_the_spot: float
    days: float
    outcomes: Mix[Outcome]
    unmet: Mix[UnmetReason]


@dataclass(frozen=True, slots=True)
class Newcomers:
    """One newcomer group: how it is made up and what it asks."""

    group: Group
    languages: Mapping[str, float]
    stays: Mix[Stay]
    arrivals: Mix[Arrival]
    registrations: Mix[Registration]
    channels: Mix[Channel]
    topics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality: its share of the visitors, its groups, and factors for topics asked more or less."""

    municipality: str
    weight: float
    groups: Mapping[Group, float]
    emphasis: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Shock:
    """A group that comes in numbers: factors for `first_month` months after the start and those after it."""

    group: Group
    first_month: int
    factors: tuple[float, ...]

    def factor(self, group: Group, month: int) -> float:
        """Return by how much the group is larger in a month, counted from the start."""
        position = month - self.first_month
        return self.factors[position] if group is self.group and 0 <= position < len(self.factors) else 1.0


@dataclass(frozen=True, slots=True)
class Habits:
    """How people visit: how many questions they bring, whether and when they come back, what they tell."""

    questions: Mix[int]
    comes_back: float
    days_between: tuple[int, int]
    consents: float
    leaves_email: float
    shows_return_code: float
    would_rather_not_say: float
    interpreter: float
    asks_back: float
    answers: float


@dataclass(frozen=True, slots=True)
class PartnerHabits:
    """What partners of one kind do with questions: the shares that they say they take on, about which they
    ask something first, on which they stay silent and which they return, and why they return them."""

    accepts: float
    asks_back: float
    silent: float
    returns: float
    reasons: Mix[ReturnReason]


@dataclass(frozen=True, slots=True)
class FollowUpHabits:
    """What people say later of how their question ended: the shares that may be asked and that answer, the
    hours at which they do, what they say by the outcome that the desk or a partner gave, and why not helped.
    """

    may_be_asked: float
    answers: float
    hours: tuple[int, int]
    outcomes: Mapping[Outcome, Mix[NewcomerOutcome]]
    reasons: Mix[UnmetReason]


@dataclass(frozen=True, slots=True)
class Population:
    """Everything a simulation draws from.

    `phrases` are what newcomers say by topic and language, `messages` later texts by purpose and language;
    `parallel` are the same texts side by side, each said in several languages.
    `returned_unmet` is the share of the needs that stay unmet that a partner returns for that very reason.
    """

    places: tuple[Place, ...]
    groups: Mapping[Group, Newcomers]
    channels: Mapping[Channel, ChannelTimes]
    courses: Mapping[str, Course]
    default_course: Course
    habits: Habits
    partners: Mapping[Destination, PartnerHabits]
    returned_unmet: float
    follow_up: FollowUpHabits
    rising: Mapping[str, float]
    shock: Shock
    seasons: Mapping[str, tuple[float, ...]]
    default_season: tuple[float, ...]
    phrases: Mapping[tuple[str, str], Sequence[str]]
    messages: Mapping[str, Mapping[str, str]]
    parallel: Sequence[Mapping[str, str]]

    def course(self, topic: str) -> Course:
        """Return how questions about a topic end."""
        return self.courses.get(topic, self.default_course)

    def season(self, language: str, month: int) -> float:
        """Return the factor of a calendar month (1 to 12) for people who speak a language; 1 on average."""
        return self.seasons.get(language, self.default_season)[month - 1]


def parse_population(text: str, seasonal_index: str, phrases: str) -> Population:
    """Read a population in TOML, monthly indices by country of origin in CSV, and phrases in JSON lines.

    Raises ValueError or KeyError when something in it is missing or unknown.
    """
    document = tomllib.loads(text)
    index = _read_index(seasonal_index)
    courses = {topic: _course(table) for topic, table in document["courses"].items()}
    messages = {purpose: texts for purpose, texts in document["messages"].items() if isinstance(texts, dict)}
    said = [json.loads(line) for line in phrases.splitlines()]
    return Population(
        places=tuple(_place(code, table) for code, table in document["municipalities"].items()),
        groups={Group(name): _newcomers(name, table) for name, table in document["groups"].items()},
        channels={Channel(name): _times(table) for name, table in document["channels"].items()},
        default_course=courses.pop("default"),
        courses=courses,
        habits=_habits(document["visits"], document["messages"]),
        partners={
            Destination(kind): _partners(table)
            for kind, table in document["partners"].items()
            if isinstance(table, dict)
        },
        returned_unmet=document["partners"]["returned_unmet"],
        follow_up=_follow_up(document["follow_up"]),
        rising=document["rising"],
        shock=_shock(document["shock"]),
        seasons={language: index[origin] for language, origin in document["seasons"].items()},
        default_season=tuple(sum(values) / len(index) for values in zip(*index.values(), strict=True)),
        phrases=_phrases(said),
        messages=messages,
        parallel=(*messages.values(), *_by_item(said)),
    )


def _read_index(text: str) -> Mapping[str, tuple[float, ...]]:
    """Return the twelve monthly factors of each country, scaled to a mean of one."""
    months: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for row in csv.DictReader(text.splitlines()):
        if row["years"] == YEARS_OF_THE_INDEX:
            months[row["series"]][int(row["month"])] = float(row["index_mean"])
    means = {origin: sum(factors.values()) / 12 for origin, factors in months.items()}
    return {
        origin: tuple(factors[month] / means[origin] for month in range(1, 13))
        for origin, factors in months.items()
    }


def _phrases(said: Iterable[Mapping[str, str]]) -> Mapping[tuple[str, str], Sequence[str]]:
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for phrase in said:
        found[phrase["topic"], phrase["language"]].append(phrase["text"])
    return dict(found)


def _by_item(said: Iterable[Mapping[str, str]]) -> Iterable[Mapping[str, str]]:
    """Return the phrases in their languages, one mapping for each phrase of the collection."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for phrase in said:
        found[phrase["item"]][phrase["language"]] = phrase["text"]
    return found.values()


def _place(code: str, table: Mapping[str, Any]) -> Place:
    groups = {Group(name): share for name, share in table["groups"].items()}
    return Place(code, table["weight"], groups, table.get("emphasis", {}))


def _newcomers(name: str, table: Mapping[str, Any]) -> Newcomers:
    return Newcomers(
        group=Group(name),
        languages=table["languages"],
        stays=_mix(Stay, table["stays"]),
        arrivals=_mix(Arrival, table["arrivals"]),
        registrations=_mix(Registration, table["registrations"]),
        channels=_mix(Channel, table["channels"]),
        topics=table["topics"],
    )


def _times(table: Mapping[str, Any]) -> ChannelTimes:
    first, last = table["hours"]
    return ChannelTimes(frozenset(table["weekdays"]), (first, last), table["staffed"])


def _course(table: Mapping[str, Any]) -> Course:
    return Course(
        on_the_spot=table["on_the_spot"],
        days=table["days"],
        outcomes=_mix(Outcome, table["outcomes"]),
        unmet=_mix(UnmetReason, table["unmet"]),
    )


def _habits(visits: Mapping[str, Any], messages: Mapping[str, Any]) -> Habits:
    shortest, longest = visits["days_between"]
    return Habits(
        questions=_mix(int, visits["questions"]),
        comes_back=visits["comes_back"],
        days_between=(shortest, longest),
        consents=visits["consents"],
        leaves_email=visits["leaves_email"],
        shows_return_code=visits["shows_return_code"],
        would_rather_not_say=visits["would_rather_not_say"],
        interpreter=visits["interpreter"],
        asks_back=messages["asks_back"],
        answers=messages["answers"],
    )


def _partners(table: Mapping[str, Any]) -> PartnerHabits:
    return PartnerHabits(
        accepts=table["accepts"],
        asks_back=table["asks_back"],
        silent=table["silent"],
        returns=table["returns"],
        reasons=_mix(ReturnReason, table["reasons"]),
    )


def _follow_up(table: Mapping[str, Any]) -> FollowUpHabits:
    first, last = table["hours"]
    return FollowUpHabits(
        may_be_asked=table["may_be_asked"],
        answers=table["answers"],
        hours=(first, last),
        outcomes={Outcome(name): _mix(NewcomerOutcome, mix) for name, mix in table["outcomes"].items()},
        reasons=_mix(UnmetReason, table["reasons"]),
    )


def _shock(table: Mapping[str, Any]) -> Shock:
    return Shock(Group(table["group"]), table["first_month"], tuple(table["factors"]))


def _mix(read: Callable[[str], T], weights: Mapping[str, float]) -> Mix[T]:
    return Mix.of((read(name), weight) for name, weight in weights.items())

"""Simulated visits: who comes to the desk on which day, asks what, and how it ends.

People come for the first time as a Poisson process whose rate follows the season of their origin; some
come back. Randomness comes in as a source of uniform numbers, so that a seed gives the same visits.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.population import Mix, Newcomers, Place, Population, Uniform
from servicebalie.core.vocabulary import (
    Arrival,
    Channel,
    Group,
    Outcome,
    Registration,
    Stay,
    UnmetReason,
)
from servicebalie.core.working_days import is_working_day

_DAYS_HERE: Mapping[Arrival, tuple[int, int]] = {
    Arrival.UNDER_1_MONTH: (0, 30),
    Arrival.MONTHS_1_TO_4: (30, 122),
    Arrival.MONTHS_4_TO_12: (122, 365),
    Arrival.YEARS_1_TO_5: (365, 5 * 365),
    Arrival.OVER_5_YEARS: (5 * 365, 20 * 365),
}
_IN_WRITING = frozenset({Channel.WEB_FORM, Channel.E_MAIL})
_AWAITING = frozenset({"question", "partner-question"})
_FROM_NEWCOMER = frozenset({"reply", "partner-reply"})
_COMMON = "en"
_OF_STAFF = "nl"
_ONE_DAY = timedelta(days=1)
_GOLDEN_RATIO = (1 + math.sqrt(5)) / 2

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SimulatedMessage:
    """A message about a question, in the language it is written in, from its newcomer or from staff.

    One that `awaits_reply` is from staff, and the next one is the newcomer's reply.
    """

    at: datetime
    from_newcomer: bool
    awaits_reply: bool
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class SimulatedQuestion:
    """A question and how it ends. `closes_at` is None when staff answer it on the spot.

    `consents` tells that the person agrees to its being handed to a partner.
    """

    topic: str
    text: str | None
    messages: tuple[SimulatedMessage, ...]
    closes_at: datetime | None
    outcome: Outcome
    unmet_reason: UnmetReason | None
    consents: bool = True


@dataclass(frozen=True, slots=True)
class SimulatedVisit:
    """One encounter. `person` is the same number at each visit of a person.

    A person who comes back is recognised by the e-mail address, by the return code of the visit before, or
    not at all.
    """

    at: datetime
    person: int
    leaves_email: bool
    shows_return_code: bool
    channel: Channel
    language: str
    interpreter_used: bool
    municipality: str | None
    group: Group | None
    stay: Stay | None
    arrival: Arrival | None
    registration: Registration | None
    questions: tuple[SimulatedQuestion, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody before the first visit; `days_here` is the time since arrival on the day `first_day`."""

    number: int
    place: Place
    newcomers: Newcomers
    language: str
    stay: Stay
    registration: Registration
    leaves_email: bool
    first_day: date
    days_here: int


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are simulated, first and last included, and how many persons come in a month."""

    first: date
    last: date
    persons: float

    def progress(self, day: date) -> float:
        """Return how far a day is between the first (0) and the last (1)."""
        return (day - self.first) / max(self.last - self.first, _ONE_DAY)


def simulate(
    population: Population, period: Period, uniform: Uniform, *, shock: bool = False
) -> list[SimulatedVisit]:
    """Return the visits of a period in the order of time; the same source of numbers gives the same ones.

    People who arrive before the period may come back in it, so that the first months are like the others.
    """
    simulation = _Simulation(population, period, uniform, shock=shock)
    visits = [visit for person in simulation.people() for visit in simulation.visits(person)]
    return sorted(visits, key=lambda visit: (visit.at, visit.person))


class _Simulation:
    """One run, drawing everything from one source of numbers."""

    def __init__(self, population: Population, period: Period, uniform: Uniform, *, shock: bool) -> None:
        self._population = population
        self._habits = population.habits
        self._period = period
        self._uniform = uniform
        self._shock = shock

    def people(self) -> Iterator[_Person]:
        """Yield everybody who comes for the first time, month by month."""
        habits = self._habits
        longest = timedelta(days=2 * habits.days_between[1])
        month = (self._period.first - longest).replace(day=1)
        # A person who comes back with chance p makes 1 / (1 - p) visits.
        per_month = self._period.persons * (1 - habits.comes_back)
        usual = self._arrivals(None).weight
        number = 0
        while month <= self._period.last:
            following = (month + timedelta(days=31)).replace(day=1)
            arrivals = self._arrivals(month)
            rate = per_month * arrivals.weight / usual
            for share in self._poisson_times(rate):
                day = month + timedelta(days=int(share * (following - month).days))
                yield self._person(number, day, *arrivals.pick(self._uniform))
                number += 1
            month = following

    def _arrivals(self, month: date | None) -> Mix[tuple[Place, Newcomers, str]]:
        """Return who comes in a month by place, group and language; in a month without a season for None."""
        weights = []
        for place in self._population.places:
            groups = sum(place.groups.values())
            for group, share in place.groups.items():
                newcomers = self._population.groups[group]
                languages = sum(newcomers.languages.values())
                for language, spoken in newcomers.languages.items():
                    weight = place.weight * share / groups * spoken / languages
                    weights.append(
                        ((place, newcomers, language), weight * self._factor(newcomers, language, month))
                    )
        return Mix.of(weights)

    def _factor(self, newcomers: Newcomers, language: str, month: date | None) -> float:
        if month is None:
            return 1.0
        factor = self._population.season(language, month.month)
        if self._shock:
            first = self._period.first
            months = (month.year - first.year) * 12 + month.month - first.month
            factor *= self._population.shock.factor(newcomers.group, months)
        return factor

    def _poisson_times(self, rate: float) -> Iterator[float]:
        """Yield the times, from 0 to 1, of a Poisson process with this mean number of events."""
        moment = self._wait(1 / rate)
        while moment < 1:
            yield moment
            moment += self._wait(1 / rate)

    def _wait(self, mean: float) -> float:
        """Return an exponentially distributed time with this mean."""
        return -mean * math.log(1 - self._uniform())

    def _person(self, number: int, day: date, place: Place, newcomers: Newcomers, language: str) -> _Person:
        return _Person(
            number=number,
            place=place,
            newcomers=newcomers,
            language=language,
            stay=newcomers.stays.pick(self._uniform),
            registration=newcomers.registrations.pick(self._uniform),
            leaves_email=self._happens(self._habits.leaves_email),
            first_day=day,
            days_here=self._between(*_DAYS_HERE[newcomers.arrivals.pick(self._uniform)]),
        )

    def visits(self, person: _Person) -> Iterator[SimulatedVisit]:
        """Yield the visits of a person that fall in the period."""
        day = person.first_day
        while day <= self._period.last:
            visit = self._visit(person, day)
            if self._period.first <= visit.at.date() <= self._period.last:
                yield visit
            if not self._happens(self._habits.comes_back):
                break
            day += timedelta(days=self._between(*self._habits.days_between))

    def _visit(self, person: _Person, day: date) -> SimulatedVisit:
        newcomers = person.newcomers
        channel = newcomers.channels.pick(self._uniform)
        at = self._moment(channel, day)
        days_here = person.days_here + (at.date() - person.first_day).days
        return SimulatedVisit(
            at=at,
            person=person.number,
            leaves_email=person.leaves_email,
            shows_return_code=self._happens(self._habits.shows_return_code),
            channel=channel,
            language=person.language,
            interpreter_used=self._happens(self._habits.interpreter),
            municipality=self._told(person.place.municipality),
            group=self._told(newcomers.group),
            stay=self._told(person.stay),
            arrival=self._told(_arrival_after(days_here)),
            registration=self._told(person.registration),
            questions=tuple(self._questions(person, channel, at)),
        )

    def _questions(self, person: _Person, channel: Channel, at: datetime) -> Iterator[SimulatedQuestion]:
        """Yield the questions of a visit, each about another topic."""
        weights = dict(self._topic_weights(person, at.date()))
        for _ in range(min(self._habits.questions.pick(self._uniform), len(weights))):
            topic = Mix.of(weights.items()).pick(self._uniform)
            del weights[topic]
            question = self._question(topic, person.language, channel, at)
            yield replace(question, consents=self._consents(person))

    def _consents(self, person: _Person) -> bool:
        return is_in_share(person.number, self._habits.consents)

    def _topic_weights(self, person: _Person, day: date) -> Iterator[tuple[str, float]]:
        """Yield what a person may ask, with the emphasis of the place and the rise until the day."""
        progress = max(self._period.progress(day), 0)
        for topic, weight in person.newcomers.topics.items():
            risen = 1 + (self._population.rising.get(topic, 1) - 1) * progress
            yield topic, weight * person.place.emphasis.get(topic, 1) * risen

    def _question(self, topic: str, language: str, channel: Channel, at: datetime) -> SimulatedQuestion:
        course = self._population.course(topic)
        text = self._phrase(topic, language) if channel in _IN_WRITING else None
        if channel not in _IN_WRITING and self._happens(course.on_the_spot):
            return SimulatedQuestion(topic, text, (), None, Outcome.ANSWERED_AT_DESK, None)
        outcome = course.outcomes.pick(self._uniform)
        messages, closes_at = self._exchange(language, channel, outcome, at, course.days)
        unmet_reason = course.unmet.pick(self._uniform) if outcome is Outcome.UNMET else None
        return SimulatedQuestion(topic, text, messages, closes_at, outcome, unmet_reason)

    def _exchange(
        self, language: str, channel: Channel, outcome: Outcome, at: datetime, days: float
    ) -> tuple[tuple[SimulatedMessage, ...], datetime]:
        """Return what is written back and forth about a question, and the moment at which it is closed."""
        messages = []
        if channel in _IN_WRITING and self._happens(self._habits.asks_back):
            at = self._later(Channel.COUNTER, at, 1)
            messages.append(self._message("question", language, at))
            at = self._later(channel, at, 2)
            messages.append(self._message("reply", language, at))
        at = self._later(Channel.COUNTER, at, days)
        if channel in _IN_WRITING and outcome is Outcome.MET and self._happens(self._habits.answers):
            messages.append(self._message("answer", language, at))
        return tuple(messages), at

    def _message(self, purpose: str, language: str, at: datetime) -> SimulatedMessage:
        return write_message(self._population, purpose, language, at)

    def _phrase(self, topic: str, language: str) -> str | None:
        phrases = self._population.phrases.get((topic, language))
        return phrases[int(self._uniform() * len(phrases))] if phrases else None

    def _later(self, channel: Channel, at: datetime, mean_days: float) -> datetime:
        """Return a moment on a later day on which the channel is used."""
        return self._moment(channel, at.date() + timedelta(days=1 + int(self._wait(mean_days))))

    def _moment(self, channel: Channel, day: date) -> datetime:
        """Return a moment of the first day, from this one on, on which people come by the channel."""
        times = self._population.channels[channel]
        while day.weekday() not in times.weekdays or (times.staffed and not is_working_day(day)):
            day += _ONE_DAY
        first, last = times.hours
        hour, second = divmod(self._between(first * 3600, last * 3600), 3600)
        return datetime.combine(day, time(hour, second // 60, second % 60), AMSTERDAM)

    def _told(self, fact: T) -> T | None:
        return None if self._happens(self._habits.would_rather_not_say) else fact

    def _happens(self, chance: float) -> bool:
        return self._uniform() < chance

    def _between(self, least: int, limit: int) -> int:
        """Return a whole number from the least up to the limit, which is not included."""
        return least + int(self._uniform() * (limit - least))


def write_message(population: Population, purpose: str, language: str, at: datetime) -> SimulatedMessage:
    """Return a message for a purpose to or from somebody who speaks a language.

    A newcomer writes in it, staff write in Dutch, which is translated for that person; in English where there
    are no words in the language.
    """
    texts = population.messages[purpose]
    spoken = language if language in texts else _COMMON
    if purpose not in _FROM_NEWCOMER and spoken != _COMMON:
        spoken = _OF_STAFF
    return SimulatedMessage(at, purpose in _FROM_NEWCOMER, purpose in _AWAITING, spoken, texts[spoken])


def is_in_share(number: int, share: float) -> bool:
    """Tell whether a number is in a share of all, spread evenly over them (multiples of the golden ratio).

    Not drawn, because one number more would change every visit that a seed gives.
    """
    return number * _GOLDEN_RATIO % 1 < share


def _arrival_after(days: int) -> Arrival:
    """Return the band of a number of days since arrival."""
    return next((band for band, (_, limit) in _DAYS_HERE.items() if days < limit), Arrival.OVER_5_YEARS)

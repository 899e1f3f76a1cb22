"""Which of the services that may help is the best for a person.

The order: whoever serves all people of the desk, where the municipality is unknown; who is not full; who
speaks the language; the nearest; who opens soonest; who has most room; the lowest id. A service with several
locations is looked at in each of them.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from functools import cached_property

from servicebalie.core.bit_sets import numbers_in
from servicebalie.core.code_lists import Municipality, Topic
from servicebalie.core.directory import Directory, Location, Offer, Service
from servicebalie.core.hours import Span, minute_of
from servicebalie.core.open_spans import next_span
from servicebalie.core.opening import AMSTERDAM, Opening, opening_of
from servicebalie.core.routing_facts import (
    OpenReferrals,
    PassedOver,
    Reason,
    ReasonCode,
    RoutingFacts,
)

_FEW = 8
"""So many offers are asked for their hours one by one; more of them are looked up together."""


class Distance(IntEnum):
    """How far a service is from where somebody lives, by the areas of Statistics Netherlands (CBS)."""

    SAME_MUNICIPALITY = 0
    SAME_COROP = 1
    SAME_PROVINCE = 2
    ELSEWHERE = 3


@dataclass(frozen=True)
class Asked:
    """A question at a moment: what is known, and what it is decided by. `topic` is None if it is unknown."""

    facts: RoutingFacts
    topic: Topic | None
    directory: Directory
    now: datetime
    open_referrals: OpenReferrals
    passed_over: PassedOver = field(default_factory=dict)

    @cached_property
    def today(self) -> date:
        """The day in the Netherlands."""
        return self.now.astimezone(AMSTERDAM).date()

    @cached_property
    def minute(self) -> int:
        """The minute, counted from the epoch."""
        return minute_of(self.now)

    @cached_property
    def here(self) -> Municipality | None:
        """From where distances count: where the person lives or, if that is unknown, where the desk is."""
        municipalities = self.directory.code_lists.municipalities
        desk = self.directory.desk_service.location
        return municipalities.get(self.facts.municipality or (desk.municipality if desk else ""))

    @cached_property
    def admitting(self) -> int:
        """The offers that are for this person."""
        facts = self.facts
        return self.directory.offers.admitting(facts.group, facts.stay, facts.registration)

    def left_of(self, offers: int) -> int:
        """Those of some offers whose services are not passed over."""
        return offers & ~self._passed_over if self.passed_over else offers

    def serving(self, offers: int) -> int:
        """Those of some offers that serve where the person lives; all of them where that is unknown."""
        municipality = self.facts.municipality
        return offers if municipality is None else offers & self.directory.offers.serving(municipality)

    def opening(self, offer: Offer) -> Opening | None:
        """When an offer is open next, in hours in which the language is spoken if there are any."""
        return opening_of(self._span(offer))

    def starts(self, offer: Offer) -> float:
        """In which minute `opening` starts; infinity when it never does."""
        span = self._span(offer)
        return math.inf if span is None else span[0]

    def is_open(self, offer: Offer) -> bool:
        """Whether an offer is open at this moment, in the language if it ever is."""
        return self.starts(offer) <= self.minute

    def open_among(self, offers: int) -> int:
        """Those of some offers for which `is_open` is so."""
        index = self.directory.offers
        if offers.bit_count() <= _FEW:
            return index.chosen(offers, self.is_open)
        return index.hours.open_among(offers, self.minute, self.today, self.facts.language)

    def by_start(self, offers: int) -> Iterator[int]:
        """Offers, at least one, in groups that start together: the soonest first, who never opens last."""
        if not offers & (offers - 1):
            # One alone comes first, whenever it opens.
            yield offers
            return
        left, since, together = offers, -1.0, 0
        for start, some in self._starting(offers):
            if start > since and together:
                yield together
                left &= ~together
                together = 0
            since = start
            together |= some & left
            if together == left:
                break
        yield from (part for part in (together, left & ~together) if part)

    @cached_property
    def _passed_over(self) -> int:
        """The offers of the services that are passed over."""
        offers = 0
        for service in self.passed_over:
            offers |= self.directory.offers.of_service(service)
        return offers

    def _span(self, offer: Offer) -> Span | None:
        """Where `opening` is."""
        schedules = offer.schedules_for(self.facts.language, self.today)
        return next_span(schedules, self.minute, offer.service.closures)

    def _starting(self, offers: int) -> Iterable[tuple[float, int]]:
        """The minutes in which some offers start, in their order, with those that do."""
        index = self.directory.offers
        if offers.bit_count() > _FEW:
            return index.hours.starting(offers, self.minute, self.today, self.facts.language)
        found: dict[float, int] = {}
        for number in numbers_in(offers):
            start = self.starts(index[number])
            if start != math.inf:
                found[start] = found.get(start, 0) | 1 << number
        return sorted(found.items())


@dataclass(frozen=True, slots=True)
class Choice:
    """The best offer, when it is open next, and what made it the best."""

    offer: Offer
    opening: Opening | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Best:
    """What is left when language, distance and opening are looked at; `nearer` and `sooner`: it mattered."""

    offers: int
    nearer: bool
    sooner: bool


def choose(pool: int, asked: Asked) -> Choice:
    """The best of some offers, at least one, and the reasons.

    How many referrals are open is asked only when it can make a difference: when one of the best has a
    limit, and there is another service to go to.
    """
    index = asked.directory.offers
    if asked.facts.municipality is None:
        pool = pool & index.covering_desk or pool
    best = _best(pool, asked)
    loads: Mapping[int, float] = {}
    fuller = False
    if best.offers & index.limited and _several_services(pool, asked):
        loads = loads_of(pool, asked)
        roomy = pool & ~_full(loads, asked)
        fuller = bool(roomy) and roomy != pool
        best = _best(roomy, asked) if fuller else best
    lightest = _lightest(best.offers, loads, asked) if loads else best.offers
    offer = index.first(lightest)
    told = {
        ReasonCode.OTHERS_FULL: fuller,
        ReasonCode.NEAREST_AREA: best.nearer,
        ReasonCode.OPEN_SOONEST: best.sooner,
        ReasonCode.MOST_ROOM: lightest != best.offers,
    }
    reasons = [*_about_language(offer, asked), *(Reason(code) for code, matters in told.items() if matters)]
    return Choice(offer, asked.opening(offer), tuple(reasons))


def place_of(service: Service, asked: Asked) -> tuple[Location | None, Opening | None]:
    """At which of its locations a service is best for this person, and when it is open next there."""
    offers = service.offers()
    if len(offers) == 1:
        return offers[0].location, asked.opening(offers[0])

    def rank(offer: Offer) -> tuple[float, ...]:
        return (not speaks(offer, asked), distance_to(offer, asked), asked.starts(offer))

    nearest = min(offers, key=rank)
    return nearest.location, asked.opening(nearest)


def distance_to(offer: Offer, asked: Asked) -> Distance:
    """How far an offer is; see `Asked.here`."""
    here = asked.here
    municipalities = asked.directory.code_lists.municipalities
    if here is None:
        return Distance.ELSEWHERE
    places = (municipalities.get(code) for code in offer.municipalities)
    return min((_between(here, there) for there in places if there), default=Distance.ELSEWHERE)


def _between(here: Municipality, there: Municipality) -> Distance:
    if there.code == here.code:
        return Distance.SAME_MUNICIPALITY
    if there.corop == here.corop:
        return Distance.SAME_COROP
    return Distance.SAME_PROVINCE if there.province == here.province else Distance.ELSEWHERE


def speaks(offer: Offer, asked: Asked) -> bool:
    """Whether the language is spoken there; nothing is against a language that is not known."""
    return asked.facts.language is None or offer.speaks(asked.facts.language, asked.today)


def loads_of(pool: int, asked: Asked) -> Mapping[int, float]:
    """Which share of its capacity each service with a limit uses; from 1 on it is full."""
    index = asked.directory.offers
    services = {offer.service.id: offer.service for offer in index.listed(pool & index.limited)}
    waiting = asked.open_referrals(services.keys())
    return {
        id_: waiting.get(id_, 0) / service.capacity if service.capacity else math.inf
        for id_, service in services.items()
    }


def _best(pool: int, asked: Asked) -> _Best:
    index = asked.directory.offers
    language = asked.facts.language
    spoken = (pool & index.speaking(language, asked.today) or pool) if language else pool
    nearest = index.nearest(spoken, asked.here)
    soonest = next(asked.by_start(nearest))
    return _Best(soonest, nearest != spoken, soonest != nearest)


def _several_services(pool: int, asked: Asked) -> bool:
    offers = asked.directory.offers
    return bool(pool & ~offers.of_service(offers.first(pool).service.id))


def _full(loads: Mapping[int, float], asked: Asked) -> int:
    full = 0
    for service, load in loads.items():
        if load >= 1:
            full |= asked.directory.offers.of_service(service)
    return full


def _lightest(offers: int, loads: Mapping[int, float], asked: Asked) -> int:
    index = asked.directory.offers
    least = min(loads.get(offer.service.id, 0) for offer in index.listed(offers))
    return index.chosen(offers, lambda offer: loads.get(offer.service.id, 0) == least)


def _about_language(offer: Offer, asked: Asked) -> Sequence[Reason]:
    if not asked.facts.language:
        return ()
    spoken = offer.speaks(asked.facts.language, asked.today)
    code = ReasonCode.SPEAKS_LANGUAGE if spoken else ReasonCode.LANGUAGE_NOT_OFFERED
    return (Reason(code, asked.facts.language),)

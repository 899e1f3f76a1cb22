"""Why a question goes where it goes: the rules that were looked at, and how the places compare."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from servicebalie.core.code_lists import Topic
from servicebalie.core.directory import Directory, Location, Offer, Service
from servicebalie.core.opening import Opening
from servicebalie.core.ranking import Asked, Distance, distance_to, loads_of, speaks
from servicebalie.core.routing import (
    Decision,
    Followed,
    asked_of,
    decide,
    deciding_topics,
    follow_rules,
    opens,
    pool_of,
    values_of,
)
from servicebalie.core.routing_facts import (
    NOBODY_PASSED_OVER,
    OpenReferrals,
    PassedOver,
    RoutingFacts,
    nobody_waits,
)
from servicebalie.core.routing_rules import AsTopic, OpenNow, Rule, ToDestination
from servicebalie.core.vocabulary import Destination

MOST_CANDIDATES = 20
"""How many places are compared; those after them are only counted."""


class RuleLook(NamedTuple):
    """A rule that was looked at, by its name, and the first condition that did not hold; None: it decided.

    A condition has the name that it has in a file: `topics`, `languages`, ... or `open`.
    """

    rule: str
    failed: str | None


class TopicLooks(NamedTuple):
    """The rules that were looked at for a topic, None if it is not known, in their order."""

    topic: str | None
    rules: Sequence[RuleLook]


class Candidate(NamedTuple):
    """A place that the question could go to, with what each step of the comparison looks at.

    `serves_all` tells whether it serves the whole area of the desk, which counts when the municipality is
    unknown; `load` is the share of its capacity that is in use, None without a known capacity.
    """

    service: Service
    location: Location | None
    serves_all: bool
    full: bool
    speaks: bool
    distance: Distance
    opening: Opening | None
    load: float | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision and how it came about: the rules looked at for each topic on the way, and the places.

    `candidates` begin with the chosen one, `others` were left out.
    """

    decision: Decision
    rules: tuple[TopicLooks, ...]
    candidates: tuple[Candidate, ...]
    others: int


def explain(
    facts: RoutingFacts,
    directory: Directory,
    now: datetime,
    open_referrals: OpenReferrals = nobody_waits,
    passed_over: PassedOver = NOBODY_PASSED_OVER,
) -> Explanation:
    """Explain what `route` decides."""
    asked = asked_of(facts, directory, now, open_referrals, passed_over)
    followed = follow_rules(asked)
    pool = _deciding_pool(followed)
    candidates = tuple(_compared(pool, asked))
    return Explanation(
        decision=decide(followed),
        rules=tuple(_looks(asked)),
        candidates=candidates,
        others=pool.bit_count() - len(candidates),
    )


def failed_condition(rule: Rule, asked: Asked) -> str | None:
    """The first condition of a rule that does not hold, or None."""
    return "topics" if not rule.is_about(asked.topic) else _failed(rule, values_of(asked.facts), asked)


def _failed(rule: Rule, values: Sequence[str | None], asked: Asked) -> str | None:
    """The first condition that does not hold of those that are not about the topic."""
    for aspect, codes in rule.conditions:
        if values[aspect] not in codes:
            return aspect.field
    if rule.open_now and not opens(rule.open_now, rule.target, asked):
        return "open"
    return None


def _looks(asked: Asked) -> Sequence[TopicLooks]:
    """The rules in their order up to the one that decides, again for each topic on the way."""
    found: list[TopicLooks] = []
    topics: list[Topic | None] = [asked.topic]
    for topic in topics:
        looks, deciding = _looks_for(topic, replace(asked, topic=topic))
        found.append(TopicLooks(topic.code if topic else None, looks))
        if deciding and isinstance(deciding.target, AsTopic):
            following = asked.directory.code_lists.topics.get(deciding.target.topic)
            topics += [following] if following and following not in topics else []
    return found


def _looks_for(topic: Topic | None, asked: Asked) -> tuple[Sequence[RuleLook], Rule | None]:
    """The rules in their order up to the one that decides for a topic, and that one.

    Most rules are about other topics, so that what is said of these is remembered.
    """
    values = values_of(asked.facts)
    looks = list(_about_other_topics(tuple([rule.name for rule in asked.directory.rules.rules])))
    for place, rule in asked.directory.rules_about(topic).items():
        failed = _failed(rule, values, asked)
        looks[place] = RuleLook(rule.name, failed)
        if failed is None:
            return looks[: place + 1], rule
    return looks, None


@lru_cache(maxsize=8)
def _about_other_topics(names: tuple[str, ...]) -> tuple[RuleLook, ...]:
    return tuple(RuleLook(name, "topics") for name in names)


def _deciding_pool(followed: Followed) -> int:
    """The places that were compared for the decision; none when it stays at the desk."""
    rule, asked = followed.rule, followed.asked
    if rule:
        if rule.target == ToDestination(Destination.DESK):
            return 0
        if pool := pool_of(rule.target, asked, open_now=rule.open_now == OpenNow()):
            return pool
    for topic in deciding_topics(asked.topic, asked.directory) if asked.topic else ():
        if topic.destination is Destination.DESK:
            return 0
        if pool := pool_of(ToDestination(topic.destination), asked):
            return pool
    return 0


def _compared(pool: int, asked: Asked) -> list[Candidate]:
    """The best of some places, the very best first."""
    loads = loads_of(pool, asked) if pool & asked.directory.offers.limited else {}
    found: list[Candidate] = []
    for group in _groups(pool, loads, asked):
        shared = _shared(asked.directory.offers.first(group), loads, asked)
        for together in asked.by_start(group):
            # Sorting keeps the order of what is equal: that of the ids.
            alike = asked.directory.offers.listed(together)
            best = sorted(alike, key=lambda one: loads.get(one.service.id, 0)) if loads else alike
            found += [
                _candidate(offer, shared, loads, asked) for offer in best[: MOST_CANDIDATES - len(found)]
            ]
            if len(found) == MOST_CANDIDATES:
                return found
    return found


def _groups(pool: int, loads: Mapping[int, float], asked: Asked) -> Iterator[int]:
    """Split places by what is looked at before opening hours, the best group first."""
    index = asked.directory.offers
    full = index.chosen(pool & index.limited, lambda offer: loads[offer.service.id] >= 1)
    wanted = [~full]
    if asked.facts.municipality is None:
        wanted.insert(0, index.covering_desk)
    if asked.facts.language:
        wanted.append(index.speaking(asked.facts.language, asked.today))
    groups = [pool]
    for some in wanted:
        groups = [part for group in groups for part in (group & some, group & ~some) if part]
    for group in groups:
        left = group
        while left:
            nearest = index.nearest(left, asked.here)
            yield nearest
            left &= ~nearest


class _Shared(NamedTuple):
    """What is the same for all places of a group of `_groups`."""

    full: bool
    speaks: bool
    distance: Distance


def _shared(offer: Offer, loads: Mapping[int, float], asked: Asked) -> _Shared:
    return _Shared(loads.get(offer.service.id, 0) >= 1, speaks(offer, asked), distance_to(offer, asked))


def _candidate(offer: Offer, shared: _Shared, loads: Mapping[int, float], asked: Asked) -> Candidate:
    service = offer.service
    return Candidate(
        service=service,
        location=offer.location,
        serves_all=service.covers(asked.directory.desk_service.municipalities),
        full=shared.full,
        speaks=shared.speaks,
        distance=shared.distance,
        opening=asked.opening(offer),
        load=loads.get(service.id),
    )

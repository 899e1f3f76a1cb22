"""The rules by which a desk sends questions elsewhere than their topic says.

They are ordered, and the first that fits counts.
A rule has conditions, all of which must hold, and a target. Rules are written in a file or sent to the API
(`routing_rule_file`), checked against the directory (`routing_check`) and carried out by `routing`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeAlias

from servicebalie.core.code_lists import Topic
from servicebalie.core.vocabulary import Destination


class Aspect(IntEnum):
    """What a condition is about, besides the topic and opening hours; where its code stands in the facts."""

    LANGUAGES = 0
    MUNICIPALITIES = 1
    GROUPS = 2
    STAYS = 3
    ARRIVALS = 4
    REGISTRATIONS = 5
    CHANNELS = 6

    @property
    def field(self) -> str:
        """Its name in files and in the API."""
        return _FIELDS[self]


_FIELDS = {aspect: aspect.name.lower() for aspect in Aspect}


@dataclass(frozen=True, slots=True)
class ToService:
    """Send it to this service; `anywhere` also people from outside its area, `anyone` whoever it is for."""

    service: int
    anywhere: bool = False
    anyone: bool = False


@dataclass(frozen=True, slots=True)
class ToDestination:
    """Send it to the best service of this kind, or keep it at the desk."""

    destination: Destination


@dataclass(frozen=True, slots=True)
class AsTopic:
    """Route it as if it were about another topic."""

    topic: str


Target: TypeAlias = ToService | ToDestination | AsTopic


@dataclass(frozen=True, slots=True)
class OpenNow:
    """At this moment a service must be open; None stands for where the rule sends the question."""

    service: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. What a person did not tell counts as the code `unknown`; no topics means every topic.

    A sensitive topic is meant only when it is named, itself or by its main topic.
    """

    name: str
    target: Target
    topics: frozenset[str] = frozenset()
    conditions: tuple[tuple[Aspect, frozenset[str]], ...] = ()
    open_now: OpenNow | None = None

    def is_about(self, topic: Topic | None) -> bool:
        """Whether the condition on the topic holds; None is a topic that is not known."""
        if topic is None:
            return not self.topics
        if not self.topics:
            return not topic.sensitive
        return topic.code in self.topics or topic.parent in self.topics

    def codes(self, aspect: Aspect) -> frozenset[str]:
        """The codes that a condition names; empty when there is none on this aspect."""
        return next((codes for named, codes in self.conditions if named is aspect), frozenset())


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of a desk in their order; version 0 is that of a desk that never set any."""

    version: int
    rules: tuple[Rule, ...]


NO_RULES = RuleSet(0, ())


PlacedRules: TypeAlias = Mapping[int, Rule]
"""Some of the rules of a desk in their order, by their place among all of them, from 0."""


def rules_by_topic(rules: Iterable[Rule], topics: Iterable[Topic]) -> Mapping[str | None, PlacedRules]:
    """The rules about each topic; under None those for a topic that is not known."""
    placed = dict(enumerate(rules))
    return {
        topic.code if topic else None: {place: rule for place, rule in placed.items() if rule.is_about(topic)}
        for topic in (None, *topics)
    }


def rule_values(rule: Rule) -> dict[str, Any]:
    """Return a rule as plain values, as it is stored; ids are text."""
    values: dict[str, Any] = {"name": rule.name}
    if rule.topics:
        values["topics"] = sorted(rule.topics)
    for aspect, codes in rule.conditions:
        values[aspect.field] = sorted(codes)
    if rule.open_now is not None:
        values["open"] = "target" if rule.open_now.service is None else str(rule.open_now.service)
    return values | _target_values(rule.target)


def _target_values(target: Target) -> dict[str, Any]:
    if isinstance(target, ToService):
        flags = {"anywhere": target.anywhere, "anyone": target.anyone}
        return {"service": str(target.service)} | {name: True for name, given in flags.items() if given}
    if isinstance(target, ToDestination):
        return {"destination": target.destination.value}
    return {"as_topic": target.topic}


def stored_rule(values: Mapping[str, Any]) -> Rule:
    """Return the rule of `rule_values`; what was stored has been checked."""
    target: Target
    if "service" in values:
        target = ToService(int(values["service"]), "anywhere" in values, "anyone" in values)
    elif "destination" in values:
        target = ToDestination(Destination(values["destination"]))
    else:
        target = AsTopic(values["as_topic"])
    opened = values.get("open")
    return Rule(
        name=values["name"],
        target=target,
        topics=frozenset(values.get("topics", ())),
        conditions=tuple(
            (aspect, frozenset(values[aspect.field])) for aspect in Aspect if aspect.field in values
        ),
        open_now=None if opened is None else OpenNow(None if opened == "target" else int(opened)),
    )

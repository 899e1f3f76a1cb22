"""Whether rules can do what they say: what is wrong with them, and what to know before they count."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from servicebalie.core.code_lists import Topic
from servicebalie.core.directory import Directory, Service
from servicebalie.core.errors import Fault, ParamValue
from servicebalie.core.routing import route
from servicebalie.core.routing_facts import ReasonCode, RoutingFacts
from servicebalie.core.routing_rule_file import IN_JSON, Reading
from servicebalie.core.routing_rules import Aspect, AsTopic, Rule, RuleSet, ToService

PLACES_TOLD = 3
"""How many municipalities are named where nobody takes a topic."""


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What is wrong with rules, so that they are refused, and what is only worth knowing."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def check_rules(
    rules: Sequence[Rule], directory: Directory, now: datetime, *, as_topic: str = IN_JSON
) -> RuleReport:
    """Check rules that could be read; `as_topic` is the name of that field for who gets the report."""
    topics = directory.code_lists.topics.values()
    about = [frozenset(code for code in _codes(topics) if _is_about(rule, code, directory)) for rule in rules]
    round_trips = _leading_round(rules, about)
    faults = [
        *_unreachable(rules, about),
        *(Fault(f"/rules/{number}/{as_topic}", "rules-go-round") for number in round_trips),
        *_without_effect(rules, directory),
    ]
    warnings = [*_in_a_row(rules, about, round_trips, as_topic)]
    if not faults:
        warnings += _topics_that_stay(replace(directory, rules=RuleSet(0, tuple(rules))), now)
    return RuleReport(tuple(faults), tuple(warnings))


def check_reading(
    reading: Reading, directory: Directory, now: datetime, *, as_topic: str = IN_JSON
) -> RuleReport:
    """Check what was read: that it could be, and then that it can do what it says."""
    if reading.faults:
        return RuleReport(reading.faults, ())
    return check_rules(reading.rules, directory, now, as_topic=as_topic)


def _codes(topics: Collection[Topic]) -> list[str | None]:
    return [None, *(topic.code for topic in topics)]


def _is_about(rule: Rule, code: str | None, directory: Directory) -> bool:
    return rule.is_about(directory.code_lists.topics[code] if code else None)


def _unreachable(rules: Sequence[Rule], about: Sequence[Collection[str | None]]) -> Iterator[Fault]:
    """Yield a fault for each rule whose questions one earlier rule takes all of."""
    for number, rule in enumerate(rules):
        for earlier in range(number):
            if set(about[number]) <= set(about[earlier]) and _takes_all_of(rules[earlier], rule):
                name = rules[earlier].name
                yield Fault(f"/rules/{number}", "rule-unreachable", {"rule": name})
                break


def _takes_all_of(earlier: Rule, later: Rule) -> bool:
    """Whether the other conditions of one rule hold whenever those of another do."""
    if earlier.open_now and (earlier.open_now, earlier.target) != (later.open_now, later.target):
        return False
    return all(later.codes(aspect) and later.codes(aspect) <= codes for aspect, codes in earlier.conditions)


def _followers(rules: Sequence[Rule], about: Sequence[Collection[str | None]]) -> Mapping[int, Sequence[int]]:
    """Return for each rule that leads to another topic the rules about that topic that do so too."""
    leading = [number for number, rule in enumerate(rules) if isinstance(rule.target, AsTopic)]
    return {
        number: [
            other
            for other in leading
            if _next_topic(rules[number]) in about[other] and _may_both_hold(rules[number], rules[other])
        ]
        for number in leading
    }


def _next_topic(rule: Rule) -> str | None:
    return rule.target.topic if isinstance(rule.target, AsTopic) else None


def _may_both_hold(one: Rule, other: Rule) -> bool:
    return all(not other.codes(aspect) or other.codes(aspect) & codes for aspect, codes in one.conditions)


def _leading_round(rules: Sequence[Rule], about: Sequence[Collection[str | None]]) -> list[int]:
    """Return the rules from which the way to other topics need not end.

    Rules that lead to none of the others end it; what is left when all that end are taken away goes round.
    """
    followers = _followers(rules, about)
    left = set(followers)
    while ending := {number for number in left if not left & set(followers[number])}:
        left -= ending
    return sorted(left)


def _in_a_row(
    rules: Sequence[Rule], about: Sequence[Collection[str | None]], round_trips: Sequence[int], as_topic: str
) -> Iterator[Fault]:
    for number, following in _followers(rules, about).items():
        if following and number not in round_trips:
            params = {"rule": rules[following[0]].name}
            yield Fault(f"/rules/{number}/{as_topic}", "rules-in-a-row", params)


def _without_effect(rules: Sequence[Rule], directory: Directory) -> Iterator[Fault]:
    """Yield a fault for each rule to a service that takes nobody for whom the rule is."""
    for number, rule in enumerate(rules):
        if not isinstance(rule.target, ToService):
            continue
        service = directory[rule.target.service]
        if not rule.target.anywhere and _all_outside(rule, service, directory):
            yield Fault(f"/rules/{number}/service", "service-outside-area")
        if not rule.target.anyone and _all_kept_out(rule, service):
            yield Fault(f"/rules/{number}/service", "service-not-for-person")


def _all_outside(rule: Rule, service: Service, directory: Directory) -> bool:
    where = rule.codes(Aspect.MUNICIPALITIES) or directory.desk_service.municipalities or frozenset()
    return bool(where) and not any(service.serves(municipality) for municipality in where)


def _all_kept_out(rule: Rule, service: Service) -> bool:
    admitted = service.eligibility
    return any(
        bool(codes) and bool(only) and "unknown" not in codes and not codes & only
        for codes, only in (
            (rule.codes(Aspect.GROUPS), admitted.groups),
            (rule.codes(Aspect.STAYS), admitted.stays),
            (rule.codes(Aspect.REGISTRATIONS), admitted.registrations),
        )
    )


def _topics_that_stay(directory: Directory, now: datetime) -> Iterator[Fault]:
    """Yield a warning for each topic that stays at the desk, in some municipality, for want of a service."""
    lists = directory.code_lists
    area = directory.desk_service.municipalities
    places = [
        place
        for place in lists.municipalities.values()
        if place.active and (area is None or place.code in area)
    ]
    for topic in lists.topics.values():
        if not topic.active:
            continue
        staying = [place.name for place in places if _stays(topic, place.code, directory, now)]
        if staying:
            told = ", ".join(staying[:PLACES_TOLD])
            params: dict[str, ParamValue] = {
                "topic": topic.code,
                "count": len(staying),
                "places": told,
            }
            yield Fault("", "topic-without-service", params)


def _stays(topic: Topic, municipality: str, directory: Directory, now: datetime) -> bool:
    decision = route(RoutingFacts(topic.code, None, municipality), directory, now)
    return decision.reasons[-1].code is ReasonCode.DESK_IS_LAST_RESORT

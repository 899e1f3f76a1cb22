"""Which service helps with a question, and why.

The first rule of the desk whose conditions hold decides where a question goes; without one, the topic decides
the kind of place. Of the services that may then help with it, the best is chosen (`ranking`). What nobody
can take stays at the desk, so that there always is a decision.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from servicebalie.core.code_lists import Topic
from servicebalie.core.directory import Directory, Location, Service
from servicebalie.core.opening import Opening
from servicebalie.core.ranking import Asked, Choice, choose, place_of
from servicebalie.core.routing_facts import (
    GOES_TO,
    NOBODY_PASSED_OVER,
    OpenReferrals,
    PassedOver,
    Reason,
    ReasonCode,
    RoutingFacts,
    nobody_waits,
)
from servicebalie.core.routing_rules import AsTopic, OpenNow, Rule, Target, ToDestination, ToService
from servicebalie.core.vocabulary import Destination, ReferralKind

__all__ = [
    "HANDING_OVER",
    "Decision",
    "OpenReferrals",
    "Reason",
    "ReasonCode",
    "RoutingFacts",
    "answered_by_information",
    "explain_override",
    "route",
]

HANDING_OVER = (ReferralKind.REFERRAL, ReferralKind.WARM_HAND_OVER)
"""The kinds of referral with which a service gets to see the question, for which the person must agree."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The service for a question, by which rules, and at which of its locations, if it has any.

    `kind` is None at the desk; `opening` is the next one there, in the language if it can be.
    """

    service: Service
    destination: Destination
    kind: ReferralKind | None
    reasons: tuple[Reason, ...]
    opening: Opening | None
    location: Location | None = None
    rules_version: int = 0


@dataclass(frozen=True, slots=True)
class Followed:
    """How the rules of a desk were followed: the rule that decides, None if it is the topic, and the
    question as it is seen then."""

    rule: Rule | None
    asked: Asked
    reasons: tuple[Reason, ...]


def route(
    facts: RoutingFacts,
    directory: Directory,
    now: datetime,
    open_referrals: OpenReferrals = nobody_waits,
    passed_over: PassedOver = NOBODY_PASSED_OVER,
) -> Decision:
    """Choose the service for a question; the same facts, directory, minute and open referrals give the same.

    A service that does not serve the municipality, or that is not for the person, is never chosen unless a
    rule says so. When the municipality is unknown, services for the whole area of the desk come first, near
    means near to the desk, and nothing is handed over to a service for a part of that area. Nor is it without
    the consent of the person. Who is `passed_over` is not chosen either, not even by a rule, and the reasons
    tell of it. `now` is aware.
    """
    return decide(follow_rules(asked_of(facts, directory, now, open_referrals, passed_over)))


def decide(followed: Followed) -> Decision:
    """Choose the service for a question of which the rules were followed."""
    if followed.rule is None:
        return _by_topic(followed.asked, list(followed.reasons))
    return _by_rule(followed.rule, followed.asked, list(followed.reasons))


def answered_by_information(facts: RoutingFacts, directory: Directory, now: datetime) -> Decision:
    """The decision for a question that a standard answer of the desk settled: nobody has to do anything."""
    asked = asked_of(facts, directory, now)
    reasons = [Reason(ReasonCode.ANSWERED_BY_INFORMATION, facts.topic)]
    return _decision(directory.desk_service, ReferralKind.INFORMATION_ONLY, asked, reasons)


def explain_override(service: Service, facts: RoutingFacts, directory: Directory, now: datetime) -> Decision:
    """The decision of staff for a service, with a warning for everything that speaks against it."""
    asked = asked_of(facts, directory, now)
    topic = asked.topic
    reasons = [Reason(ReasonCode.CHOSEN_BY_STAFF)]
    if topic and service.destination is not Destination.DESK and not service.handles(topic):
        reasons.append(Reason(ReasonCode.TOPIC_NOT_OFFERED, topic.code))
    if facts.municipality and not service.serves(facts.municipality):
        reasons.append(Reason(ReasonCode.OUTSIDE_AREA, facts.municipality))
    if not _is_for(service, facts):
        reasons.append(Reason(ReasonCode.NOT_FOR_PERSON))
    if facts.language and not service.speaks(facts.language, asked.today):
        reasons.append(Reason(ReasonCode.LANGUAGE_NOT_OFFERED, facts.language))
    return _decision(service, _kind(service, topic), asked, reasons)


def asked_of(
    facts: RoutingFacts,
    directory: Directory,
    now: datetime,
    open_referrals: OpenReferrals = nobody_waits,
    passed_over: PassedOver = NOBODY_PASSED_OVER,
) -> Asked:
    """What is asked, with its topic, or None when there is none or its code is not in the list."""
    topic = directory.code_lists.topics.get(facts.topic) if facts.topic else None
    return Asked(facts, topic, directory, now, open_referrals, passed_over)


def follow_rules(asked: Asked) -> Followed:
    """Find the rule that decides; rules that see a question as one about another topic are followed.

    A rule that leads back to a topic that was there before decides nothing, nor do those after it.
    """
    seen = {asked.topic.code if asked.topic else None}
    reasons = _who_is_passed_over(asked)
    rule = first_match(asked)
    while rule and isinstance(rule.target, AsTopic):
        topic = asked.directory.code_lists.topics.get(rule.target.topic)
        if topic is None or topic.code in seen:
            return Followed(None, asked, tuple(reasons))
        seen.add(topic.code)
        reasons.append(Reason(ReasonCode.RULE_OF_DESK, rule.name))
        reasons.append(Reason(ReasonCode.ROUTED_AS_TOPIC, topic.code))
        asked = replace(asked, topic=topic)
        rule = first_match(asked)
    if rule:
        reasons.append(Reason(ReasonCode.RULE_OF_DESK, rule.name))
    return Followed(rule, asked, tuple(reasons))


def first_match(asked: Asked) -> Rule | None:
    """The first rule of which every condition holds, or None."""
    values = values_of(asked.facts)
    for rule in asked.directory.rules_about(asked.topic).values():
        for aspect, codes in rule.conditions:
            if values[aspect] not in codes:
                break
        else:
            if rule.open_now is None or opens(rule.open_now, rule.target, asked):
                return rule
    return None


def values_of(facts: RoutingFacts) -> tuple[str | None, ...]:
    """The codes that conditions look at, by their `Aspect`; what was not told is unknown."""
    return (
        facts.language,
        facts.municipality,
        facts.group or "unknown",
        facts.stay or "unknown",
        facts.arrival or "unknown",
        facts.registration or "unknown",
        facts.channel,
    )


def opens(condition: OpenNow, target: Target, asked: Asked) -> bool:
    """Whether who must be open at this moment is open."""
    if target == ToDestination(Destination.DESK) and condition.service is None:
        return any(asked.is_open(offer) for offer in asked.directory.desk_service.offers())
    service = condition.service
    if service is None:
        pool = pool_of(target, asked)
    else:
        pool = asked.left_of(asked.directory.offers.of_service(service))
    return bool(asked.open_among(pool))


def pool_of(target: Target, asked: Asked, *, open_now: bool = False) -> int:
    """The offers that a target stands for and that may help this person; with `open_now` the open ones."""
    index = asked.directory.offers
    pool = 0
    if isinstance(target, ToService):
        pool = index.of_service(target.service)
        pool = pool if target.anywhere else asked.serving(pool)
        pool = pool if target.anyone else pool & asked.admitting
    elif isinstance(target, ToDestination) and asked.topic:
        pool = asked.serving(index.helping(target.destination, asked.topic)) & asked.admitting
    pool = asked.left_of(pool)
    return asked.open_among(pool) if open_now else pool


def deciding_topics(topic: Topic, directory: Directory) -> Iterator[Topic]:
    """The topic and, where its main topic goes elsewhere, the main topic."""
    yield topic
    parent = directory.code_lists.topics.get(topic.parent) if topic.parent else None
    if parent and parent.destination is not topic.destination:
        yield parent


def _by_rule(rule: Rule, asked: Asked, reasons: list[Reason]) -> Decision:
    """Decide as a rule says, and by the topic when nobody can take it that way."""
    if rule.target == ToDestination(Destination.DESK):
        return _decision(asked.directory.desk_service, None, asked, reasons)
    pool = pool_of(rule.target, asked, open_now=rule.open_now == OpenNow())
    if not pool:
        return _by_topic(asked, [*reasons, Reason(ReasonCode.RULE_HAS_NOBODY, rule.name)])
    choice = choose(pool, asked)
    service = choice.offer.service
    anywhere = isinstance(rule.target, ToService) and rule.target.anywhere
    topic = _strictest_topic(asked)
    kind = _kind(service, topic) if anywhere else _routed_kind(service, topic, asked.facts, asked.directory)
    return _chosen(choice, kind, asked, reasons)


def _by_topic(asked: Asked, reasons: list[Reason]) -> Decision:
    """Decide by the kind of place that the topic goes to, and then by that of its main topic."""
    desk = asked.directory.desk_service
    if asked.topic is None:
        return _decision(desk, None, asked, [*reasons, Reason(ReasonCode.NO_TOPIC)])
    for deciding in deciding_topics(asked.topic, asked.directory):
        reasons.append(Reason(GOES_TO[deciding.destination], deciding.code))
        if deciding.destination is Destination.DESK:
            return _decision(desk, None, asked, reasons)
        pool = pool_of(ToDestination(deciding.destination), asked)
        if pool:
            choice = choose(pool, asked)
            topic = _strictest_topic(asked)
            kind = _routed_kind(choice.offer.service, topic, asked.facts, asked.directory)
            return _chosen(choice, kind, asked, reasons)
        reasons.append(_why_nobody(deciding.destination, asked.topic, asked))
    return _decision(desk, None, asked, [*reasons, Reason(ReasonCode.DESK_IS_LAST_RESORT)])


def _strictest_topic(asked: Asked) -> Topic | None:
    """The topic that tells how a question may be handed over.

    A sensitive question stays one when a rule sees it as one about another topic.
    """
    own = asked.directory.code_lists.topics.get(asked.facts.topic) if asked.facts.topic else None
    return own if own and own.sensitive else asked.topic


def _routed_kind(
    service: Service, topic: Topic | None, facts: RoutingFacts, directory: Directory
) -> ReferralKind | None:
    """Hands nothing over to a service that may not serve where the person lives."""
    if facts.municipality is None and not service.covers(directory.desk_service.municipalities):
        return ReferralKind.INFORMATION_ONLY
    return _kind(service, topic)


def _kind(service: Service, topic: Topic | None) -> ReferralKind | None:
    """How the question goes to the service.

    Services outside the partnership are signposted, and a sensitive question is handed over only to a
    service that names its topic.
    """
    if service.destination is Destination.DESK:
        return None
    signpost = service.destination is Destination.OTHER or not service.takes_referrals
    if signpost or (topic and topic.sensitive and not service.handles(topic)):
        return ReferralKind.INFORMATION_ONLY
    return ReferralKind.REFERRAL


def _chosen(choice: Choice, kind: ReferralKind | None, asked: Asked, reasons: Sequence[Reason]) -> Decision:
    service = choice.offer.service
    about_person = [] if _is_for(service, asked.facts) else [Reason(ReasonCode.NOT_FOR_PERSON)]
    why = [*reasons, _area_reason(service, asked.facts), *about_person, *choice.reasons]
    return _consented(service, kind, asked, why, (choice.offer.location, choice.opening))


def _decision(
    service: Service, kind: ReferralKind | None, asked: Asked, reasons: Sequence[Reason]
) -> Decision:
    return _consented(service, kind, asked, reasons, place_of(service, asked))


def _consented(
    service: Service,
    kind: ReferralKind | None,
    asked: Asked,
    reasons: Sequence[Reason],
    place: tuple[Location | None, Opening | None],
) -> Decision:
    """Return a decision that hands nothing over to which the person did not agree."""
    if kind in HANDING_OVER and not asked.facts.consents:
        kind, reasons = ReferralKind.INFORMATION_ONLY, [*reasons, Reason(ReasonCode.NO_CONSENT)]
    location, opening = place
    version = asked.directory.rules.version
    return Decision(service, service.destination, kind, tuple(reasons), opening, location, version)


def _is_for(service: Service, facts: RoutingFacts) -> bool:
    return service.eligibility.admits(facts.group, facts.stay, facts.registration)


def _area_reason(service: Service, facts: RoutingFacts) -> Reason:
    if facts.municipality is None:
        return Reason(ReasonCode.MUNICIPALITY_UNKNOWN)
    serves = service.serves(facts.municipality)
    return Reason(ReasonCode.SERVES_MUNICIPALITY if serves else ReasonCode.OUTSIDE_AREA, facts.municipality)


def _who_is_passed_over(asked: Asked) -> list[Reason]:
    """Tell of each service that would help with it why it is not chosen, in the order of their ids."""
    offers, topic = asked.directory.offers, asked.topic
    able = {
        id_: service
        for id_, service in asked.directory.services.items()
        if id_ in asked.passed_over and (topic is None or service.handles(topic))
    }
    return [
        Reason(asked.passed_over[id_], able[id_].full_name)
        for id_ in sorted(able)
        if asked.serving(offers.of_service(id_)) & asked.admitting
    ]


def _why_nobody(destination: Destination, topic: Topic, asked: Asked) -> Reason:
    able = asked.directory.offers.helping(destination, topic)
    if not able:
        return Reason(ReasonCode.NO_SERVICE_FOR_TOPIC, topic.code)
    serving = asked.serving(able)
    if not serving:
        return Reason(ReasonCode.NO_SERVICE_IN_MUNICIPALITY, asked.facts.municipality)
    if not serving & asked.admitting:
        return Reason(ReasonCode.NO_SERVICE_FOR_PERSON)
    return Reason(ReasonCode.NOBODY_ELSE_LEFT, topic.code)

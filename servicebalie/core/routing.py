"""Which service helps with a question, and why.

The topic decides the kind of place. Of the services of that kind that help with the topic and serve the
municipality, those that speak the language are preferred, then the nearest, then those that open
soonest, then the lowest id. What nobody can take stays at the desk, so that there always is a decision.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from servicebalie.core.code_lists import Topic
from servicebalie.core.directory import Directory, Service
from servicebalie.core.opening import AMSTERDAM, Opening, next_opening
from servicebalie.core.vocabulary import (
    Arrival,
    Channel,
    Destination,
    Group,
    ReferralKind,
    Registration,
    Stay,
)


class ReasonCode(StrEnum):
    """Why a service was chosen, or what to know about the choice."""

    TOPIC_GOES_TO_DESK = "topic-goes-to-desk"
    TOPIC_GOES_TO_LIBRARY = "topic-goes-to-library"
    TOPIC_GOES_TO_SCHOOL = "topic-goes-to-school"
    TOPIC_GOES_TO_MUNICIPALITY = "topic-goes-to-municipality"
    TOPIC_GOES_TO_OTHER = "topic-goes-to-other"
    SERVES_MUNICIPALITY = "serves-municipality"
    MUNICIPALITY_UNKNOWN = "municipality-unknown"
    SPEAKS_LANGUAGE = "speaks-language"
    LANGUAGE_NOT_OFFERED = "language-not-offered"
    NEAREST_AREA = "nearest-area"
    OPEN_SOONEST = "open-soonest"
    NO_TOPIC = "no-topic"
    NO_SERVICE_FOR_TOPIC = "no-service-for-topic"
    NO_SERVICE_IN_MUNICIPALITY = "no-service-in-municipality"
    DESK_IS_LAST_RESORT = "desk-is-last-resort"
    ANSWERED_BY_INFORMATION = "answered-by-information"
    CHOSEN_BY_STAFF = "chosen-by-staff"
    OUTSIDE_AREA = "outside-area"
    TOPIC_NOT_OFFERED = "topic-not-offered"
    NO_CONSENT = "no-consent"
    RETURNED_BY_SERVICE = "returned-by-service"
    NO_ANSWER_IN_TIME = "no-answer-in-time"


HANDING_OVER = (ReferralKind.REFERRAL, ReferralKind.WARM_HAND_OVER)
"""The kinds of referral with which a service gets to see the question, for which the person must agree."""

_GOES_TO = {destination: ReasonCode(f"topic-goes-to-{destination}") for destination in Destination}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; `value` is the code of the topic, municipality or language that it speaks about."""

    code: ReasonCode
    value: str | None = None


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """What routing looks at: codes, or None for what is not known.

    `consents` tells that the person agrees to the question being handed to another organisation.
    """

    topic: str | None
    language: str | None
    municipality: str | None
    group: Group | None = None
    stay: Stay | None = None
    arrival: Arrival | None = None
    registration: Registration | None = None
    channel: Channel | None = None
    consents: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The service for a question. `kind` is None at the desk; `opening` is in the language if it can be."""

    service: Service
    destination: Destination
    kind: ReferralKind | None
    reasons: tuple[Reason, ...]
    opening: Opening | None


class Distance(IntEnum):
    """How far a service is from where somebody lives, by the areas of Statistics Netherlands (CBS)."""

    SAME_MUNICIPALITY = 0
    SAME_COROP = 1
    SAME_PROVINCE = 2
    ELSEWHERE = 3


def route(facts: RoutingFacts, directory: Directory, now: datetime) -> Decision:
    """Choose the service for a question; the same facts, directory and minute give the same decision.

    A service that does not serve the municipality is never chosen. When the municipality is unknown,
    services for the whole area of the desk come first, near means near to the desk, and nothing is
    handed over to a service for a part of that area. Nor is it without the consent of the person. `now` is
    aware.
    """
    topic = _topic(facts, directory)
    if topic is None:
        return _decision(directory.desk_service, None, facts, now, [Reason(ReasonCode.NO_TOPIC)])
    reasons: list[Reason] = []
    for deciding in _deciding_topics(topic, directory):
        reasons.append(Reason(_GOES_TO[deciding.destination], deciding.code))
        if deciding.destination is Destination.DESK:
            return _decision(directory.desk_service, None, facts, now, reasons)
        able = directory.candidates(deciding.destination, topic)
        allowed = [s for s in able if facts.municipality is None or s.serves(facts.municipality)]
        if allowed:
            service, why = _preferred(allowed, facts, directory, now)
            kind = _routed_kind(service, topic, facts, directory)
            return _decision(service, kind, facts, now, [*reasons, *why])
        reasons.append(_why_nobody(able, topic, facts))
    reasons.append(Reason(ReasonCode.DESK_IS_LAST_RESORT))
    return _decision(directory.desk_service, None, facts, now, reasons)


def answered_by_information(facts: RoutingFacts, directory: Directory, now: datetime) -> Decision:
    """The decision for a question that a standard answer of the desk settled: nobody has to do anything."""
    reasons = [Reason(ReasonCode.ANSWERED_BY_INFORMATION, facts.topic)]
    return _decision(directory.desk_service, ReferralKind.INFORMATION_ONLY, facts, now, reasons)


def explain_override(service: Service, facts: RoutingFacts, directory: Directory, now: datetime) -> Decision:
    """The decision of staff for a service, with a warning for everything that speaks against it."""
    topic = _topic(facts, directory)
    reasons = [Reason(ReasonCode.CHOSEN_BY_STAFF)]
    if topic and service.destination is not Destination.DESK and not service.handles(topic):
        reasons.append(Reason(ReasonCode.TOPIC_NOT_OFFERED, topic.code))
    if facts.municipality and not service.serves(facts.municipality):
        reasons.append(Reason(ReasonCode.OUTSIDE_AREA, facts.municipality))
    if facts.language and not service.speaks(facts.language, _today(now)):
        reasons.append(Reason(ReasonCode.LANGUAGE_NOT_OFFERED, facts.language))
    return _decision(service, _kind(service, topic), facts, now, reasons)


def _topic(facts: RoutingFacts, directory: Directory) -> Topic | None:
    """The topic, or None when there is none or its code is not in the list."""
    return directory.code_lists.topics.get(facts.topic) if facts.topic else None


def _deciding_topics(topic: Topic, directory: Directory) -> Iterator[Topic]:
    """The topic and, where its main topic goes elsewhere, the main topic."""
    yield topic
    parent = directory.code_lists.topics.get(topic.parent) if topic.parent else None
    if parent and parent.destination is not topic.destination:
        yield parent


def _preferred(
    services: Sequence[Service], facts: RoutingFacts, directory: Directory, now: datetime
) -> tuple[Service, list[Reason]]:
    """The best of one or more services, in the order of their ids, and the reasons for it."""
    today = _today(now)
    if facts.municipality is None:
        area = directory.desk_service.municipalities
        services = _least(services, lambda service: not service.covers(area))
    if language := facts.language:
        services = _least(services, lambda service: not service.speaks(language, today))
    nearest = _least(services, _distance_from(facts, directory))
    soonest = _least(nearest, lambda service: _starts(_opening(service, facts, now)))
    reasons = [_area_reason(facts)]
    if language:
        speaks = soonest[0].speaks(language, today)
        code = ReasonCode.SPEAKS_LANGUAGE if speaks else ReasonCode.LANGUAGE_NOT_OFFERED
        reasons.append(Reason(code, language))
    if len(nearest) < len(services):
        reasons.append(Reason(ReasonCode.NEAREST_AREA))
    if len(soonest) < len(nearest):
        reasons.append(Reason(ReasonCode.OPEN_SOONEST))
    return soonest[0], reasons


def _least(services: Sequence[Service], rank: Callable[[Service], float]) -> Sequence[Service]:
    """The services of the lowest rank, in the same order."""
    if len(services) == 1:
        return services
    ranks = [rank(service) for service in services]
    lowest = min(ranks)
    return [service for service, its_rank in zip(services, ranks, strict=True) if its_rank == lowest]


def _distance_from(facts: RoutingFacts, directory: Directory) -> Callable[[Service], Distance]:
    """A function from a service to its distance; from the desk, when the municipality is unknown."""
    municipalities = directory.code_lists.municipalities
    desk = directory.desk_service.location
    here = municipalities.get(facts.municipality or (desk.municipality if desk else ""))

    def distance(service: Service) -> Distance:
        there = municipalities.get(service.location.municipality) if service.location else None
        if here is None or there is None:
            return Distance.ELSEWHERE
        if there.code == here.code:
            return Distance.SAME_MUNICIPALITY
        if there.corop == here.corop:
            return Distance.SAME_COROP
        return Distance.SAME_PROVINCE if there.province == here.province else Distance.ELSEWHERE

    return distance


def _routed_kind(
    service: Service, topic: Topic, facts: RoutingFacts, directory: Directory
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


def _area_reason(facts: RoutingFacts) -> Reason:
    if facts.municipality is None:
        return Reason(ReasonCode.MUNICIPALITY_UNKNOWN)
    return Reason(ReasonCode.SERVES_MUNICIPALITY, facts.municipality)


def _why_nobody(able: Sequence[Service], topic: Topic, facts: RoutingFacts) -> Reason:
    if able:
        return Reason(ReasonCode.NO_SERVICE_IN_MUNICIPALITY, facts.municipality)
    return Reason(ReasonCode.NO_SERVICE_FOR_TOPIC, topic.code)


def _decision(
    service: Service, kind: ReferralKind | None, facts: RoutingFacts, now: datetime, reasons: Sequence[Reason]
) -> Decision:
    if kind in HANDING_OVER and not facts.consents:
        kind, reasons = ReferralKind.INFORMATION_ONLY, [*reasons, Reason(ReasonCode.NO_CONSENT)]
    return Decision(service, service.destination, kind, tuple(reasons), _opening(service, facts, now))


def _opening(service: Service, facts: RoutingFacts, now: datetime) -> Opening | None:
    return next_opening(service.schedules_for(facts.language, _today(now)), now)


def _starts(opening: Opening | None) -> float:
    return opening.starts_at.timestamp() if opening else math.inf


def _today(now: datetime) -> date:
    return now.astimezone(AMSTERDAM).date()

"""What routing looks at, and the reasons that it gives."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from servicebalie.core.vocabulary import (
    Arrival,
    Channel,
    Destination,
    Group,
    ReferralStatus,
    Registration,
    Stay,
)

OpenReferrals: TypeAlias = Callable[[Collection[int]], Mapping[int, int]]
"""Tells how many referrals services have open; asked at most once for a question, and only if it matters."""


class ReasonCode(StrEnum):
    """Why a service was chosen, or what to know about the choice."""

    TOPIC_GOES_TO_DESK = "topic-goes-to-desk"
    TOPIC_GOES_TO_LIBRARY = "topic-goes-to-library"
    TOPIC_GOES_TO_SCHOOL = "topic-goes-to-school"
    TOPIC_GOES_TO_MUNICIPALITY = "topic-goes-to-municipality"
    TOPIC_GOES_TO_OTHER = "topic-goes-to-other"
    RULE_OF_DESK = "rule-of-desk"
    RULE_HAS_NOBODY = "rule-has-nobody"
    ROUTED_AS_TOPIC = "routed-as-topic"
    SERVES_MUNICIPALITY = "serves-municipality"
    MUNICIPALITY_UNKNOWN = "municipality-unknown"
    SPEAKS_LANGUAGE = "speaks-language"
    LANGUAGE_NOT_OFFERED = "language-not-offered"
    OTHERS_FULL = "others-full"
    NEAREST_AREA = "nearest-area"
    OPEN_SOONEST = "open-soonest"
    MOST_ROOM = "most-room"
    NO_TOPIC = "no-topic"
    NO_SERVICE_FOR_TOPIC = "no-service-for-topic"
    NO_SERVICE_IN_MUNICIPALITY = "no-service-in-municipality"
    NO_SERVICE_FOR_PERSON = "no-service-for-person"
    DESK_IS_LAST_RESORT = "desk-is-last-resort"
    ANSWERED_BY_INFORMATION = "answered-by-information"
    CHOSEN_BY_STAFF = "chosen-by-staff"
    OUTSIDE_AREA = "outside-area"
    NOT_FOR_PERSON = "not-for-person"
    TOPIC_NOT_OFFERED = "topic-not-offered"
    NO_CONSENT = "no-consent"
    RETURNED_BY_SERVICE = "returned-by-service"
    NO_ANSWER_IN_TIME = "no-answer-in-time"
    PASSED_OVER_RETURNED = "passed-over-returned"
    PASSED_OVER_NO_ANSWER = "passed-over-no-answer"
    NOBODY_ELSE_LEFT = "nobody-else-left"


GOES_TO = {destination: ReasonCode(f"topic-goes-to-{destination}") for destination in Destination}

PassedOver: TypeAlias = Mapping[int, ReasonCode]
"""Services that are not chosen, by id, with the reason that tells why."""

NOBODY_PASSED_OVER: PassedOver = MappingProxyType({})

_WHY_PASSED_OVER = {
    ReferralStatus.RETURNED: ReasonCode.PASSED_OVER_RETURNED,
    ReferralStatus.EXPIRED: ReasonCode.PASSED_OVER_NO_ANSWER,
}

_ABOUT_OTHERS = frozenset(_WHY_PASSED_OVER.values())


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; `value` is what it speaks about: the code of a topic, municipality or language, or the
    name of a rule or a service."""

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


def nobody_waits(_services: Collection[int]) -> Mapping[int, int]:
    """Tell that no service has any referral open."""
    return {}


def without_others(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Return reasons without what they tell of services that were passed over.

    A rule that had nobody any more tells of one too.
    """
    if not any(reason.code in _ABOUT_OTHERS for reason in reasons):
        return tuple(reasons)
    rules = {reason.value for reason in reasons if reason.code is ReasonCode.RULE_HAS_NOBODY}
    about_rules = {ReasonCode.RULE_HAS_NOBODY, ReasonCode.RULE_OF_DESK}
    return tuple(
        reason
        for reason in reasons
        if reason.code not in _ABOUT_OTHERS and not (reason.code in about_rules and reason.value in rules)
    )


def passed_over(tried: Iterable[tuple[int, ReferralStatus]]) -> PassedOver:
    """Return who returned a question or let it lie, given the services to which it went, the oldest first."""
    return {service: _WHY_PASSED_OVER[status] for service, status in tried if status in _WHY_PASSED_OVER}

"""Who may do what with a referral, in which state, and what comes of it: one table.

A referral is a closed loop (as in Primero): it is open until somebody ends it or the clock does, and nothing
leads out of an end. Who answers, asks or completes without having accepted has taken it on all the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.vocabulary import Actor, Outcome, ReferralAction, ReferralStatus, UnmetReason

OPEN = frozenset({ReferralStatus.REQUESTED, ReferralStatus.ACCEPTED, ReferralStatus.ASKED_BACK})
"""The states in which a service still has something to do."""


REFERRAL_OUTCOMES = (Outcome.MET, Outcome.UNMET)
"""How a service can complete a referral."""


class ReferralEnded(ServicebalieError):
    """The referral has ended, or nothing was ever asked of the service."""

    code = "referral-ended"


class AlreadyAccepted(ServicebalieError):
    """The service has accepted the referral, so it neither waits for that nor can do it again."""

    code = "referral-already-accepted"


class NothingAsked(ServicebalieError):
    """The service has asked nothing, so there is nothing to reply to."""

    code = "nothing-was-asked"


class NotYourAct(ServicebalieError):
    """This is for somebody else to do."""

    code = "role-not-allowed"


@dataclass(frozen=True, slots=True)
class Act:
    """Who may do it, and to which state it leads from each in which it is possible.

    `refusal` is for the open states in which it is not possible.
    """

    actors: frozenset[Actor]
    leads: Mapping[ReferralStatus, ReferralStatus]
    refusal: type[ServicebalieError] = AlreadyAccepted


def _from_open(end: ReferralStatus) -> Mapping[ReferralStatus, ReferralStatus]:
    return MappingProxyType(dict.fromkeys(OPEN, end))


_R = ReferralStatus
_PARTNER, _CLOCK = frozenset({Actor.PARTNER}), frozenset({Actor.CLOCK})

ACTS: Mapping[ReferralAction, Act] = MappingProxyType(
    {
        ReferralAction.ACCEPT: Act(_PARTNER, {_R.REQUESTED: _R.ACCEPTED}),
        ReferralAction.RETURN: Act(_PARTNER, _from_open(_R.RETURNED)),
        ReferralAction.ASK_BACK: Act(_PARTNER, _from_open(_R.ASKED_BACK)),
        ReferralAction.ANSWER: Act(
            _PARTNER,
            {_R.REQUESTED: _R.ACCEPTED, _R.ACCEPTED: _R.ACCEPTED, _R.ASKED_BACK: _R.ASKED_BACK},
        ),
        ReferralAction.REPLY: Act(
            frozenset({Actor.NEWCOMER}), {_R.ASKED_BACK: _R.ACCEPTED}, refusal=NothingAsked
        ),
        ReferralAction.COMPLETE: Act(
            frozenset({Actor.PARTNER, Actor.DESK, Actor.NEWCOMER}), _from_open(_R.COMPLETED)
        ),
        ReferralAction.REVOKE: Act(frozenset({Actor.DESK, Actor.NEWCOMER}), _from_open(_R.REVOKED)),
        ReferralAction.REMIND: Act(_CLOCK, {_R.REQUESTED: _R.REQUESTED}),
        ReferralAction.EXPIRE: Act(_CLOCK, {_R.REQUESTED: _R.EXPIRED}),
    }
)


class Standing(StrEnum):
    """With whom a question is once something was done with one of its referrals."""

    WITH_SERVICE = "with-service"
    AT_DESK = "at-desk"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class End:
    """How a completed referral ended."""

    outcome: Outcome
    unmet_reason: UnmetReason | None = None


def next_state(state: ReferralStatus, action: ReferralAction, actor: Actor) -> ReferralStatus:
    """Return the state after an act.

    Raises `NotYourAct`, `ReferralEnded`, and `AlreadyAccepted` or `NothingAsked` where it is too late or too
    early for the act.
    """
    act = ACTS[action]
    if actor not in act.actors:
        raise NotYourAct
    if state not in OPEN:
        raise ReferralEnded
    if state not in act.leads:
        raise act.refusal
    return act.leads[state]


def standing_after(
    action: ReferralAction, state: ReferralStatus, others: Collection[ReferralStatus]
) -> Standing:
    """Return with whom a question is after an act that led to `state`, given its `others` (referrals).

    While one is open, it is with that service. The last one closes the question when it is completed; when
    it ends in another way, the desk has the question: nobody's it never is.
    """
    if state in OPEN or any(other in OPEN for other in others):
        return Standing.WITH_SERVICE
    return Standing.CLOSED if action is ReferralAction.COMPLETE else Standing.AT_DESK


def joint_end(ends: Sequence[End]) -> End:
    """Return how a question ended of which one or more services completed their part, the last one last."""
    return next((end for end in ends if end.outcome is Outcome.MET), ends[-1])

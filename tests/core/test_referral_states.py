"""The states of a referral: who may do what, and that a question is always somebody's."""

from contextlib import suppress
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.referral_states import (
    ACTS,
    OPEN,
    AlreadyAccepted,
    End,
    NothingAsked,
    NotYourAct,
    ReferralEnded,
    Standing,
    joint_end,
    next_state,
    standing_after,
)
from servicebalie.core.vocabulary import Actor, Outcome, ReferralAction, ReferralStatus, UnmetReason

STATES, ACTIONS, ACTORS = list(ReferralStatus), list(ReferralAction), list(Actor)
BY_DECISION = {ReferralStatus.REQUESTED, ReferralStatus.GIVEN, ReferralStatus.KEPT}
"""The states in which a referral begins."""


def after(state: ReferralStatus, action: ReferralAction, actor: Actor) -> ReferralStatus | None:
    try:
        return next_state(state, action, actor)
    except ServicebalieError:
        return None


def test_every_act_has_a_row_in_the_table() -> None:
    assert set(ACTS) == set(ACTIONS)


@pytest.mark.parametrize("state", sorted(set(STATES) - OPEN))
def test_nothing_leads_out_of_an_end(state: ReferralStatus) -> None:
    assert {after(state, action, actor) for action, actor in product(ACTIONS, ACTORS)} == {None}


@pytest.mark.parametrize("state", sorted(OPEN))
def test_from_every_open_state_there_is_a_way_to_an_end_for_the_service_and_for_the_desk(
    state: ReferralStatus,
) -> None:
    for actor in (Actor.PARTNER, Actor.DESK):
        assert {after(state, action, actor) for action in ACTIONS} - {None} - OPEN


def test_every_state_can_be_reached() -> None:
    reached = set(BY_DECISION)
    for _ in STATES:
        reached |= {
            state
            for before, action, actor in product(tuple(reached), ACTIONS, ACTORS)
            if (state := after(before, action, actor))
        }
    assert reached == set(STATES)


@given(st.sampled_from(STATES), st.sampled_from(ACTIONS), st.sampled_from(ACTORS))
def test_an_act_leads_to_a_state_or_is_refused_with_a_code_of_its_own(
    state: ReferralStatus, action: ReferralAction, actor: Actor
) -> None:
    if actor not in ACTS[action].actors:
        expected: tuple[type[ServicebalieError], ...] = (NotYourAct,)
    elif state not in OPEN:
        expected = (ReferralEnded,)
    else:
        expected = (AlreadyAccepted, NothingAsked)
    with suppress(*expected):
        assert next_state(state, action, actor) in STATES


@pytest.mark.parametrize(
    ("state", "action", "actor", "refusal"),
    [
        ("returned", "complete", "partner", ReferralEnded),
        ("given", "accept", "partner", ReferralEnded),
        ("accepted", "accept", "partner", AlreadyAccepted),
        ("accepted", "expire", "clock", AlreadyAccepted),
        ("asked-back", "remind", "clock", AlreadyAccepted),
        ("accepted", "reply", "newcomer", NothingAsked),
        ("requested", "accept", "desk", NotYourAct),
        ("accepted", "revoke", "partner", NotYourAct),
        ("requested", "expire", "desk", NotYourAct),
    ],
)
def test_what_is_not_possible_says_why(
    state: str, action: str, actor: str, refusal: type[ServicebalieError]
) -> None:
    with pytest.raises(refusal):
        next_state(ReferralStatus(state), ReferralAction(action), Actor(actor))


@pytest.mark.parametrize(
    ("state", "action", "then"),
    [
        ("requested", "accept", "accepted"),
        ("requested", "answer", "accepted"),
        ("requested", "ask-back", "asked-back"),
        ("asked-back", "answer", "asked-back"),
        ("asked-back", "return", "returned"),
        ("requested", "complete", "completed"),
    ],
)
def test_who_answers_asks_or_completes_has_taken_the_referral_on(state: str, action: str, then: str) -> None:
    assert next_state(ReferralStatus(state), ReferralAction(action), Actor.PARTNER) == then


def test_an_accepted_referral_never_expires() -> None:
    expiring = [state for state in STATES if after(state, ReferralAction.EXPIRE, Actor.CLOCK)]
    assert expiring == [ReferralStatus.REQUESTED]


@given(
    st.lists(st.sampled_from(sorted(BY_DECISION)), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(ACTIONS), st.sampled_from(ACTORS)), max_size=20),
)
def test_a_question_is_with_a_service_at_the_desk_or_closed_whatever_happens(
    referrals: list[ReferralStatus], acts: list[tuple[int, ReferralAction, Actor]]
) -> None:
    states = list(referrals)
    for number, action, actor in acts:
        if number >= len(states) or after(states[number], action, actor) is None:
            continue
        states[number] = next_state(states[number], action, actor)
        others = [state for position, state in enumerate(states) if position != number]
        standing = standing_after(action, states[number], others)
        assert (standing is Standing.WITH_SERVICE) == any(state in OPEN for state in states)
        if standing is Standing.CLOSED:
            assert (action, states[number]) == (ReferralAction.COMPLETE, ReferralStatus.COMPLETED)


def test_a_question_is_met_when_one_of_its_services_met_it() -> None:
    met, cost = End(Outcome.MET), End(Outcome.UNMET, UnmetReason.COST)
    hours = End(Outcome.UNMET, UnmetReason.HOURS)
    assert joint_end([met, cost]) == joint_end([cost, met]) == met
    assert joint_end([cost, hours]) == hours

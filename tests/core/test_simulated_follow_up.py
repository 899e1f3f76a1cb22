"""What simulated people say when they are asked whether they were helped."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.simulated_follow_up import SimulatedAnswer, SimulatedFollowUps
from servicebalie.core.vocabulary import NewcomerOutcome, Outcome, UnmetReason
from tests.core.demo_world import numbers, shipped_population

ASKED_AT = datetime(2026, 3, 23, 14, 30, tzinfo=AMSTERDAM)


def answers(outcome: Outcome, reason: UnmetReason | None = None) -> list[SimulatedAnswer | None]:
    """Return what many people say of questions that ended alike."""
    people = SimulatedFollowUps(shipped_population().follow_up, numbers(5))
    return [people.answer(outcome, reason, ASKED_AT) for _ in range(600)]


@pytest.mark.parametrize(("outcome", "most"), [(Outcome.MET, "met"), (Outcome.UNMET, "unmet")])
def test_most_say_what_the_desk_says_some_not_and_many_nothing(outcome: Outcome, most: str) -> None:
    said = Counter(answer.outcome if answer else None for answer in answers(outcome))
    assert set(said) == {*NewcomerOutcome, None}
    assert said[None] > 200
    assert said[NewcomerOutcome(most)] > 150


def test_who_was_not_helped_gives_the_reason_of_the_desk_or_one_that_it_did_not_see() -> None:
    told = {answer.unmet_reason for answer in answers(Outcome.UNMET, UnmetReason.COST) if answer}
    assert told == {UnmetReason.COST, None}
    own = {answer.unmet_reason for answer in answers(Outcome.MET) if answer}
    assert {UnmetReason.LANGUAGE_BARRIER, UnmetReason.COULD_NOT_BE_REACHED, None} < own


def test_who_withdrew_is_not_asked() -> None:
    assert set(answers(Outcome.WITHDRAWN)) == {None}


@given(st.integers(0, 10**6))
def test_answers_come_within_days_by_day(seed: int) -> None:
    people = SimulatedFollowUps(shipped_population().follow_up, numbers(seed))
    answer = people.answer(Outcome.MET, None, ASKED_AT)
    if answer:
        assert timedelta(0) < answer.at - ASKED_AT < timedelta(days=6)
        assert 8 <= answer.at.hour < 22


def test_a_share_agrees_to_being_asked() -> None:
    people = SimulatedFollowUps(shipped_population().follow_up, numbers(5))
    assert 300 < sum(people.may_be_asked() for _ in range(600)) < 420

"""A question is not sent to whom it came back from: routing looks for the best of the others."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.directory import Directory, Schedule, Service
from servicebalie.core.routing import Decision, RoutingFacts, route
from servicebalie.core.routing_explanation import explain
from servicebalie.core.routing_facts import PassedOver, Reason, ReasonCode, passed_over, without_others
from servicebalie.core.routing_rules import OpenNow, Rule, ToService
from servicebalie.core.vocabulary import Destination, ReferralStatus
from tests.core.routing_world import (
    NOW,
    TOPICS,
    directory_of,
    facts,
    moments,
    ruled_directories,
    service,
    waiting,
)

BY_ITSELF = {
    ReasonCode.PASSED_OVER_RETURNED,
    ReasonCode.PASSED_OVER_NO_ANSWER,
    ReasonCode.NOBODY_ELSE_LEFT,
}
NO_SUCH = {
    ReasonCode.NO_SERVICE_FOR_TOPIC,
    ReasonCode.NO_SERVICE_IN_MUNICIPALITY,
    ReasonCode.NO_SERVICE_FOR_PERSON,
}
HERE = "GM0001"
NEAR, FAR = service(1, at=HERE), service(2, at="GM0003")
DUTCH_COURSE = RoutingFacts("dutch-course", None, HERE, consents=True)
RETURNED = {1: ReasonCode.PASSED_OVER_RETURNED}

NAMES = {f"Organisation / Service {id}" for id in range(1, 10)}

several = st.dictionaries(
    st.integers(1, 9),
    st.sampled_from([ReasonCode.PASSED_OVER_RETURNED, ReasonCode.PASSED_OVER_NO_ANSWER]),
    max_size=6,
)


def loads(known: dict[int, int]):
    return lambda services: {id: known.get(id, 0) for id in services}


def without(directory: Directory, left_out: Mapping[int, object]) -> Directory:
    kept = {id: one for id, one in directory.services.items() if id not in left_out}
    return replace(directory, services=kept)


def otherwise(decision: Decision) -> Decision:
    """The decision without what is only said when somebody was passed over, and without why nobody can."""
    said = tuple(reason for reason in decision.reasons if reason.code not in BY_ITSELF | NO_SUCH)
    return replace(decision, reasons=said)


@given(facts, ruled_directories, moments, several, waiting)
def test_nobody_who_is_passed_over_is_chosen_and_all_else_is_as_if_they_were_not_there(
    asked: RoutingFacts, directory: Directory, now: datetime, left_out: PassedOver, known: dict[int, int]
) -> None:
    decision = route(asked, directory, now, loads(known), left_out)

    assert decision.service.id not in left_out
    assert otherwise(decision) == otherwise(route(asked, without(directory, left_out), now, loads(known)))


def helps(one: Service, asked: RoutingFacts) -> bool:
    """Whether a service would help with a question by itself."""
    topic = TOPICS.get(asked.topic or "")
    here = asked.municipality is None or one.serves(asked.municipality)
    for_person = one.eligibility.admits(asked.group, asked.stay, asked.registration)
    return one.active and here and for_person and (topic is None or one.handles(topic))


@given(facts, ruled_directories, moments, several)
def test_it_is_told_of_each_service_that_is_there_why_it_is_passed_over(
    asked: RoutingFacts, directory: Directory, now: datetime, left_out: PassedOver
) -> None:
    there = {
        id: one for id, one in sorted(directory.services.items()) if id in left_out and helps(one, asked)
    }
    told = [one for one in route(asked, directory, now, passed_over=left_out).reasons if one.value in NAMES]

    assert [one for one in told if one.code in left_out.values()] == [
        Reason(left_out[id], one.full_name) for id, one in there.items()
    ]


@given(facts, ruled_directories, moments, several)
def test_what_is_explained_is_what_is_decided(
    asked: RoutingFacts, directory: Directory, now: datetime, left_out: PassedOver
) -> None:
    explained = explain(asked, directory, now, passed_over=left_out)

    assert explained.decision == route(asked, directory, now, passed_over=left_out)
    assert not {one.service.id for one in explained.candidates} & left_out.keys()


def test_the_second_best_gets_it() -> None:
    directory = directory_of(NEAR, FAR)

    assert route(DUTCH_COURSE, directory, NOW).service == NEAR
    again = route(DUTCH_COURSE, directory, NOW, passed_over=RETURNED)
    assert again.service == FAR
    assert again.reasons[0] == Reason(ReasonCode.PASSED_OVER_RETURNED, "Organisation / Service 1")


def test_a_rule_that_names_who_returned_it_has_nobody() -> None:
    rule = Rule("the near one", ToService(1))
    again = route(DUTCH_COURSE, directory_of(NEAR, FAR, rules=[rule]), NOW, passed_over=RETURNED)

    assert again.service == FAR
    assert Reason(ReasonCode.RULE_HAS_NOBODY, "the near one") in again.reasons


def test_a_rule_for_when_who_returned_it_is_open_does_not_fit() -> None:
    always = replace(NEAR, schedules=(Schedule("24/7"),))
    directory = directory_of(always, FAR, rules=[Rule("when open", ToService(2), open_now=OpenNow(1))])

    def followed(left_out: PassedOver) -> bool:
        reasons = route(DUTCH_COURSE, directory, NOW, passed_over=left_out).reasons
        return Reason(ReasonCode.RULE_OF_DESK, "when open") in reasons

    assert followed({})
    assert not followed(RETURNED)


def test_where_nobody_else_is_left_it_stays_at_the_desk_and_that_is_told() -> None:
    again = route(DUTCH_COURSE, directory_of(NEAR), NOW, passed_over=RETURNED)

    assert again.destination is Destination.DESK
    codes = [reason.code for reason in again.reasons]
    assert codes == [
        ReasonCode.PASSED_OVER_RETURNED,
        ReasonCode.TOPIC_GOES_TO_LIBRARY,
        ReasonCode.NOBODY_ELSE_LEFT,
        ReasonCode.DESK_IS_LAST_RESORT,
    ]


def test_that_nobody_serves_the_place_is_told_also_when_somebody_is_passed_over() -> None:
    elsewhere = replace(NEAR, municipalities=frozenset({"GM0004"}))
    again = route(DUTCH_COURSE, directory_of(elsewhere), NOW, passed_over=RETURNED)

    assert ReasonCode.NO_SERVICE_IN_MUNICIPALITY in {reason.code for reason in again.reasons}


@pytest.mark.parametrize("status", ReferralStatus)
def test_who_returned_a_question_or_let_it_lie_is_passed_over(status: ReferralStatus) -> None:
    why = {
        ReferralStatus.RETURNED: {3: ReasonCode.PASSED_OVER_RETURNED},
        ReferralStatus.EXPIRED: {3: ReasonCode.PASSED_OVER_NO_ANSWER},
    }

    assert passed_over([(3, status)]) == why.get(status, {})


def test_what_a_service_did_last_is_told_of_it() -> None:
    tried = [(3, ReferralStatus.EXPIRED), (3, ReferralStatus.RETURNED), (3, ReferralStatus.REVOKED)]

    assert passed_over(tried) == {3: ReasonCode.PASSED_OVER_RETURNED}


def test_nothing_is_told_of_who_would_not_help_with_the_question_as_it_is_now() -> None:
    health = RoutingFacts("health", None, HERE, consents=True)
    courses_only = service(1, at=HERE, topics=frozenset({"dutch-course"}))
    reasons = route(health, directory_of(courses_only, FAR), NOW, passed_over=RETURNED).reasons
    assert not {reason.code for reason in reasons} & BY_ITSELF


def test_what_tells_of_others_is_left_out_for_who_gets_it_next() -> None:
    rules = [Rule("all to the first", ToService(1))]
    reasons = route(DUTCH_COURSE, directory_of(NEAR, FAR, rules=rules), NOW, passed_over=RETURNED).reasons
    assert Reason(ReasonCode.RULE_HAS_NOBODY, "all to the first") in reasons
    told = without_others(reasons)
    assert "all to the first" not in {reason.value for reason in told}
    assert not {reason.code for reason in told} & BY_ITSELF
    assert without_others(told) == told

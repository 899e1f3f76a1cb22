import math
from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.directory import Directory, Offer
from servicebalie.core.opening import AMSTERDAM, next_opening
from servicebalie.core.routing import Decision, ReasonCode, RoutingFacts, explain_override, route
from servicebalie.core.vocabulary import Destination, ReferralKind
from tests.core.routing_world import (
    MUNICIPALITIES,
    TOPICS,
    directories,
    directory_of,
    facts,
    moments,
    waiting,
)


def codes(decision: Decision) -> set[ReasonCode]:
    return {reason.code for reason in decision.reasons}


def is_desk(decision: Decision) -> bool:
    return decision.destination is Destination.DESK


@given(facts, directories, moments)
def test_there_always_is_a_decision_for_an_active_service_or_the_desk(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    decision = route(asked, directory, now)

    assert decision.reasons
    assert decision.destination is decision.service.destination
    assert decision.service == directory.desk_service or (
        directory.services[decision.service.id] == decision.service and decision.service.active
    )


@given(facts, directories, moments, st.randoms(use_true_random=False))
def test_the_decision_does_not_depend_on_the_order_of_the_directory(
    asked: RoutingFacts, directory: Directory, now: datetime, random
) -> None:
    services = list(directory.services.values())
    random.shuffle(services)

    assert route(asked, directory_of(*services), now) == route(asked, directory, now)


@given(facts, directories, moments)
def test_nobody_is_sent_to_a_service_that_does_not_serve_where_they_live(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    decision = route(asked, directory, now)

    assert is_desk(decision) or asked.municipality is None or decision.service.serves(asked.municipality)


@given(facts, directories, moments)
def test_nobody_is_sent_to_a_service_that_does_not_help_with_the_topic(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    decision = route(asked, directory, now)

    assert is_desk(decision) or decision.service.handles(TOPICS[asked.topic or ""])


@given(facts, directories, moments)
def test_nothing_is_handed_to_a_signpost_or_on_a_sensitive_topic_to_a_service_that_does_not_name_it(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    decision = route(asked, directory, now)

    if decision.kind is ReferralKind.REFERRAL:
        topic = TOPICS[asked.topic or ""]
        assert decision.service.takes_referrals
        assert decision.destination is not Destination.OTHER
        assert not topic.sensitive or {topic.code, topic.parent} & decision.service.topics


@given(facts, directories, moments)
def test_nothing_is_handed_over_without_consent_and_nothing_else_changes_without_it(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    without = route(replace(asked, consents=False), directory, now)
    agreed = route(replace(asked, consents=True), directory, now)

    assert without.kind in {None, ReferralKind.INFORMATION_ONLY}
    assert replace(without, kind=agreed.kind, reasons=agreed.reasons) == agreed
    assert (without.kind == agreed.kind) == (ReasonCode.NO_CONSENT not in codes(without))


@given(facts, directories, moments)
def test_a_service_for_a_part_of_the_area_gets_nothing_about_a_person_who_may_live_elsewhere(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    decision = route(replace(asked, municipality=None), directory, now)

    if not is_desk(decision) and not decision.service.covers(directory.desk_service.municipalities):
        assert decision.kind is ReferralKind.INFORMATION_ONLY


@given(facts, directories, moments)
def test_the_kind_is_left_open_at_the_desk_and_only_there(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    decision = route(asked, directory, now)

    assert (decision.kind is None) == is_desk(decision)


@given(facts, directories, moments)
def test_a_service_that_starts_to_speak_the_language_keeps_being_chosen(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    chosen = route(asked, directory, now).service
    if asked.language and chosen.id in directory.services:
        improved = replace(chosen, languages=chosen.languages | {asked.language})
        better = directory_of(*{**directory.services, chosen.id: improved}.values())

        assert route(asked, better, now).service == improved


@given(facts, directories, moments)
def test_a_service_that_was_not_chosen_may_close_without_changing_the_choice(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    chosen = route(asked, directory, now).service
    for other in directory.services.values():
        if other != chosen:
            rest = [service for service in directory.services.values() if service != other]
            assert route(asked, directory_of(*rest), now).service == chosen


@given(facts, directories, moments, waiting)
def test_the_choice_is_the_first_by_area_room_language_nearness_opening_load_and_id(
    asked: RoutingFacts, directory: Directory, now: datetime, loads: dict[int, int]
) -> None:
    decision = route(asked, directory, now, lambda services: {id: loads.get(id, 0) for id in services})
    rivals = [
        offer
        for service in directory.services.values()
        if service.active
        and service.destination is decision.destination
        and service.handles(TOPICS[asked.topic or ""])
        and (asked.municipality is None or service.serves(asked.municipality))
        and service.eligibility.admits(asked.group, asked.stay, asked.registration)
        for offer in service.offers()
    ]

    if not is_desk(decision):
        best = min(rivals, key=lambda offer: rank(offer, asked, directory, now, loads))
        assert (decision.service, decision.location) == (best.service, best.location)


def rank(
    offer: Offer, asked: RoutingFacts, directory: Directory, now: datetime, loads: dict[int, int]
) -> tuple[float, ...]:
    """The order of preference written as one tuple, an account apart from that of the code under test."""
    today = now.astimezone(AMSTERDAM).date()
    service = offer.service
    partial = asked.municipality is None and not service.covers(directory.desk_service.municipalities)
    silent = asked.language is not None and not offer.speaks(asked.language, today)
    opening = next_opening(offer.schedules_for(asked.language, today), now, service.closures)
    starts = opening.starts_at.timestamp() if opening else math.inf
    load = 0.0
    if service.capacity is not None:
        load = loads.get(service.id, 0) / service.capacity if service.capacity else math.inf
    far = areas_apart(offer, asked.municipality or "GM0001")
    return (partial, load >= 1, silent, far, starts, load, service.id)


def areas_apart(offer: Offer, here: str) -> int:
    served = offer.service.municipalities or frozenset()
    places = {offer.location.municipality} if offer.location else served
    if here not in MUNICIPALITIES or not places:
        return 3
    home, shared = MUNICIPALITIES[here], []
    for place in map(MUNICIPALITIES.__getitem__, places):
        shared.append([home.code == place.code, home.corop == place.corop, home.province == place.province])
    return 3 - max(map(sum, shared))


@given(facts, directories, moments)
def test_the_reasons_say_whether_the_language_is_spoken(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    decision = route(asked, directory, now)
    said = codes(decision) & {ReasonCode.SPEAKS_LANGUAGE, ReasonCode.LANGUAGE_NOT_OFFERED}

    if asked.language is None or is_desk(decision):
        assert said == set()
    elif decision.service.speaks(asked.language, now.astimezone(AMSTERDAM).date()):
        assert said == {ReasonCode.SPEAKS_LANGUAGE}
    else:
        assert said == {ReasonCode.LANGUAGE_NOT_OFFERED}


@given(facts, directories, moments)
def test_staff_who_choose_what_routing_chose_get_no_warning_about_area_or_topic(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    decision = route(asked, directory, now)
    override = explain_override(decision.service, asked, directory, now)

    if not is_desk(decision):
        assert codes(override) <= {
            ReasonCode.CHOSEN_BY_STAFF,
            ReasonCode.LANGUAGE_NOT_OFFERED,
            ReasonCode.NO_CONSENT,
        }
        assert override.opening == decision.opening

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from servicebalie.core.directory import Directory, Schedule
from servicebalie.core.opening import Opening
from servicebalie.core.routing import (
    Decision,
    Reason,
    ReasonCode,
    RoutingFacts,
    answered_by_information,
    explain_override,
    route,
)
from servicebalie.core.vocabulary import Destination, ReferralKind
from tests.core.routing_world import NOW, directory_of, service

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HERE, SAME_COROP, SAME_PROVINCE, FAR = "GM0001", "GM0002", "GM0003", "GM0004"
MUNICIPALITY, OTHER = Destination.MUNICIPALITY, Destination.OTHER
COURSE = "dutch-course"
POLISH = frozenset({"pl"})
POLISH_HOUR = Schedule("Sa 10:00-12:00", languages=POLISH)
WEEKDAYS, SATURDAYS = Schedule("Mo-Fr 09:00-17:00"), Schedule("Sa 10:00-16:00")


def ask(
    directory: Directory,
    topic: str | None = COURSE,
    language: str | None = None,
    municipality: str | None = HERE,
    *,
    consents: bool = True,
) -> Decision:
    return route(RoutingFacts(topic, language, municipality, consents=consents), directory, NOW)


def override(
    chosen, topic: str | None = COURSE, language: str | None = None, *, consents: bool = True
) -> Decision:
    facts = RoutingFacts(topic, language, HERE, consents=consents)
    return explain_override(chosen, facts, directory_of(chosen), NOW)


def test_the_topic_the_area_and_the_language_are_told_as_reasons() -> None:
    decision = ask(directory_of(service(1, languages=POLISH)), language="pl")

    assert decision.service.id == 1
    assert decision.kind is ReferralKind.REFERRAL
    assert decision.reasons == (
        Reason(ReasonCode.TOPIC_GOES_TO_LIBRARY, COURSE),
        Reason(ReasonCode.SERVES_MUNICIPALITY, HERE),
        Reason(ReasonCode.SPEAKS_LANGUAGE, "pl"),
    )


def test_a_language_that_nobody_speaks_does_not_stop_the_question() -> None:
    decision = ask(directory_of(service(1)), language="pl")

    assert decision.service.id == 1
    assert Reason(ReasonCode.LANGUAGE_NOT_OFFERED, "pl") in decision.reasons


def test_a_service_that_speaks_the_language_goes_before_a_nearer_one() -> None:
    decision = ask(directory_of(service(1, at=HERE), service(2, at=FAR, languages=POLISH)), language="pl")

    assert decision.service.id == 2


def test_a_consulting_hour_in_the_language_is_the_opening_that_is_told() -> None:
    decision = ask(directory_of(service(1, schedules=(WEEKDAYS, POLISH_HOUR))), language="pl")

    assert decision.opening == Opening(
        datetime(2026, 4, 25, 10, tzinfo=AMSTERDAM), datetime(2026, 4, 25, 12, tzinfo=AMSTERDAM)
    )


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [(HERE, SAME_COROP), (SAME_COROP, SAME_PROVINCE), (SAME_PROVINCE, FAR), (SAME_PROVINCE, None)],
)
def test_the_nearest_service_goes_before_one_that_opens_sooner(nearer: str, farther: str | None) -> None:
    far = service(1, at=farther, schedules=(WEEKDAYS,))
    decision = ask(directory_of(far, service(2, at=nearer, schedules=(SATURDAYS,))))

    assert decision.service.id == 2
    assert decision.reasons[-1] == Reason(ReasonCode.NEAREST_AREA)


@pytest.mark.parametrize(
    ("area", "chosen"),
    [({HERE, FAR}, 2), (None, 1)],
    ids=["also here", "the whole country"],
)
def test_who_is_reached_by_telephone_is_as_near_as_where_it_serves(
    area: set[str] | None, chosen: int
) -> None:
    counter = service(1, at=SAME_COROP, schedules=(WEEKDAYS,))
    by_telephone = service(2, municipalities=area and frozenset(area), schedules=(WEEKDAYS,))

    assert ask(directory_of(counter, by_telephone)).service.id == chosen


def test_of_equally_near_services_the_one_that_opens_soonest_is_chosen() -> None:
    decision = ask(
        directory_of(service(1), service(2, schedules=(SATURDAYS,)), service(3, schedules=(WEEKDAYS,)))
    )

    assert decision.service.id == 3
    assert decision.reasons[-1] == Reason(ReasonCode.OPEN_SOONEST)


def test_of_services_alike_in_everything_the_lowest_id_is_chosen_without_another_reason() -> None:
    decision = ask(directory_of(service(2), service(1)))

    assert decision.service.id == 1
    assert [reason.code for reason in decision.reasons] == [
        ReasonCode.TOPIC_GOES_TO_LIBRARY,
        ReasonCode.SERVES_MUNICIPALITY,
    ]


def test_a_question_without_a_topic_stays_at_the_desk() -> None:
    for topic in (None, "no-such-topic"):
        decision = ask(directory_of(service(1)), topic)

        assert decision.destination is Destination.DESK
        assert decision.kind is None
        assert decision.reasons == (Reason(ReasonCode.NO_TOPIC),)


def test_a_topic_that_the_desk_answers_stays_at_the_desk() -> None:
    decision = ask(directory_of(service(1)), "health")

    assert decision.destination is Destination.DESK
    assert decision.reasons == (Reason(ReasonCode.TOPIC_GOES_TO_DESK, "health"),)


def test_where_nobody_helps_with_a_topic_the_destination_of_its_main_topic_does() -> None:
    decision = ask(directory_of(service(1)), "civic-integration")

    assert decision.service.id == 1
    assert decision.reasons[:3] == (
        Reason(ReasonCode.TOPIC_GOES_TO_MUNICIPALITY, "civic-integration"),
        Reason(ReasonCode.NO_SERVICE_FOR_TOPIC, "civic-integration"),
        Reason(ReasonCode.TOPIC_GOES_TO_LIBRARY, "language"),
    )


def test_where_nobody_helps_with_a_topic_and_the_desk_answers_its_main_topic_it_stays_at_the_desk() -> None:
    decision = ask(directory_of(), "mental-health")

    assert decision.destination is Destination.DESK
    assert decision.reasons[-1] == Reason(ReasonCode.TOPIC_GOES_TO_DESK, "health")


def test_where_nobody_serves_the_municipality_the_desk_is_the_last_resort() -> None:
    decision = ask(directory_of(service(1, municipalities=frozenset({FAR}))))

    assert decision.destination is Destination.DESK
    assert decision.reasons == (
        Reason(ReasonCode.TOPIC_GOES_TO_LIBRARY, COURSE),
        Reason(ReasonCode.NO_SERVICE_IN_MUNICIPALITY, HERE),
        Reason(ReasonCode.DESK_IS_LAST_RESORT),
    )


def test_without_a_municipality_a_service_for_the_whole_area_goes_first() -> None:
    here_only = service(1, at=HERE, municipalities=frozenset({HERE}), languages=POLISH)
    decision = ask(directory_of(here_only, service(2)), language="pl", municipality=None)

    assert decision.service.id == 2
    assert decision.kind is ReferralKind.REFERRAL
    assert Reason(ReasonCode.MUNICIPALITY_UNKNOWN) in decision.reasons


def test_without_a_municipality_the_service_nearest_to_the_desk_is_only_told_about() -> None:
    there_only = service(1, at=FAR, municipalities=frozenset({FAR}))
    here_only = service(2, at=HERE, municipalities=frozenset({HERE}))
    decision = ask(directory_of(there_only, here_only), municipality=None)

    assert decision.service.id == 2
    assert decision.kind is ReferralKind.INFORMATION_ONLY


def test_without_a_municipality_nothing_is_near_to_a_desk_without_an_address() -> None:
    directory = directory_of(service(1, at=FAR), service(2, at=HERE), desk_at=None)

    assert ask(directory, municipality=None).service.id == 1


def test_a_service_outside_the_partnership_is_only_told_about() -> None:
    assert ask(directory_of(service(1, OTHER)), "mental-health").kind is ReferralKind.INFORMATION_ONLY


def test_a_service_that_takes_no_referrals_is_only_told_about() -> None:
    assert ask(directory_of(service(1, takes_referrals=False))).kind is ReferralKind.INFORMATION_ONLY


def test_a_sensitive_question_goes_only_to_a_service_that_names_its_topic() -> None:
    general = service(1, MUNICIPALITY)
    cleared = service(2, MUNICIPALITY, topics=frozenset({"housing-abuse"}))

    assert ask(directory_of(general), "housing-abuse").destination is Destination.DESK
    assert ask(directory_of(general, cleared), "housing-abuse").service == cleared
    assert ask(directory_of(cleared), "housing-abuse").kind is ReferralKind.REFERRAL


@pytest.mark.parametrize("decide", [ask, override])
def test_without_consent_a_service_is_only_told_about(decide) -> None:
    partner = service(1)
    decision = decide(directory_of(partner) if decide is ask else partner, consents=False)

    assert (decision.service, decision.kind) == (partner, ReferralKind.INFORMATION_ONLY)
    assert decision.reasons[-1] == Reason(ReasonCode.NO_CONSENT)


def test_consent_makes_no_difference_where_nothing_is_handed_over() -> None:
    signpost, counter = service(1, OTHER), service(2, Destination.DESK)

    assert ask(directory_of(signpost), "mental-health", consents=False) == ask(
        directory_of(signpost), "mental-health"
    )
    assert override(counter, consents=False) == override(counter)


def test_staff_may_choose_a_service_and_are_warned_of_everything_that_speaks_against_it() -> None:
    chosen = service(1, MUNICIPALITY, topics=frozenset({"health"}), municipalities=frozenset({FAR}))
    decision = override(chosen, language="pl")

    assert decision.service == chosen
    assert decision.kind is ReferralKind.REFERRAL
    assert decision.reasons == (
        Reason(ReasonCode.CHOSEN_BY_STAFF),
        Reason(ReasonCode.TOPIC_NOT_OFFERED, COURSE),
        Reason(ReasonCode.OUTSIDE_AREA, HERE),
        Reason(ReasonCode.LANGUAGE_NOT_OFFERED, "pl"),
    )


def test_staff_who_choose_a_fitting_service_are_not_warned() -> None:
    assert override(service(1, languages=POLISH), language="pl").reasons == (
        Reason(ReasonCode.CHOSEN_BY_STAFF),
    )


def test_a_sensitive_question_is_not_handed_over_to_a_service_that_staff_choose_without_clearance() -> None:
    assert override(service(1, MUNICIPALITY), "trafficking").kind is ReferralKind.INFORMATION_ONLY


def test_staff_may_choose_a_service_for_a_question_without_a_topic() -> None:
    assert override(service(1), topic=None).kind is ReferralKind.REFERRAL


def test_staff_may_keep_any_question_at_the_desk() -> None:
    decision = override(service(1, Destination.DESK))

    assert decision.kind is None
    assert decision.reasons == (Reason(ReasonCode.CHOSEN_BY_STAFF),)


def test_what_a_standard_answer_settled_stays_at_the_desk_as_information() -> None:
    directory = directory_of(service(1))
    decision = answered_by_information(RoutingFacts(COURSE, "pl", None), directory, NOW)

    assert decision.service == directory.desk_service
    assert decision.kind is ReferralKind.INFORMATION_ONLY
    assert decision.reasons == (Reason(ReasonCode.ANSWERED_BY_INFORMATION, COURSE),)

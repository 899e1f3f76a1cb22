"""What single rules do, told by example."""

from datetime import UTC, date, datetime

import pytest

from servicebalie.core.directory import Closure, Eligibility, Schedule
from servicebalie.core.routing import Decision, Reason, ReasonCode, RoutingFacts, explain_override, route
from servicebalie.core.routing_rules import (
    NO_RULES,
    Aspect,
    AsTopic,
    OpenNow,
    Rule,
    ToDestination,
    ToService,
    rule_values,
    rules_by_topic,
    stored_rule,
)
from servicebalie.core.vocabulary import Channel, Destination, Group, ReferralKind, Stay
from tests.core.routing_world import DESK_AREA, NOW, PLACES, TOPICS, directory_of, service

HERE, FAR = "GM0001", "GM0004"
COURSE = "dutch-course"
LIBRARY = service(1)
TOWN = service(2, Destination.MUNICIPALITY)
UKRAINIANS = Eligibility(groups=frozenset({Group.DISPLACED_UKRAINE}))
AT_NOON = datetime(2026, 4, 22, 10, tzinfo=UTC)
OPEN_AT_NOON = Schedule("Mo-Fr 09:00-17:00")


def only(aspect: Aspect, *codes: str) -> tuple[tuple[Aspect, frozenset[str]], ...]:
    return ((aspect, frozenset(codes)),)


def ask(*services, rules=(), topic: str | None = COURSE, now: datetime = NOW, **facts) -> Decision:
    known = {"language": None, "municipality": HERE, "consents": True} | facts
    return route(RoutingFacts(topic, **known), directory_of(*services, rules=rules), now)


def codes(decision: Decision) -> list[ReasonCode]:
    return [reason.code for reason in decision.reasons]


TO_TOWN = Rule("to town", ToService(2))


def test_the_first_rule_that_fits_decides_and_is_named() -> None:
    rules = [
        Rule("Poles", ToService(1), conditions=only(Aspect.LANGUAGES, "pl")),
        TO_TOWN,
        Rule("nobody comes here", ToService(1)),
    ]

    assert ask(LIBRARY, TOWN, rules=rules, language="ar").service == TOWN
    decision = ask(LIBRARY, TOWN, rules=rules, language="pl")
    assert decision.service == LIBRARY
    assert decision.reasons[0] == Reason(ReasonCode.RULE_OF_DESK, "Poles")
    assert decision.rules_version == 7


@pytest.mark.parametrize(
    ("aspect", "code", "facts"),
    [
        (Aspect.LANGUAGES, "pl", {"language": "pl"}),
        (Aspect.MUNICIPALITIES, "GM0002", {"municipality": "GM0002"}),
        (Aspect.GROUPS, "status-holder", {"group": Group.STATUS_HOLDER}),
        (Aspect.STAYS, "under-4-months", {"stay": Stay.UNDER_4_MONTHS}),
        (Aspect.ARRIVALS, "under-1-month", {"arrival": "under-1-month"}),
        (Aspect.REGISTRATIONS, "rni", {"registration": "rni"}),
        (Aspect.CHANNELS, "phone", {"channel": Channel.PHONE}),
    ],
)
def test_a_condition_looks_at_what_it_is_about(aspect: Aspect, code: str, facts: dict) -> None:
    rules = [Rule("rule", ToService(2), conditions=only(aspect, code))]

    assert ask(LIBRARY, TOWN, rules=rules, **facts).service == TOWN
    assert ask(LIBRARY, TOWN, rules=rules).service == LIBRARY


def test_what_a_person_did_not_tell_is_unknown() -> None:
    rules = [Rule("rule", ToService(2), conditions=only(Aspect.GROUPS, "unknown"))]

    assert ask(LIBRARY, TOWN, rules=rules).service == TOWN
    assert ask(LIBRARY, TOWN, rules=rules, group=Group.STATUS_HOLDER).service == LIBRARY


@pytest.mark.parametrize(("named", "fits"), [("language", True), (COURSE, True), ("health", False)])
def test_a_rule_is_about_topics_and_those_below_them(named: str, fits: bool) -> None:
    rules = [Rule("rule", ToService(2), topics=frozenset({named}))]

    assert (ask(LIBRARY, TOWN, rules=rules).service == TOWN) is fits


def test_a_rule_without_topics_is_about_all_but_the_sensitive_ones() -> None:
    assert ask(TOWN, rules=[TO_TOWN], topic="health").service == TOWN
    assert ask(TOWN, rules=[TO_TOWN], topic=None).service == TOWN
    assert ask(TOWN, rules=[TO_TOWN], topic="trafficking").destination is Destination.DESK
    by_topic = rules_by_topic([TO_TOWN], TOPICS.values())
    assert by_topic[None] == {0: TO_TOWN}
    assert by_topic["trafficking"] == {}


def test_a_rule_may_keep_questions_at_the_desk() -> None:
    decision = ask(LIBRARY, rules=[Rule("ours", ToDestination(Destination.DESK))])

    assert (decision.destination, decision.kind) == (Destination.DESK, None)
    assert decision.reasons == (Reason(ReasonCode.RULE_OF_DESK, "ours"),)


def test_a_rule_may_send_questions_to_the_best_service_of_another_kind() -> None:
    polish = service(3, Destination.MUNICIPALITY, languages=frozenset({"pl"}))
    rules = [Rule("town", ToDestination(Destination.MUNICIPALITY))]

    assert ask(LIBRARY, TOWN, polish, rules=rules, language="pl").service == polish


def test_where_nobody_can_take_it_by_the_rule_the_topic_decides() -> None:
    elsewhere = service(2, Destination.MUNICIPALITY, municipalities=frozenset({FAR}))
    decision = ask(LIBRARY, elsewhere, rules=[TO_TOWN])

    assert decision.service == LIBRARY
    assert codes(decision)[:3] == [
        ReasonCode.RULE_OF_DESK,
        ReasonCode.RULE_HAS_NOBODY,
        ReasonCode.TOPIC_GOES_TO_LIBRARY,
    ]
    assert ask(LIBRARY, service(2, active=False), rules=[TO_TOWN]).service == LIBRARY
    assert ask(LIBRARY, rules=[Rule("gone", ToService(77))]).service == LIBRARY


def test_a_rule_may_overrule_the_area_and_whom_a_service_is_for() -> None:
    closed_shop = service(
        2, Destination.MUNICIPALITY, municipalities=frozenset({FAR}), eligibility=UKRAINIANS
    )
    rules = [Rule("all", ToService(2, anywhere=True, anyone=True))]
    decision = ask(LIBRARY, closed_shop, rules=rules, group=Group.STATUS_HOLDER)

    assert decision.service == closed_shop
    assert decision.kind is ReferralKind.REFERRAL
    assert decision.reasons[1:] == (
        Reason(ReasonCode.OUTSIDE_AREA, HERE),
        Reason(ReasonCode.NOT_FOR_PERSON),
    )
    for half in (ToService(2, anywhere=True), ToService(2, anyone=True)):
        half_open = ask(LIBRARY, closed_shop, rules=[Rule("half", half)], group=Group.STATUS_HOLDER)
        assert half_open.service == LIBRARY


def test_with_anywhere_the_question_is_handed_over_also_when_the_municipality_is_unknown() -> None:
    part = service(2, Destination.MUNICIPALITY, municipalities=frozenset({FAR}))
    told = ask(part, rules=[TO_TOWN], municipality=None)
    handed_over = ask(part, rules=[Rule("all", ToService(2, anywhere=True))], municipality=None)

    assert told.kind is ReferralKind.INFORMATION_ONLY
    assert handed_over.kind is ReferralKind.REFERRAL


def test_a_question_may_be_seen_as_one_about_another_topic_to_which_all_rules_apply() -> None:
    rules = [
        Rule("as civic", AsTopic("civic-integration"), topics=frozenset({COURSE})),
        Rule("civic to town", ToService(2), topics=frozenset({"civic-integration"})),
    ]
    decision = ask(LIBRARY, TOWN, rules=rules)

    assert decision.service == TOWN
    assert decision.reasons[:3] == (
        Reason(ReasonCode.RULE_OF_DESK, "as civic"),
        Reason(ReasonCode.ROUTED_AS_TOPIC, "civic-integration"),
        Reason(ReasonCode.RULE_OF_DESK, "civic to town"),
    )
    assert ask(LIBRARY, TOWN, rules=rules[:1]).service == TOWN


def test_rules_that_go_round_end_where_the_topic_sends_the_question() -> None:
    rules = [
        Rule("one", AsTopic("health"), topics=frozenset({COURSE})),
        Rule("two", AsTopic(COURSE), topics=frozenset({"health"})),
    ]

    assert codes(ask(LIBRARY, rules=rules))[-1] is ReasonCode.TOPIC_GOES_TO_DESK
    assert ask(LIBRARY, rules=[Rule("gone", AsTopic("no-such-topic"))]).service == LIBRARY


def test_a_sensitive_question_stays_one_when_it_is_seen_as_another() -> None:
    rules = [Rule("quiet", AsTopic("civic-integration"), topics=frozenset({"housing-abuse"}))]
    decision = ask(TOWN, rules=rules, topic="housing-abuse")

    assert (decision.service, decision.kind) == (TOWN, ReferralKind.INFORMATION_ONLY)


@pytest.mark.parametrize("target", [ToService(1), ToDestination(Destination.LIBRARY)])
def test_a_rule_may_need_its_target_to_be_open_now(target) -> None:
    library = service(1, schedules=(OPEN_AT_NOON,))
    rules = [Rule("open", target, topics=frozenset({"civic-integration"}), open_now=OpenNow())]

    def asked_at(now: datetime) -> Decision:
        return ask(library, TOWN, rules=rules, topic="civic-integration", now=now)

    assert asked_at(AT_NOON).service == library
    assert asked_at(NOW).service == TOWN


def test_of_a_kind_of_place_that_must_be_open_only_the_open_ones_count() -> None:
    nearer = service(1, at=HERE)
    rules = [Rule("open", ToDestination(Destination.LIBRARY), open_now=OpenNow())]

    assert (
        ask(nearer, service(3, at=FAR, schedules=(OPEN_AT_NOON,)), rules=rules, now=AT_NOON).service.id == 3
    )


def test_a_rule_may_need_another_service_or_the_desk_to_be_open_now() -> None:
    library = service(1, schedules=(OPEN_AT_NOON,))
    other = [Rule("other", ToService(2), open_now=OpenNow(1))]
    desk = [Rule("desk", ToDestination(Destination.DESK), open_now=OpenNow())]

    assert ask(library, TOWN, rules=other, now=AT_NOON).service == TOWN
    assert ask(library, TOWN, rules=other, now=NOW).service == library
    assert ask(library, rules=desk, now=AT_NOON).destination is Destination.DESK
    assert ask(library, rules=desk, now=NOW).service == library


def test_open_means_in_hours_in_which_the_language_is_spoken() -> None:
    polish = Schedule("We 18:00-20:00", languages=frozenset({"pl"}))
    library = service(1, schedules=(OPEN_AT_NOON, polish))
    rules = [Rule("open", ToService(1), topics=frozenset({"civic-integration"}), open_now=OpenNow())]
    asked = {"rules": rules, "topic": "civic-integration", "language": "pl"}

    assert ask(library, TOWN, **asked, now=AT_NOON).service == TOWN
    assert ask(library, TOWN, **asked, now=NOW).service == library


def test_a_service_is_not_open_on_days_on_which_it_is_closed() -> None:
    today = Closure(date(2026, 4, 22), date(2026, 4, 22))
    library = service(1, schedules=(OPEN_AT_NOON,), closures=(today,))
    rules = [Rule("open", ToService(1), topics=frozenset({"civic-integration"}), open_now=OpenNow())]
    decision = ask(library, TOWN, rules=rules, topic="civic-integration", now=AT_NOON)

    assert decision.service == TOWN


def test_people_are_sent_to_the_location_that_is_nearest_to_them() -> None:
    library = service(1, locations=(PLACES[FAR], PLACES[HERE]))

    assert ask(library).location == PLACES[HERE]
    assert ask(library, municipality=FAR).location == PLACES[FAR]


def test_a_farther_location_where_the_language_is_spoken_goes_before_a_nearer_one() -> None:
    polish = Schedule("Sa 10:00-12:00", languages=frozenset({"pl"}), location=PLACES[FAR])
    library = service(1, locations=(PLACES[HERE], PLACES[FAR]), schedules=(OPEN_AT_NOON, polish))
    decision = ask(library, language="pl")

    assert decision.location == PLACES[FAR]
    assert decision.opening is not None
    assert decision.opening.starts_at.date() == date(2026, 4, 25)


def test_the_desk_and_services_that_staff_choose_are_told_at_the_best_of_their_locations() -> None:
    shelter = service(1, locations=(PLACES[FAR], PLACES[HERE]))
    facts = RoutingFacts(COURSE, None, HERE)

    assert explain_override(shelter, facts, directory_of(shelter), NOW).location == PLACES[HERE]


def test_a_service_that_is_full_comes_after_those_that_are_not() -> None:
    full, other = service(1, at=HERE, capacity=2), service(3, at=FAR)
    directory = directory_of(full, other)
    facts = RoutingFacts(COURSE, None, HERE)

    assert route(facts, directory, NOW, lambda _: {1: 1}).service == full
    decision = route(facts, directory, NOW, lambda _: {1: 2})
    assert decision.service == other
    assert ReasonCode.OTHERS_FULL in codes(decision)
    assert route(facts, directory_of(full), NOW, lambda _: {1: 2}).service == full


def test_of_services_alike_in_everything_else_the_one_with_most_room_is_chosen() -> None:
    busy, quiet = service(1, capacity=4), service(3, capacity=10)
    decision = route(RoutingFacts(COURSE, None, HERE), directory_of(busy, quiet), NOW, lambda _: {1: 2, 3: 3})

    assert decision.service == quiet
    assert decision.reasons[-2].code is ReasonCode.MOST_ROOM


def test_staff_are_warned_when_a_service_is_not_for_the_person() -> None:
    shelter = service(1, eligibility=UKRAINIANS)
    facts = RoutingFacts(COURSE, None, HERE, group=Group.STATUS_HOLDER, consents=True)

    assert codes(explain_override(shelter, facts, directory_of(shelter), NOW)) == [
        ReasonCode.CHOSEN_BY_STAFF,
        ReasonCode.NOT_FOR_PERSON,
    ]


def test_who_is_kept_out_everywhere_stays_at_the_desk_and_hears_why() -> None:
    decision = ask(service(1, eligibility=UKRAINIANS), group=Group.STATUS_HOLDER)

    assert codes(decision)[-2:] == [ReasonCode.NO_SERVICE_FOR_PERSON, ReasonCode.DESK_IS_LAST_RESORT]


@pytest.mark.parametrize(
    "rule",
    [
        Rule("bare", ToDestination(Destination.DESK)),
        Rule("to", ToService(3, anywhere=True, anyone=True), frozenset({COURSE}), open_now=OpenNow()),
        Rule("as", AsTopic("health"), conditions=only(Aspect.STAYS, "under-4-months"), open_now=OpenNow(5)),
    ],
)
def test_a_rule_is_read_as_it_was_stored(rule: Rule) -> None:
    assert stored_rule(rule_values(rule)) == rule


def test_a_desk_without_rules_has_version_nought() -> None:
    assert NO_RULES.version == 0
    assert DESK_AREA

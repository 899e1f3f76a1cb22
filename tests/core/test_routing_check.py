"""Rules that cannot do what they say are found before they count."""

from dataclasses import replace

import pytest
from hypothesis import given

from servicebalie.core.directory import Directory, Eligibility
from servicebalie.core.routing import ReasonCode, RoutingFacts, route
from servicebalie.core.routing_check import RuleReport, check_reading, check_rules
from servicebalie.core.routing_rule_file import read_rules
from servicebalie.core.routing_rules import Aspect, AsTopic, OpenNow, Rule, ToDestination, ToService
from servicebalie.core.vocabulary import Destination, Group, Registration, Stay
from tests.core.routing_world import NOW, directory_of, facts, moments, ruled_directories, service

EVERYWHERE = (
    service(1),
    service(2, Destination.MUNICIPALITY, topics=frozenset({"language", "housing-abuse"})),
    service(3, Destination.OTHER, topics=frozenset({"health", "exploitation"})),
)
DESK = ToDestination(Destination.DESK)
COURSE = frozenset({"dutch-course"})


def report(*rules: Rule, services=EVERYWHERE) -> RuleReport:
    return check_rules(rules, directory_of(*services), NOW)


def told(faults) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in faults]


def only(aspect: Aspect, *codes: str) -> tuple[tuple[Aspect, frozenset[str]], ...]:
    return ((aspect, frozenset(codes)),)


POLES = only(Aspect.LANGUAGES, "pl")


def test_rules_in_order_are_reported_without_a_word() -> None:
    assert report(Rule("a", DESK, COURSE, POLES), Rule("b", DESK, COURSE)) == RuleReport((), ())


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (Rule("a", DESK), Rule("b", DESK)),
        (Rule("a", DESK), Rule("b", DESK, COURSE, POLES)),
        (Rule("a", DESK, frozenset({"language"})), Rule("b", DESK, COURSE)),
        (Rule("a", DESK, conditions=only(Aspect.LANGUAGES, "pl", "ar")), Rule("b", DESK, conditions=POLES)),
        (Rule("a", ToService(1), open_now=OpenNow()), Rule("b", ToService(1), open_now=OpenNow())),
    ],
)
def test_a_rule_whose_questions_an_earlier_one_takes_is_a_fault(earlier: Rule, later: Rule) -> None:
    (fault,) = report(earlier, later).faults

    assert (fault.pointer, fault.code, dict(fault.params)) == ("/rules/1", "rule-unreachable", {"rule": "a"})


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (Rule("a", DESK, COURSE), Rule("b", DESK)),
        (Rule("a", DESK, conditions=POLES), Rule("b", DESK, conditions=only(Aspect.LANGUAGES, "pl", "ar"))),
        (Rule("a", DESK, conditions=POLES), Rule("b", DESK)),
        (Rule("a", DESK), Rule("b", DESK, frozenset({"trafficking"}))),
        (Rule("a", ToService(1), open_now=OpenNow()), Rule("b", ToService(1))),
        (Rule("a", ToService(1), open_now=OpenNow()), Rule("b", ToService(2), open_now=OpenNow())),
    ],
)
def test_a_rule_that_is_left_something_is_no_fault(earlier: Rule, later: Rule) -> None:
    assert report(earlier, later).faults == ()


def test_rules_that_lead_back_to_a_topic_are_faults_and_those_that_lead_there_too() -> None:
    faults = report(
        Rule("into", AsTopic("health"), frozenset({"civic-integration"})),
        Rule("there", AsTopic("health"), COURSE),
        Rule("back", AsTopic("dutch-course"), frozenset({"health"})),
    ).faults

    assert told(faults) == [(f"/rules/{number}/asTopic", "rules-go-round") for number in range(3)]
    assert told(report(Rule("itself", AsTopic("dutch-course"), COURSE)).faults) == [
        ("/rules/0/asTopic", "rules-go-round")
    ]


def test_rules_that_never_meet_in_one_question_do_not_go_round() -> None:
    arabic = only(Aspect.LANGUAGES, "ar")
    there, back = AsTopic("health"), AsTopic("dutch-course")
    rules = (Rule("a", there, COURSE, POLES), Rule("b", back, frozenset({"health"}), arabic))

    assert report(*rules) == RuleReport((), ())


def test_rules_in_a_row_are_worth_knowing() -> None:
    found = report(
        Rule("a", AsTopic("mental-health"), COURSE),
        Rule("b", AsTopic("health"), frozenset({"mental-health"}), POLES),
    )

    assert told(found.faults) == []
    assert [(each.pointer, each.code, dict(each.params)) for each in found.warnings] == [
        ("/rules/0/asTopic", "rules-in-a-row", {"rule": "b"})
    ]


@pytest.mark.parametrize(
    ("place", "conditions", "faulty"),
    [
        ("GM0001", only(Aspect.MUNICIPALITIES, "GM0002"), True),
        ("GM0001", only(Aspect.MUNICIPALITIES, "GM0001", "GM0002"), False),
        ("GM0004", (), True),
        ("GM0001", (), False),
    ],
)
def test_a_service_that_serves_none_of_the_municipalities_of_its_rule_is_a_fault(
    place: str, conditions, faulty: bool
) -> None:
    local = service(9, municipalities=frozenset({place}))
    services = (*EVERYWHERE, local)
    expected = [("/rules/0/service", "service-outside-area")] if faulty else []

    assert told(report(Rule("a", ToService(9), conditions=conditions), services=services).faults) == expected
    anywhere = Rule("a", ToService(9, anywhere=True), conditions=conditions)
    assert report(anywhere, services=services).faults == ()


@pytest.mark.parametrize(
    ("conditions", "faulty"),
    [
        (only(Aspect.GROUPS, "status-holder"), True),
        (only(Aspect.GROUPS, "status-holder", "unknown"), False),
        (only(Aspect.GROUPS, "status-holder", "displaced-ukraine"), False),
        (only(Aspect.STAYS, "over-5-years"), True),
        (only(Aspect.REGISTRATIONS, "rni"), True),
        ((), False),
    ],
)
def test_a_service_for_other_people_than_its_rule_is_a_fault(conditions, faulty: bool) -> None:
    eligibility = Eligibility(
        frozenset({Group.DISPLACED_UKRAINE}),
        frozenset({Stay.UNDER_4_MONTHS}),
        frozenset({Registration.BRP}),
    )
    services = (*EVERYWHERE, service(9, eligibility=eligibility))
    expected = [("/rules/0/service", "service-not-for-person")] if faulty else []

    assert told(report(Rule("a", ToService(9), conditions=conditions), services=services).faults) == expected
    anyone = Rule("a", ToService(9, anyone=True), conditions=conditions)
    assert report(anyone, services=services).faults == ()


def test_topics_that_nobody_takes_in_some_municipality_are_worth_knowing() -> None:
    services = (service(1, municipalities=frozenset({"GM0001"})), *EVERYWHERE[1:])
    warnings = report(services=services).warnings

    assert [(each.code, dict(each.params)) for each in warnings] == [
        ("topic-without-service", {"topic": "language", "count": 2, "places": "GM0002, GM0003"}),
        ("topic-without-service", {"topic": "dutch-course", "count": 2, "places": "GM0002, GM0003"}),
    ]
    rules = Rule("a", ToService(2), frozenset({"language"}))
    assert report(rules, services=services).warnings == ()


def test_topics_that_nobody_can_ask_about_any_more_need_no_service() -> None:
    directory = directory_of(*EVERYWHERE[1:])
    topics = {code: replace(topic, active=False) for code, topic in directory.code_lists.topics.items()}
    retired = replace(directory, code_lists=replace(directory.code_lists, topics=topics))

    assert check_rules((), directory, NOW).warnings != ()
    assert check_rules((), retired, NOW).warnings == ()


def test_what_cannot_be_read_is_not_checked_further() -> None:
    directory = directory_of(*EVERYWHERE)
    reading = read_rules([{"name": "a"}], directory)

    assert check_reading(reading, directory, NOW) == RuleReport(reading.faults, ())
    assert check_reading(read_rules([], directory), directory, NOW) == RuleReport((), ())


@given(facts, ruled_directories, moments)
def test_rules_without_faults_never_go_round(asked: RoutingFacts, directory: Directory, now) -> None:
    rules = directory.rules.rules
    targets = [rule.target for rule in rules if isinstance(rule.target, ToService)]
    if all(target.service in directory.services for target in targets):
        report = check_rules(rules, directory, now)
        if not any(fault.code == "rules-go-round" for fault in report.faults):
            decision = route(asked, directory, now)
            steps = [r.value for r in decision.reasons if r.code is ReasonCode.ROUTED_AS_TOPIC]
            assert len(steps) == len(set(steps))

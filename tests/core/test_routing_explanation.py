"""An explanation names the rules that were looked at, and compares the places."""

import pytest

from servicebalie.core.ranking import Distance
from servicebalie.core.routing import RoutingFacts
from servicebalie.core.routing_explanation import (
    MOST_CANDIDATES,
    Explanation,
    RuleLook,
    TopicLooks,
    explain,
)
from servicebalie.core.routing_rules import Aspect, AsTopic, OpenNow, Rule, ToDestination, ToService
from servicebalie.core.vocabulary import Destination
from tests.core.routing_world import NOW, directory_of, service

COURSE = "dutch-course"
POLES = ((Aspect.LANGUAGES, frozenset({"pl"})),)


def explained(*services, rules=(), loads=None, **facts) -> Explanation:
    known = {"topic": COURSE, "language": None, "municipality": "GM0001"} | facts
    directory = directory_of(*services, rules=rules)
    return explain(RoutingFacts(**known), directory, NOW, lambda _: loads or {})


def test_every_rule_is_named_with_the_condition_that_failed_up_to_the_one_that_decides() -> None:
    rules = [
        Rule("health", ToService(1), frozenset({"health"})),
        Rule("Poles", ToService(1), conditions=POLES),
        Rule("open", ToService(1), open_now=OpenNow()),
        Rule("as civic", AsTopic("civic-integration"), frozenset({COURSE})),
        Rule("to the first", ToService(1)),
        Rule("never looked at", ToService(1)),
    ]

    assert explained(service(1), rules=rules).rules == (
        TopicLooks(
            COURSE,
            [
                RuleLook("health", "topics"),
                RuleLook("Poles", "languages"),
                RuleLook("open", "open"),
                RuleLook("as civic", None),
            ],
        ),
        TopicLooks(
            "civic-integration",
            [
                RuleLook("health", "topics"),
                RuleLook("Poles", "languages"),
                RuleLook("open", "open"),
                RuleLook("as civic", "topics"),
                RuleLook("to the first", None),
            ],
        ),
    )


def test_rules_that_go_round_are_told_once() -> None:
    rules = [Rule("round", AsTopic(COURSE)), Rule("gone", AsTopic("no-such-topic"))]

    assert explained(service(1), rules=rules).rules == (TopicLooks(COURSE, [RuleLook("round", None)]),)
    assert explained(service(1), rules=rules[1:], topic=None).rules == (
        TopicLooks(None, [RuleLook("gone", None)]),
    )


def test_places_are_compared_the_best_first_with_what_each_step_looks_at() -> None:
    near_and_full = service(1, at="GM0001", capacity=2)
    far = service(3, at="GM0004", languages=frozenset({"pl"}), capacity=4)
    first, second = explained(near_and_full, far, loads={1: 2, 3: 1}, language="pl").candidates

    assert (first.service.id, first.full, first.speaks, first.distance, first.load) == (
        3,
        False,
        True,
        Distance.ELSEWHERE,
        0.25,
    )
    assert (second.service.id, second.full, second.speaks, second.distance, second.load) == (
        1,
        True,
        False,
        Distance.SAME_MUNICIPALITY,
        1.0,
    )


def test_what_stays_at_the_desk_is_compared_with_nothing() -> None:
    kept = [Rule("ours", ToDestination(Destination.DESK))]

    assert explained(service(1), rules=kept).candidates == ()
    assert explained(service(1), topic="health").candidates == ()
    assert explained().candidates == ()
    assert explained(service(1), topic=None).candidates == ()


def test_of_many_places_the_best_are_compared_and_the_others_counted() -> None:
    many = [service(number) for number in range(1, MOST_CANDIDATES + 6)]
    found = explained(*many, municipality=None)

    assert [each.service.id for each in found.candidates] == list(range(1, MOST_CANDIDATES + 1))
    assert found.others == 5


def test_where_a_rule_has_nobody_the_places_for_the_topic_are_compared() -> None:
    town = service(2, Destination.MUNICIPALITY, municipalities=frozenset({"GM0004"}))
    found = explained(service(1), town, rules=[Rule("town", ToService(2))])

    assert [each.service.id for each in found.candidates] == [1]


@pytest.mark.parametrize(
    ("at", "distance"),
    [
        ("GM0001", Distance.SAME_MUNICIPALITY),
        ("GM0002", Distance.SAME_COROP),
        ("GM0003", Distance.SAME_PROVINCE),
        ("GM0004", Distance.ELSEWHERE),
        (None, Distance.ELSEWHERE),
    ],
)
def test_it_is_told_how_far_a_place_is(at: str | None, distance: Distance) -> None:
    assert explained(service(1, at=at)).candidates[0].distance is distance


def test_without_knowing_where_from_everything_is_far_away() -> None:
    directory = directory_of(service(1, at="GM0001", municipalities=None), desk_at=None)
    [only] = explain(RoutingFacts(COURSE, None, None), directory, NOW).candidates
    assert only.distance is Distance.ELSEWHERE

"""What holds for every set of rules, whatever the directory, the person, the moment and the load."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.directory import Directory
from servicebalie.core.routing import (
    Decision,
    ReasonCode,
    RoutingFacts,
    asked_of,
    first_match,
    route,
)
from servicebalie.core.routing_explanation import explain, failed_condition
from servicebalie.core.routing_rules import AsTopic, Rule, RuleSet, ToDestination, ToService
from servicebalie.core.vocabulary import Destination, ReferralKind
from tests.core.routing_world import (
    LANGUAGES,
    TOPICS,
    certain_directories,
    facts,
    moments,
    ruled_directories,
    timeless_directories,
    waiting,
)


def asking(loads: Mapping[int, int]) -> Callable[[Collection[int]], Mapping[int, int]]:
    return lambda services: {id: loads.get(id, 0) for id in services}


def names(decision: Decision) -> list[str | None]:
    return [reason.value for reason in decision.reasons if reason.code is ReasonCode.RULE_OF_DESK]


def deciding(decision: Decision, directory: Directory) -> Rule | None:
    """The rule by which the service was chosen, or None when the topic decided."""
    codes = [reason.code for reason in decision.reasons]
    if not names(decision) or any(
        str(code).startswith("topic-goes") or code is ReasonCode.NO_TOPIC for code in codes
    ):
        return None
    return next(rule for rule in directory.rules.rules if rule.name == names(decision)[-1])


def with_rules(directory: Directory, rules: list[Rule]) -> Directory:
    return replace(directory, rules=RuleSet(directory.rules.version, tuple(rules)))


@given(facts, ruled_directories, moments, waiting)
def test_there_always_is_one_decision_and_it_tells_the_version_of_the_rules(
    asked: RoutingFacts, directory: Directory, now: datetime, loads: dict[int, int]
) -> None:
    decision = route(asked, directory, now, asking(loads))

    assert decision == route(asked, directory, now, asking(loads))
    assert decision.rules_version == directory.rules.version
    assert decision.service == directory.desk_service or decision.service.active
    assert decision.location is None or decision.location in decision.service.locations
    assert (decision.kind is None) == (decision.destination is Destination.DESK)


@given(facts, ruled_directories, moments)
def test_nobody_is_sent_outside_the_area_or_the_eligibility_of_a_service_unless_a_rule_says_so(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    decision = route(asked, directory, now)
    rule = deciding(decision, directory)
    target = rule.target if rule else None
    anywhere = isinstance(target, ToService) and target.anywhere
    anyone = isinstance(target, ToService) and target.anyone

    if decision.destination is not Destination.DESK:
        assert anywhere or asked.municipality is None or decision.service.serves(asked.municipality)
        assert anyone or decision.service.eligibility.admits(asked.group, asked.stay, asked.registration)


@given(facts, ruled_directories, moments)
def test_the_service_of_the_rule_is_the_one_that_is_chosen(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    decision = route(asked, directory, now)
    rule = deciding(decision, directory)

    if rule and isinstance(rule.target, ToService):
        assert decision.service.id == rule.target.service
    if rule and isinstance(rule.target, ToDestination):
        assert decision.destination is rule.target.destination


@given(facts, certain_directories, moments, waiting)
def test_rules_after_the_first_that_matches_change_nothing(
    asked: RoutingFacts, directory: Directory, now: datetime, loads: dict[int, int]
) -> None:
    rules = list(directory.rules.rules)
    found = first_match(asked_of(asked, directory, now))
    if found and not isinstance(found.target, AsTopic):
        shorter = with_rules(directory, rules[: rules.index(found) + 1])
        assert route(asked, shorter, now, asking(loads)) == route(asked, directory, now, asking(loads))


@given(facts, ruled_directories, moments, waiting)
def test_without_a_rule_that_matches_the_decision_is_that_of_a_desk_without_rules(
    asked: RoutingFacts, directory: Directory, now: datetime, loads: dict[int, int]
) -> None:
    if first_match(asked_of(asked, directory, now)) is None:
        assert route(asked, directory, now, asking(loads)) == route(
            asked, with_rules(directory, []), now, asking(loads)
        )


@given(facts, ruled_directories, moments)
def test_the_first_match_is_the_first_rule_none_of_whose_conditions_fails(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    question = asked_of(asked, directory, now)
    matching = [rule for rule in directory.rules.rules if failed_condition(rule, question) is None]

    assert first_match(question) == (matching[0] if matching else None)


@given(facts, ruled_directories, moments, waiting)
def test_the_explanation_agrees_with_the_decision(
    asked: RoutingFacts, directory: Directory, now: datetime, loads: dict[int, int]
) -> None:
    explanation = explain(asked, directory, now, asking(loads))
    decision = route(asked, directory, now, asking(loads))
    matched = [look.rule for looks in explanation.rules for look in looks.rules if look.failed is None]

    assert explanation.decision == decision
    assert matched[: len(names(decision))] == names(decision)
    if decision.destination is Destination.DESK:
        assert explanation.candidates == ()
    else:
        best = explanation.candidates[0]
        assert (best.service, best.location, best.opening) == (
            decision.service,
            decision.location,
            decision.opening,
        )


@given(facts, timeless_directories, moments, waiting, st.sampled_from(LANGUAGES))
def test_a_language_more_at_the_chosen_service_never_makes_another_one_win(
    asked: RoutingFacts, directory: Directory, now: datetime, loads: dict[int, int], language: str
) -> None:
    decision = route(asked, directory, now, asking(loads))
    chosen = decision.service
    if chosen.id in directory.services:
        improved = replace(chosen, languages=chosen.languages | {language})
        better = replace(directory, services={**directory.services, chosen.id: improved})

        assert route(asked, better, now, asking(loads)).service == improved


@given(facts, timeless_directories, moments, waiting, st.integers(0, 7), st.sampled_from(LANGUAGES))
def test_a_language_more_at_a_service_makes_only_that_service_win(
    asked: RoutingFacts,
    directory: Directory,
    now: datetime,
    loads: dict[int, int],
    number: int,
    language: str,
) -> None:
    asked = replace(asked, language=language)
    before = route(asked, directory, now, asking(loads))
    for service in list(directory.services.values())[number:][:1]:
        improved = replace(service, languages=service.languages | {language})
        better = replace(directory, services={**directory.services, service.id: improved})
        assert route(asked, better, now, asking(loads)).service in (before.service, improved)


@given(facts, ruled_directories, moments)
def test_a_sensitive_question_is_handed_over_only_to_a_service_that_names_its_own_topic(
    asked: RoutingFacts, directory: Directory, now: datetime
) -> None:
    decision = route(asked, directory, now)
    topic = TOPICS.get(asked.topic or "")

    if topic and topic.sensitive and decision.kind is ReferralKind.REFERRAL:
        assert {topic.code, topic.parent} & decision.service.topics
    if topic and topic.sensitive:
        matched = [rule for rule in directory.rules.rules if rule.name in names(decision)[:1]]
        assert all({topic.code, topic.parent} & rule.topics for rule in matched)


@given(facts, ruled_directories, moments, waiting)
def test_how_many_wait_is_asked_at_most_once_and_only_of_services_with_a_limit(
    asked: RoutingFacts, directory: Directory, now: datetime, loads: dict[int, int]
) -> None:
    asked_about: list[set[int]] = []

    def ask(services: Collection[int]) -> Mapping[int, int]:
        asked_about.append(set(services))
        return asking(loads)(services)

    route(asked, directory, now, ask)

    assert len(asked_about) <= 1
    for services in asked_about:
        assert all(directory.services[id].capacity is not None for id in services)

"""Rules are read from files and from JSON, with every fault told and where it is."""

from typing import Any

import pytest

from servicebalie.core.routing_rule_file import (
    IN_FILE,
    MAX_CODES,
    MAX_RULES,
    parse_rule_file,
    read_rules,
    write_rule_file,
)
from servicebalie.core.routing_rules import Aspect, AsTopic, OpenNow, Rule, ToDestination, ToService
from servicebalie.core.vocabulary import Destination
from tests.core.routing_world import directory_of, service

DIRECTORY = directory_of(
    service(1),
    service(2, Destination.MUNICIPALITY),
    service(3, active=False),
    *(service(number, municipalities=frozenset({"GM0001"})) for number in (4, 5)),
)
TWINS = directory_of(*(service(1), service(2)))
FILE = """
[[rules]]
name = "Everything"
topics = ["language", "dutch-course"]
languages = ["pl"]
municipalities = ["GM0001"]
groups = ["status-holder"]
stays = ["under-4-months"]
arrivals = ["under-1-month"]
registrations = ["rni"]
channels = ["phone"]
open = "target"
service = "Organisation / Service 2"
anywhere = true
anyone = false

[[rules]]
name = "Number"
open = "1"
service = 2

[[rules]]
name = "Other topic"
as_topic = "health"

[[rules]]
name = "Desk"
destination = "desk"
"""


def test_a_file_tells_every_kind_of_rule() -> None:
    reading = parse_rule_file(FILE, DIRECTORY)

    assert reading.faults == ()
    everything, number, other, desk = reading.rules
    assert everything.target == ToService(2, anywhere=True)
    assert everything.topics == {"language", "dutch-course"}
    assert everything.open_now == OpenNow()
    assert {aspect: set(codes) for aspect, codes in everything.conditions} == {
        Aspect.LANGUAGES: {"pl"},
        Aspect.MUNICIPALITIES: {"GM0001"},
        Aspect.GROUPS: {"status-holder"},
        Aspect.STAYS: {"under-4-months"},
        Aspect.ARRIVALS: {"under-1-month"},
        Aspect.REGISTRATIONS: {"rni"},
        Aspect.CHANNELS: {"phone"},
    }
    assert (number.target, number.open_now) == (ToService(2), OpenNow(1))
    assert other.target == AsTopic("health")
    assert desk == Rule("Desk", ToDestination(Destination.DESK))


def test_what_is_written_is_read_again() -> None:
    rules = (*parse_rule_file(FILE, DIRECTORY).rules, Rule("Gone", ToService(1), open_now=OpenNow(2)))
    written = write_rule_file(rules, DIRECTORY)

    assert 'service = "Organisation / Service 2"' in written
    assert parse_rule_file(written, DIRECTORY).rules == rules


def test_a_service_whose_name_others_have_too_is_written_as_its_number() -> None:
    twins = directory_of(service(1), service(2))
    object.__setattr__(twins.services[2], "name", "Service 1")
    rules = (Rule("first", ToService(1)), Rule("closed", ToService(99)))

    assert 'service = "1"' in write_rule_file(rules, twins)
    assert 'service = "99"' in write_rule_file(rules, twins)
    reading = read_rules([{"name": "a", "service": "Service 1"}], twins)
    assert [(fault.code, dict(fault.params)) for fault in reading.faults] == [
        ("several-services", {"known": "1, 2"})
    ]


@pytest.mark.parametrize(
    ("rule", "faults"),
    [
        ("rule", [("/rules/0", "not-an-object")]),
        ({"service": "1"}, [("/rules/0/name", "required")]),
        ({"name": 1, "service": "1"}, [("/rules/0/name", "not-text")]),
        ({"name": " ", "service": "1"}, [("/rules/0/name", "text-empty")]),
        ({"name": "a\nb", "service": "1"}, [("/rules/0/name", "text-empty")]),
        ({"name": "a" * 81, "service": "1"}, [("/rules/0/name", "text-too-long")]),
        ({"name": "a", "service": "1", "wrong": 1}, [("/rules/0/wrong", "unknown-field")]),
        ({"name": "a", "service": "1", "as_topic": "health"}, [("/rules/0/as_topic", "unknown-field")]),
        ({"name": "a"}, [("/rules/0", "one-target")]),
        ({"name": "a", "service": "1", "destination": "desk"}, [("/rules/0", "one-target")]),
        ({"name": "a", "service": "3"}, [("/rules/0/service", "unknown-service")]),
        ({"name": "a", "service": "Nobody"}, [("/rules/0/service", "unknown-service")]),
        ({"name": "a", "service": True}, [("/rules/0/service", "not-text")]),
        ({"name": "a", "destination": "moon"}, [("/rules/0/destination", "unknown-code")]),
        ({"name": "a", "destination": 1}, [("/rules/0/destination", "not-text")]),
        ({"name": "a", "asTopic": "moon"}, [("/rules/0/asTopic", "unknown-topic")]),
        ({"name": "a", "asTopic": []}, [("/rules/0/asTopic", "not-text")]),
        ({"name": "a", "service": "1", "anyone": 1}, [("/rules/0/anyone", "not-a-boolean")]),
        ({"name": "a", "destination": "desk", "anyone": True}, [("/rules/0/anyone", "flag-needs-service")]),
        ({"name": "a", "asTopic": "health", "open": "target"}, [("/rules/0/open", "open-needs-place")]),
        ({"name": "a", "service": "1", "open": "3"}, [("/rules/0/open", "unknown-service")]),
        ({"name": "a", "service": "1", "topics": "health"}, [("/rules/0/topics", "not-a-list")]),
        ({"name": "a", "service": "1", "topics": []}, [("/rules/0/topics", "too-few")]),
        (
            {"name": "a", "service": "1", "topics": ["health"] * (MAX_CODES + 1)},
            [("/rules/0/topics", "too-many")],
        ),
        (
            {"name": "a", "service": "1", "topics": ["moon", 1], "languages": ["xx"]},
            [
                ("/rules/0/topics/0", "unknown-topic"),
                ("/rules/0/topics/1", "not-text"),
                ("/rules/0/languages/0", "unknown-language"),
            ],
        ),
        (
            {"name": "a", "service": "1", "municipalities": ["GM9999"], "groups": ["tourist"]},
            [("/rules/0/municipalities/0", "unknown-municipality"), ("/rules/0/groups/0", "unknown-code")],
        ),
    ],
)
def test_every_fault_is_told_with_its_place(rule: Any, faults: list[tuple[str, str]]) -> None:
    assert [(fault.pointer, fault.code) for fault in read_rules([rule], DIRECTORY).faults] == faults


def test_faults_of_all_rules_are_told_together_and_a_name_counts_once() -> None:
    reading = read_rules(
        [{"name": "a", "destination": "desk"}, {"name": "b"}, {"name": "a", "destination": "desk"}, {}],
        DIRECTORY,
    )

    assert [(fault.pointer, fault.code) for fault in reading.faults] == [
        ("/rules/1", "one-target"),
        ("/rules/3/name", "required"),
        ("/rules/3", "one-target"),
        ("/rules/2/name", "rule-name-repeated"),
    ]


@pytest.mark.parametrize(("values", "fault"), [({}, "not-a-list"), ([{}] * (MAX_RULES + 1), "too-many")])
def test_rules_are_a_list_of_a_limited_length(values: Any, fault: str) -> None:
    assert [each.code for each in read_rules(values, DIRECTORY, as_topic=IN_FILE).faults] == [fault]


def test_a_file_that_is_no_toml_has_one_fault_and_unknown_tables_are_faults() -> None:
    assert [dict(fault.params) for fault in parse_rule_file("[[rules]]\nname = a", DIRECTORY).faults] == [
        {"line": "2"}
    ]
    assert [fault.pointer for fault in parse_rule_file("[desk]", DIRECTORY).faults] == ["/desk"]
    assert parse_rule_file("", DIRECTORY).rules == ()

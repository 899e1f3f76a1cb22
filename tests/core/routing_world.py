"""A small country for the tests of routing, and strategies that fill it with services."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from servicebalie.core.code_lists import CodeLists, Language, Municipality, Topic
from servicebalie.core.directory import Closure, Directory, Eligibility, Location, Schedule, Service
from servicebalie.core.routing import RoutingFacts
from servicebalie.core.routing_rules import (
    Aspect,
    AsTopic,
    OpenNow,
    Rule,
    RuleSet,
    ToDestination,
    ToService,
)
from servicebalie.core.vocabulary import Channel, Destination, Group, Stay

NOW = datetime(
    2026, 4, 22, 16, 30, tzinfo=UTC
)  # a Wednesday, half past six in the evening in the Netherlands

TOPICS = {
    code: Topic(code, parent, destination, sensitive)
    for code, parent, destination, sensitive in [
        ("language", None, Destination.LIBRARY, False),
        ("dutch-course", "language", Destination.LIBRARY, False),
        ("civic-integration", "language", Destination.MUNICIPALITY, False),
        ("health", None, Destination.DESK, False),
        ("mental-health", "health", Destination.OTHER, False),
        ("exploitation", None, Destination.OTHER, True),
        ("trafficking", "exploitation", Destination.OTHER, True),
        ("housing-abuse", "exploitation", Destination.MUNICIPALITY, True),
    ]
}
MUNICIPALITIES = {
    code: Municipality(code, code, corop, province)
    for code, corop, province in [
        ("GM0001", "CR01", "PV01"),
        ("GM0002", "CR01", "PV01"),
        ("GM0003", "CR02", "PV01"),
        ("GM0004", "CR03", "PV02"),
    ]
}
LANGUAGES = ("nl", "pl", "ar")
LANGUAGE_LIST = {code: Language(code, code, code, code, "ltr", code) for code in (*LANGUAGES, "ti")}
OFFICE = Schedule("Mo-Fr 09:00-17:00; PH off")
DESK_AREA = frozenset({"GM0001", "GM0002", "GM0003"})


def service(
    id: int, destination: Destination = Destination.LIBRARY, at: str | None = None, **fields
) -> Service:
    if at:
        fields["locations"] = (Location("Street 1", "1234 AB", "City", at),)
    return Service(id, f"Service {id}", "Organisation", 1, destination, **fields)


def directory_of(*services: Service, desk_at: str | None = "GM0001", rules: Sequence[Rule] = ()) -> Directory:
    desk = service(100, Destination.DESK, at=desk_at, municipalities=DESK_AREA, schedules=(OFFICE,))
    lists = CodeLists(TOPICS, LANGUAGE_LIST, MUNICIPALITIES)
    return Directory(1, desk, {partner.id: partner for partner in services}, lists, RuleSet(7, tuple(rules)))


def _sets(values: Any) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(values)), max_size=3)


PLACES = {code: Location("Street 1", "1234 AB", code, code) for code in MUNICIPALITIES}

_bounds = st.none() | st.dates(date(2026, 4, 1), date(2026, 5, 31))
_schedules = st.builds(
    Schedule,
    opening_hours=st.sampled_from(
        ["Mo-Fr 09:00-17:00; PH off", "We 18:00-20:00", "Sa 10:00-16:00", "24/7", "bad"]
    ),
    valid_from=_bounds,
    valid_to=_bounds,
    languages=_sets(LANGUAGES),
    location=st.none() | st.sampled_from(list(PLACES.values())),
)
_groups = (Group.EU_LABOUR_MIGRANT, Group.DISPLACED_UKRAINE)
_services = st.lists(
    st.builds(
        dict,
        destination=st.sampled_from([place for place in Destination if place is not Destination.DESK]),
        locations=st.lists(st.sampled_from(list(PLACES.values())), max_size=2, unique=True).map(tuple),
        topics=_sets(TOPICS),
        municipalities=st.none() | _sets(MUNICIPALITIES),
        languages=_sets(LANGUAGES),
        schedules=st.lists(_schedules, max_size=3).map(tuple),
        eligibility=st.builds(Eligibility, groups=_sets(_groups), stays=_sets([Stay.UNDER_4_MONTHS])),
        capacity=st.none() | st.integers(0, 3),
        closures=st.lists(
            st.dates(date(2026, 4, 1), date(2026, 5, 31)).map(lambda day: Closure(day, day)), max_size=1
        ).map(tuple),
        takes_referrals=st.booleans(),
        active=st.booleans(),
    ),
    max_size=8,
)
_targets = (
    st.builds(ToService, st.integers(1, 9), anywhere=st.booleans(), anyone=st.booleans())
    | st.builds(ToDestination, st.sampled_from(Destination))
    | st.builds(AsTopic, st.sampled_from([*TOPICS, "no-such-topic"]))
)
_conditions = st.fixed_dictionaries(
    {},
    optional={
        Aspect.LANGUAGES: st.frozensets(st.sampled_from(LANGUAGES), min_size=1),
        Aspect.MUNICIPALITIES: st.frozensets(st.sampled_from(sorted(MUNICIPALITIES)), min_size=1),
        Aspect.GROUPS: st.frozensets(st.sampled_from([*_groups, Group.UNKNOWN]), min_size=1),
        Aspect.CHANNELS: st.frozensets(st.sampled_from([Channel.COUNTER, Channel.PHONE]), min_size=1),
    },
).map(lambda chosen: tuple(sorted(chosen.items())))
rule_lists = st.lists(
    st.builds(
        Rule,
        name=st.just("rule"),
        target=_targets,
        topics=st.just(frozenset()) | _sets(TOPICS),
        conditions=_conditions,
        open_now=st.none() | st.builds(OpenNow, st.none() | st.integers(1, 9)),
    ),
    max_size=5,
).map(lambda rules: [replace(rule, name=f"rule {n}") for n, rule in enumerate(rules)])


def _services_of(kinds: Sequence[dict[str, Any]]) -> list[Service]:
    return [Service(n, f"Service {n}", "Organisation", 1, **kind) for n, kind in enumerate(kinds, 1)]


directories = _services.map(lambda kinds: directory_of(*_services_of(kinds)))
ruled_directories = st.builds(
    lambda kinds, rules: directory_of(*_services_of(kinds), rules=rules), _services, rule_lists
)
# Rules of which one always applies, unless the topic is sensitive.
certain_directories = st.builds(
    lambda kinds, rules, certain: directory_of(*_services_of(kinds), rules=[*rules[:2], certain, *rules[2:]]),
    _services,
    rule_lists,
    st.builds(Rule, name=st.just("certain"), target=_targets),
)
# A condition on opening hours looks at the hours in a language, so that a language more can end it.
timeless_directories = st.builds(
    lambda kinds, rules: directory_of(
        *_services_of(kinds), rules=[replace(rule, open_now=None) for rule in rules]
    ),
    _services,
    rule_lists,
)
facts = st.builds(
    RoutingFacts,
    topic=st.none() | st.sampled_from([*TOPICS, "no-such-topic"]),
    language=st.none() | st.sampled_from([*LANGUAGES, "ti"]),
    municipality=st.none() | st.sampled_from([*MUNICIPALITIES, "GM9999"]),
    group=st.none() | st.sampled_from([*_groups, Group.UNKNOWN]),
    stay=st.none() | st.sampled_from([Stay.UNDER_4_MONTHS, Stay.OVER_5_YEARS]),
    channel=st.none() | st.sampled_from([Channel.COUNTER, Channel.PHONE]),
    consents=st.booleans(),
)
waiting = st.dictionaries(st.integers(1, 8), st.integers(0, 4))
moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone

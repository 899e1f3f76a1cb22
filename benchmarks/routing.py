"""What routing one question costs in a country: 5000 services, 500 rules, ten thousand different questions.

`python -m benchmarks.routing`; no question is asked twice at the same minute, so that nothing is answered
from memory. Half of the services have closed days, and a quarter have hours that cease to hold. Opening
hours are read beforehand, as they are with a directory. The baseline looks at every rule and every service
for each question, with the same opening hours. Then it measures reading the directory from each database,
and the check of its version.
"""

import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import click
from sqlalchemy.orm import Session

from benchmarks.figures import markdown_table
from servicebalie.cli.database import migrate_database
from servicebalie.core.code_lists import CodeLists
from servicebalie.core.directory import Closure, Directory, Eligibility, Location, Schedule, Service
from servicebalie.core.hours import minute_of
from servicebalie.core.ranking import Asked, distance_to, speaks
from servicebalie.core.routing import RoutingFacts, deciding_topics, opens, route, values_of
from servicebalie.core.routing_explanation import explain
from servicebalie.core.routing_rules import (
    Aspect,
    AsTopic,
    OpenNow,
    Rule,
    RuleSet,
    ToDestination,
    ToService,
)
from servicebalie.core.vocabulary import Arrival, Channel, Destination, Group, Registration, Stay
from servicebalie.db import Database
from servicebalie.services.code_lists import shipped_code_lists
from servicebalie.services.desks import create_desk, find_desk
from servicebalie.services.directory import WEEKS_AHEAD, DirectoryCache, add_organisation, read_directory
from servicebalie.services.directory_rows import (
    insert_details,
    insert_locations,
    insert_services,
    with_uids,
)
from servicebalie.services.routing_rules import set_rules
from tests.support.postgres_server import PostgresServer

SERVICES, RULES, QUESTIONS = 5000, 500, 10_000
GOAL_ROUTE, GOAL_EXPLAIN = 200e-6, 1000e-6
KINDS = (Destination.LIBRARY, Destination.SCHOOL, Destination.MUNICIPALITY, Destination.OTHER)
HOURS = [
    f"{days} {first:02}:{minute:02}-{last:02}:00; PH off"
    for days in ("Mo-Fr", "Tu-Sa", "Mo,We,Fr", "Tu,Th", "Sa")
    for first in (8, 9, 10, 13)
    for minute in (0, 15, 30, 45)
    for last in (12, 17, 20)
    if last > first
]
BEGIN = datetime(2026, 11, 2, 6, tzinfo=UTC)
LANGUAGES = ("nl", "en", "pl", "ro", "bg", "uk", "ar", "tr", "es", "ti")


@click.command()
@click.option("--questions", type=click.IntRange(100), default=QUESTIONS, show_default=True)
def main(questions: int) -> None:
    """Measure and print the figures; end with status 1 when a goal is missed."""
    source = random.Random(1)
    lists = shipped_code_lists()
    services, rules = make_services(source, lists), make_rules(source, lists)
    desk = Service(0, "Desk", "Desk", 0, Destination.DESK, locations=(place(source, "GM0344"),))
    tracemalloc.start()
    begun = time.process_time()
    directory = Directory(1, desk, services, lists, RuleSet(1, rules))
    made = time.process_time() - begun
    memory, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    begun = time.process_time()
    directory.offers.hours.read_weeks(minute_of(BEGIN), WEEKS_AHEAD)
    read = time.process_time() - begun
    asked = list(make_questions(source, lists, questions))
    routed = timed(asked, lambda facts, now: route(facts, directory, now))
    explained = timed(asked[:: max(1, questions // 2000)], lambda facts, now: explain(facts, directory, now))
    scanned = timed(asked[:: max(1, questions // 200)], lambda facts, now: scan(facts, directory, now))
    differing = sum(
        route(facts, directory, now).service.id != scan(facts, directory, now)
        for facts, now in asked[:: max(1, questions // 200)]
    )
    print(f"The sets were made in {1000 * made:.0f} ms and take {memory / 1e6:.1f} MB.")
    print(f"The hours of {WEEKS_AHEAD} weeks were read in {1000 * read:.0f} ms.\n")
    rows = [
        figures("route", routed),
        figures("explain", explained),
        figures("baseline: every rule and service", scanned),
    ]
    print(markdown_table(["", "median, µs", "19 of 20 under", "99 of 100 under", "at most"], rows))
    print(f"\nThe baseline decides otherwise in {differing} cases.\n")
    print(databases(services, rules))
    sys.exit(1 if differing or nearly_all(routed) > GOAL_ROUTE or nearly_all(explained) > GOAL_EXPLAIN else 0)


def make_services(source: random.Random, lists: CodeLists) -> dict[int, Service]:
    """Make services as a country has them: most for some municipalities, some for all of them."""
    return {number: _service(source, lists, number) for number in range(1, SERVICES + 1)}


def _service(source: random.Random, lists: CodeLists, number: int) -> Service:
    kind = source.choice(KINDS)
    home = source.choice(list(lists.municipalities.values()))
    near = [each.code for each in lists.municipalities.values() if each.corop == home.corop]
    area = {home.code, *source.sample(near, min(len(near), source.randint(1, 6)))}
    national = kind is Destination.OTHER and source.random() < 0.2
    topics = [topic.code for topic in lists.topics.values() if topic.destination is kind]
    named = kind is Destination.OTHER or source.random() < 0.3
    lasting = source.choice((None, None, None, _day(source)))
    hours = tuple(Schedule(each, valid_to=lasting) for each in source.sample(HOURS, source.randint(1, 3)))
    evening = Schedule("Th 18:00-20:00; PH off", languages=frozenset(source.sample(LANGUAGES, 2)))
    return Service(
        id=number,
        name=f"Service {number}",
        organisation=f"Organisation {number}",
        organisation_id=number,
        destination=kind,
        topics=frozenset(source.sample(topics, min(len(topics), 4))) if named else frozenset(),
        municipalities=None if national else frozenset(area),
        languages=frozenset({"nl", *source.sample(LANGUAGES, 2)}),
        locations=tuple(place(source, code) for code in source.sample(sorted(area), min(2, len(area)))),
        schedules=(*hours, evening) if source.random() < 0.3 else hours,
        closures=(_holiday(source),) if source.random() < 0.5 else (),
        eligibility=Eligibility(frozenset({source.choice(list(Group))}))
        if source.random() < 0.1
        else Eligibility(),
    )


def _holiday(source: random.Random) -> Closure:
    """Make closed days in the time of the questions, or after it."""
    first = _day(source)
    return Closure(first, first + timedelta(days=source.randint(0, 14)))


def _day(source: random.Random) -> date:
    return BEGIN.date() + timedelta(days=source.randint(1, 90))


def place(source: random.Random, municipality: str) -> Location:
    """Make a place in a municipality."""
    return Location(f"Street {source.randint(1, 9999)}", "1234 AB", municipality, municipality)


def make_rules(source: random.Random, lists: CodeLists) -> tuple[Rule, ...]:
    """Make rules: most about a topic or two, one in ten about all of them, and all with conditions."""
    return tuple(_rule(source, lists, number) for number in range(RULES))


def _rule(source: random.Random, lists: CodeLists, number: int) -> Rule:
    topics = list(lists.topics)
    conditions = {
        Aspect.LANGUAGES: frozenset(source.sample(LANGUAGES, 1)),
        Aspect.MUNICIPALITIES: frozenset(source.sample(list(lists.municipalities), 5)),
        Aspect.GROUPS: frozenset(source.sample(list(Group), 1)),
        Aspect.CHANNELS: frozenset(source.sample(list(Channel), 2)),
    }
    chosen = sorted(source.sample(list(conditions), 2))
    target = source.choice(
        [
            ToService(source.randint(1, SERVICES)),
            ToDestination(source.choice(KINDS)),
            AsTopic(source.choice(topics)),
        ]
    )
    return Rule(
        name=f"Rule {number}",
        target=target,
        topics=frozenset() if number % 10 == 0 else frozenset(source.sample(topics, source.randint(1, 2))),
        conditions=tuple((aspect, conditions[aspect]) for aspect in chosen),
        open_now=OpenNow() if number % 5 == 0 and not isinstance(target, AsTopic) else None,
    )


def make_questions(
    source: random.Random, lists: CodeLists, count: int
) -> Iterator[tuple[RoutingFacts, datetime]]:
    """Yield questions seven minutes apart; one in ten tells no municipality, and one in ten no language."""
    for number in range(count):
        facts = RoutingFacts(
            topic=source.choice(list(lists.topics)),
            language=None if source.random() < 0.1 else source.choice(LANGUAGES),
            municipality=None if source.random() < 0.1 else source.choice(list(lists.municipalities)),
            group=source.choice(list(Group)),
            stay=source.choice(list(Stay)),
            arrival=source.choice(list(Arrival)),
            registration=source.choice(list(Registration)),
            channel=source.choice(list(Channel)),
            consents=True,
        )
        yield facts, BEGIN + timedelta(minutes=7 * number)


def timed(
    asked: Sequence[tuple[RoutingFacts, datetime]], decide: Callable[[RoutingFacts, datetime], object]
) -> list[float]:
    """Return the seconds of processor that each question took."""
    seconds = []
    for facts, now in asked:
        begun = time.thread_time()
        decide(facts, now)
        seconds.append(time.thread_time() - begun)
    return seconds


def scan(facts: RoutingFacts, directory: Directory, now: datetime) -> int:
    """Decide by looking at every rule and every service, and return the id of the service."""
    asked = Asked(facts, directory.code_lists.topics.get(facts.topic or ""), directory, now, lambda _: {})
    seen = {facts.topic}
    while (rule := _scan_rules(asked)) and isinstance(rule.target, AsTopic):
        topic = directory.code_lists.topics[rule.target.topic]
        if topic.code in seen:
            rule = None
            break
        seen.add(topic.code)
        asked = replace(asked, topic=topic)
    if rule and rule.target == ToDestination(Destination.DESK):
        return directory.desk_service.id
    if rule and (found := _scan_services(asked, rule)):
        return found
    for topic in deciding_topics(asked.topic, directory) if asked.topic else ():
        if topic.destination is Destination.DESK:
            break
        if found := _scan_services(asked, Rule("", ToDestination(topic.destination))):
            return found
    return directory.desk_service.id


def _scan_rules(asked: Asked) -> Rule | None:
    values = values_of(asked.facts)
    for rule in asked.directory.rules.rules:
        if not rule.is_about(asked.topic) or any(values[at] not in codes for at, codes in rule.conditions):
            continue
        if rule.open_now is None or opens(rule.open_now, rule.target, asked):
            return rule
    return None


def _scan_services(asked: Asked, rule: Rule) -> int:
    facts, area = asked.facts, asked.directory.desk_service.municipalities
    offers = [
        offer
        for service in asked.directory.services.values()
        if (
            service.id == rule.target.service
            if isinstance(rule.target, ToService)
            else isinstance(rule.target, ToDestination)
            and service.destination is rule.target.destination
            and asked.topic is not None
            and service.handles(asked.topic)
        )
        if facts.municipality is None or service.serves(facts.municipality)
        if service.eligibility.admits(facts.group, facts.stay, facts.registration)
        for offer in service.offers()
        if rule.open_now is None or asked.is_open(offer)
    ]
    best = min(
        offers,
        key=lambda offer: (
            facts.municipality is None and not offer.service.covers(area),
            not speaks(offer, asked),
            distance_to(offer, asked),
            asked.starts(offer),
            offer.service.id,
        ),
        default=None,
    )
    return best.service.id if best else 0


def databases(services: dict[int, Service], rules: tuple[Rule, ...]) -> str:
    """Measure reading the directory, and the check of its version, on SQLite and PostgreSQL."""
    with TemporaryDirectory() as folder, _postgresql() as postgresql:
        rows = [
            _database(name, url, services, rules)
            for name, url in (
                ("SQLite", f"sqlite:///{Path(folder) / 'desk.sqlite'}"),
                ("PostgreSQL", postgresql),
            )
        ]
    return markdown_table(["", "reading the directory, s", "check of the version, µs"], rows)


@contextmanager
def _postgresql() -> Iterator[str]:
    with PostgresServer(durable=True) as server:
        yield server.url()


def _database(name: str, url: str, services: dict[int, Service], rules: tuple[Rule, ...]) -> list[str]:
    migrate_database(url)
    database = Database(url)
    counter = Service(0, "Desk", "Desk", 0, Destination.DESK)
    with database.begin() as session:
        desk = create_desk(session, "Country", (), counter, BEGIN).id
        organisation = add_organisation(session, desk, "Partners", Destination.OTHER)
        _store(session, desk, organisation, services.values())
        set_rules(session, desk, [_shifted(rule) for rule in rules], after=0, now=BEGIN)
    readings = []
    for _ in range(3):
        with database.read() as session:
            begun = time.perf_counter()
            read_directory(session, desk)
            readings.append(time.perf_counter() - begun)
    cache, checks = DirectoryCache(), []
    for _ in range(500):
        with database.read() as session:
            version = find_desk(session, None).directory_version
            cached = cache.get(session, desk, version)
            begun = time.perf_counter()
            cache.get(session, desk, version)
            checks.append(time.perf_counter() - begun)
            assert cached.rules.version == 1
    database.dispose()
    return [name, f"{median(readings):.2f}", f"{1e6 * median(checks):.2f}"]


def _store(session: Session, desk: int, organisation: int, services: Iterable[Service]) -> None:
    """Store services together; one by one, each would look whether its places are there already."""
    stored = [with_uids(replace(service, organisation_id=organisation)) for service in services]
    ids = insert_services(session, desk, stored)
    places = [each for service in stored for each in service.locations]
    known = insert_locations(session, desk, [(organisation, each) for each in places])
    insert_details(session, dict(zip(ids, stored, strict=True)), known)


def _shifted(rule: Rule) -> Rule:
    """The same rule for services numbered after the counter of the desk."""
    if isinstance(rule.target, ToService):
        return replace(rule, target=replace(rule.target, service=rule.target.service + 1))
    return rule


def figures(name: str, seconds: Sequence[float]) -> list[str]:
    """Return a row of figures in microseconds."""
    shares = quantiles(seconds, n=100, method="inclusive")
    return [name, *(f"{1e6 * each:.0f}" for each in (median(seconds), shares[94], shares[98], max(seconds)))]


def nearly_all(seconds: Sequence[float]) -> float:
    """Return what 99 of 100 stayed under."""
    return quantiles(seconds, n=100, method="inclusive")[98]


if __name__ == "__main__":
    main()

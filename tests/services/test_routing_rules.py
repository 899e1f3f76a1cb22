"""Rules of a desk are kept by version, and count for every process from the next question on."""

import multiprocessing
from dataclasses import replace
from multiprocessing.connection import Connection

import pytest
from sqlalchemy import select, update

from servicebalie.core.directory import Service
from servicebalie.core.routing_rules import NO_RULES, Aspect, Rule, ToDestination, ToService
from servicebalie.core.vocabulary import Channel, Destination, Group, ReferralStatus, Stay
from servicebalie.db import Database
from servicebalie.models.directory import ServiceRow
from servicebalie.models.questions import Referral
from servicebalie.models.routing import RoutingRules
from servicebalie.services.desks import find_desk
from servicebalie.services.directory import DirectoryCache, add_service, read_directory
from servicebalie.services.insertion import NeedsTransaction, PendingRows
from servicebalie.services.referral_counts import referral_counts
from servicebalie.services.routing_rules import RulesChanged, list_versions, rules_in_force, set_rules
from servicebalie.services.visits import VisitFacts
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import NOW, SmallWorkplace

DESK = ToDestination(Destination.DESK)
KEPT = Rule("kept", DESK)


def put(desk: SmallWorkplace, *rules: Rule, after: int = 0, note: str | None = None) -> SmallWorkplace:
    """Put rules in force, and return the desk as it is then."""
    desk.database.write(
        lambda session: set_rules(session, desk.desk.id, rules, after=after, now=NOW, note=note)
    )
    return at_work(desk)


def at_work(desk: SmallWorkplace) -> SmallWorkplace:
    """Return the desk with its directory as it is now."""
    directory = desk.read(lambda session: read_directory(session, desk.desk.id))
    return replace(desk, work=replace(desk.work, directory=directory))


def test_a_new_desk_has_no_rules(small_desk: SmallWorkplace) -> None:
    assert small_desk.work.directory.rules == NO_RULES


def test_the_newest_rules_are_in_force_and_every_version_is_kept(small_desk: SmallWorkplace) -> None:
    rules = (
        Rule("first", ToService(small_desk.desk.services["library"]), frozenset({"bsn"})),
        Rule("second", DESK, conditions=((Aspect.STAYS, frozenset({"under-4-months"})),)),
    )
    put(small_desk, KEPT, note="Summer")
    changed = put(small_desk, *rules, after=1)

    assert changed.work.directory.rules.rules == rules
    assert changed.work.directory.rules.version == 2
    versions = small_desk.read(lambda session: list(list_versions(session, small_desk.desk.id, 10)))
    assert [(each.version, each.rules, each.note) for each in versions] == [(2, 2, None), (1, 1, "Summer")]


def test_who_read_older_rules_cannot_overwrite_newer_ones(small_desk: SmallWorkplace) -> None:
    put(small_desk, KEPT)

    with pytest.raises(RulesChanged):
        put(small_desk, after=0)
    kept = small_desk.read(lambda session: session.scalars(select(RoutingRules.version)).all())
    assert kept == [1]


def test_questions_go_by_the_rules_and_the_referral_tells_by_which(small_desk: SmallWorkplace) -> None:
    town = small_desk.desk.services["town"]
    conditions = ((Aspect.GROUPS, frozenset({"status-holder"})), (Aspect.CHANNELS, frozenset({"phone"})))
    desk = put(small_desk, Rule("by phone", ToService(town), conditions=conditions))
    facts = VisitFacts(Channel.PHONE, municipality=EINDHOVEN, group=Group.STATUS_HOLDER)
    by_rule, by_topic = (
        desk.register("dutch-course", facts=each, consents=True).questions[0]
        for each in (facts, replace(facts, group=None))
    )

    assert by_rule.referral.service.id == town
    assert by_topic.referral.service.id == desk.desk.services["library"]
    referrals = {
        referral.service_id: referral
        for referral in desk.read(lambda session: session.scalars(select(Referral)).all())
    }
    assert {referral.rules_version for referral in referrals.values()} == {1}
    assert {"code": "rule-of-desk", "value": "by phone"} in referrals[town].reasons


def test_a_rule_counts_for_two_caches_from_the_next_request_on(small_desk: SmallWorkplace) -> None:
    caches = DirectoryCache(), DirectoryCache()

    def rules_of(cache: DirectoryCache) -> int:
        with small_desk.database.read() as session:
            version = find_desk(session, None).directory_version
            return cache.get(session, small_desk.desk.id, version).rules.version

    assert [rules_of(cache) for cache in caches] == [0, 0]
    put(small_desk, KEPT)
    assert [rules_of(cache) for cache in caches] == [1, 1]


def _serve(url: str, desk_id: int, line: Connection) -> None:
    """Tell the version of the rules that this process routes by, each time it is asked."""
    cache, database = DirectoryCache(), Database(url)
    while line.recv():
        with database.read() as session:
            version = find_desk(session, None).directory_version
            line.send(cache.get(session, desk_id, version).rules.version)
    database.dispose()


def test_a_rule_counts_for_another_process_from_the_next_request_on(
    small_desk: SmallWorkplace, database_url: str
) -> None:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(database_url, small_desk.desk.id, there))
    process.start()
    seen = []
    for rules in ((), (KEPT,), (KEPT, Rule("more", DESK, frozenset({"trafficking"})))):
        if rules:
            put(small_desk, *rules, after=len(rules) - 1)
        here.send(True)
        seen.append(here.recv())
    here.send(False)
    process.join()

    assert seen == [0, 1, 2]
    assert process.exitcode == 0


@pytest.fixture
def limited(small_desk: SmallWorkplace) -> SmallWorkplace:
    """The small desk whose library can have one referral open, with a second library that has no limit."""
    second = Service(0, "Second library", "", 0, Destination.LIBRARY)
    with small_desk.database.begin() as session:
        library = session.get_one(ServiceRow, small_desk.desk.services["library"])
        library.capacity = 1
        add_service(session, small_desk.desk.id, replace(second, organisation_id=library.organisation_id))
    return at_work(small_desk)


def test_questions_go_elsewhere_when_a_service_is_full_and_back_when_it_is_not(
    limited: SmallWorkplace,
) -> None:
    facts = VisitFacts(municipality=EINDHOVEN)

    def ask() -> str:
        (question,) = limited.register("dutch-course", facts=facts, consents=True).questions
        return question.referral.service.name

    assert [ask(), ask()] == ["Information point", "Second library"]
    limited.database.write(
        lambda session: session.execute(update(Referral).values(status=ReferralStatus.COMPLETED))
    )
    assert ask() == "Information point"


def test_how_many_wait_cannot_be_told_without_a_session() -> None:
    with pytest.raises(NeedsTransaction):
        referral_counts(PendingRows())({1})


def test_only_open_referrals_of_the_services_that_were_asked_about_count(
    small_desk: SmallWorkplace,
) -> None:
    library, town = (small_desk.desk.services[name] for name in ("library", "town"))
    facts = VisitFacts(municipality=EINDHOVEN, stay=Stay.OVER_5_YEARS)
    small_desk.register("dutch-course", "dutch-course", "bsn", facts=facts, consents=True)
    small_desk.register("dutch-course", facts=facts, consents=False)

    asked = small_desk.read(lambda session: referral_counts(session)({library, 0}))
    assert asked == {library: 2}
    assert small_desk.read(lambda session: referral_counts(session)({town})) == {town: 1}


def test_rules_are_those_of_the_desk_alone(small_desk: SmallWorkplace) -> None:
    put(small_desk, KEPT)

    assert small_desk.read(lambda session: rules_in_force(session, small_desk.desk.id + 1)) == NO_RULES

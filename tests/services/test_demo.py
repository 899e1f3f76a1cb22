"""The demonstration comes in by the services that real visits come in by."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from servicebalie.core.routing_check import RuleReport, check_rules
from servicebalie.core.routing_rule_file import parse_rule_file, write_rule_file
from servicebalie.core.sealing import Sealed
from servicebalie.core.simulation import SimulatedVisit, simulate
from servicebalie.core.vocabulary import (
    Author,
    ChosenBy,
    Destination,
    NewcomerOutcome,
    Outcome,
    ReferralKind,
    ReferralStatus,
    Role,
    Status,
)
from servicebalie.db import Database
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.questions import Message, Question, Referral, Visit
from servicebalie.services.accounts import KnownTokens, Principal, issue_token
from servicebalie.services.askers import AskerKeys
from servicebalie.services.demo import DemoDays, demo_partners, demo_population, open_demo_desk
from servicebalie.services.demo_stage import DemoDesk
from servicebalie.services.desks import find_desk
from servicebalie.services.question_lists import QuestionFilter, list_questions
from servicebalie.services.workplace import Workplace
from tests.core.demo_world import numbers
from tests.support.contents import everything_in, found_in
from tests.support.demo_stage import END, PERIOD, START, stage
from tests.support.sealed import opened
from tests.support.workplace import KEYS

ASKED_BY_PARTNERS = ("partner-question", "partner-reply")


@pytest.fixture(scope="module")
def database(module_database_url: str) -> Iterator[Database]:
    database = Database(module_database_url)
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def desk(database: Database) -> DemoDesk:
    with database.begin() as session:
        return open_demo_desk(session, demo_partners(), START)


@pytest.fixture(scope="module")
def visits(database: Database, desk: DemoDesk) -> list[SimulatedVisit]:
    """Three months of visits, all of them played."""
    simulated = simulate(demo_population(), PERIOD, numbers(7))
    days = DemoDays(stage(desk), simulated)
    with database.begin() as session:
        days.play(session, END)
    return simulated


def principal(database: Database, user_id: int) -> Principal:
    """Return a user of the demonstration as the API knows them."""
    now = datetime.now(UTC)
    with database.begin() as session:
        return KnownTokens().authenticate(session, issue_token(session, user_id, now), now)


def test_the_desk_says_that_it_is_simulated(database: Database, desk: DemoDesk) -> None:
    with database.read() as session:
        assert find_desk(session, desk.slug).simulated


def test_the_rules_of_the_desk_are_in_order_and_some_questions_go_by_them(
    database: Database, desk: DemoDesk, visits: list[SimulatedVisit]
) -> None:
    rules = desk.directory.rules
    assert check_rules(rules.rules, desk.directory, START) == RuleReport((), ())
    assert parse_rule_file(write_rule_file(rules.rules, desk.directory), desk.directory).rules == rules.rules
    with database.read() as session:
        kept = session.scalars(select(Referral.reasons).where(Referral.rules_version == 1)).all()
    named = {reason["value"] for reasons in kept for reason in reasons if reason["code"] == "rule-of-desk"}
    assert len(named) > len(rules.rules) / 2


def test_there_is_a_user_of_every_role_and_one_for_every_partner_who_gets_questions(
    database: Database, desk: DemoDesk
) -> None:
    users = {role: principal(database, user) for role, user in desk.users.items()}
    assert {role: user.role for role, user in users.items()} == {role: role for role in Role}
    assert users[Role.DESK].cleared
    partners = [p for p in demo_partners().organisations if p.kind is not Destination.OTHER]
    assert len(desk.partner_users) == len(partners)
    organisations = {s.organisation_id: s for s in desk.directory.services.values()}
    assert organisations[users[Role.PARTNER].organisation_id or 0].destination is Destination.LIBRARY


def test_only_partners_who_name_sensitive_topics_are_cleared(database: Database, desk: DemoDesk) -> None:
    cleared = {
        service.organisation
        for service in desk.directory.services.values()
        if service.organisation_id in desk.partner_users
        and principal(database, desk.partner_users[service.organisation_id]).cleared
    }
    assert cleared == {"Toezicht Huisvesting Zuidoost", "Toezicht Huisvesting West"}


def test_every_visit_is_registered_when_it_was_with_its_facts(
    database: Database, visits: list[SimulatedVisit]
) -> None:
    with database.read() as session:
        rows = session.scalars(select(Visit)).all()
        asked = session.execute(select(func.count()).select_from(Question)).scalar_one()
    registered = Counter(
        (r.received_at, r.channel, r.language, r.municipality, r.group, r.stay) for r in rows
    )
    assert registered == Counter(
        (v.at.astimezone(UTC), v.channel, v.language, v.municipality, v.group, v.stay) for v in visits
    )
    assert asked == sum(len(visit.questions) for visit in visits)


def test_every_question_was_routed_and_says_why(database: Database, visits: list[SimulatedVisit]) -> None:
    with database.read() as session:
        referrals = session.scalars(select(Referral)).all()
        questions = session.scalars(select(Question.id)).all()
    assert {referral.question_id for referral in referrals} == set(questions)
    routed = [referral for referral in referrals if referral.chosen_by is ChosenBy.ROUTING]
    assert all(referral.reasons for referral in referrals)
    assert {reason["code"] for referral in routed for reason in referral.reasons} >= {
        "topic-goes-to-library",
        "serves-municipality",
        "speaks-language",
    }
    assert {referral.kind for referral in routed} >= {
        None,
        ReferralKind.REFERRAL,
        ReferralKind.INFORMATION_ONLY,
    }


def test_a_person_who_is_recognised_stays_one_person(
    database: Database, visits: list[SimulatedVisit]
) -> None:
    with database.read() as session:
        askers = session.execute(select(func.count(Visit.asker.distinct()))).scalar_one()
    known: set[int] = set()
    expected = 0
    for visit in visits:
        recognised = visit.person in known and (visit.leaves_email or visit.shows_return_code)
        expected += not recognised
        known.add(visit.person)
    assert askers == expected < len(visits)


def test_questions_end_as_simulated_and_the_newest_are_still_open(
    database: Database, visits: list[SimulatedVisit]
) -> None:
    with database.read() as session:
        ended = Counter(session.scalars(select(Question.outcome)))
        open_questions = session.scalars(select(Question).where(Question.status != Status.CLOSED)).all()
    expected = Counter(
        None if question.closes_at and question.closes_at >= END else question.outcome
        for visit in visits
        for question in visit.questions
    )
    assert ended == expected
    assert set(Outcome) <= set(ended)
    assert len(open_questions) == expected[None] > 0
    assert all(
        (question.due_on is None) is (question.status is Status.WAITING) for question in open_questions
    )


def test_partners_and_newcomers_write_in_their_own_name(
    database: Database, desk: DemoDesk, visits: list[SimulatedVisit]
) -> None:
    with database.read() as session:
        messages = session.scalars(select(Message)).all()
        written = opened(session, Sealed.MESSAGE).values()
    expected = sum(m.at < END for v in visits for q in v.questions for m in q.messages)
    texts = demo_population().messages
    by_partners = {text for purpose in ASKED_BY_PARTNERS for text in texts[purpose].values()}
    assert sum(text not in by_partners for text in written) == expected
    assert sum(text in by_partners for text in written) > 0
    assert {message.author for message in messages} == set(Author)
    by_user = {message.user_id: message.author for message in messages}
    assert by_user[None] is Author.NEWCOMER
    assert by_user[desk.users[Role.DESK]] is Author.DESK


def test_referrals_come_to_all_their_ends_and_none_waits_longer_than_it_may(
    database: Database, visits: list[SimulatedVisit]
) -> None:
    with database.read() as session:
        referrals = session.scalars(select(Referral)).all()
    by_status = Counter(referral.status for referral in referrals)
    assert set(by_status) >= set(ReferralStatus) - {ReferralStatus.ASKED_BACK}
    for referral in referrals:
        assert (referral.returned_reason is not None) is (referral.status is ReferralStatus.RETURNED)
        assert (referral.outcome is not None) is (referral.status is ReferralStatus.COMPLETED)
        if referral.status is ReferralStatus.REQUESTED and referral.respond_by is not None:
            assert referral.respond_by >= (END - timedelta(days=1)).date()


def test_nothing_is_handed_over_without_consent(database: Database, visits: list[SimulatedVisit]) -> None:
    with database.read() as session:
        handed = session.execute(
            select(Question.consented_at).join(Referral).where(Referral.kind == ReferralKind.REFERRAL)
        ).all()
        agreed = session.scalars(select(Question.consented_at.is_not(None))).all()
    assert handed
    assert all(consented_at is not None for (consented_at,) in handed)
    assert {True, False} == set(agreed)


def test_staff_find_another_way_for_what_came_back_or_close_it_as_unmet(
    database: Database, visits: list[SimulatedVisit]
) -> None:
    came_back = [ReferralStatus.RETURNED, ReferralStatus.EXPIRED]
    with database.read() as session:
        first = aliased(Referral)
        again = session.execute(
            select(first.service_id, Referral.service_id)
            .join(Referral, Referral.question_id == first.question_id)
            .where(
                first.status.in_(came_back), Referral.id > first.id, Referral.kind == ReferralKind.REFERRAL
            )
        ).all()
        ends = session.scalars(select(Question.outcome).join(Referral).where(Referral.status.in_(came_back)))
        outcomes = set(ends)
    assert {before == after for before, after in again} == {True, False}, "the same partner, or another one"
    assert outcomes >= {Outcome.MET, Outcome.UNMET}


def test_a_library_sees_only_what_was_handed_to_it(
    database: Database, desk: DemoDesk, visits: list[SimulatedVisit]
) -> None:
    library = principal(database, desk.users[Role.PARTNER])
    work = Workplace(desk.id, desk.directory, KEYS, AskerKeys(KEYS.statistics), END, "nl", library.user_id)
    with database.read() as session:
        seen = list_questions(session, work, library, QuestionFilter(), before=None, limit=500)
    assert seen
    services = {desk.directory.services[question.service_id].organisation_id for question in seen}
    assert services == {library.organisation_id}


def test_some_say_themselves_whether_they_were_helped_after_two_weeks(
    database: Database, visits: list[SimulatedVisit]
) -> None:
    with database.read() as session:
        rows = session.execute(
            select(Question.newcomer_outcome, Question.closed_at, Question.newcomer_answered_at)
            .where(Question.newcomer_outcome.is_not(None))
            .order_by(Question.id)
        ).all()
    assert 0.03 < len(rows) / sum(len(visit.questions) for visit in visits) < 0.2
    assert {row.newcomer_outcome for row in rows} == set(NewcomerOutcome)
    assert all(row.newcomer_answered_at - row.closed_at >= timedelta(days=14) for row in rows)


def test_real_phrases_are_among_the_questions(database: Database, visits: list[SimulatedVisit]) -> None:
    with database.read() as session:
        texts = Counter(opened(session, Sealed.QUESTION_TEXT).values())
    assert texts == Counter(q.text for v in visits for q in v.questions if q.text)
    assert texts


def test_nothing_that_simulated_people_wrote_or_left_can_be_read_in_the_database(
    database: Database, module_database_url: str, desk: DemoDesk, visits: list[SimulatedVisit]
) -> None:
    with database.read() as session:
        texts = {text for what in Sealed for text in opened(session, what).values() if text}
    assert len({text for text in texts if text.endswith("@example.org")}) > 10
    contents = everything_in(module_database_url)
    # Shorter ones also stand in the names of topics and services.
    assert found_in(contents, {text for text in texts if len(text) > 10}) == set()
    # The search itself works, and not only in what all desks may see.
    with database.read() as session:
        reference = session.scalars(select(Question.reference).limit(1)).one()
    assert found_in(contents, {desk.name, reference}) == {desk.name, reference}


def test_nobody_is_mailed_about_simulated_questions(database: Database, visits: list[SimulatedVisit]) -> None:
    with database.read() as session:
        assert session.scalars(select(OutboxMessage)).all() == []

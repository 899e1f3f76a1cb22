"""Who does not work at the desk any more loses their name after a while, and what they did stays theirs by
number."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from servicebalie.core.local_accounts import LinkPurpose
from servicebalie.core.retention import DataClass, Period, Unit, changed_rule
from servicebalie.core.rights import HoldReason, Right
from servicebalie.core.vocabulary import Role, SignedInWith
from servicebalie.db import Database
from servicebalie.models.accounts import Token, User, UserSession
from servicebalie.models.local_accounts import AccountLink, LocalAccount, RecoveryCode
from servicebalie.models.retention import RightExercised
from servicebalie.services.accounts import add_user, issue_token
from servicebalie.services.local_accounts import add_local_account, issue_link
from servicebalie.services.retention_due import AT_ONCE
from servicebalie.services.retention_holds import place_hold
from servicebalie.services.retention_run import Run, count_all_due, list_destructions, run_retention
from servicebalie.services.retention_schedule import set_rule, shipped_schedule
from servicebalie.services.rights_register import register_request
from servicebalie.services.second_factors import renew_recovery_codes
from servicebalie.services.users import UserFacts, close_user, list_users
from servicebalie.services.workplace import Workplace
from tests.support.counted_desk import KEYS, CountedDesk, open_desk
from tests.support.workplace import open_small_desk

OPENED = datetime(2025, 1, 2, 9, tzinfo=UTC)
CLOSED = datetime(2025, 3, 31, 9, tzinfo=UTC)
BEFORE, AFTER = datetime(2027, 3, 31, 8, tzinfo=UTC), datetime(2027, 3, 31, 10, tzinfo=UTC)


@pytest.fixture
def desk(database: Database) -> CountedDesk:
    return open_desk(database, OPENED)


def add(desk: CountedDesk, name: str = "Anna") -> int:
    """Add somebody who has everything that one can sign in with, and did something."""

    def fill(session: Session) -> int:
        user = add_user(session, desk.id, name, Role.DESK, cleared=True)
        session.execute(update(User).where(User.id == user).values(issuer="https://id", subject=name))
        add_local_account(session, user, f"{name}@example.org", email=f"{name}@example.org", locale="nl")
        issue_link(session, user, LinkPurpose.INVITATION, OPENED)
        renew_recovery_codes(session, user)
        issue_token(session, user, OPENED, timedelta(days=3650))
        token = session.scalars(select(Token.id).where(Token.user_id == user)).one()
        session.add(_browser(user, token))
        work = Workplace(desk.id, desk.directory, KEYS, desk.asker_keys, OPENED, "en", user_id=user)
        register_request(session, work, Right.ACCESS, OPENED.date())
        return user

    return desk.database.write(fill)


def _browser(user: int, token: int) -> UserSession:
    moments = {"opened_at": OPENED, "seen_at": OPENED, "ends_at": OPENED + timedelta(days=4000)}
    return UserSession(
        hash=user.to_bytes(32, "big"), user_id=user, token_id=token, how=SignedInWith.TOKEN, **moments
    )


def close(desk: CountedDesk, user: int, now: datetime = CLOSED) -> None:
    desk.database.write(lambda session: close_user(session, desk.id, user, now))


def run(desk: CountedDesk, now: datetime) -> None:
    assert run_retention(Run(desk.database, desk.id, now, "worker", lambda: True))


def facts(desk: CountedDesk, user: int) -> UserFacts:
    with desk.database.read() as session:
        (found,) = [one for one in list_users(session, desk.id) if one.id == user]
    return found


def due(desk: CountedDesk, now: datetime) -> tuple[int, int]:
    with desk.database.read() as session:
        (found,) = [
            one for one in count_all_due(session, desk.id, now) if one.rule.data_class is DataClass.USERS
        ]
    return found.due, found.held


def test_two_years_after_the_end_nothing_leads_to_somebody_and_their_number_stays(desk: CountedDesk) -> None:
    gone, colleague = add(desk), add(desk, "Bert")
    close(desk, gone)
    # Closing once more does not make the time begin anew.
    close(desk, gone, CLOSED + timedelta(days=300))
    run(desk, BEFORE)
    assert (facts(desk, gone).name, due(desk, BEFORE), due(desk, AFTER)) == ("Anna", (0, 0), (1, 0))
    run(desk, AFTER)
    assert (facts(desk, gone).name, facts(desk, gone).login, facts(desk, gone).active) == (None, None, False)
    assert (facts(desk, colleague).name, facts(desk, colleague).login) == ("Bert", "bert@example.org")
    with desk.database.read() as session:
        row = session.get_one(User, gone)
        assert (row.issuer, row.subject, row.role) == (None, None, Role.DESK)
        for model in (LocalAccount, RecoveryCode, AccountLink, Token, UserSession):
            assert set(session.scalars(select(model.user_id))) == {colleague}, model
        assert set(session.scalars(select(RightExercised.user_id))) == {gone, colleague}
        (record,) = [
            one for one in list_destructions(session, desk.id) if one.rule.data_class is DataClass.USERS
        ]
    assert (record.count, record.finished_at, str(record.rule.period)) == (1, AFTER, "24 months")
    assert due(desk, AFTER) == (0, 0)


def test_a_hold_on_the_desk_keeps_names_until_it_ends(desk: CountedDesk) -> None:
    close(desk, add(desk))
    until = AFTER.date() + timedelta(days=9)

    def hold(session: Session) -> None:
        place_hold(session, desk.id, HoldReason.INCIDENT, AFTER, until=until)

    desk.database.write(hold)
    assert due(desk, AFTER) == (0, 1)
    run(desk, AFTER)
    assert due(desk, AFTER) == (0, 1)
    later = AFTER + timedelta(days=10)
    assert due(desk, later) == (1, 0)
    run(desk, later)
    assert due(desk, later) == (0, 0)


def test_a_desk_may_choose_another_period(desk: CountedDesk) -> None:
    user = add(desk)
    close(desk, user)
    rule = changed_rule(shipped_schedule()[DataClass.USERS], period=Period(3, Unit.MONTHS))
    desk.database.write(lambda session: set_rule(session, desk.id, rule, OPENED))
    run(desk, CLOSED + timedelta(days=80))
    assert facts(desk, user).name == "Anna"
    run(desk, CLOSED + timedelta(days=100))
    assert facts(desk, user).name is None


def test_more_than_one_transaction_deals_with_go_too(desk: CountedDesk) -> None:
    def fill(session: Session) -> None:
        for number in range(AT_ONCE + 1):
            add_user(session, desk.id, f"Colleague {number}", Role.DESK)
        session.execute(update(User).values(active=False, closed_at=CLOSED))

    desk.database.write(fill)
    run(desk, AFTER)
    with desk.database.read() as session:
        assert session.scalar(select(func.count()).where(User.name.is_not(None))) == 0


def test_a_run_of_one_desk_leaves_the_people_of_another(desk: CountedDesk, database: Database) -> None:
    other = open_small_desk(database, "Another desk").desk
    theirs = other.users["desk"]
    database.write(lambda session: close_user(session, other.id, theirs, CLOSED))
    run(desk, AFTER)
    with database.read() as session:
        assert session.get_one(User, theirs).name is not None

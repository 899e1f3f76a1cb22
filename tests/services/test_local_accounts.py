"""Accounts with a password and a second factor, on a database that all tests here share."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from servicebalie.core.limits import SessionLimits
from servicebalie.core.local_accounts import LINK_LASTS, LinkPurpose
from servicebalie.core.passwords import UnfitPassword
from servicebalie.core.vocabulary import SignedInWith
from servicebalie.db import Database
from servicebalie.models.accounts import User, UserSession
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.local_accounts import AccountLink, LocalAccount
from servicebalie.services.local_accounts import (
    LINKS_AN_HOUR,
    Link,
    LinkNotGood,
    LoginTaken,
    NoLocalAccount,
    add_local_account,
    ask_for_link,
    change_authenticator,
    change_password,
    choose_first_password,
    find_link,
    finish_invitation,
    forget_links,
    invite_user,
    issue_link,
    replace_forgotten_password,
)
from servicebalie.services.local_sign_in import WrongCode, find_given
from servicebalie.services.passwords import Passwords
from servicebalie.services.second_factors import (
    count_recovery_codes,
    new_totp_secret,
    renew_recovery_codes,
    take_second_factor,
    totp_address,
)
from servicebalie.services.sessions import open_session_of
from tests.support.local_accounts import OTHER_PASSWORD, PASSWORD, QUICK, Account, set_up_account
from tests.support.workplace import KEYS, NOW, SmallWorkplace, open_small_desk

PASSWORDS = Passwords(QUICK)
SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def desk(shared_database_url: str) -> Iterator[SmallWorkplace]:
    """A small desk of which the librarian's login is in use nowhere else."""
    database = Database(shared_database_url)
    yield open_small_desk(database, f"Desk {uuid4()}")
    database.dispose()


@pytest.fixture
def account(desk: SmallWorkplace) -> Account:
    """The account of the librarian."""
    user_id, login = desk.desk.users["library"], f"{uuid4()}@example.org"
    return desk.database.write(lambda session: set_up_account(session, KEYS, user_id, NOW, login))


def link_of(desk: SmallWorkplace, secret: str, now: datetime = NOW) -> Link:
    return desk.read(lambda session: find_link(session, KEYS, secret, now))


def new_link(desk: SmallWorkplace, account: Account, purpose: LinkPurpose = LinkPurpose.INVITATION) -> str:
    return desk.database.write(lambda session: issue_link(session, account.user_id, purpose, NOW))


def takes(desk: SmallWorkplace, account: Account, typed: str, now: datetime) -> bool:
    return desk.database.write(lambda session: take_second_factor(session, KEYS, account.user_id, typed, now))


def has_password(desk: SmallWorkplace, account: Account, password: str) -> bool:
    given = desk.read(lambda session: find_given(session, account.user_id))
    return given is not None and PASSWORDS.is_right(password, given.password_hash)


def sign_in(desk: SmallWorkplace, account: Account) -> None:
    limits = SessionLimits()
    desk.database.write(
        lambda session: open_session_of(session, account.user_id, SignedInWith.PASSWORD, NOW, limits)
    )


def open_sessions(desk: SmallWorkplace, account: Account) -> int:
    count = select(func.count()).select_from(UserSession).where(UserSession.user_id == account.user_id)
    return desk.read(lambda session: session.scalars(count).one())


def test_a_login_belongs_to_one_user_however_it_is_typed(desk: SmallWorkplace, account: Account) -> None:
    typed = f" {account.login.upper()} "
    with pytest.raises(LoginTaken), desk.database.begin() as session:
        add_local_account(session, desk.desk.users["town"], typed, email=None, locale="nl")


def test_what_is_chosen_with_an_invitation_counts_when_all_of_it_is_there(
    desk: SmallWorkplace, account: Account
) -> None:
    secret = new_link(desk, account)
    with desk.database.begin() as session:
        choose_first_password(session, KEYS, PASSWORDS, link_of(desk, secret), OTHER_PASSWORD)
    assert has_password(desk, account, PASSWORD)
    with pytest.raises(WrongCode), desk.database.begin() as session:
        finish_invitation(session, KEYS, link_of(desk, secret), "000000", NOW)
    sign_in(desk, account)
    link = link_of(desk, secret)
    renewed = Account(account.user_id, account.login, link.totp_secret or "", [])
    with desk.database.begin() as session:
        recovery = finish_invitation(session, KEYS, link, renewed.code(NOW), NOW)
    assert has_password(desk, account, OTHER_PASSWORD)
    assert open_sessions(desk, account) == 0
    assert not takes(desk, account, account.code(SOON), SOON)
    assert not takes(desk, account, account.recovery[0], SOON)
    assert takes(desk, account, recovery[0], SOON)
    with pytest.raises(LinkNotGood):
        link_of(desk, secret)


def test_a_password_that_is_not_fit_is_taken_nowhere(desk: SmallWorkplace, account: Account) -> None:
    link = link_of(desk, new_link(desk, account))
    for choose in (
        lambda session: choose_first_password(session, KEYS, PASSWORDS, link, "Welkom123456"),
        lambda session: replace_forgotten_password(session, PASSWORDS, link, "Librarian-26", SOON),
        lambda session: change_password(session, account.user_id, PASSWORDS, "librarian 2026", SOON),
    ):
        with pytest.raises(UnfitPassword):
            desk.database.write(choose)
    assert has_password(desk, account, PASSWORD)


def test_a_link_ends_with_its_time_and_with_its_user(desk: SmallWorkplace, account: Account) -> None:
    for purpose, lasts in LINK_LASTS.items():
        secret = new_link(desk, account, purpose)
        assert link_of(desk, secret, NOW + lasts - timedelta(seconds=1)).purpose is purpose
        with pytest.raises(LinkNotGood):
            link_of(desk, secret, NOW + lasts)
    secret = new_link(desk, account)
    with desk.database.begin() as session:
        session.execute(update(User).where(User.id == account.user_id).values(active=False))
    with pytest.raises(LinkNotGood):
        link_of(desk, secret)
    assert desk.read(lambda session: find_given(session, account.user_id)) is None


def test_links_that_are_too_old_are_forgotten(desk: SmallWorkplace, account: Account) -> None:
    new_link(desk, account)
    desk.database.write(lambda session: forget_links(session, NOW + timedelta(hours=72)))
    of_user = select(AccountLink).where(AccountLink.user_id == account.user_id)
    assert desk.read(lambda session: session.scalars(of_user).all()) == []


def test_a_forgotten_password_is_replaced_and_ends_all_sessions_and_links(
    desk: SmallWorkplace, account: Account
) -> None:
    secret = new_link(desk, account, LinkPurpose.FORGOTTEN)
    sign_in(desk, account)
    with desk.database.begin() as session:
        replace_forgotten_password(session, PASSWORDS, link_of(desk, secret), OTHER_PASSWORD, SOON)
    assert has_password(desk, account, OTHER_PASSWORD)
    assert open_sessions(desk, account) == 0
    with pytest.raises(LinkNotGood):
        link_of(desk, secret)
    assert takes(desk, account, account.code(SOON), SOON)


def test_another_password_ends_all_sessions(desk: SmallWorkplace, account: Account) -> None:
    sign_in(desk, account)
    with desk.database.begin() as session:
        change_password(session, account.user_id, PASSWORDS, OTHER_PASSWORD, SOON)
    assert has_password(desk, account, OTHER_PASSWORD)
    assert open_sessions(desk, account) == 0


def test_a_code_is_good_in_its_step_and_the_ones_beside_it_and_once(
    desk: SmallWorkplace, account: Account
) -> None:
    step = timedelta(seconds=30)
    code = account.code(SOON)
    assert not takes(desk, account, code, SOON - 2 * step)
    assert not takes(desk, account, code, SOON + 2 * step)
    assert takes(desk, account, f"{code[:3]} {code[3:]}", SOON + step)
    assert not takes(desk, account, code, SOON)
    assert not takes(desk, account, account.code(NOW), NOW + step), "an earlier step is over too"
    assert takes(desk, account, account.code(SOON + step), SOON)


def test_another_authenticator_takes_the_place_of_the_first_when_it_works(
    desk: SmallWorkplace, account: Account
) -> None:
    other = Account(account.user_id, account.login, new_totp_secret(), [])
    for typed in ("123", other.code(SOON)):
        try:
            with desk.database.begin() as session:
                change_authenticator(session, KEYS, account.user_id, other.secret, code=typed, now=SOON)
        except WrongCode:
            assert typed == "123"
    assert not takes(desk, account, other.code(SOON), SOON), "the code that proved it is used"
    later = SOON + timedelta(minutes=1)
    assert not takes(desk, account, account.code(later), later)
    assert takes(desk, account, other.code(later), later)


def test_the_secret_of_an_authenticator_is_not_readable_in_the_database(
    desk: SmallWorkplace, account: Account
) -> None:
    row = desk.read(lambda session: session.get_one(LocalAccount, account.user_id))
    assert account.secret.encode() not in (row.totp_sealed or b"")
    assert row.password_hash
    assert PASSWORD not in row.password_hash
    assert "issuer=My%20desk" in totp_address(account.secret, account.login, "My desk")


def test_codes_for_recovery_are_good_once_and_new_ones_end_the_old(
    desk: SmallWorkplace, account: Account
) -> None:
    first, second = account.recovery[:2]
    assert takes(desk, account, f" {first.lower()} ", NOW)
    assert not takes(desk, account, first, NOW)
    assert desk.read(lambda session: count_recovery_codes(session, account.user_id)) == 9
    renewed = desk.database.write(lambda session: renew_recovery_codes(session, account.user_id))
    assert not takes(desk, account, second, NOW)
    assert takes(desk, account, renewed[0], NOW)


def test_who_has_no_account_has_no_second_factor_either(desk: SmallWorkplace, account: Account) -> None:
    stranger = Account(desk.desk.users["town"], "", account.secret, [])
    assert not takes(desk, stranger, account.code(SOON), SOON)
    assert not takes(desk, stranger, account.recovery[0], SOON)


def test_only_who_has_a_login_at_the_desk_is_invited(desk: SmallWorkplace, account: Account) -> None:
    for desk_id, user_id in (
        (desk.desk.id, desk.desk.users["town"]),
        (desk.desk.id + 1, account.user_id),
    ):
        with pytest.raises(NoLocalAccount):
            desk.database.write(lambda session, at=desk_id, who=user_id: invite_user(session, at, who, NOW))


def test_who_has_no_address_gets_no_mail(desk: SmallWorkplace) -> None:
    with desk.database.begin() as session:
        add_local_account(session, desk.desk.users["town"], str(uuid4()), email=None, locale="nl")
        assert invite_user(session, desk.desk.id, desk.desk.users["town"], NOW).locale == "nl"
        of_desk = select(OutboxMessage).where(OutboxMessage.desk_id == desk.desk.id)
        assert session.scalars(of_desk).all() == []


def test_mail_is_noted_with_the_number_of_the_user_and_of_nobody_for_an_unknown_address(
    desk: SmallWorkplace, account: Account
) -> None:
    desk.do(ask_for_link, account.login.upper())
    desk.do(ask_for_link, "nobody@example.org")
    invitation = desk.database.write(lambda session: invite_user(session, desk.desk.id, account.user_id, NOW))
    assert link_of(desk, invitation.secret).user_id == account.user_id
    noted = desk.read(
        lambda session: session.scalars(
            select(OutboxMessage).where(OutboxMessage.desk_id == desk.desk.id).order_by(OutboxMessage.id)
        ).all()
    )
    assert sorted((row.kind, row.payload["user"], row.locale) for row in noted) == [
        ("forgotten-password", 0, "pl"),
        ("forgotten-password", account.user_id, "pl"),
        ("invitation", account.user_id, "en"),
    ]


def test_one_address_is_not_sent_links_without_end(desk: SmallWorkplace, account: Account) -> None:
    for _ in range(LINKS_AN_HOUR + 2):
        desk.do(ask_for_link, account.login)
    of_desk = select(OutboxMessage).where(OutboxMessage.desk_id == desk.desk.id)
    assert len(desk.read(lambda session: session.scalars(of_desk).all())) == LINKS_AN_HOUR

"""Mail with a link for the account of somebody who works with a desk."""

import re
from collections.abc import Callable
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from servicebalie.core.local_accounts import LinkPurpose
from servicebalie.core.vocabulary import Role
from servicebalie.models.local_accounts import AccountLink, LocalAccount
from servicebalie.services.account_changes import change_recovery_codes
from servicebalie.services.accounts import add_user
from servicebalie.services.local_accounts import (
    add_local_account,
    ask_for_link,
    change_authenticator,
    change_password,
    choose_first_password,
    find_link,
    finish_invitation,
    invite_user,
    issue_link,
    replace_forgotten_password,
)
from servicebalie.services.passwords import Passwords
from servicebalie.services.second_factors import new_totp_secret
from servicebalie.services.users import close_user
from tests.support.local_accounts import OTHER_PASSWORD, PASSWORD, QUICK, Account, set_up_account
from tests.worker.conftest import NOW, Desk, Mailroom, part

EMAIL = "clerk@example.org"


def add_clerk(desk: Desk) -> int:
    """Add somebody at the desk."""
    return desk.database.write(lambda session: add_user(session, desk.work.desk_id, "Clerk", Role.DESK))


@pytest.mark.parametrize(("locale", "greeting"), [("nl", "Goedendag,"), ("en", "Good day,")])
def test_who_is_invited_gets_a_link_that_is_good(
    desk: Desk, mailroom: Mailroom, locale: str, greeting: str
) -> None:
    clerk = add_clerk(desk)
    with desk.database.begin() as session:
        add_local_account(session, clerk, EMAIL, email=EMAIL, locale=locale)
        invite_user(session, desk.work.desk_id, clerk, NOW)
    mail = mailroom.deliver_one()
    text = part(mail, "plain")
    assert mail["To"] == EMAIL
    assert text.startswith(greeting)
    found = re.search(rf"/{locale}/account-link/(\S+)", text)
    assert found
    with desk.database.read() as session:
        link = find_link(session, desk.work.keys, found[1], NOW)
    assert (link.user_id, link.purpose) == (clerk, LinkPurpose.INVITATION)


def test_a_forgotten_password_is_mailed_about_to_whoever_has_one_and_to_nobody_else(
    desk: Desk, mailroom: Mailroom
) -> None:
    clerk = add_clerk(desk)
    desk.database.write(lambda session: set_up_account(session, desk.work.keys, clerk, NOW, EMAIL))
    ask = replace(desk.work, locale="nl")
    for address in ("nobody@example.org", EMAIL):
        desk.database.write(lambda session, to=address: ask_for_link(session, ask, to))
    mail = mailroom.deliver_one()
    assert (mail["To"], mail["Content-Language"]) == (EMAIL, "nl")
    assert PASSWORD not in part(mail, "plain")
    desk.database.write(lambda session: ask_for_link(session, ask, EMAIL))
    desk.database.write(lambda session: close_user(session, desk.work.desk_id, clerk, NOW))
    assert len(mailroom.deliver()) == 1
    with desk.database.read() as session:
        assert session.scalar(select(func.count()).select_from(AccountLink)) == 1


def test_who_has_no_password_yet_is_not_sent_a_link_for_a_new_one(desk: Desk, mailroom: Mailroom) -> None:
    clerk = add_clerk(desk)
    with desk.database.begin() as session:
        set_up_account(session, desk.work.keys, clerk, NOW, EMAIL)
        ask_for_link(session, desk.work, EMAIL)
        session.execute(update(LocalAccount).values(password_hash=None))
    assert mailroom.deliver() == []


PASSWORDS = Passwords(QUICK)
Change = Callable[[Session, Desk, Account], object]


def new_password(session: Session, _desk: Desk, account: Account) -> None:
    change_password(session, account.user_id, PASSWORDS, OTHER_PASSWORD, NOW)


def forgotten_password(session: Session, desk: Desk, account: Account) -> None:
    secret = issue_link(session, account.user_id, LinkPurpose.FORGOTTEN, NOW)
    link = find_link(session, desk.work.keys, secret, NOW)
    replace_forgotten_password(session, PASSWORDS, link, OTHER_PASSWORD, NOW)


def new_authenticator(session: Session, desk: Desk, account: Account) -> None:
    secret = new_totp_secret()
    code = pyotp.TOTP(secret).at(NOW)
    change_authenticator(session, desk.work.keys, account.user_id, secret, code=code, now=NOW)


def new_recovery_codes(session: Session, _desk: Desk, account: Account) -> None:
    change_recovery_codes(session, account.user_id, NOW)


def everything(session: Session, desk: Desk, account: Account) -> None:
    keys = desk.work.keys
    secret = issue_link(session, account.user_id, LinkPurpose.INVITATION, NOW)
    choose_first_password(session, keys, PASSWORDS, find_link(session, keys, secret, NOW), OTHER_PASSWORD)
    link = find_link(session, keys, secret, NOW)
    finish_invitation(session, keys, link, pyotp.TOTP(link.totp_secret or "").at(NOW), NOW)


@pytest.mark.parametrize(
    ("change", "english", "dutch"),
    [
        (new_password, "The password of your login", "Het wachtwoord van uw inlognaam"),
        (forgotten_password, "The password of your login", "Het wachtwoord van uw inlognaam"),
        (new_authenticator, "has another authenticator now", "heeft nu een andere authenticator"),
        (new_recovery_codes, "New recovery codes were made", "Er zijn nieuwe herstelcodes gemaakt"),
        (everything, "was set up again with a link", "is opnieuw ingesteld met een link"),
    ],
)
@pytest.mark.parametrize("locale", ["en", "nl"])
def test_who_has_an_account_is_told_of_a_change_and_what_to_do_if_it_was_not_them(
    desk: Desk, mailroom: Mailroom, change: Change, english: str, dutch: str, locale: str
) -> None:
    clerk = add_clerk(desk)
    account = desk.database.write(lambda s: set_up_account(s, desk.work.keys, clerk, NOW, EMAIL))
    assert mailroom.deliver() == []
    desk.database.write(lambda session: session.execute(update(LocalAccount).values(locale=locale)))
    desk.database.write(lambda session: change(session, desk, account))
    mail = mailroom.deliver_one()
    text = part(mail, "plain")
    assert (mail["To"], mail["Content-Language"]) == (EMAIL, locale)
    assert (english if locale == "en" else dutch) in text
    assert ("Was it not you?" if locale == "en" else "Was u dit niet?") in text
    assert f"\n\nhttps://desk.example.org/{locale}/account/password\n\n" in text
    assert "account-link" not in text
    assert OTHER_PASSWORD not in text


def test_who_has_no_address_or_was_closed_is_not_told(desk: Desk, mailroom: Mailroom) -> None:
    one, other = add_clerk(desk), add_clerk(desk)
    accounts = [
        desk.database.write(lambda s, u=user, login=login: set_up_account(s, desk.work.keys, u, NOW, login))
        for user, login in ((one, "clerk"), (other, EMAIL))
    ]
    for account in accounts:
        desk.database.write(lambda session, of=account: new_password(session, desk, of))
    desk.database.write(lambda session: close_user(session, desk.work.desk_id, other, NOW))
    assert mailroom.deliver() == []

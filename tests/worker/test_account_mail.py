"""Mail with a link for the account of somebody who works with a desk."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from servicebalie.core.local_accounts import LinkPurpose
from servicebalie.core.vocabulary import Role
from servicebalie.models.local_accounts import AccountLink, LocalAccount
from servicebalie.services.accounts import add_user
from servicebalie.services.local_accounts import add_local_account, ask_for_link, find_link, invite_user
from servicebalie.services.users import close_user
from tests.support.local_accounts import PASSWORD, set_up_account
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

"""Accounts with a password and a second factor: inviting, setting up, and what their owners change.

Somebody is invited with a link and sets up everything in one go, password, authenticator and codes for
recovery, so that no account ever has a password without a second factor.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.keys import Keys
from servicebalie.core.limits import Limit
from servicebalie.core.local_accounts import LINK_LASTS, LinkPurpose
from servicebalie.models.accounts import User
from servicebalie.models.base import table_of
from servicebalie.models.desks import Desk
from servicebalie.models.local_accounts import AccountLink, LocalAccount
from servicebalie.services.account_changes import tell_owner
from servicebalie.services.accounts import digest_of
from servicebalie.services.limits import take_turn
from servicebalie.services.local_sign_in import EVERYWHERE, WrongCode, fold_login
from servicebalie.services.outbox import Delivery, enqueue
from servicebalie.services.passwords import Passwords
from servicebalie.services.second_factors import (
    matching_step,
    new_totp_secret,
    open_totp_secret,
    renew_recovery_codes,
    seal_totp_secret,
)
from servicebalie.services.sessions import end_sessions
from servicebalie.services.workplace import Workplace

NOBODY = 0
"""The user of a delivery that was asked for with an address that we do not know."""

LINKS_AN_HOUR = 5
"""How many links for a new password go to one address in an hour."""

_ACCOUNTS, _LINKS = table_of(LocalAccount), table_of(AccountLink)
_USERS, _DESKS = table_of(User), table_of(Desk)


class LoginTaken(ServicebalieError):
    """Another user of the deployment has this login."""

    code = "login-taken"


class NoLocalAccount(ServicebalieError):
    """The desk has no such user, or they have no login; `user` is the number."""

    code = "no-local-account"


class LinkNotGood(ServicebalieError):
    """The link was used, is too old, or never was one."""

    code = "link-not-good"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is good: whose it is, and how far they are.

    `totp_secret` is there when a password was chosen; only an invitation has one.
    """

    digest: bytes
    purpose: LinkPurpose
    user_id: int
    login: str
    name: str
    desk: str
    password_hash: str | None
    totp_secret: str | None


def add_local_account(session: Session, user_id: int, login: str, *, email: str | None, locale: str) -> None:
    """Give a user a login, with which nobody can sign in before it was set up; raises `LoginTaken`."""
    folded = fold_login(login)
    if session.scalar(select(_ACCOUNTS.c.user_id).where(_ACCOUNTS.c.login == folded)) is not None:
        raise LoginTaken
    session.execute(
        insert(_ACCOUNTS).values(
            user_id=user_id, login=folded, email=email and fold_login(email), locale=locale, totp_step=0
        )
    )


def issue_link(session: Session, user_id: int, purpose: LinkPurpose, now: datetime) -> str:
    """Make a link for a user; this is the only time its secret can be read. Earlier ones stay good."""
    secret = secrets.token_urlsafe(32)
    session.execute(
        insert(_LINKS).values(
            hash=digest_of(secret), user_id=user_id, purpose=purpose, expires_at=now + LINK_LASTS[purpose]
        )
    )
    return secret


@dataclass(frozen=True, slots=True)
class Invitation:
    """The secret of a link that was just made, and the language of whom it is for."""

    secret: str
    locale: str


def invite_user(session: Session, desk_id: int, user_id: int, now: datetime) -> Invitation:
    """Make a link with which somebody at the desk sets up the account, anew if need be.

    To an e-mail address another one is sent; the worker makes that, so it is kept nowhere. Raises
    `NoLocalAccount`.
    """
    row = session.execute(
        select(_ACCOUNTS.c.email, _ACCOUNTS.c.locale)
        .join(_USERS, _USERS.c.id == _ACCOUNTS.c.user_id)
        .where(_ACCOUNTS.c.user_id == user_id, _USERS.c.desk_id == desk_id, _USERS.c.active)
    ).first()
    if row is None:
        raise NoLocalAccount(user=user_id)
    if row.email:
        enqueue(session, desk_id, Delivery.INVITATION, {"user": user_id}, row.locale, now)
    return Invitation(issue_link(session, user_id, LinkPurpose.INVITATION, now), row.locale)


def ask_for_link(session: Session, work: Workplace, email: str) -> None:
    """Have a link for a new password sent to whoever has this e-mail address and set up an account.

    For an address that nobody has a delivery is noted as well, which tells nobody anything: so the time does
    not tell either who works here. Nobody is sent more than `LINKS_AN_HOUR`; each of them works.
    """
    folded = fold_login(email)
    often = Limit(f"link {folded}", LINKS_AN_HOUR, LINKS_AN_HOUR)
    if take_turn(session, work, often, EVERYWHERE):
        return
    user_id = session.scalar(
        select(_ACCOUNTS.c.user_id)
        .join(_USERS, _USERS.c.id == _ACCOUNTS.c.user_id)
        .where(_ACCOUNTS.c.email == folded, _ACCOUNTS.c.password_hash.is_not(None), _USERS.c.active)
        .order_by(_ACCOUNTS.c.user_id)
        .limit(1)
    )
    payload = {"user": user_id or NOBODY}
    enqueue(session, work.desk_id, Delivery.FORGOTTEN_PASSWORD, payload, work.locale, work.now)


def find_link(session: Session, keys: Keys, secret: str, now: datetime) -> Link:
    """Return the link with this secret; raises `LinkNotGood`."""
    row = session.execute(
        select(
            _LINKS.c.hash,
            _LINKS.c.purpose,
            _LINKS.c.user_id,
            _ACCOUNTS.c.login,
            _USERS.c.name,
            _DESKS.c.name,
            _LINKS.c.password_hash,
            _LINKS.c.totp_sealed,
        )
        .join(_ACCOUNTS, _ACCOUNTS.c.user_id == _LINKS.c.user_id)
        .join(_USERS, _USERS.c.id == _LINKS.c.user_id)
        .join(_DESKS, _DESKS.c.id == _USERS.c.desk_id)
        .where(_LINKS.c.hash == digest_of(secret), _LINKS.c.expires_at > now, _USERS.c.active)
    ).first()
    if row is None:
        raise LinkNotGood
    *facts, sealed = row
    totp_secret = open_totp_secret(keys, row.user_id, sealed) if sealed else None
    return Link(*[*facts, totp_secret])


def choose_first_password(
    session: Session, keys: Keys, passwords: Passwords, link: Link, password: str
) -> None:
    """Keep the password of an invitation, and the secret of an authenticator that is to be added.

    Neither is good for anything before `finish_invitation`. Raises `UnfitPassword`.
    """
    passwords.check(password, link.login, link.name, link.desk)
    session.execute(
        update(_LINKS)
        .where(_LINKS.c.hash == link.digest)
        .values(
            password_hash=passwords.hash(password),
            totp_sealed=seal_totp_secret(keys, link.user_id, new_totp_secret()),
        )
    )


def finish_invitation(session: Session, keys: Keys, link: Link, code: str, now: datetime) -> list[str]:
    """Set an account up with what was chosen, in place of what it had, and return the codes for recovery.

    A code proves that the authenticator works; raises `WrongCode`. All sessions and links of the user end.
    The owner of an account that was set up before is told.
    """
    assert link.totp_secret is not None  # noqa: S101 - the page asks for the password first
    step = matching_step(link.totp_secret, code, now)
    if step is None:
        raise WrongCode
    before = select(_ACCOUNTS.c.password_hash).where(_ACCOUNTS.c.user_id == link.user_id)
    if session.scalar(before) is not None:
        tell_owner(session, link.user_id, Delivery.ACCOUNT_SET_UP_AGAIN, now)
    _set(
        session,
        link.user_id,
        password_hash=link.password_hash,
        totp_sealed=seal_totp_secret(keys, link.user_id, link.totp_secret),
        totp_step=step,
    )
    _end_all(session, link.user_id)
    return renew_recovery_codes(session, link.user_id)


def replace_forgotten_password(
    session: Session, passwords: Passwords, link: Link, password: str, now: datetime
) -> None:
    """Give an account a new password; its owner has given a code already. Raises `UnfitPassword`.

    All sessions and links of the user end.
    """
    passwords.check(password, link.login, link.name, link.desk)
    _set(session, link.user_id, password_hash=passwords.hash(password))
    tell_owner(session, link.user_id, Delivery.PASSWORD_CHANGED, now)
    _end_all(session, link.user_id)


def check_new_password(session: Session, user_id: int, passwords: Passwords, password: str) -> None:
    """Raise `UnfitPassword` for a password that the account of this user may not have."""
    about = session.execute(
        select(_ACCOUNTS.c.login, _USERS.c.name, _DESKS.c.name)
        .join(_USERS, _USERS.c.id == _ACCOUNTS.c.user_id)
        .join(_DESKS, _DESKS.c.id == _USERS.c.desk_id)
        .where(_ACCOUNTS.c.user_id == user_id)
    ).one()
    passwords.check(password, *about)


def change_password(
    session: Session, user_id: int, passwords: Passwords, password: str, now: datetime
) -> None:
    """Give the account of somebody who is signed in another password; raises `UnfitPassword`.

    All sessions end, so whoever calls this opens a new one.
    """
    check_new_password(session, user_id, passwords, password)
    _set(session, user_id, password_hash=passwords.hash(password))
    tell_owner(session, user_id, Delivery.PASSWORD_CHANGED, now)
    _end_all(session, user_id)


def change_authenticator(
    session: Session, keys: Keys, user_id: int, secret: str, *, code: str, now: datetime
) -> None:
    """Take codes of another authenticator from now on; raises `WrongCode` when it does not give them."""
    step = matching_step(secret, code, now)
    if step is None:
        raise WrongCode
    _set(session, user_id, totp_sealed=seal_totp_secret(keys, user_id, secret), totp_step=step)
    tell_owner(session, user_id, Delivery.AUTHENTICATOR_CHANGED, now)


def forget_links(session: Session, now: datetime) -> None:
    """Delete the links that are too old."""
    session.execute(delete(_LINKS).where(_LINKS.c.expires_at <= now))


def _set(session: Session, user_id: int, **columns: object) -> None:
    session.execute(update(_ACCOUNTS).where(_ACCOUNTS.c.user_id == user_id).values(**columns))


def _end_all(session: Session, user_id: int) -> None:
    end_sessions(session, user_id)
    session.execute(delete(_LINKS).where(_LINKS.c.user_id == user_id))

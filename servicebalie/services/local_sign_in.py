"""Signing in with a password and a second factor, as often as is still safe.

Only wrong tries count. A browser in which somebody signed in before has tries of its own for that login; all
others share those of their address and network, for each login and for all together. So nobody is shut out
by what others try elsewhere. Who knows a password can try a few codes in an hour, wherever from: only there
may the owner have to wait too, in a browser that is new to us.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.limits import Limit
from servicebalie.core.origins import Origin
from servicebalie.core.passwords import fold
from servicebalie.models.accounts import User
from servicebalie.models.base import table_of
from servicebalie.models.local_accounts import LocalAccount
from servicebalie.services.known_devices import device_of
from servicebalie.services.limits import take_turn, wait_until
from servicebalie.services.passwords import Passwords
from servicebalie.services.second_factors import take_second_factor
from servicebalie.services.workplace import Workplace

LONGEST_LOGIN = 254

EVERYWHERE = Origin("everywhere", "everywhere")
"""Where something is counted that is not counted by where it comes from."""

_ACCOUNTS, _USERS = table_of(LocalAccount), table_of(User)
_OF_DEVICE = 20

Budget: TypeAlias = tuple[Limit, Origin]


class WrongPassword(ServicebalieError):
    """There is no such login, it has another password, or its user may no longer work here."""

    code = "wrong-password"


class WrongCode(ServicebalieError):
    """The code is not one of the authenticator of now, or was used before."""

    code = "wrong-code"


class TooManyTries(ServicebalieError):
    """Too much was wrong lately; `until` is the moment from which one may try again."""

    code = "too-many-tries"

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


@dataclass(frozen=True, slots=True)
class Caller:
    """From where somebody tries; `device` is the cookie that a browser keeps after signing in, if any."""

    origin: Origin
    device: str


@dataclass(frozen=True, slots=True)
class PasswordGiven:
    """Somebody who gave the right password; it is another `password_hash` when the password changes."""

    user_id: int
    login: str
    password_hash: str


def fold_login(typed: str) -> str:
    """Return a login as it is kept: capitals and spaces around it do not count."""
    return fold(typed.strip())[:LONGEST_LOGIN]


def give_password(
    session: Session, work: Workplace, passwords: Passwords, caller: Caller, *, login: str, password: str
) -> PasswordGiven:
    """Return whose login and password these are.

    Raises `WrongPassword`, after the same work and with the same words whether there is such a login or not,
    and `TooManyTries`.
    """
    folded = fold_login(login)
    budgets = _for_passwords(work, folded, caller)
    _refuse_when_spent(session, work, budgets)
    row = session.execute(
        select(_ACCOUNTS.c.user_id, _ACCOUNTS.c.password_hash)
        .join(_USERS, _USERS.c.id == _ACCOUNTS.c.user_id)
        .where(_ACCOUNTS.c.login == folded, _USERS.c.active)
    ).first()
    kept: str | None = row.password_hash if row else None
    is_right = passwords.is_right(password, kept)
    if row is None or kept is None or not is_right:
        _spend(session, work, budgets)
        raise WrongPassword
    if passwords.is_outdated(kept):
        kept = passwords.hash(password)
        session.execute(
            update(_ACCOUNTS).where(_ACCOUNTS.c.user_id == row.user_id).values(password_hash=kept)
        )
    return PasswordGiven(row.user_id, folded, kept)


def find_given(session: Session, user_id: int) -> PasswordGiven | None:
    """Return the login and the password of a user as they are now; None without, and for who was closed."""
    row = session.execute(
        select(_ACCOUNTS.c.user_id, _ACCOUNTS.c.login, _ACCOUNTS.c.password_hash)
        .join(_USERS, _USERS.c.id == _ACCOUNTS.c.user_id)
        .where(_ACCOUNTS.c.user_id == user_id, _USERS.c.active, _ACCOUNTS.c.password_hash.is_not(None))
    ).first()
    return None if row is None else PasswordGiven(*row)


def give_code(session: Session, work: Workplace, caller: Caller, given: PasswordGiven, typed: str) -> None:
    """Use up a code of whoever gave the password; raises `WrongCode` and `TooManyTries`."""
    budgets = _for_codes(work, given.login, caller)
    _refuse_when_spent(session, work, budgets)
    if not take_second_factor(session, work.keys, given.user_id, typed, work.now):
        _spend(session, work, budgets)
        raise WrongCode


def _for_passwords(work: Workplace, login: str, caller: Caller) -> Sequence[Budget]:
    device = device_of(work.keys, caller.device, login)
    if device:
        return [(Limit(f"password {login}", _OF_DEVICE, _OF_DEVICE), Origin(device, device))]
    return [
        (Limit(f"password {login}", per_address=10, per_network=20), caller.origin),
        (Limit("passwords", per_address=100, per_network=500), caller.origin),
    ]


def _for_codes(work: Workplace, login: str, caller: Caller) -> Sequence[Budget]:
    device = device_of(work.keys, caller.device, login)
    if device:
        return [(Limit(f"code {login}", _OF_DEVICE, _OF_DEVICE), Origin(device, device))]
    return [
        (Limit(f"code {login}", per_address=10, per_network=10), caller.origin),
        (Limit(f"code {login}", per_address=20, per_network=20), EVERYWHERE),
    ]


def _refuse_when_spent(session: Session, work: Workplace, budgets: Sequence[Budget]) -> None:
    waits = [wait_until(session, work, limit, origin) for limit, origin in budgets]
    until = max((wait for wait in waits if wait), default=None)
    if until:
        raise TooManyTries(until)


def _spend(session: Session, work: Workplace, budgets: Sequence[Budget]) -> None:
    for limit, origin in budgets:
        take_turn(session, work, limit, origin)

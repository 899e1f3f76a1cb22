"""People with a password and an authenticator, quick to make."""

from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from servicebalie.core.keys import Keys
from servicebalie.core.local_accounts import LinkPurpose, PasswordCost
from servicebalie.services.local_accounts import (
    add_local_account,
    choose_first_password,
    find_link,
    finish_invitation,
    issue_link,
)
from servicebalie.services.passwords import Passwords

QUICK = PasswordCost(memory_kib=8, passes=1, lanes=1)
"""As little as argon2 can do."""

PASSWORD = "vier paarden drinken"
OTHER_PASSWORD = "vijf koeien grazen"


@dataclass(frozen=True, slots=True)
class Account:
    """What somebody with an account has: the secret of the authenticator and codes for recovery."""

    user_id: int
    login: str
    secret: str
    recovery: list[str]

    def code(self, now: datetime) -> str:
        """Return what the authenticator shows at a moment."""
        return pyotp.TOTP(self.secret).at(now)


def set_up_account(
    session: Session,
    keys: Keys,
    user_id: int,
    now: datetime,
    login: str = "librarian@example.org",
    *,
    passwords: Passwords | None = None,
) -> Account:
    """Give a user an account with `PASSWORD`; the code of this very step is used up."""
    passwords = passwords or Passwords(QUICK)
    add_local_account(session, user_id, login, email=login if "@" in login else None, locale="en")
    token = issue_link(session, user_id, LinkPurpose.INVITATION, now)
    choose_first_password(session, keys, passwords, find_link(session, keys, token, now), PASSWORD)
    link = find_link(session, keys, token, now)
    assert link.totp_secret
    code = pyotp.TOTP(link.totp_secret).at(now)
    return Account(user_id, login, link.totp_secret, finish_invitation(session, keys, link, code, now))

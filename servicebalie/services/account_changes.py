"""Telling the owner of an account that something with which one signs in was changed.

Who did not do that themselves can still stop whoever did: so the mail goes out whatever the change was, and
holds nothing of it.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.models.accounts import User
from servicebalie.models.local_accounts import LocalAccount
from servicebalie.services.outbox import Delivery, enqueue
from servicebalie.services.second_factors import renew_recovery_codes


def tell_owner(session: Session, user_id: int, change: Delivery, now: datetime) -> None:
    """Have a mail about a change sent to the e-mail address of an account, if it has one, in its language."""
    row = session.execute(
        select(User.desk_id, LocalAccount.locale)
        .join(User, User.id == LocalAccount.user_id)
        .where(LocalAccount.user_id == user_id, LocalAccount.email.is_not(None))
    ).first()
    if row is not None:
        enqueue(session, row.desk_id, change, {"user": user_id}, row.locale, now)


def change_recovery_codes(session: Session, user_id: int, now: datetime) -> list[str]:
    """Return new codes for somebody who is signed in; the old ones end."""
    tell_owner(session, user_id, Delivery.RECOVERY_CODES_RENEWED, now)
    return renew_recovery_codes(session, user_id)

"""People who do not work here any more: what leads to them goes, and their number stays.

What they did is noted by that number (events of referrals, rights, the audit trail), and stays so.
"""

from collections.abc import Sequence

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from servicebalie.models.accounts import Token, User, UserSession
from servicebalie.models.local_accounts import AccountLink, LocalAccount, RecoveryCode


def forget_users(session: Session, ids: Sequence[int]) -> int:
    """Take the names of users and all with which they signed in, and return how many they were.

    The role and the organisation stay: a line of the audit trail says nothing without them.
    """
    session.execute(delete(UserSession).where(UserSession.user_id.in_(ids)))
    delete_tokens(session, session.scalars(select(Token.id).where(Token.user_id.in_(ids))).all())
    for model in (RecoveryCode, AccountLink, LocalAccount):
        session.execute(delete(model).where(model.user_id.in_(ids)))
    session.execute(update(User).where(User.id.in_(ids)).values(name=None, issuer=None, subject=None))
    return len(ids)


def delete_tokens(session: Session, ids: Sequence[int]) -> None:
    """Delete tokens and the browsers signed in with them; of others that were made with them nobody knows it
    any more."""
    session.execute(delete(UserSession).where(UserSession.token_id.in_(ids)))
    left = or_(Token.id.in_(ids), Token.made_with.in_(ids))
    session.execute(update(Token).where(left).values(made_with=None))
    session.execute(delete(Token).where(Token.id.in_(ids)))

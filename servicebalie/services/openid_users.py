"""Users by the word of an OpenID provider: made and brought up to date each time they sign in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from servicebalie.core.openid import Identity, RoleRule
from servicebalie.models.accounts import Token, User
from servicebalie.models.directory import OrganisationRow
from servicebalie.services.sessions import end_sessions


class Refusal(StrEnum):
    """Why somebody whom their provider knows may not come in."""

    NO_ROLE = "openid-no-role"
    NO_ORGANISATION = "openid-no-organisation"
    CLOSED = "openid-closed"


def admit(
    session: Session, identity: Identity, rule: RoleRule | None, desk_id: int, now: datetime
) -> int | Refusal:
    """Make somebody what the rule says at this desk and return their user, or why they may not come in.

    Whatever they were before and are not any more ends, with its tokens and in all browsers: at another
    desk, and everywhere when no rule fits them. Who was closed here stays so.
    """
    known = session.scalars(
        select(User).where(User.issuer == identity.issuer, User.subject == identity.subject)
    ).all()
    organisation_id = _organisation(session, rule, desk_id)
    is_nowhere = rule is not None and rule.organisation is not None and organisation_id is None
    stays = rule is not None and not is_nowhere
    user = next((one for one in known if stays and one.desk_id == desk_id), None)
    for other in known:
        if other is not user:
            _end(session, other.id, now)
    if rule is None or is_nowhere:
        return Refusal.NO_ROLE if rule is None else Refusal.NO_ORGANISATION
    if user is None:
        user = User(desk_id=desk_id, issuer=identity.issuer, subject=identity.subject, active=True)
        session.add(user)
    user.name, user.role, user.cleared = identity.name, rule.role, rule.cleared
    user.organisation_id = organisation_id
    session.flush()
    return user.id if user.active else Refusal.CLOSED


def _organisation(session: Session, rule: RoleRule | None, desk_id: int) -> int | None:
    """Return the only organisation of the name that the rule has, or None."""
    if rule is None or rule.organisation is None:
        return None
    of_name = (OrganisationRow.desk_id == desk_id, OrganisationRow.name == rule.organisation)
    found = session.scalars(select(OrganisationRow.id).where(*of_name)).all()
    return found[0] if len(found) == 1 else None


def _end(session: Session, user_id: int, now: datetime) -> None:
    of_user = (Token.user_id == user_id, Token.revoked_at.is_(None))
    session.execute(update(Token).where(*of_user).values(revoked_at=now))
    end_sessions(session, user_id)

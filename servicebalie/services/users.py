"""Who works with a desk: adding people, listing them, and ending what they may do."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.vocabulary import Role
from servicebalie.models.accounts import Token, User
from servicebalie.models.directory import OrganisationRow
from servicebalie.models.local_accounts import LocalAccount
from servicebalie.services.accounts import add_user
from servicebalie.services.sessions import end_sessions


class NoSuchOrganisation(ServicebalieError):
    """The directory of the desk has no organisation, or several, of the name that was given."""

    code = "no-such-organisation"


class NoSuchUser(ServicebalieError):
    """The desk has no user with this number; `user` is the number."""

    code = "no-such-user"


@dataclass(frozen=True, slots=True)
class UserFacts:
    """A user of a desk; `expires_at` is until when their newest token is good, None without any.

    `login` is that of the local account, if they have one. `name` is None for a former colleague whose name
    was to be kept no longer.
    """

    id: int
    name: str | None
    role: Role
    organisation: str | None
    cleared: bool
    active: bool
    expires_at: datetime | None
    login: str | None


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody to be added; `organisation` is the name of a partner's in the directory, None for others."""

    name: str
    role: Role
    organisation: str | None
    cleared: bool


def add_new_user(session: Session, desk_id: int, user: NewUser) -> int:
    """Add somebody to a desk and return the id; raises `NoSuchOrganisation`."""
    of = None if user.organisation is None else _organisation(session, desk_id, user.organisation)
    return add_user(session, desk_id, user.name, user.role, organisation_id=of, cleared=user.cleared)


def _organisation(session: Session, desk_id: int, name: str) -> int:
    found = session.scalars(
        select(OrganisationRow.id).where(OrganisationRow.desk_id == desk_id, OrganisationRow.name == name)
    ).all()
    if len(found) != 1:
        raise NoSuchOrganisation
    return found[0]


def list_users(session: Session, desk_id: int) -> list[UserFacts]:
    """Return the users of a desk, in the order in which they were added."""
    good_until = (
        select(func.max(Token.expires_at))
        .where(Token.user_id == User.id, Token.revoked_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            User.id,
            User.name,
            User.role,
            OrganisationRow.name,
            User.cleared,
            User.active,
            good_until,
            LocalAccount.login,
        )
        .outerjoin(OrganisationRow, OrganisationRow.id == User.organisation_id)
        .outerjoin(LocalAccount, LocalAccount.user_id == User.id)
        .where(User.desk_id == desk_id)
        .order_by(User.id)
    )
    return [UserFacts(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Oneself:
    """A user as they see themselves; `organisation` is None for who works at the desk itself."""

    name: str
    role: Role
    organisation: str | None
    cleared: bool


def find_oneself(session: Session, user_id: int) -> Oneself:
    """Return what is known of the user who asks."""
    row = session.execute(
        # Who has no name any more cannot sign in, and so not ask.
        select(func.coalesce(User.name, ""), User.role, OrganisationRow.name, User.cleared)
        .outerjoin(OrganisationRow, OrganisationRow.id == User.organisation_id)
        .where(User.id == user_id)
    ).one()
    return Oneself(*row)


def close_user(session: Session, desk_id: int, user_id: int, now: datetime) -> None:
    """Let a user do nothing any more, with whatever token and in whatever browser; raises `NoSuchUser`.

    From the first time on counts how long their name is kept.
    """
    closed = session.execute(
        update(User)
        .where(User.id == user_id, User.desk_id == desk_id)
        .values(active=False, closed_at=func.coalesce(User.closed_at, now))
        .returning(User.id)
    )
    if closed.first() is None:
        raise NoSuchUser(user=user_id)
    session.execute(
        update(Token).where(Token.user_id == user_id, Token.revoked_at.is_(None)).values(revoked_at=now)
    )
    end_sessions(session, user_id)


def sign_user_out(session: Session, desk_id: int, user_id: int) -> int:
    """End what a user of the desk has open in browsers and return how many; raises `NoSuchUser`."""
    if session.scalar(select(User.id).where(User.id == user_id, User.desk_id == desk_id)) is None:
        raise NoSuchUser(user=user_id)
    return end_sessions(session, user_id)

"""Whom to tell of what, read at the moment of telling.

Between the wish to tell somebody and the telling, a visit may be deleted, a referral revoked, or a topic
corrected to a sensitive one. What may not be told any more is None here.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Label, exists, select
from sqlalchemy.orm import Session, aliased

from servicebalie.core.keys import Keys
from servicebalie.core.local_accounts import LinkPurpose
from servicebalie.core.vocabulary import Destination, Outcome, ReferralStatus, Status
from servicebalie.models.accounts import User
from servicebalie.models.code_lists import TopicRow
from servicebalie.models.desks import Desk
from servicebalie.models.directory import OrganisationRow, ServiceRow
from servicebalie.models.local_accounts import LocalAccount
from servicebalie.models.questions import Question, Referral, Visit, VisitContact
from servicebalie.services.restriction import question_restricted
from servicebalie.services.visits import read_contact


@dataclass(frozen=True, slots=True)
class NewcomerNotice:
    """The e-mail address of the person of a visit, and the name of the desk that has something to tell.

    `reply_to` is the e-mail address of the desk, if it has one.
    """

    email: str
    desk: str
    reply_to: str | None


@dataclass(frozen=True, slots=True)
class PartnerNotice:
    """The e-mail address of a service, the reference of the question that a desk handed to it, and the last
    day on which it can take it.

    `reply_to` is the e-mail address of the desk, if it has one.
    """

    email: str
    desk: str
    reply_to: str | None
    service: str
    reference: str
    respond_by: date | None


@dataclass(frozen=True, slots=True)
class StaffNotice:
    """The e-mail address and the login of somebody who works with a desk.

    `reply_to` is the e-mail address of the desk, if it has one.
    """

    email: str
    desk: str
    reply_to: str | None
    login: str


def _email_of_desk() -> Label[str | None]:
    """Return a column: the e-mail address at which the people of the desk in the query are reached."""
    counter = aliased(ServiceRow)
    found = (
        select(counter.email)
        .join(OrganisationRow, OrganisationRow.id == counter.organisation_id)
        .where(OrganisationRow.desk_id == Desk.id, counter.destination == Destination.DESK)
        .order_by(counter.id)
        .limit(1)
    )
    return found.correlate(Desk).scalar_subquery().label("reply_to")


def newcomer_notice(session: Session, keys: Keys, visit_id: int) -> NewcomerNotice | None:
    """Return how to tell the person of a visit; None for a deleted or restricted one, without an address,
    or when a question has a sensitive topic and the person did not say that mail is safe."""
    sensitive = exists().where(
        Question.visit_id == visit_id, TopicRow.code == Question.topic, TopicRow.sensitive
    )
    row = session.execute(
        select(Desk.name, _email_of_desk())
        .join_from(VisitContact, Visit)
        .join(Desk)
        .where(Visit.id == visit_id, Visit.restricted_at.is_(None), VisitContact.email_safe | ~sensitive)
    ).first()
    contact = read_contact(session, keys, visit_id) if row else None
    if row is None or contact is None or contact.email is None:
        return None
    return NewcomerNotice(contact.email, row.name, row.reply_to)


def follow_up_notice(session: Session, keys: Keys, visit_id: int, question_id: int) -> NewcomerNotice | None:
    """Return how to ask the person of a visit whether a question was answered.

    None where they may not be mailed (`newcomer_notice`), do not want to be asked any more or have said it
    already, and when the question is not closed any more. Of several questions the one that was closed
    last asks for all, so that nobody gets the same mail about each.
    """
    last = aliased(Question)
    last_that_waits = (
        select(last.id)
        .where(
            last.visit_id == visit_id,
            last.status == Status.CLOSED,
            last.outcome != Outcome.WITHDRAWN,
            last.newcomer_outcome.is_(None),
        )
        .order_by(last.closed_at.desc(), last.id.desc())
        .limit(1)
    )
    may_be_asked = exists().where(VisitContact.visit_id == visit_id, VisitContact.follow_up)
    waiting = session.scalar(last_that_waits.where(may_be_asked))
    return newcomer_notice(session, keys, visit_id) if waiting == question_id else None


def partner_notice(session: Session, question_id: int, referral_id: int) -> PartnerNotice | None:
    """Return how to tell a service of a referral; None when the question is deleted, closed, restricted or of
    a sensitive topic, when the referral no longer waits for the service, and without an address."""
    row = session.execute(
        select(
            ServiceRow.email,
            Desk.name.label("desk"),
            ServiceRow.name.label("service"),
            Question.reference,
            Referral.respond_by,
            _email_of_desk(),
        )
        .join_from(Referral, Question)
        .join(Desk, Desk.id == Question.desk_id)
        .join(TopicRow, TopicRow.code == Question.topic)
        .join(ServiceRow, ServiceRow.id == Referral.service_id)
        .where(
            Referral.id == referral_id,
            Question.id == question_id,
            Question.status != Status.CLOSED,
            Referral.status == ReferralStatus.REQUESTED,
            ~TopicRow.sensitive,
            ~question_restricted(),
        )
    ).first()
    if row is None or row.email is None:
        return None
    return PartnerNotice(row.email, row.desk, row.reply_to, row.service, row.reference, row.respond_by)


def staff_notice(session: Session, user_id: int, purpose: LinkPurpose | None) -> StaffNotice | None:
    """Return how to send a mail to a user; None for nobody, one who was closed, and without an address.

    `purpose` is that of the link in it, if there is one; a new password is only for whoever has one.
    """
    row = session.execute(
        select(
            LocalAccount.email,
            Desk.name.label("desk"),
            _email_of_desk(),
            LocalAccount.login,
            LocalAccount.password_hash,
        )
        .join_from(LocalAccount, User, User.id == LocalAccount.user_id)
        .join(Desk, Desk.id == User.desk_id)
        .where(User.id == user_id, User.active)
    ).first()
    if row is None or row.email is None:
        return None
    if purpose is LinkPurpose.FORGOTTEN and row.password_hash is None:
        return None
    return StaffNotice(row.email, row.desk, row.reply_to, row.login)

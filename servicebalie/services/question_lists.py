"""Lists of questions: the newest, what needs attention, and what a partner sees."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, select, text, union, union_all
from sqlalchemy.orm import Session, aliased

from servicebalie.core.contact_index import Reach
from servicebalie.core.directory import Directory
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.permissions import WITHDRAWN, Action, is_limited_to_organisation
from servicebalie.core.routing import HANDING_OVER
from servicebalie.core.vocabulary import (
    Channel,
    Mark,
    Outcome,
    ReturnReason,
    Status,
    UnmetReason,
)
from servicebalie.models.questions import (
    IS_SEEN,
    Question,
    Referral,
    VisitContact,
)
from servicebalie.services.accounts import Principal
from servicebalie.services.identity import first_id_of
from servicebalie.services.question_views import (
    is_overdue,
)
from servicebalie.services.questions import not_too_sensitive, own_services
from servicebalie.services.referrals import today
from servicebalie.services.restriction import question_restricted
from servicebalie.services.visits import index_of
from servicebalie.services.workplace import Workplace

SEEN_REFERRAL = text(IS_SEEN.replace("kind", "referral.kind", 1).replace("status", "referral.status"))
"""The condition of a referral because of which its service sees the question, as its index has it."""


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """Which questions to list; None means any. The days are Dutch days, both included.

    With `attention` these are only what came back from a service and what is overdue, the former first.
    """

    status: Status | None = None
    topic: str | None = None
    language: str | None = None
    municipality: str | None = None
    service: int | None = None
    channel: Channel | None = None
    received_from: date | None = None
    received_to: date | None = None
    overdue: bool | None = None
    attention: bool = False


@dataclass(frozen=True, slots=True)
class QuestionSummary:
    """A question in a list: coded facts only. `returned_reason` is told while the `mark` says returned."""

    id: int
    reference: str
    status: Status
    topic: str
    sensitive: bool
    language: str | None
    municipality: str | None
    channel: Channel
    service_id: int
    service_name: str
    received_at: datetime
    due_on: date | None
    overdue: bool
    mark: Mark | None
    returned_reason: ReturnReason | None
    outcome: Outcome | None
    unmet_reason: UnmetReason | None


def list_questions(
    session: Session,
    work: Workplace,
    principal: Principal,
    wanted: QuestionFilter,
    *,
    before: int | None,
    limit: int,
) -> list[QuestionSummary]:
    """Return the newest questions that the user may see, `limit` at most, older than the id `before`.

    One query, however many there are; keys are in the order of time, so a page starts where an index does.
    For what needs attention, `before` is the `position` of a question.
    """
    query = _SUMMARIES.where(
        Question.desk_id == principal.desk_id, *not_too_sensitive(work, principal, Action.READ_QUESTION)
    )
    if is_limited_to_organisation(principal, Action.READ_QUESTION):
        return _list_for_partner(session, work, query, own_services(work, principal), wanted, before, limit)
    query = query.where(*_conditions(work, wanted))
    page = _page_of_attention(query, work, before, limit) if wanted.attention else _page(query, before, limit)
    return [_summary(row, work) for row in session.connection().execute(page)]


def _list_for_partner(
    session: Session,
    work: Workplace,
    query: Select[*tuple[Any, ...]],
    own: Sequence[int],
    wanted: QuestionFilter,
    before: int | None,
    limit: int,
) -> list[QuestionSummary]:
    """Return one page of what a partner's services see, without what is restricted.

    A partner learns neither why a question came back to the desk or stayed unmet, which another may have
    said, nor which service of another organisation has it besides: a filter by service looks at its own
    services only.
    """
    query = query.where(*_conditions(work, replace(wanted, service=None)), ~question_restricted())
    if wanted.attention:
        query = query.where(Question.due_on < today(work))
    services = [service for service in own if wanted.service in {None, service}]
    rows = session.connection().execute(_page_of_partner(query, services, before, limit))
    summaries = [
        replace(_summary(row, work), mark=None, returned_reason=None, unmet_reason=None) for row in rows
    ]
    elsewhere = [one.id for one in summaries if one.service_id not in own]
    if not elsewhere:
        return summaries
    found = session.execute(
        select(Referral.question_id, Referral.service_id)
        .where(Referral.question_id.in_(elsewhere), Referral.service_id.in_(own), SEEN_REFERRAL)
        .order_by(Referral.id)
    )
    newest = {row.question_id: row.service_id for row in found}
    return [_at_service(one, newest[one.id], work) if one.id in newest else one for one in summaries]


def _at_service(summary: QuestionSummary, service_id: int, work: Workplace) -> QuestionSummary:
    return replace(summary, service_id=service_id, service_name=work.directory[service_id].name)


def find_by_contact(
    session: Session, work: Workplace, principal: Principal, reach: Reach, value: str, *, limit: int
) -> list[QuestionSummary]:
    """Return the newest questions of people with this e-mail address or telephone number, `limit` at most.

    Only those of the desk that the user may see. Nothing is opened for it: the blind index is compared.
    """
    column = VisitContact.email_index if reach is Reach.EMAIL else VisitContact.phone_index
    query = _SUMMARIES.join(VisitContact, VisitContact.visit_id == Question.visit_id).where(
        Question.desk_id == principal.desk_id,
        column == index_of(work, reach, value),
        *not_too_sensitive(work, principal, Action.FIND_BY_CONTACT),
    )
    return [_summary(row, work) for row in session.connection().execute(_page(query, None, limit))]


def position(summary: QuestionSummary) -> int:
    """Return where a question stands in the list of what needs attention: marked ones have the highest."""
    return summary.id | _MARKED if summary.mark else summary.id


_MARKED = 1 << 63
"""What is above all keys."""


def _page(query: Select[*tuple[Any, ...]], before: int | None, limit: int) -> Select[*tuple[Any, ...]]:
    if before is not None:
        query = query.where(Question.id < before)
    return query.order_by(Question.id.desc()).limit(limit)


def _page_of_attention(
    query: Select[*tuple[Any, ...]], work: Workplace, before: int | None, limit: int
) -> Select[*tuple[Any, ...]]:
    """Return the statement for one page of what came back, and after that of what is overdue."""
    marked, late = query.where(Question.mark.is_not(None)), query.where(Question.mark.is_(None))
    late = late.where(Question.due_on < today(work))
    if before is None or before & _MARKED:
        parts = [
            _page(marked, before and before ^ _MARKED, limit),
            _page(late, None, limit),
        ]
    else:
        parts = [_page(late, before, limit)]
    both = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return select(both).order_by(both.c.mark.is_(None), both.c.id.desc()).limit(limit)


def _page_of_partner(
    query: Select[*tuple[Any, ...]], services: Sequence[int], before: int | None, limit: int
) -> Select[*tuple[Any, ...]]:
    """Return the statement for one page of what a partner's services see, each by its own index.

    A question that a service was given more than once counts by the newest of these referrals.
    """
    newer = aliased(Referral, name="newer")
    again = exists().where(
        newer.question_id == Referral.question_id,
        newer.service_id == Referral.service_id,
        newer.id > Referral.id,
        newer.kind.in_(HANDING_OVER),
        newer.status.not_in(WITHDRAWN),
    )
    seen = query.join(Referral, Referral.question_id == Question.id).where(SEEN_REFERRAL, ~again)
    if before is not None:
        seen = seen.where(Referral.question_id < before)
    pages = [
        select(
            seen.where(Referral.service_id == service)
            .order_by(Referral.question_id.desc())
            .limit(limit)
            .subquery()
        )
        # Nobody has a service 0, so a partner without services finds nothing.
        for service in services or [0]
    ]
    every = union(*pages).subquery()
    return select(every).order_by(every.c.id.desc()).limit(limit)


_RETURNED = aliased(Referral, name="returned")
_WHY_RETURNED = (
    select(_RETURNED.returned_reason)
    .where(_RETURNED.question_id == Question.id, _RETURNED.returned_reason.is_not(None))
    .order_by(_RETURNED.id.desc())
    .limit(1)
    .correlate(Question)
    .scalar_subquery()
)
"""Why a question came back the last time that it did."""

_SUMMARIES = select(
    Question.id,
    Question.reference,
    Question.status,
    Question.topic,
    Question.language,
    Question.municipality,
    Question.channel,
    Question.service_id,
    Question.received_at,
    Question.due_on,
    Question.mark,
    case((Question.mark == Mark.RETURNED, _WHY_RETURNED)).label("returned_reason"),
    Question.outcome,
    Question.unmet_reason,
)


def _conditions(work: Workplace, wanted: QuestionFilter) -> Sequence[ColumnElement[bool]]:
    """Return the SQL conditions of a filter."""
    conditions = [
        column == value
        for column, value in (
            (Question.status, wanted.status),
            (Question.language, wanted.language),
            (Question.municipality, wanted.municipality),
            (Question.service_id, wanted.service),
            (Question.channel, wanted.channel),
        )
        if value is not None
    ]
    if wanted.topic is not None:
        conditions.append(Question.topic.in_(_with_subtopics(work.directory, wanted.topic)))
    if wanted.received_from is not None:
        conditions.append(Question.id >= first_id_of(_midnight(wanted.received_from)))
    if wanted.received_to is not None:
        conditions.append(Question.id < first_id_of(_midnight(wanted.received_to) + timedelta(days=1)))
    if wanted.overdue is not None:
        late = Question.due_on < today(work)
        conditions.append(late if wanted.overdue else ~late | Question.due_on.is_(None))
    return conditions


def _with_subtopics(directory: Directory, topic: str) -> list[str]:
    return [t.code for t in directory.code_lists.topics.values() if topic in {t.code, t.parent}]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=AMSTERDAM)


def _summary(row: Any, work: Workplace) -> QuestionSummary:
    return QuestionSummary(
        id=row.id,
        reference=row.reference,
        status=row.status,
        topic=row.topic,
        sensitive=work.directory.code_lists.topics[row.topic].sensitive,
        language=row.language,
        municipality=row.municipality,
        channel=row.channel,
        service_id=row.service_id,
        service_name=work.directory[row.service_id].name,
        received_at=row.received_at,
        due_on=row.due_on,
        overdue=is_overdue(row.status, row.due_on, work.now),
        mark=row.mark,
        returned_reason=row.returned_reason,
        outcome=row.outcome,
        unmet_reason=row.unmet_reason,
    )

"""What publication counts: the coded facts of a period's questions, as they are at this moment."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Set
from itertools import chain
from typing import Any

from sqlalchemy import Column, ColumnElement, String, select, type_coerce
from sqlalchemy.orm import Session

from servicebalie.core.catalogue import Dimension, Levels
from servicebalie.core.contributions import QuestionFact
from servicebalie.core.periods import Period
from servicebalie.core.vocabulary import NO_ANSWER, Offered, ReferralStatus, Served
from servicebalie.models.base import table_of
from servicebalie.models.code_lists import LanguageRow, MunicipalityRow, TopicRow
from servicebalie.models.directory import (
    OrganisationRow,
    ScheduleLanguage,
    ScheduleRow,
    ServiceLanguage,
    ServiceRow,
)
from servicebalie.models.questions import Question, Referral, Visit
from servicebalie.services.identity import first_id_of

ROWS_AT_A_TIME = 5000

_QUESTION, _VISIT, _REFERRAL = table_of(Question), table_of(Visit), table_of(Referral)


def _code(column: Column[Any]) -> ColumnElement[Any]:
    """Return a column of codes as the text that it is, for counting needs no members of code lists."""
    return type_coerce(column, String)


_COUNTED = (
    select(
        _QUESTION.c.id,
        _VISIT.c.language_served,
        _VISIT.c.interpreter_used,
        _QUESTION.c.service_id,
        _VISIT.c.asker,
        _QUESTION.c.topic,
        _VISIT.c.language,
        _code(_VISIT.c.newcomer_group),
        _code(_VISIT.c.stay),
        _code(_VISIT.c.arrival),
        _code(_VISIT.c.registration),
        _code(_VISIT.c.channel),
        _code(_QUESTION.c.outcome),
        _code(_QUESTION.c.unmet_reason),
        _VISIT.c.municipality,
        _code(_QUESTION.c.destination),
    )
    .join(_VISIT, _VISIT.c.id == _QUESTION.c.visit_id)
    # Who objected to being counted, or wants the visit to be kept and nothing else, is in no new report.
    .where(_VISIT.c.objected_at.is_(None), _VISIT.c.restricted_at.is_(None))
    .order_by(_VISIT.c.asker, _VISIT.c.id, _QUESTION.c.id)
    .execution_options(yield_per=ROWS_AT_A_TIME)
)

_GIVEN_BACK = (
    select(
        _REFERRAL.c.question_id,
        _code(_REFERRAL.c.returned_reason),
    )
    .where(_REFERRAL.c.status.in_([ReferralStatus.RETURNED, ReferralStatus.EXPIRED]))
    .order_by(_REFERRAL.c.question_id, _REFERRAL.c.id)
    .execution_options(yield_per=ROWS_AT_A_TIME)
)


def read_facts(session: Session, desk_id: int, period: Period) -> Iterator[QuestionFact]:
    """Yield the facts of a period's questions, each person's together and oldest visit first."""
    offers = _languages_offered(session, desk_id)
    # Keys are in the order of time, so a key tells the month.
    starts = [first_id_of(month.starts_at) for month in period.months]
    end = first_id_of(period.ends_at)
    names = [str(month) for month in period.months]
    given_back = _given_back(session, starts[0], end)
    rows = session.execute(
        _COUNTED.where(_QUESTION.c.desk_id == desk_id, _QUESTION.c.id >= starts[0], _QUESTION.c.id < end)
    )
    for key, served_in, interpreter, service, person, topic, language, *facts in rows:
        month = names[bisect_right(starts, key) - 1]
        served = _served(language, served_in, interpreter=interpreter)
        offered = _offered(language, offers.get(service, frozenset()))
        returned = given_back.get(key)
        yield QuestionFact(month, served, offered, returned, person, topic, language, *facts)


def read_levels(session: Session) -> Levels:
    """Return for each value of a dimension with levels the value one level up."""
    topics = session.execute(select(TopicRow.code, TopicRow.parent).where(TopicRow.parent.is_not(None)))
    languages = session.execute(select(LanguageRow.code, LanguageRow.family))
    places = session.execute(
        select(MunicipalityRow.code, MunicipalityRow.corop, MunicipalityRow.province)
    ).all()
    return {
        Dimension.TOPIC: {code: parent for code, parent in topics if parent is not None},
        Dimension.LANGUAGE: {row.code: row.family for row in languages},
        Dimension.MUNICIPALITY: {place.code: place.corop for place in places},
        Dimension.COROP: {place.corop: place.province for place in places},
    }


def _given_back(session: Session, start: int, end: int) -> Mapping[int, str]:
    """Return why partners returned questions in a range of keys, the latest time, or let them lie.

    They are few, so they are read beforehand, whichever desk's they are: a join would cost every question.
    """
    rows = session.execute(_GIVEN_BACK.where(_REFERRAL.c.question_id >= start, _REFERRAL.c.question_id < end))
    return {question: reason or NO_ANSWER for question, reason in rows}


def _languages_offered(session: Session, desk_id: int) -> Mapping[int, Set[str]]:
    """Return the languages that each service of a desk's partners helps in, always or at set hours."""
    always = select(ServiceLanguage.service_id, ServiceLanguage.language).join(
        ServiceRow, ServiceRow.id == ServiceLanguage.service_id
    )
    at_hours = (
        select(ScheduleRow.service_id, ScheduleLanguage.language)
        .join(ScheduleRow, ScheduleRow.id == ScheduleLanguage.schedule_id)
        .join(ServiceRow, ServiceRow.id == ScheduleRow.service_id)
    )
    offers: dict[int, set[str]] = {}
    for service, language in chain.from_iterable(
        session.execute(
            query.join(OrganisationRow, OrganisationRow.id == ServiceRow.organisation_id).where(
                OrganisationRow.desk_id == desk_id
            )
        )
        for query in (always, at_hours)
    ):
        offers.setdefault(service, set()).add(language)
    return offers


def _served(asked_in: str | None, served_in: str | None, *, interpreter: bool | None) -> Served | None:
    """Tell how the language gap of a visit was bridged, None where it is not known."""
    if asked_in is None or served_in is None:
        return None
    if interpreter:
        return Served.INTERPRETER
    return Served.OWN_LANGUAGE if asked_in == served_in else Served.OTHER_LANGUAGE


def _offered(asked_in: str | None, languages: Set[str]) -> Offered | None:
    """Tell whether the service that a question went to helps in the language of the person."""
    if asked_in is None:
        return None
    return Offered.OFFERED if asked_in in languages else Offered.NOT_OFFERED

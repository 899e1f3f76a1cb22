"""Standard answers in the demonstration: most people read one and ask all the same, some are helped by it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from servicebalie.core.simulation import SimulatedVisit, is_in_share
from servicebalie.core.standard_answers import FOR_NEWCOMERS, ChosenText
from servicebalie.core.vocabulary import Channel, Outcome
from servicebalie.services.demo_stage import Stage
from servicebalie.services.intake import NewQuestion, NewVisit, register_visit
from servicebalie.services.standard_answers import Event, count_use, find_answer
from servicebalie.services.visits import VisitFacts

HELPED = 0.25
"""How many people are helped by an answer, for each that reads it and asks all the same."""

_MEANWHILE = timedelta(seconds=30)


def read_answers_before_asking(session: Session, stage: Stage, visit: SimulatedVisit, at: datetime) -> None:
    """Count the answers that a person reads in the form before asking, and those that helped somebody else.

    Who was helped leaves a question that the answer settled, as on the pages, and nothing else.
    """
    if visit.channel is not Channel.WEB_FORM:
        return
    locale = stage.work(at, None, visit.language).locale
    for number, question in enumerate(visit.questions):
        chosen = find_answer(session, stage.desk.id, question.topic, locale, FOR_NEWCOMERS)
        if chosen is None:
            continue
        _read(session, stage, chosen, Event.NOT_HELPED)
        if is_in_share(visit.person + number, HELPED):
            _read(session, stage, chosen, Event.HELPED)
            facts = VisitFacts(channel=Channel.WEB_FORM, language=visit.language)
            settled = NewQuestion(question.topic, outcome=Outcome.MET, informed=True)
            # At a moment of its own: nothing tells two questions of one moment about one topic apart.
            work = stage.work(at + _MEANWHILE, None, visit.language)
            register_visit(session, work, NewVisit(facts), [settled])


def _read(session: Session, stage: Stage, chosen: ChosenText, said: Event) -> None:
    for event in (Event.SHOWN, said):
        count_use(session, stage.desk.id, chosen, event)

"""The standard answer that a newcomer reads before a question is sent."""

from functools import partial
from typing import Any

from servicebalie.core.audit import RecordKind
from servicebalie.core.holding_back import HeldBack
from servicebalie.core.routing import RoutingFacts
from servicebalie.core.standard_answers import (
    FOR_NEWCOMERS,
    ChosenText,
    Placeholder,
    fillable_paragraphs,
    service_to_name,
)
from servicebalie.core.vocabulary import Channel, Outcome
from servicebalie.http.audit import about
from servicebalie.http.locale import current_tag, page_language
from servicebalie.http.origin import request_origin
from servicebalie.http.runtime import runtime
from servicebalie.http.transaction import afterwards, job
from servicebalie.i18n.answer_words import placeholder_words
from servicebalie.i18n.registry import LOCALES
from servicebalie.services import standard_answers
from servicebalie.services.intake import NewQuestion, NewVisit, register_visit
from servicebalie.services.limits import take_turn
from servicebalie.services.recorded_answers import Answer, AnswerSlot, find_answer, record_answer
from servicebalie.services.standard_answers import Event, count_use
from servicebalie.services.visits import VisitFacts


def answer_about(topic: str | None) -> ChosenText | None:
    """Return the text for questions about a topic in the language of the page, or None."""
    if not topic:
        return None
    prepared = job()
    return standard_answers.find_answer(
        prepared.session, prepared.work.desk_id, topic, current_tag(), FOR_NEWCOMERS
    )


def answer_words(chosen: ChosenText) -> dict[str, Any]:
    """Return what the page of an answer needs: its language, and its paragraphs in pieces.

    With each piece comes whether it was filled in: names and addresses are Dutch in any language.
    """
    work = job().work
    facts = RoutingFacts(chosen.topic, page_language(), municipality=None)
    local = service_to_name(facts, work.directory, work.now)
    words = placeholder_words(local, chosen.text.locale)
    return {
        "answer_locale": LOCALES[chosen.text.locale],
        "paragraphs": [
            [
                (words[piece], True) if isinstance(piece, Placeholder) else (piece, False)
                for piece in paragraph
            ]
            for paragraph in fillable_paragraphs(chosen.text.body, words)
        ],
    }


def count_use_of_answer(chosen: ChosenText, event: Event) -> None:
    """Count, after this request, that a text was shown or what somebody said of it."""
    desk_id = job().work.desk_id
    afterwards(desk_id, partial(count_use, desk_id=desk_id, chosen=chosen, event=event))


def register_helped_once(nonce: str, chosen: ChosenText) -> HeldBack | None:
    """Register a question that this text answered, unless that was done for this draft and topic before.

    Return why it is not counted, where too many questions come from one place: they would spoil the figures.

    What is registered is the topic and the language of the page. Nobody gets the return code: there is
    nothing to come back for, and without it and without contact the visit leads to nobody.
    """
    session, work = job().session, job().work
    # Another sender than that of the form: who was helped, and then asks all the same, is heard.
    slot = AnswerSlot.of(
        work.keys.answers,
        sender="standard answer",
        idempotency_key=f"{nonce} {chosen.topic}",
        request=chosen.topic.encode(),
    )
    if find_answer(session, slot, work.now):
        return None
    if take_turn(session, work, runtime().limits.questions, request_origin()):
        return HeldBack.TOO_MANY
    facts = VisitFacts(channel=Channel.WEB_FORM, language=page_language())
    question = NewQuestion(topic=chosen.topic, outcome=Outcome.MET, informed=True)
    registered = register_visit(session, work, NewVisit(facts), [question])
    about(RecordKind.QUESTION, *(view.reference for view in registered.questions))
    count_use(session, work.desk_id, chosen, Event.HELPED)
    record_answer(session, slot, Answer(200, b""), work.now)
    return None

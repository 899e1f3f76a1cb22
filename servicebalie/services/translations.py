"""What was written, in the language of who reads it: texts to be translated, and their translations.

What the desk or a partner wrote is translated for the person, into the language of their pages; what the
person wrote is translated for the desk. A text is noted for translation in the transaction in which it is
written, and looked at again when it is about to be sent: what was deleted, or belongs to a visit that is
confidential, is not sent to anybody. The text itself is never changed.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from servicebalie.core.keys import Keys
from servicebalie.core.sealing import Owner, Sealed
from servicebalie.core.topic_suggestion import suggest_topics
from servicebalie.core.vocabulary import Author
from servicebalie.models.code_lists import TopicRow
from servicebalie.models.questions import Message, Question, QuestionText, Translation, Visit
from servicebalie.services.identity import new_id
from servicebalie.services.insertion import Row, insert_rows
from servicebalie.services.outbox import Delivery, delivery_row
from servicebalie.services.question_views import TranslationView
from servicebalie.services.sealing import Opener, Sealer, opener_of, sealer_of
from servicebalie.services.text_language import DESK_LANGUAGE, language_of, language_of_locale
from servicebalie.services.topic_lexicon import topic_lexicon
from servicebalie.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class NewTranslation:
    """A translation that a person made of what they or others wrote."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class TextToTranslate:
    """A text that may be sent to a translator; `message_id` is None for the text of the question itself."""

    question_id: int
    message_id: int | None
    text: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class _Written:
    author: Author
    language: str | None
    text: str


def translation_wanted(
    work: Workplace,
    visit_id: int,
    question_id: int,
    message_id: int | None = None,
    *,
    locale: str = DESK_LANGUAGE,
    written_at: datetime | None = None,
) -> Row:
    """Return the row that notes a text for translation; `locale` is that of its reader.

    `written_at` is when it was written, if that was before.
    """
    payload = {"visit": visit_id, "question": question_id}
    if message_id is not None:
        payload["message"] = message_id
    kind = Delivery.TEXT_TO_TRANSLATE
    return delivery_row(work.desk_id, kind, payload, locale, work.now, about=written_at)


def want_translations_of_visit(session: Session, work: Workplace, visit_id: int) -> None:
    """Note all texts of a visit for translation, because of them, or of who reads them, something changed.

    Nothing happens where nobody translates; what is translated already is not sent again.
    """
    if not work.translates:
        return
    locale = session.scalars(select(Visit.locale).where(Visit.id == visit_id)).one()
    texts = session.execute(
        select(Question.id, Question.received_at).join(QuestionText).where(Question.visit_id == visit_id)
    )
    messages = session.execute(
        select(Message.question_id, Message.id, Message.author, Message.sent_at)
        .join(Question)
        .where(Question.visit_id == visit_id)
    )
    rows = [translation_wanted(work, visit_id, row.id, written_at=row.received_at) for row in texts]
    rows += [
        translation_wanted(
            work,
            visit_id,
            row.question_id,
            row.id,
            locale=DESK_LANGUAGE if row.author is Author.NEWCOMER else locale,
            written_at=row.sent_at,
        )
        for row in messages
    ]
    insert_rows(session, rows)


def text_to_translate(
    session: Session, keys: Keys, question_id: int, message_id: int | None
) -> TextToTranslate | None:
    """Return a text that is to be sent to a translator, read at the moment of sending.

    None when it was deleted, is translated already, or is in the language of its reader, and when the visit
    is confidential or restricted.
    """
    visit = session.scalar(select(Visit).join(Question).where(Question.id == question_id))
    if visit is None or visit.restricted_at is not None:
        return None
    written = _written(session, keys, question_id, message_id)
    if written is None or _is_confidential(session, keys, visit.id, written.text):
        return None
    if written.author is Author.NEWCOMER:
        target = DESK_LANGUAGE
        expected = visit.language or language_of_locale(visit.locale)
    else:
        target = language_of_locale(visit.locale)
        expected = DESK_LANGUAGE
    source = written.language or language_of(written.text, expected)
    if source == target or _is_translated(session, question_id, message_id, target):
        return None
    return TextToTranslate(question_id, message_id, written.text, source, target)


def keep_translation(
    session: Session, keys: Keys, made_of: TextToTranslate, text: str, engine: str, now: datetime
) -> None:
    """Keep what a machine made of a text, unless that is gone, is another one by now, or is translated."""
    # Whoever corrects a question holds its row, so from here on the text stays as it is.
    session.execute(select(Question.id).where(Question.id == made_of.question_id).with_for_update())
    written = _written(session, keys, made_of.question_id, made_of.message_id)
    if written is None or written.text != made_of.text:
        return
    if _is_translated(session, made_of.question_id, made_of.message_id, made_of.target):
        return
    view = TranslationView(made_of.target, text, machine=True, engine=engine, made_at=now)
    sealer = sealer_of(session, keys.master_keys, Owner.QUESTION, made_of.question_id)
    add_translation(session, sealer, made_of.question_id, made_of.message_id, view)


def add_translation(
    session: Session, sealer: Sealer, question_id: int, message_id: int | None, translation: TranslationView
) -> None:
    """Add a translation of a message, or for None of the text of the question, sealed for that question."""
    translation_id = new_id(translation.made_at)
    session.execute(
        insert(Translation).values(
            id=translation_id,
            question_id=question_id,
            message_id=message_id,
            language=translation.language,
            body=sealer.seal(translation.text, Sealed.TRANSLATION, translation_id),
            machine=translation.machine,
            engine=translation.engine,
            made_at=translation.made_at,
        )
    )


def read_translations(
    session: Session, opener: Opener, question_id: int
) -> Mapping[int | None, tuple[TranslationView, ...]]:
    """Return the translations of what was written about a question, the oldest first, by the id of the
    message; those of the question's own text by None."""
    found: dict[int | None, tuple[TranslationView, ...]] = defaultdict(tuple)
    rows = select(Translation).where(Translation.question_id == question_id).order_by(Translation.id)
    for row in session.scalars(rows):
        text = opener.open(row.body, Sealed.TRANSLATION, row.id)
        if text is not None:
            view = TranslationView(
                row.language, text, machine=row.machine, engine=row.engine, made_at=row.made_at
            )
            found[row.message_id] += (view,)
    return found


def forget_translations_of_text(session: Session, question_id: int) -> None:
    """Delete the translations of the text of a question, which is another text now."""
    session.execute(
        delete(Translation).where(Translation.question_id == question_id, Translation.message_id.is_(None))
    )


def _written(session: Session, keys: Keys, question_id: int, message_id: int | None) -> _Written | None:
    opener = opener_of(session, keys.master_keys, Owner.QUESTION, question_id)
    if message_id is None:
        body = session.scalar(select(QuestionText.body).where(QuestionText.question_id == question_id))
        text = opener.open(body, Sealed.QUESTION_TEXT, question_id)
        return _Written(Author.NEWCOMER, None, text) if text else None
    row = session.execute(
        select(Message.author, Message.language, Message.body).where(Message.id == message_id)
    ).first()
    text = opener.open(row.body, Sealed.MESSAGE, message_id) if row else None
    return _Written(row.author, row.language, text) if row and text else None


def _is_translated(session: Session, question_id: int, message_id: int | None, language: str) -> bool:
    found = select(Translation.id).where(
        Translation.question_id == question_id,
        Translation.message_id.is_not_distinct_from(message_id),
        Translation.language == language,
    )
    return session.scalar(found) is not None


def _is_confidential(session: Session, keys: Keys, visit_id: int, text: str) -> bool:
    """Whether one of the questions of a visit has a sensitive topic, or is about one without saying so.

    The latter is told by the words of the questions, and of the text itself: those who do not know which
    topic to choose choose none.
    """
    sensitive = set(session.scalars(select(TopicRow.code).where(TopicRow.sensitive)))
    questions = session.execute(
        select(Question.topic, Question.id, QuestionText.body)
        .join_from(Question, QuestionText, isouter=True)
        .where(Question.visit_id == visit_id)
    ).all()
    if any(row.topic in sensitive for row in questions):
        return True
    masters = keys.master_keys
    opened = (
        opener_of(session, masters, Owner.QUESTION, row.id).open(row.body, Sealed.QUESTION_TEXT, row.id)
        for row in questions
        if row.body
    )
    spoken_for = (suggest_topics(body, topic_lexicon(), limit=1) for body in (text, *opened) if body)
    return any(best.topic in sensitive for suggestions in spoken_for for best in suggestions)

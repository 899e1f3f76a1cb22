"""Masking the personal numbers in what was written about a question: what stood there is overwritten."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from servicebalie.core.personal_numbers import mask_personal_numbers
from servicebalie.core.sealing import DataKey, Owner, Sealed
from servicebalie.models.base import table_of
from servicebalie.models.questions import Message, Question, QuestionText, Translation
from servicebalie.services.question_views import QuestionView
from servicebalie.services.sealing import Sealer, opener_of
from servicebalie.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class _Place:
    """Where texts of one kind stand; `record` is the column that they are sealed for."""

    table: Table
    record: str
    what: Sealed


_PLACES = (
    _Place(table_of(QuestionText), "question_id", Sealed.QUESTION_TEXT),
    _Place(table_of(Message), "id", Sealed.MESSAGE),
    _Place(table_of(Translation), "id", Sealed.TRANSLATION),
)


@dataclass(frozen=True, slots=True)
class _Written:
    place: _Place
    record_id: int
    text: str


def mask_question(session: Session, work: Workplace, question: QuestionView) -> bool:
    """Mask what looks like a personal number in the text of a question, its messages and translations.

    Each text that has one is sealed again in its place, under the same key. Returns whether any had; where
    none has, nothing changes, so asking for it twice does no more than once.
    """
    # Whoever corrects, writes or translates holds the row of the question, so no text changes from here on.
    session.execute(select(Question.id).where(Question.id == question.id).with_for_update())
    key = opener_of(session, work.keys.master_keys, Owner.QUESTION, question.id).key
    if key is None:
        return False
    written = list(_written(session, key, question.id))
    masked = mask_personal_numbers(*(one.text for one in written))
    changed = [(one, text) for one, text in zip(written, masked, strict=True) if text != one.text]
    for one, text in changed:
        _overwrite(session, Sealer(key), one, text)
    if changed:
        session.execute(
            update(Question)
            .where(Question.id == question.id)
            .values(updated_at=work.now, version=Question.version + 1)
        )
        session.expire_all()
    return bool(changed)


def _written(session: Session, key: DataKey, question_id: int) -> Iterator[_Written]:
    for place in _PLACES:
        columns = place.table.c
        found = select(columns[place.record], columns.body).where(columns.question_id == question_id)
        for record_id, body in session.execute(found):
            yield _Written(place, record_id, key.open(body, place.what, record_id))


def _overwrite(session: Session, sealer: Sealer, written: _Written, text: str) -> None:
    place = written.place
    session.execute(
        update(place.table)
        .where(place.table.c[place.record] == written.record_id)
        .values(body=sealer.seal(text, place.what, written.record_id))
    )

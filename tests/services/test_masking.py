"""Personal numbers in what was written are masked where they stand, and only there."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from servicebalie.core.vocabulary import Author
from servicebalie.db import Database
from servicebalie.models.data_keys import DataKeyRow
from servicebalie.models.questions import Message
from servicebalie.services.masking import mask_question
from servicebalie.services.messages import post_message
from servicebalie.services.question_views import QuestionView
from servicebalie.services.translations import NewTranslation
from tests.support.workplace import SmallWorkplace, open_small_desk

TEXT = "Moje BSN to 111222333, tel. 0612345678."
TIGRINYA = "መንነተይ K1234567"
DUTCH = NewTranslation("nl", "Mijn paspoort is K1234567.")


@pytest.fixture
def desk(shared_database_url: str) -> Iterator[SmallWorkplace]:
    """A desk of its own in the database of all."""
    database = Database(shared_database_url)
    yield open_small_desk(database, f"Desk {uuid4()}")
    database.dispose()


def with_numbers(desk: SmallWorkplace) -> QuestionView:
    """Return a question with messages, of one of which only the translation tells what its number is."""
    question = desk.register("bsn", text=TEXT).questions[0]
    desk.do(post_message, question, Author.NEWCOMER, TIGRINYA, translation=DUTCH)
    desk.at(desk.work.now + timedelta(minutes=1)).do(post_message, question, Author.DESK, "Kom morgen.")
    return desk.show(question.reference)


def test_what_was_written_is_overwritten_once_under_the_same_key(desk: SmallWorkplace) -> None:
    question, other = with_numbers(desk), with_numbers(desk)
    key, bodies = sealed(desk, question)
    later = desk.at(desk.work.now + timedelta(hours=1))
    assert later.do(mask_question, question)
    seen = desk.show(question.reference)
    assert (seen.version, seen.updated_at) == (question.version + 1, later.work.now)
    assert seen.text == "Moje BSN to •••••••••, tel. 0612345678."
    first, second = seen.messages
    assert (first.text, first.translations[0].text) == ("መንነተይ ••••••••", "Mijn paspoort is ••••••••.")
    assert second.text == "Kom morgen."
    key_now, bodies_now = sealed(desk, question)
    assert key_now == key
    assert [now == before for now, before in zip(bodies_now, bodies, strict=True)] == [False, True]
    assert not later.do(mask_question, question)
    assert desk.show(question.reference) == seen
    assert desk.show(other.reference) == other


def test_where_nothing_was_written_nothing_is_masked(desk: SmallWorkplace) -> None:
    question = desk.register("bsn").questions[0]
    assert not desk.do(mask_question, question)
    assert desk.show(question.reference).version == question.version


def sealed(desk: SmallWorkplace, question: QuestionView) -> tuple[bytes, Sequence[bytes]]:
    """Return the wrapped key of a question and its sealed messages."""
    key = select(DataKeyRow.wrapped).where(DataKeyRow.record_id == question.id)
    bodies = select(Message.body).where(Message.question_id == question.id).order_by(Message.id)
    return desk.read(lambda session: (session.scalars(key).one(), session.scalars(bodies).all()))

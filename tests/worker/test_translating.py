"""A worker has texts translated: later than mail, beside what was written, and told to no log."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from structlog.testing import capture_logs

from servicebalie.core.retries import MAX_ATTEMPTS
from servicebalie.core.sealing import Sealed
from servicebalie.core.vocabulary import Author
from servicebalie.models.questions import Question, Translation, Visit
from servicebalie.services.messages import post_message
from servicebalie.services.outbox import OutboxStatus
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import read_question
from servicebalie.services.returning import erase_visit
from servicebalie.worker.delivery import Post, deliver_next
from servicebalie.worker.translators import LibreTranslate
from servicebalie.worker.transports import MailDirectory
from tests.support.sealed import opened
from tests.worker.conftest import LATER, NOW, Desk, Mailroom, post_of
from tests.worker.translation_server import (
    KEY_MISSING,
    KEY_WRONG,
    TOO_LONG,
    TOO_MANY,
    WRONG_PATH,
    Interpreter,
    Trouble,
    translated,
)

ASKED = "Przyszło pismo z gminy i nie wiem, co mam zrobić."
ANSWERED = "Kom morgen langs en neem de brief mee."
NOTHING_LEFT = OutboxStatus(waiting=0, due=0, failed=0)


@pytest.fixture
def translating(desk: Desk) -> Desk:
    """The desk, with a translator."""
    return replace(desk, work=replace(desk.work, translates=True))


@pytest.fixture
def post(translating: Desk, mailroom: Mailroom, server: Interpreter) -> Post:
    """What a worker with a translator delivers with."""
    return replace(mailroom.post, translator=LibreTranslate(server.address, None))


def deliver(post: Post, now: datetime = NOW) -> None:
    """Make every delivery that is due."""
    while deliver_next(post, now):
        pass


def shown(desk: Desk) -> QuestionView:
    """Return the one question as it is now."""
    with desk.database.read() as session:
        return read_question(session, desk.work, session.scalars(select(Question)).one())


def test_question_and_answer_are_translated_for_who_reads_them(
    translating: Desk, post: Post, server: Interpreter
) -> None:
    visit = translating.register(locale="pl", text=ASKED)
    translating.answer(visit, ANSWERED)
    deliver(post)
    question = shown(translating)
    assert question.text == ASKED
    [of_question] = question.translations
    assert (of_question.language, of_question.text) == ("nl", translated(ASKED, "nl"))
    [message] = question.messages
    assert (message.text, message.language) == (ANSWERED, "nl")
    [of_message] = message.translations
    assert (of_message.language, of_message.text) == ("pl", translated(ANSWERED, "pl"))
    assert (of_message.machine, of_message.engine) == (True, "LibreTranslate, 127.0.0.1")
    assert translating.status(LATER) == NOTHING_LEFT


def test_mail_goes_first_and_does_not_wait_for_a_translator_that_is_away(
    translating: Desk, post: Post, mailroom: Mailroom, server: Interpreter
) -> None:
    server.trouble("/languages", *[Trouble(500)] * 2)
    visit = translating.register(locale="pl", text=ASKED)
    translating.answer(visit, ANSWERED)
    assert deliver_next(post, NOW)
    assert deliver_next(post, NOW)
    assert len(mailroom.mails()) == 2
    assert server.languages_asked == 0
    deliver(post)
    assert server.languages_asked == 2
    assert translating.status(NOW) == OutboxStatus(waiting=2, due=0, failed=0)


@pytest.mark.parametrize("trouble", [TOO_MANY, TOO_LONG, KEY_MISSING, KEY_WRONG, WRONG_PATH, Trouble(500)])
def test_what_the_translator_could_not_do_is_done_later(
    translating: Desk, post: Post, server: Interpreter, trouble: Trouble
) -> None:
    server.trouble("/translate", trouble)
    translating.register(locale="pl", text=ASKED, email=None)
    deliver(post)
    assert shown(translating).translations == ()
    deliver(post, LATER)
    assert len(shown(translating).translations) == 1
    assert translating.status(LATER) == NOTHING_LEFT


def test_a_text_that_is_never_translated_is_given_up_in_the_end(
    translating: Desk, post: Post, server: Interpreter
) -> None:
    server.trouble("/translate", *[Trouble(500)] * MAX_ATTEMPTS)
    translating.register(locale="pl", text=ASKED, email=None)
    now = NOW
    for _ in range(MAX_ATTEMPTS):
        deliver(post, now)
        now += timedelta(hours=7)
    assert translating.status(now) == OutboxStatus(waiting=0, due=0, failed=1)


@pytest.mark.parametrize("text", ["👍 🙂", "👍\n"])
def test_what_comes_back_as_it_was_is_no_translation(
    translating: Desk, post: Post, server: Interpreter, text: str
) -> None:
    server.trouble("/translate", Trouble(content=json.dumps({"translatedText": text.strip()}).encode()))
    translating.register(locale="pl", text=text, email=None)
    deliver(post)
    assert len(server.asked) == 1
    assert shown(translating).translations == ()
    assert translating.status(LATER) == NOTHING_LEFT


def test_a_language_that_the_translator_does_not_know_is_no_failure(
    translating: Desk, post: Post, server: Interpreter
) -> None:
    translating.register(locale="ti", text="ካብ ምምሕዳር ደብዳበ መጺኡኒ ኣይተረድኣንን", email=None)
    deliver(post)
    assert server.asked == []
    assert translating.status(LATER) == NOTHING_LEFT


def test_nothing_about_a_sensitive_topic_leaves_the_desk(
    translating: Desk, post: Post, server: Interpreter
) -> None:
    visit = translating.register(locale="pl", text=ASKED)
    translating.answer(visit, ANSWERED)
    with translating.database.begin() as session:
        session.scalars(select(Question)).one().topic = "trafficking"
    translating.register(locale="pl", topic="trafficking", text=ASKED)
    deliver(post)
    assert server.asked == []
    assert translating.status(LATER) == NOTHING_LEFT


def test_what_is_deleted_while_it_is_translated_stays_deleted(
    translating: Desk, post: Post, server: Interpreter
) -> None:
    visit = translating.register(locale="pl", text=ASKED, email=None)
    server.meanwhile = lambda: translating.database.write(
        lambda session: erase_visit(session, visit.visit_id, NOW)
    )
    deliver(post)
    assert len(server.asked) == 1
    with translating.database.read() as session:
        assert session.scalars(select(Visit)).all() == []
        assert session.scalars(select(Translation)).all() == []


def test_a_worker_without_a_translator_leaves_the_texts_to_one_that_has_one(
    translating: Desk, mailroom: Mailroom, post: Post
) -> None:
    translating.register(locale="pl", text=ASKED, email=None)
    deliver(mailroom.post)
    assert translating.status(NOW) == OutboxStatus(waiting=1, due=0, failed=0)
    deliver(post, LATER)
    assert len(shown(translating).translations) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(),
        Trouble(500, f'{{"error": "{ASKED}"}}'.encode()),
        Trouble(400, f'{{"error": "{ASKED}"}}'.encode()),
        Trouble(content=f'{{"translatedText": "{ASKED}"'.encode()),
        Trouble(content=f'{{"translatedText": ["{ASKED}"]}}'.encode()),
        None,
    ],
)
def test_the_log_tells_nothing_of_what_was_written(
    translating: Desk,
    post: Post,
    server: Interpreter,
    trouble: Trouble | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    if trouble:
        server.trouble("/translate", trouble, trouble)
    visit = translating.register(locale="pl", text=ASKED, email=None)
    with capture_logs() as logs:
        translating.answer(visit, ANSWERED)
        deliver(post)
    assert [entry["kind"] for entry in logs] == ["text-to-translate"] * 2
    told = str(logs) + caplog.text
    for word in {*ASKED.split(), *ANSWERED.split()}:
        assert len(word) < 5 or word not in told
    assert set().union(*logs) == {"event", "kind", "attempts", "failure", "delivery", "log_level"}


LETTERS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200)


@given(asked=LETTERS, answered=LETTERS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_is_never_changed(
    translating: Desk, mailroom: Mailroom, server: Interpreter, asked: str, answered: str
) -> None:
    post = post_of(translating, MailDirectory(mailroom.directory), LibreTranslate(server.address, None))
    visit = translating.register(locale="pl", text=asked, email=None)
    [question] = visit.questions
    translating.answer(visit, answered)
    translating.database.write(
        lambda session: post_message(session, translating.work, question, Author.NEWCOMER, answered)
    )
    deliver(post)
    with translating.database.begin() as session:
        assert opened(session, Sealed.QUESTION_TEXT)[question.id] == asked
        assert list(opened(session, Sealed.MESSAGE).values()) == [answered, answered]
        sent = {body["q"] for body in server.asked}
        assert sent <= {asked, answered}
        server.asked.clear()
        erase_visit(session, visit.visit_id, NOW)

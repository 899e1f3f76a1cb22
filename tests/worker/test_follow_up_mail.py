"""The mail that asks somebody whether they were helped."""

from datetime import timedelta

import pytest

from servicebalie.core.vocabulary import NewcomerOutcome, Outcome
from servicebalie.i18n.catalogues import translations
from servicebalie.i18n.registry import NEWCOMER_LOCALES
from servicebalie.services.follow_up import answer_follow_up
from servicebalie.services.intake import NewQuestion, NewVisit, RegisteredVisit, register_visit
from servicebalie.services.questions import close_question
from servicebalie.services.returning import erase_visit
from servicebalie.services.workplace import FOLLOW_UP_AFTER
from tests.worker.conftest import NOW, Desk, Mailroom, part

TIME_TO_ASK = NOW + FOLLOW_UP_AFTER
ASKS = "Were you helped?"


def closed(desk: Desk, *topics: str, locale: str = "en", email_safe: bool = False) -> RegisteredVisit:
    """Register and close questions of somebody who may be asked later."""
    visit = NewVisit(email="newcomer@example.net", email_safe=email_safe, follow_up=True)
    questions = [NewQuestion(topic, "My tooth hurts") for topic in topics or ("gp-dentist",)]
    at_home = desk.in_locale(locale)
    registered = desk.database.write(lambda session: register_visit(session, at_home, visit, questions))
    for question in registered.questions:
        desk.database.write(
            lambda session, each=question: close_question(session, desk.work, each, Outcome.MET, None)
        )
    return registered


def asking(mailroom: Mailroom, subject: str = ASKS) -> list[str]:
    """Deliver what is due when it is time to ask, and return the texts of the mails that ask."""
    mails = mailroom.deliver(TIME_TO_ASK)
    return [part(mail, "plain") for mail in mails if mail["Subject"] == subject]


def test_the_mail_goes_out_when_it_is_time_and_not_before(desk: Desk, mailroom: Mailroom) -> None:
    closed(desk)
    before = mailroom.deliver(TIME_TO_ASK - timedelta(seconds=1))
    assert [mail["Subject"] for mail in before] == ["We have received your question"]
    (text,) = asking(mailroom)
    assert "\n\nhttps://desk.example.org/en/return\n\n" in text
    assert asking(mailroom) == [text]


@pytest.mark.parametrize("locale", sorted(NEWCOMER_LOCALES))
def test_somebody_is_asked_in_her_own_language(desk: Desk, mailroom: Mailroom, locale: str) -> None:
    closed(desk, locale=locale)
    (text,) = asking(mailroom, translations(locale, "newcomer").gettext(ASKS))
    assert f"\n\nhttps://desk.example.org/{locale}/return\n\n" in text


def test_the_mail_tells_neither_question_nor_topic_nor_code_nor_outcome(
    desk: Desk, mailroom: Mailroom
) -> None:
    visit = closed(desk)
    mail = mailroom.deliver(TIME_TO_ASK)[-1]
    said = mail.as_string() + part(mail, "plain") + part(mail, "html")
    for secret in ("tooth", "dentist", "health", visit.questions[0].reference, visit.return_code):
        assert secret not in said


def test_a_mail_about_a_sensitive_question_is_word_for_word_that_about_any_other(
    desk: Desk, mailroom: Mailroom
) -> None:
    closed(desk)
    closed(desk, "domestic-violence", email_safe=True)
    texts = asking(mailroom)
    assert len(texts) == 2
    assert len(set(texts)) == 1


def test_about_a_sensitive_question_nobody_is_asked_who_did_not_say_that_mail_is_safe(
    desk: Desk, mailroom: Mailroom
) -> None:
    closed(desk, "domestic-violence")
    closed(desk, "gp-dentist", "domestic-violence")
    assert asking(mailroom) == []


def test_somebody_with_several_questions_gets_one_mail(desk: Desk, mailroom: Mailroom) -> None:
    closed(desk, "gp-dentist", "dutch-course")
    assert len(asking(mailroom)) == 1


def test_who_has_answered_or_deleted_everything_is_not_asked(desk: Desk, mailroom: Mailroom) -> None:
    (question,) = closed(desk).questions
    desk.database.write(
        lambda session: answer_follow_up(session, desk.work, question, NewcomerOutcome.MET, None)
    )
    deleted = closed(desk)
    desk.database.write(lambda session: erase_visit(session, deleted.visit_id, NOW))
    assert asking(mailroom) == []
    assert desk.status(TIME_TO_ASK).waiting == 0

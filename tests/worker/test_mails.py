"""Mails speak the language of their reader, tell where to look, and give nothing away."""

import re
import socket
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from servicebalie.core.vocabulary import Outcome
from servicebalie.i18n.catalogues import translations
from servicebalie.i18n.registry import LOCALES, NEWCOMER_LOCALES
from servicebalie.services.outbox import OutboxStatus
from servicebalie.services.questions import Correction, close_question, correct_question
from servicebalie.services.referral_acts import ReferralCase, accept
from servicebalie.services.referrals import refer_question
from servicebalie.services.returning import erase_visit
from servicebalie.worker.terms import keep_terms
from tests.worker.conftest import LIBRARY_EMAIL, Desk, Mailroom, part

NOTHING_LEFT = OutboxStatus(waiting=0, due=0, failed=0)


def in_every_language(sentence: str) -> dict[str, str]:
    """Return a sentence in each language that newcomers can choose, by locale."""
    return {locale: translations(locale, "newcomer").gettext(sentence) for locale in NEWCOMER_LOCALES}


RECEIVED = in_every_language("We have received your question")
ANSWERED = in_every_language("There is a message for you")


def test_newcomers_who_read_different_languages_get_different_mails() -> None:
    assert len(set(RECEIVED.values())) == len(set(ANSWERED.values())) == len(NEWCOMER_LOCALES)


@pytest.mark.parametrize("locale", sorted(RECEIVED))
def test_a_newcomer_reads_in_her_own_language_that_the_question_has_arrived(
    desk: Desk, mailroom: Mailroom, locale: str
) -> None:
    desk.register(locale=locale)
    mail = mailroom.deliver_one()
    assert mail["Subject"] == RECEIVED[locale]
    assert mail["Content-Language"] == locale
    assert f'<html lang="{locale}" dir="{LOCALES[locale].direction}">' in part(mail, "html")


@pytest.mark.parametrize("locale", sorted(ANSWERED))
def test_the_language_of_the_mail_is_the_newcomers_and_not_that_of_who_answers(
    desk: Desk, mailroom: Mailroom, locale: str
) -> None:
    visit = desk.register(locale=locale)
    desk.answer(visit, "Bij de tandarts op de hoek.")
    assert {mail["Subject"] for mail in mailroom.deliver()} == {RECEIVED[locale], ANSWERED[locale]}


def test_no_english_is_left_in_a_mail_in_another_language(desk: Desk, mailroom: Mailroom) -> None:
    for locale in RECEIVED:
        desk.register(locale=locale)
    texts = {mail["Content-Language"]: part(mail, "plain") for mail in mailroom.deliver()}
    english = set(texts.pop("en").split("\n\n"))
    for text in texts.values():
        assert english & set(text.split("\n\n")) == {"Bálie Zuid\n"}


def test_a_locale_that_mails_are_not_written_in_gets_english_that_says_so(
    desk: Desk, mailroom: Mailroom
) -> None:
    desk.register(locale="sw")
    mail = mailroom.deliver_one()
    assert mail["Content-Language"] == "en"
    assert "https://desk.example.org/en/return" in part(mail, "plain")


def test_text_and_html_say_the_same_and_lead_to_the_return_page(desk: Desk, mailroom: Mailroom) -> None:
    desk.register(locale="pl")
    mail = mailroom.deliver_one()
    link = "https://desk.example.org/pl/return"
    text, html = part(mail, "plain"), part(mail, "html")
    assert f"\n\n{link}\n\n" in text
    assert f'<p><a href="{link}" dir="ltr">{link}</a></p>' in html
    for paragraph in text.strip().split("\n\n"):
        assert paragraph == link or f"<p>{paragraph}</p>" in html


def test_a_name_cannot_put_markup_into_a_mail(desk: Desk, mailroom: Mailroom) -> None:
    library = next(iter(desk.work.directory.services))
    with desk.database.begin() as session:
        session.connection().exec_driver_sql(f"UPDATE service SET name = '<b>A & B</b>' WHERE id = {library}")
    desk.register(email=None, topic="dutch-course")
    mail = mailroom.deliver_one()
    assert "<b>A & B</b>" in part(mail, "plain")
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in part(mail, "html")


def test_a_mail_to_a_newcomer_tells_neither_question_nor_topic_nor_code(
    desk: Desk, mailroom: Mailroom
) -> None:
    visit = desk.register(text="My tooth hurts")
    desk.answer(visit, "See the dentist round the corner")
    [question] = visit.questions
    for mail in mailroom.deliver():
        said = mail.as_string() + part(mail, "plain") + part(mail, "html")
        for secret in ("tooth", "dentist", "health", question.reference, visit.return_code):
            assert secret not in said


def test_a_mail_shows_who_sends_it_and_that_no_person_did(desk: Desk, mailroom: Mailroom) -> None:
    desk.register()
    mail = mailroom.deliver_one()
    assert mail["From"] == "Bálie Zuid <desk@example.org>"
    assert mail["To"] == "newcomer@example.net"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Mon, 02 Nov 2026 09:30:00 +0000"


def test_who_answers_a_mail_all_the_same_reaches_the_desk(desk: Desk, mailroom: Mailroom) -> None:
    with desk.database.begin() as session:
        counter = desk.work.directory.desk_service.id
        session.connection().exec_driver_sql(
            f"UPDATE service SET email = 'counter@desk.example.org' WHERE id = {counter}"
        )
    desk.register(topic="dutch-course")
    mails = mailroom.deliver()
    assert [mail["Reply-To"] for mail in mails] == ["Bálie Zuid <counter@desk.example.org>"] * 2
    assert {mail["From"] for mail in mails} == {"Bálie Zuid <desk@example.org>"}


@pytest.mark.parametrize("email", [None, "nonsense"])
def test_a_desk_without_an_address_of_its_own_still_sends_mails(
    desk: Desk, mailroom: Mailroom, email: str | None
) -> None:
    if email:
        with desk.database.begin() as session:
            session.connection().exec_driver_sql(f"UPDATE service SET email = '{email}'")
    desk.register()
    assert "Reply-To" not in mailroom.deliver_one()


def test_a_mail_tells_nothing_of_the_machine_that_it_comes_from(desk: Desk, mailroom: Mailroom) -> None:
    desk.register()
    mail = mailroom.deliver_one()
    assert re.fullmatch(r"<\d+@example\.org>", mail["Message-ID"])
    assert set(mail.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"),
        *("MIME-Version", "Content-Type"),
    }
    assert socket.gethostname() not in mail.as_string()


def test_a_mail_is_the_same_in_plain_text_and_in_html_and_the_program_of_the_reader_chooses(
    desk: Desk, mailroom: Mailroom
) -> None:
    desk.register(locale="fa")
    mail = mailroom.deliver_one()
    assert mail.get_content_type() == "multipart/alternative"
    kinds = [each.get_content_type() for each in mail.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    assert '<html lang="fa" dir="rtl">' in part(mail, "html")
    assert "https://desk.example.org/fa/return" in part(mail, "plain")


def test_a_domain_in_any_script_is_written_as_mail_servers_know_it(desk: Desk, mailroom: Mailroom) -> None:
    desk.register(email="zoe@bücher.example.org")
    assert mailroom.deliver_one()["To"] == "zoe@xn--bcher-kva.example.org"


def test_a_partner_is_told_in_dutch_of_the_reference_and_the_desk_and_nothing_else(
    desk: Desk, mailroom: Mailroom
) -> None:
    visit = desk.register(email=None, locale="ar", topic="dutch-course", text="I want to learn")
    [question] = visit.questions
    mail = mailroom.deliver_one()
    text = part(mail, "plain")
    assert mail["To"] == LIBRARY_EMAIL
    assert mail["Subject"] == f"Er wacht een vraag op u: {question.reference}"
    assert '<html lang="nl" dir="ltr">' in part(mail, "html")
    assert "Bálie Zuid heeft een vraag overgedragen aan Language point." in text
    assert f"Het kenmerk is {question.reference}." in text
    assert "\n\nhttps://desk.example.org\n\n" in text
    for secret in ("learn", "dutch-course", "GM0772", "Eindhoven", str(visit.return_code)):
        assert secret not in mail.as_string() + text


def test_a_partner_does_not_learn_the_address_of_the_newcomer(desk: Desk, mailroom: Mailroom) -> None:
    desk.register(topic="dutch-course")
    to_newcomer, to_partner = sorted(mailroom.deliver(), key=lambda mail: str(mail["To"]), reverse=True)
    assert to_newcomer["To"] == "newcomer@example.net"
    assert "newcomer@example.net" not in to_partner.as_string() + part(to_partner, "plain")


def test_after_everything_was_deleted_there_is_nothing_to_send(desk: Desk, mailroom: Mailroom) -> None:
    visit = desk.register(topic="dutch-course")
    desk.answer(visit, "Come on Thursday")
    desk.database.write(lambda session: erase_visit(session, visit.visit_id, desk.work.now))
    assert mailroom.deliver() == []
    assert desk.status() == NOTHING_LEFT


@pytest.mark.parametrize("topic", ["domestic-violence", "housing-abuse"])
def test_nobody_gets_a_mail_about_a_sensitive_question(desk: Desk, mailroom: Mailroom, topic: str) -> None:
    visit = desk.register(topic=topic)
    desk.answer(visit, "Please come and see us")
    assert mailroom.deliver() == []
    assert desk.status() == NOTHING_LEFT


def test_a_mail_about_a_sensitive_question_is_word_for_word_that_about_any_other(
    desk: Desk, mailroom: Mailroom
) -> None:
    for topic, text in (("domestic-violence", "He beats me"), ("gp-dentist", "My tooth hurts")):
        visit = desk.register(topic=topic, text=text, email_safe=True)
        desk.answer(visit, "Please come and see us")
    mails = [(str(mail["Subject"]), part(mail, "plain"), part(mail, "html")) for mail in mailroom.deliver()]
    assert len(mails) == 4
    assert len(set(mails)) == 2
    assert not any("Veilig" in text or "beats" in text for _, text, _ in mails)


def test_a_partner_is_not_mailed_about_a_sensitive_question_that_was_handed_over(
    desk: Desk, mailroom: Mailroom
) -> None:
    [question] = desk.register(topic="housing-abuse", email_safe=True).questions
    assert question.referral.service.email == "town-hall@example.org"
    assert [mail["To"] for mail in mailroom.deliver()] == ["newcomer@example.net"]


def test_a_question_that_turns_out_to_be_sensitive_is_not_mailed_about_any_more(
    desk: Desk, mailroom: Mailroom
) -> None:
    visit = desk.register(topic="dutch-course")
    [question] = visit.questions
    correction = Correction(facts={}, topic="domestic-violence")
    desk.database.write(
        lambda session: correct_question(session, desk.work, question, correction, question.version)
    )
    assert mailroom.deliver() == []
    assert desk.status() == NOTHING_LEFT


def test_a_service_from_which_the_question_was_taken_back_is_not_told(desk: Desk, mailroom: Mailroom) -> None:
    [question] = desk.register(email=None, topic="dutch-course").questions
    counter = desk.work.directory.desk_service.id
    desk.database.write(
        lambda session: refer_question(
            session, desk.work, question, service_id=counter, kind=None, reason="She came back"
        )
    )
    assert mailroom.deliver() == []
    assert desk.status() == NOTHING_LEFT


def test_a_closed_question_does_not_wait_for_a_service(desk: Desk, mailroom: Mailroom) -> None:
    [question] = desk.register(email=None, topic="dutch-course").questions
    work = replace(desk.work, user_id=None)
    desk.database.write(lambda session: close_question(session, work, question, Outcome.WITHDRAWN, None))
    assert mailroom.deliver() == []
    assert desk.status() == NOTHING_LEFT


def test_a_service_whose_address_was_removed_is_not_told(desk: Desk, mailroom: Mailroom) -> None:
    desk.register(email=None, topic="dutch-course")
    with desk.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE service SET email = NULL")
    assert mailroom.deliver() == []
    assert desk.status() == NOTHING_LEFT


def test_a_reminder_tells_until_when_and_nothing_of_the_question(desk: Desk, mailroom: Mailroom) -> None:
    [question] = desk.register(email=None, topic="dutch-course", text="Where is the course?").questions
    assert question.due_on is not None
    mailroom.deliver()
    last = datetime.combine(question.due_on, time(9), UTC)
    keep_terms(desk.database, desk.work.keys, last)
    [_, mail] = mailroom.deliver(last)
    assert mail["To"] == LIBRARY_EMAIL
    assert mail["Subject"] == f"Er wacht nog steeds een vraag op u: {question.reference}"
    assert "9 november" in part(mail, "plain")
    assert "course" not in mail.as_string()


def test_who_accepted_in_the_meantime_is_not_reminded(desk: Desk, mailroom: Mailroom) -> None:
    [question] = desk.register(email=None, topic="dutch-course").questions
    assert question.due_on is not None
    mailroom.deliver()
    last = datetime.combine(question.due_on, time(9), UTC)
    keep_terms(desk.database, desk.work.keys, last)
    case = ReferralCase(question, question.referral)
    desk.database.write(lambda session: accept(session, desk.work, case))
    assert len(mailroom.deliver(last)) == 1

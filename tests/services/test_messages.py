"""Messages: who is told, and what a question waits for."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from servicebalie.core.sealing import Sealed
from servicebalie.core.vocabulary import Author, Status
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.questions import Message
from servicebalie.services.intake import NewQuestion, NewVisit, register_visit
from servicebalie.services.messages import post_message
from servicebalie.services.outbox import Delivery
from servicebalie.services.question_views import QuestionView
from servicebalie.services.visits import VisitFacts
from tests.support.sealed import opened
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import SmallWorkplace


def asked(desk: SmallWorkplace, topic: str, email: str | None = None) -> QuestionView:
    """Register a question of somebody in Eindhoven."""
    return desk.register(topic, email=email, facts=VisitFacts(municipality=EINDHOVEN)).questions[0]


def mails(desk: SmallWorkplace) -> list[tuple[str, dict[str, int]]]:
    """Return the locale and the payload of every mail that tells of an answer."""
    with desk.database.read() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == Delivery.QUESTION_ANSWERED))
        return [(row.locale, row.payload) for row in rows]


@pytest.mark.parametrize("author", [Author.DESK, Author.PARTNER])
def test_a_person_with_an_address_is_told_of_an_answer_in_the_language_of_the_visit(
    small_desk: SmallWorkplace, author: Author
) -> None:
    question = asked(small_desk, "bsn", email="jan@example.org")
    small_desk.do(post_message, question, author, "Come tomorrow", language="nl")
    assert mails(small_desk) == [("pl", {"visit": question.visit_id})]


def test_nobody_is_told_by_mail_of_their_own_message_or_without_an_address_or_of_what_is_sensitive(
    small_desk: SmallWorkplace,
) -> None:
    own = asked(small_desk, "bsn", email="jan@example.org")
    small_desk.do(post_message, own, Author.NEWCOMER, "Thank you")
    small_desk.do(post_message, asked(small_desk, "bsn"), Author.DESK, "Come tomorrow")
    sensitive = asked(small_desk, "trafficking", email="jan@example.org")
    small_desk.do(post_message, sensitive, Author.DESK, "Come tomorrow")
    assert mails(small_desk) == []


def test_who_said_that_mail_is_safe_is_told_of_an_answer_about_something_sensitive(
    small_desk: SmallWorkplace,
) -> None:
    visit = NewVisit(email="jan@example.org", email_safe=True)
    question = small_desk.do(register_visit, visit, [NewQuestion("trafficking")]).questions[0]
    small_desk.do(post_message, question, Author.DESK, "Come tomorrow")
    assert len(mails(small_desk)) == 1


def test_a_partner_who_does_not_see_the_address_still_has_the_person_told(small_desk: SmallWorkplace) -> None:
    question = replace(asked(small_desk, "bsn", email="jan@example.org"), contact=None)
    small_desk.do(post_message, question, Author.PARTNER, "Come tomorrow")
    assert len(mails(small_desk)) == 1


@pytest.mark.parametrize(("topic", "before"), [("dutch-course", Status.REFERRED), ("other", Status.OPEN)])
def test_a_reply_ends_the_waiting_and_the_question_is_again_where_it_was(
    small_desk: SmallWorkplace, topic: str, before: Status
) -> None:
    question = asked(small_desk, topic)
    assert question.status is before
    small_desk.do(post_message, question, Author.DESK, "When?", awaits_reply=True)
    waiting = small_desk.show(question.reference)
    assert waiting.status is Status.WAITING
    small_desk.do(post_message, waiting, Author.NEWCOMER, "Tomorrow")
    assert small_desk.show(question.reference).status is before


def test_a_message_that_nobody_waits_for_leaves_the_question_where_it_is(small_desk: SmallWorkplace) -> None:
    question = asked(small_desk, "dutch-course")
    small_desk.do(post_message, question, Author.NEWCOMER, "Thank you")
    small_desk.do(post_message, question, Author.DESK, "Welcome")
    assert small_desk.show(question.reference).status is Status.REFERRED


def test_a_message_keeps_who_wrote_it_and_in_which_language(small_desk: SmallWorkplace) -> None:
    question = asked(small_desk, "bsn")
    small_desk.do(post_message, question, Author.DESK, "Welkom", language="nl")
    row = small_desk.read(lambda session: session.scalars(select(Message)).one())
    assert (row.user_id, row.language) == (small_desk.work.user_id, "nl")
    assert small_desk.read(lambda session: opened(session, Sealed.MESSAGE)) == {row.id: "Welkom"}

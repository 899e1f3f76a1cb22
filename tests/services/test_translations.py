"""What is noted for translation, what may still be sent when its turn comes, and what is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from servicebalie.core.errors import InvalidInput
from servicebalie.core.sealing import Sealed
from servicebalie.core.vocabulary import Author
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.questions import Message, Question, Visit
from servicebalie.services.holdings import deliveries_of
from servicebalie.services.intake import NewQuestion
from servicebalie.services.messages import post_message
from servicebalie.services.outbox import Delivery
from servicebalie.services.own_visit import ask_more, correct_own_facts
from servicebalie.services.question_views import MessageView, QuestionView, TranslationView
from servicebalie.services.questions import Correction, correct_question
from servicebalie.services.returning import erase_visit
from servicebalie.services.translations import (
    NewTranslation,
    TextToTranslate,
    keep_translation,
    text_to_translate,
)
from servicebalie.services.visits import Contact, VisitFacts
from tests.support.sealed import opened
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import KEYS, NOW, SmallWorkplace

POLISH = "Przyszło pismo z gminy i nie wiem, co mam zrobić."
DUTCH = "Kom morgen langs en neem de brief mee."


@pytest.fixture
def desk(small_desk: SmallWorkplace) -> SmallWorkplace:
    """A small desk with a translator, whose newcomers read Polish."""
    return replace(small_desk, work=replace(small_desk.work, translates=True))


def asked(desk: SmallWorkplace, topic: str = "letters-forms", text: str | None = POLISH) -> QuestionView:
    """Register a question of somebody who reads Polish."""
    facts = VisitFacts(language="pl", municipality=EINDHOVEN)
    return desk.register(topic, text=text, facts=facts).questions[0]


def noted(desk: SmallWorkplace) -> list[dict[str, int]]:
    """Return what is noted for translation, the oldest first."""
    rows = select(OutboxMessage).where(OutboxMessage.kind == Delivery.TEXT_TO_TRANSLATE)
    in_order = rows.order_by(OutboxMessage.created_at, OutboxMessage.id)
    return desk.read(lambda session: [row.payload for row in session.scalars(in_order)])


def messages(desk: SmallWorkplace) -> list[Message]:
    """Return all messages, the oldest first."""
    return desk.read(lambda session: list(session.scalars(select(Message).order_by(Message.id))))


def due(desk: SmallWorkplace, question: QuestionView, message: int | None = None) -> TextToTranslate | None:
    """Return what may be sent now."""
    return desk.read(lambda session: text_to_translate(session, KEYS, question.id, message))


def keep(desk: SmallWorkplace, text: TextToTranslate, made: str = "Vertaald") -> None:
    """Keep a translation by a machine."""
    desk.database.write(lambda session: keep_translation(session, KEYS, text, made, "A machine", NOW))


def test_what_a_person_asks_is_noted_for_the_desk_and_what_the_desk_writes_for_the_person(
    desk: SmallWorkplace,
) -> None:
    question = asked(desk)
    ours = {"visit": question.visit_id, "question": question.id}
    assert noted(desk) == [ours]
    assert due(desk, question) == TextToTranslate(question.id, None, POLISH, "pl", "nl")
    later = desk.at(NOW + timedelta(minutes=1))
    later.do(post_message, question, Author.DESK, DUTCH)
    [message] = messages(desk)
    assert noted(desk) == [ours, ours | {"message": message.id}]
    assert due(desk, question, message.id) == TextToTranslate(question.id, message.id, DUTCH, "nl", "pl")


def test_a_reply_of_the_person_is_noted_for_the_desk(desk: SmallWorkplace) -> None:
    question = asked(desk, text=None)
    assert noted(desk) == []
    desk.do(post_message, question, Author.NEWCOMER, POLISH)
    [message] = messages(desk)
    assert noted(desk) == [{"visit": question.visit_id, "question": question.id, "message": message.id}]
    assert due(desk, question, message.id) == TextToTranslate(question.id, message.id, POLISH, "pl", "nl")


def test_one_more_question_is_noted_too(desk: SmallWorkplace) -> None:
    question = asked(desk, text=None)
    desk.do(ask_more, question.visit_id, NewQuestion("bsn", POLISH))
    assert len(noted(desk)) == 1


def test_without_a_translator_nothing_is_noted(small_desk: SmallWorkplace) -> None:
    question = asked(small_desk)
    small_desk.do(post_message, question, Author.DESK, DUTCH)
    small_desk.do(correct_question, question, Correction({}, text="BSN?"), 2)
    small_desk.do(ask_more, question.visit_id, NewQuestion("bsn", POLISH))
    english = replace(small_desk, work=replace(small_desk.work, locale="en"))
    english.do(correct_own_facts, question.visit_id, {}, Contact(None, None))
    assert noted(small_desk) == []


def test_nothing_about_a_sensitive_topic_is_noted(desk: SmallWorkplace) -> None:
    question = asked(desk, "trafficking")
    desk.do(post_message, question, Author.DESK, DUTCH)
    desk.do(post_message, question, Author.NEWCOMER, POLISH)
    assert noted(desk) == []


def test_what_is_noted_is_not_sent_when_any_topic_of_the_visit_is_sensitive_by_then(
    desk: SmallWorkplace,
) -> None:
    question = asked(desk)
    desk.do(ask_more, question.visit_id, NewQuestion("trafficking"))
    assert due(desk, question) is None


def test_words_that_speak_for_a_sensitive_topic_are_not_sent_whatever_topic_was_chosen(
    desk: SmallWorkplace,
) -> None:
    question = asked(desk, "other", "Mąż mnie bije, boję się przemocy domowej.")
    assert due(desk, question) is None
    calm = asked(desk, "bsn", "Gdzie dostanę numer BSN?")
    desk.do(post_message, calm, Author.NEWCOMER, "Mąż mnie bije, boję się przemocy domowej.")
    [message] = messages(desk)
    assert due(desk, calm, message.id) is None
    assert due(desk, calm) is not None


def test_what_was_deleted_is_not_sent(desk: SmallWorkplace) -> None:
    question = asked(desk)
    desk.do(post_message, question, Author.DESK, DUTCH)
    [message] = messages(desk)
    desk.do(correct_question, question, Correction({}, text=""), 2)
    assert due(desk, question) is None
    desk.database.write(lambda session: erase_visit(session, question.visit_id, NOW))
    assert due(desk, question, message.id) is None
    assert noted(desk) == []


def test_what_is_in_the_language_of_its_reader_is_not_sent(desk: SmallWorkplace) -> None:
    in_dutch = asked(desk, text="Ik heb een brief van de gemeente gekregen en begrijp hem niet.")
    assert due(desk, in_dutch) is None
    desk.do(post_message, in_dutch, Author.PARTNER, "Zapraszamy", language="pl")
    [message] = messages(desk)
    assert due(desk, in_dutch, message.id) is None


@pytest.mark.parametrize(
    ("locale", "language", "source"), [("pl", None, "pl"), ("zh-Hans", None, "zh"), ("en", "pl", "pl")]
)
def test_a_short_text_is_taken_for_the_language_of_the_person_else_of_their_pages(
    desk: SmallWorkplace, locale: str, language: str | None, source: str
) -> None:
    reader = replace(desk, work=replace(desk.work, locale=locale))
    visit = reader.register("bsn", text="BSN?", facts=VisitFacts(language=language))
    text = due(desk, visit.questions[0])
    assert text is not None
    assert (text.source, text.target) == (source, "nl")


def test_a_translation_is_kept_beside_the_text_and_told_with_it(desk: SmallWorkplace) -> None:
    question = asked(desk)
    text = due(desk, question)
    assert text is not None
    keep(desk, text, "Er kwam een brief")
    shown = desk.show(question.reference)
    assert shown.text == POLISH
    made = TranslationView("nl", "Er kwam een brief", machine=True, engine="A machine", made_at=NOW)
    assert shown.translations == (made,)
    assert due(desk, question) is None


def test_a_translation_that_comes_twice_is_kept_once(desk: SmallWorkplace) -> None:
    question = asked(desk)
    text = due(desk, question)
    assert text is not None
    keep(desk, text, "First")
    keep(desk, text, "Second")
    assert [view.text for view in desk.show(question.reference).translations] == ["First"]


def test_the_translation_of_what_was_corrected_meanwhile_is_not_kept(desk: SmallWorkplace) -> None:
    question = asked(desk)
    text = due(desk, question)
    assert text is not None
    desk.do(correct_question, question, Correction({}, text="Gdzie dostanę BSN?"), 1)
    keep(desk, text)
    assert desk.show(question.reference).translations == ()
    desk.database.write(lambda session: erase_visit(session, question.visit_id, NOW))
    keep(desk, text)


def test_a_corrected_text_loses_its_translations_and_is_noted_again(desk: SmallWorkplace) -> None:
    question = asked(desk)
    text = due(desk, question)
    assert text is not None
    keep(desk, text)
    later = desk.at(NOW + timedelta(days=1))
    later.do(correct_question, question, Correction({}, text="Gdzie dostanę BSN?"), 1)
    assert desk.show(question.reference).translations == ()
    assert noted(desk) == [{"visit": question.visit_id, "question": question.id}] * 2
    corrected = due(desk, question)
    assert corrected is not None
    assert corrected.text == "Gdzie dostanę BSN?"
    # It is found with the visit, so a copy tells of it and deleting everything takes it away.
    found = later.read(lambda session: [row.kind for row in deliveries_of(session, question.visit_id)])
    assert found.count(Delivery.TEXT_TO_TRANSLATE) == 2
    later.database.write(lambda session: erase_visit(session, question.visit_id, later.work.now))
    assert noted(desk) == []


def test_who_reads_another_language_from_now_on_gets_the_messages_in_that_one(desk: SmallWorkplace) -> None:
    question = asked(desk)
    desk.do(post_message, question, Author.DESK, DUTCH)
    desk.do(post_message, question, Author.NEWCOMER, POLISH)
    before = len(noted(desk))
    english = replace(desk, work=replace(desk.work, locale="en", now=NOW + timedelta(days=1)))
    english.do(correct_own_facts, question.visit_id, {}, Contact(None, None))
    assert len(noted(desk)) == before + 3
    ours = next(row.id for row in messages(desk) if row.author is Author.DESK)
    text = due(desk, question, ours)
    assert text is not None
    assert text.target == "en"
    english.do(correct_own_facts, question.visit_id, {}, Contact(None, None))
    assert len(noted(desk)) == before + 3


def test_what_a_person_translated_needs_no_machine(desk: SmallWorkplace) -> None:
    question = asked(desk)
    by_hand = NewTranslation("pl", "Proszę przyjść jutro")
    told = desk.do(post_message, question, Author.DESK, DUTCH, translation=by_hand)
    made = TranslationView("pl", "Proszę przyjść jutro", machine=False, engine=None, made_at=NOW)
    assert told.translations == (made,)
    assert desk.show(question.reference).messages == (told,)
    [message] = messages(desk)
    assert due(desk, question, message.id) is None


def test_a_message_is_not_translated_into_its_own_language(desk: SmallWorkplace) -> None:
    question = asked(desk)
    with pytest.raises(InvalidInput) as refused:
        desk.do(post_message, question, Author.DESK, DUTCH, translation=NewTranslation("nl", DUTCH))
    [fault] = refused.value.faults
    assert (fault.pointer, fault.code) == ("/translation/language", "translation-same-language")
    assert messages(desk) == []


@pytest.mark.parametrize(
    ("author", "text", "language"),
    [
        (Author.DESK, "Tot morgen", "nl"),
        (Author.DESK, "Please bring the letter that you got from the municipality.", "en"),
        (Author.PARTNER, f"{POLISH} {POLISH}", "pl"),
        (Author.NEWCOMER, "Dobrze", None),
        (Author.NEWCOMER, POLISH, None),
        (Author.NEWCOMER, "I will bring the letter of the municipality tomorrow.", "en"),
    ],
)
def test_a_message_is_in_the_language_that_shows_or_in_that_of_the_desk(
    small_desk: SmallWorkplace, author: Author, text: str, language: str | None
) -> None:
    assert small_desk.do(post_message, asked(small_desk), author, text).language == language


def by(machine: bool, language: str, text: str) -> TranslationView:
    return TranslationView(language, text, machine=machine, engine=None, made_at=NOW)


@pytest.mark.parametrize(
    ("translations", "shown"),
    [
        ((), None),
        ((by(True, "pl", "pl"), by(True, "en", "en")), "pl"),
        ((by(True, "en", "en"), by(False, "ar", "by a person"), by(True, "bg", "bg")), "by a person"),
        ((by(True, "en", "en"), by(True, "bg", "the newest")), "the newest"),
    ],
)
def test_a_reader_sees_the_translation_that_fits_best(
    translations: tuple[TranslationView, ...], shown: str | None
) -> None:
    message = MessageView(Author.DESK, DUTCH, "nl", NOW, translations)
    found = message.translation_for("pl")
    assert (found and found.text) == shown
    assert message.translation_for("nl") is None


def test_the_text_itself_is_never_touched(desk: SmallWorkplace) -> None:
    question = asked(desk)
    desk.do(post_message, question, Author.DESK, DUTCH)
    [message] = messages(desk)
    for text in (due(desk, question), due(desk, question, message.id)):
        assert text is not None
        keep(desk, text)
    assert list(desk.read(lambda session: opened(session, Sealed.MESSAGE)).values()) == [DUTCH]
    texts = list(desk.read(lambda session: opened(session, Sealed.QUESTION_TEXT)).values())
    assert texts == [POLISH]
    version = desk.read(lambda session: session.get_one(Question, question.id).version)
    assert version == 2  # of the message


def test_a_visit_in_a_language_without_pages_yet_is_noted_all_the_same(desk: SmallWorkplace) -> None:
    question = asked(desk)
    with desk.database.begin() as session:
        session.execute(update(Visit).values(locale="ti"))
    desk.do(post_message, question, Author.DESK, DUTCH)
    [message] = messages(desk)
    text = due(desk, question, message.id)
    assert text is not None
    assert text.target == "ti"

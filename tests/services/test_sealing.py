"""Data keys in the database: made when needed, gone with what they sealed, rewrapped while the desk works."""

from dataclasses import replace
from unittest.mock import patch

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from servicebalie.core.contact_index import Reach
from servicebalie.core.sealing import MasterKeyMissing, MasterKeys, Owner, master_key_id
from servicebalie.core.vocabulary import Author
from servicebalie.models.data_keys import DataKeyRow
from servicebalie.models.questions import Message
from servicebalie.services import sealing
from servicebalie.services.messages import post_message
from servicebalie.services.question_lists import find_by_contact
from servicebalie.services.returning import erase_visit
from servicebalie.services.sealing import count_keys, destroy_keys, rewrap_some
from servicebalie.services.translations import NewTranslation, text_to_translate
from servicebalie.services.visits import Contact, read_contact, set_contact
from tests.support.workplace import KEYS, NOW, SmallWorkplace

OLD, NEW = b"m" * 32, b"n" * 32


def owners(desk: SmallWorkplace) -> dict[tuple[Owner, int], bytes]:
    """Return the wrapped data keys there are, by what they belong to."""
    rows = desk.read(lambda session: session.scalars(select(DataKeyRow)).all())
    return {(row.owner, row.record_id): row.wrapped for row in rows}


def newest_message(session: Session) -> int | None:
    """Return the key of the newest message."""
    return session.scalar(select(func.max(Message.id)))


def with_keys(desk: SmallWorkplace, *masters: bytes) -> SmallWorkplace:
    """Return the same desk with other master keys."""
    keys = replace(KEYS, master_keys=MasterKeys(masters))
    return replace(desk, work=replace(desk.work, keys=keys))


def test_only_who_wrote_or_left_something_has_keys_and_erasing_destroys_them(
    small_desk: SmallWorkplace,
) -> None:
    small_desk.register("bsn")
    assert owners(small_desk) == {}
    visit = small_desk.register("bsn", text="Kurs", email="anna@example.com")
    [question] = visit.questions
    stays = small_desk.register("bsn", text="Kurs")
    mine = {(Owner.VISIT, visit.visit_id), (Owner.QUESTION, question.id)}
    assert set(owners(small_desk)) == mine | {(Owner.QUESTION, stays.questions[0].id)}
    small_desk.database.write(lambda session: erase_visit(session, visit.visit_id, NOW))
    assert set(owners(small_desk)) == {(Owner.QUESTION, stays.questions[0].id)}


def test_the_key_of_a_question_is_made_at_its_first_text_and_serves_all(small_desk: SmallWorkplace) -> None:
    [question] = small_desk.register("bsn").questions
    small_desk.do(post_message, question, Author.DESK, "Welkom")
    [first] = owners(small_desk).values()
    small_desk.do(post_message, question, Author.DESK, "Kom maar")
    assert list(owners(small_desk).values()) == [first]
    shown = small_desk.show(question.reference)
    assert {message.text for message in shown.messages} == {"Welkom", "Kom maar"}


def test_a_new_contact_has_a_new_key_so_that_the_former_one_is_erased(small_desk: SmallWorkplace) -> None:
    visit = small_desk.register("bsn", email="anna@example.com")
    before = owners(small_desk)
    small_desk.do(set_contact, visit.visit_id, Contact(None, "+31612345678"))
    assert owners(small_desk).keys() == before.keys()
    assert owners(small_desk) != before
    small_desk.do(set_contact, visit.visit_id, Contact(None, None))
    assert owners(small_desk) == {}


def test_what_lost_its_key_is_not_there_any_more(small_desk: SmallWorkplace) -> None:
    visit = small_desk.register("bsn", text="Kurs", email="anna@example.com")
    [question] = visit.questions
    witamy = NewTranslation("pl", "Witamy")
    small_desk.do(post_message, question, Author.DESK, "Welkom", language="nl", translation=witamy)
    with small_desk.database.begin() as session:
        destroy_keys(session, Owner.QUESTION, [question.id])
        destroy_keys(session, Owner.VISIT, [visit.visit_id])
    shown = small_desk.show(question.reference)
    assert (shown.text, shown.messages, shown.contact) == (None, (), None)
    told = small_desk.read(
        lambda session: text_to_translate(session, KEYS, question.id, newest_message(session))
    )
    assert told is None


def test_without_its_master_key_a_question_is_refused_and_not_shown_empty(small_desk: SmallWorkplace) -> None:
    [question] = small_desk.register("bsn", text="Kurs").questions
    with pytest.raises(MasterKeyMissing):
        with_keys(small_desk, NEW).show(question.reference)


def test_all_keys_are_rewrapped_in_steps_and_the_old_master_key_opens_nothing_then(
    small_desk: SmallWorkplace,
) -> None:
    # Two keys each: whoever of the four is erased below, some are left for the second step.
    visits = [small_desk.register("bsn", text=f"Kurs {n}", phone="+31612345678") for n in range(4)]
    both = MasterKeys([NEW, OLD])
    with patch.object(sealing, "REWRAPPED_AT_ONCE", 4):
        first = small_desk.database.write(lambda session: rewrap_some(session, both))
        assert first is not None
        assert first.count == 4
        assert small_desk.read(count_keys) == {master_key_id(OLD): 4, master_key_id(NEW): 4}
        # The desk works on meanwhile: somebody is erased, and somebody new comes.
        small_desk.database.write(lambda session: erase_visit(session, visits[0].visit_id, NOW))
        with_keys(small_desk, NEW, OLD).register("bsn", text="Kurs 4")
        second = small_desk.database.write(lambda session: rewrap_some(session, both, first.last))
        assert second is not None
        assert small_desk.database.write(lambda session: rewrap_some(session, both, second.last)) is None
    assert small_desk.database.write(lambda session: rewrap_some(session, both)) is None
    assert small_desk.read(count_keys) == {master_key_id(NEW): 7}
    rotated = with_keys(small_desk, NEW)
    assert rotated.show(visits[1].questions[0].reference).text == "Kurs 1"
    contact = rotated.read(lambda session: read_contact(session, rotated.work.keys, visits[2].visit_id))
    assert contact == Contact(None, "+31612345678")


def test_who_may_not_see_sensitive_questions_does_not_find_them_by_an_address(
    small_desk: SmallWorkplace,
) -> None:
    reach = {"email": "anna@example.com", "phone": "+31612345678"}
    visit = small_desk.register("bsn", "domestic-violence", **reach)
    small_desk.register("bsn", email="piet@example.com")
    asked, secret = (question.reference for question in visit.questions)
    for kind, value in reach.items():
        for principal, expected in (("desk", {asked, secret}), ("uncleared", {asked})):
            user = small_desk.user(principal, cleared=principal == "desk")
            found = small_desk.do(find_by_contact, user, Reach(kind), value.upper(), limit=9)
            assert {summary.reference for summary in found} == expected

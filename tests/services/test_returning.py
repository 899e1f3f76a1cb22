"""With the return code: finding the visit, and deleting everything."""

import pytest
from sqlalchemy import select, text

from servicebalie.core.rights import HoldReason, Right
from servicebalie.core.vocabulary import Author
from servicebalie.models import Base
from servicebalie.models.delivery import OutboxMessage
from servicebalie.services.intake import RegisteredVisit
from servicebalie.services.messages import post_message
from servicebalie.services.referral_acts import ReferralCase, accept
from servicebalie.services.retention_holds import place_hold
from servicebalie.services.returning import (
    ReturnCodeNotKnown,
    erase_visit,
    find_visit,
    read_visit_questions,
)
from servicebalie.services.rights_register import note_right
from servicebalie.services.translations import NewTranslation
from servicebalie.services.visits import VisitFacts
from tests.support.about_visit import rows_about
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import SmallWorkplace, open_small_desk


def registered(desk: SmallWorkplace) -> RegisteredVisit:
    """Register a visit of which every table holds something."""
    visit = desk.register(
        "bsn",
        "dutch-course",
        text="Where can I go?",
        email="jan@example.org",
        phone="+31612345678",
        facts=VisitFacts(language="pl", municipality=EINDHOVEN),
    )
    for question in visit.questions:
        desk.do(
            post_message,
            question,
            Author.DESK,
            "Come tomorrow",
            language="en",
            translation=NewTranslation("pl", "Proszę przyjść jutro"),
        )
    case = next(
        ReferralCase(question, question.referral) for question in visit.questions if question.referral.kind
    )
    desk.do(accept, case, note="Hanna helps")
    desk.do(note_right, Right.ACCESS, visit.visit_id)
    now, until = desk.work.now, desk.work.now.date()
    desk.database.write(
        lambda session: place_hold(
            session, desk.work.desk_id, HoldReason.COMPLAINT, now, until=until, visit_id=visit.visit_id
        )
    )
    return visit


def counts_about(desk: SmallWorkplace, visit: RegisteredVisit) -> dict[str, int]:
    """Count the rows of every table about the visit, and what was or is to be delivered because of it."""
    rows = desk.read(lambda session: rows_about(session, visit.visit_id))
    deliveries = desk.read(lambda session: list(session.scalars(select(OutboxMessage))))
    named = {visit.visit_id, *(question.id for question in visit.questions)}
    waiting = [row for row in deliveries if named & set(row.payload.values())]
    return {**{name: len(found) for name, found in rows.items()}, "outbox_message": len(waiting)}


def test_a_code_finds_its_visit_at_its_own_desk_only(small_desk: SmallWorkplace) -> None:
    visit = registered(small_desk)
    other = open_small_desk(small_desk.database, "Another desk")
    with small_desk.database.read() as session:
        assert find_visit(session, small_desk.work, visit.return_code or "") == visit.visit_id
        with pytest.raises(ReturnCodeNotKnown):
            find_visit(session, other.work, visit.return_code or "")


def test_a_visit_shows_its_questions_in_order_with_their_messages(small_desk: SmallWorkplace) -> None:
    visit = registered(small_desk)
    questions = small_desk.read(
        lambda session: read_visit_questions(session, small_desk.work, visit.visit_id)
    )
    assert {question.id for question in questions} == {question.id for question in visit.questions}
    assert [question.id for question in questions] == sorted(question.id for question in questions)
    assert [[message.text for message in question.messages] for question in questions] == [
        ["Come tomorrow"],
        ["Come tomorrow"],
    ]


def test_deleting_a_visit_leaves_nothing_of_it_and_everything_of_others(small_desk: SmallWorkplace) -> None:
    mine, another = registered(small_desk), registered(small_desk)
    before = counts_about(small_desk, another)
    assert all(before.values())
    small_desk.database.write(lambda session: erase_visit(session, mine.visit_id, small_desk.work.now))
    assert set(counts_about(small_desk, mine).values()) == {0}
    assert counts_about(small_desk, another) == before
    with small_desk.database.read() as session, pytest.raises(ReturnCodeNotKnown):
        find_visit(session, small_desk.work, mine.return_code or "")


def test_after_deletion_no_table_holds_what_was_typed(small_desk: SmallWorkplace) -> None:
    visit = registered(small_desk)
    small_desk.database.write(lambda session: erase_visit(session, visit.visit_id, small_desk.work.now))
    with small_desk.database.read() as session:
        for name in Base.metadata.tables:
            rows = session.execute(text(f"SELECT * FROM {'.'.join(map(_quoted, name.split('.')))}")).all()
            written = " ".join(str(value) for row in rows for value in row)
            for typed in (
                "Where can I go?",
                "Come tomorrow",
                "Hanna helps",
                "jan@example.org",
                "+31612345678",
            ):
                assert typed not in written, name


def _quoted(name: str) -> str:
    return f'"{name}"'

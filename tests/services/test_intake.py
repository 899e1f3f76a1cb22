"""Registering: who the same person is, what is written, and who is told."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from servicebalie.core.errors import InvalidInput
from servicebalie.core.vocabulary import (
    ChosenBy,
    Destination,
    Outcome,
    ReferralKind,
    ReferralStatus,
    Status,
)
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.questions import Question, Visit
from servicebalie.services.intake import NewQuestion, NewVisit, RegisteredVisit, add_questions, register_visit
from servicebalie.services.outbox import Delivery
from servicebalie.services.visits import VisitFacts
from tests.support.small_desk import BREDA, EINDHOVEN
from tests.support.workplace import SmallWorkplace, open_small_desk

LATE_IN_DECEMBER = datetime(2026, 12, 30, 12, tzinfo=UTC)


def asker_of(desk: SmallWorkplace, visit: RegisteredVisit) -> bytes:
    """Return the pseudonym of the person of a visit."""
    return desk.read(lambda session: session.get_one(Visit, visit.visit_id).asker)


def told(desk: SmallWorkplace) -> Counter[str]:
    """Return how often each kind of delivery waits."""
    return desk.read(lambda session: Counter(session.scalars(select(OutboxMessage.kind))))


def test_who_leaves_nothing_is_a_new_person_at_every_visit(small_desk: SmallWorkplace) -> None:
    first, second = small_desk.register("bsn"), small_desk.register("bsn")
    assert asker_of(small_desk, first) != asker_of(small_desk, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"email": "Jan@example.org"}, {"email": "jan@EXAMPLE.org"}),
        ({"phone": "+31612345678"}, {"phone": "+31612345678"}),
        ({"email": "jan@example.org", "phone": "+31612345678"}, {"email": "jan@example.org"}),
    ],
)
def test_who_leaves_the_same_address_is_the_same_person(
    small_desk: SmallWorkplace, first: dict[str, str], second: dict[str, str]
) -> None:
    visits = small_desk.register("bsn", **first), small_desk.register("digid", **second)
    assert asker_of(small_desk, visits[0]) == asker_of(small_desk, visits[1])


def test_who_comes_back_with_the_code_is_the_same_person_whatever_else_is_left(
    small_desk: SmallWorkplace,
) -> None:
    first = small_desk.register("bsn", email="jan@example.org")
    second = small_desk.register("digid", return_code=first.return_code, phone="+31612345678")
    third = small_desk.register("digid", return_code=second.return_code)
    assert asker_of(small_desk, first) == asker_of(small_desk, second) == asker_of(small_desk, third)


def test_two_desks_cannot_tell_that_they_know_the_same_person(small_desk: SmallWorkplace) -> None:
    other = open_small_desk(small_desk.database, "Another desk")
    here = small_desk.register("bsn", email="jan@example.org")
    there = other.register("bsn", email="jan@example.org")
    assert asker_of(small_desk, here) != asker_of(other, there)


def test_with_the_dutch_year_the_pseudonym_ends_and_the_code_ties_the_visits_of_the_new_year(
    small_desk: SmallWorkplace,
) -> None:
    december = small_desk.at(LATE_IN_DECEMBER)
    old = december.register("bsn", email="jan@example.org")
    january = small_desk.at(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    new = january.register("bsn", return_code=old.return_code)
    again = january.register("digid", return_code=old.return_code)
    assert asker_of(small_desk, old) != asker_of(small_desk, new)
    assert asker_of(small_desk, new) == asker_of(small_desk, again)


def test_an_unknown_code_registers_nothing(small_desk: SmallWorkplace) -> None:
    with pytest.raises(InvalidInput) as refused:
        small_desk.register("bsn", return_code="000000000000000000")
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [
        ("/returnCode", "unknown-return-code")
    ]
    assert small_desk.read(lambda session: session.scalars(select(Visit)).all()) == []


def test_no_code_and_no_address_is_stored_where_it_can_be_read(small_desk: SmallWorkplace) -> None:
    visit = small_desk.register("bsn", email="jan@example.org")
    row = small_desk.read(lambda session: session.get_one(Visit, visit.visit_id))
    assert visit.return_code is not None
    stored = b"".join((row.return_code_hash, row.asker))
    assert visit.return_code.encode() not in stored
    assert b"jan" not in stored


def test_the_person_is_told_by_mail_that_the_question_came_in(small_desk: SmallWorkplace) -> None:
    small_desk.register("bsn", "digid", email="jan@example.org")
    assert told(small_desk)[Delivery.QUESTION_RECEIVED] == 1
    row = small_desk.read(
        lambda session: session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == Delivery.QUESTION_RECEIVED)
        ).one()
    )
    assert row.locale == "pl"


@pytest.mark.parametrize(
    ("topics", "contact"),
    [
        (["bsn"], {}),
        (["bsn"], {"phone": "+31612345678"}),
        (["bsn", "trafficking"], {"email": "j@example.org"}),
    ],
)
def test_nobody_is_mailed_without_an_address_or_about_a_sensitive_question(
    small_desk: SmallWorkplace, topics: list[str], contact: dict[str, str]
) -> None:
    small_desk.register(*topics, **contact)
    assert told(small_desk)[Delivery.QUESTION_RECEIVED] == 0


@pytest.mark.parametrize(
    ("contact", "mails"), [({"email": "j@example.org"}, 1), ({"phone": "+31612345678"}, 0)]
)
def test_who_said_that_mail_is_safe_is_mailed_about_a_sensitive_question(
    small_desk: SmallWorkplace, contact: dict[str, str], mails: int
) -> None:
    visit = NewVisit(**contact, email_safe=True)
    registered = small_desk.do(register_visit, visit, [NewQuestion("trafficking")])
    assert told(small_desk)[Delivery.QUESTION_RECEIVED] == mails
    # Without an address there is nothing to be safe.
    known = registered.questions[0].contact
    assert known is not None
    assert known.email_safe is (mails == 1)


def test_a_partner_is_told_of_what_is_handed_over_where_there_is_an_address(
    small_desk: SmallWorkplace,
) -> None:
    facts = VisitFacts(municipality=EINDHOVEN)
    small_desk.register("dutch-course", facts=facts)
    assert told(small_desk) == {Delivery.REFERRAL_REQUESTED: 1}
    small_desk.register("bsn", facts=facts)
    small_desk.register("dutch-course", facts=VisitFacts(municipality=BREDA))
    assert told(small_desk) == {Delivery.REFERRAL_REQUESTED: 1}


def test_a_partner_is_not_told_of_what_was_answered_on_the_spot(small_desk: SmallWorkplace) -> None:
    visit = small_desk.register(
        "bsn",
        service_id=small_desk.desk.services["library"],
        override_reason="Went along",
        outcome=Outcome.MET,
    )
    assert visit.questions[0].referral.status is ReferralStatus.COMPLETED
    assert not told(small_desk)


def test_a_service_of_another_desk_cannot_be_chosen(small_desk: SmallWorkplace) -> None:
    other = open_small_desk(small_desk.database, "Another desk")
    with pytest.raises(InvalidInput) as refused:
        small_desk.register("bsn", service_id=other.desk.services["town"], override_reason="Nearer")
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [
        ("/service", "unknown-service")
    ]


def test_questions_can_be_added_to_a_visit_of_this_desk_only(small_desk: SmallWorkplace) -> None:
    visit = small_desk.register("bsn", facts=VisitFacts(language="pl"))
    added = small_desk.do(add_questions, visit.visit_id, [NewQuestion(topic="digid", text="And DigiD?")])
    assert (added.visit_id, added.return_code) == (visit.visit_id, None)
    assert [question.facts.language for question in added.questions] == ["pl"]
    other = open_small_desk(small_desk.database, "Another desk")
    with pytest.raises(InvalidInput) as refused:
        other.do(add_questions, visit.visit_id, [NewQuestion(topic="digid")])
    assert [fault.code for fault in refused.value.faults] == ["unknown-visit"]


def test_a_visit_of_last_week_is_written_as_of_last_week(small_desk: SmallWorkplace) -> None:
    then = small_desk.work.now - timedelta(days=6)
    visit = NewVisit(VisitFacts(municipality=EINDHOVEN), email="jan@example.org", received_at=then)
    late = small_desk.do(register_visit, visit, [NewQuestion(topic="dutch-course")])
    now = small_desk.register("dutch-course")
    with small_desk.database.read() as session:
        moments = set(session.scalars(select(OutboxMessage.available_at)))
        in_order = list(session.scalars(select(Question.id).order_by(Question.id)))
    assert moments == {then}
    assert in_order == [late.questions[0].id, now.questions[0].id]
    assert late.questions[0].received_at == then


def test_what_a_standard_answer_settled_is_closed_at_the_desk_and_nobody_waits(
    small_desk: SmallWorkplace,
) -> None:
    (question,) = small_desk.register("bsn", outcome=Outcome.MET, informed=True).questions
    assert (question.status, question.outcome, question.due_on) == (Status.CLOSED, Outcome.MET, None)
    referral = question.referral
    assert (referral.destination, referral.kind, referral.status, referral.chosen_by) == (
        Destination.DESK,
        ReferralKind.INFORMATION_ONLY,
        ReferralStatus.GIVEN,
        ChosenBy.ROUTING,
    )

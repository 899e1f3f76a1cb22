"""The inbox of partners: what is in it, in which order, and the least that they need."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from servicebalie.core.referral_states import End
from servicebalie.core.vocabulary import Actor, Author, Outcome, ReferralStatus, ReturnReason, Role
from servicebalie.services.messages import post_message
from servicebalie.services.question_lists import QuestionFilter, QuestionSummary, list_questions, position
from servicebalie.services.question_views import QuestionView
from servicebalie.services.referral_acts import accept, answer, ask_back, complete, return_referral
from servicebalie.services.referral_inbox import (
    ReferralFilter,
    ReferralNotForYou,
    ReferralNotFound,
    find_referral,
    list_referrals,
)
from servicebalie.services.referrals import refer_question
from servicebalie.services.visits import Contact, VisitFacts
from tests.support.referrals import PartnerAtWork, partner
from tests.support.small_desk import EINDHOVEN
from tests.support.statements import counted_statements
from tests.support.workplace import SmallWorkplace

FACTS = VisitFacts(municipality=EINDHOVEN, language="pl")
OPEN = ReferralFilter()
ALL = QuestionFilter()


@pytest.fixture
def question(small_desk: SmallWorkplace) -> QuestionView:
    """A question at the library, of somebody who can be reached."""
    return small_desk.register("dutch-course", text="Kurs", facts=FACTS, email="jan@example.org").questions[0]


@pytest.fixture
def library(small_desk: SmallWorkplace) -> PartnerAtWork:
    """The librarian."""
    return partner(small_desk, "library")


def inbox(
    at_work: PartnerAtWork, wanted: ReferralFilter = OPEN, before: int | None = None, limit: int = 50
) -> list[str]:
    """Return the references of the questions in the inbox of a partner."""
    with at_work.desk.database.read() as session:
        found = list_referrals(
            session, at_work.desk.work, at_work.principal, wanted, before=before, limit=limit
        )
    return [referral.question for referral in found]


def test_the_inbox_takes_one_statement_however_long_it_is(small_desk: SmallWorkplace) -> None:
    at_town = partner(small_desk, "cleared-town")
    for count in (1, 20):
        small_desk.register(*["bsn", "housing-abuse"] * count, facts=FACTS)
        with counted_statements() as sent, small_desk.database.read() as session:
            found = list_referrals(session, small_desk.work, at_town.principal, OPEN, before=None, limit=50)
        assert len(found) >= 2 * count
        assert {one.service_name for one in found} == {"Town hall", "Housing inspection"}
        assert [one.id for one in found] == sorted((one.id for one in found), reverse=True)
        assert len([statement for statement in sent if statement.startswith("SELECT")]) == 1


def test_pages_of_the_inbox_begin_where_the_one_before_ended(
    small_desk: SmallWorkplace, library: PartnerAtWork
) -> None:
    ids = [
        small_desk.at(small_desk.work.now + timedelta(hours=hours)).register("digid", facts=FACTS)
        for hours in range(3)
    ]
    newest = [visit.questions[0] for visit in reversed(ids)]
    assert inbox(library, limit=2) == [question.reference for question in newest[:2]]
    assert inbox(library, before=newest[1].referral.id) == [newest[2].reference]


def test_only_what_is_open_is_in_the_inbox_until_one_asks_for_a_status(
    small_desk: SmallWorkplace, library: PartnerAtWork, question: QuestionView
) -> None:
    returned = small_desk.register("digid", facts=FACTS).questions[0]
    library.do(return_referral, library.case(returned), ReturnReason.DUPLICATE)
    library.do(accept, library.case(question))
    assert inbox(library) == [question.reference]
    by_status = {status: inbox(library, ReferralFilter(status)) for status in ReferralStatus}
    assert {status: found for status, found in by_status.items() if found} == {
        ReferralStatus.ACCEPTED: [question.reference],
        ReferralStatus.RETURNED: [returned.reference],
    }
    assert inbox(library, ReferralFilter(question=question.reference)) == [question.reference]
    assert inbox(library, ReferralFilter(question=returned.reference)) == []


def test_a_referral_is_overdue_from_the_day_after_its_last_one_and_not_while_the_person_is_asked(
    small_desk: SmallWorkplace, library: PartnerAtWork, question: QuestionView
) -> None:
    asked = small_desk.register("digid", facts=FACTS).questions[0]
    library.do(ask_back, library.case(asked), "Which letter?")
    late = library.at(small_desk.at(small_desk.work.now + timedelta(days=4)))
    in_time = library.at(small_desk.at(small_desk.work.now + timedelta(days=3)))
    assert inbox(late, ReferralFilter(overdue=True)) == [question.reference]
    assert inbox(late, ReferralFilter(overdue=False)) == [asked.reference]
    assert inbox(in_time, ReferralFilter(overdue=True)) == []


def test_a_partner_without_services_has_an_empty_inbox(small_desk: SmallWorkplace) -> None:
    nobody = replace(partner(small_desk, "library").principal, organisation_id=0)
    assert inbox(PartnerAtWork(small_desk, nobody)) == []


def test_the_contact_is_told_while_a_service_is_at_work_and_only_then(
    small_desk: SmallWorkplace, library: PartnerAtWork, question: QuestionView
) -> None:
    contact = Contact("jan@example.org", None, email_safe=None)
    assert library.case(question).question.contact is None
    library.do(accept, library.case(question))
    assert library.case(question).question.contact == contact
    library.do(ask_back, library.case(question), "Which day?")
    assert library.case(question).question.contact == contact
    library.do(complete, library.case(question), Actor.PARTNER, End(Outcome.MET))
    assert library.case(question).question.contact is None
    assert library.case(question).question.text == "Kurs"


def test_nobody_is_reached_who_left_no_way_or_took_consent_back(
    small_desk: SmallWorkplace, library: PartnerAtWork
) -> None:
    anonymous = small_desk.register("digid", facts=FACTS).questions[0]
    library.do(accept, library.case(anonymous))
    assert library.case(anonymous).question.contact is None


def test_who_is_cleared_also_learns_whether_mail_is_safe(small_desk: SmallWorkplace) -> None:
    at_town = partner(small_desk, "cleared-town")
    abuse = small_desk.register("housing-abuse", facts=FACTS, email="jan@example.org").questions[0]
    at_town.do(accept, at_town.case(abuse))
    assert at_town.case(abuse).question.contact == Contact("jan@example.org", None, email_safe=False)


def test_a_sensitive_question_is_as_if_it_were_not_there_for_who_is_not_cleared(
    small_desk: SmallWorkplace,
) -> None:
    abuse = small_desk.register("housing-abuse", facts=FACTS).questions[0]
    uncleared, cleared = partner(small_desk, "town"), partner(small_desk, "cleared-town")
    assert (inbox(uncleared), inbox(cleared)) == ([], [abuse.reference])
    for referral_id in (abuse.referral.id, 1):
        with pytest.raises(ReferralNotForYou):
            uncleared.find(referral_id)
    assert cleared.find(abuse.referral.id).question.reference == abuse.reference


def test_a_referral_of_another_organisation_is_as_if_it_were_not_there(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    at_town = partner(small_desk, "town")
    with pytest.raises(ReferralNotForYou):
        at_town.find(question.referral.id)
    assert inbox(at_town) == []


def test_staff_see_every_referral_and_are_told_that_one_is_not_there(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    with small_desk.database.read() as session:
        found = find_referral(session, small_desk.work, small_desk.user("desk"), question.referral.id)
        assert found.question.contact is not None
        with pytest.raises(ReferralNotFound):
            find_referral(session, small_desk.work, small_desk.user("desk"), 1)
        with pytest.raises(ReferralNotForYou):
            find_referral(session, small_desk.work, small_desk.user("uncleared", cleared=False), 1)


def test_a_partner_sees_nothing_of_what_another_one_does(
    small_desk: SmallWorkplace, library: PartnerAtWork, question: QuestionView
) -> None:
    town = small_desk.desk.services["town"]
    small_desk.do(refer_question, question, service_id=town, kind=None, reason="Both", alongside=True)
    at_town = partner(small_desk, "town")
    at_town.do(accept, at_town.case(question), note="A secret of the town")
    at_town.do(answer, at_town.case(question), "From the town")
    seen = library.case(question)
    assert [referral.service.name for referral in seen.question.referrals] == ["Information point"]
    assert seen.referral.events == ()
    assert [message.text for message in seen.question.messages] == []
    later = small_desk.at(small_desk.work.now + timedelta(minutes=1))
    later.do(post_message, question, Author.DESK, "From the desk")
    assert [message.text for message in library.case(question).question.messages] == ["From the desk"]
    assert [message.text for message in at_town.case(question).question.messages] == [
        "From the town",
        "From the desk",
    ]


def test_what_was_given_back_is_told_without_what_the_person_wrote(
    small_desk: SmallWorkplace, library: PartnerAtWork, question: QuestionView
) -> None:
    library.do(answer, library.case(question), "Every Thursday")
    library.do(return_referral, library.case(question), ReturnReason.LANGUAGE_BARRIER)
    seen = library.case(question)
    assert (seen.question.text, seen.question.messages, seen.question.contact) == (None, (), None)
    assert seen.referral.returned_reason is ReturnReason.LANGUAGE_BARRIER


def attention(desk: SmallWorkplace, before: int | None = None, limit: int = 50) -> list[QuestionSummary]:
    with desk.database.read() as session:
        return list_questions(
            session,
            desk.work,
            desk.user("desk", Role.DESK),
            QuestionFilter(attention=True),
            before=before,
            limit=limit,
        )


def test_what_came_back_is_first_in_the_list_of_what_needs_attention_and_then_what_is_overdue(
    small_desk: SmallWorkplace, library: PartnerAtWork
) -> None:
    first, second = (small_desk.register("digid", facts=FACTS).questions[0] for _ in range(2))
    late, kept = (small_desk.register("gp-dentist").questions[0] for _ in range(2))
    for question in (first, second):
        library.do(return_referral, library.case(question), ReturnReason.OTHER)
    assert {one.reference for one in attention(small_desk)} == {first.reference, second.reference}
    later = small_desk.at(small_desk.work.now + timedelta(days=30))
    found = attention(later)
    assert {one.reference for one in found[:2]} == {first.reference, second.reference}
    assert {one.reference for one in found[2:]} == {late.reference, kept.reference}
    positions = [position(one) for one in found]
    assert positions == sorted(positions, reverse=True)
    for number, place in enumerate(positions):
        assert attention(later, before=place) == found[number + 1 :]
        assert attention(later, limit=number + 1) == found[: number + 1]


def test_the_list_of_a_partner_has_each_question_once_and_what_came_back_no_more(
    small_desk: SmallWorkplace,
) -> None:
    town, housing = small_desk.desk.services["town"], small_desk.desk.services["housing"]
    library, at_town = partner(small_desk, "library"), partner(small_desk, "town")
    question = small_desk.register("dutch-course", facts=FACTS).questions[0]

    def send(service: int) -> None:
        small_desk.do(refer_question, question, service_id=service, kind=None, reason="Also", alongside=True)

    def services(at_work: PartnerAtWork, wanted: QuestionFilter = ALL, before: int | None = None) -> Any:
        with small_desk.database.read() as session:
            found = list_questions(
                session, small_desk.work, at_work.principal, wanted, before=before, limit=2
            )
        return {one.reference: one.service_name for one in found}

    def listed(at_work: PartnerAtWork, wanted: QuestionFilter = ALL, before: int | None = None) -> list[str]:
        return list(services(at_work, wanted, before))

    send(town)
    at_town.do(complete, at_town.case(question), Actor.PARTNER, End(Outcome.MET))
    send(town)
    send(housing)
    later = small_desk.at(small_desk.work.now + timedelta(minutes=1))
    others = [later.register("bsn", facts=FACTS).questions[0] for _ in range(2)]
    assert set(listed(at_town)) == {one.reference for one in others}
    oldest = min(one.id for one in others)
    assert listed(at_town, before=oldest) == [question.reference]
    assert listed(at_town, QuestionFilter(attention=True)) == []
    # The question is with the town too, which is none of the library's business.
    assert services(library) == {question.reference: "Information point"}
    assert listed(library, QuestionFilter(service=housing)) == []
    assert listed(at_town, QuestionFilter(service=housing)) == [question.reference]
    library.do(return_referral, library.case(question), ReturnReason.OTHER)
    assert listed(library) == []
    nobody = replace(library.principal, organisation_id=0)
    assert listed(PartnerAtWork(small_desk, nobody)) == []

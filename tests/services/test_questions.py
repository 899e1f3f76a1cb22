"""Questions: seeing, listing, correcting and closing, also when two people act at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from servicebalie.core.permissions import RoleNotAllowed
from servicebalie.core.sealing import Sealed
from servicebalie.core.vocabulary import (
    Author,
    Channel,
    Outcome,
    ReferralKind,
    ReferralStatus,
    Role,
    Status,
    UnmetReason,
)
from servicebalie.models.directory import ServiceRow
from servicebalie.models.questions import Question, Referral, Visit
from servicebalie.services.accounts import Principal
from servicebalie.services.intake import NewQuestion, NewVisit, register_visit
from servicebalie.services.messages import post_message
from servicebalie.services.question_lists import QuestionFilter, list_questions
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import (
    Correction,
    QuestionChanged,
    QuestionNotForYou,
    QuestionNotFound,
    close_question,
    correct_question,
    find_question,
    seen_by,
)
from servicebalie.services.referrals import QuestionClosed, refer_question
from servicebalie.services.visits import Contact, VisitFacts
from tests.support.sealed import opened
from tests.support.small_desk import EINDHOVEN
from tests.support.statements import counted_statements
from tests.support.workplace import NOW, SmallWorkplace

EVERYTHING = QuestionFilter()


@pytest.fixture
def question(small_desk: SmallWorkplace) -> QuestionView:
    """A question that is with the library."""
    visit = small_desk.register("dutch-course", text="Kurs", facts=VisitFacts(municipality=EINDHOVEN))
    return visit.questions[0]


@pytest.mark.parametrize(
    ("cleared", "role", "contact"),
    [
        (True, Role.DESK, Contact("jan@example.org", None, email_safe=True)),
        (False, Role.DESK, Contact("jan@example.org", None, email_safe=None)),
        (True, Role.PARTNER, None),
        (False, Role.PARTNER, None),
    ],
)
def test_that_mail_is_safe_is_told_to_cleared_staff_only(
    small_desk: SmallWorkplace, cleared: bool, role: Role, contact: Contact | None
) -> None:
    visit = NewVisit(VisitFacts(municipality=EINDHOVEN), email="jan@example.org", email_safe=True)
    question = small_desk.do(register_visit, visit, [NewQuestion("bsn", consents=True)]).questions[0]
    user = small_desk.user("desk", role, cleared=cleared)
    seen = seen_by(replace(user, organisation_id=question.referral.service.organisation_id), question)
    assert (seen.contact, seen.has_contact) == (contact, True)


def referrals(desk: SmallWorkplace, question: QuestionView) -> list[tuple[int, ReferralStatus]]:
    """Return where a question was sent, in order, and what became of it."""
    rows = desk.read(
        lambda session: session.execute(
            select(Referral.service_id, Referral.status)
            .where(Referral.question_id == question.id)
            .order_by(Referral.id)
        ).all()
    )
    return [(service, status) for service, status in rows]


def librarian(desk: SmallWorkplace) -> Principal:
    """Return the partner at the library, as a request knows one."""
    organisation = desk.work.directory[desk.desk.services["library"]].organisation_id
    return Principal(desk.desk.users["library"], desk.desk.id, "desk", Role.PARTNER, organisation, False, 1)


def test_the_list_takes_one_statement_however_long_it_is(small_desk: SmallWorkplace) -> None:
    for count in (1, 20):
        small_desk.register(*["bsn"] * count, email="jan@example.org", text="Where?")
        with counted_statements() as sent, small_desk.database.read() as session:
            found = list_questions(
                session, small_desk.work, small_desk.user("desk"), EVERYTHING, before=None, limit=50
            )
        assert len(found) >= count
        assert len([statement for statement in sent if statement.startswith("SELECT")]) == 1


def test_what_was_information_only_or_taken_back_is_not_shown_to_the_partner(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    with small_desk.database.read() as session:
        seen = find_question(session, small_desk.work, librarian(small_desk), question.reference)
    assert (seen.text, seen.contact) == ("Kurs", None)
    library = small_desk.desk.services["library"]
    small_desk.do(
        refer_question, question, service_id=library, kind=ReferralKind.INFORMATION_ONLY, reason="Only told"
    )
    with small_desk.database.read() as session, pytest.raises(QuestionNotForYou):
        find_question(session, small_desk.work, librarian(small_desk), question.reference)


def test_only_who_sees_all_questions_is_told_that_one_is_not_there(small_desk: SmallWorkplace) -> None:
    uncleared = small_desk.user("uncleared", cleared=False)
    cases: list[tuple[Principal, type[Exception]]] = [
        (small_desk.user("desk"), QuestionNotFound),
        (uncleared, QuestionNotForYou),
        (librarian(small_desk), QuestionNotForYou),
    ]
    for principal, refusal in cases:
        with small_desk.database.read() as session, pytest.raises(refusal):
            find_question(session, small_desk.work, principal, "22222222")


def test_a_role_that_sees_no_questions_is_refused_and_not_taken_for_staff(small_desk: SmallWorkplace) -> None:
    policymaker = small_desk.user("policymaker", Role.POLICYMAKER)
    with small_desk.database.read() as session:
        with pytest.raises(RoleNotAllowed):
            find_question(session, small_desk.work, policymaker, "22222222")
        with pytest.raises(RoleNotAllowed):
            list_questions(session, small_desk.work, policymaker, EVERYTHING, before=None, limit=5)


def test_a_question_is_overdue_from_the_day_after_it_was_due_until_it_is_closed(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    assert question.due_on is not None
    days = (question.due_on - small_desk.work.now.date()).days
    in_time = small_desk.at(small_desk.work.now + timedelta(days=days))
    late = small_desk.at(small_desk.work.now + timedelta(days=days + 1))
    assert not in_time.show(question.reference).overdue
    assert late.show(question.reference).overdue
    for wanted, found in ((True, 1), (False, 0), (None, 1)):
        with late.database.read() as session:
            listed = list_questions(
                session, late.work, late.user("desk"), QuestionFilter(overdue=wanted), before=None, limit=9
            )
        assert len(listed) == found
    late.do(close_question, question, Outcome.MET, None)
    assert not late.show(question.reference).overdue


def test_a_correction_keeps_what_it_does_not_name(small_desk: SmallWorkplace, question: QuestionView) -> None:
    later = small_desk.at(small_desk.work.now + timedelta(hours=1))
    corrected = later.do(correct_question, question, Correction({}, topic="bsn"), question.version)
    assert (corrected.topic, corrected.text, corrected.facts) == ("bsn", "Kurs", question.facts)
    assert corrected.referral.service == question.referral.service
    assert (corrected.received_at, corrected.updated_at) == (question.received_at, later.work.now)
    again = later.do(
        correct_question, corrected, Correction({"language": "pl"}, text="Kurs!"), corrected.version
    )
    assert (again.topic, again.text, again.facts.language) == ("bsn", "Kurs!", "pl")
    assert again == later.show(question.reference)


def test_the_first_of_two_corrections_of_one_version_stays(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    small_desk.do(correct_question, question, Correction({}, text="First"), question.version)
    with pytest.raises(QuestionChanged):
        small_desk.do(correct_question, question, Correction({}, text="Second"), question.version)
    assert small_desk.show(question.reference).text == "First"


Act = Callable[[SmallWorkplace, QuestionView], Any]


def close(desk: SmallWorkplace, question: QuestionView) -> None:
    desk.do(close_question, question, Outcome.UNMET, UnmetReason.COST)


def refer(desk: SmallWorkplace, question: QuestionView) -> None:
    desk.do(refer_question, question, service_id=None, kind=None, reason=None)


def write(desk: SmallWorkplace, question: QuestionView) -> None:
    desk.do(post_message, question, Author.DESK, "Hello", awaits_reply=True)


@pytest.mark.parametrize("act", [close, refer, write])
def test_who_read_a_question_before_another_closed_it_cannot_open_it_again(
    small_desk: SmallWorkplace, question: QuestionView, act: Act
) -> None:
    small_desk.do(close_question, question, Outcome.MET, None)
    closed = small_desk.show(question.reference)
    with pytest.raises(QuestionClosed):
        act(small_desk, question)
    assert small_desk.show(question.reference) == closed
    assert closed.referral.status is ReferralStatus.COMPLETED


def test_of_several_referrals_only_the_last_one_is_under_way(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    services = small_desk.desk.services
    slow_clock = small_desk.at(small_desk.work.now - timedelta(seconds=5))
    for desk, name in ((small_desk, "town"), (slow_clock, "school")):
        desk.do(refer_question, question, service_id=services[name], kind=None, reason="Better")
    assert referrals(small_desk, question) == [
        (services["library"], ReferralStatus.REVOKED),
        (services["town"], ReferralStatus.REVOKED),
        (services["school"], ReferralStatus.REQUESTED),
    ]
    row = small_desk.read(lambda session: session.get_one(Question, question.id))
    assert (row.service_id, row.status) == (services["school"], Status.REFERRED)
    assert small_desk.show(question.reference).referral.service.id == services["school"]


def test_a_kind_of_referral_means_nothing_at_the_desk_itself(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    counter = small_desk.desk.services["counter"]
    small_desk.do(
        refer_question, question, service_id=counter, kind=ReferralKind.WARM_HAND_OVER, reason="Ours"
    )
    shown = small_desk.show(question.reference)
    assert (shown.referral.kind, shown.status) == (None, Status.OPEN)


def test_a_question_that_was_sent_to_a_service_since_closed_can_still_be_read(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    with small_desk.database.begin() as session:
        session.execute(
            update(ServiceRow).where(ServiceRow.id == question.referral.service.id).values(active=False)
        )
    assert small_desk.show(question.reference).referral.service.name == "Information point"


def test_the_tables_say_what_the_answer_said(small_desk: SmallWorkplace, question: QuestionView) -> None:
    with small_desk.database.read() as session:
        visit = session.get_one(Visit, question.visit_id)
        texts = opened(session, Sealed.QUESTION_TEXT)
    assert (visit.municipality, visit.locale) == (EINDHOVEN, "pl")
    assert texts == {question.id: "Kurs"}
    assert small_desk.show(question.reference) == question


def listed(
    desk: SmallWorkplace, principal: Principal, wanted: QuestionFilter, before: int | None = None
) -> list[str]:
    """Return the topics of the questions that a user finds."""
    with desk.database.read() as session:
        found = list_questions(session, desk.work, principal, wanted, before=before, limit=50)
    return [summary.topic for summary in found]


def test_a_list_is_filtered_by_topic_with_its_subtopics_and_by_dutch_days(small_desk: SmallWorkplace) -> None:
    late = small_desk.at(datetime(2026, 11, 3, 22, 59, tzinfo=UTC))
    midnight = small_desk.at(datetime(2026, 11, 3, 23, 0, tzinfo=UTC))
    for desk, topic in ((small_desk, "language"), (late, "dutch-course"), (midnight, "bsn")):
        desk.register(topic)
    user = small_desk.user("desk")
    tuesday, wednesday = date(2026, 11, 3), date(2026, 11, 4)
    assert listed(midnight, user, QuestionFilter(topic="language")) == ["dutch-course", "language"]
    assert listed(midnight, user, QuestionFilter(topic="dutch-course")) == ["dutch-course"]
    assert listed(midnight, user, QuestionFilter(received_to=tuesday)) == ["dutch-course", "language"]
    assert listed(midnight, user, QuestionFilter(received_from=wednesday)) == ["bsn"]
    assert listed(midnight, user, QuestionFilter(status=Status.OPEN, received_to=tuesday)) == []


def test_a_page_begins_where_the_one_before_it_ended(small_desk: SmallWorkplace) -> None:
    ids = [small_desk.at(NOW + timedelta(hours=hours)).register("bsn").questions[0].id for hours in range(3)]
    assert len(listed(small_desk, small_desk.user("desk"), EVERYTHING, before=ids[2])) == 2
    assert len(listed(small_desk, small_desk.user("desk"), EVERYTHING, before=ids[0])) == 0


def test_partners_and_who_is_not_cleared_find_only_what_they_may_see(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    small_desk.register("trafficking", "bsn", facts=VisitFacts(municipality=EINDHOVEN))
    assert listed(small_desk, librarian(small_desk), EVERYTHING) == ["dutch-course"]
    uncleared = small_desk.user("uncleared", cleared=False)
    assert sorted(listed(small_desk, uncleared, EVERYTHING)) == ["bsn", "dutch-course"]
    assert sorted(listed(small_desk, small_desk.user("desk"), EVERYTHING)) == [
        "bsn",
        "dutch-course",
        "trafficking",
    ]


@pytest.mark.parametrize(
    ("channel", "language", "locale"),
    [
        (Channel.WEB_FORM, "pl", "ar"),
        (Channel.WEB_FORM, "en", "en"),
        (Channel.COUNTER, "pl", "pl"),
    ],
)
def test_what_people_chose_to_read_stays_unless_their_language_changes(
    small_desk: SmallWorkplace, channel: Channel, language: str, locale: str
) -> None:
    visit = NewVisit(VisitFacts(language="pl", channel=channel), locale="ar")
    question = small_desk.do(register_visit, visit, [NewQuestion("bsn")]).questions[0]
    correction = Correction({"language": language}, locale=language)
    small_desk.do(correct_question, question, correction, question.version)
    assert small_desk.read(lambda session: session.get_one(Visit, question.visit_id)).locale == locale

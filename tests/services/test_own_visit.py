"""What people change in their own visit, and what it does to figures, places and mail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from servicebalie.core.contributions import QuestionFact
from servicebalie.core.periods import Month
from servicebalie.core.routing_rules import Aspect, Rule, RuleSet, ToDestination
from servicebalie.core.sealing import Sealed
from servicebalie.core.vocabulary import (
    Arrival,
    Author,
    Channel,
    Destination,
    Group,
    Outcome,
    ReturnReason,
    Status,
    Stay,
)
from servicebalie.models.questions import Referral, Visit
from servicebalie.services.counted_facts import read_facts
from servicebalie.services.intake import NewQuestion
from servicebalie.services.late_changes import count_late_changes
from servicebalie.services.messages import post_message
from servicebalie.services.own_visit import ask_more, correct_own_facts, correct_own_question
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import Correction, QuestionChanged, close_question, correct_question
from servicebalie.services.referral_acts import ReferralCase, accept, expire, return_referral
from servicebalie.services.referrals import refer_question
from servicebalie.services.returning import read_visit_questions
from servicebalie.services.visits import Contact, VisitFacts
from tests.support.referrals import partner
from tests.support.sealed import opened
from tests.support.small_desk import BREDA, EINDHOVEN
from tests.support.workplace import NOW, SmallWorkplace

NOBODY = Contact(None, None)
LATER_THIS_YEAR = datetime(2026, 12, 20, 10, tzinfo=UTC)
NEXT_YEAR = datetime(2027, 1, 5, 10, tzinfo=UTC)
MUCH_LATER = datetime(2027, 4, 5, 10, tzinfo=UTC)


def registered(desk: SmallWorkplace, topic: str = "dutch-course", **contact: str) -> QuestionView:
    """Register a question of somebody in Eindhoven, who speaks Polish."""
    facts = VisitFacts(Channel.WEB_FORM, "pl", municipality=EINDHOVEN)
    return desk.register(topic, text="Kurs", facts=facts, **contact).questions[0]


def questions(desk: SmallWorkplace, visit_id: int) -> tuple[QuestionView, ...]:
    """Return the questions of a visit, the oldest first."""
    return desk.read(lambda session: read_visit_questions(session, desk.work, visit_id))


def correct(desk: SmallWorkplace, question: QuestionView, topic: str | None, text: str | None) -> None:
    desk.do(correct_own_question, question, topic=topic, text=text, version=question.version)


def facts_of(desk: SmallWorkplace, month: Month) -> list[QuestionFact]:
    """Return what is counted in a month."""
    with desk.database.snapshot() as session:
        return list(read_facts(session, desk.desk.id, month))


def late_changes(desk: SmallWorkplace, year: int = 2026) -> int:
    return desk.read(lambda session: count_late_changes(session, desk.desk.id, year))


def test_one_more_question_is_routed_as_any_other_and_belongs_to_the_visit(
    small_desk: SmallWorkplace,
) -> None:
    first = registered(small_desk)
    later = small_desk.at(LATER_THIS_YEAR)
    later.do(ask_more, first.visit_id, NewQuestion("bsn", "BSN?"))
    _, added = questions(later, first.visit_id)
    assert (added.topic, added.text, added.facts) == ("bsn", "BSN?", first.facts)
    assert added.referral.service.id == small_desk.desk.services["town"]
    assert (added.received_at, added.status) == (LATER_THIS_YEAR, Status.REFERRED)


def test_one_more_question_counts_in_the_month_it_is_asked_for_the_same_person_and_changes_no_frozen_month(
    small_desk: SmallWorkplace,
) -> None:
    first = registered(small_desk)
    before = facts_of(small_desk, Month(2026, 11))
    small_desk.at(LATER_THIS_YEAR).do(ask_more, first.visit_id, NewQuestion("bsn"))
    assert facts_of(small_desk, Month(2026, 11)) == before
    (added,) = facts_of(small_desk, Month(2026, 12))
    assert (added.topic, added.person) == ("bsn", before[0].person)
    assert late_changes(small_desk) == 0


def test_a_question_that_was_added_in_a_later_year_is_late_for_neither_year(
    small_desk: SmallWorkplace,
) -> None:
    first = registered(small_desk)
    small_desk.at(NEXT_YEAR).do(ask_more, first.visit_id, NewQuestion("bsn"))
    much_later = small_desk.at(MUCH_LATER)
    much_later.do(close_question, questions(much_later, first.visit_id)[1], Outcome.MET, None)
    assert [late_changes(small_desk, year) for year in (2026, 2027)] == [0, 0]
    much_later.do(close_question, questions(much_later, first.visit_id)[0], Outcome.MET, None)
    assert [late_changes(small_desk, year) for year in (2026, 2027)] == [1, 0]


def test_correcting_facts_through_a_new_question_is_late_for_the_frozen_month_of_the_visit(
    small_desk: SmallWorkplace,
) -> None:
    first = registered(small_desk)
    later = small_desk.at(LATER_THIS_YEAR)
    later.do(ask_more, first.visit_id, NewQuestion("bsn"))
    added = questions(later, first.visit_id)[1]
    later.do(correct_question, added, Correction({}, text="BSN!"), added.version)
    assert late_changes(small_desk) == 0
    later.do(correct_question, added, Correction({"stay": Stay.OVER_5_YEARS}), added.version + 1)
    assert late_changes(small_desk) == 1


def test_a_correction_is_seen_by_who_has_the_question_and_what_stood_there_is_not_kept(
    small_desk: SmallWorkplace,
) -> None:
    question = registered(small_desk)
    correct(small_desk, question, "dutch-course", "Kurs wieczorem")
    assert small_desk.show(question.reference).text == "Kurs wieczorem"
    texts = small_desk.read(lambda session: opened(session, Sealed.QUESTION_TEXT))
    assert list(texts.values()) == ["Kurs wieczorem"]


def test_topic_and_text_can_be_taken_away(small_desk: SmallWorkplace) -> None:
    question = registered(small_desk)
    correct(small_desk, question, "dutch-course", None)
    assert small_desk.show(question.reference).text is None
    correct(small_desk, small_desk.show(question.reference), None, "Kurs")
    seen = small_desk.show(question.reference)
    assert (seen.topic, seen.text) == ("unknown", "Kurs")


def test_saving_without_a_change_changes_nothing(small_desk: SmallWorkplace) -> None:
    question = registered(small_desk, email="jan@example.org")
    much_later = small_desk.at(MUCH_LATER)
    correct(much_later, question, question.topic, question.text)
    said = {"language": "pl", "municipality": EINDHOVEN, "group": None, "stay": None, "arrival": None}
    much_later.do(correct_own_facts, question.visit_id, said, Contact("jan@example.org", None))
    assert small_desk.show(question.reference) == question
    assert late_changes(small_desk) == 0


def test_a_correction_of_what_somebody_else_changed_meanwhile_is_refused(small_desk: SmallWorkplace) -> None:
    question = registered(small_desk)
    small_desk.do(correct_question, question, Correction({}, topic="bsn"), question.version)
    with pytest.raises(QuestionChanged):
        correct(small_desk, question, "work", "Kurs")
    assert small_desk.show(question.reference).topic == "bsn"


def test_with_another_topic_a_question_goes_where_that_topic_goes(small_desk: SmallWorkplace) -> None:
    question = registered(small_desk)
    services = small_desk.desk.services
    assert question.referral.service.id == services["library"]
    correct(small_desk, question, "bsn", question.text)
    assert small_desk.show(question.reference).referral.service.id == services["town"]


def test_another_text_alone_leaves_a_question_where_it_is(small_desk: SmallWorkplace) -> None:
    question = registered(small_desk)
    correct(small_desk, question, question.topic, "Kurs!")
    referrals = small_desk.read(lambda session: list(session.scalars(select(Referral.id))))
    assert len(referrals) == 1


def answer(desk: SmallWorkplace, question: QuestionView) -> None:
    desk.do(post_message, question, Author.PARTNER, "Come on Thursday")


def close(desk: SmallWorkplace, question: QuestionView) -> None:
    desk.do(close_question, question, Outcome.MET, None)


def choose(desk: SmallWorkplace, question: QuestionView) -> None:
    library = desk.desk.services["library"]
    desk.do(refer_question, question, service_id=library, kind=None, reason="They asked for it")


def take_on(desk: SmallWorkplace, question: QuestionView) -> None:
    library = partner(desk, "library")
    library.do(accept, library.case(question))


def give_back(desk: SmallWorkplace, question: QuestionView) -> None:
    library = partner(desk, "library")
    library.do(return_referral, library.case(question), ReturnReason.OTHER)


def let_expire(desk: SmallWorkplace, question: QuestionView) -> None:
    desk.do(expire, ReferralCase(question, question.referral))


@pytest.mark.parametrize("act", [answer, close, choose, take_on, give_back, let_expire])
def test_a_question_on_which_people_have_acted_stays_where_it_is(
    small_desk: SmallWorkplace, act: Callable[[SmallWorkplace, QuestionView], None]
) -> None:
    question = registered(small_desk)
    act(small_desk, question)
    before = small_desk.show(question.reference)
    correct(small_desk, before, "bsn", "BSN?")
    seen = small_desk.show(question.reference)
    assert (seen.topic, seen.referrals) == ("bsn", before.referrals)


def test_a_message_of_the_person_alone_does_not_keep_a_question_where_it_is(
    small_desk: SmallWorkplace,
) -> None:
    question = registered(small_desk)
    small_desk.do(post_message, question, Author.NEWCOMER, "I meant BSN")
    correct(small_desk, small_desk.show(question.reference), "bsn", "BSN?")
    assert small_desk.show(question.reference).referral.service.id == small_desk.desk.services["town"]


def save_facts(desk: SmallWorkplace, visit_id: int, contact: Contact = NOBODY, **said: Any) -> None:
    facts = {"language": "pl", "municipality": EINDHOVEN, "group": None, "stay": None, "arrival": None}
    desk.do(correct_own_facts, visit_id, {**facts, **said}, contact)


def test_facts_change_for_all_questions_and_what_the_desk_noted_stays(small_desk: SmallWorkplace) -> None:
    noted = VisitFacts(Channel.COUNTER, "en", "nl", True, EINDHOVEN, Group.UNKNOWN, Stay.YEARS_1_TO_3)
    visit = small_desk.register("bsn", "dutch-course", facts=noted)
    save_facts(small_desk, visit.visit_id, language="uk", arrival=Arrival.UNDER_1_MONTH)
    for question in questions(small_desk, visit.visit_id):
        facts = question.facts
        assert (facts.language, facts.arrival, facts.stay) == ("uk", Arrival.UNDER_1_MONTH, None)
        assert facts.group is Group.UNKNOWN
        assert (facts.channel, facts.language_served, facts.interpreter_used) == (Channel.COUNTER, "nl", True)


def test_after_a_move_a_question_goes_to_who_helps_there(small_desk: SmallWorkplace) -> None:
    question = registered(small_desk)
    save_facts(small_desk, question.visit_id, municipality=BREDA)
    seen = small_desk.show(question.reference)
    assert seen.referral.service.id == small_desk.desk.services["counter"]
    assert (seen.status, seen.facts.municipality) == (Status.OPEN, BREDA)


def test_other_facts_move_a_question_when_a_rule_looks_at_them(small_desk: SmallWorkplace) -> None:
    rule = Rule(
        "long stay",
        ToDestination(Destination.DESK),
        conditions=((Aspect.STAYS, frozenset({"over-5-years"})),),
    )
    directory = replace(small_desk.work.directory, rules=RuleSet(1, (rule,)))
    desk = replace(small_desk, work=replace(small_desk.work, directory=directory))
    question = registered(desk)
    save_facts(desk, question.visit_id, stay=Stay.OVER_5_YEARS)
    assert desk.show(question.reference).referral.destination is Destination.DESK


def test_other_facts_move_no_question(small_desk: SmallWorkplace) -> None:
    question = registered(small_desk)
    small_desk.do(correct_question, question, Correction({}, topic="bsn"), question.version)
    save_facts(small_desk, question.visit_id, stay=Stay.OVER_5_YEARS)
    assert small_desk.show(question.reference).referral.service.id == small_desk.desk.services["library"]


def test_how_to_reach_somebody_is_replaced_and_can_be_taken_away(small_desk: SmallWorkplace) -> None:
    question = registered(small_desk, email="jan@example.org")
    for contact in (Contact("ola@example.org", "+31612345678"), Contact(None, "+31612345679")):
        save_facts(small_desk, question.visit_id, contact)
        assert small_desk.show(question.reference).contact == contact
    save_facts(small_desk, question.visit_id)
    assert small_desk.show(question.reference).contact is None


def test_mail_goes_out_in_the_language_of_the_page_on_which_facts_were_saved(
    small_desk: SmallWorkplace,
) -> None:
    question = registered(small_desk)
    assert small_desk.work.locale == "pl"
    save_facts(small_desk, question.visit_id)
    with small_desk.database.begin() as session:
        session.get_one(Visit, question.visit_id).locale = "en"
    save_facts(small_desk, question.visit_id)
    assert small_desk.read(lambda session: session.get_one(Visit, question.visit_id)).locale == "pl"


def test_a_sensitive_topic_takes_the_address_away_that_nobody_may_write_to(
    small_desk: SmallWorkplace,
) -> None:
    added = registered(small_desk, email="jan@example.org", phone="+31612345678")
    small_desk.do(ask_more, added.visit_id, NewQuestion("trafficking"))
    corrected = registered(small_desk, email="jan@example.org", phone="+31612345678")
    correct(small_desk, corrected, "trafficking", "Pomocy")
    saved = registered(small_desk, "trafficking")
    save_facts(small_desk, saved.visit_id, Contact("jan@example.org", "+31612345678"))
    for question in (added, corrected, saved):
        (contact,) = {view.contact for view in questions(small_desk, question.visit_id)}
        assert contact == Contact(None, "+31612345678")


def test_a_correction_after_the_month_was_frozen_is_noted_for_the_year(small_desk: SmallWorkplace) -> None:
    question = registered(small_desk)
    in_time = small_desk.at(NOW + timedelta(days=1))
    correct(in_time, question, "bsn", "BSN")
    assert late_changes(small_desk) == 0
    late = small_desk.at(LATER_THIS_YEAR)
    save_facts(late, question.visit_id, stay=Stay.OVER_5_YEARS)
    correct(late, late.show(question.reference), "work", "Praca")
    assert late_changes(small_desk) == 1

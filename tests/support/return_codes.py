"""Visits of the small desk of the pages, made as the services make them, with their return codes."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from servicebalie.core.vocabulary import (
    Arrival,
    Author,
    Channel,
    Group,
    NewcomerOutcome,
    Outcome,
    Registration,
    ReturnReason,
    Role,
    Stay,
    UnmetReason,
)
from servicebalie.db import Database
from servicebalie.services.accounts import add_user
from servicebalie.services.desks import find_desk
from servicebalie.services.follow_up import answer_follow_up
from servicebalie.services.intake import NewQuestion, NewVisit, register_visit
from servicebalie.services.messages import post_message
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import close_question
from servicebalie.services.referral_acts import ReferralCase, return_referral
from servicebalie.services.referrals import refer_question
from servicebalie.services.returning import read_visit_questions
from servicebalie.services.translations import TextToTranslate, keep_translation
from servicebalie.services.visits import VisitFacts
from servicebalie.services.workplace import Workplace

FULL_FACTS = VisitFacts(
    channel=Channel.CONSULTING_HOUR,
    language="pl",
    language_served="nl",
    interpreter_requested=True,
    interpreter_used=True,
    municipality="GM0772",
    group=Group.EU_LABOUR_MIGRANT,
    stay=Stay.MONTHS_4_TO_12,
    arrival=Arrival.UNDER_1_MONTH,
    registration=Registration.RNI,
)


@dataclass(frozen=True, slots=True)
class AskedVisit:
    """A visit that was registered, and what its services work with."""

    database: Database
    work: Workplace
    visit_id: int
    code: str

    @property
    def questions(self) -> tuple[QuestionView, ...]:
        """The questions of the visit as they are now, the oldest first."""
        with self.database.read() as session:
            return read_visit_questions(session, self.work, self.visit_id)

    def about(self, topic: str) -> QuestionView:
        """The one question of the visit about a topic."""
        (view,) = (view for view in self.questions if view.topic == topic)
        return view

    def later(self) -> "AskedVisit":
        """The same visit a minute later: only then is it certain what came after what."""
        return replace(self, work=replace(self.work, now=self.work.now + timedelta(minutes=1)))

    def do(self, act: Any, *arguments: Any, **options: Any) -> Any:
        """Let a service act and commit what it did."""
        return self.database.write(lambda session: act(session, self.work, *arguments, **options))


def workplace(app: Flask, database: Database, now: datetime | None = None, locale: str = "pl") -> Workplace:
    """Return what the services work with for the desk of the pages."""
    runtime = app.extensions["servicebalie"]
    with database.read() as session:
        desk = find_desk(session, None)
        directory = runtime.directories.get(session, desk.id, desk.directory_version)
    return Workplace(
        desk.id, directory, runtime.keys, runtime.asker_keys, now or datetime.now(UTC), locale=locale
    )


def asked(
    work: Workplace,
    database: Database,
    *questions: NewQuestion,
    facts: VisitFacts | None = None,
    **contact: Any,
) -> AskedVisit:
    """Register a visit with these questions."""
    visit = NewVisit(facts or VisitFacts(Channel.WEB_FORM, "pl", municipality="GM0772"), **contact)
    registered = database.write(lambda session: register_visit(session, work, visit, questions))
    return AskedVisit(database, work, registered.visit_id, registered.return_code or "")


def full_visit(work: Workplace, database: Database) -> AskedVisit:
    """Register a visit of which every table and every column holds something.

    One question is open, with an answer and a reply; one was moved by staff and closed as unmet, and its
    person said so too; and one was returned by the library and now waits for the person.
    """
    visit = asked(
        work,
        database,
        NewQuestion("letters-forms", "List z gminy", consents=True),
        NewQuestion("childcare", "Żłobek dla córki", consents=True),
        NewQuestion("digid", "Brief van DigiD kwijt", consents=True),
        facts=FULL_FACTS,
        email="anna@example.com",
        phone="+31612345678",
        follow_up=True,
    )
    worker = database.write(lambda session: add_user(session, work.desk_id, "Worker", Role.DESK))
    by_staff = replace(visit, work=replace(work, user_id=worker))
    kept = visit.about("letters-forms")
    by_staff.do(post_message, kept, Author.DESK, "Kom morgen langs", language="nl")
    text = TextToTranslate(kept.id, None, "List z gminy", "pl", "nl")
    made_at = work.now + timedelta(minutes=2)
    dutch, engine = "Brief van de gemeente", "A machine"
    visit.database.write(lambda session: keep_translation(session, work.keys, text, dutch, engine, made_at))
    visit.do(post_message, kept, Author.NEWCOMER, "Przyjdę jutro")
    library = kept.referral.service.id
    by_staff.do(
        refer_question,
        visit.about("childcare"),
        service_id=library,
        kind=None,
        reason="They know a playgroup",
    )
    by_staff.do(close_question, visit.about("childcare"), Outcome.UNMET, UnmetReason.FULL_OR_WAITING_LIST)
    returned = visit.about("digid")
    case = ReferralCase(returned, returned.referral)
    by_staff.do(return_referral, case, ReturnReason.NOT_OUR_TASK, note="Ask the town")
    by_staff.do(post_message, visit.about("digid"), Author.DESK, "Waar woont u?", awaits_reply=True)
    visit.do(answer_follow_up, visit.about("childcare"), NewcomerOutcome.UNMET, UnmetReason.DISTANCE)
    return visit

"""The demonstration: a desk with made-up partners, and simulated visits that go the way of real ones.

Everything is registered, routed, answered and closed by the services that pages and API use, at the moment
at which it is supposed to have happened.
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import count
from typing import TypeAlias

from sqlalchemy.orm import Session

from servicebalie.core.directory import Directory
from servicebalie.core.keys import Keys
from servicebalie.core.partner_file import PartnerFile, PartnerOrganisation, parse_partner_file
from servicebalie.core.population import Population, parse_population
from servicebalie.core.referral_states import REFERRAL_OUTCOMES, End
from servicebalie.core.routing_rule_file import parse_rule_file
from servicebalie.core.routing_rules import NO_RULES
from servicebalie.core.simulation import SimulatedMessage, SimulatedQuestion, SimulatedVisit
from servicebalie.core.vocabulary import Actor, Author, Channel, Destination, ReferralStatus, Role
from servicebalie.models.questions import Question
from servicebalie.services.accounts import add_user
from servicebalie.services.askers import AskerKeys
from servicebalie.services.code_lists import read_code_lists
from servicebalie.services.desks import create_desk
from servicebalie.services.directory import add_organisation, add_service, read_directory
from servicebalie.services.intake import NewQuestion, NewVisit, register_visit
from servicebalie.services.messages import post_message
from servicebalie.services.outbox import discard_deliveries
from servicebalie.services.question_views import QuestionView, ReferralView
from servicebalie.services.questions import close_question, read_question
from servicebalie.services.referral_acts import ReferralCase, complete
from servicebalie.services.routing_rules import set_rules
from servicebalie.services.standard_answers import import_answers, mark_checked, shipped_answers
from servicebalie.services.visits import VisitFacts
from servicebalie.services.workplace import Workplace
from servicebalie.shipped import reference_data

COMMON_LANGUAGE = "en"
"""What is spoken with somebody whose language nobody at the desk speaks."""

CHECKER = "demonstration"
"""Who is said to have checked the standard answers."""

_WITHOUT_STAFF = frozenset({Channel.WEB_FORM, Channel.E_MAIL})

Event: TypeAlias = Callable[[Session, datetime], None]


@dataclass(frozen=True, slots=True)
class DemoDesk:
    """The desk of the demonstration: a user of each role, and the users of partners by organisation."""

    id: int
    slug: str
    name: str
    directory: Directory
    users: Mapping[Role, int]
    partner_users: Mapping[int, int]


def demo_partners() -> PartnerFile:
    """Return the desk and the partners of the demonstration, which are fictitious."""
    return parse_partner_file(_demo_file("directory.toml"))


def demo_population() -> Population:
    """Return the people of the demonstration."""
    index = reference_data("derived_seasonal_index.csv").read_text(encoding="utf-8")
    return parse_population(_demo_file("population.toml"), index, _demo_file("phrases.jsonl"))


def open_demo_desk(session: Session, file: PartnerFile, now: datetime) -> DemoDesk:
    """Set up the desk of a file, marked as simulated, with its partners, rules and a user for each who needs
    one."""
    desk = create_desk(session, file.desk_name, file.municipalities, file.counter, now, simulated=True)
    users = {
        role: add_user(session, desk.id, role.value.capitalize(), role, cleared=role is Role.DESK)
        for role in (Role.DESK, Role.POLICYMAKER, Role.ADMINISTRATOR)
    }
    partner_users = dict(_add_partners(session, desk.id, file.organisations))
    users[Role.PARTNER] = next(iter(partner_users.values()))
    rules = parse_rule_file(_demo_file("routing.toml"), read_directory(session, desk.id)).rules
    set_rules(session, desk.id, rules, after=NO_RULES.version, now=now)
    directory = read_directory(session, desk.id)
    return DemoDesk(desk.id, desk.slug, desk.name, directory, users, partner_users)


def check_demo_answers(session: Session, desk: DemoDesk, locales: Collection[str], today: date) -> None:
    """Give the desk the standard answers that are shipped, as if somebody there had checked them."""
    answers = shipped_answers(locales)
    import_answers(session, desk.id, answers)
    for answer in answers:
        mark_checked(session, desk.id, answer.topic, (), by=CHECKER, on=today)


def _add_partners(
    session: Session, desk_id: int, organisations: Iterable[PartnerOrganisation]
) -> Iterable[tuple[int, int]]:
    """Add organisations and yield the id and the user of each that questions are handed to."""
    topics = read_code_lists(session).topics
    for organisation in organisations:
        organisation_id = add_organisation(session, desk_id, organisation.name, organisation.kind)
        for service in organisation.services:
            add_service(session, desk_id, replace(service, organisation_id=organisation_id))
        if organisation.kind is not Destination.OTHER:
            named = {topic for service in organisation.services for topic in service.topics}
            user = add_user(
                session,
                desk_id,
                organisation.name,
                Role.PARTNER,
                organisation_id=organisation_id,
                cleared=any(topics[topic].sensitive for topic in named),
            )
            yield organisation_id, user


class DemoDays:
    """Visits at a desk, and what follows from them, in the order of time.

    A person has only one return code at hand: that of the latest visit.
    """

    def __init__(
        self,
        desk: DemoDesk,
        keys: Keys,
        visits: Iterable[SimulatedVisit],
        locales: Iterable[str],
    ) -> None:
        self._desk = desk
        self._keys = keys
        self._asker_keys = AskerKeys(keys.statistics)
        self._locales = frozenset(locales)
        self._return_codes: dict[int, str | None] = {}
        self._order = count()
        self._agenda: list[tuple[datetime, int, Event]] = []
        for visit in visits:
            self._plan(visit.at, partial(self._receive, visit))

    def play(self, session: Session, until: datetime) -> None:
        """Let everything happen that is to happen before a moment."""
        while self._agenda and self._agenda[0][0] < until:
            at, _, happen = heapq.heappop(self._agenda)
            happen(session, at)
        # Simulated people and partners have no mailbox.
        discard_deliveries(session, self._desk.id)

    def _plan(self, at: datetime, event: Event) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), event))

    def _receive(self, visit: SimulatedVisit, session: Session, at: datetime) -> None:
        """Register a visit and plan what becomes of its questions."""
        user = None if visit.channel is Channel.WEB_FORM else self._desk.users[Role.DESK]
        work = self._work(at, user, visit.language)
        questions = [_new_question(question) for question in visit.questions]
        registered = register_visit(session, work, self._new_visit(visit), questions)
        self._return_codes[visit.person] = registered.return_code
        for view, question in zip(registered.questions, visit.questions, strict=True):
            self._follow(view, question)

    def _new_visit(self, visit: SimulatedVisit) -> NewVisit:
        if visit.leaves_email:
            return NewVisit(self._facts(visit), email=f"person-{visit.person}@example.org")
        code = self._return_codes.get(visit.person) if visit.shows_return_code else None
        return NewVisit(self._facts(visit), return_code=code)

    def _facts(self, visit: SimulatedVisit) -> VisitFacts:
        spoken = self._desk.directory.desk_service.speaks(visit.language, visit.at.date())
        interpreter = visit.interpreter_used and not spoken
        served = visit.language if spoken or interpreter else COMMON_LANGUAGE
        written = visit.channel in _WITHOUT_STAFF
        return VisitFacts(
            channel=visit.channel,
            language=visit.language,
            language_served=None if written else served,
            interpreter_used=None if written else interpreter,
            municipality=visit.municipality,
            group=visit.group,
            stay=visit.stay,
            arrival=visit.arrival,
            registration=visit.registration,
        )

    def _follow(self, view: QuestionView, question: SimulatedQuestion) -> None:
        for message in question.messages:
            self._plan(message.at, partial(self._write, view, message))
        if question.closes_at:
            self._plan(question.closes_at, partial(self._close, view, question))

    def _write(self, view: QuestionView, message: SimulatedMessage, session: Session, at: datetime) -> None:
        if message.from_newcomer:
            work = self._work(at, None, message.language)
            post_message(session, work, view, Author.NEWCOMER, message.text, language=message.language)
            return
        work = self._work(at, self._who_handles(view), message.language)
        referral = self._referral_now(session, work, view)
        post_message(
            session,
            work,
            view,
            Author.PARTNER if referral else Author.DESK,
            message.text,
            language=message.language,
            awaits_reply=message.awaits_reply,
            referral=referral,
        )

    def _close(self, view: QuestionView, question: SimulatedQuestion, session: Session, at: datetime) -> None:
        work = self._work(at, self._who_handles(view), COMMON_LANGUAGE)
        referral = self._referral_now(session, work, view)
        end = End(question.outcome, question.unmet_reason)
        if referral is None or end.outcome not in REFERRAL_OUTCOMES:
            close_question(session, work, view, end.outcome, end.unmet_reason)
        else:
            complete(session, work, ReferralCase(view, referral), Actor.PARTNER, end)

    def _referral_now(self, session: Session, work: Workplace, view: QuestionView) -> ReferralView | None:
        """Return the referral of a question to a partner as it is at this moment, or None at the desk."""
        if not self._partner_of(view):
            return None
        return read_question(session, work, session.get_one(Question, view.id)).referral

    def _who_handles(self, view: QuestionView) -> int:
        return self._partner_of(view) or self._desk.users[Role.DESK]

    def _partner_of(self, view: QuestionView) -> int | None:
        """Return the user to whose organisation a question was handed, or None."""
        if view.referral.status is not ReferralStatus.REQUESTED:
            return None
        return self._desk.partner_users.get(view.referral.service.organisation_id)

    def _work(self, at: datetime, user: int | None, language: str) -> Workplace:
        return Workplace(
            desk_id=self._desk.id,
            directory=self._desk.directory,
            keys=self._keys,
            asker_keys=self._asker_keys,
            now=at,
            locale=language if language in self._locales else COMMON_LANGUAGE,
            user_id=user,
        )


def _new_question(question: SimulatedQuestion) -> NewQuestion:
    """Return a question as it is asked: without an outcome, unless it is answered on the spot."""
    answered = question.closes_at is None
    return NewQuestion(
        question.topic,
        question.text,
        outcome=question.outcome if answered else None,
        consents=question.consents,
    )


def _demo_file(name: str) -> str:
    return reference_data("demo").joinpath(name).read_text(encoding="utf-8")

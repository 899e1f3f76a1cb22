"""The demonstration: a desk with made-up partners, and simulated visits that go the way of real ones.

Everything is registered, routed, answered and closed by the services that pages and API use, at the moment
at which it is supposed to have happened.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from servicebalie.core.partner_file import PartnerFile, PartnerOrganisation, parse_partner_file
from servicebalie.core.population import Population, parse_population
from servicebalie.core.routing_rule_file import parse_rule_file
from servicebalie.core.routing_rules import NO_RULES
from servicebalie.core.simulation import SimulatedQuestion, SimulatedVisit, is_in_share
from servicebalie.core.vocabulary import Channel, Destination, Role
from servicebalie.services.accounts import add_user
from servicebalie.services.code_lists import read_code_lists
from servicebalie.services.demo_answers import read_answers_before_asking
from servicebalie.services.demo_questions import DemoQuestion, plan_follow_up
from servicebalie.services.demo_stage import COMMON_LANGUAGE, DemoDesk, Stage
from servicebalie.services.demo_translations import translate_noted_texts
from servicebalie.services.desks import create_desk
from servicebalie.services.directory import add_organisation, add_service, read_directory
from servicebalie.services.directory_changes import assure_service
from servicebalie.services.intake import NewQuestion, NewVisit, register_visit
from servicebalie.services.outbox import discard_deliveries
from servicebalie.services.routing_rules import set_rules
from servicebalie.services.standard_answers import import_shipped, mark_checked, shipped_answers
from servicebalie.services.visits import VisitFacts
from servicebalie.shipped import reference_data

CHECKER = "demonstration"
"""Who is said to have checked the standard answers."""

ASSURER = "demonstration"
"""Who is said to have checked the entries of the directory."""

_NEVER_FROM = 32
"""From how many weeks on an entry was not checked at all."""

ASKS_IN_VAIN = 0.1
"""The share of people whose language nobody speaks that ask for an interpreter and get none."""

_WITHOUT_STAFF = frozenset({Channel.WEB_FORM, Channel.E_MAIL})


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
    import_shipped(session, desk.id, answers)
    for answer in answers:
        mark_checked(session, desk.id, answer.topic, (), by=CHECKER, on=today)


def assure_demo_services(session: Session, desk: DemoDesk, today: date) -> None:
    """Note that the entries of the directory were checked, each some weeks after another, and some never."""
    for number, service in enumerate((desk.directory.desk_service, *desk.directory.services.values())):
        weeks_ago = number * 7 % 36
        if weeks_ago < _NEVER_FROM:
            assure_service(session, desk.id, service.id, by=ASSURER, on=today - timedelta(weeks=weeks_ago))


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

    def __init__(self, stage: Stage, visits: Iterable[SimulatedVisit]) -> None:
        self._stage = stage
        self._return_codes: dict[int, str | None] = {}
        for visit in visits:
            stage.plan(visit.at, partial(self._receive, visit))

    def play(self, session: Session, until: datetime) -> None:
        """Let everything happen that is to happen before a moment."""
        # What is read after a change is read anew, so nothing in memory has to follow it.
        session.execution_options = session.execution_options.union({"synchronize_session": False})
        stage = self._stage
        stage.play(session, until)
        translate_noted_texts(session, stage.keys, stage.translator, stage.desk.id)
        # Simulated people and partners have no mailbox.
        discard_deliveries(session, stage.desk.id)

    def _receive(self, visit: SimulatedVisit, session: Session, at: datetime) -> None:
        """Register a visit and plan what becomes of its questions."""
        user = None if visit.channel is Channel.WEB_FORM else self._stage.staff
        work = self._stage.work(at, user, visit.language)
        read_answers_before_asking(session, self._stage, visit, at)
        questions = [_new_question(question) for question in visit.questions]
        new = self._new_visit(visit)
        registered = register_visit(session, work, new, questions)
        self._return_codes[visit.person] = registered.return_code
        for view, question in zip(registered.questions, visit.questions, strict=True):
            if question.closes_at is not None:
                DemoQuestion(
                    self._stage,
                    view,
                    question,
                    visit.language,
                    question.closes_at,
                    may_be_asked=new.follow_up,
                ).begin(at)
            elif new.follow_up:
                plan_follow_up(self._stage, view, question, at)

    def _new_visit(self, visit: SimulatedVisit) -> NewVisit:
        if visit.leaves_email:
            return NewVisit(
                self._facts(visit),
                email=f"person-{visit.person}@example.org",
                follow_up=self._stage.follow_ups.may_be_asked(),
            )
        code = self._return_codes.get(visit.person) if visit.shows_return_code else None
        return NewVisit(self._facts(visit), return_code=code)

    def _facts(self, visit: SimulatedVisit) -> VisitFacts:
        spoken = self._stage.desk.directory.desk_service.speaks(visit.language, visit.at.date())
        interpreter = visit.interpreter_used and not spoken
        served = visit.language if spoken or interpreter else COMMON_LANGUAGE
        written = visit.channel in _WITHOUT_STAFF
        # Who gets an interpreter asked for one, and so did some for whom there was none.
        asked = interpreter or (not spoken and is_in_share(visit.person, ASKS_IN_VAIN))
        return VisitFacts(
            channel=visit.channel,
            language=visit.language,
            language_served=None if written else served,
            interpreter_requested=None if written else asked,
            interpreter_used=None if written else interpreter,
            municipality=visit.municipality,
            group=visit.group,
            stay=visit.stay,
            arrival=visit.arrival,
            registration=visit.registration,
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

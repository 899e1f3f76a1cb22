"""A simulated year of microdata, made of the people of the demonstration without a database.

The same people, habits, seasons and partners as in `servicebalie demo`, with one seed per year. What routing
would decide is replaced by the first partner who helps with the topic in that municipality.
"""

import csv
import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from servicebalie.core.catalogue import Dimension, Levels
from servicebalie.core.contributions import QuestionFact
from servicebalie.core.directory import Service, Topic
from servicebalie.core.periods import Month
from servicebalie.core.simulated_partners import HandOver, SimulatedPartners
from servicebalie.core.simulation import Period, SimulatedQuestion, SimulatedVisit, simulate
from servicebalie.core.vocabulary import NO_ANSWER, Channel, Destination, Offered, ReferralStatus, Served
from servicebalie.core.working_days import add_working_days
from servicebalie.services.demo import demo_partners, demo_population
from servicebalie.shipped import reference_data

YEAR = 2026
_WITHOUT_STAFF = frozenset({Channel.WEB_FORM, Channel.E_MAIL})


@dataclass(frozen=True, slots=True)
class People:
    """Persons of one year as the desk knows them: the facts of each, oldest visit first, by pseudonym."""

    facts: dict[bytes, list[QuestionFact]]

    def of_months(self, months: frozenset[str]) -> Iterator[QuestionFact]:
        """Yield the facts of some months as publication reads them: in order of pseudonym."""
        for person in sorted(self.facts):
            yield from (fact for fact in self.facts[person] if fact.month in months)


@cache
def levels() -> Levels:
    """Return the levels of topics, languages and places as they are shipped."""
    places = _rows("municipalities_2026.csv")
    return {
        Dimension.TOPIC: {row["code"]: row["parent"] for row in _rows("topics.csv") if row["parent"]},
        Dimension.LANGUAGE: {row["bcp47"]: row["familie"] for row in _rows("languages.csv")},
        Dimension.MUNICIPALITY: {row["gemeentecode"]: row["coropcode"] for row in places},
        Dimension.COROP: {row["coropcode"]: row["provinciecode"] for row in places},
    }


def simulate_year(seed: int, persons: int) -> People:
    """Draw a year in which about so many persons come each month."""
    source = random.Random(f"attacks {seed}")
    partners = SimulatedPartners(demo_population(), random.Random(f"partners {seed}").random)
    period = Period(date(YEAR, 1, 1), date(YEAR, 12, 31), persons)
    facts: dict[bytes, list[QuestionFact]] = {}
    known: dict[int, int] = {}
    for number, visit in enumerate(simulate(demo_population(), period, source.random)):
        if not (visit.leaves_email or visit.shows_return_code) or visit.person not in known:
            known[visit.person] = number
        pseudonym = hashlib.sha256(f"{seed} {known[visit.person]}".encode()).digest()[:16]
        facts.setdefault(pseudonym, []).extend(_facts(visit, pseudonym, partners))
    return People(facts)


def _facts(visit: SimulatedVisit, pseudonym: bytes, partners: SimulatedPartners) -> Iterator[QuestionFact]:
    for question in visit.questions:
        service = _service(question.topic, visit.municipality)
        spoken = service is not None and service.speaks(visit.language, visit.at.date())
        yield QuestionFact(
            month=str(Month.of(visit.at)),
            served=_served(visit),
            offered=Offered.OFFERED if spoken else Offered.NOT_OFFERED,
            person=pseudonym,
            topic=question.topic,
            language=visit.language,
            group=visit.group,
            stay=visit.stay,
            arrival=visit.arrival,
            registration=visit.registration,
            channel=visit.channel,
            outcome=question.outcome,
            unmet_reason=question.unmet_reason,
            return_reason=_return_reason(visit, question, service, partners),
            municipality=visit.municipality,
            destination=_destination(question, service),
        )


def _destination(question: SimulatedQuestion, service: Service | None) -> Destination:
    """A question that is answered at once stays at the desk."""
    if question.closes_at is None or service is None:
        return Destination.DESK
    return service.destination


def _return_reason(
    visit: SimulatedVisit, question: SimulatedQuestion, service: Service | None, partners: SimulatedPartners
) -> str | None:
    """Return why the partner, if it was handed the question, gave it back or let it lie."""
    handed_over = service is not None and service.takes_referrals and question.consents
    if question.closes_at is None or service is None or not handed_over:
        return None
    respond_by = add_working_days(visit.at.date(), service.response_days)
    course = partners.first_course(
        HandOver(question, visit.language, service.destination, visit.at, respond_by, question.closes_at)
    )
    return NO_ANSWER if course.end is ReferralStatus.EXPIRED else course.reason


def _served(visit: SimulatedVisit) -> Served | None:
    if visit.channel in _WITHOUT_STAFF:
        return None
    if demo_partners_once()[0].speaks(visit.language, visit.at.date()):
        return Served.OWN_LANGUAGE
    return Served.INTERPRETER if visit.interpreter_used else Served.OTHER_LANGUAGE


@cache
def demo_partners_once() -> tuple[Service, ...]:
    """Return the desk and then the services of its partners."""
    file = demo_partners()
    return (file.counter, *(service for each in file.organisations for service in each.services))


@cache
def _service(topic: str, municipality: str | None) -> Service | None:
    """Return the first partner of the topic's kind who helps with it and serves the municipality."""
    wanted = _topics()[topic]
    return next(
        (
            service
            for service in demo_partners_once()[1:]
            if service.destination == wanted.destination
            and service.handles(wanted)
            and (municipality is None or service.serves(municipality))
        ),
        None,
    )


@cache
def _topics() -> dict[str, Topic]:
    return {
        row["code"]: Topic(
            row["code"],
            row["parent"] or None,
            Destination(row["destination"] or "desk"),
            sensitive=bool(row["sensitive"]),
        )
        for row in _rows("topics.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    with reference_data(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

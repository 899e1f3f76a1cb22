"""A desk to which people come at chosen moments, and whose months are published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.cli.publish import publish_period
from servicebalie.core.directory import Directory, Service
from servicebalie.core.keys import Keys
from servicebalie.core.periods import Period, parse_period
from servicebalie.core.sealing import MasterKeys
from servicebalie.core.vocabulary import Destination
from servicebalie.db import Database
from servicebalie.models.desks import StatisticsYear
from servicebalie.models.releases import Release
from servicebalie.services.askers import AskerKeys
from servicebalie.services.desks import create_desk
from servicebalie.services.directory import read_directory
from servicebalie.services.intake import NewQuestion, NewVisit, RegisteredVisit, register_visit
from servicebalie.services.publication import NewRelease, open_period, prepare_release
from servicebalie.services.returning import erase_visit
from servicebalie.services.visits import VisitFacts
from servicebalie.services.workplace import Workplace

KEYS = Keys.from_secret(b"a secret of the tests that is long enough", MasterKeys([b"m" * 32]))
COUNTER = Service(0, "Counter", "Desk", 0, Destination.DESK)

Numbers = dict[tuple[str, ...], tuple[int, int]]
"""Published persons and questions by label."""


@dataclass(frozen=True, slots=True)
class CountedDesk:
    """A desk, the directory it routes by, and the database it is in."""

    database: Database
    id: int
    slug: str
    directory: Directory
    asker_keys: AskerKeys

    def visits(
        self,
        at: datetime,
        visits: Iterable[NewVisit],
        questions: Iterable[NewQuestion] = (NewQuestion("bsn"),),
    ) -> list[RegisteredVisit]:
        """Register visits, each with the same questions, all at one moment."""
        work = Workplace(self.id, self.directory, KEYS, self.asker_keys, at, "en")
        asked = tuple(questions)
        return self.database.write(
            lambda session: [register_visit(session, work, visit, asked) for visit in visits]
        )

    def crowd(
        self,
        at: datetime,
        size: int,
        *topics: str,
        first: int = 0,
        facts: VisitFacts | None = None,
    ) -> list[RegisteredVisit]:
        """Register a visit of each person from `first` on, known by e-mail, with a question on each topic."""
        people = range(first, first + size)
        visits = [NewVisit(facts or VisitFacts(), email=f"person-{n}@example.org") for n in people]
        return self.visits(at, visits, [NewQuestion(topic) for topic in topics or ("bsn",)])

    def publish(self, period: str, now: datetime | None = None) -> dict[str, Numbers]:
        """Publish a period, on the first possible day if not told, and return its numbers by table."""
        wanted = parse_period(period)
        publish_period(self.database, self.slug, wanted, KEYS, now or wanted.frozen_at)
        return numbers(self.release(period).document)

    def prepare(self, period: Period, keys: Keys = KEYS) -> NewRelease:
        """Count and protect a period on the first possible day, without storing its release."""
        self.database.write(lambda session: open_period(session, self.slug, period, period.frozen_at))
        with self.database.snapshot() as session:
            return prepare_release(session, self.slug, period, keys, period.frozen_at)

    def erase(self, visits: Iterable[RegisteredVisit], now: datetime) -> None:
        """Delete visits and all that is held about them, as newcomers can."""

        def change(session: Session) -> None:
            for visit in visits:
                erase_visit(session, visit.visit_id, now)

        self.database.write(change)

    def release(self, period: str) -> Release:
        """Return the first stored release of a period."""
        with self.database.published() as session:
            query = select(Release).where(
                Release.desk == self.slug, Release.period == period, Release.epoch == 1
            )
            return session.scalars(query).one()


def open_desk(database: Database, created_at: datetime, name: str = "Desk") -> CountedDesk:
    """Set up a desk in a database, with known salts for two years: the noise is the same in every run."""
    desk = database.write(lambda session: create_desk(session, name, (), COUNTER, created_at))
    with database.begin() as session:
        session.add_all(StatisticsYear(desk_id=desk.id, year=year, salt=b"salt" * 8) for year in (2025, 2026))
    with database.read() as session:
        directory = read_directory(session, desk.id)
    return CountedDesk(database, desk.id, desk.slug, directory, AskerKeys(KEYS.statistics))


def numbers(document: bytes) -> dict[str, Numbers]:
    """Return the numbers of a release by table."""
    tables: list[dict[str, Any]] = orjson.loads(document)["tables"]
    return {
        table["name"]: {
            tuple(cell["labels"]): (cell["persons"]["value"], cell["questions"]["value"])
            for cell in table["cells"]
        }
        for table in tables
    }

"""The services at work for the small desk, without a web request around them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from servicebalie.core.keys import Keys
from servicebalie.core.sealing import MasterKeys
from servicebalie.core.vocabulary import Role
from servicebalie.db import Database
from servicebalie.services.accounts import Principal
from servicebalie.services.askers import AskerKeys
from servicebalie.services.directory import read_directory
from servicebalie.services.intake import NewQuestion, NewVisit, RegisteredVisit, register_visit
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import find_question
from servicebalie.services.visits import VisitFacts
from servicebalie.services.workplace import Workplace
from tests.support.small_desk import SmallDesk, make_small_desk

NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)
"""A Tuesday, at eleven in the Netherlands."""

SECRET = b"a secret of the tests that is long enough"
KEYS = Keys.from_secret(SECRET, MasterKeys([b"m" * 32]))

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SmallWorkplace:
    """A small desk in a database, and what its services work with."""

    database: Database
    desk: SmallDesk
    work: Workplace

    def at(self, moment: datetime) -> "SmallWorkplace":
        """Return the same desk at another moment."""
        return replace(self, work=replace(self.work, now=moment))

    def do(self, act: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Let a service act at this desk and commit what it did."""
        return self.database.write(lambda session: act(session, self.work, *arguments, **options))

    def read(self, question: Callable[[Session], T]) -> T:
        """Ask the database something."""
        with self.database.read() as session:
            return question(session)

    def register(
        self,
        *topics: str,
        email: str | None = None,
        phone: str | None = None,
        return_code: str | None = None,
        facts: VisitFacts | None = None,
        **question: Any,
    ) -> RegisteredVisit:
        """Register a visit with a question about each topic, of a person who agrees to a hand-over."""
        visit = NewVisit(facts or VisitFacts(), email, phone, return_code)
        questions = [NewQuestion(topic=topic, **{"consents": True, **question}) for topic in topics]
        return self.do(register_visit, visit, questions)

    def user(self, name: str, role: Role = Role.DESK, *, cleared: bool = True) -> Principal:
        """Return a user of the desk who is not a partner, as a request knows one."""
        return Principal(
            self.desk.users[name], self.desk.id, "desk", role, None, cleared, self.work.directory.version
        )

    def show(self, reference: str) -> QuestionView:
        """Return a question as the desk worker sees it now."""
        return self.read(lambda session: find_question(session, self.work, self.user("desk"), reference))


def open_small_desk(database: Database, name: str = "Desk") -> SmallWorkplace:
    """Set up a small desk and return its workplace."""
    with database.begin() as session:
        desk = make_small_desk(session, name)
        directory = read_directory(session, desk.id)
    work = Workplace(
        desk.id, directory, KEYS, AskerKeys(KEYS.statistics), NOW, locale="pl", user_id=desk.users["desk"]
    )
    return SmallWorkplace(database, desk, work)

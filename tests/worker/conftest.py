"""A desk whose questions and answers are to be told by mail, and the mails that came of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from servicebalie.core.directory import Service
from servicebalie.core.vocabulary import Author, Channel, Destination
from servicebalie.db import Database
from servicebalie.services.askers import AskerKeys
from servicebalie.services.desks import create_desk
from servicebalie.services.directory import add_organisation, add_service, read_directory
from servicebalie.services.intake import NewQuestion, NewVisit, RegisteredVisit, register_visit
from servicebalie.services.messages import post_message
from servicebalie.services.outbox import OutboxStatus, outbox_status
from servicebalie.services.visits import VisitFacts
from servicebalie.services.workplace import Workplace
from servicebalie.worker.delivery import Post, deliver_next
from servicebalie.worker.translators import Translator
from servicebalie.worker.transports import MailDirectory, Transport
from tests.support.workplace import KEYS
from tests.worker.translation_server import Interpreter, translation_server

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LIBRARY_EMAIL = "library@example.org"
EINDHOVEN = frozenset({"GM0772"})


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk in Eindhoven with a library and a municipality that take referrals by mail."""

    database: Database
    work: Workplace

    def register(
        self,
        *,
        email: str | None = "newcomer@example.net",
        locale: str = "en",
        topic: str = "gp-dentist",
        text: str = "Where can I find a dentist?",
        email_safe: bool = False,
    ) -> RegisteredVisit:
        """Register the visit of one question; without another topic it stays at the desk."""
        work = replace(self.work, locale=locale)
        facts = VisitFacts(channel=Channel.WEB_FORM, municipality="GM0772")
        visit = NewVisit(facts, email=email, email_safe=email_safe)
        question = NewQuestion(topic=topic, text=text, consents=True)
        return self.database.write(lambda session: register_visit(session, work, visit, [question]))

    def in_locale(self, locale: str) -> Workplace:
        """Return what the services work with for somebody who reads this language."""
        return replace(self.work, locale=locale)

    def answer(self, visit: RegisteredVisit, text: str) -> None:
        """Answer the question of a visit, in the language of the staff."""
        [question] = visit.questions
        work = replace(self.work, locale="nl")
        self.database.write(lambda session: post_message(session, work, question, Author.DESK, text))

    def status(self, now: datetime = NOW) -> OutboxStatus:
        """Return what waits in the outbox."""
        with self.database.read() as session:
            return outbox_status(session, now)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Interpreter]:
    """A server that translates."""
    monkeypatch.setenv("NO_PROXY", "*")
    with translation_server() as interpreter:
        yield interpreter


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """A fresh desk."""
    database = Database(database_url)
    counter = Service(0, "Counter", "", 0, Destination.DESK, municipalities=EINDHOVEN)
    library = Service(
        *(0, "Language point", "", 0, Destination.LIBRARY),
        topics=frozenset({"language"}),
        municipalities=EINDHOVEN,
        email=LIBRARY_EMAIL,
    )
    town_hall = replace(
        library,
        name="Housing team",
        destination=Destination.MUNICIPALITY,
        topics=frozenset({"housing-abuse"}),
        email="town-hall@example.org",
    )
    with database.begin() as session:
        made = create_desk(session, "Bálie Zuid", EINDHOVEN, counter, NOW)
        for service in (library, town_hall):
            organisation_id = add_organisation(session, made.id, service.name, service.destination)
            add_service(session, made.id, replace(service, organisation_id=organisation_id))
    with database.read() as session:
        directory = read_directory(session, made.id)
    yield Desk(database, Workplace(made.id, directory, KEYS, AskerKeys(KEYS.statistics), NOW, "en"))
    database.dispose()


@dataclass(frozen=True, slots=True)
class Mailroom:
    """A worker that delivers into a directory, by hand."""

    post: Post
    directory: Path

    def deliver(self, now: datetime = NOW) -> list[EmailMessage]:
        """Make every delivery that is due and return all mails there are, the oldest first."""
        while deliver_next(self.post, now):
            pass
        return self.mails()

    def deliver_one(self) -> EmailMessage:
        """Make every delivery that is due and return the only mail there is."""
        [mail] = self.deliver()
        return mail

    def mails(self) -> list[EmailMessage]:
        """Return the mails in the directory."""
        return [read_mail(file.read_bytes()) for file in sorted(self.directory.glob("*.eml"))]


@pytest.fixture
def mailroom(desk: Desk, tmp_path: Path) -> Mailroom:
    """A mailroom of the desk."""
    directory = tmp_path / "mail"
    return Mailroom(post_of(desk, MailDirectory(directory)), directory)


def post_of(desk: Desk, transport: Transport, translator: Translator | None = None) -> Post:
    """Return what a worker of the desk delivers with, its jitter always in the middle."""
    sender, address = "desk@example.org", "https://desk.example.org"
    return Post(desk.database, transport, sender, address, lambda: 0.5, desk.work.keys, translator)


def read_mail(content: bytes) -> EmailMessage:
    """Return a mail as a mail program understands it."""
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def part(mail: EmailMessage, kind: str) -> str:
    """Return what a mail says as `plain` text or as `html`."""
    body = mail.get_body((kind,))
    assert body is not None
    content: str = body.get_content()
    return content.replace("\r\n", "\n")


LATER = NOW + timedelta(hours=7)
"""When everything that was postponed once is due."""

"""What was acknowledged is there after a crash, nothing is there by half, and nothing is there twice."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from api_tests.client import Json
from api_tests.server import RunningServer
from servicebalie.cli.database import migrate_database
from servicebalie.db import Database
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.questions import Question, QuestionText, Referral, Visit, VisitContact
from tests.support.network import free_port
from tests.support.postgres_server import PostgresServer
from tests.support.small_desk import EINDHOVEN, make_small_desk

CLIENTS = 4
ENOUGH = 40
"""After so many acknowledged questions the crash comes, in the middle of others."""

ATTEMPTS = 20


class Clients:
    """Several clients that register one question after another, each under a key of its own."""

    def __init__(self, server: RunningServer, token: str) -> None:
        self._address = f"{server.address}/api/v1/questions"
        self._token = token
        self._enough = threading.Event()
        self.sent: list[str] = []
        self.acknowledged: dict[str, bytes] = {}

    def post_until_it_crashes(self, crash: Callable[[], None]) -> None:
        """Register questions, crash when there are enough, and return when no client gets an answer."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            running = [pool.submit(self._post_one_after_another) for _ in range(CLIENTS)]
            assert self._enough.wait(timeout=120)
            crash()
        for client in running:
            client.result()

    def repeat(self, key: str) -> requests.Response:
        """Send the request of a key again; the server may find out first that its connections are lost."""
        for _ in range(ATTEMPTS):
            response = self._post(key)
            if response.status_code < 500:
                return response
        return response

    def _post_one_after_another(self) -> None:
        while True:
            key = str(uuid.uuid4())
            self.sent.append(key)
            try:
                response = self._post(key)
            except requests.RequestException:
                return
            if response.status_code != 201:
                return
            self.acknowledged[key] = response.content
            if len(self.acknowledged) >= ENOUGH:
                self._enough.set()

    def _post(self, key: str) -> requests.Response:
        body: Json = {
            "topic": "dutch-course",
            "municipality": EINDHOVEN,
            "text": f"The question of {key}",
            "contact": {"email": f"{key}@example.org"},
        }
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": key}
        return requests.post(self._address, json=body, headers=headers, timeout=60)


def token_of_new_desk(database_url: str) -> str:
    """Set up a small desk in a database and return the token of its worker."""
    database = Database(database_url)
    with database.begin() as session:
        token = make_small_desk(session, "Desk").tokens["desk"]
    database.dispose()
    return token


def numbers_of_rows(database_url: str) -> dict[str, int]:
    """Count the rows that every question of these clients has exactly one of, and the whole questions."""
    database = Database(database_url)
    with database.read() as session:
        counts = {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Visit, VisitContact, Question, QuestionText, Referral)
        }
        received = func.count().filter(OutboxMessage.kind == "question-received")
        counts["mail"] = session.scalar(select(received)) or 0
        whole = (
            select(func.count(Question.id.distinct()))
            .join(Visit, Visit.id == Question.visit_id)
            .join(VisitContact, VisitContact.visit_id == Visit.id)
            .join(QuestionText, QuestionText.question_id == Question.id)
            .join(Referral, Referral.question_id == Question.id)
        )
        counts["whole"] = session.scalar(whole) or 0
    database.dispose()
    return counts


def references(database_url: str) -> set[str]:
    """Return the references of all questions."""
    database = Database(database_url)
    with database.read() as session:
        found = set(session.scalars(select(Question.reference)))
    database.dispose()
    return found


def nothing_is_lost_halved_or_doubled(clients: Clients, database_url: str) -> None:
    """Fail unless every acknowledged question is there, whole, and every repeated request finds its own."""
    acknowledged = {json.loads(body)["reference"] for body in clients.acknowledged.values()}
    assert len(acknowledged) >= ENOUGH
    assert acknowledged <= references(database_url)
    assert len(set(numbers_of_rows(database_url).values())) == 1
    answers = {key: clients.repeat(key) for key in clients.sent}
    assert {answer.status_code for answer in answers.values()} == {201}
    assert {key: answers[key].content for key in clients.acknowledged} == clients.acknowledged
    assert set(numbers_of_rows(database_url).values()) == {len(clients.sent)}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[[str], RunningServer]]:
    """Starts a server of this test alone on a database."""
    with ExitStack() as servers:
        yield lambda url: servers.enter_context(RunningServer(url, free_port(), tmp_path / "log"))


def test_nothing_is_lost_when_the_server_is_killed(
    database_url: str, running: Callable[[str], RunningServer]
) -> None:
    server = running(database_url)
    clients = Clients(server, token_of_new_desk(database_url))
    clients.post_until_it_crashes(server.kill)
    server.start()
    nothing_is_lost_halved_or_doubled(clients, database_url)


def test_nothing_is_lost_when_postgresql_crashes_and_the_server_goes_on_by_itself(
    durable_postgresql: PostgresServer, running: Callable[[str], RunningServer]
) -> None:
    url = durable_postgresql.url()
    migrate_database(url)
    server = running(url)
    clients = Clients(server, token_of_new_desk(url))
    clients.post_until_it_crashes(durable_postgresql.crash)
    durable_postgresql.start()
    nothing_is_lost_halved_or_doubled(clients, url)

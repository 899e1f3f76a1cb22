"""A question of a sender who is remembered is as safe as one for which everything is looked up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from servicebalie.api import questions
from servicebalie.core.directory import Location, Service
from servicebalie.core.vocabulary import Destination, Role
from servicebalie.db import Database
from servicebalie.http.desk_database import DeskDatabase
from servicebalie.http.runtime import EXTENSION
from servicebalie.models.accounts import Token, User
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.desks import Desk
from servicebalie.models.directory import ServiceRow
from servicebalie.models.questions import Question, QuestionText, Referral, Visit, VisitContact
from servicebalie.services import intake
from servicebalie.services.accounts import KnownTokens
from servicebalie.services.directory import add_organisation, add_service
from tests.support.newcomer_desk import settings_for, shared_app
from tests.support.small_desk import EINDHOVEN, SmallDesk, make_small_desk

QUESTION: dict[str, Any] = {
    "consent": True,
    "topic": "dutch-course",
    "text": "In the evening?",
    "municipality": EINDHOVEN,
}
WRITTEN = (Visit, VisitContact, Question, QuestionText, Referral, OutboxMessage)


@dataclass(frozen=True, slots=True)
class Counter:
    """Posts questions with one token; `looked_up` grows when a request needs a transaction of its own."""

    client: FlaskClient
    database: Database
    desk: SmallDesk
    looked_up: list[Callable[..., Any]] = field(default_factory=list)

    def post(self, body: Any = None, **headers: str) -> TestResponse:
        """Post a question."""
        token = {"Authorization": f"Bearer {self.desk.tokens['desk']}"}
        return self.client.post("/api/v1/questions", json=body or QUESTION, headers=token | headers)

    def change(self, statement: Any) -> None:
        """Change the database as another process does."""
        with self.database.begin() as session:
            session.execute(statement)

    def forget(self) -> None:
        """Begin as a process that has not seen the token yet."""
        extensions = self.client.application.extensions
        extensions[EXTENSION] = replace(extensions[EXTENSION], tokens=KnownTokens())

    def rows(self) -> list[int]:
        """Count what is stored of questions."""
        with self.database.read() as session:
            return [session.scalars(select(func.count()).select_from(model)).one() for model in WRITTEN]


@pytest.fixture
def counter(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    """A desk whose worker has posted a question already, and so is remembered."""
    app, database = shared_app(settings_for(database_url)), Database(database_url)
    with database.begin() as session:
        desk = make_small_desk(session, "Desk")
    counter = Counter(app.test_client(), database, desk)
    served: DeskDatabase = app.extensions[EXTENSION].database
    serve = served.serve

    def noted(look_up: Callable[..., Any], answer: Callable[..., Any], **how: Any) -> Any:
        counter.looked_up.append(answer)
        return serve(look_up, answer, **how)

    monkeypatch.setattr(served, "serve", noted)
    # The first makes the salt of the year, which is remembered once it is there.
    for _ in range(2):
        assert counter.post().status_code == 201
    counter.looked_up.clear()
    yield counter
    served.dispose()
    database.dispose()


def refused(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json()["code"]


def test_all_that_belongs_to_a_question_is_written_without_looking_the_sender_up(counter: Counter) -> None:
    before = counter.rows()
    response = counter.post({**QUESTION, "contact": {"email": "someone@example.org"}})
    assert response.status_code == 201
    assert response.get_json()["referral"]["service"]["name"] == "Information point"
    assert [now - then for now, then in zip(counter.rows(), before, strict=True)] == [1, 1, 1, 1, 1, 2]
    assert counter.looked_up == []


def test_with_a_translator_the_text_is_noted_for_it_in_the_same_way(counter: Counter) -> None:
    app = counter.client.application
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], translates=True)
    before = counter.rows()
    assert counter.post({**QUESTION, "contact": {"email": "someone@example.org"}}).status_code == 201
    assert [now - then for now, then in zip(counter.rows(), before, strict=True)] == [1, 1, 1, 1, 1, 3]
    assert counter.looked_up == []


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (update(Token).values(revoked_at=datetime.now(UTC)), (401, "invalid-token")),
        (update(Token).values(expires_at=datetime.now(UTC)), (401, "expired-token")),
        (update(User).values(active=False), (401, "invalid-token")),
        (update(User).values(role=Role.POLICYMAKER), (403, "role-not-allowed")),
        (update(Token).values(scopes="questions:read"), (403, "scope-not-enough")),
    ],
)
@pytest.mark.parametrize("body", [QUESTION, {"topic": "no such topic"}])
def test_who_may_not_any_more_is_refused_at_the_next_question(
    counter: Counter, change: Any, refusal: tuple[int, str], body: dict[str, str]
) -> None:
    before = counter.rows()
    counter.change(change)
    assert refused(counter.post(body)) == refusal
    assert refused(counter.post(body)) == refusal
    assert counter.rows() == before


def test_a_token_is_refused_from_the_moment_it_expires(counter: Counter) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=0.5)
    counter.change(update(Token).values(expires_at=soon))
    while datetime.now(UTC) < soon:
        assert refused(counter.post({"topic": "no such topic"}))[0] in (400, 401)
    assert refused(counter.post()) == (401, "expired-token")


def test_that_a_token_is_used_is_noted_once_an_hour_and_costs_a_transaction_then(counter: Counter) -> None:
    used = select(Token.used_at).where(Token.user_id == counter.desk.users["desk"])
    with counter.database.read() as session:
        noted = session.scalars(used).one()
    assert noted is not None
    assert counter.post().status_code == 201
    assert counter.looked_up == []
    counter.change(update(Token).values(used_at=noted - timedelta(hours=1)))
    counter.forget()
    assert counter.post().status_code == 201
    assert len(counter.looked_up) == 1
    with counter.database.read() as session:
        assert session.scalars(used).one() >= noted
    assert counter.post().status_code == 201
    assert len(counter.looked_up) == 1


def test_a_user_who_gets_another_role_that_may_goes_on(counter: Counter) -> None:
    counter.change(update(User).values(role=Role.ADMINISTRATOR))
    assert counter.post().status_code == 201
    assert len(counter.looked_up) == 1
    assert counter.post().status_code == 201
    assert len(counter.looked_up) == 1


def test_a_user_who_moves_to_another_desk_works_there_at_once(counter: Counter) -> None:
    with counter.database.begin() as session:
        other = make_small_desk(session, "Other desk")
    counter.change(update(User).where(User.id == counter.desk.users["desk"]).values(desk_id=other.id))
    reference = counter.post().get_json()["reference"]
    with counter.database.read() as session:
        found = session.scalars(select(Question).where(Question.reference == reference)).one()
        assert found.desk_id == other.id


def test_a_change_of_the_directory_counts_from_the_next_question_on(counter: Counter) -> None:
    service = Service(
        id=0,
        name="Language house",
        organisation="",
        organisation_id=0,
        destination=Destination.LIBRARY,
        topics=frozenset({"dutch-course"}),
        municipalities=frozenset({EINDHOVEN}),
        languages=frozenset({"pl"}),
        locations=(Location("Plein 1", "5611 AA", "Eindhoven", EINDHOVEN),),
    )
    with counter.database.begin() as session:
        organisation = add_organisation(session, counter.desk.id, "Language house", Destination.LIBRARY)
        service_id = add_service(session, counter.desk.id, replace(service, organisation_id=organisation))
    sent = {**QUESTION, "language": "pl", "service": str(service_id), "overrideReason": "New"}
    answer = counter.post(sent)
    assert answer.get_json()["referral"]["service"]["name"] == "Language house"


def test_what_routing_decided_by_an_older_directory_is_decided_again(counter: Counter) -> None:
    before = counter.rows()
    counter.change(update(Desk).values(directory_version=Desk.directory_version + 1))
    assert counter.post().status_code == 201
    assert len(counter.looked_up) == 1
    with counter.database.read() as session:
        versions = session.scalars(select(Referral.directory_version).order_by(Referral.id)).all()
        now = session.scalars(select(Desk.directory_version)).one()
    assert versions[-1] == now
    assert counter.rows()[0] == before[0] + 1


def test_where_it_matters_how_many_wait_a_question_gets_its_transaction(counter: Counter) -> None:
    counter.change(update(ServiceRow).values(capacity=9))
    school = ServiceRow.id == counter.desk.services["school"]
    counter.change(update(ServiceRow).where(school).values(destination=Destination.LIBRARY))
    counter.change(update(Desk).values(directory_version=Desk.directory_version + 1))
    for _ in range(2):
        assert counter.post().status_code == 201
    assert len(counter.looked_up) == 2


def test_a_reference_that_was_given_out_already_is_drawn_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = counter.post().get_json()["reference"]
    drawn = iter([taken, taken, "22222222"])
    monkeypatch.setattr(intake, "make_reference", lambda _random: next(drawn))
    before = counter.rows()
    assert counter.post().get_json()["reference"] == "22222222"
    assert counter.rows()[2] == before[2] + 1
    assert counter.rows()[0] == before[0] + 1


def test_when_the_answer_cannot_be_made_nothing_is_stored(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    before = counter.rows()
    monkeypatch.setattr(questions, "json_response", fail)
    assert refused(counter.post()) == (500, "internal-error")
    assert counter.rows() == before


def test_an_idempotency_key_always_gets_its_transaction(counter: Counter) -> None:
    first, again = (counter.post(**{"Idempotency-Key": "once"}) for _ in range(2))
    assert first.data == again.data
    assert len(counter.looked_up) == 2


@pytest.mark.parametrize("by", ["visit", "returnCode"])
def test_one_more_question_of_a_person_who_was_here_gets_its_transaction(counter: Counter, by: str) -> None:
    earlier = counter.post().get_json()
    assert counter.post({"topic": "bsn", by: earlier[by]}).status_code == 201
    assert len(counter.looked_up) == 1


def test_faults_are_told_all_at_once_after_looking_the_sender_up(counter: Counter) -> None:
    response = counter.post({"topic": "no such topic", "language": "xx", "wrong": 1})
    assert {fault["pointer"] for fault in response.get_json()["errors"]} == {"/topic", "/language", "/wrong"}
    assert len(counter.looked_up) == 1

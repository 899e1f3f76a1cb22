"""Two desks in one deployment: every request works at its own, whatever its connection did before."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from servicebalie.app import create_app
from servicebalie.db import Database
from servicebalie.http.desk_database import DeskDatabase
from servicebalie.http.runtime import EXTENSION
from servicebalie.models.questions import Question
from servicebalie.services import row_security
from servicebalie.services.accounts import InvalidToken
from tests.support.newcomer_desk import settings_for
from tests.support.small_desk import EINDHOVEN, SmallDesk, make_small_desk


@dataclass(frozen=True, slots=True)
class TwoDesks:
    """A client of a server with two desks, and the databases as the server has them."""

    client: FlaskClient
    served: DeskDatabase
    desks: tuple[SmallDesk, SmallDesk]
    on_postgresql: bool

    def ask(self, desk: SmallDesk) -> str:
        """Register a question and return its reference."""
        question = {"consent": True, "topic": "dutch-course", "municipality": EINDHOVEN}
        answered = self.client.post("/api/v1/questions", json=question, headers=_sent_by(desk))
        assert answered.status_code == 201
        reference: str = answered.get_json()["reference"]
        return reference

    def listed(self, desk: SmallDesk) -> set[str]:
        """Return the references of the questions that a desk sees."""
        answered = self.client.get("/api/v1/questions", headers=_sent_by(desk))
        assert answered.status_code == 200
        return {question["reference"] for question in answered.get_json()["items"]}


def _sent_by(desk: SmallDesk) -> dict[str, str]:
    return {"Authorization": f"Bearer {desk.tokens['desk']}"}


@pytest.fixture
def two(database_url: str) -> Iterator[TwoDesks]:
    database = Database(database_url)
    with database.begin() as session:
        desks = make_small_desk(session, "One"), make_small_desk(session, "Other")
    database.dispose()
    app = create_app(settings_for(database_url))
    served: DeskDatabase = app.extensions[EXTENSION].database
    yield TwoDesks(app.test_client(), served, desks, not database_url.startswith("sqlite"))
    served.dispose()


def test_desks_that_take_turns_see_their_own_questions(two: TwoDesks) -> None:
    asked: dict[int, set[str]] = {desk.id: set() for desk in two.desks}
    for _ in range(3):
        for desk in two.desks:
            asked[desk.id].add(two.ask(desk))
            assert two.listed(desk) == asked[desk.id]


def test_a_view_that_forgets_its_filter_sees_its_own_desk_on_postgresql(two: TwoDesks) -> None:
    one, other = two.desks
    for desk in two.desks:
        two.ask(desk)

    def count(session: Session, _found: None) -> int:
        return session.execute(select(func.count()).select_from(Question)).scalar_one()

    for desk, writes in ((one, False), (other, False), (one, True), (other, True)):
        here = desk.id
        seen = two.served.serve(lambda _, here=here: (here, None), count, nobody=InvalidToken, writes=writes)
        # SQLite has no row-level security: there the filters of the queries are all there is.
        assert seen == (1 if two.on_postgresql else 2)


def test_a_partner_of_another_desk_signs_in_and_out_on_the_pages_of_the_first(two: TwoDesks) -> None:
    token = two.desks[1].tokens["library"]
    assert two.client.post("/en/sign-in", data={"token": token}).status_code == 303
    assert two.client.get("/en/inbox", base_url="https://localhost").status_code == 200
    assert two.client.post("/en/sign-out", base_url="https://localhost").status_code == 303
    assert two.client.get("/en/inbox", base_url="https://localhost").status_code == 303


def test_a_connection_is_told_its_desk_again_only_when_that_is_another_one(
    two: TwoDesks, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two.desks
    # The first makes the salt of the year, the second reads it, and the third is written at once.
    for desk in (other, other, one, one):
        two.ask(desk)
        two.listed(desk)
    told: list[object] = []
    tell = row_security.open_cursor

    def counted(connection: object) -> object:
        told.append(connection)
        return tell(connection)

    monkeypatch.setattr(row_security, "open_cursor", counted)
    two.ask(one)
    two.listed(one)
    assert told == []
    two.ask(other)
    assert len(told) == two.on_postgresql

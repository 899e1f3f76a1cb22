"""Somebody who reads published numbers over HTTP, with a token of any role."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from servicebalie.core.vocabulary import Role
from servicebalie.db import Database
from servicebalie.http.desk_database import DeskDatabase
from servicebalie.http.runtime import EXTENSION
from servicebalie.models.desks import Desk
from servicebalie.services.accounts import add_user, issue_token
from tests.support.newcomer_desk import settings_for, shared_app

DESK = "informatiepunt-zuidoost"


@dataclass(frozen=True, slots=True)
class Reader:
    """Sends requests with the token of one role."""

    client: FlaskClient
    tokens: dict[Role, str]
    database: Database
    served: DeskDatabase

    def get(self, path: str, role: Role = Role.POLICYMAKER, **headers: str) -> TestResponse:
        """Ask for a path."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers={"Authorization": f"Bearer {self.tokens[role]}", **sent})


@contextmanager
def trend_reader(database_url: str, **settings: str) -> Iterator[Reader]:
    """Give a desk with a user of every role and no report yet, and an application with these settings."""
    app = shared_app(replace(settings_for(database_url), **settings))
    database, now = Database(database_url), datetime.now(UTC)
    with database.begin() as session:
        desk = Desk(
            slug=DESK,
            name="Informatiepunt Zuidoost",
            simulated=False,
            profile="default-1",
            directory_version=1,
            created_at=now,
        )
        session.add(desk)
        session.flush()
        tokens = {role: issue_token(session, add_user(session, desk.id, role, role), now) for role in Role}
    served: DeskDatabase = app.extensions[EXTENSION].database
    yield Reader(app.test_client(), tokens, database, served)
    served.dispose()
    database.dispose()

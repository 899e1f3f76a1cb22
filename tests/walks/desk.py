"""The desk of the walks: made-up partners in Amstelland, and the ways in to it at any moment."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import time_machine
from flask import Flask

from servicebalie.core.keys import Keys
from servicebalie.core.partner_file import parse_partner_file
from servicebalie.core.sealing import MasterKeys
from servicebalie.core.vocabulary import Role
from servicebalie.db import Database
from servicebalie.services.accounts import add_user, issue_token
from servicebalie.services.desks import create_desk
from servicebalie.services.directory import add_organisation, add_service
from servicebalie.worker.delivery import Post, deliver_next
from servicebalie.worker.terms import keep_terms
from servicebalie.worker.transports import MailDirectory
from tests.support.newcomer_desk import MASTER_KEY, SECRET, settings_for, shared_app
from tests.web.plain_browser import PlainBrowser

FILE = Path(__file__).with_name("amstelland.toml")


@dataclass(frozen=True, slots=True)
class WalkDesk:
    """A desk with its pages, API and worker; tokens by the name of the organisation, the desk's by `desk`."""

    app: Flask
    database: Database
    post: Post
    mails: Path
    tokens: Mapping[str, str]

    def newcomer(self) -> PlainBrowser:
        """Return the browser of somebody with an old phone."""
        return PlainBrowser(self.app.test_client(use_cookies=False))

    def get(self, who: str, path: str) -> Any:
        """Return what the API tells somebody."""
        return self._call("GET", who, path, None, 200)

    def send(self, who: str, path: str, *, status: int = 200, **body: Any) -> Any:
        """Let somebody do something over the API and return the answer."""
        return self._call("POST", who, path, body, status)

    def work(self, now: datetime) -> list[EmailMessage]:
        """Let the worker do what is due at a moment, and return the mails that it sent."""
        known = set(self.mails.glob("*.eml"))
        keep_terms(self.database, self.post.keys, now)
        while deliver_next(self.post, now):
            pass
        sent = sorted(set(self.mails.glob("*.eml")) - known)
        return [message_from_bytes(file.read_bytes(), policy=SMTP) for file in sent]  # type: ignore[arg-type, return-value]  # the policy decides the class

    def _call(self, method: str, who: str, path: str, body: Any, status: int) -> Any:
        response = self.app.test_client(use_cookies=False).open(
            f"/api/v1{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {self.tokens[who]}", "Accept-Language": "en"},
        )
        assert response.status_code == status, response.text
        return response.json


@contextmanager
def open_desk(database_url: str, directory: Path, now: datetime) -> Iterator[WalkDesk]:
    """Set up the desk at a moment, and close it at the end."""
    database = Database(database_url)
    tokens = _set_up(database, now)
    app = shared_app(settings_for(database_url))
    mails = directory / "mail"
    post = Post(
        database,
        MailDirectory(mails),
        "desk@example.org",
        "https://desk.example.org",
        lambda: 0.5,
        Keys.from_secret(SECRET, MasterKeys([MASTER_KEY])),
    )
    yield WalkDesk(app, database, post, mails, tokens)
    app.extensions["servicebalie"].database.dispose()
    database.dispose()


@contextmanager
def clock_at(moment: datetime) -> Iterator[datetime]:
    """Let it be this moment."""
    with time_machine.travel(moment, tick=False):
        yield moment


def _set_up(database: Database, now: datetime) -> Mapping[str, str]:
    file = parse_partner_file(FILE.read_text(encoding="utf-8"))
    tokens: dict[str, str] = {}
    with database.begin() as session:
        desk = create_desk(session, file.desk_name, file.municipalities, file.counter, now)
        staff = add_user(session, desk.id, "Desk worker", Role.DESK, cleared=True)
        tokens["desk"] = issue_token(session, staff, now)
        for organisation in file.organisations:
            number = add_organisation(session, desk.id, organisation.name, organisation.kind)
            for service in organisation.services:
                add_service(session, desk.id, replace(service, organisation_id=number))
            user = add_user(session, desk.id, organisation.name, Role.PARTNER, organisation_id=number)
            tokens[organisation.name] = issue_token(session, user, now)
    return tokens

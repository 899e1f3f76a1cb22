"""Who tries to get around what protects a desk leaves a line in the log, and can fill it with nothing."""

from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from servicebalie.app import create_app
from servicebalie.core.limits import LAPTOP_LIMITS, MINUTE, Pace
from servicebalie.db import Database
from servicebalie.http.runtime import EXTENSION
from servicebalie.http.watch import Watch
from servicebalie.turns import TurnsInMemory
from tests.support.newcomer_desk import settings_for
from tests.support.workplace import SECRET, SmallWorkplace, open_small_desk

HERE = "203.0.113.7"
QUESTIONS = "questions.get_questions"

Lines: TypeAlias = list[MutableMapping[str, Any]]


@pytest.fixture(scope="module")
def site(shared_database_url: str) -> Iterator[tuple[Flask, SmallWorkplace]]:
    """The application, which answers one host only, and its desk."""
    settings = replace(settings_for(shared_database_url), secret=SECRET, trusted_hosts=("localhost",))
    app, database = create_app(settings), Database(shared_database_url)
    place = open_small_desk(database, f"Desk {uuid4()}")
    yield app, place
    app.extensions[EXTENSION].database.dispose()
    database.dispose()


@pytest.fixture
def client(site: tuple[Flask, SmallWorkplace]) -> FlaskClient:
    app = site[0]
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], watch=Watch())
    return app.test_client()


def told(lines: Lines) -> list[tuple[str, str | None, int]]:
    """Return what was told of, and see to it that there is nothing else in a line."""
    for line in lines:
        assert set(line) == {"event", "log_level", "code", "route", "more_before"}
    return [(line["code"], line["route"], line["more_before"]) for line in lines]


def test_a_kind_is_told_of_once_a_minute_with_how_many_there_were_between() -> None:
    seconds = 0.0
    watch = Watch(lambda: seconds)
    with capture_logs() as lines:
        for seconds in (0.0, 1.0, 59.9, 60.0, 60.1, 120.0):  # noqa: B007 - the clock reads it
            watch.tell("invalid-token", QUESTIONS)
        watch.tell("foreign-form", "inbox.give_back")
        watch.tell("question-not-found", QUESTIONS)
    assert told(lines) == [
        ("invalid-token", QUESTIONS, 0),
        ("invalid-token", QUESTIONS, 2),
        ("invalid-token", QUESTIONS, 1),
        ("foreign-form", "inbox.give_back", 0),
    ]


def test_wrong_secrets_are_told_of(client: FlaskClient) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            client.get("/api/v1/questions", headers={"Authorization": "Bearer sb_secret"})
        client.post("/en/sign-in/password", data={"login": "anna@example.org", "password": "hunter2"})
        client.post("/en/return", data={"code": "000000000000000000"})
        client.post("/en/sign-in/forgotten", data={"email": "anna@example.org"})
    assert told(lines) == [
        ("invalid-token", QUESTIONS, 0),
        ("wrong-password", "local_sign_in.password", 0),
        ("return-code-not-known", "returning.visit", 0),
        ("link-asked-for", "local_sign_in.forgotten", 0),
    ]
    assert not any(typed in repr(lines) for typed in ("secret", "anna", "hunter2", "127.0.0"))


def test_forged_forms_other_hosts_and_what_is_not_theirs_are_told_of(
    client: FlaskClient, site: tuple[Flask, SmallWorkplace]
) -> None:
    place = site[1]
    partner = {"Authorization": f"Bearer {place.desk.tokens['policymaker']}"}
    with capture_logs() as lines:
        client.get("/en/sign-in", base_url="http://evil.example")
        client.post("/en/sign-in", data={"token": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
        client.post("/api/v1/questions", json={"topic": "bsn"}, headers=partner)
        client.get("/api/v1/questions/22222222", headers=partner)
    assert told(lines)[:3] == [
        ("unknown-host", "sign_in.form", 0),
        ("foreign-form", "sign_in.sign_in", 0),
        ("role-not-allowed", "questions.post_question", 0),
    ]


def test_limits_that_were_met_are_told_of(client: FlaskClient, site: tuple[Flask, SmallWorkplace]) -> None:
    app = site[0]
    before = app.extensions[EXTENSION]
    narrow = replace(LAPTOP_LIMITS, per_address=Pace(1, MINUTE))
    app.extensions[EXTENSION] = replace(before, request_limits=narrow, turns=TurnsInMemory())
    with capture_logs() as lines:
        for _ in range(3):
            client.get("/en/sign-in", environ_base={"REMOTE_ADDR": HERE})
    app.extensions[EXTENSION] = before
    assert told(lines) == [("too-many-requests", "sign_in.form", 0)]

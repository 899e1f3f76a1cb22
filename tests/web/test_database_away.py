"""While the database is away people are told so in their own language, and keep what they typed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from structlog.testing import capture_logs

from servicebalie.db import Database
from servicebalie.http.desk_database import DeskDatabase
from servicebalie.http.runtime import EXTENSION
from tests.support.newcomer_desk import app_with_desk
from tests.web.plain_browser import Page

TEXT = "Dostałem list.\nCo mam zrobić?"
NOWHERE = "postgresql://desk@127.0.0.1:1/desk"


@pytest.fixture(params=["sqlite", "postgresql"])
def away(request: pytest.FixtureRequest, sqlite_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application whose database was there a moment ago."""
    app, database = app_with_desk(sqlite_database_url)
    app.extensions[EXTENSION].database.dispose()
    missing = f"sqlite:///{tmp_path}/missing/desk.sqlite" if request.param == "sqlite" else NOWHERE
    gone = DeskDatabase(Database(missing))
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], database=gone)
    yield app
    gone.dispose()
    database.dispose()


def test_a_question_that_could_not_be_sent_stays_in_the_page_to_be_sent_again(away: Flask) -> None:
    client = away.test_client(use_cookies=False)
    typed = {"draft": "sealed", "text": TEXT, "topic": "", "website": ""}
    with capture_logs() as logged:
        response = client.post("/en/ask/send", data=typed)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    page = Page(response.text, 503)
    assert page.one("h1").text.strip() == "Nothing has been sent yet"
    assert page.form == typed
    # Another language would be another page, without what was typed.
    assert [one["lang"] for one in page.all("span", **{"class": "language"})] == ["en"]
    assert page.all("a", **{"class": "language"}) == page.all("button", **{"class": "language"}) == []
    assert page.one("textarea", name="text").text.strip() == TEXT
    assert "action" not in page.one("form", id="form").attributes
    assert [entry["event"] for entry in logged] == ["database-away"]
    assert TEXT not in str(logged)


def test_who_only_looks_is_told_to_come_back(away: Flask) -> None:
    response = away.test_client().get("/pl/ask")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    page = Page(response.text, 503)
    assert page.one("html")["lang"] == "pl"
    assert page.all("a", href="", **{"class": "button"})


def test_what_somebody_signs_in_with_is_not_put_into_a_page(away: Flask) -> None:
    response = away.test_client().post("/en/sign-in", data={"token": "sb_secret"})
    assert response.status_code == 503
    assert "sb_secret" not in response.text


def test_a_program_is_told_in_the_words_of_a_problem(away: Flask) -> None:
    response = away.test_client().get("/api/v1/topics", headers={"Authorization": "Bearer sb_x"})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert response.json is not None
    assert response.json["code"] == "database-away"

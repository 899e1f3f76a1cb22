"""Access by staff: the page that its person would get, in their language, or data for a program."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from servicebalie.core.reference_codes import encode_visit
from servicebalie.core.vocabulary import Actor, Role
from servicebalie.db import Database
from servicebalie.models.audit import AuditEvent
from servicebalie.models.retention import RightExercised
from servicebalie.services.accounts import add_user, issue_token
from servicebalie.services.intake import NewQuestion
from servicebalie.services.visits import VisitFacts
from tests.support.newcomer_desk import app_with_desk
from tests.support.return_codes import AskedVisit, asked, full_visit, workplace
from tests.web.plain_browser import Page

PAGE = {"Accept": "text/html"}


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    app, database = app_with_desk(database_url)
    database.dispose()
    yield app
    app.extensions["servicebalie"].database.dispose()


@pytest.fixture
def database(database_url: str, app: Flask) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def visit(app: Flask, database: Database) -> AskedVisit:
    """A visit of which every table holds something, in Polish."""
    return full_visit(workplace(app, database), database)


def access(
    app: Flask,
    visit: AskedVisit,
    query: str = "",
    headers: dict[str, str] | None = None,
    right: str = "access",
) -> TestResponse:
    """Let a worker of the desk carry out a right over a visit."""

    def token(session: Session) -> str:
        worker = add_user(session, visit.work.desk_id, "Worker", Role.DESK, cleared=True)
        return issue_token(session, worker, visit.work.now)

    sender = {"Authorization": f"Bearer {visit.database.write(token)}"}
    return app.test_client().post(
        f"/api/v1/rights/{right}{query}",
        json={"visit": encode_visit(visit.visit_id)},
        headers=sender | (headers or {}),
    )


def test_staff_get_the_page_of_the_person_in_the_language_of_the_person(
    app: Flask, visit: AskedVisit
) -> None:
    response = access(app, visit, headers=PAGE | {"Accept-Language": "nl"})
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert response.headers["Content-Disposition"].endswith('.html"')
    assert response.headers["Cache-Control"] == "no-store"
    assert "Accept" in response.vary
    page = Page(response.text, 200)
    assert page.one("html")["lang"] == "pl"
    for told in ("Pomoc przy pismach i formularzach", "List z gminy", "anna@example.com", "12 miesięcy"):
        assert told in page.one("main").text
    data = json.loads(page.one("pre").text)
    theirs = app.test_client().post("/pl/return/copy", data={"code": visit.code, "as": "html"})
    own = json.loads(Page(theirs.text, 200).one("pre").text)
    assert (data["desk"], data["visit"], data["questions"]) == (own["desk"], own["visit"], own["questions"])


def test_the_page_is_in_a_language_that_is_asked_for(app: Flask, visit: AskedVisit) -> None:
    page = Page(access(app, visit, "?locale=ar", PAGE).text, 200)
    assert (page.one("html")["lang"], page.one("html")["dir"]) == ("ar", "rtl")
    refused = access(app, visit, "?locale=xx", PAGE)
    assert (refused.status_code, refused.get_json()["errors"][0]["code"]) == (400, "unknown-code")


@pytest.mark.parametrize(
    ("spoken", "page", "expected"),
    [("zh", "nl", "zh-Hans"), ("so", "uk", "uk"), (None, "uk", "uk"), ("so", "ti", "en")],
)
def test_the_language_is_the_spoken_one_or_that_of_the_page_they_used(
    app: Flask, database: Database, spoken: str | None, page: str, expected: str
) -> None:
    facts = VisitFacts(language=spoken, municipality="GM0772")
    visit = asked(workplace(app, database, locale=page), database, NewQuestion("bsn", "BSN?"), facts=facts)
    assert Page(access(app, visit, headers=PAGE).text, 200).one("html")["lang"] == expected


def test_json_is_what_comes_unless_a_page_is_liked_better(app: Flask, visit: AskedVisit) -> None:
    for accepted in ({}, {"Accept": "*/*"}, {"Accept": "text/html;q=0.5, application/json"}):
        answer = access(app, visit, headers=accepted).get_json()
        assert answer["held"]["desk"] == "Informatiepunt Zuidoost"
    liked = {"Accept": "text/html, application/json;q=0.5"}
    assert access(app, visit, headers=liked).mimetype == "text/html"
    assert access(app, visit, headers={"Accept": "text/csv"}).status_code == 406
    assert access(app, visit, headers=PAGE, right="restriction").status_code == 406


def test_a_page_leaves_the_same_traces_as_data(app: Flask, visit: AskedVisit) -> None:
    access(app, visit)
    access(app, visit, headers=PAGE)
    with visit.database.read() as session:
        used = session.scalars(select(RightExercised).where(RightExercised.visit_id == visit.visit_id)).all()
        lines = session.scalars(select(AuditEvent).where(AuditEvent.action == "right-exercised")).all()
    assert [(row.right, row.actor, row.count) for row in used] == [("access", Actor.DESK, 3)] * 2
    questions = " ".join(question.reference for question in visit.questions)
    assert [(line.records, line.result) for line in lines] == [(questions, "done")] * 2


def test_the_description_of_the_api_tells_of_the_page(app: Flask) -> None:
    described = app.test_client().get("/api/v1/openapi.json").get_json()
    operation = described["paths"]["/api/v1/rights/{right}"]["post"]
    assert set(operation["responses"]["200"]["content"]) == {"application/json", "text/html"}
    (query,) = [each for each in operation["parameters"] if each["in"] == "query"]
    assert (query["name"], "zh-Hans" in query["schema"]["enum"]) == ("locale", True)

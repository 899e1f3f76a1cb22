"""The copy of everything that is held about a visit: complete, a file of its own, for its person only."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.core.reference_codes import encode_visit
from servicebalie.core.rights import HoldReason, Right
from servicebalie.core.sealing import Sealed
from servicebalie.db import Database
from servicebalie.models.delivery import OutboxMessage
from servicebalie.services.retention_holds import lift_hold, place_hold
from servicebalie.services.rights import exercise_right
from servicebalie.services.rights_register import register_request
from tests.support.about_visit import rows_about
from tests.support.return_codes import AskedVisit, full_visit, workplace
from tests.support.sealed import opened
from tests.web.plain_browser import Page

NOT_TOLD = {
    "visit": {
        "id": "told as the reference of the visit",
        "desk_id": "told as the name of the desk",
        "return_code_hash": "a keyed hash of the code that the person has",
        "anonymised_at": "from then on no code leads here",
    },
    "visit_contact": {
        "visit_id": "the key",
        "email_index": "a keyed hash of the e-mail address",
        "phone_index": "a keyed hash of the telephone number",
    },
    "question": {
        "id": "the key; people know the reference",
        "desk_id": "that of the visit",
        "visit_id": "the key of the visit",
        "language": "repeats the visit",
        "municipality": "repeats the visit",
        "channel": "repeats the visit",
        "service_id": "told by name, in the referrals",
    },
    "question_text": {"question_id": "the key of the question"},
    "referral": {
        "id": "the key",
        "question_id": "the key of the question",
        "service_id": "told by name",
        "user_id": "about the worker, not about the person",
    },
    "referral_event": {
        "id": "the key",
        "referral_id": "the key of the referral",
        "user_id": "about the worker, not about the person",
    },
    "message": {
        "id": "the key",
        "question_id": "the key of the question",
        "user_id": "about the worker, not about the person",
    },
    "translation": {
        "id": "the key",
        "question_id": "the key of the question",
        "message_id": "told with the message",
    },
    "retention_hold": {
        "id": "the key",
        "desk_id": "that of the visit",
        "visit_id": "the key of the visit",
    },
    "right_exercised": {
        "id": "the key",
        "desk_id": "that of the visit",
        "user_id": "about the worker, not about the person",
        "visit_id": "the key of the visit",
    },
}
"""The columns that a copy leaves out, and why. A table or column that is new must be told or stand here."""

YES_OR_NO = {
    "changed_late": "changedAfterItWasCounted",
    "email_safe": "emailSafe",
    "extended": "extended",
    "follow_up": "followUp",
    "interpreter_requested": "interpreterRequested",
    "interpreter_used": "interpreterUsed",
    "machine": "madeByMachine",
}
"""Under which name a copy tells the columns that are true or false."""


@pytest.fixture
def visit(app: Flask, database: Database) -> AskedVisit:
    """A visit of which every table holds something."""
    return full_visit(workplace(app, database), database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


def copied(client: FlaskClient, visit: AskedVisit, form: str, tag: str = "en") -> Any:
    """Return the response with the copy in this form."""
    return client.post(f"/{tag}/return/copy", data={"code": visit.code, "as": form})


def values_of(held: Any) -> Iterator[str]:
    """Yield all values of a JSON document as they stand in it."""
    if isinstance(held, dict | list):
        for inner in held.values() if isinstance(held, dict) else held:
            yield from values_of(inner)
    else:
        yield json.dumps(held, ensure_ascii=False)


def names_in(held: Any) -> Iterator[str]:
    """Yield the names of all members of a JSON document."""
    if isinstance(held, dict | list):
        for inner in held.values() if isinstance(held, dict) else held:
            yield from names_in(inner)
    if isinstance(held, dict):
        yield from held


def as_told(value: Any) -> set[str]:
    """Return the values of a column as they stand in a JSON document."""
    match value:
        case bytes():
            return {f'"{value.hex()}"'}
        case StrEnum():
            return {f'"{value.value}"'}
        case datetime():
            return {orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()}
        case _:
            return set(values_of(json.loads(orjson.dumps(value))))


def use_rights_and_hold(visit: AskedVisit) -> None:
    """Let the person use rights, and the desk hold the visit for a while."""
    work, until = visit.work, visit.work.now.date() + timedelta(days=30)

    def act(session: Session) -> None:
        for right in (Right.RESTRICTION, Right.OBJECTION):
            exercise_right(session, work, right, visit.visit_id)
        register_request(session, work, Right.RECTIFICATION, work.now.date(), visit.visit_id)
        held = {"until": until, "visit_id": visit.visit_id, "case_number": "2026/17"}
        hold = place_hold(session, work.desk_id, HoldReason.COMPLAINT, work.now, **held)
        lift_hold(session, work.desk_id, hold, work.now)

    visit.database.write(act)


def test_the_data_hold_every_column_of_every_table_about_the_visit(
    client: FlaskClient, database: Database, visit: AskedVisit
) -> None:
    use_rights_and_hold(visit)
    response = copied(client, visit, "json")
    told, names = set(values_of(response.get_json())), set(names_in(response.get_json()))
    with database.read() as session:
        tables = rows_about(session, visit.visit_id)
        for what in Sealed:
            table, column = what.split(".")
            for row in tables[table]:
                row[column] = opened(session, what)[row.get("id", next(iter(row.values())))]
    assert set(tables) == set(NOT_TOLD)
    for name, rows in tables.items():
        columns = {column for row in rows for column in row} - set(NOT_TOLD[name])
        for column in columns:
            values = [row[column] for row in rows if row[column] is not None]
            assert values, f"{name}.{column} holds nothing, so this test cannot see whether it is told"
            for value in values:
                assert as_told(value) <= told, f"{name}.{column}"
                # Yes and no stand there anyway, so what is told is told by its name.
                assert not isinstance(value, bool) or YES_OR_NO.get(column) in names, f"{name}.{column}"
    assert response.get_json()["visit"]["reference"] == encode_visit(visit.visit_id)
    assert response.get_json()["desk"] == "Informatiepunt Zuidoost"


def test_the_data_tell_of_every_mail_that_names_the_visit_and_of_no_other(
    app: Flask, client: FlaskClient, database: Database, visit: AskedVisit
) -> None:
    other = full_visit(workplace(app, database), database)
    with database.read() as session:
        rows = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
    named = {visit.visit_id, *(question.id for question in visit.questions)}
    mine = [row.kind for row in rows if named & set(row.payload.values())]
    assert {"question-received", "referral-requested", "question-answered", "follow-up"} == set(mine)
    for whose in (visit, other):
        mails = copied(client, whose, "json").get_json()["mails"]
        assert sorted(mail["kind"] for mail in mails) == sorted(mine)
        assert all(mail["keptUntil"] > mail["createdAt"] for mail in mails)


def test_the_page_has_the_data_in_it_and_tells_the_rest_in_the_words_of_its_reader(
    client: FlaskClient, visit: AskedVisit
) -> None:
    page = Page(copied(client, visit, "html", "pl").text, 200)
    data = json.loads(page.one("pre").text)
    assert data["questions"] == copied(client, visit, "json").get_json()["questions"]
    assert page.one("html")["lang"] == "pl"
    readable = page.one("body").text.replace(page.one("pre").text, "")
    for expected in (
        "Pomoc przy pismach i formularzach",
        "List z gminy",
        "Kom morgen langs",
        "Przyjdę jutro",
        "Bibliotheek Eindhoven",
        "They know a playgroup",
        "Eindhoven",
        "anna@example.com",
        "+31612345678",
    ):
        assert expected in readable


def test_the_page_stands_on_its_own(client: FlaskClient, visit: AskedVisit) -> None:
    page = Page(copied(client, visit, "html", "ar").text, 200)
    assert (page.all("script"), page.all("link"), page.all("img"), page.all("form")) == ([], [], [], [])
    assert [element for element in page.elements if {"src", "href"} & set(element.attributes)] == []
    assert page.one("html")["dir"] == "rtl"


def test_what_was_typed_is_text_and_never_markup(app: Flask, client: FlaskClient, database: Database) -> None:
    visit = full_visit(workplace(app, database), database)
    client.post(
        "/en/return/question/save",
        data={
            "code": visit.code,
            "question": visit.questions[0].reference,
            "version": str(visit.questions[0].version),
            "text": "</pre><script>alert(1)</script>",
        },
    )
    page = Page(copied(client, visit, "html").text, 200)
    assert page.all("script") == []
    assert page.one("main").text.count("<script>alert(1)</script>") == 2


@pytest.mark.parametrize(("form", "kind"), [("html", "text/html"), ("json", "application/json")])
def test_a_copy_is_a_file_that_nothing_on_the_way_keeps(
    client: FlaskClient, visit: AskedVisit, form: str, kind: str
) -> None:
    response = copied(client, visit, form)
    assert response.mimetype == kind
    assert response.headers["Content-Disposition"].startswith('attachment; filename="servicebalie-')
    assert response.headers["Content-Disposition"].endswith(f'.{form}"')
    assert response.headers["Cache-Control"] == "no-store"


def test_without_the_code_there_is_no_copy(client: FlaskClient, visit: AskedVisit) -> None:
    response = client.post("/en/return/copy", data={"code": "0" * 18, "as": "json"})
    assert response.status_code == 400
    assert "Content-Disposition" not in response.headers
    assert client.get("/en/return/copy").headers["Location"] == "/en/return"

"""Trying return codes: what a wrong one costs, what it tells, and whom it does not shut out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import travel

from servicebalie.core.limits import Limit, Limits
from servicebalie.db import Database
from servicebalie.services.intake import NewQuestion
from servicebalie.services.returning import erase_visit
from tests.support.newcomer_desk import set_up_desk, settings_for, shared_app
from tests.support.return_codes import AskedVisit, asked, workplace
from tests.support.statements import counted_statements
from tests.web.plain_browser import Page

LIMITS = Limits(Limit("questions", 2, 2), Limit("wrong-codes", per_address=3, per_network=5), timedelta(0))
NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)
WRONG = "0" * 18
HERE, NEXT_DOOR, ELSEWHERE = "203.0.113.7", "203.0.113.8", "198.51.100.1"


@pytest.fixture
def desk(database_url: str) -> Iterator[tuple[Flask, Database]]:
    """The application with narrow limits, at a moment that stands still."""
    with travel(NOW, tick=False):
        database = Database(database_url)
        set_up_desk(database)
        app = shared_app(settings_for(database_url, LIMITS))
        yield app, database
        app.extensions["servicebalie"].database.dispose()
        database.dispose()


@pytest.fixture
def visit(app: Flask, database: Database) -> AskedVisit:
    return asked(workplace(app, database), database, NewQuestion("letters-forms", "List z gminy"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


def tried(client: FlaskClient, code: str, origin: str = HERE, action: str = "", **fields: str) -> Page:
    """Send a code from an address and return the page that comes back."""
    response = client.post(
        f"/en/return{action}", data={"code": code, **fields}, environ_base={"REMOTE_ADDR": origin}
    )
    return Page(response.text, response.status_code)


def shut_out(client: FlaskClient, origin: str = HERE) -> None:
    """Try wrong codes until no more may be tried from an address."""
    assert [tried(client, WRONG, origin).status for _ in range(4)] == [400, 400, 400, 429]


def test_after_too_many_wrong_codes_the_page_says_from_when_and_what_else_to_do(client: FlaskClient) -> None:
    shut_out(client)
    page = tried(client, WRONG)
    # Three an hour, so after twenty minutes, at ten past eleven plus ten in the Netherlands.
    assert page.one("a", href="#code").text == (
        "Too many wrong codes came from here. Please try again after 11:20, or call or visit the desk."
    )
    assert page.form["code"] == WRONG


def test_programs_are_told_when_there_is_a_turn_again(client: FlaskClient, visit: AskedVisit) -> None:
    here = {"REMOTE_ADDR": HERE}
    shut_out(client)
    refused = client.post("/en/return", data={"code": WRONG}, environ_base=here)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1200")
    for number in (1, 2, 3):
        more = {"code": visit.code, "text": f"Question {number}"}
        refused = client.post("/en/return/more/send", data=more, environ_base={"REMOTE_ADDR": ELSEWHERE})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1800")


def test_a_right_code_gets_the_same_answer_then_as_a_wrong_one(
    client: FlaskClient, visit: AskedVisit
) -> None:
    shut_out(client)
    right, wrong = tried(client, visit.code), tried(client, WRONG)
    assert right.status == wrong.status == 429
    assert right.html.replace(visit.code, "") == wrong.html.replace(WRONG, "")


def test_it_is_possible_again_when_the_page_said_so(client: FlaskClient, visit: AskedVisit) -> None:
    shut_out(client)
    with travel(NOW.replace(minute=20), tick=False):
        assert tried(client, visit.code).status == 200


def test_right_codes_and_typing_errors_do_not_count(client: FlaskClient, visit: AskedVisit) -> None:
    for _ in range(5):
        assert tried(client, visit.code).status == 200
        assert tried(client, f"{visit.code[:-1]}{(int(visit.code[-1]) + 1) % 10}").status == 400
        assert tried(client, "123").status == 400
    shut_out(client)


def test_other_networks_are_not_shut_out_and_a_network_has_a_limit_of_its_own(
    client: FlaskClient, visit: AskedVisit
) -> None:
    shut_out(client)
    assert tried(client, visit.code, ELSEWHERE).status == 200
    assert tried(client, visit.code, NEXT_DOOR).status == 200
    assert [tried(client, WRONG, NEXT_DOOR).status for _ in range(3)] == [400, 400, 429]
    assert tried(client, visit.code, "203.0.113.9").status == 429
    assert tried(client, visit.code, ELSEWHERE).status == 200


def test_who_is_in_already_is_not_shut_out_by_what_others_try(client: FlaskClient, visit: AskedVisit) -> None:
    opened = tried(client, visit.code).form
    shut_out(client)
    reference = visit.questions[0].reference
    page = tried(
        client,
        visit.code,
        action="/reply",
        seal=opened["seal"],
        question=reference,
        **{f"reply-{reference}": "Tak"},
    )
    assert page.status == 200
    assert [message.text for message in visit.questions[0].messages] == ["Tak"]


def test_the_page_of_one_code_does_not_help_with_another(
    app: Flask, database: Database, client: FlaskClient, visit: AskedVisit
) -> None:
    other = asked(workplace(app, database), database, NewQuestion("bsn"))
    seal = tried(client, visit.code).form["seal"]
    shut_out(client)
    assert tried(client, other.code, seal=seal).status == 429


@pytest.mark.parametrize("action", ["", "/reply", "/delete", "/more/send", "/about/save", "/copy"])
def test_every_door_has_the_same_lock(client: FlaskClient, visit: AskedVisit, action: str) -> None:
    shut_out(client)
    assert tried(client, visit.code, action=action, confirmed="yes").status == 429
    assert visit.questions[0].text == "List z gminy"


def test_a_code_that_never_was_and_a_deleted_one_take_the_same_statements_and_answers(
    app: Flask, database: Database, client: FlaskClient, visit: AskedVisit
) -> None:
    gone = asked(workplace(app, database), database, NewQuestion("bsn"))
    database.write(lambda session: erase_visit(session, gone.visit_id, NOW))
    tried(client, visit.code)
    ways = []
    for code, origin in ((WRONG, HERE), (gone.code, ELSEWHERE)):
        for _ in range(4):
            with counted_statements() as sent:
                page = tried(client, code, origin)
            ways.append((code, page.status, page.html.replace(code, ""), tuple(sent)))
    never_was, deleted = ([way[1:] for way in ways if way[0] == code] for code in (WRONG, gone.code))
    assert never_was == deleted
    assert [status for status, _, _ in deleted] == [400, 400, 400, 429]


def test_the_page_of_a_visit_that_was_deleted_elsewhere_says_so_and_counts_as_no_guess(
    client: FlaskClient, database: Database, visit: AskedVisit
) -> None:
    seal = tried(client, visit.code).form["seal"]
    database.write(lambda session: erase_visit(session, visit.visit_id, NOW))
    for _ in range(5):
        page = tried(client, visit.code, seal=seal)
        assert page.status == 400
        assert "We know no question with this code." in page.one("main").text


def test_more_questions_of_a_visit_count_as_questions_do_and_nothing_that_was_typed_is_lost(
    client: FlaskClient, visit: AskedVisit
) -> None:
    pages = [tried(client, visit.code, action="/more/send", text=f"Question {n}") for n in range(3)]
    assert [page.status for page in pages] == [200, 200, 429]
    assert pages[2].form["text"] == "Question 2"
    assert "Many questions are coming from your network." in pages[2].one("div", role="alert").text
    assert len(visit.questions) == 3


def test_who_is_shut_out_is_told_where_the_desk_is(client: FlaskClient) -> None:
    shut_out(client)
    assert "040 123 4567" in tried(client, WRONG).one("main").text

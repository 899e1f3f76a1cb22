"""The confirmation: the return code as digits and as a picture, and the check of one's own note."""

import re

import pytest
import segno
from flask import Flask

from servicebalie.core.reference_codes import format_return_code
from servicebalie.db import Database
from servicebalie.services.intake import NewQuestion
from tests.support.return_codes import AskedVisit, asked, workplace
from tests.web import stored
from tests.web.plain_browser import Page, PlainBrowser


@pytest.fixture
def visit(app: Flask, database: Database) -> AskedVisit:
    """Two questions of one visit."""
    questions = (NewQuestion("letters-forms", "List"), NewQuestion("childcare"))
    return asked(workplace(app, database), database, *questions)


def confirmation(browser: PlainBrowser, visit: AskedVisit, **typed: str) -> Page:
    return browser.post("/en/return/confirmation", {"code": visit.code, **typed})


def test_it_tells_for_each_question_who_helps(browser_of_newcomer: PlainBrowser, visit: AskedVisit) -> None:
    told = confirmation(browser_of_newcomer, visit).one("main").text
    for question in visit.questions:
        assert question.reference in told
    assert "Bibliotheek Eindhoven" in told
    assert "Informatiepunt Zuidoost" in told


def test_for_paper_it_tells_the_hours_of_a_week(browser_of_newcomer: PlainBrowser, visit: AskedVisit) -> None:
    pages = confirmation(browser_of_newcomer, visit).all("ul", **{"class": "on-paper"})
    assert all(
        re.search(r"Open on \w+, \d+ \w+ \d{4} from \d\d:\d\d to \d\d:\d\d", page.text) for page in pages
    )
    assert len(pages) == 2


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("{grouped}", "Yes, this is your code."),
        ("{code}", "Yes, this is your code."),
        ("{other}", "No, this is another code. Please look at your note again."),
        ("12", "No, this is another code. Please look at your note again."),
    ],
)
def test_a_note_is_compared_and_nothing_is_lost(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, note: str, told: str
) -> None:
    confirmation(browser_of_newcomer, visit)
    page = browser_of_newcomer.send(
        note=note.format(code=visit.code, grouped=format_return_code(visit.code), other="0" * 18)
    )
    assert page.status == 200
    assert page.one("p", role="status").text.strip() == told
    assert page.one("p", **{"class": "code"}).text == format_return_code(visit.code)


def test_nobody_has_to_type_the_code_again(browser_of_newcomer: PlainBrowser, visit: AskedVisit) -> None:
    confirmation(browser_of_newcomer, visit)
    assert browser_of_newcomer.send(note=" ").all("p", role="status") == []
    assert browser_of_newcomer.send("/en/return").heading == "Your questions"


def test_the_note_is_compared_in_another_language_too_and_asks_nothing_twice(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, database: Database
) -> None:
    confirmation(browser_of_newcomer, visit)
    arabic = browser_of_newcomer.send("/ar/return/confirmation", note=visit.code)
    assert arabic.one("html")["dir"] == "rtl"
    assert arabic.one("p", role="status")
    assert stored.counts(database)["question"] == 2


def test_the_picture_holds_the_address_to_come_back_to_with_the_code_where_no_server_sees_it(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    page = confirmation(browser_of_newcomer, visit)
    address = f"http://127.0.0.1/en/return#{visit.code}"
    picture = segno.make_qr(address, error="m")
    drawn = picture.svg_inline(omitsize=True, svgclass=None, lineclass=None, light="white")
    assert drawn in page.html
    assert "style" not in drawn
    assert address not in page.html

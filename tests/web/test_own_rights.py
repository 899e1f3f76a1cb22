"""How long what is kept, and the rights that people use with the return code."""

import pytest
from flask import Flask

from servicebalie.core.retention import DataClass, Period, Trigger, changed_rule
from servicebalie.core.rights import Right
from servicebalie.core.vocabulary import Actor
from servicebalie.db import Database
from servicebalie.models.retention import RightExercised
from servicebalie.services.intake import NewQuestion
from servicebalie.services.retention_schedule import set_rule, shipped_schedule
from servicebalie.services.rights_register import list_rights
from tests.support.return_codes import AskedVisit, asked, workplace
from tests.web.plain_browser import PlainBrowser

RIGHTS = "/en/return/rights"


@pytest.fixture
def visit(app: Flask, database: Database) -> AskedVisit:
    return asked(workplace(app, database), database, NewQuestion("letters-forms", "List z gminy"))


def test_the_page_about_privacy_and_the_copy_tell_the_periods_in_force(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    rule = changed_rule(
        shipped_schedule()[DataClass.CONTACT], period=Period.parse("90 days"), trigger=Trigger.CLOSED
    )
    visit.database.write(lambda session: set_rule(session, visit.work.desk_id, rule, visit.work.now))
    browser_of_newcomer.get("/en/return")
    browser_of_newcomer.send(code=visit.code)
    copy = browser_of_newcomer.send("/en/return/copy", **{"as": "html"}).one("main").text
    for text in (browser_of_newcomer.get("/en/privacy").one("main").text, copy):
        for period in ("90 days", "12 months", "24 months"):
            assert period in text
        assert "from the day on which your last question was closed" in text
    dutch = browser_of_newcomer.get("/nl/privacy").one("main").text
    assert "90 dagen" in dutch
    assert "24 maanden" in dutch


def test_who_stops_the_use_of_a_question_finds_it_kept_and_can_go_back(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    browser_of_newcomer.get("/en/return")
    browser_of_newcomer.send(code=visit.code)
    page = browser_of_newcomer.send(RIGHTS, right="restriction")
    assert "We only keep your question and do nothing with it" in page.one("main").text
    assert "We count your question" not in page.one("main").text
    assert page.all("textarea") == []
    assert visit.questions[0].restricted
    page = browser_of_newcomer.send(RIGHTS, right="objection")
    assert "We do not count your question in new numbers" in page.one("main").text
    page = browser_of_newcomer.send(RIGHTS, right="restriction-lifted")
    assert len(page.all("textarea")) == 1
    assert visit.questions[0].objected
    browser_of_newcomer.send(RIGHTS, right="objection-withdrawn")
    browser_of_newcomer.send(RIGHTS, right="everything")
    assert not visit.questions[0].objected
    browser_of_newcomer.send("/en/return/delete", confirmed="yes")
    with visit.database.read() as session:
        used = list_rights(session, visit.work.desk_id, waiting=False)
        assert session.query(RightExercised).count() == len(used)
    assert [each.right for each in used] == [
        Right.ERASURE,
        Right.OBJECTION_WITHDRAWN,
        Right.RESTRICTION_LIFTED,
        Right.OBJECTION,
        Right.RESTRICTION,
    ]
    assert {(each.actor, each.visit_id) for each in used} == {(Actor.NEWCOMER, None)}

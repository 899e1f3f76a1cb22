"""The answer first: what is known already is shown before a question is sent."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from servicebalie.core.standard_answers import StandardAnswer
from servicebalie.core.vocabulary import (
    Channel,
    ChosenBy,
    Destination,
    Outcome,
    ReferralKind,
    ReferralStatus,
    Status,
    TextStatus,
)
from servicebalie.db import Database
from servicebalie.models.questions import Referral
from servicebalie.models.standard_answers import StandardAnswerRow, StandardAnswerText
from servicebalie.services.desks import find_desk
from servicebalie.services.standard_answers import import_answers
from tests.support.answers import answer_about, text_in
from tests.web import stored
from tests.web.plain_browser import Page, PlainBrowser
from tests.web.test_ask import STORES_NOTHING

TITLE = "Perhaps this answers your question"
BSN = answer_about("bsn", text_in("nl"), text_in("en"), text_in("ar"))
NOTHING = dict.fromkeys(
    ("visit", "visit_contact", "question", "question_text", "referral", "message", "translation"), 0
)


@pytest.fixture
def answers(database: Database) -> None:
    """The desk has an answer about the BSN and one about trafficking."""
    take_over(database, BSN, answer_about("trafficking", text_in("nl"), text_in("en")))


def take_over(database: Database, *answers: StandardAnswer) -> None:
    with database.begin() as session:
        import_answers(session, find_desk(session, None).id, answers)


def ask(browser: PlainBrowser, topic: str = "bsn", tag: str = "en", text: str = "") -> Page:
    """Choose a topic, write a question, and go on."""
    main = {"bsn": "registration", "trafficking": "exploitation"}.get(topic, topic)
    browser.get(f"/{tag}/ask")
    browser.send(topic=main, **{f"subtopic-{main}": topic})
    return browser.send(text=text)


def press(browser: PlainBrowser, *, helped: bool) -> Page:
    """Say whether the answer helped, with the button for it."""
    if helped:
        (yes,) = [
            one
            for one in browser.page.all("button")
            if one.attributes.get("formaction", "").endswith("/helped")
        ]
        return browser.send(yes["formaction"])
    no = browser.page.one("button", name="answer")
    return browser.send(answer=no["value"])


def counts(database: Database, locale: str = "en") -> tuple[int, int, int]:
    """Return how often the text about the BSN was shown, helped and did not help."""
    with database.read() as session:
        (row,) = session.scalars(
            select(StandardAnswerText)
            .join(StandardAnswerRow)
            .where(StandardAnswerRow.topic == "bsn", StandardAnswerText.locale == locale)
        )
        return row.shown, row.helped, row.not_helped


@STORES_NOTHING
@pytest.mark.usefixtures("answers")
def test_the_answer_is_shown_with_its_source_and_the_day_of_its_check(
    browser_of_newcomer: PlainBrowser,
) -> None:
    page = ask(browser_of_newcomer)
    assert (page.status, page.heading) == (200, TITLE)
    assert "You get a number (en)." in page.html
    assert "Tuesday 1 September 2026" in page.html.replace("Tuesday, ", "Tuesday ")
    source = page.one("a", href="https://www.government.nl/topics/personal-data")
    assert (source["rel"], source.text) == ("noreferrer", "Rijksoverheid")
    assert "not yet in your language" not in page.html
    assert not page.all("p", **{"class": "progress"})


@STORES_NOTHING
@pytest.mark.usefixtures("answers")
def test_what_is_known_of_the_local_service_is_filled_in(browser_of_newcomer: PlainBrowser) -> None:
    page = ask(browser_of_newcomer)
    assert "<bdi>Informatiepunt Zuidoost</bdi> can help." in page.html
    assert "It is at <bdi>Vestdijk 1, 5611 CA Eindhoven</bdi>." in page.html


@STORES_NOTHING
@pytest.mark.usefixtures("answers")
def test_a_text_in_another_language_says_so_and_keeps_its_own_direction(
    browser_of_newcomer: PlainBrowser,
) -> None:
    page = ask(browser_of_newcomer, tag="fa")
    assert "You get a number (en)." in page.html
    assert page.all("p", **{"class": "notice"})
    text = page.one("div", lang="en", dir="ltr")
    assert "can help" in text.text
    arabic = ask(browser_of_newcomer, tag="ar")
    assert arabic.one("div", lang="ar", dir="rtl")
    assert not arabic.all("p", **{"class": "notice"})


@STORES_NOTHING
def test_an_outdated_translation_says_so(browser_of_newcomer: PlainBrowser, database: Database) -> None:
    take_over(database, answer_about("bsn", text_in("nl", version=2), text_in("en")))
    assert "This translation is older" in ask(browser_of_newcomer).html


@STORES_NOTHING
def test_without_an_answer_that_was_checked_the_form_goes_on(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    unchecked = {"status": TextStatus.CHECK_BEFORE_USE, "checked_by": None}
    take_over(database, answer_about("bsn", text_in("nl", **unchecked)))
    assert ask(browser_of_newcomer).heading == "About you"
    assert ask(browser_of_newcomer, "digid").heading == "About you"


def test_who_was_helped_is_counted_and_nothing_that_was_typed_is_kept(
    browser_of_newcomer: PlainBrowser, database: Database, answers: None
) -> None:
    ask(browser_of_newcomer, tag="pl", text="Nazywam się Anna.")
    done = press(browser_of_newcomer, helped=True)
    assert done.status == 200
    assert not done.all("input")
    assert "Anna" not in done.html
    assert not re.search(r"(\d{3} ){5}\d{3}", done.html), "there is no return code"
    assert stored.counts(database) == {**NOTHING, "visit": 1, "question": 1, "referral": 1}
    assert stored.deliveries(database) == []
    visit, question = stored.only_visit(database), stored.only_question(database)
    assert (visit.channel, visit.language, visit.municipality, visit.group) == (
        Channel.WEB_FORM,
        "pl",
        None,
        None,
    )
    assert (question.topic, question.status, question.outcome) == ("bsn", Status.CLOSED, Outcome.MET)
    with database.read() as session:
        referral = session.scalars(select(Referral)).one()
    assert (referral.destination, referral.kind, referral.status, referral.chosen_by) == (
        Destination.DESK,
        ReferralKind.INFORMATION_ONLY,
        ReferralStatus.GIVEN,
        ChosenBy.ROUTING,
    )
    assert [reason["code"] for reason in referral.reasons] == ["answered-by-information"]


def test_being_helped_is_counted_once_however_often_it_is_sent(
    browser_of_newcomer: PlainBrowser, database: Database, answers: None
) -> None:
    page = ask(browser_of_newcomer)
    for _ in range(3):
        browser_of_newcomer.page = page
        assert press(browser_of_newcomer, helped=True).heading == "Good that this helped"
    assert stored.counts(database)["question"] == 1
    assert counts(database) == (1, 1, 0)


def test_who_was_helped_and_asks_all_the_same_is_heard(
    browser_of_newcomer: PlainBrowser, database: Database, answers: None
) -> None:
    page = ask(browser_of_newcomer, text="And my wife?")
    press(browser_of_newcomer, helped=True)
    browser_of_newcomer.page = page
    press(browser_of_newcomer, helped=False)
    for _ in range(3):
        browser_of_newcomer.send()
    assert stored.counts(database) == {
        **NOTHING,
        "visit": 2,
        "question": 2,
        "question_text": 1,
        "referral": 2,
    }


def test_who_was_not_helped_goes_on_and_does_not_meet_the_answer_again(
    browser_of_newcomer: PlainBrowser, database: Database, answers: None
) -> None:
    ask(browser_of_newcomer, text="And my wife?")
    about = press(browser_of_newcomer, helped=False)
    assert about.heading == "About you"
    assert browser_of_newcomer.send("/en/ask/question").heading == "What is your question?"
    assert browser_of_newcomer.send().heading == "About you"
    assert browser_of_newcomer.send().heading == "How can we reach you?"
    assert browser_of_newcomer.send().heading == "Check your answers"
    browser_of_newcomer.send()
    assert stored.only_question(database).outcome is None
    assert counts(database) == (1, 0, 1)


@STORES_NOTHING
@pytest.mark.usefixtures("answers")
def test_another_topic_has_another_answer(browser_of_newcomer: PlainBrowser) -> None:
    ask(browser_of_newcomer)
    press(browser_of_newcomer, helped=False)
    browser_of_newcomer.send("/en/ask/question")
    browser_of_newcomer.send("/en/ask")
    browser_of_newcomer.send(topic="exploitation", **{"subtopic-exploitation": "trafficking"})
    page = browser_of_newcomer.send()
    assert page.heading == TITLE
    assert page.one("button", name="answer")["value"] == "trafficking"


@STORES_NOTHING
@pytest.mark.usefixtures("answers")
def test_the_answer_comes_back_in_another_language(browser_of_newcomer: PlainBrowser) -> None:
    ask(browser_of_newcomer)
    assert browser_of_newcomer.send("/ar/ask/answer").one("div", lang="ar", dir="rtl")
    assert browser_of_newcomer.send("/ar/ask/question").status == 200


def test_a_sensitive_answer_comes_below_the_emergency_number_and_nothing_is_mailed(
    browser_of_newcomer: PlainBrowser, database: Database, answers: None
) -> None:
    page = ask(browser_of_newcomer, "trafficking")
    assert page.html.index("tel:112") < page.html.index("You get a number (en).")
    assert "data-leave" in page.html
    done = press(browser_of_newcomer, helped=True)
    assert "tel:112" in done.html
    assert "data-leave" in done.html
    assert stored.only_question(database).topic == "trafficking"
    assert stored.deliveries(database) == []


@STORES_NOTHING
@pytest.mark.usefixtures("answers")
def test_without_the_pages_before_it_nobody_is_counted_as_helped(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    assert browser_of_newcomer.get("/en/ask/helped").heading == "What is it about?"
    assert browser_of_newcomer.post("/en/ask/helped", {}).heading == "What is your question?"
    assert browser_of_newcomer.post("/en/ask/helped", {"draft": "x"}).status == 400
    assert browser_of_newcomer.post("/en/ask/helped", {"topic": "cooking"}).status == 400
    assert browser_of_newcomer.post("/en/ask/helped", {"topic": "digid"}).status == 200
    assert browser_of_newcomer.post("/en/ask/about", {"answer": "digid"}).status == 400
    assert stored.counts(database) == NOTHING


@STORES_NOTHING
@pytest.mark.usefixtures("answers")
def test_a_busy_database_costs_the_count_and_not_the_page(
    browser_of_newcomer: PlainBrowser, database: Database, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr(app.extensions["servicebalie"].database, "write", refuse)
    assert ask(browser_of_newcomer).heading == TITLE
    assert counts(database) == (0, 0, 0)

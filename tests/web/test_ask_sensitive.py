"""Asking about something sensitive: help first, and mail only to whom it does no harm."""

from servicebalie.db import Database
from tests.web import stored
from tests.web.plain_browser import Page, PlainBrowser
from tests.web.test_ask import STORES_NOTHING, fill_in


def ask_about_trafficking(browser: PlainBrowser) -> list[Page]:
    """Change an ordinary question with an e-mail address into one about trafficking; return the pages."""
    fill_in(browser, topic="health", email="anna@example.com")
    browser.send("/en/ask")
    question = browser.send(topic="exploitation", **{"subtopic-exploitation": "trafficking"})
    return [question, browser.send(), browser.send()]


def test_who_does_not_say_that_mail_is_safe_is_not_mailed_about_a_sensitive_question(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    contact = ask_about_trafficking(browser_of_newcomer)[-1]
    assert contact.form["email_safe"] == "no"
    check = browser_of_newcomer.send(phone="0612345678")
    assert "anna@example.com" not in check.one("main").text
    browser_of_newcomer.send()
    assert stored.contacts(database) == [(None, "+31612345678")]
    assert stored.safe_to_mail(database) == [False]
    assert stored.deliveries(database) == []


def test_who_says_that_mail_is_safe_is_mailed_and_that_is_remembered(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    ask_about_trafficking(browser_of_newcomer)
    check = browser_of_newcomer.send(email_safe="yes", email="anna@example.org")
    assert "anna@example.org" in check.one("main").text
    assert browser_of_newcomer.send("/en/ask/contact").form["email_safe"] == "yes"
    browser_of_newcomer.send()
    browser_of_newcomer.send()
    assert stored.contacts(database) == [("anna@example.org", None)]
    assert stored.safe_to_mail(database) == [True]
    assert stored.deliveries(database) == ["question-received"]


def test_an_address_that_is_wrong_does_no_harm_when_mail_is_not_safe(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    ask_about_trafficking(browser_of_newcomer)
    page = browser_of_newcomer.send(email_safe="yes", email="anna@")
    assert (page.status, page.form["email_safe"], page.form["email"]) == (400, "yes", "anna@")
    assert browser_of_newcomer.send(email_safe="no").heading == "Check your answers"
    browser_of_newcomer.send()
    assert stored.contacts(database) == []


def test_what_was_said_of_a_sensitive_topic_does_not_hold_for_an_ordinary_one(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    ask_about_trafficking(browser_of_newcomer)
    browser_of_newcomer.send(email_safe="no")
    browser_of_newcomer.send("/en/ask")
    for _ in range(3):
        browser_of_newcomer.send(**({"topic": "health"} if browser_of_newcomer.page.all("fieldset") else {}))
    browser_of_newcomer.send(email="anna@example.net")
    browser_of_newcomer.send()
    assert stored.contacts(database) == [("anna@example.net", None)]
    assert stored.safe_to_mail(database) == [False]


@STORES_NOTHING
def test_another_answer_than_yes_or_no_is_refused(browser_of_newcomer: PlainBrowser) -> None:
    ask_about_trafficking(browser_of_newcomer)
    page = browser_of_newcomer.send(email_safe="perhaps")
    assert "Please choose one of the answers in the list." in page.one("div", role="alert").text


@STORES_NOTHING
def test_pages_about_something_sensitive_begin_with_help_and_the_way_out(
    browser_of_newcomer: PlainBrowser,
) -> None:
    pages = [
        *ask_about_trafficking(browser_of_newcomer),
        browser_of_newcomer.send(),
        browser_of_newcomer.send(),
    ]
    assert pages[-1].heading == "We have your question"
    for page in pages:
        assert page.one("a", **{"class": "leave"})["rel"] == "noreferrer"
        text = page.one("main").text
        assert text.index("Are you in danger now?") < text.index("CoMensha") < text.index(page.heading)
        assert page.one("a", href="tel:112").text == "Call 112"
        assert page.one("a", href="tel:0334481186")["dir"] == "ltr"
        assert "Veilig Thuis" not in text
    assert "Arbeidsinspectie" in pages[-1].one("main").text


@STORES_NOTHING
def test_the_page_of_topics_offers_help_beside_the_sensitive_ones(browser_of_newcomer: PlainBrowser) -> None:
    page = browser_of_newcomer.get("/nl/ask")
    text = page.one("main").text
    for name in ("Veilig Thuis", "Nederlandse Arbeidsinspectie", "FairWork", "CoMensha", "Discriminatie.nl"):
        assert text.count(name) == 1
    assert len(page.all("a", href="tel:112")) == 2


@STORES_NOTHING
def test_an_ordinary_question_shows_no_alarm(browser_of_newcomer: PlainBrowser) -> None:
    check = fill_in(browser_of_newcomer, topic="health")
    assert check.all("a", href="tel:112") == []
    assert check.all("a", **{"class": "leave"}) == []

"""Whoever is held back by the defence against spam keeps everything and gets through."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
import time_machine
from flask import Flask

from servicebalie.core.limits import Limit, Limits
from servicebalie.db import Database
from tests.support.newcomer_desk import COUNTER, app_with_desk
from tests.web import stored
from tests.web.plain_browser import Page, PlainBrowser
from tests.web.test_ask import STORES_NOTHING
from tests.web.test_standard_answers import BSN, TITLE, ask, press, take_over

TEXT = "Dostałem list.\nCo mam zrobić?"
LIMITS = Limits(Limit("questions", 2, 100), Limit("wrong-codes", 100, 100), timedelta(seconds=5))


@pytest.fixture
def desk(database_url: str) -> Iterator[tuple[Flask, Database]]:
    """The application with limits that a test can reach."""
    app, database = app_with_desk(database_url, limits=LIMITS)
    yield app, database
    app.extensions["servicebalie"].database.dispose()
    database.dispose()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until it is moved."""
    with time_machine.travel("2026-03-02T08:00:00Z", tick=False) as traveller:
        yield traveller


def check(browser: PlainBrowser, tag: str = "en", **typed: str) -> Page:
    """Go to the page that checks these answers."""
    page = browser.get(f"/{tag}/ask")
    typed = {"topic": "health", "text": TEXT, "email": "anna@example.com"} | typed
    while page.one("form")["action"].rpartition("/")[2] != "send":
        page = browser.send(**typed)
    return page


def assert_nothing_is_lost(page: Page) -> None:
    answers = [row.text.strip() for row in page.all("dd")]
    assert TEXT in answers
    assert "anna@example.com" in answers


def assert_there_is_a_person_to_call(page: Page) -> None:
    assert COUNTER.phone
    assert COUNTER.phone in page.one("main").text


def test_who_was_faster_than_anybody_can_be_presses_once_more(
    browser_of_newcomer: PlainBrowser, database: Database, clock: time_machine.Traveller
) -> None:
    check(browser_of_newcomer)
    page = browser_of_newcomer.send()
    assert page.status == 400
    assert "Your question has not been sent yet." in page.one("div", role="alert").text
    assert_nothing_is_lost(page)
    assert_there_is_a_person_to_call(page)
    assert stored.counts(database)["question"] == 0
    clock.shift(5)
    assert browser_of_newcomer.send().heading == "We have your question"
    assert stored.counts(database)["question"] == 1


def test_a_form_that_was_never_opened_is_held_back(browser_of_newcomer: PlainBrowser) -> None:
    page = browser_of_newcomer.post("/en/ask/send", {"topic": "health", "text": TEXT})
    assert page.status == 400
    assert page.heading == "Check your answers"


@STORES_NOTHING
def test_the_trap_is_hidden_from_people_from_screen_readers_and_from_the_keyboard(
    browser_of_newcomer: PlainBrowser,
) -> None:
    page = check(browser_of_newcomer)
    trap = page.one("input", name="website")
    assert (trap["tabindex"], trap["autocomplete"], trap["value"]) == ("-1", "off", "")
    around = page.elements[page.elements.index(trap) - 2]
    assert (around["class"], around["aria-hidden"]) == ("unseen", "true")


def test_who_has_a_browser_that_fills_in_the_trap_gets_through_at_the_second_try(
    browser_of_newcomer: PlainBrowser, database: Database, clock: time_machine.Traveller
) -> None:
    check(browser_of_newcomer)
    clock.shift(60)
    page = browser_of_newcomer.send(website="https://anna.example")
    assert page.status == 400
    assert_nothing_is_lost(page)
    assert_there_is_a_person_to_call(page)
    assert page.all("input", name="website") == []
    assert stored.counts(database)["question"] == 0
    assert browser_of_newcomer.send().heading == "We have your question"


def test_who_sends_the_same_question_again_is_told_and_may_send_it_anyway(
    browser_of_newcomer: PlainBrowser, database: Database, clock: time_machine.Traveller
) -> None:
    for _ in range(2):
        check(browser_of_newcomer)
        clock.shift(60)
        page = browser_of_newcomer.send()
    assert page.status == 400
    assert "We have already received this question." in page.one("div", role="alert").text
    assert_nothing_is_lost(page)
    assert stored.counts(database)["question"] == 1
    assert [button.text for button in page.all("button", **{"class": "button"})] == ["Send it anyway"]
    assert browser_of_newcomer.send().heading == "We have your question"
    assert stored.counts(database)["question"] == 2


def test_pressing_send_twice_shows_the_confirmation_again(
    browser_of_newcomer: PlainBrowser, database: Database, clock: time_machine.Traveller
) -> None:
    form = dict(check(browser_of_newcomer).form)
    clock.shift(60)
    first, second = (browser_of_newcomer.post("/en/ask/send", form) for _ in range(2))
    assert first.heading == second.heading == "We have your question"
    assert first.one("p", **{"class": "code"}).text == second.one("p", **{"class": "code"}).text


def test_where_many_questions_come_from_one_must_wait_a_little_and_loses_nothing(
    browser_of_newcomer: PlainBrowser, database: Database, clock: time_machine.Traveller
) -> None:
    for person in ("jan", "ola"):
        check(browser_of_newcomer, text=f"I am {person}", email=f"{person}@example.com")
        clock.shift(60)
        assert browser_of_newcomer.send().heading == "We have your question"
    check(browser_of_newcomer)
    clock.shift(60)
    page = browser_of_newcomer.send()
    assert page.status == 429
    assert "Please wait a few minutes" in page.one("div", role="alert").text
    assert_nothing_is_lost(page)
    assert_there_is_a_person_to_call(page)
    clock.shift(30 * 60)
    assert browser_of_newcomer.send().heading == "We have your question"
    assert stored.counts(database)["question"] == 3


@STORES_NOTHING
def test_the_address_behind_a_proxy_counts_only_when_the_proxy_is_ours(
    app: Flask, clock: time_machine.Traveller
) -> None:
    def statuses() -> list[int]:
        """Send three questions through one proxy, from three addresses."""
        told = []
        for number in range(3):
            browser = PlainBrowser(
                app.test_client(use_cookies=False), {"X-Forwarded-For": f"203.0.{number}.7"}
            )
            check(browser, text=f"{clock} {number}", email="")
            clock.shift(60)
            told.append(browser.send().status)
        return told

    assert statuses() == [200, 200, 429]
    runtime = app.extensions["servicebalie"]
    app.extensions["servicebalie"] = replace(runtime, trusted_proxies=(ip_network("127.0.0.0/8"),))
    assert statuses() == [200, 200, 200]


def test_answers_that_helped_are_limited_too_because_they_are_counted(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    take_over(database, BSN)
    for _ in range(LIMITS.questions.per_address):
        ask(browser_of_newcomer)
        assert press(browser_of_newcomer, helped=True).heading == "Good that this helped"
    ask(browser_of_newcomer)
    page = press(browser_of_newcomer, helped=True)
    assert (page.status, page.heading) == (429, TITLE)
    assert "Please wait a few minutes" in page.one("div", role="alert").text
    assert stored.counts(database)["question"] == LIMITS.questions.per_address

"""The pages for newcomers, as a phone and a desktop computer show them."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError

from servicebalie.db import Database
from tests.browser.newcomer_walk import BACK, GO_ON, QUESTIONS, every_page
from tests.web import stored

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize("tag", ["pl", "ar", "zh-Hans", "en"])
def test_without_scripts_a_question_is_asked_answered_and_deleted(
    new_context: object, address: str, database: Database, tag: str
) -> None:
    context: BrowserContext = new_context(java_script_enabled=False, viewport=PHONE, locale=tag)
    page = context.new_page()
    names = []
    for name in every_page(page, address, tag, database):
        names.append(name)
        if name == "confirmation":
            assert stored.only_question(database).topic == "letters-forms"
            assert stored.only_visit(database).municipality == "GM0772"
            expect(page.locator(".code")).to_have_text(re.compile(r"^(\d{3} ){5}\d{3}$"))
        if name == "replied":
            assert stored.counts(database)["message"] == 1
        if name == "deleted":
            assert set(stored.counts(database).values()) == {0}
    assert names[-1] == "no-such-page"
    # What is left: a question that a standard answer met, and a sensitive one.
    assert stored.counts(database)["question"] == 2


@pytest.mark.parametrize("scripts", [True, False])
def test_back_leads_through_the_pages_with_everything_in_them(
    new_context: object, address: str, scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts, viewport=PHONE).new_page()
    walk_to_check(page, address)
    page.click(BACK)
    expect(page.locator("#email")).to_have_value("anna@example.com")
    page.click(BACK)
    expect(page.locator("#municipality")).to_have_value("Tongelre")
    page.click(BACK)
    expect(page.locator("#text")).to_have_value(QUESTIONS["pl"])
    page.click(BACK)
    expect(page.locator("#topic-work")).to_be_checked()
    for _ in range(4):
        page.click(GO_ON)
    expect(page.locator("main")).to_contain_text("anna@example.com")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_back_button_of_the_browser_works_on_every_page(
    new_context: object, address: str, database: Database, scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts, viewport=PHONE).new_page()
    walk_to_check(page, address)
    for field in ("#email", "#municipality", "#text", "#search"):
        page.go_back()
        expect(page.locator(field)).to_be_visible()
    page.check("#topic-health")
    for field in ("#text", "#municipality", "#email"):
        page.click(GO_ON)
        expect(page.locator(field)).to_be_visible()
    page.click(GO_ON)
    page.click(GO_ON)
    expect(page.locator(".code")).to_be_visible()
    page.go_back()
    page.click(GO_ON)
    expect(page.locator(".code")).to_be_visible()
    assert stored.counts(database)["question"] == 1


def test_a_lost_connection_loses_nothing_that_was_typed(new_context: object, address: str) -> None:
    context: BrowserContext = new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{address}/pl/ask")
    page.check("#topic-work")
    page.click(GO_ON)
    page.fill("#text", QUESTIONS["pl"])
    context.set_offline(True)
    page.click(GO_ON)
    expect(page.locator("#text")).to_have_count(0)
    context.set_offline(False)
    page.go_back()
    expect(page.locator("#text")).to_have_value(QUESTIONS["pl"])
    page.click(GO_ON)
    expect(page.locator("#municipality")).to_be_visible()
    page.reload()
    page.click(BACK)
    expect(page.locator("#text")).to_have_value(QUESTIONS["pl"])


def walk_to_check(page: Page, address: str) -> None:
    """Fill in every page and stay on the last one before sending."""
    page.goto(f"{address}/pl/ask")
    page.check("#topic-work")
    page.click(GO_ON)
    page.fill("#text", QUESTIONS["pl"])
    page.click(GO_ON)
    page.fill("#municipality", "Tongelre")
    page.click(GO_ON)
    page.fill("#email", "anna@example.com")
    page.click(GO_ON)
    expect(page.locator("dl").first).to_be_visible()


def test_switching_the_language_with_its_button_keeps_what_was_typed(page: Page, address: str) -> None:
    page.goto(f"{address}/pl/ask")
    page.fill("#search", "praca")
    page.check("#topic-work")
    switch(page, "العربية")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#search")).to_have_value("praca")
    expect(page.locator("#topic-work")).to_be_checked()
    expect(page.locator("#work-1")).to_be_visible()
    page.fill("#search", "")
    page.click(GO_ON)
    page.fill("#text", QUESTIONS["pl"])
    switch(page, "简体中文")
    expect(page.locator("#text")).to_have_value(QUESTIONS["pl"])
    page.click(GO_ON)
    page.fill("#municipality", "Tongelre")
    page.select_option("#stay", "1-to-3-years")
    switch(page, "English")
    expect(page.locator("#municipality")).to_have_value("Tongelre")
    expect(page.locator("#stay")).to_have_value("1-to-3-years")
    page.click(GO_ON)
    page.fill("#email", "anna@example.com")
    switch(page, "Polski")
    expect(page.locator("#email")).to_have_value("anna@example.com")
    page.click(GO_ON)
    switch(page, "English")
    for kept in (QUESTIONS["pl"], "Eindhoven", "1 to 3 years", "anna@example.com"):
        expect(page.locator("main")).to_contain_text(kept)


def switch(page: Page, name: str) -> None:
    """Choose a language by its own name."""
    page.click(".language-choice summary")
    page.get_by_role("button", name=name).click()


def test_a_double_click_on_send_makes_one_question(page: Page, address: str, database: Database) -> None:
    page.goto(f"{address}/en/ask")
    page.check("#topic-health")
    for _ in range(4):
        page.click(GO_ON)
    page.dblclick(GO_ON)
    expect(page.locator("h1")).to_have_text("We have your question")
    assert stored.counts(database)["question"] == 1


def test_reloading_the_confirmation_makes_one_question_and_shows_the_same_code(
    page: Page, address: str, database: Database
) -> None:
    page.goto(f"{address}/en/ask")
    page.check("#topic-health")
    for _ in range(5):
        page.click(GO_ON)
    code = page.locator(".code").inner_text()
    page.reload()
    expect(page.locator(".code")).to_have_text(code)
    assert stored.counts(database)["question"] == 1


def test_a_fault_takes_the_reader_to_the_list_of_faults_and_from_there_to_the_field(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/en/ask")
    page.click(GO_ON)
    page.click(GO_ON)
    expect(page.locator("#faults")).to_be_focused()
    page.locator(".faults a").click()
    expect(page.locator("#text")).to_be_focused()


SECRET = "He keeps my passport"


def write_something_sensitive(page: Page, address: str) -> None:
    """Go to the third page of the form with something that nobody else should see on the ones before."""
    page.route("https://www.knmi.nl/**", lambda route: route.fulfill(body="It will rain."))
    page.goto(f"{address}/en")
    page.goto(f"{address}/en/ask")
    page.check("#topic-exploitation")
    page.click(GO_ON)
    page.fill("#text", SECRET)
    page.click(GO_ON)
    page.wait_for_url("**/about", wait_until="load")


def test_leaving_quickly_from_the_topics_leaves_no_way_back_to_the_page(page: Page, address: str) -> None:
    page.route("https://www.knmi.nl/**", lambda route: route.fulfill(body="It will rain."))
    page.goto(f"{address}/nl/privacy")
    page.goto(f"{address}/en/ask")
    page.check("#topic-exploitation")
    page.locator("[data-leave]:visible").first.click()
    page.wait_for_url("https://www.knmi.nl/")
    assert page.evaluate("history.length") == 3  # nothing, privacy, and the weather in the place of the form


@pytest.mark.parametrize("way", ["button", "keys"])
def test_going_back_after_leaving_quickly_shows_the_weather_and_nothing_that_was_typed(
    page: Page, address: str, way: str
) -> None:
    write_something_sensitive(page, address)
    if way == "button":
        page.locator("[data-leave]").click()
    else:
        for _ in range(3):
            page.keyboard.press("Escape")
    page.wait_for_url("https://www.knmi.nl/")
    for _ in range(3):
        page.go_back()
        page.wait_for_url("https://www.knmi.nl/")
        assert SECRET not in page.content()


def test_the_page_is_blank_at_once_when_somebody_leaves(page: Page, address: str) -> None:
    write_something_sensitive(page, address)
    blank = "document.querySelector('[data-leave]').click(); [document.body.children.length, document.title]"
    assert page.evaluate(blank) == [0, "\u2060"]


def test_escape_pressed_twice_and_then_another_key_leaves_nothing(page: Page, address: str) -> None:
    write_something_sensitive(page, address)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("h1")).to_have_text("About you")


def test_who_comes_back_of_their_own_will_finds_the_pages_again(page: Page, address: str) -> None:
    write_something_sensitive(page, address)
    page.locator("[data-leave]").click()
    page.wait_for_url("https://www.knmi.nl/")
    page.goto(f"{address}/en")
    expect(page.locator("h1")).to_have_text("How can we help you?")
    page.goto(f"{address}/en/privacy")
    page.go_back()
    expect(page.locator("h1")).to_have_text("How can we help you?")


def test_without_scripts_the_way_out_is_a_link_and_going_back_shows_nothing_that_was_typed(
    new_context: object, address: str
) -> None:
    context: BrowserContext = new_context(java_script_enabled=False)
    page = context.new_page()
    write_something_sensitive(page, address)
    page.locator(".leave").click()
    page.wait_for_url("https://www.knmi.nl/")
    with suppress(PlaywrightError):  # The browser asks whether to send the form again.
        page.go_back()
    assert SECRET not in page.content()


def test_the_address_is_asked_for_when_mail_is_safe(page: Page, address: str) -> None:
    write_something_sensitive(page, address)
    page.click(GO_ON)
    expect(page.locator("#email")).to_be_hidden()
    page.check("#email_safe-yes")
    expect(page.locator("#email")).to_be_visible()


def test_the_pages_load_nothing_from_elsewhere_and_break_no_rule_of_their_own(
    page: Page, address: str
) -> None:
    asked_for: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    for path in ("/", "/en", "/ar/ask", "/pl/return"):
        page.goto(address + path)
    assert [url for url in asked_for if not url.startswith(address)] == []
    assert complaints == []


@pytest.mark.parametrize("tag", ["pl", "ar"])
def test_a_long_address_of_the_desk_stays_on_a_small_screen(page: Page, address: str, tag: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{address}/{tag}/return")
    # Not the first link: a telephone number is never broken.
    page.locator(".footer li a").last.evaluate(
        "link => { link.textContent = 'nieuwkomersloket@gemeentezuidoostbrabant.example' }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 320

"""The pages for newcomers, as a phone and a desktop computer show them."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from servicebalie.db import Database
from tests.browser.newcomer_walk import BACK, GO_ON, QUESTIONS, every_page
from tests.web import stored

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / "var" / "screenshots"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
SMALLEST_TARGET = 44
TARGETS = (
    "button:not(.unseen), .button, .door, .language, .leave, .choice label, .topic > label, nav a, .footer a"
)


@pytest.mark.parametrize(
    ("tag", "size"),
    [("pl", PHONE), ("ar", PHONE), ("ar", DESKTOP), ("nl", PHONE), ("zh-Hans", PHONE), ("en", DESKTOP)],
)
def test_every_page_is_accessible_fits_and_can_be_touched(
    page: Page, address: str, tag: str, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    PICTURES.mkdir(parents=True, exist_ok=True)
    faults = {}
    for number, name in enumerate(every_page(page, address, tag)):
        page.screenshot(path=PICTURES / f"{tag}-{size['width']}-{number:02}-{name}.png", full_page=True)
        violations = Axe().run(page).response["violations"]
        width = page.evaluate("document.documentElement.scrollWidth")
        small = page.locator(TARGETS).evaluate_all(
            "(all, least) => all.filter(e => e.checkVisibility()"
            " && e.getBoundingClientRect().height < least).map(e => e.outerHTML)",
            SMALLEST_TARGET,
        )
        found = [*[f"{v['id']}: {v['nodes'][0]['html']}" for v in violations], *small]
        if found or width > size["width"]:
            faults[name] = (width, found)
    assert faults == {}


@pytest.mark.parametrize("tag", ["pl", "ar", "zh-Hans", "en"])
def test_without_scripts_a_question_is_asked_answered_and_deleted(
    new_context: object, address: str, database: Database, tag: str
) -> None:
    context: BrowserContext = new_context(java_script_enabled=False, viewport=PHONE, locale=tag)
    page = context.new_page()
    names = []
    for name in every_page(page, address, tag):
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
    assert stored.counts(database)["question"] == 1


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


def test_the_keyboard_alone_is_enough_and_enter_goes_on(page: Page, address: str, database: Database) -> None:
    page.goto(f"{address}/en/ask")
    keys = page.keyboard
    keys.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    keys.press("Enter")
    keys.press("Tab")
    expect(page.locator("#search")).to_be_focused()
    keys.type("dentist")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Is it about one of these?")
    page.locator("#found-none").focus()
    keys.press("Space")
    page.locator(BACK).focus()
    keys.press("Enter")
    page.locator("#topic-registration").focus()
    keys.press("Space")
    expect(page.locator("#topic-registration")).to_be_checked()
    keys.press("Tab")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("What is your question?")
    page.locator("#text").focus()
    keys.type("Where do I register?")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("About you")
    page.locator("#municipality").focus()
    keys.type("Eindhofen")
    keys.press("Enter")
    page.locator("#nearest-1").focus()
    keys.press("Space")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("How can we reach you?")
    page.locator("#email").focus()
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Check your answers")
    page.locator(GO_ON).focus()
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("We have your question")
    assert stored.only_question(database).topic == "brp-registration"


def test_a_fault_takes_the_reader_to_the_list_of_faults_and_from_there_to_the_field(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/en/ask")
    page.click(GO_ON)
    page.click(GO_ON)
    expect(page.locator("#faults")).to_be_focused()
    page.locator(".faults a").click()
    expect(page.locator("#text")).to_be_focused()


def test_leaving_quickly_leaves_no_way_back_to_the_page(page: Page, address: str) -> None:
    page.route("https://www.knmi.nl/**", lambda route: route.fulfill(body="It will rain."))
    page.goto(f"{address}/en")
    page.goto(f"{address}/en/ask")
    page.check("#topic-exploitation")
    page.locator("[data-leave]:visible").first.click()
    page.wait_for_url("https://www.knmi.nl/")
    page.go_back()
    assert page.url == f"{address}/en"


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

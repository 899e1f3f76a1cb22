"""Everybody can use every page: each is opened in both directions of reading, on small and enlarged screens.

With `--statement` the tests also take pictures and write down what they tested, for the statement on the
website.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Request, expect

from servicebalie.cli.documents import document_releases
from servicebalie.core.accessibility import CheckedPages, Finding, write_checked_pages
from servicebalie.db import Database
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.shipped import reference_data
from tests.browser.accessible import CHECKS
from tests.browser.newcomer_walk import GO_ON, every_page
from tests.browser.partner_walk import every_page_of_partners
from tests.support.pages import OF_THE_DESK, page_name, page_names
from tests.support.releases import add_release

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / "var" / "screenshots"
DESK = "informatiepunt-zuidoost"
SCREENS = {
    "360 by 740": (360, 740, 1),
    "1280 by 800": (1280, 800, 1),
    "1280 by 800 at 200%": (640, 400, 2),
    "1280 by 800 at 400%": (320, 256, 4),
}
WALKS = [
    ("ar", "360 by 740"),
    ("nl", "1280 by 800 at 200%"),
]
"""What is walked in every run of the tests; all of it takes long, and is walked for the statement."""

ALL_WALKS = [
    *(("ar", screen) for screen in SCREENS),
    *(("nl", screen) for screen in SCREENS),
    ("fa", "360 by 740"),
    ("fa", "1280 by 800 at 400%"),
    ("pl", "360 by 740"),
    ("pl", "1280 by 800 at 400%"),
    ("en", "1280 by 800"),
]
WITH_KEYBOARD = {("nl", "1280 by 800"), ("ar", "1280 by 800"), ("nl", "1280 by 800 at 200%")}
"""Tab is pressed some thousand times in one of these walks, so not in each."""


@dataclass
class Notes:
    """What was tested in this run."""

    browser: str = ""
    axe: str = ""
    locales: set[str] = field(default_factory=set)
    screens: set[str] = field(default_factory=set)
    checks: list[str] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)
    findings: set[Finding] = field(default_factory=set)

    def note(self, check: str) -> None:
        """Remember that this was checked."""
        if check not in self.checks:
            self.checks.append(check)

    def facts(self) -> CheckedPages:
        """Return all of it in a fixed order."""
        return CheckedPages(
            tested_on=date.today(),  # noqa: DTZ011 - the day on the calendar of whoever runs the tests
            axe=self.axe,
            browser=self.browser,
            locales=tuple(sorted(self.locales)),
            screens=tuple(screen for screen in SCREENS if screen in self.screens),
            checks=tuple(self.checks),
            pages=tuple(sorted(self.pages)),
            findings=tuple(sorted(self.findings, key=lambda one: (one.page, one.check, one.what))),
        )


@pytest.fixture(scope="session")
def tested(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Notes]:
    """Collects what is tested, and writes it down when that is asked for."""
    tested = Notes(browser=f"Chromium {browser.version}")
    yield tested
    if request.config.getoption("--statement"):
        reference_data("accessibility.toml").write_text(write_checked_pages(tested.facts()), encoding="utf-8")


@contextmanager
def opened(browser: Browser, screen: str, **options: object) -> Iterator[Page]:
    """Open a window of this size."""
    width, height, enlarged = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=enlarged, **options
    )
    yield context.new_page()
    context.close()


def reports(page: Page, address: str, tag: str, database: Database) -> Iterator[str]:
    """Open the pages of the reports, before and after there is one."""
    if tag not in DESK_LOCALES:
        return
    page.goto(f"{address}/{tag}/trends")
    yield "no report"
    add_release(database, DESK, "2026-10", simulated=True)
    for _ in document_releases(database, DESK):
        pass
    for name in ("2026-10", "method"):
        page.goto(f"{address}/{tag}/trends/{name}")
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        yield name


def partners(page: Page, address: str, tag: str, database: Database) -> Iterator[str]:
    """Open the pages of partners."""
    if tag in DESK_LOCALES:
        yield from every_page_of_partners(page, address, tag, database)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the walks."""
    if {"tag", "screen"} <= set(metafunc.fixturenames):
        walks = ALL_WALKS if metafunc.config.getoption("--statement") else WALKS
        metafunc.parametrize(("tag", "screen"), walks)


def test_everybody_can_use_every_page(
    browser: Browser,
    address: str,
    app: Flask,
    database: Database,
    tested: Notes,
    tag: str,
    screen: str,
    pytestconfig: pytest.Config,
) -> None:
    asked: list[Request] = []
    visited: set[str] = set()
    faults: list[Finding] = []
    with opened(browser, screen) as page:
        page.on("request", lambda request: asked.append(request) if request.is_navigation_request() else None)
        for walk in (
            every_page(page, address, tag, database),
            partners(page, address, tag, database),
            reports(page, address, tag, database),
        ):
            for number, state in enumerate(walk):
                page.wait_for_load_state()  # a click waits for the answer to come, not for the page in it
                file = f"{tag}-{screen.replace(' ', '-')}-{number:02}-{state}.png"
                if pytestconfig.getoption("--statement"):
                    page.screenshot(path=PICTURES / file, full_page=True)
                name = page_name(app, asked[-1].method, urlsplit(asked[-1].url).path)
                visited.add(name)
                where = f"({state}, {tag}, {screen})"
                for check, find in CHECKS.items():
                    if check != "keyboard" or (tag, screen) in WITH_KEYBOARD:
                        tested.note(check)
                        found = find(page)
                        faults += [Finding(f"{name} {where}", check, what) for what in found]
        tested.axe = tested.axe or Axe().run(page).response["testEngine"]["version"]
    tested.locales.add(tag)
    tested.screens.add(screen)
    tested.pages |= visited
    tested.findings |= set(faults)
    everything = page_names(app)
    expected = everything if tag in DESK_LOCALES else {n for n in everything if not n.startswith(OF_THE_DESK)}
    assert visited ^ expected == set()
    assert faults == []


def test_a_question_is_asked_with_the_keyboard_alone(page: Page, address: str, tested: Notes) -> None:
    page.goto(f"{address}/nl/ask")
    keys = page.keyboard
    keys.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    keys.press("Enter")
    _tab_to(page, "#topic-registration")
    keys.press("Space")
    _tab_to(page, "#registration-1, #registration-6")
    keys.press("ArrowDown")
    _go_on(page)
    _tab_to(page, "#text")
    keys.type("Waar schrijf ik mij in?")
    _tab_to(page, GO_ON)
    _go_on(page)
    _tab_to(page, "#municipality")
    keys.type("Eindhoven")
    _tab_to(page, "#group")
    keys.press("ArrowDown")
    _tab_to(page, GO_ON)
    _go_on(page)
    _tab_to(page, "#email")
    keys.type("anna@")
    _go_on(page)
    expect(page.locator("#faults")).to_be_focused()
    _tab_to(page, ".faults a")
    keys.press("Enter")
    expect(page.locator("#email")).to_be_focused()
    keys.press("End")
    keys.type("example.org")
    _go_on(page)
    _tab_to(page, GO_ON)
    _go_on(page)
    expect(page.locator(".code")).to_be_visible()
    _tab_to(page, "button[formaction$='/return']")
    _go_on(page)
    _tab_to(page, "textarea")
    keys.type("Dank u")
    keys.press("Tab")
    _go_on(page)
    expect(page.locator(".done")).to_be_visible()
    tested.note("keyboard")


def _go_on(page: Page) -> None:
    """Press Enter and wait for the next page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus; it must come before the end of the page."""
    for _ in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {selector}")


def test_asking_works_without_scripts(
    browser: Browser, address: str, database: Database, tested: Notes
) -> None:
    with opened(browser, "360 by 740", java_script_enabled=False) as page:
        assert [*every_page(page, address, "nl", database)][-1] == "no-such-page"
    tested.note("no-scripts")


def test_nothing_moves_for_who_wants_less_motion(browser: Browser, address: str, tested: Notes) -> None:
    moving = (
        "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration)"
    )
    moving += " || getComputedStyle(e).animationName !== 'none').length"
    for wish, some in (("reduce", False), ("no-preference", True)):
        with opened(browser, "1280 by 800", reduced_motion=wish) as page:
            page.goto(f"{address}/nl")
            assert bool(page.evaluate(moving)) is some
    tested.note("motion")


def test_on_paper_there_is_the_code_and_nothing_to_press(
    page: Page, address: str, database: Database, tested: Notes
) -> None:
    for state in every_page(page, address, "nl", database):
        if state in {"confirmation", "sensitive-confirmation", "check"}:
            page.wait_for_load_state()
            page.emulate_media(media="print")
            shown = page.locator("button:visible, nav:visible, .footer:visible, .leave:visible").count()
            assert (state, shown) == (state, 0)
            assert page.locator("h1").is_visible()
            page.emulate_media(media="screen")
    tested.note("print")

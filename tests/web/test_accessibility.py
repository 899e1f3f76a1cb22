"""The statement tells what was tested, and that is every page there is."""

import pytest
from flask import Flask

from servicebalie.core.accessibility import parse_checked_pages
from servicebalie.i18n.newcomer_words import CHECKS
from servicebalie.i18n.registry import NEWCOMER_LOCALES
from servicebalie.shipped import reference_data
from servicebalie.web.start import shipped_tests
from tests.support.pages import NO_PAGES, page_names
from tests.web.plain_browser import PlainBrowser

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_the_statement_is_about_every_page_there_is(app: Flask) -> None:
    tested = parse_checked_pages(reference_data("accessibility.toml").read_text(encoding="utf-8"))
    assert set(tested.pages) == page_names(app), "run: python -m scripts.accessibility"


def test_what_is_said_to_be_no_page_is_still_there(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= NO_PAGES.keys()


def test_every_check_has_words_and_was_done() -> None:
    assert set(shipped_tests().checks) == CHECKS.keys()


@ONE_DATABASE
def test_the_statement_tells_what_was_tested_when_and_how_to_complain(
    browser_of_newcomer: PlainBrowser,
) -> None:
    page = browser_of_newcomer.get("/en/accessibility")
    text = page.one("main").text
    tested = shipped_tests()
    assert page.heading == "Accessibility"
    for said in ("Informatiepunt Zuidoost", "http://127.0.0.1", "Status C", tested.axe, tested.browser):
        assert said in text
    assert str(tested.tested_on.year) in text
    items = [item.text for item in page.all("li")]
    assert [CHECKS[check] for check in tested.checks] == [text for text in items if text in CHECKS.values()]
    assert page.all("a", href="tel:0401234567")
    assert page.one("a", href="https://www.nationaleombudsman.nl/")["lang"] == "nl"


@ONE_DATABASE
@pytest.mark.parametrize("tag", sorted(NEWCOMER_LOCALES))
def test_every_page_leads_to_the_statement_in_its_language(
    browser_of_newcomer: PlainBrowser, tag: str
) -> None:
    assert browser_of_newcomer.get(f"/{tag}").one("a", href=f"/{tag}/accessibility")
    assert browser_of_newcomer.get(f"/{tag}/accessibility").one("html")["lang"] == tag

"""The page about the person: finding the municipality, and the language of the answer."""

import pytest

from servicebalie.db import Database
from tests.web import stored
from tests.web.plain_browser import Page, PlainBrowser

STORES_NOTHING = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POLISH = "Przyszło pismo z gminy i nie wiem, co mam zrobić."


def about(browser: PlainBrowser, tag: str = "en", text: str = "") -> Page:
    """Return the page about the person."""
    browser.get(f"/{tag}/ask")
    browser.send(topic="health")
    return browser.send(text=text)


def nearest(page: Page) -> list[str]:
    """Return the municipalities that a page offers, by code."""
    return [choice["value"] for choice in page.all("input", type="radio", name="nearest")]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("the hague", "GM0518"), ("Гаага", "GM0518"), ("لاهاي", "GM0518"), ("Tongelre", "GM0772")],
)
def test_a_municipality_is_accepted_in_other_spellings_and_by_the_name_of_a_place_in_it(
    browser_of_newcomer: PlainBrowser, database: Database, typed: str, code: str
) -> None:
    about(browser_of_newcomer)
    browser_of_newcomer.send(municipality=typed)
    check = browser_of_newcomer.send()
    assert f"({typed})" in check.one("main").text
    browser_of_newcomer.send()
    assert stored.only_visit(database).municipality == code


def test_an_unclear_municipality_offers_the_nearest_and_the_chosen_one_counts(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    about(browser_of_newcomer)
    page = browser_of_newcomer.send(municipality="Eindhofen")
    assert (page.status, page.form["municipality"]) == (400, "Eindhofen")
    assert (nearest(page)[0], nearest(page)[-1]) == ("GM0772", "none")
    assert browser_of_newcomer.send(nearest="GM0772").heading == "How can we reach you?"
    for _ in range(2):
        browser_of_newcomer.send()
    assert stored.only_visit(database).municipality == "GM0772"


def test_who_means_none_of_the_nearest_goes_on_without_a_municipality(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    about(browser_of_newcomer)
    browser_of_newcomer.send(municipality="Bergen")
    for typed in ({"nearest": "none"}, {}, {}):
        browser_of_newcomer.send(**typed)
    assert stored.only_visit(database).municipality is None


@STORES_NOTHING
def test_an_unclear_municipality_needs_a_choice(browser_of_newcomer: PlainBrowser) -> None:
    about(browser_of_newcomer)
    browser_of_newcomer.send(municipality="Bergen")
    assert browser_of_newcomer.send().status == 400
    assert browser_of_newcomer.send(nearest="GM0772").status == 400


@STORES_NOTHING
def test_a_choice_counts_only_for_the_name_it_was_made_for(browser_of_newcomer: PlainBrowser) -> None:
    about(browser_of_newcomer)
    browser_of_newcomer.send(municipality="Eindhofen")
    page = browser_of_newcomer.send(municipality="Roterdam te", nearest="none")
    assert (page.status, nearest(page)[0]) == (400, "GM0599")
    assert browser_of_newcomer.send(municipality="Rotterdam").heading == "How can we reach you?"


@STORES_NOTHING
def test_a_name_that_is_like_nothing_is_said_to_be_unknown_once(browser_of_newcomer: PlainBrowser) -> None:
    about(browser_of_newcomer)
    page = browser_of_newcomer.send(municipality="Xxyyzz")
    assert (page.status, nearest(page)) == (400, [])
    assert browser_of_newcomer.send().heading == "How can we reach you?"


@STORES_NOTHING
def test_switching_the_language_keeps_the_choice_of_the_nearest(browser_of_newcomer: PlainBrowser) -> None:
    about(browser_of_newcomer)
    browser_of_newcomer.send(municipality="Bergen")
    page = browser_of_newcomer.send("/ar/ask/about", nearest="GM0373")
    assert (page.status, page.form["nearest"]) == (200, "GM0373")


@STORES_NOTHING
def test_every_optional_answer_says_why_it_is_asked_and_that_it_need_not_be_given(
    browser_of_newcomer: PlainBrowser,
) -> None:
    page = about(browser_of_newcomer)
    for name in ("group", "arrival", "stay"):
        assert page.form[name] == ""
        assert page.one("select", id=name)["aria-describedby"].strip() == f"{name}-hint"
        assert page.one("p", id=f"{name}-hint").text.startswith("We count this")
    assert page.html.count("I would rather not say") == 3


def test_the_language_of_the_text_is_offered_for_the_answer(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    page = about(browser_of_newcomer, text=POLISH)
    assert page.form["language"] == "pl"
    assert "Your question seems to be in this language: Polish." in page.one("p", id="language-hint").text
    for _ in range(3):
        browser_of_newcomer.send()
    assert (stored.only_visit(database).language, stored.only_visit(database).locale) == ("pl", "en")


def test_the_language_that_was_offered_can_be_changed_and_is_not_offered_again(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    about(browser_of_newcomer, text=POLISH)
    browser_of_newcomer.send(language="")
    page = browser_of_newcomer.send("/en/ask/about")
    assert page.form["language"] == ""
    assert "seems" not in page.one("p", id="language-hint").text
    for _ in range(3):
        browser_of_newcomer.send()
    assert stored.only_visit(database).language == "en"


@STORES_NOTHING
@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("pl", POLISH),
        ("en", "BSN?"),
        ("en", "I do not know which letter this is."),
        ("zh-Hans", "我想给孩子报名上学"),
    ],
)
def test_no_other_language_is_offered_where_the_text_is_short_or_in_that_of_the_page(
    browser_of_newcomer: PlainBrowser, tag: str, text: str
) -> None:
    assert about(browser_of_newcomer, tag, text).form["language"] == ""


@STORES_NOTHING
def test_chinese_is_offered_once_on_the_chinese_pages(browser_of_newcomer: PlainBrowser) -> None:
    page = about(browser_of_newcomer, "zh-Hans")
    assert [option["value"] for option in page.all("option", value="zh")] == []

"""Finding a topic by words, and being asked about the topic of a text: the person decides, and only once."""

import pytest

from servicebalie.db import Database
from tests.web import stored
from tests.web.plain_browser import Page, PlainBrowser

OFFER = "Is it about one of these?"
STORES_NOTHING = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def offered(page: Page, field: str) -> list[str]:
    """Return the topics that a page offers, with the answer for none of these."""
    return [choice["value"] for choice in page.all("input", type="radio", name=field)]


def send_all(browser: PlainBrowser) -> Page:
    """Go on without further answers, as far as the confirmation."""
    while browser.page.heading != "We have your question":
        assert browser.page.status == 200
        browser.send()
    return browser.page


@STORES_NOTHING
def test_a_search_offers_topics_with_the_words_that_matched(browser_of_newcomer: PlainBrowser) -> None:
    browser_of_newcomer.get("/en/ask")
    page = browser_of_newcomer.send("/en/ask/found", search="my landlord and the rent allowance")
    assert (page.status, page.heading) == (200, OFFER)
    assert "care-rent-allowance" in offered(page, "found")
    assert offered(page, "found")[-1] == "none"
    assert "rent" in [word.text for word in page.all("q")]


@STORES_NOTHING
@pytest.mark.parametrize(("tag", "search"), [("en", "huisarts"), ("pl", "lekarz"), ("ar", "dentist")])
def test_a_topic_is_found_in_another_language_than_that_of_the_page(
    browser_of_newcomer: PlainBrowser, tag: str, search: str
) -> None:
    browser_of_newcomer.get(f"/{tag}/ask")
    page = browser_of_newcomer.send(f"/{tag}/ask/found", search=search)
    assert offered(page, "found")[0] == "gp-dentist"


def test_the_topic_that_was_found_and_chosen_is_registered(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    browser_of_newcomer.get("/en/ask")
    browser_of_newcomer.send(search="dentist")
    question = browser_of_newcomer.send(found="gp-dentist")
    assert question.heading == "What is your question?"
    assert "Doctor or dentist" in question.one("main").text
    send_all(browser_of_newcomer)
    assert stored.only_question(database).topic == "gp-dentist"


@STORES_NOTHING
def test_a_search_needs_a_choice_and_the_page_says_so(browser_of_newcomer: PlainBrowser) -> None:
    browser_of_newcomer.get("/en/ask")
    browser_of_newcomer.send(search="dentist")
    page = browser_of_newcomer.send()
    assert (page.status, page.heading) == (400, OFFER)
    assert page.one("a", href="#found").text == "Please choose one of the answers in the list."
    assert browser_of_newcomer.send(found="none").heading == "What is your question?"


@STORES_NOTHING
def test_other_words_are_a_new_search_and_the_same_words_are_none(browser_of_newcomer: PlainBrowser) -> None:
    browser_of_newcomer.get("/en/ask")
    browser_of_newcomer.send(search="dentist")
    browser_of_newcomer.send(found="gp-dentist")
    topic = browser_of_newcomer.send("/en/ask")
    assert (topic.form["search"], topic.form["topic"]) == ("dentist", "health")
    assert browser_of_newcomer.send().heading == "What is your question?"
    browser_of_newcomer.send("/en/ask")
    assert browser_of_newcomer.send("/en/ask/found").heading == OFFER
    browser_of_newcomer.send("/en/ask")
    page = browser_of_newcomer.send(search="bicycle and public transport")
    assert (page.status, page.heading, "public-transport" in offered(page, "found")) == (200, OFFER, True)


@STORES_NOTHING
def test_none_of_these_takes_back_what_was_found_before_and_leaves_what_was_chosen_from_the_list(
    browser_of_newcomer: PlainBrowser,
) -> None:
    browser_of_newcomer.get("/en/ask")
    browser_of_newcomer.send(search="dentist")
    browser_of_newcomer.send("/pl/ask/found", found="gp-dentist")
    question = browser_of_newcomer.send(found="none")
    assert question.heading == "Jakie ma Pani lub Pan pytanie?"
    assert question.all("strong") == []
    browser_of_newcomer.get("/en/ask")
    browser_of_newcomer.send(search="dentist", topic="work", **{"subtopic-work": "dismissal"})
    assert "Losing a job" in browser_of_newcomer.send(found="none").one("main").text


@STORES_NOTHING
def test_words_for_which_there_is_no_topic_lead_back_to_the_list_or_on(
    browser_of_newcomer: PlainBrowser,
) -> None:
    browser_of_newcomer.get("/en/ask")
    page = browser_of_newcomer.send("/en/ask/found", search="qqqq")
    assert (page.status, page.heading, offered(page, "found")) == (200, "We found no topic", [])
    assert browser_of_newcomer.send("/en/ask").form["search"] == "qqqq"
    browser_of_newcomer.send("/en/ask/found")
    assert browser_of_newcomer.send().heading == "What is your question?"
    browser_of_newcomer.send("/en/ask")
    browser_of_newcomer.send(search="dentist")
    assert browser_of_newcomer.send().status == 400


@STORES_NOTHING
def test_a_search_for_nothing_stays_on_the_page(browser_of_newcomer: PlainBrowser) -> None:
    browser_of_newcomer.get("/en/ask")
    page = browser_of_newcomer.send("/en/ask/found", topic="work")
    assert (page.heading, page.form["topic"]) == ("What is it about?", "work")


@STORES_NOTHING
def test_who_writes_straight_away_gets_no_topic_and_no_search(browser_of_newcomer: PlainBrowser) -> None:
    browser_of_newcomer.get("/en/ask")
    button = browser_of_newcomer.page.one("button", name="straight")
    page = browser_of_newcomer.send(straight=button["value"], search="dentist", topic="work")
    assert page.heading == "What is your question?"
    assert page.all("strong") == []
    assert browser_of_newcomer.send("/en/ask").form["search"] == "dentist"


def test_a_text_without_a_topic_gets_three_suggestions_and_the_chosen_one_counts(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    browser_of_newcomer.get("/en/ask")
    browser_of_newcomer.send()
    page = browser_of_newcomer.send(
        text="My child is sick and needs a doctor, and I have no health insurance."
    )
    assert (page.status, page.heading) == (200, OFFER)
    assert "Page 2 of 5" in page.one("main").text
    assert 2 <= len(offered(page, "suggested")) <= 4
    assert browser_of_newcomer.send(suggested="gp-dentist").heading == "About you"
    send_all(browser_of_newcomer)
    assert stored.only_question(database).topic == "gp-dentist"


@STORES_NOTHING
def test_the_suggestions_need_a_choice_and_come_only_once(browser_of_newcomer: PlainBrowser) -> None:
    browser_of_newcomer.get("/en/ask")
    browser_of_newcomer.send()
    browser_of_newcomer.send(text="I need a dentist")
    page = browser_of_newcomer.send()
    assert (page.status, page.heading) == (400, OFFER)
    assert browser_of_newcomer.send(suggested="none").heading == "About you"
    assert browser_of_newcomer.send("/en/ask/question").heading == "What is your question?"
    assert browser_of_newcomer.send(text="I need a dentist and a job").heading == "About you"


@STORES_NOTHING
def test_a_text_that_says_nothing_of_a_topic_goes_straight_on(browser_of_newcomer: PlainBrowser) -> None:
    browser_of_newcomer.get("/en/ask")
    browser_of_newcomer.send()
    assert browser_of_newcomer.send(text="Qqqq wwww").heading == "About you"


@STORES_NOTHING
def test_who_has_a_topic_is_not_asked_about_the_text(browser_of_newcomer: PlainBrowser) -> None:
    browser_of_newcomer.get("/en/ask")
    browser_of_newcomer.send(topic="work")
    assert browser_of_newcomer.send(text="I need a dentist").heading == "About you"


@STORES_NOTHING
@pytest.mark.parametrize("field", ["found", "suggested"])
def test_switching_the_language_keeps_the_choice_and_back_leads_to_the_words(
    browser_of_newcomer: PlainBrowser, field: str
) -> None:
    browser_of_newcomer.get("/en/ask")
    step, before = {"found": ("found", ""), "suggested": ("suggestion", "/question")}[field]
    if field == "found":
        browser_of_newcomer.send(search="dentist")
    else:
        browser_of_newcomer.send()
        browser_of_newcomer.send(text="dentist")
    page = browser_of_newcomer.send(f"/ar/ask/{step}", **{field: "gp-dentist"})
    assert (page.status, page.one("html")["dir"], page.form[field]) == (200, "rtl", "gp-dentist")
    words = browser_of_newcomer.send(f"/ar/ask{before}")
    assert "dentist" in {words.form.get("search"), words.form.get("text")}


@STORES_NOTHING
def test_a_sensitive_topic_is_found_and_choosing_it_shows_the_way_out(
    browser_of_newcomer: PlainBrowser,
) -> None:
    browser_of_newcomer.get("/en/ask")
    page = browser_of_newcomer.send(search="my husband beats me")
    assert "domestic-violence" in offered(page, "found")
    assert page.all("a", href="tel:112")
    question = browser_of_newcomer.send(found="domestic-violence")
    assert question.one("a", href="tel:112").text == "Call 112"
    assert question.one("a", **{"class": "leave"})["rel"] == "noreferrer"


@STORES_NOTHING
@pytest.mark.parametrize("field", ["found", "suggested"])
def test_a_topic_that_was_never_offered_is_refused(browser_of_newcomer: PlainBrowser, field: str) -> None:
    browser_of_newcomer.get("/en/ask")
    if field == "found":
        browser_of_newcomer.send(search="dentist")
    else:
        browser_of_newcomer.send()
        browser_of_newcomer.send(text="dentist")
    page = browser_of_newcomer.send(**{field: "magic"})
    assert page.status == 400
    assert "Please choose a topic in the list." in page.one("div", role="alert").text

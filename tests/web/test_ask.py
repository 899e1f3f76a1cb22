"""Asking a question, from the first page to the return code."""

from datetime import timedelta

import pytest
import time_machine

from servicebalie.core.vocabulary import Channel, Group
from servicebalie.db import Database
from tests.web import stored
from tests.web.plain_browser import Page, PlainBrowser

STORES_NOTHING = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For tests of what is shown only; one kind of database will do."""

REACH = ("email", "phone", "follow_up", "consents")
TYPED = "Dostałem list.\nCo mam zrobić?"


def fill_in(browser: PlainBrowser, tag: str = "en", **typed: str) -> Page:
    """Go through the pages with these answers, up to the page that checks them or tells of a fault.

    Who is offered topics wants none of them.
    """
    page = browser.get(f"/{tag}/ask")
    for names in (("topic",), ("text",), ("municipality", "group", "language"), REACH):
        if page.status == 200:
            page = browser.send(**{name: typed[name] for name in names if name in typed})
        if page.all("input", name="suggested"):
            page = browser.send(suggested="none")
    return page


def test_everything_that_was_said_is_registered(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    browser_of_newcomer.get("/pl/ask")
    browser_of_newcomer.send(topic="digital", **{"subtopic-digital": "letters-forms"})
    browser_of_newcomer.send(text=TYPED)
    browser_of_newcomer.send(municipality="eindhoven", group="eu-labour-migrant", language="uk")
    check = browser_of_newcomer.send(
        email="anna@example.com", phone="06 12345678", follow_up="yes", consents="yes"
    )
    assert [row.text.strip() for row in check.all("dd")][:3] == [
        "Pomoc przy pismach i formularzach",
        TYPED,
        "Eindhoven",
    ]
    done = browser_of_newcomer.send()
    assert done.status == 200
    visit, question = stored.only_visit(database), stored.only_question(database)
    assert (visit.channel, visit.locale, visit.language) == (Channel.WEB_FORM, "pl", "uk")
    assert (visit.municipality, visit.group, visit.stay) == ("GM0772", Group.EU_LABOUR_MIGRANT, None)
    assert question.topic == "letters-forms"
    assert question.consented_at == question.received_at
    assert stored.contacts(database) == [("anna@example.com", "+31612345678")]
    assert stored.may_be_asked(database) == [True]
    assert sorted(stored.deliveries(database)) == ["question-received", "referral-requested"]


def test_a_topic_alone_is_enough_and_nothing_else_is_kept(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    fill_in(browser_of_newcomer, "ar", topic="health")
    done = browser_of_newcomer.send()
    assert done.status == 200
    assert stored.counts(database) == {
        "visit": 1,
        "visit_contact": 0,
        "question": 1,
        "question_text": 0,
        "referral": 1,
        "message": 0,
        "translation": 0,
    }
    assert (stored.only_visit(database).language, stored.only_question(database).topic) == ("ar", "health")


def test_a_text_alone_is_enough(browser_of_newcomer: PlainBrowser, database: Database) -> None:
    fill_in(browser_of_newcomer, text="Where do I register?")
    browser_of_newcomer.send()
    assert stored.only_question(database).topic == "unknown"


def test_the_confirmation_tells_the_code_who_helps_where_and_when(browser_of_newcomer: PlainBrowser) -> None:
    with time_machine.travel("2026-03-02T08:00:00Z", tick=False):
        fill_in(browser_of_newcomer, topic="digital", municipality="Veldhoven", consents="yes")
        done = browser_of_newcomer.send()
    code = done.one("p", **{"class": "code"})
    assert code["dir"] == "ltr"
    assert len(code.text.split()) == 6
    assert code.text.replace(" ", "").isdecimal()
    told = done.one("main").text
    assert "Bibliotheek Eindhoven" in told
    assert "Emmasingel 22" in told
    assert "Open on Tuesday, 3 March 2026 from 10:00 to 12:00" in told
    assert "You can expect an answer by Monday, 9 March 2026 at the latest." in told


@STORES_NOTHING
def test_whether_a_question_may_be_passed_on_is_chosen_by_nobody_else(
    browser_of_newcomer: PlainBrowser,
) -> None:
    page = fill_in(browser_of_newcomer, topic="digital", email="anna@")
    assert (page.status, page.heading) == (400, "How can we reach you?")
    choices = [*page.all("input", name="consents"), *page.all("input", id="follow_up")]
    assert len(choices) == 3
    assert not any("checked" in choice.attributes for choice in choices)


@pytest.mark.parametrize(
    ("consents", "told", "kinds"),
    [
        ({}, "We do not pass your question on.", []),
        ({"consents": "no"}, "We do not pass your question on.", []),
        ({"consents": "yes"}, "we pass your question on.", ["referral-requested"]),
    ],
)
def test_a_question_is_passed_on_only_with_consent_and_the_last_page_says_what_happens(
    browser_of_newcomer: PlainBrowser,
    database: Database,
    consents: dict[str, str],
    told: str,
    kinds: list[str],
) -> None:
    check = fill_in(browser_of_newcomer, topic="digital", municipality="Veldhoven", **consents)
    assert told in check.one("main").text
    done = browser_of_newcomer.send()
    assert stored.deliveries(database) == kinds
    assert bool(stored.only_question(database).consented_at) is bool(kinds)
    assert ("We have told them nothing about you" in done.one("main").text) is not bool(kinds)


@STORES_NOTHING
def test_what_was_agreed_to_stays_until_it_is_changed(browser_of_newcomer: PlainBrowser) -> None:
    check = fill_in(
        browser_of_newcomer, topic="digital", email="anna@example.com", follow_up="yes", consents="yes"
    )
    assert "You may ask me later by e-mail" in check.one("main").text
    contact = browser_of_newcomer.send("/en/ask/contact")
    assert (contact.form["follow_up"], contact.form["consents"]) == ("yes", "yes")
    check = browser_of_newcomer.send(follow_up="", consents="no")
    assert "You may ask me later by e-mail" not in check.one("main").text
    assert "We do not pass your question on." in check.one("main").text


def test_who_leaves_no_address_is_not_asked_later(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    fill_in(browser_of_newcomer, topic="digital", phone="0612345678", follow_up="yes")
    browser_of_newcomer.send()
    assert stored.may_be_asked(database) == [False]


def test_the_code_stands_in_no_address(browser_of_newcomer: PlainBrowser) -> None:
    fill_in(browser_of_newcomer, topic="health")
    done = browser_of_newcomer.send()
    code = done.one("input", name="code")["value"]
    addresses = [
        value
        for element in done.elements
        for name, value in element.attributes.items()
        if name in {"href", "action", "formaction", "src"}
    ]
    assert addresses
    assert not [address for address in addresses if code in address]


@STORES_NOTHING
def test_nothing_asked_is_refused_in_plain_words(browser_of_newcomer: PlainBrowser) -> None:
    browser_of_newcomer.get("/pl/ask")
    browser_of_newcomer.send()
    page = browser_of_newcomer.send()
    assert page.status == 400
    assert page.heading == "Jakie ma Pani lub Pan pytanie?"
    assert page.one("div", role="alert").text.split("\n")[1].strip() == "Proszę sprawdzić odpowiedzi"
    assert page.one("a", href="#text").text.startswith("Proszę wybrać temat")
    field = page.one("textarea")
    assert field["aria-invalid"] == "true"
    assert "text-fault" in field["aria-describedby"].split()
    assert page.one("p", id="text-fault").text.startswith("Proszę wybrać temat")


@STORES_NOTHING
@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("municipality", "Atlantis", "We do not know this municipality, or"),
        ("municipality", "Bergen", "there is more than one with this name."),
        ("group", "king", "Please choose one of the answers in the list."),
        ("language", "tlh", "Please choose a language in the list."),
        ("email", "anna@", "This e-mail address is not complete."),
        ("phone", "hello", "This is not a phone number."),
        ("phone", "1", "This is not a phone number."),
        ("text", "x" * 1001, "Your text is too long. Use at most 1000 characters."),
        ("topic", "magic", "Please choose a topic in the list."),
    ],
)
def test_a_wrong_answer_is_explained_beside_what_was_typed(
    browser_of_newcomer: PlainBrowser, field: str, typed: str, told: str
) -> None:
    page = fill_in(browser_of_newcomer, **({"topic": "health"} | {field: typed}))
    assert page.status == 400
    assert told in page.one("div", role="alert").text
    if field in {"municipality", "email", "phone", "text"}:
        assert page.form[field] == typed


def test_the_municipalities_of_the_desk_are_offered_and_all_others_accepted(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    browser_of_newcomer.get("/en/ask")
    browser_of_newcomer.send(topic="health")
    page = browser_of_newcomer.send()
    assert [option["value"] for option in page.all("option")[:2]] == ["Eindhoven", "Veldhoven"]
    browser_of_newcomer.send(municipality="the hague")
    browser_of_newcomer.send()
    browser_of_newcomer.send()
    assert stored.only_visit(database).municipality == "GM0518"


@pytest.mark.parametrize("step", ["", "/question", "/about", "/contact", "/check"])
def test_switching_the_language_keeps_what_was_typed_on_every_page(
    browser_of_newcomer: PlainBrowser, step: str, database: Database
) -> None:
    pages = ["", "/question", "/about", "/contact", "/check"]
    answers = [
        {"topic": "work", "subtopic-work": "dismissal"},
        {"text": TYPED},
        {"municipality": "Den Haag", "stay": "1-to-3-years", "language": "ti"},
        {"email": "anna@example.com", "phone": "+48 601 234 567"},
        {},
    ]
    browser_of_newcomer.get("/pl/ask")
    for page, typed in zip(pages, answers, strict=True):
        if page == step:
            switched = browser_of_newcomer.send(f"/ar/ask{step}", **typed)
            assert switched.status == 200
            assert switched.one("html")["lang"] == "ar"
            assert {name: switched.form[name] for name in typed} == typed
            browser_of_newcomer.send()
        else:
            browser_of_newcomer.send(**typed)
    visit, question = stored.only_visit(database), stored.only_question(database)
    assert (visit.municipality, visit.stay, visit.language) == ("GM0518", "1-to-3-years", "ti")
    assert (question.topic, visit.locale) == ("dismissal", "ar")
    assert stored.contacts(database) == [("anna@example.com", "+48601234567")]


@STORES_NOTHING
def test_switching_the_language_keeps_even_what_is_wrong_and_says_nothing_of_it_yet(
    browser_of_newcomer: PlainBrowser,
) -> None:
    fill_in(browser_of_newcomer, topic="health", email="anna@")
    page = browser_of_newcomer.send("/pl/ask/contact", email="anna@@")
    assert (page.status, page.form["email"]) == (200, "anna@@")


@STORES_NOTHING
def test_going_back_keeps_everything(browser_of_newcomer: PlainBrowser) -> None:
    fill_in(browser_of_newcomer, text=TYPED, topic="health", municipality="Eindhoven")
    contact = browser_of_newcomer.send("/en/ask/contact")
    assert contact.heading == "How can we reach you?"
    about = browser_of_newcomer.send("/en/ask/about", email="not yet complete")
    assert about.form["municipality"] == "Eindhoven"
    question = browser_of_newcomer.send("/en/ask/question", municipality="Atlantis")
    assert question.form["text"] == TYPED
    topic = browser_of_newcomer.send("/en/ask", text="")
    assert topic.form["topic"] == "health"
    question = browser_of_newcomer.send()
    assert question.form["text"] == ""
    about = browser_of_newcomer.send()
    assert about.form["municipality"] == "Atlantis"
    contact = browser_of_newcomer.send(municipality="")
    assert contact.form["email"] == "not yet complete"


@STORES_NOTHING
def test_each_answer_can_be_changed_from_the_last_page(browser_of_newcomer: PlainBrowser) -> None:
    check = fill_in(browser_of_newcomer, topic="health")
    changes = [b["formaction"] for b in check.all("button", **{"class": "change"})]
    assert changes == ["/en/ask", "/en/ask/question", "/en/ask/about", "/en/ask/contact"]
    page = browser_of_newcomer.send(changes[2])
    assert page.heading == "About you"


def test_sending_twice_makes_one_question_and_shows_the_same_code(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    check = fill_in(browser_of_newcomer, topic="health", email="anna@example.com")
    first = browser_of_newcomer.send()
    second = browser_of_newcomer.post("/en/ask/send", check.form)
    assert second.one("p", **{"class": "code"}).text == first.one("p", **{"class": "code"}).text
    assert stored.counts(database)["question"] == 1
    assert stored.deliveries(database) == ["question-received"]


def test_the_confirmation_can_be_read_in_another_language(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    fill_in(browser_of_newcomer, topic="health")
    code = browser_of_newcomer.send().one("p", **{"class": "code"}).text
    arabic = browser_of_newcomer.send("/ar/return/confirmation")
    assert (arabic.one("html")["dir"], arabic.one("p", **{"class": "code"}).text) == ("rtl", code)
    assert stored.counts(database)["visit"] == 1


def test_what_was_sent_cannot_be_changed_by_going_back(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    check = fill_in(browser_of_newcomer, topic="health")
    browser_of_newcomer.send()
    browser_of_newcomer.page = check
    browser_of_newcomer.send("/en/ask/question")
    browser_of_newcomer.send(text="One thing more")
    browser_of_newcomer.send()
    browser_of_newcomer.send()
    again = browser_of_newcomer.send()
    assert again.status == 400
    assert "You have sent this question already." in again.one("div", role="alert").text
    assert stored.counts(database)["question"] == 1


def test_the_confirmation_of_a_question_that_was_deleted_tells_nothing(
    browser_of_newcomer: PlainBrowser,
) -> None:
    check = fill_in(browser_of_newcomer, topic="health")
    code = browser_of_newcomer.send().form["code"]
    browser_of_newcomer.post("/en/return/delete", {"code": code, "confirmed": "yes"})
    page = browser_of_newcomer.post("/en/ask/send", check.form)
    assert page.status == 404
    assert "We know no question with this code." in page.one("main").text
    assert code not in page.html


def test_a_form_that_was_tampered_with_begins_anew_with_what_is_on_the_page(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    fill_in(browser_of_newcomer, topic="health")
    browser_of_newcomer.send("/en/ask/question")
    page = browser_of_newcomer.send(text=TYPED, draft=browser_of_newcomer.page.form["draft"] + "x")
    assert page.status == 400
    assert page.heading == "What is it about?"
    assert "We could not read your earlier answers." in page.one("div", role="alert").text
    assert browser_of_newcomer.send().form["text"] == TYPED
    assert browser_of_newcomer.send().heading == "Is it about one of these?"
    assert stored.counts(database)["visit"] == 0


def test_a_form_that_waited_a_day_is_shown_once_more_before_it_is_sent(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    with time_machine.travel("2026-03-02T08:00:00Z", tick=False) as clock:
        fill_in(browser_of_newcomer, text=TYPED, email="anna@example.com")
        clock.shift(timedelta(days=1))
        page = browser_of_newcomer.send()
        assert "You were away for a long time." in page.one("div", role="alert").text
        assert TYPED in page.one("main").text
        assert stored.counts(database)["visit"] == 0
        assert browser_of_newcomer.send().heading == "We have your question"
    assert stored.counts(database)["visit"] == 1


@STORES_NOTHING
def test_a_later_page_without_a_form_leads_to_the_first(browser_of_newcomer: PlainBrowser) -> None:
    for step in ("question", "about", "contact", "check", "send"):
        assert browser_of_newcomer.get(f"/en/ask/{step}").heading == "What is it about?"


def test_sending_an_incomplete_form_shows_what_is_missing(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    page = browser_of_newcomer.post("/en/ask/send", {"email": "anna@example.com"})
    assert (page.status, page.heading) == (400, "What is your question?")
    assert stored.counts(database)["visit"] == 0


@STORES_NOTHING
def test_what_people_type_is_text_and_never_markup(browser_of_newcomer: PlainBrowser) -> None:
    attack = "<script>alert(1)</script>\"'>"
    check = fill_in(browser_of_newcomer, text=attack, topic="health")
    assert attack in check.one("main").text
    assert [script.text for script in check.all("script")] == [""]


@STORES_NOTHING
def test_what_people_type_shows_its_own_direction(browser_of_newcomer: PlainBrowser) -> None:
    check = fill_in(browser_of_newcomer, "en", text="مرحبا")
    assert check.one("p", **{"class": "typed"})["dir"] == "auto"

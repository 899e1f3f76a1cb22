"""Asking more and correcting what is known, with the return code."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from servicebalie.core.vocabulary import Arrival, Author, Group, Outcome, Stay, UnmetReason
from servicebalie.db import Database
from servicebalie.models.questions import Message, Question
from servicebalie.services.intake import NewQuestion
from servicebalie.services.messages import post_message
from servicebalie.services.questions import Correction, close_question, correct_question
from servicebalie.services.translations import NewTranslation, TextToTranslate, keep_translation
from servicebalie.services.visits import Contact, VisitFacts
from tests.support.return_codes import AskedVisit, asked, workplace
from tests.web import stored
from tests.web.plain_browser import Page, PlainBrowser

PAGES = ("more", "question", "about")
ACTIONS = ("more", "more/send", "question", "question/save", "about", "about/save", "confirmation")


@pytest.fixture
def visit(app: Flask, database: Database) -> AskedVisit:
    """A question about a letter, of somebody in Eindhoven who left an e-mail address."""
    question = NewQuestion("letters-forms", "List z gminy", consents=True)
    return asked(workplace(app, database), database, question, email="anna@example.com")


def opened(browser: PlainBrowser, visit: AskedVisit, page: str = "", tag: str = "en") -> Page:
    """Come back with the code, and go to one of the pages from there."""
    browser.get(f"/{tag}/return")
    browser.send(code=visit.code)
    if page:
        browser.send(f"/{tag}/return/{page}", question=visit.questions[0].reference)
    return browser.page


def test_one_more_question_appears_with_who_helps(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, database: Database
) -> None:
    assert opened(browser_of_newcomer, visit, "more").heading == "Ask one more question"
    page = browser_of_newcomer.send(topic="childcare", text="A place for my daughter")
    assert (page.status, page.heading) == (200, "Your questions")
    assert page.one("p", role="status").text == "We have your question"
    assert "A place for my daughter" in page.one("main").text
    assert stored.counts(database)["question"] == 2
    assert stored.counts(database)["visit"] == 1


def test_one_more_question_that_is_sent_twice_is_one(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, database: Database
) -> None:
    form = {**opened(browser_of_newcomer, visit, "more").form, "topic": "childcare"}
    for _ in range(2):
        assert browser_of_newcomer.post("/en/return/more/send", form).status == 200
    assert stored.counts(database)["question"] == 2


def test_one_more_question_needs_a_topic_or_a_text(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, database: Database
) -> None:
    opened(browser_of_newcomer, visit, "more")
    page = browser_of_newcomer.send()
    assert page.status == 400
    assert page.one("a", href="#text").text.startswith("Choose a topic or write your question.")
    assert stored.counts(database)["question"] == 1


def test_a_sensitive_question_that_is_added_brings_the_way_out(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, database: Database
) -> None:
    assert opened(browser_of_newcomer, visit).all("a", **{"class": "leave"}) == []
    opened(browser_of_newcomer, visit, "more")
    page = browser_of_newcomer.send(topic="domestic-violence")
    assert page.one("a", **{"class": "leave"})
    assert stored.contacts(database) == []


def test_a_question_is_corrected(browser_of_newcomer: PlainBrowser, visit: AskedVisit) -> None:
    page = opened(browser_of_newcomer, visit, "question")
    assert page.heading == "Change your question"
    assert (page.form["text"], page.form["topic"]) == ("List z gminy", "letters-forms")
    page = browser_of_newcomer.send(text="List z urzędu", topic="municipal-tax")
    assert page.one("p", role="status").text == "Your change was saved."
    (question,) = visit.questions
    assert (question.text, question.topic) == ("List z urzędu", "municipal-tax")


def test_a_correction_with_nothing_in_it_stays_on_its_page(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    opened(browser_of_newcomer, visit, "question")
    page = browser_of_newcomer.send(text="  ", topic="")
    assert (page.status, page.heading, page.form["text"]) == (400, "Change your question", "  ")
    assert visit.questions[0].text == "List z gminy"


@pytest.mark.parametrize("seen", ["newest", "", "-1", "9" * 40, "١"])
def test_a_correction_of_what_the_desk_changed_meanwhile_is_asked_again_and_loses_nothing(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, seen: str
) -> None:
    opened(browser_of_newcomer, visit, "question")
    question = visit.questions[0]
    visit.do(correct_question, question, Correction({}, topic="bsn"), question.version)
    typed = {} if seen == "newest" else {"version": seen}
    page = browser_of_newcomer.send(text="List z urzędu", **typed)
    assert page.status == 400
    assert "changed in the meantime" in page.one("div", role="alert").text
    assert page.form["text"] == "List z urzędu"
    assert visit.questions[0].topic == "bsn"
    assert browser_of_newcomer.send().status == 200
    assert (visit.questions[0].text, visit.questions[0].topic) == ("List z urzędu", "letters-forms")


@pytest.mark.parametrize("action", ["question", "question/save"])
def test_a_question_of_somebody_else_cannot_be_corrected(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, action: str
) -> None:
    fields = {"code": visit.code, "question": "NOTMINE2", "text": "Mine now", "version": "1"}
    page = browser_of_newcomer.post(f"/en/return/{action}", fields)
    assert (page.status, page.heading) == (200, "Your question")
    assert visit.questions[0].text == "List z gminy"


def test_what_is_known_of_the_person_is_shown_and_corrected(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    told = opened(browser_of_newcomer, visit).one("main").text
    assert "Eindhoven" in told
    assert "anna@example.com" in told
    page = opened(browser_of_newcomer, visit, "about")
    known = {"municipality": "Eindhoven", "language": "pl", "email": "anna@example.com", "group": ""}
    assert {name: page.form[name] for name in known} == known
    page = browser_of_newcomer.send(
        municipality="veldhoven",
        group="family-migrant",
        arrival="under-1-month",
        stay="over-5-years",
        language="uk",
        email="",
        phone="0612345678",
    )
    assert page.one("p", role="status").text == "Your change was saved."
    (question,) = visit.questions
    facts = question.facts
    assert (facts.municipality, facts.language) == ("GM0861", "uk")
    assert (facts.group, facts.arrival, facts.stay) == (
        Group.FAMILY_MIGRANT,
        Arrival.UNDER_1_MONTH,
        Stay.OVER_5_YEARS,
    )
    assert question.contact
    assert (question.contact.email, question.contact.phone) == (None, "+31612345678")


def test_faults_in_what_is_known_are_all_told_and_nothing_is_saved(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    opened(browser_of_newcomer, visit, "about")
    page = browser_of_newcomer.send(municipality="Eindhofen", email="anna@", stay="over-5-years")
    assert page.status == 400
    assert [link["href"] for link in page.all("a") if link["href"].startswith("#")][1:] == [
        "#municipality",
        "#email",
    ]
    assert "Eindhoven" in page.one("fieldset", **{"class": "nearest"}).text
    assert (page.form["municipality"], page.form["stay"]) == ("Eindhofen", "over-5-years")
    assert visit.questions[0].facts.stay is None


def test_of_a_sensitive_visit_an_address_is_kept_only_when_mail_is_safe(
    browser_of_newcomer: PlainBrowser, app: Flask, database: Database
) -> None:
    visit = asked(workplace(app, database), database, NewQuestion("domestic-violence"), phone="+31612345678")
    page = opened(browser_of_newcomer, visit, "about")
    assert (page.form["email_safe"], page.form["email"]) == ("no", "")
    assert page.form["phone"] == "+31612345678"
    browser_of_newcomer.send(email="anna@example.org")
    assert visit.questions[0].contact == Contact(None, "+31612345678")
    opened(browser_of_newcomer, visit, "about")
    browser_of_newcomer.send(email="anna@example.org", email_safe="yes")
    assert visit.questions[0].contact == Contact("anna@example.org", "+31612345678", email_safe=True)
    page = opened(browser_of_newcomer, visit, "about")
    assert (page.form["email_safe"], page.form["email"]) == ("yes", "anna@example.org")
    browser_of_newcomer.send(stay="1-to-3-years")
    assert visit.questions[0].contact == Contact("anna@example.org", "+31612345678", email_safe=True)


def test_a_visit_of_which_nothing_is_known_can_be_completed(
    browser_of_newcomer: PlainBrowser, app: Flask, database: Database
) -> None:
    visit = asked(workplace(app, database), database, NewQuestion("bsn", consents=True), facts=VisitFacts())
    page = opened(browser_of_newcomer, visit, "about")
    assert (page.form["municipality"], page.form["language"], page.form["email"]) == ("", "", "")
    browser_of_newcomer.send(language="ti")
    assert visit.questions[0].facts.language == "ti"


@pytest.mark.parametrize("page", PAGES)
def test_switching_the_language_saves_nothing_and_keeps_what_was_typed(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, database: Database, page: str
) -> None:
    opened(browser_of_newcomer, visit, page)
    field = "municipality" if page == "about" else "text"
    arabic = browser_of_newcomer.send(f"/ar/return/{page}", **{field: "Breda"})
    assert (arabic.status, arabic.one("html")["lang"], arabic.form[field]) == (200, "ar", "Breda")
    assert stored.counts(database)["question"] == 1
    assert (visit.questions[0].text, visit.questions[0].facts.municipality) == ("List z gminy", "GM0772")


@pytest.mark.parametrize("page", PAGES)
def test_going_back_saves_nothing(browser_of_newcomer: PlainBrowser, visit: AskedVisit, page: str) -> None:
    before = visit.questions
    opened(browser_of_newcomer, visit, page)
    back = browser_of_newcomer.send("/en/return", text="Else", topic="bsn", municipality="Breda")
    assert back.heading == "Your question"
    assert visit.questions == before


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_opens_without_the_code(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, database: Database, action: str
) -> None:
    before = stored.counts(database)
    fields = {"code": "0" * 18, "question": visit.questions[0].reference, "text": "Hello", "version": "1"}
    page = browser_of_newcomer.post(f"/en/return/{action}", fields)
    assert (page.status, page.heading) == (400, "Come back with your code")
    assert stored.counts(database) == before
    assert visit.questions[0].text == "List z gminy"


@pytest.mark.parametrize("action", [*ACTIONS, "delete", "reply"])
def test_an_address_that_was_kept_leads_to_the_form_for_the_code(
    browser_of_newcomer: PlainBrowser, action: str
) -> None:
    assert browser_of_newcomer.get(f"/en/return/{action}").heading == "Come back with your code"


def test_messages_tell_who_wrote_when_and_in_which_other_language(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    visit.do(post_message, visit.questions[0], Author.PARTNER, "Kom langs", language="nl")
    visit.later().do(post_message, visit.questions[0], Author.NEWCOMER, "Dobrze")
    page = opened(browser_of_newcomer, visit)
    first, second = (heading.text for heading in page.all("h3")[:2])
    assert "The organisation that helps you" in first
    assert str(visit.work.now.year) in first
    assert "Dutch" in first
    assert "You" in second
    in_dutch = opened(browser_of_newcomer, visit, tag="nl")
    assert "Nederlands" not in in_dutch.all("h3")[0].text


@pytest.mark.parametrize(("tag", "direction"), [("pl", "ltr"), ("ar", "rtl")])
def test_an_answer_is_shown_in_the_language_of_the_reader_with_what_was_written_beside_it(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, tag: str, direction: str
) -> None:
    by_hand = NewTranslation(tag, "Translated <b>text</b>")
    question = visit.questions[0]
    visit.do(post_message, question, Author.DESK, "Kom langs", language="nl", translation=by_hand)
    page = opened(browser_of_newcomer, visit, tag=tag)
    [message] = page.all("article")
    translation, written = page.all("p", **{"class": "typed"})[-2:]
    assert (translation["lang"], translation["dir"], translation.text) == (tag, direction, by_hand.text)
    assert (written["lang"], written["dir"], written.text) == ("nl", "ltr", "Kom langs")
    assert (page.all("b"), len(page.all("h4"))) == ([], 1)
    assert "Translated by a computer" not in message.text


def test_a_translation_by_a_machine_says_so_and_only_to_who_needs_it(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, database: Database
) -> None:
    visit.do(post_message, visit.questions[0], Author.DESK, "Kom langs", language="nl")
    visit.later().do(post_message, visit.questions[0], Author.NEWCOMER, "Dobrze")
    with database.begin() as session:
        ours, theirs = session.scalars(select(Message.id).order_by(Message.id))
        question = visit.questions[0].id
        for message, source, target in ((ours, "nl", "en"), (theirs, "pl", "nl")):
            text = "Kom langs" if message == ours else "Dobrze"
            made_of = TextToTranslate(question, message, text, source, target)
            keep_translation(session, visit.work.keys, made_of, f"In {target}", "A machine", visit.work.now)
    first, second = opened(browser_of_newcomer, visit).all("article")
    assert "Translated by a computer. There may be mistakes." in first.text
    assert first.text.index("In en") < first.text.index("Original text") < first.text.index("Kom langs")
    assert "In nl" not in second.text
    in_dutch = opened(browser_of_newcomer, visit, tag="nl")
    assert in_dutch.all("h4") == []


def test_a_question_that_waits_for_the_person_promises_no_day(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    assert "You can expect an answer by" in opened(browser_of_newcomer, visit).one("main").text
    visit.do(post_message, visit.questions[0], Author.DESK, "Which letter?", awaits_reply=True)
    told = opened(browser_of_newcomer, visit).one("main").text
    assert "Waiting for your reply" in told
    assert "You can expect an answer by" not in told


def test_an_answer_that_is_late_is_called_late(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, database: Database
) -> None:
    with database.begin() as session:
        session.query(Question).one().due_on = date(2026, 1, 5)
    told = opened(browser_of_newcomer, visit).one("main").text
    assert "You should have had an answer by Monday, 5 January 2026. Please call or visit." in told
    assert "You can expect an answer by" not in told


@pytest.mark.parametrize(
    ("outcome", "reason", "told"),
    [
        (Outcome.MET, None, ("Closed", "Helped")),
        (Outcome.UNMET, UnmetReason.COST, ("Nobody could help", "It costs too much")),
        (Outcome.UNMET, UnmetReason.COULD_NOT_BE_REACHED, ("We could not reach you",)),
    ],
)
def test_a_closed_question_says_how_it_ended_to_the_person(
    browser_of_newcomer: PlainBrowser,
    visit: AskedVisit,
    outcome: Outcome,
    reason: UnmetReason | None,
    told: tuple[str, ...],
) -> None:
    visit.do(close_question, visit.questions[0], outcome, reason)
    status = opened(browser_of_newcomer, visit).one("p", **{"class": "status"}).text
    for words in told:
        assert words in status

"""Coming back with the return code."""

import pytest

from servicebalie.core.reference_codes import format_return_code
from servicebalie.core.sealing import Sealed
from servicebalie.core.vocabulary import Author, Status
from servicebalie.db import Database
from servicebalie.models.questions import Message, Question
from tests.support.sealed import opened
from tests.web import stored
from tests.web.plain_browser import Page, PlainBrowser


@pytest.fixture
def code(browser_of_newcomer: PlainBrowser) -> str:
    """The return code of a question that was just asked in Polish."""
    browser_of_newcomer.get("/pl/ask")
    browser_of_newcomer.send(topic="digital")
    for typed in ({"text": "Kiedy otwieracie?"}, {}, {"email": "anna@example.com", "consents": "yes"}, {}):
        browser_of_newcomer.send(**typed)
    return browser_of_newcomer.page.form["code"]


def come_back(browser: PlainBrowser, code: str, tag: str = "pl") -> Page:
    """Type the code and return the page that it opens."""
    browser.get(f"/{tag}/return")
    return browser.send(code=code)


def replies(database: Database) -> list[str]:
    """Return what the newcomer replied."""
    with database.read() as session:
        texts = opened(session, Sealed.MESSAGE)
        return [texts[m.id] or "" for m in session.query(Message) if m.author is Author.NEWCOMER]


def test_the_code_opens_the_question_with_its_status_and_place(
    browser_of_newcomer: PlainBrowser, code: str
) -> None:
    page = come_back(browser_of_newcomer, code)
    told = page.one("main").text
    assert page.status == 200
    for expected in ("Kiedy otwieracie?", "Przekazano tym, którzy mogą pomóc", "Bibliotheek Eindhoven"):
        assert expected in told


def test_the_code_may_be_typed_in_groups_and_in_any_digits(
    browser_of_newcomer: PlainBrowser, code: str
) -> None:
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (format_return_code(code), f" {code[:9]}-{code[9:]} ", arabic):
        assert come_back(browser_of_newcomer, typed).heading == "Pytanie"


def test_the_field_for_the_code_suits_a_phone_and_is_not_remembered(
    browser_of_newcomer: PlainBrowser,
) -> None:
    field = browser_of_newcomer.get("/ar/return").one("input", name="code")
    assert (field["inputmode"], field["autocomplete"], field["dir"]) == ("numeric", "off", "ltr")


@pytest.mark.parametrize("typed", ["", "123", "hello", "1" * 17 + "2"])
def test_what_is_not_a_code_is_explained(browser_of_newcomer: PlainBrowser, typed: str) -> None:
    page = come_back(browser_of_newcomer, typed, "en")
    assert page.status == 400
    assert page.one("a", href="#code").text == "A return code has 18 digits. Please check for a mistake."
    assert page.form["code"] == typed


def test_a_code_that_never_was_and_a_deleted_one_get_the_same_answer(
    browser_of_newcomer: PlainBrowser, code: str
) -> None:
    browser_of_newcomer.post("/en/return/delete", {"code": code, "confirmed": "yes"})
    deleted = come_back(browser_of_newcomer, code, "en")
    never_was = come_back(browser_of_newcomer, "0" * 18, "en")
    assert deleted.status == never_was.status == 400
    assert deleted.html.replace(code, "") == never_was.html.replace("0" * 18, "")


@pytest.mark.parametrize("action", ["reply", "delete"])
def test_nothing_is_done_without_the_code(
    browser_of_newcomer: PlainBrowser, code: str, database: Database, action: str
) -> None:
    before = stored.counts(database)
    page = browser_of_newcomer.post(f"/en/return/{action}", {"code": "0" * 18, "confirmed": "yes"})
    assert page.status == 400
    assert stored.counts(database) == before


def test_an_answer_that_begins_with_a_dutch_name_keeps_the_direction_of_its_language(
    browser_of_newcomer: PlainBrowser, code: str, database: Database
) -> None:
    stored.answer(database, "DigiD هو حسابك", "ar")
    (answer,) = come_back(browser_of_newcomer, code).all("p", lang="ar")
    assert answer["dir"] == "rtl"


def test_what_an_answer_names_can_be_touched_and_what_the_person_wrote_stays_plain(
    browser_of_newcomer: PlainBrowser, code: str, database: Database
) -> None:
    stored.answer(database, "Zie digid.nl/<b>, of bel 040-238 60 00.", "nl")
    page = come_back(browser_of_newcomer, code)
    (answer,) = page.all("p", lang="nl", dir="ltr")
    assert answer.text == "Zie digid.nl/<b>, of bel 040-238 60 00."
    assert page.one("a", href="https://digid.nl/")["rel"] == "noreferrer"
    assert page.one("a", href="tel:+31-40-238-6000").text == "040-238 60 00"
    reference = stored.only_question(database).reference
    page = browser_of_newcomer.send(
        "/pl/return/reply", **{f"reply-{reference}": "Zie https://example.org", "question": reference}
    )
    assert not page.all("a", href="https://example.org")


def test_an_answer_is_read_in_its_own_language_and_can_be_replied_to(
    browser_of_newcomer: PlainBrowser, code: str, database: Database
) -> None:
    stored.answer(database, "مرحبا", "ar")
    page = come_back(browser_of_newcomer, code)
    (answer,) = page.all("p", lang="ar")
    assert (answer.text, answer["dir"]) == ("مرحبا", "rtl")
    assert "Czekamy na odpowiedź" in page.one("main").text
    reference = stored.only_question(database).reference
    page = browser_of_newcomer.send(
        "/pl/return/reply", question=reference, **{f"reply-{reference}": "Dziękuję"}
    )
    assert page.status == 200
    assert page.one("p", role="status").text == "Odpowiedź została wysłana."
    assert replies(database) == ["Dziękuję"]
    assert page.form[f"reply-{reference}"] == ""
    assert stored.only_question(database).status is Status.REFERRED


def test_a_reply_that_is_sent_twice_is_one_reply(
    browser_of_newcomer: PlainBrowser, code: str, database: Database
) -> None:
    reference = stored.only_question(database).reference
    fields = {**come_back(browser_of_newcomer, code).form, "question": reference, f"reply-{reference}": "Tak"}
    for _ in range(2):
        assert browser_of_newcomer.post("/pl/return/reply", fields).status == 200
    browser_of_newcomer.post("/pl/return/reply", {**fields, f"reply-{reference}": "Nie"})
    assert replies(database) == ["Tak", "Nie"]


@pytest.mark.parametrize(
    ("text", "told"), [("  ", "Please write something first."), ("x" * 4001, "Your text is too long.")]
)
def test_a_reply_that_cannot_be_sent_stays_on_the_page(
    browser_of_newcomer: PlainBrowser, code: str, database: Database, text: str, told: str
) -> None:
    reference = stored.only_question(database).reference
    come_back(browser_of_newcomer, code, "en")
    page = browser_of_newcomer.send("/en/return/reply", question=reference, **{f"reply-{reference}": text})
    assert page.status == 400
    assert page.one("a", href=f"#reply-{reference}").text.startswith(told)
    assert page.form[f"reply-{reference}"] == text
    assert replies(database) == []


def test_a_reply_to_a_question_of_somebody_else_is_not_sent(
    browser_of_newcomer: PlainBrowser, code: str, database: Database
) -> None:
    come_back(browser_of_newcomer, code)
    page = browser_of_newcomer.send("/pl/return/reply", question="NOTMINE2", **{"reply-NOTMINE2": "Hello"})
    assert page.heading == "Pytanie"
    assert replies(database) == []


def test_a_closed_question_tells_how_it_ended_and_takes_no_reply(
    browser_of_newcomer: PlainBrowser, code: str, database: Database
) -> None:
    reference = stored.only_question(database).reference
    open_page = come_back(browser_of_newcomer, code, "en")
    stored.close(database)
    page = browser_of_newcomer.post(
        "/en/return/reply", {**open_page.form, "question": reference, f"reply-{reference}": "Wait"}
    )
    assert "This question is closed." in page.one("div", role="alert").text
    assert "Helped" in page.one("p", **{"class": "status"}).text
    assert page.all("textarea") == []
    assert replies(database) == []


def test_switching_the_language_keeps_the_page_and_a_reply_that_was_begun(
    browser_of_newcomer: PlainBrowser, code: str, database: Database
) -> None:
    field = f"reply-{stored.only_question(database).reference}"
    come_back(browser_of_newcomer, code)
    page = browser_of_newcomer.send("/ar/return", **{field: "Jeszcze"})
    assert (page.one("html")["lang"], page.form[field]) == ("ar", "Jeszcze")


def test_deleting_asks_once_more_and_then_leaves_nothing(
    browser_of_newcomer: PlainBrowser, code: str, database: Database
) -> None:
    stored.answer(database, "Jutro", "pl")
    come_back(browser_of_newcomer, code)
    sure = browser_of_newcomer.send("/pl/return/delete")
    assert sure.heading == "Czy usunąć wszystko?"
    assert stored.counts(database)["visit"] == 1
    back = browser_of_newcomer.send()
    assert back.heading == "Pytanie"
    browser_of_newcomer.send("/pl/return/delete")
    deleted = browser_of_newcomer.send("/pl/return/delete", confirmed="yes")
    assert deleted.heading == "Wszystko zostało usunięte"
    assert set(stored.counts(database).values()) == {0}


def test_a_sensitive_question_shows_the_way_out_here_too(
    browser_of_newcomer: PlainBrowser, code: str, database: Database
) -> None:
    with database.begin() as session:
        session.query(Question).one().topic = "domestic-violence"
    page = come_back(browser_of_newcomer, code, "en")
    assert page.one("a", **{"class": "leave"})
    assert page.one("a", href="tel:112")

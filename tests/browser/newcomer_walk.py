"""A walk through all pages for newcomers, with a fault on the way wherever one can be made."""

from collections.abc import Iterator

from playwright.sync_api import Page

from servicebalie.db import Database
from tests.web.stored import close_all

QUESTIONS = {
    "nl": "Ik kreeg een brief van de gemeente en begrijp hem niet.",
    "en": "I got a letter from the municipality and do not understand it.",
    "pl": "Przyszło pismo z gminy i nie wiem, co mam zrobić.",
    "ar": "وصلتني رسالة من البلدية ولا أفهمها.",
    "zh-Hans": "我收到市政府的一封信，看不懂。",
    "fa": "نامه‌ای از شهرداری گرفتم و آن را نمی‌فهمم.",
}
ENGLISH = "My boss does not pay me and I need a dentist. I do not understand the letter."
GO_ON = "#form > .buttons > .button:not(.second)"
BACK = "#form > .buttons > .second"
STRAIGHT = "button[name=straight]"


def every_page(page: Page, address: str, tag: str, database: Database) -> Iterator[str]:
    """Open the pages one after the other and yield the name of each while it is open.

    On the way the desk, whose `database` it is, closes the questions.
    """
    yield from _before_asking(page, address, tag)
    yield from _asking(page, address, tag)
    yield from _coming_back(page, database)
    yield from _straight(page, address, tag)
    yield from _answered(page, address, tag)
    yield from _sensitive(page, address, tag)
    page.goto(f"{address}/{tag}/no-such-page")
    yield "no-such-page"


def _before_asking(page: Page, address: str, tag: str) -> Iterator[str]:
    for name, path in (
        ("languages", "/"),
        ("welcome", f"/{tag}"),
        ("privacy", f"/{tag}/privacy"),
        ("accessibility", f"/{tag}/accessibility"),
        ("return", f"/{tag}/return"),
    ):
        page.goto(address + path)
        yield name
    page.fill("#code", "123")
    page.click("#form .button")
    yield "return-with-fault"


def _asking(page: Page, address: str, tag: str) -> Iterator[str]:
    page.goto(f"{address}/{tag}/ask")
    yield "topic"
    yield from _searching(page)
    page.check("#topic-digital")
    page.check("#digital-1")
    yield "topic-chosen"
    page.click(GO_ON)
    page.fill("#text", "x" * 1001)
    page.click(GO_ON)
    yield "question-with-fault"
    page.fill("#text", QUESTIONS.get(tag, f"{ENGLISH} ({tag})"))
    page.click(GO_ON)
    yield "about"
    yield from _about(page)
    page.fill("#email", "anna@")
    page.click(GO_ON)
    yield "contact-with-fault"
    page.fill("#email", "anna@example.com")
    page.check("#follow_up")
    page.check("#consents-yes")
    page.click(GO_ON)
    yield "check"
    page.click(GO_ON)
    yield "confirmation"
    page.fill("#note", "123")
    page.click("#note-check .button")
    yield "confirmation-with-another-note"


def _searching(page: Page) -> Iterator[str]:
    """Look for a topic, choose none, and come back to the list."""
    page.fill("#search", "qqqq")
    page.click(".search button")
    yield "nothing-found"
    page.click(BACK)
    page.fill("#search", "DigiD BSN huisarts")
    page.press("#search", "Enter")
    yield "found"
    page.click(GO_ON)
    yield "found-with-fault"
    page.check("#found-none")
    page.click(BACK)


def _about(page: Page) -> Iterator[str]:
    """Give a municipality with a slip, choose the right one of the nearest, and go on."""
    page.fill("#municipality", "Qqqq")
    page.click(GO_ON)
    yield "about-unknown"
    page.fill("#municipality", "Eindhofen")
    page.select_option("#group", "eu-labour-migrant")
    page.click(GO_ON)
    yield "about-with-fault"
    page.check("#nearest-1")
    page.click(GO_ON)


def _coming_back(page: Page, database: Database) -> Iterator[str]:
    """Go on from the confirmation: reply with nothing, reply, correct, ask more, take consent back, tell
    whether one was helped, and delete everything."""
    page.click("button[formaction$='/return']")
    yield "visit"
    yield from _correcting(page)
    yield from _asking_more(page)
    page.click("button[formaction$='/reply']")
    yield "reply-with-fault"
    page.fill("#form textarea", "OK")
    page.click("button[formaction$='/reply']")
    yield "replied"
    for name in ("withdraw", "give"):
        page.click(f"button[formaction$='/consent/{name}']")
        yield f"consent-{name}"
    yield from _helped(page, database)
    page.click("button[value='restriction']")
    yield "restricted"
    page.click("button[value='restriction-lifted']")
    page.click("button[formaction$='/delete']")
    yield "delete"
    page.click("button.severe")
    yield "deleted"


def _correcting(page: Page) -> Iterator[str]:
    page.click("button[formaction$='/return/question']")
    yield "own-question"
    text = page.input_value("#text")
    page.fill("#text", "x" * 1001)
    page.click(GO_ON)
    yield "own-question-with-fault"
    page.fill("#text", f"{text} OK")
    page.click(GO_ON)
    yield "own-question-changed"
    page.click("button[formaction$='/return/about']")
    yield "own-about"
    page.fill("#email", "anna@")
    page.click(GO_ON)
    yield "own-about-with-fault"
    page.fill("#email", "anna@example.com")
    page.click(GO_ON)
    yield "own-about-changed"


def _asking_more(page: Page) -> Iterator[str]:
    page.click("button[formaction$='/return/more']")
    yield "one-more"
    page.click(GO_ON)
    yield "one-more-with-fault"
    page.fill("#text", "OK?")
    page.click(GO_ON)
    yield "two-questions"


def _helped(page: Page, database: Database) -> Iterator[str]:
    """Tell of a question that was closed that it was not answered, and go to ask it again."""
    close_all(database)
    page.click("button[formaction$='/return/about']")
    page.click(BACK)
    yield "closed"
    page.click("button[formaction$='/return/helped']")
    yield "helped-with-fault"
    page.check("[name^=helped-][value=unmet]")
    page.select_option("[name^=why-]", "language-barrier")
    page.click("button[formaction$='/return/helped']")
    yield "not-helped"
    page.click("button[formaction$='/return/more'][name=topic]")
    yield "ask-again"
    page.click(BACK)


def _straight(page: Page, address: str, tag: str) -> Iterator[str]:
    """Write without a topic, in another language than that of the page, and be asked about both."""
    page.goto(f"{address}/{tag}/ask")
    page.click(STRAIGHT)
    page.click(GO_ON)
    yield "nothing-asked"
    page.fill("#text", ENGLISH)
    page.click(GO_ON)
    _switch_to_and_fro(page, tag)
    yield "suggestion"
    page.check("#suggested-1")
    page.click(GO_ON)
    yield "other-language"


def _answered(page: Page, address: str, tag: str) -> Iterator[str]:
    """Choose a topic that has a standard answer, and be helped by it."""
    page.goto(f"{address}/{tag}/ask")
    page.fill("#search", "bsn")
    page.press("#search", "Enter")
    page.check("#found-1")
    page.click(GO_ON)
    page.click(GO_ON)
    _switch_to_and_fro(page, tag)
    yield "answer"
    page.click("button[formaction$='/helped']")
    yield "helped"


def _switch_to_and_fro(page: Page, tag: str) -> None:
    """Read a page in another language and in this one again, which leads to its own address."""
    for wanted in ("en" if tag == "nl" else "nl", tag):
        page.click(".language-choice summary")
        page.click(f"button.language[lang={wanted}]")


def _sensitive(page: Page, address: str, tag: str) -> Iterator[str]:
    page.goto(f"{address}/{tag}/ask")
    page.fill("#search", "exploitation")
    page.press("#search", "Enter")
    page.check("#found-1")
    yield "sensitive-found"
    page.goto(f"{address}/{tag}/ask")
    page.check("#topic-exploitation")
    yield "sensitive-topic"
    for name in ("question", "about", "contact"):
        page.click(GO_ON)
        yield f"sensitive-{name}"
    page.check("#email_safe-yes")
    page.fill("#email", "anna@")
    page.click(GO_ON)
    yield "sensitive-contact-with-fault"
    page.check("#email_safe-no")
    page.click(GO_ON)
    yield "sensitive-check"
    page.click(GO_ON)
    yield "sensitive-confirmation"

"""A walk through all pages for newcomers, with a fault on the way wherever one can be made."""

from collections.abc import Iterator

from playwright.sync_api import Page

QUESTIONS = {
    "nl": "Ik kreeg een brief van de gemeente en begrijp hem niet.",
    "en": "I got a letter from the municipality and do not understand it.",
    "pl": "Przyszło pismo z gminy i nie wiem, co mam zrobić.",
    "ar": "وصلتني رسالة من البلدية ولا أفهمها.",
    "fa": "نامه‌ای از شهرداری گرفتم و آن را نمی‌فهمم.",
}
GO_ON = "#form > .buttons > .button:not(.second)"


def every_page(page: Page, address: str, tag: str) -> Iterator[str]:
    """Open the pages one after the other and yield the name of each while it is open."""
    yield from _before_asking(page, address, tag)
    yield from _asking(page, address, tag)
    yield from _coming_back(page)
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
    page.click("button[name=straight]")
    yield "question"
    page.click(GO_ON)
    yield "question-with-fault"
    page.goto(f"{address}/{tag}/ask")
    page.check("#topic-digital")
    page.check("#digital-1")
    page.click(GO_ON)
    page.fill("#text", QUESTIONS[tag])
    page.click(GO_ON)
    page.fill("#municipality", "Eindhofen")
    page.click(GO_ON)
    yield "about-with-fault"
    page.fill("#municipality", "Eindhoven")
    page.select_option("#group", "eu-labour-migrant")
    page.click(GO_ON)
    page.fill("#email", "anna@")
    page.click(GO_ON)
    yield "contact-with-fault"
    page.fill("#email", "anna@example.com")
    page.click(GO_ON)
    yield "check"
    page.click(GO_ON)
    yield "confirmation"


def _coming_back(page: Page) -> Iterator[str]:
    """Go on from the confirmation: reply with nothing, reply, and delete everything."""
    page.click("#form .button")
    yield "visit"
    page.click("#form button[name=question]")
    yield "reply-with-fault"
    page.fill("#form textarea", "OK")
    page.click("#form button[name=question]")
    yield "replied"
    page.click("#form section:last-of-type .second")
    yield "delete"
    page.click("button.severe")
    yield "deleted"


def _sensitive(page: Page, address: str, tag: str) -> Iterator[str]:
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

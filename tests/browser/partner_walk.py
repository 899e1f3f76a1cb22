"""A walk through all pages for partners, with a fault on the way wherever one can be made."""

from collections.abc import Iterator

from playwright.sync_api import Page

from servicebalie.db import Database
from tests.browser.account_walk import every_page_of_accounts
from tests.support.newcomer_desk import hand_over_to_partner

LISTS = ("", "/overdue", "/completed", "/returned", "/expired")


def every_page_of_partners(page: Page, address: str, tag: str, database: Database) -> Iterator[str]:
    """Open the pages one after the other and yield the name of each while it is open."""
    yield from every_page_of_accounts(page, address, tag, database)
    token = hand_over_to_partner(database)
    page.goto(f"{address}/{tag}/sign-in")
    yield "sign-in"
    page.fill("#token", "sb_wrong")
    page.click("#form .button")
    yield "sign-in-wrong"
    page.fill("#token", token)
    page.click("#form .button")
    page.wait_for_url("**/inbox")
    for path in LISTS:
        page.goto(f"{address}/{tag}/inbox{path}")
        yield f"inbox{path.replace('/', '-')}"
    page.goto(f"{address}/{tag}/inbox")
    page.click(".line >> nth=0")
    yield "referral"
    for act in ("answer", "ask-back", "complete", "return"):
        button = f"form[action$='/{act}'] .button:not(.second), button[formaction$='/{act}']"
        page.evaluate("for (const each of document.querySelectorAll('details.part')) each.open = true")
        page.click(button)
        yield f"{act}-faults"
    page.click("form[action$='/accept'] .button")
    page.wait_for_url("**done=accept")
    page.evaluate("for (const each of document.querySelectorAll('details.part')) each.open = true")
    yield "accepted"
    page.goto(f"{address}/{tag}/account")
    yield "account"
    page.goto(f"{address}/{tag}/signed-out")
    yield "signed-out"

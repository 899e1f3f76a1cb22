"""A walk through all pages for setting up, using and changing an account with a password."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pyotp
from playwright.sync_api import Page

from servicebalie.core.vocabulary import Role
from servicebalie.db import Database
from servicebalie.services.accounts import add_user
from servicebalie.services.desks import find_desk
from servicebalie.services.local_accounts import add_local_account, invite_user
from tests.support.local_accounts import PASSWORD

SEND = "form .button >> nth=0"


def every_page_of_accounts(page: Page, address: str, tag: str, database: Database) -> Iterator[str]:
    """Open the pages one after the other and yield the name of each while it is open."""
    login = f"clerk-{uuid4()}"
    page.goto(f"{address}/{tag}/account-link/{_invite(database, login)}")
    yield "choose-password"
    page.fill("#password", "short")
    page.click(SEND)
    yield "choose-password-fault"
    page.fill("#password", PASSWORD)
    page.click(SEND)
    yield "add-authenticator"
    secret = page.inner_text("figure code").replace(" ", "")
    page.fill("#code", "000000")
    page.click(SEND)
    yield "add-authenticator-fault"
    page.fill("#code", pyotp.TOTP(secret).now())
    page.click(SEND)
    yield "recovery-codes"
    recovery = page.inner_text("li code >> nth=0")
    yield from _signing_in(page, f"{address}/{tag}", login, recovery)
    yield from _changing(page, f"{address}/{tag}")


def _invite(database: Database, login: str) -> str:
    """Add somebody with this login and return the secret of the link."""
    with database.begin() as session:
        desk = find_desk(session, None).id
        user_id = add_user(session, desk, "Clerk", Role.DESK)
        add_local_account(session, user_id, login, email=None, locale="nl")
        return invite_user(session, desk, user_id, datetime.now(UTC)).secret


def _signing_in(page: Page, address: str, login: str, recovery: str) -> Iterator[str]:
    page.goto(f"{address}/account-link")
    yield "link-not-good"
    page.goto(f"{address}/sign-in/forgotten")
    yield "forgotten"
    page.fill("#email", "clerk@example.org")
    page.click(SEND)
    yield "forgotten-sent"
    page.goto(f"{address}/sign-in")
    page.fill("#login", login)
    page.fill("#password", "wrong")
    page.click(SEND)
    yield "password-wrong"
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click(SEND)
    yield "code"
    page.fill("#code", "000000")
    page.click(SEND)
    yield "code-wrong"
    page.fill("#code", recovery)
    page.click(SEND)
    page.wait_for_url("**/account")


def _changing(page: Page, address: str) -> Iterator[str]:
    for act, field in (
        ("password", "current"),
        ("authenticator", "current_for_device"),
        ("recovery-codes", "current_for_codes"),
    ):
        page.goto(f"{address}/account/password")
        if act == "password":
            yield "own-password"
        page.fill(f"#{field}", "wrong")
        page.click(f"form[action$='/{act}'] .button")
        yield f"own-{act}-fault"
    page.goto(f"{address}/account")
    page.click("form[action$='/sessions/end'] .button")
    yield "own-sessions-end"

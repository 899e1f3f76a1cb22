"""Signing in with a password and a code, and the account of it, in a browser without scripts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from servicebalie.core.keys import Keys
from servicebalie.core.local_accounts import LinkPurpose
from servicebalie.core.vocabulary import Role, SignedInWith
from servicebalie.db import Database
from servicebalie.http.runtime import EXTENSION
from servicebalie.http.sign_in_cookies import DEVICE
from servicebalie.models.delivery import OutboxMessage
from servicebalie.services.accounts import add_user
from servicebalie.services.desks import find_desk
from servicebalie.services.local_accounts import add_local_account, invite_user, issue_link
from tests.support.local_accounts import OTHER_PASSWORD, PASSWORD, Account, set_up_account
from tests.support.newcomer_desk import SECRET, hand_over_to_partner
from tests.web.plain_browser import Page, PlainBrowser

KEYS = Keys.from_secret(SECRET)
START = datetime(2026, 11, 3, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Counter:
    """A desk with somebody who has an account, at a clock that stands still."""

    app: Flask
    database: Database
    clock: Any
    clerk: Account

    def browser(self) -> PlainBrowser:
        return PlainBrowser(self.app.test_client())

    def signed_in(self) -> PlainBrowser:
        """Return a browser in which the clerk signed in."""
        browser = self.browser()
        give(browser, self.clerk.login, PASSWORD)
        self.clock.shift(timedelta(minutes=1))
        page = send(browser, "/en/sign-in/code", code=self.clerk.code(datetime.now(UTC)))
        assert page.heading == "Your account"
        return browser

    def link(self, purpose: LinkPurpose) -> str:
        now = datetime.now(UTC)
        with self.database.begin() as session:
            return issue_link(session, self.clerk.user_id, purpose, now)


@pytest.fixture
def counter(app: Flask, database: Database) -> Iterator[Counter]:
    with time_machine.travel(START, tick=False) as clock:
        with database.begin() as session:
            user_id = add_user(session, find_desk(session, None).id, "Clerk", Role.DESK)
            clerk = set_up_account(session, KEYS, user_id, START, "clerk@example.org")
        yield Counter(app, database, clock, clerk)


def send(browser: PlainBrowser, address: str, **fields: str) -> Page:
    """Send what is typed to a form of the page, with what it carries, and go where that leads."""
    hidden = {field["name"]: field["value"] for field in browser.page.all("input", type="hidden")}
    assert address in [form["action"] for form in browser.page.all("form")]
    page = browser.post(address, {**hidden, **fields})
    return browser.get(page.one("a")["href"]) if page.status == 303 else page


def give(browser: PlainBrowser, login: str, password: str) -> Page:
    browser.get("/en/sign-in")
    return send(browser, "/en/sign-in/password", login=login, password=password)


def test_a_password_and_then_a_code_sign_in_and_the_browser_is_known_from_then_on(counter: Counter) -> None:
    browser = counter.browser()
    assert give(browser, "Clerk@Example.org ", PASSWORD).heading == "The code of your authenticator"
    assert browser.get("/en/account").heading == "Sign in to work with the desk", "half is not enough"
    browser.get("/en/sign-in/code")
    wrong = send(browser, "/en/sign-in/code", code=counter.clerk.code(START))
    assert (wrong.status, "used already" in wrong.html) == (400, True)
    counter.clock.shift(timedelta(minutes=1))
    page = send(browser, "/en/sign-in/code", code=counter.clerk.code(datetime.now(UTC)))
    assert page.heading == "Your account"
    assert "With a password" in page.html
    assert browser.get("/en/sign-in/code").heading == "Sign in to work with the desk", "the way in is used"


def test_the_cookies_are_for_this_host_only_and_hidden_from_scripts(counter: Counter) -> None:
    client = counter.app.test_client()
    fields = {"login": counter.clerk.login, "password": PASSWORD}
    cookies = client.post("/en/sign-in/password", data=fields).headers.getlist("Set-Cookie")
    code = {"code": counter.clerk.recovery[0]}
    cookies += client.post("/en/sign-in/code", data=code).headers.getlist("Set-Cookie")
    assert DEVICE in {cookie.partition("=")[0] for cookie in cookies}
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for attribute in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            assert attribute in cookie or "Max-Age=0" in cookie


def test_who_is_unknown_reads_the_same_as_who_is_wrong(counter: Counter) -> None:
    pages = [
        re.sub(r'value="[^"]*"', "", give(counter.browser(), login, "wrong").html)
        for login in (counter.clerk.login, "nobody@example.org")
    ]
    assert pages[0] == pages[1]
    assert "The login or the password is not right." in pages[0]


def test_after_too_many_tries_the_page_says_when_to_try_again(counter: Counter) -> None:
    browser = counter.browser()
    for _ in range(11):
        page = give(browser, "nobody", "wrong")
    assert "You can try again from 10:06." in page.html


def test_the_code_must_follow_soon_and_in_the_same_browser(counter: Counter) -> None:
    browser = counter.browser()
    give(browser, counter.clerk.login, PASSWORD)
    counter.clock.shift(timedelta(minutes=10))
    code = {"code": counter.clerk.code(datetime.now(UTC))}
    for one in (browser, counter.browser()):
        one.post("/en/sign-in/code", code)
        assert one.get("/en/account").heading == "Sign in to work with the desk"


def test_a_link_leads_through_password_and_authenticator_to_the_recovery_codes(counter: Counter) -> None:
    with counter.database.begin() as session:
        desk = find_desk(session, None).id
        user_id = add_user(session, desk, "New", Role.POLICYMAKER)
        add_local_account(session, user_id, "new", email=None, locale="en")
        invitation = invite_user(session, desk, user_id, START)
    browser = counter.browser()
    page = browser.get(f"/en/account-link/{invitation.secret}")
    assert page.heading == "Choose your password"
    assert invitation.secret not in page.html
    page = send(browser, "/en/account-link/password", password="too short")
    assert (page.status, "at least 12 characters" in page.html) == (400, True)
    page = send(browser, "/en/account-link/password", password=OTHER_PASSWORD)
    assert page.heading == "Add your authenticator"
    secret = page.one("code").text.replace(" ", "")
    assert send(browser, "/en/account-link/authenticator", code="000000").status == 400
    code = pyotp.TOTP(secret).at(START)
    page = send(browser, "/en/account-link/authenticator", code=code)
    recovery = [element.text for element in page.all("code")]
    assert (page.heading, len(recovery)) == ("Your recovery codes", 10)
    give(browser, "new", OTHER_PASSWORD)
    assert send(browser, "/en/sign-in/code", code=recovery[0]).heading == "Your account"
    used = counter.browser()
    assert used.get(f"/en/account-link/{invitation.secret}").heading == "This link does not work any more"
    for step in ("password", "authenticator"):
        assert used.post(f"/en/account-link/{step}", {}).status == 404


def test_the_secret_of_a_link_goes_from_the_address_into_a_cookie(counter: Counter) -> None:
    secret = counter.link(LinkPurpose.INVITATION)
    opened = counter.app.test_client().get(f"/en/account-link/{secret}", base_url="https://localhost")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/en/account-link")
    (cookie,) = opened.headers.getlist("Set-Cookie")
    assert secret in cookie
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Max-Age=3600"} <= set(cookie.split("; "))
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert secret not in opened.text


def test_an_authenticator_cannot_be_added_before_the_password(counter: Counter) -> None:
    browser = counter.browser()
    browser.get(f"/en/account-link/{counter.link(LinkPurpose.INVITATION)}")
    assert browser.post("/en/account-link/authenticator", {"code": "000000"}).status == 303


def test_a_forgotten_password_is_replaced_with_a_link_and_a_code(counter: Counter) -> None:
    browser = counter.browser()
    browser.get(f"/en/account-link/{counter.link(LinkPurpose.FORGOTTEN)}")
    fields = {"password": OTHER_PASSWORD, "code": "000000"}
    assert "not right" in send(browser, "/en/account-link/password", **fields).html
    fields["code"] = counter.clerk.recovery[0]
    page = send(browser, "/en/account-link/password", **fields)
    assert "Your password is changed." in page.html
    assert give(browser, counter.clerk.login, PASSWORD).status == 400
    assert give(browser, counter.clerk.login, OTHER_PASSWORD).status == 200


def test_asking_for_a_link_answers_the_same_whoever_asks_and_not_without_end(counter: Counter) -> None:
    browser = counter.browser()
    answers = set()
    for address in (counter.clerk.login, "nobody@example.org"):
        browser.get("/en/sign-in/forgotten")
        answers.add(send(browser, "/en/sign-in/forgotten", email=address).html)
    assert len(answers) == 1
    browser.get("/en/sign-in/forgotten")
    assert "Give your e-mail address" in send(browser, "/en/sign-in/forgotten", email="clerk").html
    for _ in range(9):
        page = browser.post("/en/sign-in/forgotten", {"email": "a@example.org"})
    assert "You can try again from" in page.html


def test_who_changes_the_password_stays_signed_in_here_and_nowhere_else(counter: Counter) -> None:
    elsewhere, browser = counter.signed_in(), counter.signed_in()
    browser.get("/en/account/password")
    wrong = send(browser, "/en/account/password", current="wrong", password=OTHER_PASSWORD)
    assert (wrong.status, bool(wrong.all("p", id="current-fault"))) == (400, True)
    counter.clock.shift(timedelta(minutes=1))
    proof = {"current": PASSWORD, "current_code": counter.clerk.code(datetime.now(UTC))}
    unfit = send(browser, "/en/account/password", **proof, password="short")
    assert unfit.all("p", id="password-fault")
    bare = send(browser, "/en/account/password", current=PASSWORD, password=OTHER_PASSWORD)
    assert (bare.status, bool(bare.all("p", id="current_code-fault"))) == (400, True)
    page = send(browser, "/en/account/password", **proof, password=OTHER_PASSWORD)
    assert page.heading == "Your account", "the code was not used up before"
    assert elsewhere.get("/en/account").heading == "Sign in to work with the desk"


def test_another_authenticator_and_new_recovery_codes_take_the_place_of_the_old(counter: Counter) -> None:
    browser = counter.signed_in()
    page = browser.get("/en/account/password")
    assert "You have 10 codes left." in page.html
    counter.clock.shift(timedelta(minutes=1))
    secret = page.one("code").text.replace(" ", "")
    now = {"current_code_for_device": counter.clerk.code(datetime.now(UTC))}
    code = pyotp.TOTP(secret).at(datetime.now(UTC))
    address = "/en/account/authenticator"
    assert send(browser, address, code=code, current_for_device="wrong").status == 400
    assert send(browser, address, code="000000", current_for_device=PASSWORD, **now).status == 400
    without = send(browser, address, code=code, current_for_device=PASSWORD, current_code_for_device=code)
    assert without.all("p", id="current_code_for_device-fault"), "the new one does not speak for itself"
    assert browser.page.one("code").text.replace(" ", "") == secret, "a slip does not change the picture"
    page = send(browser, address, code=code, current_for_device=PASSWORD, **now)
    assert page.heading == "Your account"
    browser.get("/en/account/password")
    assert send(browser, "/en/account/recovery-codes", current_for_codes="wrong").status == 400
    proof = {"current_for_codes": PASSWORD, "current_code_for_codes": counter.clerk.recovery[1]}
    page = send(browser, "/en/account/recovery-codes", **proof)
    (new, *_), old = [element.text for element in page.all("code")], counter.clerk.recovery[0]
    other = counter.browser()
    give(other, counter.clerk.login, PASSWORD)
    assert send(other, "/en/sign-in/code", code=old).status == 400
    assert send(other, "/en/sign-in/code", code=new).heading == "Your account"
    with counter.database.read() as session:
        told = session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()
    assert sorted(told) == ["authenticator-changed", "recovery-codes-renewed"]


def test_who_ends_a_session_gives_password_and_code_once_more(counter: Counter) -> None:
    elsewhere, browser = counter.signed_in(), counter.signed_in()
    (end,) = [
        form["action"]
        for form in browser.get("/en/account").all("form")
        if re.search(r"sessions/\d+/end", form["action"])
    ]
    asked = send(browser, end)
    assert (asked.status, asked.heading) == (200, "Sign out there")
    counter.clock.shift(timedelta(minutes=1))
    code = counter.clerk.code(datetime.now(UTC))
    assert send(browser, end, current="wrong", current_code=code).all("p", id="current-fault")
    assert send(browser, end, current=PASSWORD, current_code="1").all("p", id="current_code-fault")
    assert elsewhere.get("/en/account").heading == "Your account"
    assert send(browser, end, current=PASSWORD, current_code=code).heading == "Your account"
    assert elsewhere.get("/en/account").heading == "Sign in to work with the desk"


def test_who_signs_out_everywhere_gives_password_and_code_once_more(counter: Counter) -> None:
    elsewhere, browser = counter.signed_in(), counter.signed_in()
    browser.get("/en/account")
    everywhere = "/en/account/sessions/end"
    assert send(browser, everywhere).heading == "Sign out everywhere"
    for _ in range(20):
        send(browser, everywhere, current="wrong")
    limited = send(browser, everywhere, current=PASSWORD, current_code=counter.clerk.recovery[0])
    assert limited.all("p", id="current-fault"), "as many tries as when signing in"
    counter.clock.shift(timedelta(minutes=30))
    browser.get("/en/account")
    send(browser, everywhere)
    page = send(browser, everywhere, current=PASSWORD, current_code=counter.clerk.recovery[0])
    assert page.heading == "Sign in to work with the desk"
    assert elsewhere.get("/en/account").heading == "Sign in to work with the desk"


def test_who_has_no_password_has_no_page_for_it(counter: Counter, database: Database) -> None:
    browser = counter.browser()
    browser.get("/en/sign-in")
    send(browser, "/en/sign-in", token=hand_over_to_partner(database))
    assert browser.get("/en/account/password").status == 404


def test_only_the_ways_that_the_desk_chose_are_offered(counter: Counter) -> None:
    before = counter.app.extensions[EXTENSION]
    browser = counter.browser()
    counter.app.extensions[EXTENSION] = replace(before, sign_in=frozenset({SignedInWith.TOKEN}))
    assert not browser.get("/en/sign-in").all("input", name="login")
    for address in ("password", "code", "forgotten"):
        assert browser.post(f"/en/sign-in/{address}", {}).status == 404
    counter.app.extensions[EXTENSION] = replace(before, sign_in=frozenset({SignedInWith.PASSWORD}))
    assert not browser.get("/en/sign-in").all("input", name="token")
    assert browser.post("/en/sign-in", {"token": "sb_any"}).status == 404

"""The page of somebody who works with a desk: where they are signed in, and ending that."""

from collections.abc import Iterator

import pytest
from flask import Flask

from servicebalie.app import create_app
from servicebalie.db import Database
from tests.support.newcomer_desk import settings_for
from tests.support.workplace import SmallWorkplace, open_small_desk
from tests.web.plain_browser import Page, PlainBrowser

SIGN_IN = "Sign in to work with the desk"


@pytest.fixture
def place(database_url: str) -> Iterator[SmallWorkplace]:
    database = Database(database_url)
    yield open_small_desk(database)
    database.dispose()


@pytest.fixture
def app(place: SmallWorkplace, database_url: str) -> Iterator[Flask]:
    app = create_app(settings_for(database_url))
    yield app
    app.extensions["servicebalie"].database.dispose()


def signed_in(app: Flask, token: str, **more: str) -> PlainBrowser:
    """Return a browser in which the owner of a token signed in, at the page to which that led."""
    browser = PlainBrowser(app.test_client())
    follow(browser, "/en/sign-in", {"token": token, **more})
    return browser


def follow(browser: PlainBrowser, address: str, fields: dict[str, str]) -> Page:
    """Send fields to an address and go where that leads."""
    return browser.get(browser.post(address, fields).one("a")["href"])


def press(browser: PlainBrowser, ending: str) -> Page:
    """Press the button of the form on the account page whose address ends like this."""
    page = browser.get("/en/account")
    (address,) = {form["action"] for form in page.all("form") if form["action"].endswith(ending)}
    return follow(browser, address, {"proof": page.all("input", name="proof")[0]["value"]})


def test_one_signs_out_in_another_browser_and_everywhere(place: SmallWorkplace, app: Flask) -> None:
    token = place.desk.tokens["library"]
    one, other, third = (signed_in(app, token) for _ in range(3))
    press(one, "/account/sessions/2/end")
    assert other.get("/en/account").heading == SIGN_IN
    assert one.get("/en/account").heading == third.get("/en/account").heading == "Your account"
    assert press(one, "/account/sessions/end").heading == SIGN_IN
    assert third.get("/en/account").heading == SIGN_IN


def test_the_own_browser_is_told_apart(place: SmallWorkplace, app: Flask) -> None:
    titles = (
        signed_in(app, place.desk.tokens["library"]).get("/en/account").all("p", **{"class": "line-title"})
    )
    assert [" ".join(title.text.split()) for title in titles] == ["With a token (this browser)"]


def test_who_signs_in_gets_where_they_wanted_to_be_and_nowhere_else(
    place: SmallWorkplace, app: Flask
) -> None:
    browser = PlainBrowser(app.test_client())
    page = browser.get("/en/inbox/overdue")
    assert page.all("input", name="return_to")[-1]["value"] == "/en/inbox/overdue"
    for asked, reached in (("/nl/account", "Uw account"), ("//evil.example", "Questions for you")):
        browser = signed_in(app, place.desk.tokens["library"], return_to=asked)
        assert browser.page.heading == reached


def test_what_was_open_in_a_browser_ends_when_somebody_signs_in_there(
    place: SmallWorkplace, app: Flask
) -> None:
    token = place.desk.tokens["library"]
    browser = signed_in(app, token)
    follow(browser, "/en/sign-in", {"token": token})
    assert browser.get("/en/account").html.count("With a token") == 1


def test_who_signs_out_leaves_nothing_of_the_pages_behind(place: SmallWorkplace, app: Flask) -> None:
    client = app.test_client()
    browser = PlainBrowser(client)
    form = browser.get("/en/sign-in").one("form", id="form")
    browser.post(form["action"], {"token": place.desk.tokens["library"]})
    left = client.post("/en/sign-out", base_url="https://localhost")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_without_a_provider_no_page_leads_to_signing_out_there(app: Flask) -> None:
    page = PlainBrowser(app.test_client()).get("/en/signed-out")
    assert page.heading == "You are signed out here"
    assert page.all("a", href="/en/sign-out/openid") == []
    assert page.all("a", href="/en/sign-in")

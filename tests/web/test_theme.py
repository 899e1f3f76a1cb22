"""The colours and the logo of a desk reach the pages from addresses that change with them."""

import pytest
from flask import Flask

from servicebalie.core.logos import read_logo
from servicebalie.core.theme_file import DeskContact
from servicebalie.db import Database
from servicebalie.services.desks import find_desk
from servicebalie.services.directory import change_counter
from servicebalie.services.themes import set_theme
from tests.web.plain_browser import PlainBrowser

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'


@pytest.fixture
def themed(app: Flask, database: Database) -> Flask:
    """The application, when the desk has colours and a logo."""
    paint(database, "#1133cc")
    return app


def paint(database: Database, link: str) -> None:
    """Give the desk links of this colour, and a logo."""
    with database.begin() as session:
        desk = find_desk(session, None)
        set_theme(session, desk.id, {"utrecht-link-color": link}, read_logo(SVG))


def test_a_page_refers_to_the_colours_after_the_shipped_ones_and_to_the_logo(themed: Flask) -> None:
    browser = PlainBrowser(themed.test_client(use_cookies=False))
    page = browser.get("/en")
    sheets = [link["href"] for link in page.all("link", rel="stylesheet")]
    assert sheets[0] == "/static/servicebalie.css"
    assert sheets[1].startswith("/theme/")
    client = themed.test_client()
    colours = client.get(sheets[1])
    assert colours.mimetype == "text/css"
    assert "--utrecht-link-color: #1133cc;" in colours.text
    logo = client.get(page.one("img")["src"])
    assert (logo.data, logo.mimetype) == (SVG, "image/svg+xml")
    assert page.one("img")["alt"] == ""
    for response in (colours, logo):
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in logo.headers["Content-Security-Policy"]


def test_a_changed_theme_has_another_address_and_the_old_one_is_gone(
    themed: Flask, database: Database
) -> None:
    browser = PlainBrowser(themed.test_client(use_cookies=False))
    old = browser.get("/en").all("link", rel="stylesheet")[1]["href"]
    paint(database, "#aa0000")
    new = browser.get("/en").all("link", rel="stylesheet")[1]["href"]
    client = themed.test_client()
    assert old != new
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)


@pytest.mark.parametrize("address", ["/theme/00.css", "/theme/00.svg", "/theme/00.png", "/theme/00.gif"])
def test_without_a_theme_there_is_nothing_at_its_addresses(app: Flask, address: str) -> None:
    assert app.test_client().get(address).status_code == 404


def test_a_page_without_a_theme_looks_as_shipped(browser_of_newcomer: PlainBrowser) -> None:
    page = browser_of_newcomer.get("/en")
    assert len(page.all("link", rel="stylesheet")) == 1
    assert page.all("img") == []


def test_every_page_says_how_to_call_and_e_mail_the_desk(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    with database.begin() as session:
        change_counter(
            session, find_desk(session, None).id, DeskContact("+31 (40) 765-4321", "d@example.org")
        )
    page = browser_of_newcomer.get("/en/return")
    assert page.one("a", href="tel:+31407654321").text == "+31 (40) 765-4321"
    assert page.one("a", href="mailto:d@example.org").text == "d@example.org"

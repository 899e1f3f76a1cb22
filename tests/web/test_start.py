"""The first pages: languages, the desk, what is kept."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import update
from time_machine import travel

from servicebalie.db import Database
from servicebalie.http.runtime import EXTENSION
from servicebalie.i18n.registry import NEWCOMER_LOCALES
from servicebalie.models.directory import ScheduleRow, ServiceClosure
from servicebalie.services.desks import find_desk
from servicebalie.services.directory import raise_version, read_directory
from tests.support.newcomer_desk import app_with_desk
from tests.web.plain_browser import PlainBrowser


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """These pages keep nothing, so one kind of database will do."""
    return sqlite_database_url


def test_the_languages_are_offered_in_their_own_names_the_one_of_the_browser_first(
    browser_of_newcomer: PlainBrowser,
) -> None:
    page = browser_of_newcomer.get("/", **{"Accept-Language": "ar-SY,ar;q=0.9,en;q=0.5"})
    doors = [link for link in page.all("a") if "door" in link.attributes.get("class", "")]
    others = [locale.name for tag, locale in NEWCOMER_LOCALES.items() if tag != "ar"]
    assert [door.text for door in doors] == ["العربية", *others]
    assert (doors[0]["lang"], doors[0]["dir"], doors[0]["href"]) == ("ar", "rtl", "/ar")
    assert (page.one("html")["lang"], page.one("html")["dir"]) == ("ar", "rtl")


@pytest.mark.parametrize("path", ["", "/privacy", "/ask", "/return", "/no-such-page"])
@pytest.mark.parametrize("tag", list(NEWCOMER_LOCALES))
def test_every_page_says_its_language_and_direction_and_has_one_heading(
    browser_of_newcomer: PlainBrowser, tag: str, path: str
) -> None:
    page = browser_of_newcomer.get(f"/{tag}{path}")
    html = page.one("html")
    assert (html["lang"], html["dir"]) == (tag, NEWCOMER_LOCALES[tag].direction)
    assert page.heading
    assert page.status == (404 if path == "/no-such-page" else 200)


def test_a_page_can_be_read_in_another_language(browser_of_newcomer: PlainBrowser) -> None:
    page = browser_of_newcomer.get("/en/privacy")
    (arabic,) = page.all("a", hreflang="ar")
    assert arabic["href"] == "/ar/privacy"
    assert page.one("span", lang="en")["aria-current"] == "true"


@pytest.mark.parametrize("address", ["/xx", "/xx/ask", "/da", "/en/", "/en/ask/", "/EN"])
def test_an_address_without_a_language_of_ours_is_not_found(
    browser_of_newcomer: PlainBrowser, address: str
) -> None:
    page = browser_of_newcomer.get(address)
    assert page.status == 404
    assert page.heading == "This page does not exist"


def test_the_start_of_the_desk_tells_where_it_is_and_when_it_opens(browser_of_newcomer: PlainBrowser) -> None:
    page = browser_of_newcomer.get("/en")
    assert "Vestdijk 1" in page.one("address").text
    assert "open" in page.one("main").text.lower()
    assert [link["href"] for link in page.all("a", **{"class": "door"})] == ["/en/return"]


def test_the_start_tells_when_the_desk_opens_after_the_school_holidays(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    with database.begin() as session:
        session.execute(update(ScheduleRow).values(opening_hours="Th 14:00-17:00; SH off"))
        raise_version(session, find_desk(session, None).id)
    with travel(datetime(2026, 12, 18, 9, tzinfo=UTC), tick=False):
        opening = browser_of_newcomer.get("/en").one("p", **{"class": "next-opening"}).text
    assert opening.strip() == "Open on Thursday, 7 January 2027 from 14:00 to 17:00"


def test_the_start_tells_when_the_desk_opens_after_its_closed_days(
    browser_of_newcomer: PlainBrowser, database: Database
) -> None:
    with database.begin() as session:
        desk = find_desk(session, None)
        counter = read_directory(session, desk.id).desk_service.id
        first, last = date(2027, 3, 1), date(2027, 3, 5)
        session.add(ServiceClosure(service_id=counter, first_day=first, last_day=last))
        raise_version(session, desk.id)
    with travel(datetime(2027, 3, 2, 9, tzinfo=UTC), tick=False):
        opening = browser_of_newcomer.get("/en").one("p", **{"class": "next-opening"}).text
    assert opening.strip() == "Open on Monday, 8 March 2027 from 09:00 to 17:00"


@pytest.mark.parametrize("tag", list(NEWCOMER_LOCALES))
def test_opening_hours_are_told_in_24_hours_in_every_language(
    browser_of_newcomer: PlainBrowser, tag: str
) -> None:
    clocks = browser_of_newcomer.get(f"/{tag}").all("span", **{"class": "clock"})
    assert clocks
    for clock in clocks:
        assert re.fullmatch(r"[0-2][0-9]:[0-5][0-9]", clock.text)


def test_that_a_computer_translates_is_told_where_one_does(
    app: Flask, browser_of_newcomer: PlainBrowser
) -> None:
    sentence = "A computer program translates questions and answers."
    assert sentence not in browser_of_newcomer.get("/en/privacy").one("main").text
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], translates=True)
    assert sentence in browser_of_newcomer.get("/en/privacy").one("main").text


@pytest.mark.parametrize("address", ["/", "/nl", "/en/privacy", "/pl/ask", "/ar/return"])
def test_no_link_leads_nowhere(app: Flask, address: str) -> None:
    client = app.test_client()
    links = PlainBrowser(client).get(address).all("a") + PlainBrowser(client).get(address).all("link")
    inside = {link["href"] for link in links if link["href"].startswith("/")}
    assert inside
    for link in inside:
        with client.get(link) as response:
            assert response.status_code == 200


def test_a_simulated_desk_says_so_on_every_page(sqlite_database_url: str) -> None:
    app, database = app_with_desk(sqlite_database_url, simulated=True)
    browser = PlainBrowser(app.test_client())
    for address in ("/", "/en", "/en/privacy", "/en/ask", "/en/return"):
        assert browser.get(address).one("p", **{"class": "simulated"}).text.startswith("Simulated data")
    app.extensions["servicebalie"].database.dispose()
    database.dispose()


def test_a_desk_that_is_not_simulated_does_not_say_so(browser_of_newcomer: PlainBrowser) -> None:
    assert browser_of_newcomer.get("/en").all("p", **{"class": "simulated"}) == []


def test_pages_set_no_cookies_are_never_kept_and_run_no_inline_script(app: Flask) -> None:
    response = app.test_client().get("/en/ask")
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    page = PlainBrowser(app.test_client()).get("/en/ask")
    assert [script.text for script in page.all("script")] == [""]
    assert page.all("style") == []
    assert [element.tag for element in page.elements if "style" in element.attributes] == []


def test_the_largest_page_with_all_it_needs_is_under_60_kilobytes(app: Flask) -> None:
    client = app.test_client()
    static = ["/static/servicebalie.css", "/static/servicebalie.js", "/static/servicebalie.svg"]
    sizes = {}
    for part in [*static, *(f"/{tag}/ask" for tag in NEWCOMER_LOCALES)]:
        with client.get(part) as response:
            sizes[part] = len(response.data)
    rest = sum(sizes.pop(part) for part in static)
    assert max(sizes.values()) + rest < 60_000, sizes

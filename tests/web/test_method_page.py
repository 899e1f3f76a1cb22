"""The page that explains how the numbers come about, and tells what is true of the desk's own profile."""

import pytest
from flask import Flask

from servicebalie.db import Database
from servicebalie.services.desks import choose_profile
from tests.support.releases import add_release
from tests.web.plain_browser import Page

DESK = "informatiepunt-zuidoost"


def visit(app: Flask, address: str) -> Page:
    """Return the page at an address."""
    response = app.test_client().get(address)
    return Page(response.text, response.status_code)


def cells(page: Page) -> list[str]:
    """Return the texts of all cells with numbers, in the order of the page."""
    return [cell.text.strip() for cell in page.all("td", **{"class": "number"})]


@pytest.mark.parametrize(
    ("tag", "heading"), [("en", "How the numbers come about"), ("nl", "Zo komen de cijfers tot stand")]
)
def test_the_method_is_explained_in_the_languages_of_the_desk(app: Flask, tag: str, heading: str) -> None:
    page = visit(app, f"/{tag}/trends/method")
    assert (page.status, page.heading) == (200, heading)


def test_the_method_is_not_explained_in_a_language_that_it_was_not_translated_to(app: Flask) -> None:
    assert visit(app, "/pl/trends/method").status == 404


@pytest.mark.parametrize("address", ["/en/trends", "/en/trends/2026-10"])
def test_every_page_of_the_reports_leads_to_the_method(app: Flask, database: Database, address: str) -> None:
    if address != "/en/trends":
        add_release(database, DESK, "2026-10")
    assert visit(app, address).all("a", href="/en/trends/method")


def test_the_page_says_how_often_a_number_is_how_far_off(app: Flask) -> None:
    page = visit(app, "/en/trends/method")
    assert cells(page)[:6] == ["18", "32", "24", "15", "7", "4"]
    assert "more than 4, at most 9" in page.html
    assert "for example 84 (80–88)" in page.html
    assert "its limits are 10 to either side" in page.html


def test_the_ledger_has_a_line_for_each_kind_of_report_and_their_sum(app: Flask) -> None:
    english, dutch = (cells(visit(app, f"/{tag}/trends/method")) for tag in ("en", "nl"))
    assert english[6:] == ["17", "25", "2.5", "19", "25", "2.5", "19", "24", "2.4", "55", "74", "7.4"]
    assert dutch[-1] == "7,4"


def test_the_page_tells_of_the_profile_that_the_desk_chose(app: Flask, database: Database) -> None:
    database.write(lambda session: choose_profile(session, DESK, "detailed-1"))
    page = visit(app, "/en/trends/method")
    assert "What &lt;5 means" in page.html
    assert "in rare cases up to 8" in page.html
    assert "84 (81–87)" in page.html
    assert "noise profile detailed-1 and version 2" in page.html
    assert cells(page)[-1] == "18.5"


def test_every_example_has_a_wrong_and_a_right_conclusion(app: Flask) -> None:
    page = visit(app, "/en/trends/method")
    examples = page.all("section", **{"class": "example"})
    assert len(examples) == 6
    assert all("Wrong:" in example.text and "Right:" in example.text for example in examples)


def test_the_page_is_honest_about_what_was_not_measured(app: Flask) -> None:
    assert "Not measured yet" in visit(app, "/en/trends/method").html

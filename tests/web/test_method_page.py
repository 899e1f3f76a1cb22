"""The page that explains how the numbers come about, and tells what is true of the desk's own profile."""

import sys
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from servicebalie.db import Database
from servicebalie.services.desks import choose_profile
from servicebalie.services.publishing_rules import (
    PROFILES,
    shipped_attack_scores,
    shipped_catalogue,
    shipped_profile,
)
from servicebalie.web.trends import pages
from tests.attacks.gates import GATES
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
    assert english[6:] == ["17", "25", "2.5", "18", "23", "2.3", "20", "25", "2.5", "55", "73", "7.3"]
    assert dutch[-1] == "7,3"


def test_the_page_tells_of_the_profile_that_the_desk_chose(app: Flask, database: Database) -> None:
    database.write(lambda session: choose_profile(session, DESK, "detailed-1"))
    page = visit(app, "/en/trends/method")
    assert "What &lt;5 means" in page.html
    assert "in rare cases up to 8" in page.html
    assert "84 (81–87)" in page.html
    assert "noise profile detailed-1 and version 4" in page.html
    assert cells(page)[-1] == "18.25"


def test_every_example_has_a_wrong_and_a_right_conclusion(app: Flask) -> None:
    page = visit(app, "/en/trends/method")
    examples = page.all("section", **{"class": "example"})
    assert len(examples) == 6
    assert all("Wrong:" in example.text and "Right:" in example.text for example in examples)


def attack_rows(page: Page) -> dict[str, list[str]]:
    """Return the cells of the results of the attacks by the first words of their row."""
    numbers = [cell.text.strip() for cell in page.all("td", **{"class": "number score"})]
    titles = [title.text.strip() for title in page.all("strong", **{"class": "attack"})]
    assert len(numbers) == 4 * len(titles)
    return {title: numbers[4 * row : 4 * row + 4] for row, title in enumerate(titles)}


def test_the_scores_of_the_attacks_stand_beside_those_of_other_ways_and_the_limits(app: Flask) -> None:
    rows = attack_rows(visit(app, "/en/trends/method"))
    assert len(rows) == 12
    assert rows["Solving the puzzle"][1] == "100%"
    assert rows["Solving the puzzle"][3] == "at most 0%"
    assert rows["Averaging"][3] == "at least 33%"
    assert rows["Knowing everybody else, in 12 numbers"][3] == "at most 80%"
    assert rows["Knowing everybody else, in all numbers of a year"][3] == "none"
    dutch = attack_rows(visit(app, "/nl/trends/method"))
    assert [row[0].replace(",", ".") for row in dutch.values()] == [row[0] for row in rows.values()]


def test_the_scores_are_those_of_the_profile_of_the_desk(app: Flask, database: Database) -> None:
    default = attack_rows(visit(app, "/en/trends/method"))
    database.write(lambda session: choose_profile(session, DESK, "detailed-1"))
    detailed = attack_rows(visit(app, "/en/trends/method"))
    assert default["Nobody or one person"][1:] == detailed["Nobody or one person"][1:]
    assert default["Nobody or one person"][0] != detailed["Nobody or one person"][0]


@pytest.mark.parametrize(
    ("part", "other"), [("catalogue_version", {"catalogue_version": "0"}), ("profiles", {"profiles": {}})]
)
def test_scores_of_other_tables_or_another_profile_are_not_shown(
    app: Flask, monkeypatch: pytest.MonkeyPatch, part: str, other: dict[str, Any]
) -> None:
    scores = replace(shipped_attack_scores(), **other)
    # The package has the pages under the name of the module.
    monkeypatch.setattr(sys.modules[pages.import_name], "shipped_attack_scores", lambda: scores)

    page = visit(app, "/en/trends/method")

    assert page.status == 200
    assert not page.all("table", **{"class": "numbers attacks"})
    assert "There are no results for these tables and this noise profile." in page.html


def test_the_scores_that_are_shipped_are_those_of_the_shipped_catalogue_and_profiles() -> None:
    """When this fails, the tables or the noise changed: run `./test attacks`, and commit what it writes."""
    scores = shipped_attack_scores()
    for name in PROFILES.values():
        assert scores.of(shipped_catalogue().version, shipped_profile(name).sha256) is not None


def test_the_shipped_scores_keep_to_the_limits() -> None:
    scores = shipped_attack_scores().profiles[shipped_profile(PROFILES["default"]).sha256]
    for gate in GATES:
        score = scores[gate.score]
        assert gate.holds({gate.score: float("nan") if score is None else score}), gate.score

"""The page of the monthly report: everything that was published, and nothing else."""

import hashlib
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from servicebalie.cli.documents import document_releases
from servicebalie.db import Database
from servicebalie.models.desks import Desk
from servicebalie.services.published_documents import read_stored_document
from tests.support.newcomer_desk import set_up_desk, settings_for, shared_app
from tests.support.releases import TABLES as RELEASED
from tests.support.releases import add_release
from tests.support.reports import MORE_ABOUT_WORK
from tests.web.plain_browser import Page

DESK = "informatiepunt-zuidoost"


def visit(app: Flask, address: str) -> Page:
    """Return the page at an address, after redirects."""
    response = app.test_client().get(address, follow_redirects=True)
    return Page(response.text, response.status_code)


def rows(page: Page, table: str) -> list[list[str]]:
    """Return the texts of the cells of each row in the body of a table."""
    place = next(each for each in page.elements if each.attributes.get("id") == table)
    inside = page.elements[page.elements.index(place) :]
    start = next(number for number, each in enumerate(inside) if each.tag == "table")
    found: list[list[str]] = []
    for element in inside[start + 1 :]:
        if element.tag == "table":
            break
        if element.tag == "tr":
            found.append([])
        elif element.tag in {"th", "td"} and element.attributes.get("scope") != "col":
            found[-1].append(" ".join(element.text.split()))
    return [row for row in found if row]


def test_before_the_first_report_the_page_says_so(app: Flask) -> None:
    page = visit(app, "/nl/trends")
    assert page.status == 200
    assert "Er is nog geen rapport gepubliceerd." in page.one("main").text


def test_the_address_without_a_month_leads_to_the_newest_report(app: Flask, database: Database) -> None:
    for month in ("2026-09", "2026-10"):
        add_release(database, DESK, month)
    answer = app.test_client().get("/en/trends")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/trends/2026-10")


@pytest.mark.parametrize(
    "address", ["/en/trends/2026-11", "/en/trends/october", "/pl/trends", "/pl/trends/2026-10"]
)
def test_what_is_not_published_or_not_in_a_language_of_the_desk_is_not_found(
    app: Flask, database: Database, address: str
) -> None:
    add_release(database, DESK, "2026-10")
    assert visit(app, address).status == 404


def test_the_report_is_offered_in_the_languages_of_the_desk_only(app: Flask, database: Database) -> None:
    add_release(database, DESK, "2026-10")
    page = visit(app, "/en/trends/2026-10")
    assert [link["href"] for link in page.all("a", **{"class": "language"})] == ["/nl/trends/2026-10"]


def test_the_headline_gives_persons_and_questions_with_their_intervals(
    app: Flask, database: Database
) -> None:
    add_release(database, DESK, "2026-10", RELEASED | {"total": {(): (1470, 2310)}})
    english, dutch = (visit(app, f"/{tag}/trends/2026-10") for tag in ("en", "nl"))
    assert english.heading == "What newcomers asked: October 2026"
    assert dutch.heading == "Wat nieuwkomers vroegen: oktober 2026"
    assert "1,470 persons asked the desk 2,310 questions." in english.html
    assert "tussen 1.466 en 1.474 personen" in dutch.html


def test_a_total_that_was_not_published_is_said_to_be_small(app: Flask, database: Database) -> None:
    add_release(database, DESK, "2026-10", {name: {} for name in RELEASED})
    page = visit(app, "/en/trends/2026-10")
    assert "their number is not published: less than 10." in page.html
    assert page.all("img") == []


def test_a_value_of_a_short_list_that_was_not_published_is_below_the_threshold(
    app: Flask, database: Database
) -> None:
    add_release(database, DESK, "2026-10")
    assert rows(visit(app, "/en/trends/2026-10"), "stay") == [
        ["Less than 4 months", "55 (51–59)", "60 (56–64)"],
        ["4 to 12 months", "<10", "–"],
        ["1 to 3 years", "<10", "–"],
        ["3 to 5 years", "<10", "–"],
        ["More than 5 years", "10 (6–14)", "10 (6–14)"],
        ["Not known", "<10", "–"],
    ]


def test_values_that_are_no_scale_go_from_many_persons_to_few(app: Flask, database: Database) -> None:
    add_release(database, DESK, "2026-10")
    shown = rows(visit(app, "/en/trends/2026-10"), "main-topic")
    assert [row[0] for row in shown[:3]] == ["Learning Dutch", "Work", "Registration and BSN"]
    assert len(shown) == 16
    assert {row[1] for row in shown[2:]} == {"<10"}


def test_a_long_list_ends_with_all_its_other_values_together(app: Flask, database: Database) -> None:
    add_release(database, DESK, "2026-10")
    page = visit(app, "/nl/trends/2026-10")
    assert rows(page, "language") == [
        ["Pools", "70 (66–74)", "110 (106–114)"],
        ["Engels", "31 (27–35)", "40 (36–44)"],
        ["Elke andere taal", "<10", "–"],
    ]
    assert rows(page, "municipality") == [
        ["Eindhoven", "110 (106–114)", "160 (156–164)"],
        ["Veldhoven", "13 (9–17)", "20 (16–24)"],
        ["Elke andere gemeente", "<10", "–"],
    ]


def test_a_table_of_two_things_is_grouped_by_the_first(app: Flask, database: Database) -> None:
    cells = {("GM0861", "work"): (12, 14), ("GM0772", "work"): (45, 60), ("GM0772", "language"): (61, 70)}
    add_release(database, DESK, "2026-10", RELEASED | {"municipality-by-main-topic": cells})
    assert rows(visit(app, "/en/trends/2026-10"), "municipality-by-main-topic") == [
        ["Eindhoven"],
        ["Learning Dutch", "61 (57–65)", "70 (66–74)"],
        ["Work", "45 (41–49)", "60 (56–64)"],
        ["Veldhoven"],
        ["Work", "12 (8–16)", "14 (10–18)"],
        ["Every other combination", "<10", "–"],
    ]


def test_the_page_names_the_hash_of_the_report_and_where_its_numbers_are(
    app: Flask, database: Database
) -> None:
    document = add_release(database, DESK, "2026-10")
    page = visit(app, "/en/trends/2026-10")
    assert page.one("code").text == hashlib.sha256(document).hexdigest()
    assert page.all("a", href="/api/v1/trends/months/2026-10")
    assert "It needs a token of the desk" in page.html


def test_neighbouring_months_are_those_that_have_a_report(app: Flask, database: Database) -> None:
    for month in ("2026-03", "2026-07", "2026-09", "2026-10"):
        add_release(database, DESK, month)
    page = visit(app, "/en/trends/2026-07")
    assert page.one("a", rel="prev")["href"] == "/en/trends/2026-03"
    assert page.one("a", rel="next")["href"] == "/en/trends/2026-09"
    assert visit(app, "/en/trends/2026-03").all("a", rel="prev") == []
    assert visit(app, "/en/trends/2026-10").all("a", rel="next") == []


@pytest.mark.parametrize("simulated", [True, False])
def test_a_simulated_report_says_so(app: Flask, database: Database, simulated: bool) -> None:
    add_release(database, DESK, "2026-10", simulated=simulated)
    assert ("Simulated data" in visit(app, "/en/trends/2026-10").html) is simulated


def test_the_report_keeps_the_name_that_the_desk_had(app: Flask, database: Database) -> None:
    add_release(database, DESK, "2026-10")
    with database.begin() as session:
        session.scalars(select(Desk)).one().name = "Loket Nieuw"
    page = visit(app, "/en/trends/2026-10")
    assert "Informatiepunt Zuidoost" in page.html
    assert "Loket Nieuw" not in page.html


@pytest.fixture(scope="module")
def with_files(module_database_url: str) -> Iterator[Database]:
    """A database with months, a quarter, and the files of all of them, which are only read."""
    database = Database(module_database_url)
    set_up_desk(database)
    quarter = RELEASED | {"language": {("pl",): (140, 200), ("uk",): (14, 20)}}
    add_release(database, DESK, "2026-09", {"total": {(): (160, 200)}}, simulated=True)
    add_release(database, DESK, "2026-Q3", quarter, simulated=True)
    add_release(database, DESK, "2026-10", simulated=True)
    for _ in document_releases(database, DESK):
        pass
    yield database
    database.dispose()


@pytest.fixture
def documented(with_files: Database, module_database_url: str) -> Iterator[Flask]:
    """The application on the database with files."""
    app = shared_app(settings_for(module_database_url))
    yield app
    app.extensions["servicebalie"].database.dispose()


def test_charts_are_pictures_with_words_and_their_numbers(documented: Flask) -> None:
    page = visit(documented, "/nl/trends/2026-10")
    pictures = page.all("img")
    assert [picture["src"].partition("?")[0] for picture in pictures] == [
        f"/nl/trends/2026-10/chart-{name}.svg" for name in ("main-topic", "stay", "total-by-month")
    ]
    assert pictures[0]["alt"].startswith("Personen per hoofdonderwerp: oktober 2026. Balken tonen ")
    assert "Nederlands leren 85 (81–89); Werk 60 (56–64)" in pictures[0]["alt"]
    names = [caption.text for caption in page.all("caption")]
    assert names[:3] == ["Hoofdonderwerpen", "Hoelang mensen denken te blijven", "Alle personen per maand"]
    assert len(names) == len(set(names))


def test_a_picture_is_the_stored_file_which_browsers_keep(documented: Flask, with_files: Database) -> None:
    picture = visit(documented, "/en/trends/2026-10").all("img")[0]
    answer = documented.test_client().get(picture["src"])
    with with_files.published() as session:
        stored = read_stored_document(session, DESK, "2026-10", "chart-main-topic", "en")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, stored.content, "image/svg+xml")
    assert answer.headers["ETag"] == f'"{stored.sha256}"'
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Content-Disposition"] == (
        'inline; filename="trends-2026-10-chart-main-topic-en.svg"'
    )
    again = documented.test_client().get(picture["src"], headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("query", ["", "?edition=2", "?edition=one"])
def test_a_file_that_is_asked_for_without_its_edition_is_not_kept_for_good(
    documented: Flask, query: str
) -> None:
    answer = documented.test_client().get(f"/en/trends/2026-10/chart-stay.svg{query}")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"


@pytest.mark.parametrize(
    "address",
    [
        "/en/trends/2026-10/chart-stay.png",
        "/en/trends/2026-10/chart-unknown.svg",
        "/en/trends/2026-09/chart-stay.svg",
        "/en/trends/2031-01/chart-stay.svg",
        "/en/trends/soon/chart-stay.svg",
        "/pl/trends/2026-10/chart-stay.svg",
    ],
)
def test_a_file_that_was_not_made_is_not_found(documented: Flask, address: str) -> None:
    assert visit(documented, address).status == 404


def test_the_files_of_the_report_are_offered_with_their_form_and_size(documented: Flask) -> None:
    page = visit(documented, "/en/trends/2026-10")
    link = page.one("a", href="/en/trends/2026-10/chart-stay.svg?edition=1")
    assert link.text == "Picture: passing through or staying"
    assert "SVG, 9 kB" in page.html


def test_a_release_without_files_says_when_they_are_made(app: Flask, database: Database) -> None:
    add_release(database, DESK, "2026-10")
    page = visit(app, "/en/trends/2026-10")
    assert "are made at the next publication." in page.html
    assert page.all("img") == []


def test_a_small_number_has_that_of_the_quarter_under_it(documented: Flask) -> None:
    languages = rows(visit(documented, "/en/trends/2026-10"), "language")
    assert languages[-2:] == [
        ["Ukrainian", "<10 3rd quarter 2026: 14 (10–18)", "– 20 (16–24)"],
        ["Every other language", "<10", "–"],
    ]


def test_the_share_of_persons_in_published_numbers_is_told(documented: Flask) -> None:
    page = visit(documented, "/en/trends/2026-10")
    assert "The published numbers of this table hold 69% of all persons." in page.html
    assert "On average 39% of all persons are in a number that is published." in page.html


def test_large_tables_are_folded_and_small_ones_are_open(documented: Flask) -> None:
    page = visit(documented, "/en/trends/2026-10")
    folded = {details.attributes.get("id") for details in page.all("details")}
    assert {"topic", "municipality-by-main-topic"} <= folded
    assert {"stay", "language"}.isdisjoint(folded)


def test_what_did_not_change_beyond_chance_is_not_mentioned(documented: Flask) -> None:
    assert "What changed" not in visit(documented, "/en/trends/2026-10").html


def test_what_changed_beyond_chance_is_told_in_sentences(app: Flask, database: Database) -> None:
    add_release(database, DESK, "2026-10", changes=MORE_ABOUT_WORK)
    page = visit(app, "/en/trends/2026-10")
    assert "What changed" in [heading.text for heading in page.all("h2")]
    sentence = (
        "More people than expected asked about “Work” in October 2026: 60, while 30 to 45 were expected."
    )
    assert sentence in [item.text for item in page.all("li")]

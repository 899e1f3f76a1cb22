"""The monthly report, as a phone, a desktop computer and a printer show it."""

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy import make_url

from servicebalie.cli.documents import document_releases
from servicebalie.db import Database, published_beside
from tests.support.releases import add_release

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / "var" / "screenshots"
DESK = "informatiepunt-zuidoost"
SMALLEST_TARGET = 44


@pytest.fixture(scope="module")
def published(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published store with three months and a quarter, and their files, which take long to make."""
    directory = tmp_path_factory.mktemp("published") / "database"
    shutil.copytree(sqlite_template, directory)
    database = Database(f"sqlite:///{directory / 'desk.sqlite'}")
    for month in ("2026-Q3", "2026-09", "2026-10", "2026-11"):
        add_release(database, DESK, month, simulated=True)
    for _ in document_releases(database, DESK):
        pass
    database.dispose()
    return directory / "desk-published.sqlite"


@pytest.fixture
def _with_reports(sqlite_database_url: str, published: Path) -> None:
    """Gives the database of the desk a copy of the published store, before anybody opens it."""
    shutil.copy(published, published_beside(make_url(sqlite_database_url)).database or "")


@pytest.fixture
def report(_with_reports: None, address: str) -> str:
    """Where the pages are, with the reports published."""
    return address


@pytest.mark.parametrize("tag", ["nl", "en"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("period", ["2026-10", "2026-Q3"])
def test_the_report_is_accessible_and_fits(
    page: Page, report: str, tag: str, width: int, period: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{report}/{tag}/trends/{period}")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"trends-{period}-{tag}-{width}.png", full_page=True)
    # What is folded must be accessible as well.
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    violations = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    heights = page.locator("nav a, .footer a").evaluate_all(
        "links => links.map(link => link.getBoundingClientRect().height).filter(height => height > 0)"
    )
    assert min(heights) >= SMALLEST_TARGET


@pytest.mark.parametrize("tag", ["nl", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_explanation_of_the_method_is_accessible_and_fits(
    page: Page, report: str, tag: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{report}/{tag}/trends/method")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"method-{tag}-{width}.png", full_page=True)
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("tag", ["nl", "en"])
def test_the_page_without_a_report_is_accessible(page: Page, address: str, tag: str) -> None:
    page.goto(f"{address}/{tag}/trends")
    assert Axe().run(page).response["violations"] == []


def test_a_reader_walks_from_month_to_month_and_to_the_other_language(page: Page, report: str) -> None:
    page.goto(f"{report}/en/trends")
    page.get_by_role("link", name="October 2026").click()
    page.get_by_role("link", name="Nederlands").click()
    assert page.url == f"{report}/nl/trends/2026-10"
    page.get_by_role("link", name="september 2026").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Wat nieuwkomers vroegen: september 2026"
    page.get_by_role("link", name="Nieuwste rapport").click()
    assert page.url == f"{report}/nl/trends/2026-11"


def test_pictures_are_shown_at_the_width_of_the_page_and_described(page: Page, report: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{report}/en/trends/2026-10")
    picture = page.get_by_role("img", name="Persons by main topic: October 2026")
    assert picture.evaluate("picture => picture.complete && picture.naturalWidth") == 400
    assert picture.evaluate("picture => picture.getBoundingClientRect().width") == 360 - 2 * 16


def test_a_folded_table_opens_when_its_title_is_pressed(page: Page, report: str) -> None:
    page.goto(f"{report}/en/trends/2026-10")
    table = page.get_by_role("table", name="Topics", exact=True)
    assert not table.is_visible()
    page.locator("#topic > summary").press("Enter")
    assert table.is_visible()


def test_on_paper_every_table_is_open_without_scripts_too(browser: Browser, report: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(f"{report}/en/trends/2026-10")
    assert page.locator("details[open]").count() == 0
    assert page.locator("table").count() == page.locator("table:visible").count()
    context.close()


def test_printing_unfolds_tables_and_folds_them_again(page: Page, report: str) -> None:
    page.goto(f"{report}/en/trends/2026-10")
    folded = page.locator("details:not([open])").count()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == folded > 0


def test_on_paper_the_report_says_that_it_is_simulated_and_shows_no_links_to_other_pages(
    page: Page, report: str
) -> None:
    page.emulate_media(media="print")
    page.goto(f"{report}/en/trends/2026-10")
    assert page.get_by_text("Simulated data").is_visible()
    assert page.locator("nav:visible").count() == 0
    assert page.locator("table").first.is_visible()

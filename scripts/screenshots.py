"""Takes a picture of every page for newcomers in every language, on a phone, and looks for what is wrong.

    python -m scripts.screenshots [LOCALE ...]

The pictures are in `var/screenshots/locales`, with all those of a language on one sheet. A page that is too
wide, in the wrong direction, or has a sentence that is still in English is told, and makes the exit status 1.
The rest is for eyes.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from babel.messages.pofile import read_po
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from scripts.system_packages import require_chromium
from servicebalie.cli.database import migrate_database
from servicebalie.db import Database
from servicebalie.i18n.registry import NEWCOMER_LOCALES, Locale
from tests.browser.newcomer_walk import every_page
from tests.support.newcomer_desk import add_an_answer, app_with_desk

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "var" / "screenshots" / "locales"
PHONE = ViewportSize(width=360, height=740)
SHEET = ViewportSize(width=2400, height=800)

TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode.textContent.trim().replace(/\\s+/g, " "));
  return texts.filter(Boolean);
}"""


def main(wanted: Sequence[str]) -> int:
    """Take the pictures of these languages, or of all, and return the exit status."""
    locales = [NEWCOMER_LOCALES[tag] for tag in wanted or NEWCOMER_LOCALES]
    faults = []
    with _served_desk() as (address, database), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_chromium(), args=["--no-sandbox"])
        for locale in locales:
            found = list(_walk(browser, address, locale, database))
            _make_sheet(browser, PICTURES / locale.tag)
            print(f"{locale.tag}: {', '.join(found) or 'nothing found'}", flush=True)
            faults += found
        browser.close()
    return 1 if faults else 0


@contextmanager
def _served_desk() -> Iterator[tuple[str, Database]]:
    """Serve the pages of a desk on the loopback address; return that and the database of the desk."""
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{directory}/desk.sqlite"
        migrate_database(url)
        app, database = app_with_desk(url, simulated=True)
        add_an_answer(database)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", database
        server.shutdown()
        database.dispose()


def _walk(browser: Browser, address: str, locale: Locale, database: Database) -> Iterator[str]:
    """Take the pictures of a language and yield what is wrong."""
    directory = PICTURES / locale.tag
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    english = _english_sentences(locale)
    context = browser.new_context(viewport=PHONE, locale=locale.tag)
    page = context.new_page()
    for number, name in enumerate(every_page(page, address, locale.tag, database)):
        page.screenshot(path=directory / f"{number:02}-{name}.png", full_page=True)
        yield from (f"{name}: {what}" for what in _wrong_on(page, locale, english))
    context.close()


def _wrong_on(page: Page, locale: Locale, english: set[str]) -> Iterator[str]:
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > PHONE["width"]:
        yield f"{width} wide"
    direction = page.evaluate("getComputedStyle(document.documentElement).direction")
    if direction != locale.direction:
        yield f"runs {direction}"
    if page.get_attribute("html", "lang") != locale.tag:
        yield "is in another language"
    yield from (f"in English: {text}" for text in page.evaluate(TEXTS) if text in english)


def _english_sentences(locale: Locale) -> set[str]:
    """Return the sentences in English that have other words in a language."""
    file = ROOT / "translations" / str(locale.babel) / "LC_MESSAGES" / "newcomer.po"
    if not file.exists():
        return set()
    with file.open("rb") as content:
        return {
            entry.id for entry in read_po(content) if isinstance(entry.id, str) and entry.id != entry.string
        }


def _make_sheet(browser: Browser, directory: Path) -> None:
    """Put the pictures of a language on one sheet."""
    pictures = "".join(f'<img src="{file.name}" width="190">' for file in sorted(directory.glob("*.png")))
    sheet = directory / "sheet.html"
    sheet.write_text(
        f"<body style='display:flex;flex-wrap:wrap;align-items:start;gap:4px;margin:0'>{pictures}",
        encoding="utf-8",
    )
    page = browser.new_page(viewport=SHEET)
    page.goto(sheet.as_uri())
    page.screenshot(path=directory.with_suffix(".png"), full_page=True)
    page.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

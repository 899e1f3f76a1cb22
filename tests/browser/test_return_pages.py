"""Coming back with the return code, as a phone and a desktop computer show it, on paper too."""

import json
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from servicebalie.app import create_app
from servicebalie.core.reference_codes import format_return_code
from servicebalie.core.vocabulary import Author
from servicebalie.db import Database
from servicebalie.models.questions import Message
from servicebalie.services.intake import NewQuestion
from servicebalie.services.messages import post_message
from servicebalie.services.translations import TextToTranslate, keep_translation
from tests.support.newcomer_desk import settings_for
from tests.support.return_codes import AskedVisit, asked, workplace
from tests.web import stored

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / "var" / "screenshots"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
SMALLEST_TARGET = 44
TARGETS = "button:not(.unseen), .button, .language, .leave, nav a, .footer a"


@pytest.fixture
def visit(database: Database) -> AskedVisit:
    """A question about a letter that the desk has answered in Dutch."""
    app = create_app(settings_for(database.url.render_as_string(hide_password=False)))
    question = NewQuestion("letters-forms", "Przyszło pismo z gminy i nie wiem, co mam zrobić.")
    visit = asked(workplace(app, database), database, question, email="anna@example.com")
    visit.do(
        post_message, visit.questions[0], Author.DESK, "Neem de brief mee naar het spreekuur.", language="nl"
    )
    app.extensions["servicebalie"].database.dispose()
    return visit


def open_visit(page: Page, address: str, tag: str, code: str) -> None:
    page.goto(f"{address}/{tag}/return")
    page.fill("#code", code)
    page.click("#form .button")


def press(page: Page, action: str) -> None:
    """Press the button that leads to an address of the visit."""
    page.click(f"button[formaction$='/return{action}']")


def save(page: Page) -> None:
    page.click("#form > .buttons > .button:not(.second)")


def every_page(page: Page, address: str, tag: str, code: str) -> Iterator[str]:
    """Do everything that one can do with a code and yield the name of each page while it is open."""
    open_visit(page, address, tag, code)
    yield "visit"
    press(page, "/consent/give")
    yield "consent-given"
    press(page, "/more")
    save(page)
    yield "more-with-fault"
    page.fill("#text", "?")
    page.select_option("#topic", "childcare")
    page.check("#consents-no")
    save(page)
    yield "asked"
    press(page, "/question")
    page.fill("#text", "")
    page.select_option("#topic", "")
    save(page)
    yield "question-with-fault"
    page.fill("#text", "!")
    save(page)
    yield "changed"
    press(page, "/about")
    page.fill("#municipality", "Eindhofen")
    page.fill("#email", "anna@")
    save(page)
    yield "about-with-fault"
    page.fill("#municipality", "Veldhoven")
    page.fill("#email", "")
    page.select_option("#stay", "over-5-years")
    save(page)
    yield "about-changed"
    press(page, "/delete")
    yield "delete"
    page.click("button.severe")
    yield "deleted"


@pytest.mark.parametrize(
    ("tag", "size"), [("pl", PHONE), ("ar", PHONE), ("ar", DESKTOP), ("nl", PHONE), ("en", DESKTOP)]
)
def test_every_page_of_a_visit_is_accessible_fits_and_can_be_touched(
    page: Page, address: str, visit: AskedVisit, tag: str, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    PICTURES.mkdir(parents=True, exist_ok=True)
    faults = {}
    for number, name in enumerate(every_page(page, address, tag, visit.code)):
        page.screenshot(path=PICTURES / f"return-{tag}-{size['width']}-{number}-{name}.png", full_page=True)
        violations = Axe().run(page).response["violations"]
        width = page.evaluate("document.documentElement.scrollWidth")
        small = page.locator(TARGETS).evaluate_all(
            "(all, least) => all.filter(e => e.checkVisibility()"
            " && e.getBoundingClientRect().height < least).map(e => e.outerHTML)",
            SMALLEST_TARGET,
        )
        found = [*[f"{v['id']}: {v['nodes'][0]['html']}" for v in violations], *small]
        if found or width > size["width"]:
            faults[name] = (width, found)
    assert faults == {}


@pytest.mark.parametrize(
    ("tag", "size", "text"),
    [
        ("pl", PHONE, "Proszę zabrać list. Informacje: www.eindhoven.nl/bsn, tel. 040 238 6000."),
        ("ar", PHONE, "DigiD: أحضر الرسالة معك. انظر www.eindhoven.nl/bsn، أو اتصل بالرقم 040 238 6000."),
        ("ar", DESKTOP, "DigiD: أحضر الرسالة معك. انظر www.eindhoven.nl/bsn، أو اتصل بالرقم 040 238 6000."),
    ],
)
def test_a_translated_answer_is_accessible_and_fits_beside_what_was_written(
    page: Page,
    address: str,
    visit: AskedVisit,
    database: Database,
    tag: str,
    size: dict[str, int],
    text: str,
) -> None:
    written = "Neem de brief mee naar het spreekuur."
    with database.begin() as session:
        message = session.scalars(select(Message.id)).one()
        made_of = TextToTranslate(visit.questions[0].id, message, written, "nl", tag)
        keep_translation(session, visit.work.keys, made_of, text, "A machine", visit.work.now)
    page.set_viewport_size(size)
    open_visit(page, address, tag, visit.code)
    answer = page.locator("article")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"return-translated-{tag}-{size['width']}.png", full_page=True)
    expect(answer.locator(".typed")).to_have_text([text, written])
    assert answer.locator(".typed").evaluate_all("all => all.map(e => getComputedStyle(e).direction)") == [
        "rtl" if tag == "ar" else "ltr",
        "ltr",
    ]
    links = ["https://www.eindhoven.nl/bsn", "tel:+31-40-238-6000"]
    assert answer.get_by_role("link").evaluate_all("all => all.map(e => e.getAttribute('href'))") == links
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("tag", ["pl", "ar"])
def test_without_scripts_everything_can_be_done_with_a_code(
    new_context: object, address: str, database: Database, visit: AskedVisit, tag: str
) -> None:
    context: BrowserContext = new_context(java_script_enabled=False, viewport=PHONE, locale=tag)
    page = context.new_page()
    for name in every_page(page, address, tag, visit.code):
        if name == "asked":
            assert {question.topic for question in visit.questions} == {"letters-forms", "childcare"}
        if name == "changed":
            assert "!" in {question.text for question in visit.questions}
        if name == "about-changed":
            assert stored.only_visit(database).municipality == "GM0861"
            assert stored.contacts(database) == []
    assert set(stored.counts(database).values()) == {0}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_copy_is_saved_as_a_file_and_the_page_stays(
    new_context: object, address: str, visit: AskedVisit, tmp_path: Path, scripts: bool
) -> None:
    context: BrowserContext = new_context(java_script_enabled=scripts, viewport=PHONE)
    page = context.new_page()
    open_visit(page, address, "ar", visit.code)
    for form in ("html", "json"):
        with page.expect_download() as saving:
            page.click(f"button[name=as][value={form}]")
        assert saving.value.suggested_filename.endswith(f".{form}")
        saving.value.save_as(tmp_path / f"copy.{form}")
    expect(page.locator("#copy")).to_be_visible()
    assert json.loads((tmp_path / "copy.json").read_text())["questions"][0]["text"].startswith("Przyszło")
    page.goto(f"file://{tmp_path}/copy.html")
    page.screenshot(path=PICTURES / "return-copy.png", full_page=True)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("body")).to_contain_text("Przyszło pismo z gminy")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_scanned_code_is_filled_in_and_taken_out_of_the_address_and_of_the_way_back(
    page: Page, address: str, visit: AskedVisit
) -> None:
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto(f"{address}/pl")
    page.goto(f"{address}/pl/return#{visit.code}")
    expect(page.locator("#code")).to_have_value(visit.code)
    assert page.url == f"{address}/pl/return"
    page.click("#form .button")
    expect(page.locator(".typed").first).to_contain_text("Przyszło pismo")
    page.go_back()
    assert page.url == f"{address}/pl/return"
    page.go_back()
    assert page.url == f"{address}/pl"


@pytest.mark.parametrize("fragment", ["main", "12", "<script>", "1" * 19])
def test_what_is_no_code_is_not_filled_in(page: Page, address: str, fragment: str) -> None:
    page.goto(f"{address}/en/return#{fragment}")
    expect(page.locator("#code")).to_have_value("")


def test_without_scripts_a_scanned_address_still_opens_the_page_to_type_the_code(
    new_context: object, address: str, visit: AskedVisit
) -> None:
    context: BrowserContext = new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{address}/en/return#{visit.code}")
    page.fill("#code", visit.code)
    page.click("#form .button")
    expect(page.locator("h1")).to_have_text("Your question")
    assert visit.code not in page.url


def confirm(page: Page, address: str, tag: str, code: str) -> None:
    """Open the confirmation of a visit, as the form does at its end."""
    open_visit(page, address, tag, code)
    page.wait_for_selector(".status")
    page.evaluate(
        "to => { const form = document.getElementById('form'); form.action = to; form.submit(); }",
        f"/{tag}/return/confirmation",
    )
    page.wait_for_selector(".code-card")


@pytest.mark.parametrize(("tag", "size"), [("ar", PHONE), ("pl", PHONE), ("nl", PHONE), ("en", DESKTOP)])
def test_a_note_of_the_code_is_checked_where_the_reader_sees_it(
    page: Page, address: str, visit: AskedVisit, tag: str, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    confirm(page, address, tag, visit.code)
    for name, note in (("wrong", "123"), ("right", format_return_code(visit.code))):
        page.fill("#note", note)
        page.keyboard.press("Enter")
        expect(page.locator("#note-check [role=status]")).to_be_in_viewport()
        page.screenshot(path=PICTURES / f"confirmation-{tag}-{size['width']}-{name}.png", full_page=True)
        assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    expect(page.locator("#note-check [role=status]")).to_have_class("done")


@pytest.mark.parametrize("tag", ["nl", "ar"])
def test_on_paper_the_confirmation_has_the_code_the_place_and_its_hours_and_nothing_to_press(
    page: Page, address: str, visit: AskedVisit, tag: str
) -> None:
    confirm(page, address, tag, visit.code)
    page.emulate_media(media="print")
    for seen in (".code", ".qr svg", "address", ".on-paper li"):
        expect(page.locator(seen).first).to_be_visible()
    pressed = page.locator("button, input, nav, footer, .language, .leave")
    assert [element.is_visible() for element in pressed.all()] == [False] * pressed.count()
    pdf = PICTURES / f"confirmation-{tag}.pdf"
    page.pdf(path=pdf, format="A4")
    with pikepdf.open(pdf) as paper:
        assert len(paper.pages) == 1


def test_the_button_to_print_prints(page: Page, address: str, visit: AskedVisit) -> None:
    confirm(page, address, "en", visit.code)
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.click("[data-print]")
    expect(page).to_have_title("printed")

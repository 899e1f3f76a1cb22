"""The pages of partners, in a browser without scripts that keeps cookies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from servicebalie.core.reference_codes import encode_referral
from servicebalie.core.referral_states import End
from servicebalie.core.vocabulary import (
    Actor,
    Author,
    Outcome,
    ReferralStatus,
    ReturnReason,
    Status,
    UnmetReason,
)
from servicebalie.db import Database
from servicebalie.http.sign_in import COOKIE
from servicebalie.services.messages import post_message
from servicebalie.services.question_views import QuestionView
from servicebalie.services.referral_acts import ReferralCase, accept, complete, return_referral, revoke
from servicebalie.services.translations import TextToTranslate, keep_translation
from servicebalie.services.visits import VisitFacts
from servicebalie.services.workplace import Workplace
from tests.support.newcomer_desk import settings_for, shared_app
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import SmallWorkplace, open_small_desk
from tests.web.plain_browser import Page, PlainBrowser

COURSE = "dutch-course"


@dataclass(frozen=True, slots=True)
class Office:
    """A desk with partners, and its pages."""

    place: SmallWorkplace
    app: Flask

    def browser(self, user: str | None = None) -> PlainBrowser:
        """Return a browser, in which somebody signed in."""
        browser = PlainBrowser(self.app.test_client())
        if user:
            assert sign_in(browser, self.place.desk.tokens[user]).heading == "Questions for you"
        return browser

    def hand_over(self, topic: str = COURSE, **more: str | None) -> tuple[str, QuestionView]:
        """Hand a question to a partner; return the reference of the referral, and the question."""
        facts = VisitFacts(language="pl", municipality=EINDHOVEN)
        (question,) = self.place.register(topic, facts=facts, text="Gdzie jest kurs?", **more).questions
        return encode_referral(self.place.show(question.reference).referral.id), question

    def see(self, question: QuestionView) -> QuestionView:
        """Return a question as it is now."""
        return self.place.show(question.reference)


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    database = Database(database_url)
    place = open_small_desk(database)
    app = shared_app(settings_for(database_url))
    yield Office(place, app)
    app.extensions["servicebalie"].database.dispose()
    database.dispose()


def sign_in(browser: PlainBrowser, token: str) -> Page:
    browser.get("/en/sign-in")
    address = browser.page.one("form", id="form")["action"]
    return follow(browser, address, {"token": token})


def follow(browser: PlainBrowser, address: str, fields: dict[str, str]) -> Page:
    """Send fields to an address and go where that leads."""
    page = browser.post(address, fields)
    return browser.get(page.one("a")["href"]) if page.status == 303 else page


def act(browser: PlainBrowser, reference: str, name: str, **typed: str) -> Page:
    """Press a button of the page of a referral, with what is typed there."""
    page = browser.get(f"/en/inbox/{reference}")
    address = f"/en/inbox/{reference}/{name}"
    leads = [form["action"] for form in page.all("form")]
    leads += [button.attributes.get("formaction", "") for button in page.all("button")]
    assert address in leads
    hidden = {field["name"]: field["value"] for field in page.all("input", type="hidden")}
    return follow(browser, address, {**hidden, **typed})


def test_who_is_not_signed_in_is_led_to_where_one_can(office: Office) -> None:
    reference, _ = office.hand_over()
    for address in ("/en/inbox", f"/en/inbox/{reference}"):
        assert office.browser().get(address).heading == "Sign in to work with the desk"


def test_a_wrong_token_signs_nobody_in_and_the_page_says_what_to_do(office: Office) -> None:
    browser = office.browser()
    page = sign_in(browser, "sb_wrong")
    assert page.status == 400
    assert "Ask the administrator for a new one" in page.html
    assert "sb_wrong" not in page.html
    assert browser.get("/en/inbox").heading == "Sign in to work with the desk"


def test_the_cookie_is_for_this_host_only_and_hidden_from_scripts(office: Office) -> None:
    client = office.app.test_client()
    response = client.post("/en/sign-in", data={"token": office.place.desk.tokens["library"]})
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie


def test_who_signs_out_must_sign_in_again(office: Office) -> None:
    browser = office.browser("library")
    follow(browser, "/en/sign-out", {})
    assert browser.get("/en/inbox").heading == "Sign in to work with the desk"


def test_who_goes_on_working_stays_signed_in(office: Office) -> None:
    with time_machine.travel(datetime(2026, 11, 3, 9, tzinfo=UTC), tick=False) as clock:
        browser = office.browser("library")
        for _ in range(4):
            clock.shift(timedelta(minutes=50))
            assert browser.get("/en/inbox").heading == "Questions for you"
        clock.shift(timedelta(minutes=61))
        assert browser.get("/en/inbox").heading == "Sign in to work with the desk"


@pytest.mark.parametrize("user", ["desk", "policymaker", "administrator"])
def test_others_than_partners_see_their_account_and_no_inbox(office: Office, user: str) -> None:
    browser = office.browser()
    assert sign_in(browser, office.place.desk.tokens[user]).heading == "Your account"
    assert browser.get("/en/inbox").status == 403


def test_pages_of_partners_exist_in_the_languages_of_the_desk_only(office: Office) -> None:
    browser = office.browser("library")
    assert browser.get("/nl/inbox").heading == "Vragen voor u"
    assert browser.get("/pl/inbox").status == 404
    assert browser.get("/pl/sign-in").status == 404


def test_a_partner_finds_what_was_handed_to_their_organisation_and_nothing_else(office: Office) -> None:
    reference, question = office.hand_over()
    other, _ = office.hand_over("civic-integration")
    page = office.browser("library").get("/en/inbox")
    assert question.reference in page.html
    links = [link["href"] for link in page.all("a", **{"class": "line"})]
    assert links == [f"/en/inbox/{reference}"]
    browser = office.browser("library")
    assert browser.get(f"/en/inbox/{other}").status == 404
    assert browser.get("/en/inbox/222222222222222").status == 404


def test_sensitive_questions_are_shown_to_cleared_people_only(office: Office) -> None:
    reference, _ = office.hand_over("housing-abuse")
    assert office.browser("town").get(f"/en/inbox/{reference}").status == 404
    assert office.browser("cleared-town").get(f"/en/inbox/{reference}").status == 200


def test_how_to_reach_the_person_is_told_after_accepting(office: Office) -> None:
    reference, question = office.hand_over(email="anna@example.org", phone="+31612345678")
    browser = office.browser("library")
    before = browser.get(f"/en/inbox/{reference}")
    assert "Gdzie jest kurs?" in before.html
    assert "anna@example.org" not in before.html
    assert "You see this when you accept the question." in before.html
    after = act(browser, reference, "accept")
    assert "You accepted the question." in after.html
    assert "anna@example.org" in after.html
    assert office.see(question).referral.status is ReferralStatus.ACCEPTED


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("accept", {}, "You accepted the question."),
        ("answer", {"text": "Op dinsdag."}, "Your message was sent."),
        ("ask-back", {"text": "Welke dag?"}, "Your message was sent."),
        ("complete", {"outcome": "met"}, "The question is completed."),
        ("return", {"return_reason": "other"}, "The question is back at the desk."),
    ],
)
def test_who_presses_a_button_twice_has_done_it_once_and_is_told_that_it_is_done(
    office: Office, name: str, typed: dict[str, str], told: str
) -> None:
    reference, question = office.hand_over()
    browser = office.browser("library")
    page = browser.get(f"/en/inbox/{reference}")
    hidden = {field["name"]: field["value"] for field in page.all("input", type="hidden")}
    for _ in range(2):
        assert told in follow(browser, f"/en/inbox/{reference}/{name}", {**hidden, **typed}).html
    seen = office.see(question)
    assert len(seen.referrals[0].events) == 1
    assert len(seen.messages) == (1 if "text" in typed else 0)


def test_what_was_sent_from_another_page_is_something_else(office: Office) -> None:
    reference, question = office.hand_over()
    browser = office.browser("library")
    for _ in range(2):
        act(browser, reference, "answer", text="Op dinsdag.")
    assert [message.text for message in office.see(question).messages] == ["Op dinsdag."] * 2


def test_a_question_back_waits_for_the_person(office: Office) -> None:
    reference, question = office.hand_over()
    page = act(office.browser("library"), reference, "ask-back", text="Welk niveau?")
    assert "Waiting for the person" in page.html
    assert office.see(question).status is Status.WAITING


def test_a_partner_tells_what_came_of_it(office: Office) -> None:
    reference, question = office.hand_over()
    page = act(
        office.browser("library"), reference, "complete", outcome="unmet", unmet_reason="full-or-waiting-list"
    )
    assert "The question is completed." in page.html
    closed = office.see(question)
    assert (closed.status, closed.outcome) == (Status.CLOSED, Outcome.UNMET)
    assert closed.unmet_reason is UnmetReason.FULL_OR_WAITING_LIST


def test_a_partner_gives_a_question_back_with_the_reason(office: Office) -> None:
    reference, question = office.hand_over()
    page = act(
        office.browser("library"),
        reference,
        "return",
        return_reason="not-our-task",
        **{"note-return": "Try the school"},
    )
    assert "The question is back at the desk." in page.html
    assert "Why it was given back: This is not our task" in page.html
    assert "Gdzie jest kurs?" not in page.html
    back = office.see(question)
    assert back.status is Status.OPEN
    (returned,) = [one for one in back.referrals if one.returned_reason]
    assert returned.returned_reason is ReturnReason.NOT_OUR_TASK
    assert [event.note for event in returned.events] == ["Try the school"]


@pytest.mark.parametrize(
    ("name", "typed", "fault"),
    [
        ("complete", {"outcome": "unmet", "note-complete": "No room"}, "Say why the need was not met."),
        ("complete", {"note-complete": "No room"}, "This is needed."),
        ("return", {"note-return": "No room"}, "This is needed."),
        ("return", {"return_reason": "other", "note-return": "y" * 1001}, "Use at most 1000 characters."),
        ("answer", {"text": "x" * 4001}, "Use at most 4000 characters."),
        ("answer", {}, "This is needed."),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_stays(
    office: Office, name: str, typed: dict[str, str], fault: str
) -> None:
    reference, question = office.hand_over()
    page = act(office.browser("library"), reference, name, **typed)
    assert page.status == 400
    assert fault in page.html
    for text in typed.values():
        assert text in page.html
    assert office.see(question).referral.status is ReferralStatus.REQUESTED


def test_what_somebody_else_did_meanwhile_is_told_and_what_was_typed_stays(office: Office) -> None:
    reference, question = office.hand_over()
    browser = office.browser("library")
    page = browser.get(f"/en/inbox/{reference}")
    hidden = {field["name"]: field["value"] for field in page.all("input", type="hidden")}
    seen = office.see(question)
    office.place.do(return_referral, ReferralCase(seen, seen.referral), ReturnReason.DUPLICATE)
    page = browser.post(f"/en/inbox/{reference}/answer", {**hidden, "text": "Op dinsdag."})
    assert page.status == 400
    assert "The referral has ended." in page.html
    assert "Op dinsdag." in page.html
    assert office.see(question).messages == ()


def test_who_comes_too_late_at_the_very_same_moment_leaves_no_trace(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, question = office.hand_over()
    browser = office.browser("library")
    seen = office.see(question)
    found = ReferralCase(seen, seen.referral)
    page = browser.get(f"/en/inbox/{reference}")
    hidden = {field["name"]: field["value"] for field in page.all("input", type="hidden")}
    office.place.do(return_referral, found, ReturnReason.DUPLICATE)
    before = office.see(question)
    # What was read before the other acted.
    monkeypatch.setattr(import_module("servicebalie.web.inbox"), "find_referral", lambda *_: found)
    page = browser.post(f"/en/inbox/{reference}/accept", hidden)
    assert page.status == 400
    assert office.see(question) == before


def test_numbers_that_nobody_needs_are_told_beside_each_text_that_has_one(office: Office) -> None:
    facts = VisitFacts(language="pl", municipality=EINDHOVEN)
    [question] = office.place.register(COURSE, facts=facts, text="BSN 111222333").questions
    office.place.do(post_message, question, Author.NEWCOMER, "IBAN NL91 ABNA 0417 1643 00")
    office.place.do(post_message, question, Author.DESK, "Bel 0612345678")
    browser, path = office.browser("library"), encode_referral(question.referral.id)
    page = browser.get(f"/en/inbox/{path}")
    assert len(page.all("p", **{"class": "notice"})) == 2
    for number in ("a citizen service number (BSN)", "a bank account number (IBAN)"):
        assert f"This text seems to hold {number}. Nobody needs that here." in page.html
    assert "een burgerservicenummer (BSN)" in browser.get(f"/nl/inbox/{path}").html


def test_of_a_question_that_was_taken_back_no_translation_stays_either(office: Office) -> None:
    facts = VisitFacts(language="pl", municipality=EINDHOVEN)
    question = office.see(office.place.register(COURSE, facts=facts, text="Gdzie?").questions[0])
    made_of = TextToTranslate(question.id, None, "Gdzie?", "pl", "nl")
    office.place.do(_keep, made_of)
    browser, path = office.browser("library"), encode_referral(question.referral.id)
    assert "Waar is de cursus?" in browser.get(f"/nl/inbox/{path}").html
    office.place.do(revoke, ReferralCase(question, question.referral))
    assert "Waar is de cursus?" not in browser.get(f"/nl/inbox/{path}").html


def test_a_translation_into_another_language_than_that_of_the_page_is_shown_too(office: Office) -> None:
    facts = VisitFacts(language="pl", municipality=EINDHOVEN)
    question = office.see(office.place.register(COURSE, facts=facts, text="Gdzie?").questions[0])
    office.place.do(_keep, TextToTranslate(question.id, None, "Gdzie?", "pl", "nl"))
    page = office.browser("library").get(f"/en/inbox/{encode_referral(question.referral.id)}")
    assert len(page.all("p", lang="nl")) == 1
    assert "Dutch. Translated by a computer." in " ".join(page.html.split())


def _keep(session: Session, work: Workplace, made_of: TextToTranslate) -> None:
    keep_translation(session, work.keys, made_of, "Waar is de cursus?", "Test", work.now)


def test_a_form_that_is_not_from_a_page_of_ours_does_nothing(office: Office) -> None:
    reference, question = office.hand_over()
    browser = office.browser("library")
    for proof in ({}, {"proof": "0" * 64}):
        assert browser.post(f"/en/inbox/{reference}/accept", proof).status == 403
    assert office.see(question).referral.status is ReferralStatus.REQUESTED


def test_no_other_site_signs_somebody_in_or_out(office: Office) -> None:
    client = office.app.test_client()
    token = office.place.desk.tokens["library"]
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/en/sign-in", data={"token": token}, headers=elsewhere).status_code == 403
    own = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/en/sign-in", data={"token": token}, headers=own).status_code == 303
    assert client.post("/en/sign-out", headers=elsewhere).status_code == 403


@pytest.mark.parametrize(
    ("shown", "end"),
    [
        ("completed", lambda office, case: office.place.do(complete, case, Actor.PARTNER, End(Outcome.MET))),
        ("returned", lambda office, case: office.place.do(return_referral, case, ReturnReason.OTHER)),
        ("open", lambda office, case: office.place.do(accept, case)),
    ],
)
def test_each_list_shows_what_is_in_its_state(
    office: Office, shown: str, end: Callable[[Office, ReferralCase], None]
) -> None:
    reference, question = office.hand_over()
    seen = office.see(question)
    end(office, ReferralCase(seen, seen.referral))
    browser = office.browser("library")
    found = {
        each
        for each in ("open", "overdue", "completed", "returned", "expired")
        if reference in browser.get("/en/inbox" if each == "open" else f"/en/inbox/{each}").html
    }
    # The desk of the test lives in the past, so what is open there is late today.
    assert found == {shown} | ({"overdue"} if shown == "open" else set())


def test_the_list_of_what_was_given_back_says_why(office: Office) -> None:
    _, question = office.hand_over()
    seen = office.see(question)
    office.place.do(return_referral, ReferralCase(seen, seen.referral), ReturnReason.LANGUAGE_BARRIER)
    page = office.browser("library").get("/nl/inbox/returned")
    assert "Waarom de vraag is teruggegeven: We spreken de taal niet" in page.html


def test_the_question_of_the_person_has_a_heading(office: Office) -> None:
    reference, _ = office.hand_over()
    page = office.browser("library").get(f"/en/inbox/{reference}")
    assert page.html.index("<h2>The person's question</h2>") < page.html.index("Gdzie jest kurs?")


def test_a_long_inbox_has_pages(office: Office) -> None:
    references = [office.hand_over()[0] for _ in range(52)]
    browser = office.browser("library")
    first = browser.get("/en/inbox")
    (older,) = [link["href"] for link in first.all("a") if "before=" in link.attributes.get("href", "")]
    second = browser.get(older)
    shown = [
        link["href"].rsplit("/", 1)[1]
        for page in (first, second)
        for link in page.all("a", **{"class": "line"})
    ]
    assert sorted(shown) == sorted(references)
    assert len(shown) == 52
    assert not [link for link in second.all("a") if "before=" in link.attributes.get("href", "")]

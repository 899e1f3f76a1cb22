"""What people decide about a question of theirs: that it may be passed on, and how it ended."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from servicebalie.core.vocabulary import (
    Author,
    NewcomerOutcome,
    Outcome,
    ReferralKind,
    Status,
    UnmetReason,
)
from servicebalie.db import Database
from servicebalie.services.intake import NewQuestion
from servicebalie.services.messages import post_message
from servicebalie.services.questions import Correction, close_question, correct_question
from tests.support.return_codes import AskedVisit, asked, workplace
from tests.web.plain_browser import Page, PlainBrowser

GIVE, WITHDRAW, HELPED = ("/en/return/consent/give", "/en/return/consent/withdraw", "/en/return/helped")
ASK_AGAIN = "/en/return/more"
TOLD_WHERE = "We do not pass your question on. If an organisation can help you, we tell you where to go."
PASSED_ON = "If an organisation can help you, we pass your question on."


@pytest.fixture
def visit(app: Flask, database: Database) -> AskedVisit:
    """A question about a letter, for the library, of somebody in Eindhoven who did not agree to anything."""
    return asked(workplace(app, database), database, NewQuestion("letters-forms", "List z gminy"))


@pytest.fixture
def closed(visit: AskedVisit) -> AskedVisit:
    """The same question, closed as one that nobody could help with."""
    visit.do(close_question, visit.questions[0], Outcome.UNMET, UnmetReason.COST)
    return visit


def opened(browser: PlainBrowser, visit: AskedVisit, tag: str = "en") -> Page:
    """Come back with the code."""
    browser.get(f"/{tag}/return")
    return browser.send(code=visit.code)


def press(browser: PlainBrowser, visit: AskedVisit, to: str, **typed: str) -> Page:
    """Press a button of the one question."""
    reference = visit.questions[0].reference
    fields = {f"{name}-{reference}": value for name, value in typed.items()}
    return browser.send(to, question=reference, **fields)


def test_who_agrees_later_has_the_question_passed_on_and_can_take_that_back(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    page = opened(browser_of_newcomer, visit)
    assert TOLD_WHERE in page.one("main").text
    assert "We have told you where to go" in page.one("main").text
    assert visit.questions[0].referral.kind is ReferralKind.INFORMATION_ONLY
    page = press(browser_of_newcomer, visit, GIVE)
    assert page.one("p", role="status").text == "Your change was saved."
    assert PASSED_ON in page.one("main").text
    (question,) = visit.questions
    assert (question.referral.kind, question.status) == (ReferralKind.REFERRAL, Status.REFERRED)
    assert question.consented_at
    page = press(browser_of_newcomer, visit, WITHDRAW)
    assert TOLD_WHERE in page.one("main").text
    (question,) = visit.questions
    assert (question.referral.kind, question.status, question.consented_at) == (None, Status.OPEN, None)


def test_who_agrees_again_after_taking_it_back_has_the_question_passed_on(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    opened(browser_of_newcomer, visit)
    for decision in (GIVE, WITHDRAW, GIVE):
        press(browser_of_newcomer, visit, decision)
    assert visit.questions[0].referral.kind is ReferralKind.REFERRAL


def test_a_reply_that_was_typed_is_still_there_when_something_else_is_decided(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    opened(browser_of_newcomer, visit)
    page = press(browser_of_newcomer, visit, GIVE, reply="Half a sentence")
    assert page.form[f"reply-{visit.questions[0].reference}"] == "Half a sentence"


def test_agreeing_twice_changes_nothing_the_second_time(client: FlaskClient, visit: AskedVisit) -> None:
    fields = {"code": visit.code, "question": visit.questions[0].reference}
    versions = []
    for _ in range(2):
        assert client.post(GIVE, data=fields).status_code == 200
        versions.append(visit.questions[0].version)
    assert versions[0] == versions[1]


def test_a_place_that_staff_chose_stays_and_they_see_that_the_person_agrees_now(
    browser_of_newcomer: PlainBrowser, app: Flask, database: Database
) -> None:
    library = next(iter(workplace(app, database).directory.services))
    chosen = NewQuestion("letters-forms", service_id=library, override_reason="She asked for it")
    visit = asked(workplace(app, database), database, chosen)
    opened(browser_of_newcomer, visit)
    press(browser_of_newcomer, visit, GIVE)
    (question,) = visit.questions
    assert question.consented_at
    assert question.referral.override_reason == "She asked for it"


def test_a_question_that_was_closed_meanwhile_cannot_be_passed_on(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    opened(browser_of_newcomer, visit)
    visit.do(close_question, visit.questions[0], Outcome.MET, None)
    page = press(browser_of_newcomer, visit, GIVE)
    assert page.status == 400
    assert "This question is closed." in page.one("div", role="alert").text
    assert visit.questions[0].consented_at is None


@pytest.mark.parametrize("address", [GIVE, WITHDRAW, HELPED])
def test_nothing_is_decided_without_the_code_or_about_somebody_elses_question(
    client: FlaskClient, app: Flask, database: Database, visit: AskedVisit, address: str
) -> None:
    other = asked(workplace(app, database), database, NewQuestion("letters-forms"))
    reference = other.questions[0].reference
    fields = {"question": reference, f"helped-{reference}": "met"}
    for code, status in (("0" * 18, 400), (visit.code, 200)):
        assert client.post(address, data={"code": code, **fields}).status_code == status
    assert (other.questions[0].version, visit.questions[0].version) == (1, 1)


def test_an_open_question_is_not_asked_whether_it_helped(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    page = opened(browser_of_newcomer, visit)
    assert "Were you helped?" not in page.html
    reference = visit.questions[0].reference
    fields = {"code": visit.code, "question": reference, f"helped-{reference}": "met"}
    assert browser_of_newcomer.post(HELPED, fields).status == 200
    assert visit.questions[0].by_newcomer is None


def test_a_closed_question_asks_whether_it_helped_and_chooses_nothing_for_the_person(
    browser_of_newcomer: PlainBrowser, closed: AskedVisit
) -> None:
    page = opened(browser_of_newcomer, closed)
    answers = page.all("input", name=f"helped-{closed.questions[0].reference}")
    assert [answer["value"] for answer in answers] == list(NewcomerOutcome)
    assert not any("checked" in answer.attributes for answer in answers)
    assert page.all("button", formaction=GIVE) == []
    page = press(browser_of_newcomer, closed, HELPED)
    assert page.status == 400
    assert page.one("a", href=f"#helped-{closed.questions[0].reference}").text.startswith("Please choose")


def test_what_somebody_says_of_the_end_is_kept_beside_the_outcome_shown_and_changed(
    browser_of_newcomer: PlainBrowser, closed: AskedVisit
) -> None:
    opened(browser_of_newcomer, closed)
    page = press(browser_of_newcomer, closed, HELPED, helped="partly-met", why="hours")
    assert page.one("p", role="status").text == "Your change was saved."
    (question,) = closed.questions
    said = question.by_newcomer
    assert said
    assert (said.outcome, said.unmet_reason) == (NewcomerOutcome.PARTLY_MET, UnmetReason.HOURS)
    assert (question.outcome, question.unmet_reason) == (Outcome.UNMET, UnmetReason.COST)
    page = opened(browser_of_newcomer, closed)
    assert page.form[f"helped-{question.reference}"] == "partly-met"
    assert page.form[f"why-{question.reference}"] == "hours"
    press(browser_of_newcomer, closed, HELPED, helped="met", why="hours")
    said = closed.questions[0].by_newcomer
    assert said
    assert (said.outcome, said.unmet_reason) == (NewcomerOutcome.MET, None)


@pytest.mark.parametrize(
    ("helped", "why", "field"),
    [("perhaps", "", "helped"), ("unmet", "declined", "why"), ("unmet", "magic", "why")],
)
def test_an_answer_that_was_not_offered_is_refused_beside_what_was_chosen(
    browser_of_newcomer: PlainBrowser, closed: AskedVisit, helped: str, why: str, field: str
) -> None:
    opened(browser_of_newcomer, closed)
    page = press(browser_of_newcomer, closed, HELPED, helped=helped, why=why)
    assert page.status == 400
    assert page.one("p", id=f"{field}-{closed.questions[0].reference}-fault")
    assert closed.questions[0].by_newcomer is None


def test_who_was_not_helped_can_ask_again_about_the_same_topic(
    browser_of_newcomer: PlainBrowser, closed: AskedVisit
) -> None:
    assert "Ask again" not in opened(browser_of_newcomer, closed).html
    page = press(browser_of_newcomer, closed, HELPED, helped="unmet")
    assert "Ask again" in page.html
    page = browser_of_newcomer.send(ASK_AGAIN, topic="letters-forms")
    assert (page.heading, page.form["topic"]) == ("Ask one more question", "letters-forms")
    browser_of_newcomer.send(text="Still the letter", consents="yes")
    first, again = closed.questions
    assert (again.topic, again.text) == ("letters-forms", "Still the letter")
    assert again.referral.kind is ReferralKind.REFERRAL
    assert first.status is Status.CLOSED
    press(browser_of_newcomer, closed, HELPED, helped="met")
    assert "Ask again" not in opened(browser_of_newcomer, closed).html


def test_one_more_question_is_passed_on_only_with_consent(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    for consents, kind in (
        (None, ReferralKind.INFORMATION_ONLY),
        ("no", ReferralKind.INFORMATION_ONLY),
        ("yes", ReferralKind.REFERRAL),
    ):
        opened(browser_of_newcomer, visit)
        browser_of_newcomer.send(ASK_AGAIN)
        typed = {"consents": consents} if consents else {}
        browser_of_newcomer.send(topic="letters-forms", text=f"Once more, {consents}", **typed)
        assert visit.questions[-1].referral.kind is kind


def test_consent_alone_is_no_question(browser_of_newcomer: PlainBrowser, visit: AskedVisit) -> None:
    opened(browser_of_newcomer, visit)
    browser_of_newcomer.send(ASK_AGAIN)
    page = browser_of_newcomer.send(consents="yes")
    assert page.status == 400
    assert page.form["consents"] == "yes"
    assert len(visit.questions) == 1


def test_a_question_that_changes_at_the_same_moment_is_shown_as_it_is(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(browser_of_newcomer, visit)
    stale = visit.questions
    visit.do(correct_question, stale[0], Correction({}, text="List"), stale[0].version)
    monkeypatch.setattr("servicebalie.web.return_codes.read_visit_questions", lambda *_arguments: stale)
    page = press(browser_of_newcomer, visit, GIVE)
    assert page.status == 400
    assert "changed in the meantime" in page.one("div", role="alert").text


def test_a_message_of_the_desk_does_not_keep_a_question_from_being_passed_on(
    browser_of_newcomer: PlainBrowser, visit: AskedVisit
) -> None:
    visit.do(post_message, visit.questions[0], Author.DESK, "Mogen wij het doorgeven?", language="nl")
    opened(browser_of_newcomer, visit)
    press(browser_of_newcomer, visit, GIVE)
    assert visit.questions[0].referral.kind is ReferralKind.REFERRAL


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A program that sends forms as it likes."""
    return app.test_client(use_cookies=False)

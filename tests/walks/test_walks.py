"""Three questions that go all the way, from the form to "were you helped?", over pages, API and mail."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.walks.desk import WalkDesk, clock_at, open_desk
from tests.web.plain_browser import Page, PlainBrowser

MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
"""A Monday, at ten in the Netherlands."""

EVE = datetime(2027, 4, 26, 14, 55, tzinfo=UTC)
"""The day before King's Day, at five minutes to five in the Netherlands."""

DAY = timedelta(days=1)


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[WalkDesk]:
    """The desk, set up in the year before, so that its tokens are still good at every moment of the walks."""
    with clock_at(datetime(2026, 12, 1, tzinfo=UTC)) as now, open_desk(database_url, tmp_path, now) as opened:
        yield opened


def ask(desk: WalkDesk, tag: str, main: str, topic: str, text: str, **about: str) -> tuple[PlainBrowser, str]:
    """Fill in the form and send it; return the browser and the return code."""
    browser = desk.newcomer()
    browser.get(f"/{tag}/ask")
    browser.send(topic=main, **{f"subtopic-{main}": topic})
    browser.send(text=text)
    browser.send(**{name: about[name] for name in ("municipality", "group") if name in about})
    check = browser.send(
        **{name: about[name] for name in ("email", "follow_up", "consents") if name in about}
    )
    assert text in check.html
    confirmation = browser.send()
    assert confirmation.status == 200
    code = re.sub(r"\D", "", confirmation.one("p", **{"class": "code"}).text)
    assert len(code) == 18
    return browser, code


def come_back(desk: WalkDesk, tag: str, code: str) -> tuple[PlainBrowser, Page]:
    """Open the page of a visit with its return code."""
    browser = desk.newcomer()
    browser.get(f"/{tag}/return")
    page = browser.send(code=code)
    assert page.status == 200
    return browser, page


def the_question(desk: WalkDesk) -> Any:
    """Return the one question that there is, as the desk sees it."""
    (line,) = desk.get("desk", "/questions")["items"]
    return desk.get("desk", f"/questions/{line['reference']}")


def reasons(question: Any) -> list[str]:
    """Return the codes of the reasons for where a question is."""
    return [reason["code"] for reason in question["referral"]["reasons"]]


def press(browser: PlainBrowser, leads_to: str, reference: str, **typed: str) -> Page:
    """Press the button for a question that leads to an address ending like this, with what is typed."""
    (address,) = {
        button["formaction"]
        for button in browser.page.all("button", name="question", value=reference)
        if button.attributes.get("formaction", "").endswith(leads_to)
    }
    return browser.post(address, {**browser.page.form, "question": reference, **typed})


def test_a_polish_question_about_employer_housing_in_aalsmeer(desk: WalkDesk) -> None:
    code, reference = _ask_about_the_house(desk)
    _help_with_the_house(desk, code, reference)
    later = MONDAY + 15 * DAY
    with clock_at(later - timedelta(hours=1)) as now:
        assert desk.work(now) == []
    with clock_at(later):
        (mail,) = desk.work(later)
        assert mail["To"] == "anna@example.org"
        assert "pracodawcy" not in mail.as_string()
        browser, _ = come_back(desk, "pl", code)
        press(browser, "/helped", reference, **{f"helped-{reference}": "met"})
        ended = the_question(desk)
        assert (ended["status"], ended["outcome"]) == ("closed", "met")
        assert ended["outcomeByNewcomer"]["outcome"] == "met"
        acts = [event["action"] for event in ended["referrals"][0]["history"]]
        assert acts == ["accept", "ask-back", "reply", "answer", "complete"]


def _ask_about_the_house(desk: WalkDesk) -> tuple[str, str]:
    """Ask on Monday; return the return code and the reference of the question."""
    with clock_at(MONDAY):
        _, code = ask(
            desk,
            "pl",
            "housing",
            "employer-housing",
            "Mieszkam w domu pracodawcy, jest nas ośmioro w jednym pokoju.",
            municipality="Aalsmeer",
            group="eu-labour-migrant",
            email="anna@example.org",
            follow_up="yes",
            consents="yes",
        )
        question = the_question(desk)
        reference = question["reference"]
        assert question["referral"]["service"]["name"] == "Huisvesting arbeidsmigranten"
        assert "speaks-language" in reasons(question)
        # The Polish consulting hour, and not the hours in Dutch before it.
        assert question["referral"]["nextOpening"]["startsAt"] == "2027-03-04T13:00:00Z"
        assert question["dueDate"] == "2027-03-04"
        mails = desk.work(MONDAY)
        assert {mail["To"] for mail in mails} == {"anna@example.org", "huisvesting@aalsmeer.example"}
        assert not any("pracodawcy" in mail.as_string() for mail in mails)
        return code, reference


def _help_with_the_house(desk: WalkDesk, code: str, reference: str) -> None:
    """Let the municipality accept, ask back, answer and complete."""
    with clock_at(MONDAY):
        (item,) = desk.get("Gemeente Aalsmeer", "/referrals")["items"]
        path = f"/referrals/{item['reference']}"
        assert desk.get("Gemeente Aalsmeer", path)["contact"] is None
        accepted = desk.send("Gemeente Aalsmeer", f"{path}/accept")
        assert accepted["contact"]["email"] == "anna@example.org"
        desk.send("Gemeente Aalsmeer", f"{path}/ask-back", text="Wat is uw adres?", language="nl")
        assert desk.get("Gemeente Amstelveen", "/referrals")["items"] == []
    with clock_at(MONDAY + DAY) as now:
        (mail,) = desk.work(now)
        assert mail["To"] == "anna@example.org"
        assert mail["Content-Language"] == "pl"
        browser, page = come_back(desk, "pl", code)
        assert "Wat is uw adres?" in page.html
        press(browser, "/reply", reference, **{f"reply-{reference}": "Dorpsstraat 1"})
        desk.send("Gemeente Aalsmeer", f"{path}/answer", text="We komen kijken.", language="nl")
        desk.send("Gemeente Aalsmeer", f"{path}/complete", outcome="met")
        desk.work(now)


def test_a_hindi_question_about_a_primary_school_in_amstelveen(desk: WalkDesk) -> None:
    code, reference = _ask_about_school(desk)
    _send_to_another_school(desk, reference)
    _help_at_school(desk, code, reference)
    ended = the_question(desk)
    assert ended["outcome"] == "met"
    assert ended["outcomeByNewcomer"]["outcome"] == "unmet"
    assert ended["outcomeByNewcomer"]["unmetReason"] == "distance"
    assert [one["status"] for one in ended["referrals"]].count("returned") == 1


def _ask_about_school(desk: WalkDesk) -> tuple[str, str]:
    """Ask on Monday, without consent at first; return the return code and the reference of the question."""
    with clock_at(MONDAY):
        _, code = ask(
            desk,
            "hi",
            "education",
            "primary-newcomer-class",
            "मेरा बेटा सात साल का है। वह किस स्कूल में जा सकता है?",
            municipality="Amstelveen",
            group="knowledge-migrant",
        )
        question = the_question(desk)
        reference = question["reference"]
        assert question["referral"]["service"]["organisation"] == "Basisschool De Lindes"
        assert question["referral"]["kind"] == "information-only"
        assert "no-consent" in reasons(question)
        assert desk.work(MONDAY) == []
        assert desk.get("Basisschool De Lindes", "/referrals")["items"] == []
        browser, page = come_back(desk, "hi", code)
        assert page.one("html")["lang"] == "hi"
        press(browser, "/consent/give", reference)
        return code, reference


def _send_to_another_school(desk: WalkDesk, reference: str) -> None:
    """Let the first school give the question back, and the desk choose another one."""
    with clock_at(MONDAY):
        (item,) = desk.get("Basisschool De Lindes", "/referrals")["items"]
        desk.send(
            "Basisschool De Lindes",
            f"/referrals/{item['reference']}/return",
            reason="full-or-waiting-list",
            note="In september is er plaats.",
        )
        (line,) = desk.get("desk", "/questions?attention=true")["items"]
        assert line["reference"] == reference
        back = the_question(desk)
        assert (back["status"], back["mark"]) == ("open", "returned")
        services = {one["organisation"]: one["id"] for one in desk.get("desk", "/services")["items"]}
        desk.send(
            "desk",
            f"/questions/{reference}/referrals",
            status=201,
            service=services["Basisschool De Poel"],
            reason="De andere school is vol.",
        )


def _help_at_school(desk: WalkDesk, code: str, reference: str) -> None:
    """Let the other school help, on its pages, and the person say what came of it."""
    with clock_at(MONDAY + 2 * DAY):
        school = PlainBrowser(desk.app.test_client())
        form = school.get("/nl/sign-in").one("form", id="form")
        school.post(form["action"], {"token": desk.tokens["Basisschool De Poel"]})
        inbox = school.get("/nl/inbox")
        assert reference in inbox.html
        (line,) = inbox.all("a", **{"class": "line"})
        page = school.get(line["href"])
        assert "स्कूल" in page.html
        _do(school, line["href"], "accept")
        _do(school, line["href"], "answer", text="Kom op maandag om negen uur kennismaken.")
        _do(school, line["href"], "complete", outcome="met")
        assert school.get("/nl/inbox/completed").all("a", **{"class": "line"})
        browser, page = come_back(desk, "hi", code)
        assert "Kom op maandag om negen uur kennismaken." in page.html
        press(
            browser, "/helped", reference, **{f"helped-{reference}": "unmet", f"why-{reference}": "distance"}
        )
        ended = the_question(desk)
        assert ended["outcome"] == "met"
        assert ended["outcomeByNewcomer"]["outcome"] == "unmet"
        assert ended["outcomeByNewcomer"]["unmetReason"] == "distance"
        assert [one["status"] for one in ended["referrals"]].count("returned") == 1


def test_a_ukrainian_question_about_protection_just_before_kings_day(desk: WalkDesk) -> None:
    code, reference = _ask_about_protection(desk)
    with clock_at(EVE + timedelta(minutes=10)):
        # Closed by now, and on King's Day.
        opening = the_question(desk)["referral"]["nextOpening"]
        assert opening["startsAt"] == "2027-04-28T07:00:00Z"
    reminded = {}
    for days in (1, 2, 3):
        with clock_at(EVE + days * DAY) as now:
            reminded[days] = [mail["To"] for mail in desk.work(now)]
    assert reminded == {1: [], 2: ["oekraine@amstelveen.example"], 3: ["oekraine@amstelveen.example"]}
    _help_at_the_desk(desk, code, reference)
    ended = the_question(desk)
    assert (ended["outcome"], ended["outcomeByNewcomer"]["outcome"]) == ("answered-at-desk", "partly-met")


def _ask_about_protection(desk: WalkDesk) -> tuple[str, str]:
    """Ask on the eve of King's Day; return the return code and the reference of the question."""
    with clock_at(EVE):
        _, code = ask(
            desk,
            "uk",
            "residence",
            "temporary-protection",
            "Де я можу отримати документ про тимчасовий захист?",
            municipality="Amstelveen",
            group="displaced-ukraine",
            consents="yes",
        )
        question = the_question(desk)
        reference = question["reference"]
        assert question["referral"]["service"]["name"] == "Oekraïnepunt"
        assert question["referral"]["nextOpening"] == {
            "startsAt": "2027-04-26T14:55:00Z",
            "endsAt": "2027-04-26T15:00:00Z",
        }
        # Two working days, and King's Day is none.
        assert question["dueDate"] == "2027-04-29"
        (mail,) = desk.work(EVE)
        assert mail["To"] == "oekraine@amstelveen.example"
        return code, reference


def _help_at_the_desk(desk: WalkDesk, code: str, reference: str) -> None:
    """Let the desk have back what nobody answered, and help."""
    with clock_at(EVE + 4 * DAY) as now:
        assert desk.work(now) == []
        back = the_question(desk)
        assert (back["status"], back["mark"], back["referral"]["destination"]) == ("open", "expired", "desk")
        assert desk.get("Gemeente Amstelveen", "/referrals")["items"] == []
        judged = {one["name"]: one["freshness"] for one in desk.get("desk", "/services")["items"]}
        assert "not-answered" in judged["Oekraïnepunt"]["reasons"]
        desk.send(
            "desk",
            f"/questions/{reference}/messages",
            status=201,
            text="Идіть до ратуші з паспортом.",
            language="uk",
        )
        desk.send("desk", f"/questions/{reference}/close", outcome="answered-at-desk")
        browser, page = come_back(desk, "uk", code)
        assert "Идіть до ратуші з паспортом." in page.html
        press(browser, "/helped", reference, **{f"helped-{reference}": "partly-met"})


def _do(browser: PlainBrowser, address: str, act: str, **typed: str) -> None:
    """Press a button of the page of a referral."""
    page = browser.get(address)
    hidden = {field["name"]: field["value"] for field in page.all("input", type="hidden")}
    assert browser.post(f"{address}/{act}", {**hidden, **typed}).status == 303

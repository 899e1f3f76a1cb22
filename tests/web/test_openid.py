"""Signing in with the account of one's organisation, at a real provider over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from servicebalie.app import create_app
from servicebalie.core.openid import OpenidSettings
from servicebalie.core.vocabulary import Role
from servicebalie.db import Database
from servicebalie.http.openid import Provider
from servicebalie.http.runtime import EXTENSION
from servicebalie.http.sign_in import COOKIE as SESSION_COOKIE
from servicebalie.models.accounts import User
from servicebalie.services.desks import find_desk
from servicebalie.services.users import close_user
from servicebalie.web.openid import CALLBACK, COOKIE
from tests.support.network import free_port
from tests.support.newcomer_desk import settings_for
from tests.support.openid_provider import RealProvider, path_of
from tests.support.workplace import open_small_desk
from tests.web.plain_browser import Page, PlainBrowser

SLUG = "openid"
ACCOUNT, INBOX = "Your account", "Questions for you"


@dataclass(frozen=True, slots=True)
class House:
    """A desk whose people have accounts at a provider, and its pages."""

    app: Flask
    database: Database
    provider: RealProvider

    def with_provider(self, settings: OpenidSettings) -> None:
        """Go on with other settings for the provider, which was not asked for anything before."""
        old = self.app.extensions[EXTENSION]
        self.app.extensions[EXTENSION] = replace(
            old, openid=Provider(settings, f"http://127.0.0.1{CALLBACK}")
        )

    def browser(self) -> "Visitor":
        """Return a browser that was not here before."""
        return Visitor(self, PlainBrowser(self.app.test_client()))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a browser who goes to and fro between us and the provider."""

    house: House
    browser: PlainBrowser

    def begin(self, more: str = "") -> str:
        """Press the button on the page for signing in, and return the address at the provider."""
        answer = self.browser._client.get(f"/en/sign-in/openid{more}")
        assert answer.status_code == 303
        return answer.headers["Location"]

    def back(self, subject: str, more: str = "") -> str:
        """Sign in at the provider and return the address with which that sends the browser back."""
        return path_of(self.house.provider.sign_in(self.begin(more), subject))

    def sign_in(self, subject: str, more: str = "") -> Page:
        """Sign in, and return the page to which all of that leads."""
        return self.arrive(self.back(subject, more))

    def arrive(self, back: str) -> Page:
        """Come back from the provider, and follow where the page leads by itself."""
        answer = self.browser._client.get(back, follow_redirects=True)
        leads_on = answer.headers.get("Refresh")
        if leads_on is None:
            return Page(answer.text, answer.status_code)
        return self.browser.get(leads_on.removeprefix("0; url="))


@pytest.fixture(scope="module")
def running(shared_database_url: str, openid_provider: RealProvider) -> Iterator[House]:
    database = Database(shared_database_url)
    open_small_desk(database, SLUG)
    app = create_app(replace(settings_for(shared_database_url), desk=SLUG, openid=openid_provider.settings()))
    yield House(app, database, openid_provider)
    app.extensions[EXTENSION].database.dispose()
    database.dispose()


@pytest.fixture
def house(running: House) -> House:
    """The desk, whose provider is in good order."""
    running.with_provider(running.provider.settings())
    return running


@pytest.mark.parametrize(
    ("group", "role", "heading"),
    [
        ("desk", Role.DESK, ACCOUNT),
        ("library", Role.PARTNER, INBOX),
        ("policy", Role.POLICYMAKER, ACCOUNT),
        ("administrators", Role.ADMINISTRATOR, ACCOUNT),
    ],
)
def test_each_role_signs_in_with_the_account_of_the_organisation(
    house: House, group: str, role: Role, heading: str
) -> None:
    house.provider.knows(f"one-of-{group}", groups=["others", group], name="Anna de Vries")
    visitor = house.browser()
    page = visitor.browser.get("/en/sign-in")
    assert page.one("a", href="/en/sign-in/openid").text == "Sign in with the account of your organisation"
    assert visitor.sign_in(f"one-of-{group}").heading == heading
    assert "Anna de Vries" in visitor.browser.get("/en/account").html
    with house.database.read() as session:
        user = session.scalars(select(User).where(User.subject == f"one-of-{group}")).one()
    assert (user.role, user.cleared, user.issuer) == (role, group == "desk", house.provider.address)
    assert (user.organisation_id is not None) is (role is Role.PARTNER)


def test_one_gets_where_one_wanted_to_be_and_nowhere_else(house: House) -> None:
    house.provider.knows("back", groups="library", name="Bea")
    assert house.browser().sign_in("back", "?return_to=/nl/account").heading == "Uw account"
    assert house.browser().sign_in("back", "?return_to=https://evil.example").heading == INBOX


def test_who_has_other_tasks_now_does_those_and_who_has_none_is_out_everywhere(house: House) -> None:
    house.provider.knows("mover", groups=["library"], name="Mo")
    there = house.browser()
    assert there.sign_in("mover").heading == INBOX
    house.provider.knows("mover", groups=["policy"], name="Mo")
    assert house.browser().sign_in("mover").heading == ACCOUNT
    assert there.browser.get("/en/inbox").status == 403
    house.provider.knows("mover", groups=["choir"], name="Mo")
    page = house.browser().sign_in("mover")
    assert (page.status, "nobody gave you a task at this desk" in page.html) == (400, True)
    assert there.browser.get("/en/account").heading == "Sign in to work with the desk"


def test_what_a_browser_had_open_ends_when_somebody_signs_in_there_again(house: House) -> None:
    house.provider.knows("again", groups=["desk"])
    visitor = house.browser()
    visitor.sign_in("again")
    client = visitor.browser._client
    before = client.get_cookie(SESSION_COOKIE)
    back = visitor.back("again")
    # As browsers do on the way from another site.
    client.delete_cookie(SESSION_COOKIE)
    assert visitor.arrive(back).html.count("With the account of your organisation") == 1
    client.set_cookie(SESSION_COOKIE, before.value, secure=True)
    assert visitor.browser.get("/en/account").heading == "Sign in to work with the desk"


def test_who_was_closed_here_stays_out_whatever_the_provider_says(house: House) -> None:
    house.provider.knows("closed", groups=["desk"], name="Cas")
    assert house.browser().sign_in("closed").heading == ACCOUNT
    with house.database.begin() as session:
        user = session.scalars(select(User.id).where(User.subject == "closed")).one()
        close_user(session, find_desk(session, SLUG).id, user, datetime.now(UTC))
    assert "Your account at this desk is closed" in house.browser().sign_in("closed").html


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"nonce": "of another sign-in"}, "cannot be trusted"),
        ({"iss": "https://elsewhere.example"}, "cannot be trusted"),
        ({"aud": ["another-client"]}, "cannot be trusted"),
        ({"exp": 1_700_000_000}, "cannot be trusted"),
        ({"groups": ["elsewhere"]}, "does not know the organisation"),
        ({"groups": []}, "nobody gave you a task"),
    ],
)
def test_a_token_that_is_not_of_this_sign_in_or_says_too_little_lets_nobody_in(
    house: House, claims: dict[str, object], told: str
) -> None:
    house.provider.knows("odd", **{"groups": ["desk"], **claims})
    visitor = house.browser()
    page = visitor.sign_in("odd")
    assert (page.status, told in page.html) == (400, True)
    assert visitor.browser.get("/en/account").heading == "Sign in to work with the desk"


@pytest.mark.parametrize(
    ("claims", "comes_in"),
    [
        ({}, False),
        ({"acr": "loa-high"}, False),
        ({"acr": "loa-low", "amr": ["pwd", "otp"]}, False),
        ({"acr": "loa-high", "amr": ["pwd"]}, False),
        ({"acr": "loa-high", "amr": ["pwd", "otp"]}, True),
    ],
)
def test_a_second_step_is_asked_for_where_the_settings_say_so(
    house: House, claims: dict[str, object], comes_in: bool
) -> None:
    house.with_provider(house.provider.strict_settings())
    house.provider.knows("stepper", groups=["desk"], **claims)
    visitor = house.browser()
    assert "acr_values=loa-high" in visitor.begin()
    page = visitor.sign_in("stepper")
    assert page.heading == ACCOUNT if comes_in else "This desk asks for a second step" in page.html


def test_what_comes_back_must_be_of_the_sign_in_that_this_browser_began_and_comes_once(house: House) -> None:
    house.provider.knows("careful", groups=["desk"])
    begin_again = "was begun in another window. Begin again."
    another = house.browser().back("careful")
    visitor = house.browser()
    assert begin_again in visitor.arrive(another).html
    visitor.begin()
    assert begin_again in visitor.arrive(another).html
    back = visitor.back("careful")
    cookie = visitor.browser._client.get_cookie(COOKIE)
    assert visitor.arrive(back).heading == ACCOUNT
    assert begin_again in visitor.arrive(back).html
    visitor.browser._client.set_cookie(COOKIE, cookie.value, secure=True)
    assert begin_again in visitor.arrive(back).html


def test_a_sign_in_that_takes_too_long_begins_again(house: House) -> None:
    house.provider.knows("slow", groups=["desk"])
    visitor = house.browser()
    back = visitor.back("slow")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert "took too long" in visitor.arrive(back).html


def test_an_answer_of_another_issuer_and_a_refusal_are_told(house: House) -> None:
    house.provider.knows("mixed", groups=["desk"])
    visitor = house.browser()
    mixed = visitor.arrive(f"{visitor.back('mixed')}&iss=https://elsewhere.example")
    assert "cannot be trusted" in mixed.html
    state = visitor.back("mixed").partition("state=")[2].partition("&")[0]
    refused = visitor.arrive(f"{CALLBACK}?error=access_denied&state={state}")
    assert "Your organisation did not sign you in" in refused.html


def test_a_provider_that_is_away_or_another_is_told_and_other_ways_stay(house: House) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    for issuer in (nobody, f"{house.provider.address}/"):
        house.with_provider(replace(house.provider.settings(), issuer=issuer))
        for _ in range(2):
            page = house.browser().browser.get("/en/sign-in/openid")
            assert "The sign-in of your organisation does not answer" in page.html
            assert page.all("input", name="token")


def test_signing_out_here_leads_to_signing_out_there(house: House) -> None:
    house.provider.knows("leaver", groups=["library"])
    visitor = house.browser()
    visitor.sign_in("leaver")
    page = visitor.browser.post("/en/sign-out", {})
    assert page.one("a")["href"] == "/en/signed-out"
    (there,) = visitor.browser.get("/en/signed-out").all("a", href="/en/sign-out/openid")
    answer = visitor.browser._client.get(there["href"])
    assert answer.headers["Location"].startswith(f"{house.provider.address}/oauth2/end_session?client_id=")
    assert "post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%2Fsign-in" in answer.headers["Location"]
    assert visitor.browser.get("/sign-in", **{"Accept-Language": "nl"}).heading.startswith("Inloggen")


def test_without_a_provider_there_is_no_such_way_to_sign_in(house: House) -> None:
    house.app.extensions[EXTENSION] = replace(house.app.extensions[EXTENSION], openid=None)
    browser = house.browser().browser
    assert not browser.get("/en/sign-in").all("a", href="/en/sign-in/openid")
    assert browser.get("/en/sign-in/openid").status == 404
    assert browser.get("/en/sign-out/openid").status == 404


def test_the_cookie_between_going_and_coming_back_is_lax_and_short(house: House) -> None:
    answer = house.app.test_client().get("/en/sign-in/openid")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"):
        assert attribute in cookie
    assert "code_challenge_method=S256" in answer.headers["Location"]


def test_a_page_of_another_site_signs_nobody_in(house: House) -> None:
    led = house.app.test_client().get("/en/sign-in/openid", headers={"Sec-Fetch-Site": "cross-site"})
    assert led.status_code == 403
    assert "Set-Cookie" not in led.headers

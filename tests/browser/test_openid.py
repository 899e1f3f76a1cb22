"""Signing in at a provider on another site and coming back, in a browser that is strict with cookies."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from servicebalie.http.openid import Provider
from servicebalie.http.runtime import EXTENSION
from servicebalie.web.openid import CALLBACK
from tests.browser.accessible import CHECKS
from tests.support.openid_provider import RealProvider

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / "var" / "screenshots"


def look(page: Page, name: str) -> None:
    """Keep a picture of the page, and find nothing on it that keeps somebody from using it."""
    page.screenshot(path=PICTURES / f"openid-{name}.png", full_page=True)
    faults = {check: find(page) for check, find in CHECKS.items() if check != "keyboard"}
    assert {check: found for check, found in faults.items() if found} == {}


def sign_in(page: Page, address: str) -> None:
    """Ask for the account, press the button, and sign in where that leads."""
    page.goto(f"{address}/nl/account")
    page.click("main .button >> nth=0")
    page.fill("input[name=sub]", "anna")
    page.locator("input[name=sub]").press("Enter")
    expect(page.locator("h1")).to_have_text("Uw account")


def test_from_the_button_to_the_account_and_out_again(
    page: Page, address: str, app: Flask, openid_provider: RealProvider
) -> None:
    # Another port of this host would be the same site; another name of it is not.
    provider = RealProvider(openid_provider.address.replace("127.0.0.1", "localhost"))
    settings = replace(provider.settings(), issuer=provider.address)
    app.extensions[EXTENSION] = replace(
        app.extensions[EXTENSION], openid=Provider(settings, f"{address}{CALLBACK}"), public_address=address
    )
    provider.knows("anna", groups=["desk"], name="Anna de Vries")
    with page.context.browser.new_context() as elsewhere:
        sign_in(elsewhere.new_page(), address)
    page.goto(f"{address}/nl/account")
    expect(page.locator("h1")).to_have_text("Inloggen om met de balie te werken")
    look(page, "sign-in")
    sign_in(page, address)
    assert page.url == f"{address}/nl/account"
    expect(page.locator("main")).to_contain_text("Anna de Vries")
    expect(page.locator("main")).to_contain_text("Met het account van uw organisatie")
    look(page, "account")
    page.click(".way-out button")
    expect(page.locator("h1")).to_have_text("U bent hier uitgelogd")
    look(page, "signed-out")
    page.click("main .button")
    page.wait_for_url(f"{provider.address}/oauth2/end_session**")
    page.goto(f"{address}/nl/account")
    expect(page.locator("h1")).to_have_text("Inloggen om met de balie te werken")
    page.goto(f"{address}{CALLBACK}")
    expect(page.locator(".faults")).to_contain_text("Begin again")
    look(page, "begin-again")

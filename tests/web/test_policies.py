"""Every address there is answers with a policy that lets in nothing that is not ours, and nothing inline."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.web.plain_browser import Page, PlainBrowser
from tests.web.test_ask import STORES_NOTHING, fill_in

NOT_LET_IN = re.compile(r"unsafe-|\*|https?:|blob:|strict-dynamic")
ARGUMENT = re.compile(r"<(?:(\w+)(?:\((\w+).*?\))?:)?\w+>")
"""An argument in an address: its converter, if any, and the first value of that."""

DOCS = "/api/v1/docs"
"""The description of the API, whose program sets styles on elements."""

FITTING = {"locale": "en", "int": "1"}


def policy_of(header: str) -> dict[str, list[str]]:
    """Return the sources of each directive."""
    directives = (directive.split() for directive in header.split(";"))
    return {name: sources for name, *sources in directives}


def address_of(rule: Rule) -> str:
    """Return an address that the rule is for; most of them name nothing that exists."""
    return ARGUMENT.sub(lambda found: FITTING.get(found[1], found[2] or "check"), rule.rule)


@STORES_NOTHING
def test_every_address_has_a_policy_without_exceptions(app: Flask) -> None:
    client = app.test_client()
    loose = {}
    for rule in app.url_map.iter_rules():
        if rule.rule == DOCS:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            with client.open(address_of(rule), method=method) as response:
                policy = response.headers["Content-Security-Policy"]
                if policy_of(policy)["default-src"] != ["'none'"] or NOT_LET_IN.search(policy):
                    loose[f"{method} {rule}"] = policy
                if response.mimetype == "text/html":
                    assert policy_of(policy)["base-uri"] == policy_of(policy)["frame-ancestors"] == ["'none'"]
                    assert policy_of(policy)["form-action"] == ["'self'"]
    assert loose == {}


def inline_parts(page: Page) -> list[str]:
    """Return what the policy would not let run or show."""
    written_in = [
        element.tag for element in page.elements if element.tag in {"script", "style"} and element.text
    ]
    handlers = [
        f"{element.tag} {name}"
        for element in page.elements
        for name in element.attributes
        if name == "style" or name.startswith("on")
    ]
    return [*written_in, *handlers]


@STORES_NOTHING
@pytest.mark.parametrize("locale", ["en", "ar"])
def test_no_page_of_the_newcomer_holds_script_or_style_of_its_own(
    browser_of_newcomer: PlainBrowser, locale: str
) -> None:
    browser = browser_of_newcomer
    pages = [browser.get(f"/{locale}{path}") for path in ("", "/privacy", "/return", "/ask", "/nothing-here")]
    pages += [browser.get("/"), fill_in(browser, locale, topic="health"), browser.send(), browser.send()]
    assert {page.status for page in pages} == {200, 404}
    assert [inline_parts(page) for page in pages] == [[]] * len(pages)

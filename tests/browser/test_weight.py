"""What a phone must fetch for each page for newcomers, from the server as it is run, with nothing kept."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from servicebalie.app import create_app
from servicebalie.db import Database
from tests.browser.newcomer_walk import every_page
from tests.support.newcomer_desk import settings_for

pytestmark = pytest.mark.browser

MOST_BYTES = 60_000
FOR_NEWCOMERS = ("start", "ask", "confirmation", "returning", "own_visit", "own_decisions")


@dataclass
class Fetched:
    """What was fetched for one page: bytes with all headers, and where from."""

    act: tuple[str, str]
    bytes: int = 0
    addresses: list[str] = field(default_factory=list)


class Wire:
    """Listens to the browser, which keeps nothing from one page to the next."""

    def __init__(self, page: Page) -> None:
        self.pages: list[Fetched] = []
        self._wanted_by: dict[str, Fetched] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._begin)
        session.on("Network.loadingFinished", self._end)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _begin(self, event: dict[str, Any]) -> None:
        request, identity = event["request"], event["requestId"]
        if "redirectResponse" in event:
            self._wanted_by[identity].bytes += event["redirectResponse"]["encodedDataLength"]
        elif event["type"] == "Document":
            self.pages.append(Fetched((request["method"], urlsplit(request["url"]).path)))
        self.pages[-1].addresses.append(request["url"])
        self._wanted_by[identity] = self.pages[-1]

    def _end(self, event: dict[str, Any]) -> None:
        self._wanted_by[event["requestId"]].bytes += event["encodedDataLength"]


@pytest.mark.parametrize("tag", ["pl", "ar"])
def test_every_page_is_under_60_kilobytes_all_in_and_asks_nobody_else(
    page: Page, real_server: str, sqlite_database_url: str, tag: str
) -> None:
    wire = Wire(page)
    database = Database(sqlite_database_url)
    for _ in every_page(page, real_server, tag, database):
        page.wait_for_load_state("networkidle")
    database.dispose()
    for path in ("ask/check", "return/reply"):
        page.goto(f"{real_server}/{tag}/{path}")
        page.wait_for_load_state("networkidle")
    # A browser that goes on to the next page may break off the last of what it fetches.
    whole = [fetched for fetched in wire.pages if len(fetched.addresses) >= 4 and fetched.bytes > 3_000]
    assert len(whole) >= 0.9 * len(wire.pages), wire.pages
    assert {fetched.act: fetched.bytes for fetched in wire.pages if fetched.bytes > MOST_BYTES} == {}
    elsewhere = {address for fetched in wire.pages for address in fetched.addresses} - {
        address for fetched in wire.pages for address in fetched.addresses if address.startswith(real_server)
    }
    assert {address for address in elsewhere if not address.startswith("data:")} == set()
    assert pages_for_newcomers(sqlite_database_url) - visited(sqlite_database_url, wire) == set()


def pages_for_newcomers(database_url: str) -> set[str]:
    """Return the names of all pages that there are for newcomers."""
    return {
        rule.endpoint
        for rule in create_app(settings_for(database_url)).url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in FOR_NEWCOMERS
    }


def visited(database_url: str, wire: Wire) -> set[str]:
    """Return the names of the pages that were fetched."""
    addresses = create_app(settings_for(database_url)).url_map.bind("127.0.0.1")
    found = [addresses.test(path, method) for method, path in (fetched.act for fetched in wire.pages)]
    assert False in found, "a page that does not exist was to be fetched as well"
    acts = [fetched.act for fetched in wire.pages if addresses.test(fetched.act[1], fetched.act[0])]
    return {addresses.match(path, method)[0] for method, path in acts}

"""Who asks too much is told when there is a turn again, and others are not shut out by that."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from servicebalie.core.limits import HOUR, Limit, Pace, RequestLimits
from servicebalie.http.runtime import EXTENSION, Runtime
from servicebalie.services.intake import NewQuestion
from servicebalie.turns import TurnsInMemory
from tests.support.newcomer_desk import app_with_desk, hand_over_to_partner
from tests.support.return_codes import AskedVisit, asked, workplace
from tests.web.plain_browser import Page

HERE, NEXT_DOOR, ELSEWHERE = "203.0.113.7", "203.0.113.8", "198.51.100.1"
REFERRALS = "/api/v1/referrals"


def limits(token: int = 100, address: int = 100, network: int = 100, code: int = 100) -> RequestLimits:
    """Return limits that say how much there may be in an hour."""
    paces = (Pace(acts, HOUR) for acts in (token, address, network, code))
    return RequestLimits(*paces, Limit("wrong-tokens", per_address=2, per_network=3))


class Desk:
    """The application, with limits that a test sets, and one partner and one visit."""

    def __init__(self, app: Flask, token: str, visit: AskedVisit) -> None:
        self.app, self.token, self.visit = app, token, visit
        self.own = self.runtime
        self._client = app.test_client(use_cookies=False)

    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self.app.extensions[EXTENSION]
        return runtime

    def limited_to(self, chosen: RequestLimits) -> None:
        """Begin anew with other limits."""
        self.app.extensions[EXTENSION] = replace(
            self.runtime, request_limits=chosen, turns=TurnsInMemory(lambda: 1000.0)
        )

    def get(self, path: str, origin: str = HERE, token: str | None = None, **headers: str) -> TestResponse:
        """Ask for something from an address."""
        sender = {"Authorization": f"Bearer {token}"} if token else {}
        response = self._client.get(path, headers=sender | headers, environ_base={"REMOTE_ADDR": origin})
        response.get_data()
        response.close()
        return response

    def post(self, path: str, fields: dict[str, str], origin: str = HERE) -> TestResponse:
        """Post a form from an address."""
        return self._client.post(path, data=fields, environ_base={"REMOTE_ADDR": origin})

    def statuses(self, count: int, path: str, origin: str = HERE, token: str | None = None) -> list[int]:
        """Ask for something several times."""
        return [self.get(path, origin, token).status_code for _ in range(count)]


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    directory = tmp_path_factory.mktemp("limits") / "database"
    shutil.copytree(sqlite_template, directory)
    app, database = app_with_desk(f"sqlite:///{directory}/desk.sqlite")
    token = hand_over_to_partner(database)
    visit = asked(workplace(app, database), database, NewQuestion("bsn", "Hoe kom ik aan een nummer?"))
    desk = Desk(app, token, visit)
    yield desk
    desk.own.database.dispose()
    database.dispose()


@pytest.fixture
def desk(made: Desk) -> Desk:
    # Tests elsewhere may have used the same application meanwhile.
    made.app.extensions[EXTENSION] = made.own
    made.limited_to(limits())
    return made


def test_pages_count_for_the_address_and_its_network_and_nobody_elsewhere_is_shut_out(desk: Desk) -> None:
    desk.limited_to(limits(address=2, network=3))
    assert desk.statuses(3, "/en") == [200, 200, 429]
    assert desk.statuses(2, "/en", NEXT_DOOR) == [200, 429]
    assert desk.statuses(1, "/en", ELSEWHERE) == [200]
    assert desk.statuses(1, "/static/servicebalie.css") == [200]


def test_who_asks_too_much_of_the_api_is_told_when_there_is_a_turn_again_in_the_own_language(
    desk: Desk,
) -> None:
    desk.limited_to(limits(address=2))
    assert desk.statuses(2, "/api/v1/nothing") == [404, 404]
    refused = desk.get("/api/v1/nothing", **{"Accept-Language": "nl"})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "1800"
    assert refused.headers["RateLimit-Policy"] == '"address";q=2;w=3600'
    assert refused.headers["RateLimit"] == '"address";r=0;t=1800'
    assert refused.json is not None
    assert refused.json["code"] == "too-many-requests"
    assert (
        refused.json["detail"]
        == "Er kwamen te veel verzoeken tegelijk. Probeer het na 1800 seconden opnieuw."
    )


def test_a_token_counts_for_itself_wherever_it_comes_from(desk: Desk) -> None:
    assert desk.statuses(1, REFERRALS, token=desk.token) == [200]
    desk.limited_to(limits(token=2, address=1))
    assert desk.statuses(1, "/en") == [200]
    assert desk.statuses(1, "/en") == [429]
    assert desk.statuses(1, REFERRALS, token=desk.token) == [200]
    assert desk.statuses(2, REFERRALS, ELSEWHERE, desk.token) == [200, 429]


def test_wrong_tokens_have_a_strict_limit_and_right_ones_go_on(desk: Desk) -> None:
    assert desk.statuses(3, REFERRALS, token="sb_wrong") == [401, 401, 429]
    assert desk.statuses(2, REFERRALS, NEXT_DOOR, "sb_wrong") == [401, 429]
    assert desk.statuses(2, REFERRALS, token=desk.token) == [200, 200]
    assert desk.statuses(1, REFERRALS, ELSEWHERE, "sb_wrong") == [401]


def test_one_return_code_has_a_limit_of_its_own_and_the_page_keeps_what_was_typed(desk: Desk) -> None:
    desk.limited_to(limits(code=1))
    code = {"code": desk.visit.code}
    assert desk.post("/en/return", code).status_code == 200
    reference = desk.visit.questions[0].reference
    reply = f"reply-{reference}"
    refused = desk.post(
        "/en/return/reply", {**code, "question": reference, reply: 'A "reply" <b>'}, ELSEWHERE
    )
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert "RateLimit" not in refused.headers
    page = Page(refused.text, 429)
    assert page.form["question"] == reference
    assert "A &#34;reply&#34; &lt;b&gt;</textarea>" in refused.text
    assert "Please wait a few minutes" in page.one("main").text


def test_only_our_own_proxies_say_from_where_somebody_comes(desk: Desk) -> None:
    desk.limited_to(limits(address=1))
    for forwarded in ("192.0.2.1", "192.0.2.2"):
        desk.get("/en", **{"X-Forwarded-For": forwarded})
    assert desk.get("/en", **{"X-Forwarded-For": "192.0.2.3"}).status_code == 429
    desk.app.extensions[EXTENSION] = replace(desk.runtime, trusted_proxies=(ip_network(HERE),))
    desk.limited_to(limits(address=1))
    assert [
        desk.get("/en", **{"X-Forwarded-For": one}).status_code for one in ("192.0.2.1", "192.0.2.2")
    ] == [
        200,
        200,
    ]

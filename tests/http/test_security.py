"""What protects every answer, whichever it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from servicebalie.app import create_app
from servicebalie.config import Protection
from servicebalie.http.runtime import EXTENSION
from tests.support.newcomer_desk import settings_for

HOST = {"Host": "desk.example.org"}
CONTACTS = ("mailto:security@example.org", "https://example.org/report")


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    """The application as a server has it; nothing here needs its database."""
    settings = replace(
        settings_for("sqlite:///unused.sqlite"),
        public_address="https://desk.example.org",
        trusted_hosts=("desk.example.org",),
        protection=Protection(contacts=CONTACTS, policy="https://example.org/policy"),
    )
    app = create_app(settings)
    yield app
    app.extensions[EXTENSION].database.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


@pytest.mark.parametrize("host", ["evil.example", "desk.example.org.evil.example", "127.0.0.1", "a b"])
@pytest.mark.parametrize("path", ["/en/nothing", "/api/v1/nothing"])
def test_who_asks_for_another_host_gets_nothing(client: FlaskClient, host: str, path: str) -> None:
    response = client.get(path, headers={"Host": host, "X-Forwarded-Host": "desk.example.org"})
    assert response.status_code == 400
    assert host not in response.text


@pytest.mark.parametrize("path", ["/en/nothing", "/api/v1/nothing", "/.well-known/security.txt"])
def test_every_answer_is_protected(client: FlaskClient, path: str) -> None:
    headers = client.get(path, headers=HOST).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_without_tls_nobody_is_told_to_insist_on_it() -> None:
    app = create_app(settings_for("sqlite:///unused.sqlite"))
    headers = app.test_client().get("/en/nothing").headers
    app.extensions[EXTENSION].database.dispose()
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize(
    "path", ["/en/ask/check", "//evil.example", "/en//ask", "/en/ask//evil.example", "/en/"]
)
def test_nobody_is_led_to_another_site_or_away_from_tls(client: FlaskClient, path: str) -> None:
    response = client.get(
        "/", headers=HOST, environ_overrides={"PATH_INFO": path, "QUERY_STRING": "next=//evil.example"}
    )
    assert (response.status_code, response.headers.get("Location")) in {(302, "/en/ask"), (404, None)}


@time_machine.travel(datetime(2026, 12, 3, 14, 5, tzinfo=UTC), tick=False)
def test_who_found_a_weakness_is_told_where_to_write(client: FlaskClient) -> None:
    response = client.get("/.well-known/security.txt", headers=HOST)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        "Contact: mailto:security@example.org",
        "Contact: https://example.org/report",
        "Expires: 2027-01-02T00:00:00Z",
        "Preferred-Languages: nl, en",
        "Canonical: https://desk.example.org/.well-known/security.txt",
        "Policy: https://example.org/policy",
    ]


def test_without_a_contact_there_is_no_such_file(app: Flask, client: FlaskClient) -> None:
    runtime = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(runtime, security_text=None)
    assert client.get("/.well-known/security.txt", headers=HOST).status_code == 404
    app.extensions[EXTENSION] = runtime

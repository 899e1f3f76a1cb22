"""Our own requests go where they may, whatever the name of a server is made to mean."""

import socket
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
import requests

from servicebalie.worker.outgoing import guarded_session
from servicebalie.worker.transports import NotSent
from tests.worker.translation_server import Interpreter, translation_server

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Interpreter]:
    """A server on this machine, and a proxy that must not be asked for it."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    with translation_server() as interpreter:
        yield interpreter


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names mean, each time that somebody asks: the next of these addresses."""
    meanings: dict[str, list[str]] = {}
    really = socket.getaddrinfo

    def answer(host: str, port: int, *args: Any, **options: Any) -> Any:
        if host not in meanings:
            return really(host, port, *args, **options)
        address = meanings[host].pop(0)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return meanings


def port_of(server: Interpreter) -> str:
    return server.address.rpartition(":")[2]


def test_a_server_beside_us_is_reached_without_tls_and_without_a_proxy(server: Interpreter) -> None:
    with guarded_session().get(f"{server.address}/languages", timeout=5) as response:
        assert response.status_code == 200


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://hook.example", "10.0.0.7"),
        ("https://hook.example", "127.0.0.1"),
        ("https://hook.example", "169.254.169.254"),
        ("https://hook.example", "::1"),
        ("https://hook.example", "::ffff:10.0.0.7"),
        ("http://translator", "169.254.169.254"),
        ("http://translator", "93.184.216.34"),
    ],
)
def test_no_connection_is_made_to_where_none_may_go(
    names: dict[str, list[str]], url: str, address: str
) -> None:
    names[url.rpartition("/")[2]] = [address]
    with pytest.raises(NotSent) as refused:
        guarded_session().get(url, timeout=5)
    assert refused.value.failure == "address-not-allowed"


def test_the_connection_goes_to_the_address_that_was_checked(
    server: Interpreter, names: dict[str, list[str]]
) -> None:
    # Who answers for the name says something else the second time; nobody asks a second time.
    names["translator"] = ["127.0.0.1", "169.254.169.254"]
    with guarded_session().get(f"http://translator:{port_of(server)}/languages", timeout=5) as response:
        assert response.request.headers.get("Host") is None
        assert response.status_code == 200
    assert names["translator"] == ["169.254.169.254"]


def test_a_private_address_over_tls_is_reached_where_the_settings_allow_its_network(
    server: Interpreter, names: dict[str, list[str]]
) -> None:
    names["inside.example"] = ["127.0.0.1"]
    # The server speaks no TLS, which is found out only by whoever is connected.
    with pytest.raises(requests.exceptions.SSLError):
        guarded_session(LOOPBACK).get(f"https://inside.example:{port_of(server)}/languages", timeout=5)


def test_a_name_that_nobody_knows_is_a_server_that_is_away(names: dict[str, list[str]]) -> None:
    with pytest.raises(requests.ConnectionError):
        guarded_session().get("http://translator.invalid/", timeout=5)

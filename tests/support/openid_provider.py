"""A real OpenID provider on the loopback address, and somebody who signs in there with a browser."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests

from scripts.processes import start, stop, wait_until_it_answers
from servicebalie.core.openid import OpenidSettings, RoleRule
from servicebalie.core.vocabulary import Role
from tests.support.network import free_port


@dataclass(frozen=True, slots=True)
class RealProvider:
    """The provider at this address; it signs anybody in without a password, with the claims they have."""

    address: str

    def knows(self, subject: str, **claims: object) -> None:
        """Let it say this of somebody from now on, also of itself, such as `iss`."""
        requests.put(f"{self.address}/users/{subject}", json=claims, timeout=5).raise_for_status()

    def sign_in(self, address: str, subject: str) -> str:
        """Sign somebody in on the page at this address, and return where that leads."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=5)
        assert answer.status_code in {302, 303}, answer.text
        return answer.headers["Location"]

    def settings(self) -> OpenidSettings:
        """Return the settings of a desk that lets its people sign in here."""
        return OpenidSettings(
            issuer=self.address,
            client_id="servicebalie",
            client_secret="a secret of the tests",
            scopes=("openid", "profile"),
            claim="groups",
            rules=(
                RoleRule("desk", Role.DESK, cleared=True),
                RoleRule("library", Role.PARTNER, organisation="Library Eindhoven"),
                RoleRule("policy", Role.POLICYMAKER),
                RoleRule("administrators", Role.ADMINISTRATOR),
                RoleRule("elsewhere", Role.PARTNER, organisation="Bakery"),
            ),
            acr=(),
            amr=(),
            clock_tolerance=timedelta(seconds=60),
        )

    def strict_settings(self) -> OpenidSettings:
        """Return settings that ask for a second factor too."""
        return replace(self.settings(), acr=("loa-high",), amr=("otp", "hwk"))


@pytest.fixture(scope="session")
def openid_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealProvider]:
    """A provider in a process of its own, because it stands on code that warns."""
    directory, port = tmp_path_factory.mktemp("openid"), free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    program = start("openid", command, directory=directory, log=directory / "log", settings={})
    try:
        wait_until_it_answers(program, port, "/.well-known/openid-configuration")
        yield RealProvider(f"http://127.0.0.1:{port}")
    finally:
        stop([program])


def path_of(address: str) -> str:
    """Return the path and the query of an address."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path

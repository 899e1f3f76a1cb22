"""The settings of signing in at a provider; wrong ones stop the start."""

from datetime import timedelta
from pathlib import Path

import pytest

from servicebalie.config import InvalidSetting, Settings
from servicebalie.core.limits import SessionLimits
from servicebalie.core.vocabulary import Role
from tests.config.test_settings import PRODUCTION

RULES = '[[rule]]\nvalue = "desk"\nrole = "desk"\n'
OIDC = {
    "SERVICEBALIE_OIDC_ISSUER": "https://id.example.org/realms/town",
    "SERVICEBALIE_OIDC_CLIENT_ID": "servicebalie",
    "SERVICEBALIE_OIDC_CLIENT_SECRET_FILE": "client-secret",
    "SERVICEBALIE_OIDC_ROLES_FILE": "roles.toml",
}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("roles.toml").write_text(RULES, encoding="utf-8")
    Path("wrong.toml").write_text("[[rule]]", encoding="utf-8")
    Path("client-secret").write_text("a secret\n", encoding="utf-8")
    Path("empty").write_text("\n", encoding="utf-8")


def test_nobody_signs_in_elsewhere_unless_a_provider_is_named() -> None:
    assert Settings.from_env(PRODUCTION).openid is None


def test_a_provider_is_taken_as_it_is_named() -> None:
    openid = Settings.from_env(PRODUCTION | OIDC).openid
    assert openid is not None
    assert (openid.issuer, openid.client_secret) == (OIDC["SERVICEBALIE_OIDC_ISSUER"], "a secret")
    assert (openid.scopes, openid.claim, openid.acr, openid.amr) == (("openid", "profile"), "roles", (), ())
    assert [rule.role for rule in openid.rules] == [Role.DESK]
    assert openid.clock_tolerance == timedelta(seconds=60)
    assert "a secret" not in repr(openid)


def test_on_a_laptop_the_provider_may_be_beside_us() -> None:
    openid = Settings.from_env(OIDC | {"SERVICEBALIE_OIDC_ISSUER": "http://127.0.0.1:9400"}).openid
    assert openid is not None


@pytest.mark.parametrize("missing", OIDC)
def test_a_provider_that_is_named_by_half_stops_the_start(missing: str) -> None:
    half = {name: value for name, value in OIDC.items() if name != missing}
    with pytest.raises(InvalidSetting) as refused:
        Settings.from_env(PRODUCTION | half)
    assert refused.value.params["name"] == missing.removesuffix("_FILE" if "SECRET" in missing else "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVICEBALIE_OIDC_ISSUER", "http://id.example.org"),
        ("SERVICEBALIE_OIDC_ISSUER", "http://127.0.0.1:9400"),
        ("SERVICEBALIE_OIDC_ISSUER", "https://id.example.org/?x=y"),
        ("SERVICEBALIE_PUBLIC_ADDRESS", "http://desk.example.org"),
        ("SERVICEBALIE_OIDC_ROLES_FILE", "nowhere.toml"),
        ("SERVICEBALIE_OIDC_ROLES_FILE", "wrong.toml"),
        ("SERVICEBALIE_OIDC_CLOCK_SECONDS", "301"),
    ],
)
def test_a_provider_that_cannot_be_trusted_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        Settings.from_env(PRODUCTION | OIDC | {name: value})
    assert refused.value.params["name"] == name


@pytest.mark.parametrize("issuer", ["http://127.0.0.1.example.org", "http://localhost.example.org:80"])
def test_a_host_that_only_looks_like_this_machine_is_none(issuer: str) -> None:
    with pytest.raises(InvalidSetting):
        Settings.from_env(OIDC | {"SERVICEBALIE_OIDC_ISSUER": issuer})


def test_an_empty_secret_stops_the_start() -> None:
    with pytest.raises(InvalidSetting):
        Settings.from_env(PRODUCTION | OIDC | {"SERVICEBALIE_OIDC_CLIENT_SECRET_FILE": "empty"})


def test_how_long_one_stays_signed_in_can_be_set_within_reason() -> None:
    given = {"SERVICEBALIE_SESSION_HOURS": "8", "SERVICEBALIE_SESSION_IDLE_MINUTES": "20"}
    assert Settings.from_env(given).sessions == SessionLimits(timedelta(hours=8), timedelta(minutes=20))
    for name, value in (("SESSION_HOURS", "169"), ("SESSION_IDLE_MINUTES", "721"), ("SESSION_HOURS", "0")):
        with pytest.raises(InvalidSetting) as refused:
            Settings.from_env({f"SERVICEBALIE_{name}": value})
        assert refused.value.params["name"] == f"SERVICEBALIE_{name}"

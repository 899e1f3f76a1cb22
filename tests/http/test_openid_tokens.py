"""Which ID tokens are believed, as providers change their keys and attackers choose their own."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from servicebalie.core.openid import OpenidSettings
from servicebalie.http import openid
from servicebalie.http.openid import ASKED_AGAIN_AFTER, NotTrusted, Provider, Secrets

NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)
ISSUER = "https://id.example"
SETTINGS = OpenidSettings(ISSUER, "us", "secret", ("openid",), "roles", (), (), (), timedelta(seconds=60))
SECRETS = Secrets("state", "nonce", "verifier")
OLD, NEW = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("old", "new"))
CLAIMS = {"iss": ISSUER, "sub": "anna", "aud": "us", "nonce": "nonce"}


class Wire:
    """A provider that publishes one key, and sends whatever token it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.key = OLD
        self.token = ""
        self.provider = Provider(SETTINGS, "https://desk.example/sign-in/openid/callback")
        monkeypatch.setattr(openid, "_get", self._get)
        monkeypatch.setattr(Provider, "_redeem", lambda *_: {"id_token": self.token})

    def sign_in(self, now: datetime = NOW) -> str:
        """Return who comes back from the provider at this moment."""
        return str(self.provider.claims({"state": "state", "code": "code"}, SECRETS, now)["sub"])

    def _get(self, address: str) -> dict[str, Any]:
        if address.endswith("/keys"):
            return dict(KeySet([self.key]).as_dict(private=False))
        ends = {name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint")}
        algorithms = {"id_token_signing_alg_values_supported": ["ES256", "HS256", "none"]}
        return {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys", **ends, **algorithms}


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


def signed(key: ECKey, at: datetime = NOW, **more: object) -> str:
    """Return a token of ten minutes that the provider signs with this key."""
    moment = int(at.timestamp())
    claims = {**CLAIMS, "iat": moment, "exp": moment + 600, **more}
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)


def test_a_key_that_is_new_is_asked_for_but_not_again_and_again(wire: Wire) -> None:
    wire.token = signed(OLD)
    assert wire.sign_in() == "anna"
    wire.key, wire.token = NEW, signed(NEW)
    with pytest.raises(NotTrusted):
        wire.sign_in(NOW + ASKED_AGAIN_AFTER - timedelta(seconds=1))
    assert wire.sign_in(NOW + ASKED_AGAIN_AFTER) == "anna"


@pytest.mark.parametrize("off", [-61, 661])
def test_clocks_may_differ_by_a_minute_and_no_more(wire: Wire, off: int) -> None:
    wire.token = signed(OLD)
    nearer = off + 2 if off < 0 else off - 2
    assert wire.sign_in(NOW + timedelta(seconds=nearer)) == "anna"
    with pytest.raises(NotTrusted):
        wire.sign_in(NOW + timedelta(seconds=off))


def test_a_token_that_anybody_can_make_is_not_believed(wire: Wire) -> None:
    moment = int(NOW.timestamp())
    claims = {**CLAIMS, "iat": moment, "exp": moment + 600}
    parts = (urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "none"}, claims))
    unsigned = b".".join((*parts, b"")).decode()
    with_our_secret = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("s" * 32), algorithms=["HS256"])
    by_another = signed(ECKey.generate_key("P-256", {"kid": "old"}))
    for wire.token in (unsigned, with_our_secret, by_another, "", "None"):
        with pytest.raises(NotTrusted):
            wire.sign_in()


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "other"},
        {"nonce": None},
        {"iss": f"{ISSUER}/"},
        {"aud": ["us", "them"]},
        {"azp": "them"},
        {"sub": ""},
        {"sub": "x" * 256},
        {"exp": None},
    ],
)
def test_a_token_for_somebody_else_or_of_another_sign_in_is_not_believed(
    wire: Wire, claims: dict[str, object]
) -> None:
    wire.token = signed(OLD, **claims)
    with pytest.raises(NotTrusted):
        wire.sign_in()

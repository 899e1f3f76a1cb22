"""The OpenID provider of the organisation: where somebody signs in, and what it says who they are.

OpenID Connect Core 1.0, the authorization code flow, with PKCE (RFC 7636) and the check of the issuer that
answers (RFC 9207). This module alone of all that answer requests speaks to another machine (ADR 33).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.openid import OpenidSettings

TIMEOUT = 5
"""Seconds that we wait for the provider."""

KEPT_FOR = timedelta(hours=1)
"""How long what the provider says of itself is believed, so that it is asked once and not at each sign-in."""

ASKED_AGAIN_AFTER = timedelta(minutes=1)
"""How soon its keys are asked for again, when a token was signed with one that we do not know."""

LEFT_ALONE_FOR = timedelta(seconds=10)
"""How long a provider that did not answer is not asked again, so that not all of us wait for it."""

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"})
"""Signatures that only the provider can make; never `none`, and none with a secret that we have too."""


ERRORS = frozenset(
    {
        "access_denied",
        "interaction_required",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unmet_authentication_requirements",
    }
)
"""What a provider says when it does not let somebody in (RFC 6749, 4.1.2.1, and OpenID Connect)."""


class OpenidProblem(ServicebalieError):
    """Signing in with the provider failed; the code says what to do, `step` says where."""

    code = "openid-problem"


class ProviderUnavailable(OpenidProblem):
    """The provider does not answer, or not as OpenID Connect says."""

    code = "openid-unavailable"


class BeginAgain(OpenidProblem):
    """This sign-in was not begun in this browser, was finished already, or took too long."""

    code = "openid-begin-again"


class RefusedThere(OpenidProblem):
    """The provider did not let somebody in."""

    code = "openid-refused"


class NotTrusted(OpenidProblem):
    """What came was not made by our provider, for us, in this sign-in, and now."""

    code = "openid-not-trusted"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What binds one sign-in together: `state` the browser, `nonce` the token, `verifier` the code."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the provider says of itself (OpenID Connect Discovery 1.0, 3), as far as we need it."""

    authorization: str
    token: str
    keys: str
    end_session: str | None
    algorithms: tuple[str, ...]
    sends_issuer: bool
    takes_basic: bool
    read_at: datetime


class Provider:
    """The provider of a deployment; what it says of itself is kept for a while."""

    def __init__(self, settings: OpenidSettings, redirect_uri: str) -> None:
        self.settings = settings
        self._redirect_uri = redirect_uri
        self._down_since: datetime | None = None
        self._metadata: Metadata | None = None
        self._keys: tuple[KeySet, datetime] | None = None

    def authorization_address(self, secrets: Secrets, locale: str, now: datetime) -> str:
        """Return where a browser goes to sign in. Raises `ProviderUnavailable`."""
        metadata = self.metadata(now)
        wishes = {"nonce": secrets.nonce, "ui_locales": locale}
        if self.settings.acr:
            wishes["acr_values"] = " ".join(self.settings.acr)
        with self._client(metadata) as client:
            address, _state = client.create_authorization_url(
                metadata.authorization, state=secrets.state, code_verifier=secrets.verifier, **wishes
            )
        return str(address)

    def claims(self, answer: Mapping[str, str], secrets: Secrets, now: datetime) -> dict[str, Any]:
        """Return what the provider says of who signed in, given what the browser brought back.

        Raises an `OpenidProblem` unless all of it is of this sign-in and of this provider.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), secrets.state.encode()):
            raise BeginAgain(step="state")
        metadata = self.metadata(now)
        issuer = answer.get("iss")
        if issuer != self.settings.issuer and (issuer is not None or metadata.sends_issuer):
            raise NotTrusted(step="issuer")
        if "error" in answer or "code" not in answer:
            # Of what stands in an address only words that we know may go into a log.
            error = answer.get("error", "")
            raise RefusedThere(step=error if error in ERRORS else "authorization")
        token = self._redeem(metadata, answer["code"], secrets.verifier)
        return self._read(metadata, token, secrets.nonce, now)

    def sign_out_address(self, back_to: str, now: datetime) -> str | None:
        """Return where a browser also signs out at the provider, or None where that cannot be done.

        (OpenID Connect RP-Initiated Logout 1.0, without the token, which we do not keep.) Raises
        `ProviderUnavailable`.
        """
        end_session = self.metadata(now).end_session
        if end_session is None:
            return None
        asked = urlencode({"client_id": self.settings.client_id, "post_logout_redirect_uri": back_to})
        return f"{end_session}{'&' if urlsplit(end_session).query else '?'}{asked}"

    def metadata(self, now: datetime) -> Metadata:
        """Return what the provider says of itself. Raises `ProviderUnavailable`."""
        # Two requests at once may both ask; none waits for the other, and the last answer stays.
        kept, down_since = self._metadata, self._down_since
        if kept is not None and now - kept.read_at < KEPT_FOR:
            return kept
        if down_since is not None and now - down_since < LEFT_ALONE_FOR:
            raise ProviderUnavailable(step="left-alone")
        issuer = self.settings.issuer
        try:
            found = _get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            self._metadata = metadata = _metadata(found, issuer, now)
        except ProviderUnavailable:
            self._down_since = now
            raise
        return metadata

    def _redeem(self, metadata: Metadata, code: str, verifier: str) -> dict[str, Any]:
        """Return the tokens for a code, which is good once."""
        try:
            with self._client(metadata) as client:
                return dict(
                    client.fetch_token(
                        metadata.token,
                        grant_type="authorization_code",
                        code=code,
                        code_verifier=verifier,
                        redirect_uri=self._redirect_uri,
                        timeout=TIMEOUT,
                        allow_redirects=False,
                    )
                )
        except AuthlibBaseError as error:
            if error.error == "invalid_grant":
                raise BeginAgain(step="code") from None
            raise ProviderUnavailable(step="token") from None
        except (requests.RequestException, ValueError, TypeError):
            raise ProviderUnavailable(step="token") from None

    def _read(
        self, metadata: Metadata, token: Mapping[str, Any], nonce: str, now: datetime
    ) -> dict[str, Any]:
        """Return the claims of the ID token (OpenID Connect Core 1.0, 3.1.3.7)."""
        issuer, client_id = self.settings.issuer, self.settings.client_id
        options = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": client_id},
            "sub": {"essential": True},
        }
        context = {"nonce": nonce, "client_id": client_id, "access_token": token.get("access_token")}
        try:
            read = self._verified(metadata, str(token.get("id_token")), now)
            claims = CodeIDToken(read.claims, read.header, options, context)
            claims.validate(int(now.timestamp()), int(self.settings.clock_tolerance.total_seconds()))
        except ClaimError as error:
            raise NotTrusted(step=error.claim) from None
        except JoseError as error:
            raise NotTrusted(step=error.error) from None
        except (ValueError, TypeError, KeyError):
            raise NotTrusted(step="id-token") from None
        if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 255:
            raise NotTrusted(step="sub")
        return dict(claims)

    def _verified(self, metadata: Metadata, text: str, now: datetime) -> jwt.Token:
        registry = JWSRegistry(algorithms=list(metadata.algorithms), strict_check_header=False)
        keys, read_at = self._signing_keys(metadata, now)
        try:
            return jwt.decode(text, keys, registry=registry)
        except InvalidKeyIdError:
            if now - read_at < ASKED_AGAIN_AFTER:
                raise
        keys, _ = self._signing_keys(metadata, now, again=True)
        return jwt.decode(text, keys, registry=registry)

    def _signing_keys(
        self, metadata: Metadata, now: datetime, *, again: bool = False
    ) -> tuple[KeySet, datetime]:
        kept = self._keys
        if kept is not None and not again and now - kept[1] < KEPT_FOR:
            return kept
        found: Any = _get(metadata.keys)
        self._keys = read = (KeySet.import_key_set(found), now)
        return read

    def _client(self, metadata: Metadata) -> OAuth2Session:
        way = "basic" if metadata.takes_basic else "post"
        return OAuth2Session(
            self.settings.client_id,
            self.settings.client_secret,
            token_endpoint_auth_method=f"client_secret_{way}",
            scope=" ".join(self.settings.scopes),
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )


def _get(address: str) -> dict[str, Any]:
    """Return the JSON object at an address of the provider, which may not send us elsewhere."""
    try:
        answer = requests.get(address, timeout=TIMEOUT, allow_redirects=False)
        found = answer.json() if answer.status_code == requests.codes.ok else None
    except (requests.RequestException, ValueError):
        found = None
    if not isinstance(found, dict):
        raise ProviderUnavailable(step="metadata")
    return found


def _metadata(found: Mapping[str, Any], issuer: str, now: datetime) -> Metadata:
    """Return the metadata; raises `ProviderUnavailable` when it is another's or not safe."""
    if found.get("issuer") != issuer:
        raise ProviderUnavailable(step="issuer")
    is_safe = urlsplit(issuer).scheme == "https"
    ours = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    for name in ours if found.get("end_session_endpoint") is None else (*ours, "end_session_endpoint"):
        if urlsplit(str(found.get(name))).scheme not in ({"https"} if is_safe else {"https", "http"}):
            raise ProviderUnavailable(step=name)
    algorithms = found.get("id_token_signing_alg_values_supported")
    methods = found.get("token_endpoint_auth_methods_supported")
    return Metadata(
        authorization=str(found["authorization_endpoint"]),
        token=str(found["token_endpoint"]),
        keys=str(found["jwks_uri"]),
        end_session=found.get("end_session_endpoint"),
        algorithms=tuple(ALGORITHMS & {*(algorithms if isinstance(algorithms, list) else ["RS256"])}),
        sends_issuer=found.get("authorization_response_iss_parameter_supported") is True,
        takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods,
        read_at=now,
    )

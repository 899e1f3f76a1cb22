"""How people sign in, and for how long."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from servicebalie.config.environment import InvalidSetting, Mode, read_secret, whole_number, words
from servicebalie.core.limits import (
    SessionLimits,
)
from servicebalie.core.openid import InvalidRoleRules, OpenidSettings, parse_role_rules
from servicebalie.core.vocabulary import SignedInWith
from servicebalie.core.web_addresses import (
    is_on_this_machine,
    is_plain_web_address,
)


def session_limits(env: Mapping[str, str]) -> SessionLimits:
    """Return how long somebody stays signed in, a week at most: a browser is no safe place for longer."""
    limits = SessionLimits(
        longest=timedelta(hours=whole_number(env, "SESSION_HOURS", 12)),
        idle=timedelta(minutes=whole_number(env, "SESSION_IDLE_MINUTES", 60)),
    )
    if limits.longest > timedelta(days=7):
        raise InvalidSetting(name="SERVICEBALIE_SESSION_HOURS", reason="must be 168 (a week) at most")
    if limits.idle > limits.longest:
        raise InvalidSetting(
            name="SERVICEBALIE_SESSION_IDLE_MINUTES",
            reason="must not be longer than SERVICEBALIE_SESSION_HOURS",
        )
    return limits


def ways_to_sign_in(env: Mapping[str, str], mode: Mode) -> frozenset[SignedInWith]:
    """Return the ways to sign in to the pages that are offered.

    Without a setting those are all; on a server all but a token, which is a single factor.
    """
    names = words(env, "SIGN_IN")
    usual = frozenset(SignedInWith)
    if mode is Mode.PRODUCTION:
        usual -= {SignedInWith.TOKEN}
    try:
        return frozenset(SignedInWith(name) for name in names) or usual
    except ValueError:
        known = ", ".join(SignedInWith)
        raise InvalidSetting(name="SERVICEBALIE_SIGN_IN", reason=f"must be some of: {known}") from None


def openid_settings(env: Mapping[str, str], public_address: str, *, embedded: bool) -> OpenidSettings | None:
    """Return the provider of identities, or None when nothing is said of one.

    Who can read or change what goes between it, a browser and us can be anybody, so all of it is encrypted;
    only on a laptop it may be a program beside us.
    """
    if not any(name.startswith("SERVICEBALIE_OIDC_") for name in env):
        return None
    issuer = _get_openid(env, "ISSUER")
    for name, address in (("OIDC_ISSUER", issuer), ("PUBLIC_ADDRESS", public_address)):
        if not is_plain_web_address(address) or not (
            address.startswith("https://") or (embedded and is_on_this_machine(address))
        ):
            raise InvalidSetting(name=f"SERVICEBALIE_{name}", reason="must be https:// to sign in with OIDC")
    roles_file = _get_openid(env, "ROLES_FILE")
    try:
        rules = parse_role_rules(Path(roles_file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise InvalidSetting(name="SERVICEBALIE_OIDC_ROLES_FILE", reason="cannot be read") from None
    except InvalidRoleRules as error:
        reason = str(error.params["reason"])
        raise InvalidSetting(name="SERVICEBALIE_OIDC_ROLES_FILE", reason=reason) from None
    tolerance = whole_number(env, "OIDC_CLOCK_SECONDS", 60, least=0)
    if tolerance > 300:
        raise InvalidSetting(name="SERVICEBALIE_OIDC_CLOCK_SECONDS", reason="must be 300 at most")
    return OpenidSettings(
        issuer=issuer,
        client_id=_get_openid(env, "CLIENT_ID"),
        client_secret=_openid_secret(env),
        scopes=tuple({"openid": 0} | dict.fromkeys(words(env, "OIDC_SCOPES") or ("profile",))),
        claim=env.get("SERVICEBALIE_OIDC_CLAIM") or "roles",
        rules=rules,
        acr=words(env, "OIDC_ACR"),
        amr=words(env, "OIDC_AMR"),
        clock_tolerance=timedelta(seconds=tolerance),
    )


def _get_openid(env: Mapping[str, str], name: str) -> str:
    value = env.get(f"SERVICEBALIE_OIDC_{name}", "").strip()
    if not value:
        raise InvalidSetting(name=f"SERVICEBALIE_OIDC_{name}", reason="must be set to sign in with OIDC")
    return value


def _openid_secret(env: Mapping[str, str]) -> str:
    file = env.get("SERVICEBALIE_OIDC_CLIENT_SECRET_FILE")
    if file:
        content = read_secret(Path(file), "SERVICEBALIE_OIDC_CLIENT_SECRET_FILE")
        env = {"SERVICEBALIE_OIDC_CLIENT_SECRET": content}
    return _get_openid(env, "CLIENT_SECRET")

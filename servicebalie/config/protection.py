"""What protects a deployment on the web."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from servicebalie.config.environment import (
    InvalidSetting,
    Mode,
    hourly_limit,
    networks,
    required,
    whole_number,
    words,
)
from servicebalie.core.limits import (
    LAPTOP_LIMITS,
    SERVER_LIMITS,
    RequestLimits,
)
from servicebalie.core.origins import Network
from servicebalie.core.web_addresses import (
    is_contact,
    is_on_this_machine,
    is_plain_web_address,
)


@dataclass(frozen=True, slots=True)
class Protection:
    """What protects a deployment on the web.

    `rate_limit_url` names the Redis or Valkey in which requests are counted; None means in each process.
    `outgoing_networks` are private networks in which we may speak to servers over TLS. The rest is what
    security.txt tells; without `contacts` there is none.
    """

    request_limits: RequestLimits = LAPTOP_LIMITS
    rate_limit_url: str | None = None
    outgoing_networks: tuple[Network, ...] = ()
    contacts: tuple[str, ...] = ()
    policy: str | None = None
    languages: tuple[str, ...] = ("nl", "en")

    @classmethod
    def from_env(cls, env: Mapping[str, str], mode: Mode) -> "Protection":
        """Read the variables; raises `InvalidSetting`."""
        usual = LAPTOP_LIMITS if mode is Mode.EMBEDDED else SERVER_LIMITS
        return cls(
            request_limits=replace(
                RequestLimits.a_minute(
                    whole_number(env, "REQUESTS_PER_TOKEN", usual.per_token.acts),
                    whole_number(env, "REQUESTS_PER_ADDRESS", usual.per_address.acts),
                    whole_number(env, "REQUESTS_PER_NETWORK", usual.per_network.acts),
                    per_code=whole_number(env, "REQUESTS_PER_CODE", usual.per_code.acts),
                ),
                wrong_tokens=hourly_limit(env, "WRONG_TOKENS", per_address=60, per_network=300),
            ),
            rate_limit_url=_rate_limit_url(env),
            outgoing_networks=networks(env, "OUTGOING_NETWORKS"),
            contacts=_contacts(env, "SECURITY_CONTACT"),
            policy=next(iter(_contacts(env, "SECURITY_POLICY")), None),
            languages=words(env, "SECURITY_LANGUAGES") or ("nl", "en"),
        )


def refuse_debugging(env: Mapping[str, str], mode: Mode) -> None:
    if mode is Mode.PRODUCTION and env.get("FLASK_DEBUG", "0").lower() not in {"", "0", "false", "no"}:
        raise InvalidSetting(name="FLASK_DEBUG", reason="must not be set in production mode")


def public_address_of(env: Mapping[str, str], mode: Mode) -> str:
    """Return the public address without a slash at its end; only this machine is reached without TLS."""
    embedded = mode is Mode.EMBEDDED
    address = required(env, "PUBLIC_ADDRESS", "http://127.0.0.1:8000" if embedded else None).rstrip("/")
    if not is_plain_web_address(address):
        raise InvalidSetting(name="SERVICEBALIE_PUBLIC_ADDRESS", reason="must be https://host")
    if not embedded and not address.startswith("https://") and not is_on_this_machine(address):
        raise InvalidSetting(name="SERVICEBALIE_PUBLIC_ADDRESS", reason="must be https:// in production mode")
    return address


def trusted_proxies(env: Mapping[str, str], mode: Mode, public_address: str) -> tuple[Network, ...]:
    """Return the proxies; in production mode one of them adds TLS, or everybody would be one address."""
    proxies = networks(env, "TRUSTED_PROXIES")
    if mode is Mode.PRODUCTION and not proxies and not is_on_this_machine(public_address):
        raise InvalidSetting(
            name="SERVICEBALIE_TRUSTED_PROXIES", reason="must name the proxy that adds TLS in production mode"
        )
    return proxies


def _rate_limit_url(env: Mapping[str, str]) -> str | None:
    url = env.get("SERVICEBALIE_RATE_LIMIT_URL") or None
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise InvalidSetting(
            name="SERVICEBALIE_RATE_LIMIT_URL", reason="must be redis://, rediss:// or unix://"
        )
    return url


def _contacts(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = words(env, name)
    if not all(map(is_contact, found)):
        raise InvalidSetting(
            name=f"SERVICEBALIE_{name}", reason="must be mailto:, https:// or tel: addresses"
        )
    return found

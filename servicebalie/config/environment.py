"""Reading the environment: single values, and what is said of wrong ones."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.limits import (
    Limit,
)
from servicebalie.core.origins import Network, parse_network


class Mode(StrEnum):
    """On a laptop, with everything under `var/`, or on a server, with nothing assumed."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"


class InvalidSetting(ServicebalieError):
    """An environment variable is missing or cannot be used; `name` says which, `reason` why."""

    code = "invalid-setting"


def mode_of(env: Mapping[str, str]) -> Mode:
    text = env.get("SERVICEBALIE_MODE", Mode.EMBEDDED)
    try:
        return Mode(text)
    except ValueError:
        raise InvalidSetting(name="SERVICEBALIE_MODE", reason="must be embedded or production") from None


def required(env: Mapping[str, str], name: str, default: str | None) -> str:
    value = env.get(f"SERVICEBALIE_{name}") or default
    if value is None:
        raise InvalidSetting(name=f"SERVICEBALIE_{name}", reason="must be set in production mode")
    return value


def words(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in env.get(f"SERVICEBALIE_{name}", "").split(",") if part.strip())


def whole_number(env: Mapping[str, str], name: str, default: int, *, least: int = 1) -> int:
    text = env.get(f"SERVICEBALIE_{name}", str(default))
    if not text.isdecimal() or int(text) < least:
        raise InvalidSetting(
            name=f"SERVICEBALIE_{name}", reason=f"must be a whole number of at least {least}"
        )
    return int(text)


def optional_path(env: Mapping[str, str], name: str) -> Path | None:
    text = env.get(f"SERVICEBALIE_{name}")
    return Path(text) if text else None


def networks(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    try:
        return tuple(parse_network(text) for text in words(env, name))
    except ValueError:
        raise InvalidSetting(
            name=f"SERVICEBALIE_{name}", reason="must be addresses or networks such as 10.0.0.0/8"
        ) from None


def hourly_limit(env: Mapping[str, str], name: str, *, per_address: int, per_network: int) -> Limit:
    """Return how many acts there may be in an hour, from `<name>_PER_ADDRESS` and `<name>_PER_NETWORK`."""
    return Limit(
        act=name.lower().replace("_", "-"),
        per_address=whole_number(env, f"{name}_PER_ADDRESS", per_address),
        per_network=whole_number(env, f"{name}_PER_NETWORK", per_network),
    )


def read_secret(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise InvalidSetting(name=name, reason="cannot be read") from None

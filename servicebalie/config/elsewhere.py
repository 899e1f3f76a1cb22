"""Servers elsewhere that are told something: a translator, a collector of spans."""

from collections.abc import Mapping
from pathlib import Path

from servicebalie.config.environment import InvalidSetting, read_secret
from servicebalie.core.web_addresses import (
    is_plain_web_address,
    is_private_on_the_way,
)


def translation_url(env: Mapping[str, str]) -> str | None:
    """Return the address of the translator without a slash at its end.

    What people wrote goes there, so it must not be readable on the way: without TLS only to this machine, a
    private address, or a name without a dot, such as that of a container beside us.
    """
    return address_beside_or_safe(env, "TRANSLATION_URL")


def activities_url(env: Mapping[str, str]) -> str | None:
    text = env.get("SERVICEBALIE_ACTIVITIES_URL")
    if text and not is_plain_web_address(text):
        raise InvalidSetting(name="SERVICEBALIE_ACTIVITIES_URL", reason="must be https://host/path")
    return text.rstrip("/") if text else None


def address_beside_or_safe(env: Mapping[str, str], setting: str) -> str | None:
    """Return an address without a slash at its end, to which nobody on the way can listen."""
    name = f"SERVICEBALIE_{setting}"
    text = env.get(name)
    if not text:
        return None
    if not is_plain_web_address(text):
        raise InvalidSetting(name=name, reason="must be https://host or https://host:port/path")
    if not is_private_on_the_way(text):
        raise InvalidSetting(name=name, reason="must be https:// for a server that is not beside this one")
    return text.rstrip("/")


def translation_key(env: Mapping[str, str]) -> str | None:
    key = env.get("SERVICEBALIE_TRANSLATION_KEY")
    file = env.get("SERVICEBALIE_TRANSLATION_KEY_FILE")
    if file:
        key = read_secret(Path(file), "SERVICEBALIE_TRANSLATION_KEY_FILE")
    if not key:
        return None
    if not env.get("SERVICEBALIE_TRANSLATION_URL"):
        raise InvalidSetting(name="SERVICEBALIE_TRANSLATION_URL", reason="must be set where a key is")
    key = key.strip()
    if not (key and key.isascii() and key.isprintable()):
        raise InvalidSetting(name="SERVICEBALIE_TRANSLATION_KEY", reason="must be printable ASCII characters")
    return key

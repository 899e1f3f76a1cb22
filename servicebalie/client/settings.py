"""Where the server is and which token opens it: from the environment, else from a private file."""

import ipaddress
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from servicebalie.client.errors import (
    InvalidAddress,
    InvalidToken,
    NotConfigured,
    ReadableByOthers,
    UnreadableSettings,
)
from servicebalie.client.private_files import others_can_read, write_private

Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """The address of the server (scheme and host, no trailing slash) and the token."""

    address: str
    token: str = field(repr=False)


def settings_path(environment: Environment) -> Path:
    """Give the place of the settings file: $BALIE_CONFIG, else the XDG configuration directory."""
    if chosen := environment.get("BALIE_CONFIG"):
        return Path(chosen)
    return _xdg_directory(environment, "XDG_CONFIG_HOME", ".config") / "client.toml"


def state_directory(environment: Environment) -> Path:
    """Give the directory for what the client keeps: beside $BALIE_CONFIG, else the XDG state directory."""
    if chosen := environment.get("BALIE_CONFIG"):
        return Path(chosen).parent
    return _xdg_directory(environment, "XDG_STATE_HOME", ".local/state")


def _xdg_directory(environment: Environment, variable: str, default: str) -> Path:
    base = environment.get(variable)
    return (Path(base) if base else Path.home() / default) / "servicebalie"


def read_settings(environment: Environment) -> Settings:
    """Read the settings; BALIE_ADDRESS and BALIE_TOKEN go before the file.

    Raises NotConfigured, ReadableByOthers, UnreadableSettings, InvalidAddress or InvalidToken.
    """
    address, token = environment.get("BALIE_ADDRESS"), environment.get("BALIE_TOKEN")
    if not (address and token):
        kept = _read_file(settings_path(environment))
        address, token = address or kept.get("address"), token or kept.get("token")
    if not (address and token):
        raise NotConfigured
    return checked_settings(address, token)


def checked_settings(address: str, token: str) -> Settings:
    """Make settings of what a person or a file gave.

    A token never travels in the clear, so plain http is for this computer only. Raises InvalidAddress
    or InvalidToken.
    """
    address = address.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        raise InvalidAddress(address) from None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and _is_this_computer(host))):
        raise InvalidAddress(address)
    if not re.fullmatch(r"[!-~]+", token.strip()):
        raise InvalidToken
    return Settings(address=address, token=token.strip())


def write_settings(path: Path, settings: Settings) -> None:
    """Write the settings file, readable by its owner only."""
    # A JSON string of printable characters is also a TOML string.
    lines = (f"{name} = {json.dumps(getattr(settings, name))}\n" for name in ("address", "token"))
    write_private(path, "".join(lines))


def _read_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    if others_can_read(path):
        raise ReadableByOthers(path)
    try:
        kept = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise UnreadableSettings(path) from None
    if not all(isinstance(kept.get(name, ""), str) for name in ("address", "token")):
        raise UnreadableSettings(path)
    return {name: str(kept[name]) for name in ("address", "token") if name in kept}


def _is_this_computer(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

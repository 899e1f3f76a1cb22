"""What `servicebalie check` sees in the settings and in files, without speaking to anybody."""

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from servicebalie.config import Mode, Settings
from servicebalie.core.deployment_check import (
    ENOUGH_BITS,
    Finding,
    Level,
    guessing_bits,
    is_anybody,
)
from servicebalie.core.vocabulary import SignedInWith
from servicebalie.core.web_addresses import is_private_on_the_way

SHOWN_BY_CONTAINERS = Path("/run/secrets")
"""Where containers get their secrets, readable by all: in a container there is nobody else."""

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_settings(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what the settings themselves tell."""
    yield _unless("mode", settings.mode is Mode.PRODUCTION, Level.WEAK)
    yield from _secret(settings, environment)
    yield _unless("public-address", settings.public_address.startswith("https://"), Level.WEAK)
    for network in settings.trusted_proxies:
        yield _unless("trusted-proxies", not is_anybody(network), Level.MISSING, network=str(network))
    yield _unless("trusted-hosts", bool(settings.trusted_hosts), Level.WEAK)
    for origin in settings.cors_origins:
        yield _unless("cors-origins", origin.startswith("https://"), Level.WEAK, origin=origin)
    yield _unless("security-text", bool(settings.protection.contacts), Level.WEAK)
    single = SignedInWith.TOKEN in settings.sign_in and settings.mode is Mode.PRODUCTION
    yield _unless("sign-in", not single, Level.WEAK)
    shared = settings.workers == 1 or settings.protection.rate_limit_url is not None
    yield _unless("limits-shared", shared, Level.WEAK, workers=settings.workers)
    yield from _mail(settings)


def check_files(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the files with secrets or questions in them that others on this machine can read."""
    for file in _private_files(settings, environment):
        if SHOWN_BY_CONTAINERS not in file.parents and file.exists():
            closed = not stat.S_IMODE(file.stat().st_mode) & OTHERS or _is_behind_closed_doors(file)
            yield _unless("file-rights", closed, Level.WEAK, file=str(file))


def _secret(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    bits = round(guessing_bits(settings.secret))
    yield _unless("secret", bits >= ENOUGH_BITS, Level.MISSING, bits=bits)
    yield _unless("secret-place", "SERVICEBALIE_SECRET" not in environment, Level.WEAK)


def _mail(settings: Settings) -> Iterator[Finding]:
    url = urlsplit(settings.mail_url)
    yield _unless("mail-transport", url.scheme != "directory", Level.MISSING)
    readable = url.scheme == "smtp" and not is_private_on_the_way(f"http://{url.netloc}")
    yield _unless("mail-encryption", not readable, Level.WEAK)
    usable = not settings.mail_from.rstrip(">").endswith(".invalid")
    yield _unless("mail-sender", usable, Level.MISSING, sender=settings.mail_from)


def _private_files(settings: Settings, environment: Mapping[str, str]) -> Iterator[Path]:
    for name, value in sorted(environment.items()):
        if name.startswith("SERVICEBALIE_") and name.endswith("_FILE") and value:
            yield Path(value)
    if "SERVICEBALIE_SECRET" not in environment and "SERVICEBALIE_SECRET_FILE" not in environment:
        yield Path("var/secret")
    for url in (settings.database_url, settings.published_database_url or ""):
        if url.startswith("sqlite:///"):
            yield Path(url.removeprefix("sqlite:///"))


def _is_behind_closed_doors(file: Path) -> bool:
    """Whether a directory above a file keeps everybody else out."""
    return any(not stat.S_IMODE(above.stat().st_mode) & OTHERS for above in file.absolute().parents)


def _unless(code: str, right: bool, level: Level, **params: str | int) -> Finding:
    return Finding(code, Level.RIGHT if right else level, params)

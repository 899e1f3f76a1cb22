"""What must be secret: the master secret, the master keys, and the passwords of databases."""

import os
import secrets
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import make_url

from servicebalie.config.environment import InvalidSetting, read_secret, required

MIN_SECRET_BYTES = 32
MIN_SECRET_LETTERS = 8
"""How many different characters a secret has at least; one that is typed in a hurry has fewer."""

MASTER_KEY_BYTES = 32

COMMAND_SECONDS = 60
"""How long a command may take to tell a master key."""


def published_database_url(env: Mapping[str, str]) -> str | None:
    url = env.get("SERVICEBALIE_PUBLISHED_DATABASE_URL")
    return with_password(env, "PUBLISHED_DATABASE", url) if url else None


def owner_database_url(env: Mapping[str, str]) -> str | None:
    """Return the address of the desk's database with the role that owns its tables, where it is another."""
    url = env.get("SERVICEBALIE_OWNER_DATABASE_URL")
    return with_password(env, "OWNER_DATABASE", url) if url else None


def with_password(env: Mapping[str, str], name: str, url: str) -> str:
    """Return the address of a database, with the password from its own file if one is named."""
    variable = f"SERVICEBALIE_{name}_PASSWORD_FILE"
    file = env.get(variable)
    if file is None:
        return url
    password = read_secret(Path(file), variable).strip()
    return make_url(url).set(password=password).render_as_string(hide_password=False)


def master_secret(env: Mapping[str, str], *, may_create: bool) -> bytes:
    """Return the master secret from the variable, from the named file, or, on a laptop, from a new file."""
    text = env.get("SERVICEBALIE_SECRET")
    if text is None:
        path = Path(required(env, "SECRET_FILE", "var/secret" if may_create else None))
        if may_create and not path.exists():
            _create_secret(path)
        text = read_secret(path, "SERVICEBALIE_SECRET_FILE")
    secret = text.strip().encode()
    if len(secret) < MIN_SECRET_BYTES:
        raise InvalidSetting(
            name="SERVICEBALIE_SECRET", reason=f"must have at least {MIN_SECRET_BYTES} characters"
        )
    if not may_create and len(set(secret)) < MIN_SECRET_LETTERS:
        raise InvalidSetting(name="SERVICEBALIE_SECRET", reason="must be random")
    return secret


def master_keys(env: Mapping[str, str], *, may_create: bool) -> tuple[bytes, ...]:
    """Return the master keys: from the variable, the named file, what the named command tells, or, on a
    laptop, from a new file."""
    name = "SERVICEBALIE_MASTER_KEY"
    given = [variable for variable in (name, f"{name}_FILE", f"{name}_COMMAND") if env.get(variable)]
    if len(given) > 1:
        raise InvalidSetting(name=given[1], reason=f"must not be set beside {given[0]}")
    if not given and not may_create:
        raise InvalidSetting(
            name=name,
            reason="(or _FILE, or _COMMAND) must be set in production mode; make a key with "
            "`openssl rand -hex 32`, and read docs/operating/keys.md",
        )
    if given == [name]:
        text = env[name]
    elif given == [f"{name}_COMMAND"]:
        text = _told_by(env[f"{name}_COMMAND"], f"{name}_COMMAND")
    else:
        path = Path(env.get(f"{name}_FILE") or "var/master-key")
        if not given and not path.exists():
            _create_secret(path)
        text = read_secret(path, f"{name}_FILE")
    return _parsed_keys(text, given[0] if given else f"{name}_FILE")


def _parsed_keys(text: str, name: str) -> tuple[bytes, ...]:
    """Return keys that stand behind each other, apart by spaces, commas or ends of lines."""
    reason = f"must be keys of {MASTER_KEY_BYTES} bytes as {2 * MASTER_KEY_BYTES} hexadecimal digits"
    try:
        keys = tuple(bytes.fromhex(word) for word in text.replace(",", " ").split())
    except ValueError:
        raise InvalidSetting(name=name, reason=reason) from None
    if not keys or any(len(key) != MASTER_KEY_BYTES for key in keys):
        raise InvalidSetting(name=name, reason=reason)
    return keys


def _told_by(command: str, name: str) -> str:
    """Return what a command writes; it is run without a shell, and nothing of it gets into a log."""
    try:
        told = subprocess.run(  # noqa: S603 - running what the operator named is what it is for
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_SECONDS,
            check=True,
        )
        return told.stdout.decode("ascii")
    except (OSError, ValueError, subprocess.SubprocessError):
        raise InvalidSetting(name=name, reason="is a command that did not tell a key") from None


def _create_secret(path: Path) -> None:
    """Write a new secret that only its owner can read; an existing file is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_hex(32), encoding="ascii")
    try:
        # A link fails when the file exists, so that of two processes starting at once one wins entirely.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()

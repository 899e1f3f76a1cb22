"""The settings of a deployment, read once from the environment; wrong settings stop the start."""

import os
import secrets
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import make_url

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.limits import (
    LAPTOP_LIMITS,
    SERVER_LIMITS,
    Limit,
    Limits,
    RequestLimits,
    SessionLimits,
)
from servicebalie.core.local_accounts import OWASP_COST, PasswordCost
from servicebalie.core.openid import InvalidRoleRules, OpenidSettings, parse_role_rules
from servicebalie.core.origins import Network, parse_network
from servicebalie.core.vocabulary import SignedInWith
from servicebalie.core.web_addresses import (
    hosts_of,
    is_contact,
    is_on_this_machine,
    is_plain_web_address,
    is_private_on_the_way,
)

MIN_SECRET_BYTES = 32
MIN_SECRET_LETTERS = 8
"""How many different characters a secret has at least; one that is typed in a hurry has fewer."""

MASTER_KEY_BYTES = 32

COMMAND_SECONDS = 60
"""How long a command may take to tell a master key."""


class Mode(StrEnum):
    """On a laptop, with everything under `var/`, or on a server, with nothing assumed."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"


class InvalidSetting(ServicebalieError):
    """An environment variable is missing or cannot be used; `name` says which, `reason` why."""

    code = "invalid-setting"


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
            request_limits=RequestLimits.a_minute(
                _count(env, "REQUESTS_PER_TOKEN", usual.per_token.acts),
                _count(env, "REQUESTS_PER_ADDRESS", usual.per_address.acts),
                _count(env, "REQUESTS_PER_NETWORK", usual.per_network.acts),
                per_code=_count(env, "REQUESTS_PER_CODE", usual.per_code.acts),
            ),
            rate_limit_url=_rate_limit_url(env),
            outgoing_networks=_networks(env, "OUTGOING_NETWORKS"),
            contacts=_contacts(env, "SECURITY_CONTACT"),
            policy=next(iter(_contacts(env, "SECURITY_POLICY")), None),
            languages=_list(env, "SECURITY_LANGUAGES") or ("nl", "en"),
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between deployments.

    `secret` is the master secret from which all keys are derived but the `master_keys`, which wrap the keys
    of texts and contact details, the current one first. `published_database_url` may name the published
    store with a role of its own; None means beside (SQLite) or inside (PostgreSQL) the main database.
    `mail_url` is `smtp://host:port` or `directory:PATH`, where each mail becomes a file. `desk` is the slug
    of the desk that the web pages are for; None means the only one. `trusted_proxies` are the networks of the
    proxies in front of us, whose word for the address of a sender is taken.
    `follow_up_after` is how long after a question was closed its person is asked whether they were helped.
    `translation_url` is the address of a server that translates as LibreTranslate does; None means that
    nothing is translated. `audit_seals` is the directory into which the worker writes the daily seals of the
    audit trail. `spans_url` is an OpenTelemetry collector (OTLP over HTTP) that gets a span for each line
    about a question; `activities_url` the register that the spans refer to. `sign_in` are the ways that the
    page for signing in offers; `password_cost` is what one try of a password takes.
    """

    mode: Mode
    database_url: str
    published_database_url: str | None
    secret: bytes
    master_keys: tuple[bytes, ...]
    public_address: str
    desk: str | None
    mail_url: str
    mail_from: str
    trusted_hosts: tuple[str, ...]
    cors_origins: tuple[str, ...]
    trusted_proxies: tuple[Network, ...]
    limits: Limits
    follow_up_after: timedelta
    workers: int
    threads: int
    translation_url: str | None = None
    translation_key: str | None = None
    audit_seals: Path | None = None
    spans_url: str | None = None
    activities_url: str | None = None
    sessions: SessionLimits = field(default_factory=SessionLimits)
    sign_in: frozenset[SignedInWith] = frozenset(SignedInWith)
    password_cost: PasswordCost = OWASP_COST
    openid: OpenidSettings | None = None
    protection: Protection = Protection()

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the variables `SERVICEBALIE_*`.

        Raises `InvalidSetting`; in production mode also when there is no database, secret, master key, public
        address, mail server or proxy that adds TLS, because there a default would be a danger.
        """
        mode = _mode(env)
        embedded = mode is Mode.EMBEDDED
        _refuse_debugging(env, mode)
        public_address = _public_address(env, mode)
        return cls(
            mode=mode,
            database_url=_with_password(
                env,
                "DATABASE",
                _get(env, "DATABASE_URL", "sqlite:///var/servicebalie.sqlite" if embedded else None),
            ),
            published_database_url=_published_database_url(env),
            secret=_secret(env, may_create=embedded),
            master_keys=_master_keys(env, may_create=embedded),
            public_address=public_address,
            desk=env.get("SERVICEBALIE_DESK"),
            mail_url=_get(env, "MAIL_URL", "directory:var/mail" if embedded else None),
            mail_from=_get(env, "MAIL_FROM", "desk@servicebalie.invalid" if embedded else None),
            trusted_hosts=_list(env, "TRUSTED_HOSTS") or (() if embedded else hosts_of(public_address)),
            cors_origins=_list(env, "CORS_ORIGINS"),
            trusted_proxies=_trusted_proxies(env, mode, public_address),
            limits=Limits(
                questions=_limit(env, "QUESTIONS", per_address=300, per_network=1000),
                wrong_codes=_limit(env, "WRONG_CODES", per_address=60, per_network=300),
                fastest_form=timedelta(seconds=_count(env, "FASTEST_FORM_SECONDS", 5, least=0)),
            ),
            follow_up_after=timedelta(days=_count(env, "FOLLOW_UP_DAYS", 14)),
            workers=_count(env, "WORKERS", 1 if embedded else 2),
            threads=_count(env, "THREADS", 8 if embedded else 4),
            translation_url=_translation_url(env),
            translation_key=_translation_key(env),
            audit_seals=_optional_path(env, "AUDIT_SEALS"),
            spans_url=_address_beside_or_safe(env, "OTLP_URL"),
            activities_url=_activities_url(env),
            sessions=_session_limits(env),
            sign_in=_sign_in(env),
            openid=_openid(env, public_address, embedded=embedded),
            protection=Protection.from_env(env, mode),
        )


def _mode(env: Mapping[str, str]) -> Mode:
    text = env.get("SERVICEBALIE_MODE", Mode.EMBEDDED)
    try:
        return Mode(text)
    except ValueError:
        raise InvalidSetting(name="SERVICEBALIE_MODE", reason="must be embedded or production") from None


def _get(env: Mapping[str, str], name: str, default: str | None) -> str:
    value = env.get(f"SERVICEBALIE_{name}") or default
    if value is None:
        raise InvalidSetting(name=f"SERVICEBALIE_{name}", reason="must be set in production mode")
    return value


def _refuse_debugging(env: Mapping[str, str], mode: Mode) -> None:
    if mode is Mode.PRODUCTION and env.get("FLASK_DEBUG", "0").lower() not in {"", "0", "false", "no"}:
        raise InvalidSetting(name="FLASK_DEBUG", reason="must not be set in production mode")


def _public_address(env: Mapping[str, str], mode: Mode) -> str:
    """Return the public address without a slash at its end; only this machine is reached without TLS."""
    embedded = mode is Mode.EMBEDDED
    address = _get(env, "PUBLIC_ADDRESS", "http://127.0.0.1:8000" if embedded else None).rstrip("/")
    if not is_plain_web_address(address):
        raise InvalidSetting(name="SERVICEBALIE_PUBLIC_ADDRESS", reason="must be https://host")
    if not embedded and not address.startswith("https://") and not is_on_this_machine(address):
        raise InvalidSetting(name="SERVICEBALIE_PUBLIC_ADDRESS", reason="must be https:// in production mode")
    return address


def _trusted_proxies(env: Mapping[str, str], mode: Mode, public_address: str) -> tuple[Network, ...]:
    """Return the proxies; in production mode one of them adds TLS, or everybody would be one address."""
    proxies = _networks(env, "TRUSTED_PROXIES")
    if mode is Mode.PRODUCTION and not proxies and not is_on_this_machine(public_address):
        raise InvalidSetting(
            name="SERVICEBALIE_TRUSTED_PROXIES", reason="must name the proxy that adds TLS in production mode"
        )
    return proxies


def _published_database_url(env: Mapping[str, str]) -> str | None:
    url = env.get("SERVICEBALIE_PUBLISHED_DATABASE_URL")
    return _with_password(env, "PUBLISHED_DATABASE", url) if url else None


def _with_password(env: Mapping[str, str], name: str, url: str) -> str:
    """Return the address of a database, with the password from its own file if one is named."""
    variable = f"SERVICEBALIE_{name}_PASSWORD_FILE"
    file = env.get(variable)
    if file is None:
        return url
    password = _read_secret(Path(file), variable).strip()
    return make_url(url).set(password=password).render_as_string(hide_password=False)


def _list(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in env.get(f"SERVICEBALIE_{name}", "").split(",") if part.strip())


def _count(env: Mapping[str, str], name: str, default: int, *, least: int = 1) -> int:
    text = env.get(f"SERVICEBALIE_{name}", str(default))
    if not text.isdecimal() or int(text) < least:
        raise InvalidSetting(
            name=f"SERVICEBALIE_{name}", reason=f"must be a whole number of at least {least}"
        )
    return int(text)


def _optional_path(env: Mapping[str, str], name: str) -> Path | None:
    text = env.get(f"SERVICEBALIE_{name}")
    return Path(text) if text else None


def _networks(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    try:
        return tuple(parse_network(text) for text in _list(env, name))
    except ValueError:
        raise InvalidSetting(
            name=f"SERVICEBALIE_{name}", reason="must be addresses or networks such as 10.0.0.0/8"
        ) from None


def _limit(env: Mapping[str, str], name: str, *, per_address: int, per_network: int) -> Limit:
    """Return how many acts there may be in an hour, from `<name>_PER_ADDRESS` and `<name>_PER_NETWORK`."""
    return Limit(
        act=name.lower().replace("_", "-"),
        per_address=_count(env, f"{name}_PER_ADDRESS", per_address),
        per_network=_count(env, f"{name}_PER_NETWORK", per_network),
    )


def _session_limits(env: Mapping[str, str]) -> SessionLimits:
    """Return how long somebody stays signed in, a week at most: a browser is no safe place for longer."""
    limits = SessionLimits(
        longest=timedelta(hours=_count(env, "SESSION_HOURS", 12)),
        idle=timedelta(minutes=_count(env, "SESSION_IDLE_MINUTES", 60)),
    )
    if limits.longest > timedelta(days=7):
        raise InvalidSetting(name="SERVICEBALIE_SESSION_HOURS", reason="must be 168 (a week) at most")
    if limits.idle > limits.longest:
        raise InvalidSetting(
            name="SERVICEBALIE_SESSION_IDLE_MINUTES",
            reason="must not be longer than SERVICEBALIE_SESSION_HOURS",
        )
    return limits


def _sign_in(env: Mapping[str, str]) -> frozenset[SignedInWith]:
    """Return the ways to sign in that are offered, all without a setting."""
    names = _list(env, "SIGN_IN")
    try:
        return frozenset(SignedInWith(name) for name in names) or frozenset(SignedInWith)
    except ValueError:
        known = ", ".join(SignedInWith)
        raise InvalidSetting(name="SERVICEBALIE_SIGN_IN", reason=f"must be some of: {known}") from None


def _openid(env: Mapping[str, str], public_address: str, *, embedded: bool) -> OpenidSettings | None:
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
    tolerance = _count(env, "OIDC_CLOCK_SECONDS", 60, least=0)
    if tolerance > 300:
        raise InvalidSetting(name="SERVICEBALIE_OIDC_CLOCK_SECONDS", reason="must be 300 at most")
    return OpenidSettings(
        issuer=issuer,
        client_id=_get_openid(env, "CLIENT_ID"),
        client_secret=_openid_secret(env),
        scopes=tuple({"openid": 0} | dict.fromkeys(_list(env, "OIDC_SCOPES") or ("profile",))),
        claim=env.get("SERVICEBALIE_OIDC_CLAIM") or "roles",
        rules=rules,
        acr=_list(env, "OIDC_ACR"),
        amr=_list(env, "OIDC_AMR"),
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
        content = _read_secret(Path(file), "SERVICEBALIE_OIDC_CLIENT_SECRET_FILE")
        env = {"SERVICEBALIE_OIDC_CLIENT_SECRET": content}
    return _get_openid(env, "CLIENT_SECRET")


def _rate_limit_url(env: Mapping[str, str]) -> str | None:
    url = env.get("SERVICEBALIE_RATE_LIMIT_URL") or None
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise InvalidSetting(
            name="SERVICEBALIE_RATE_LIMIT_URL", reason="must be redis://, rediss:// or unix://"
        )
    return url


def _contacts(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = _list(env, name)
    if not all(map(is_contact, found)):
        raise InvalidSetting(
            name=f"SERVICEBALIE_{name}", reason="must be mailto:, https:// or tel: addresses"
        )
    return found


def _translation_url(env: Mapping[str, str]) -> str | None:
    """Return the address of the translator without a slash at its end.

    What people wrote goes there, so it must not be readable on the way: without TLS only to this machine, a
    private address, or a name without a dot, such as that of a container beside us.
    """
    return _address_beside_or_safe(env, "TRANSLATION_URL")


def _activities_url(env: Mapping[str, str]) -> str | None:
    text = env.get("SERVICEBALIE_ACTIVITIES_URL")
    if text and not is_plain_web_address(text):
        raise InvalidSetting(name="SERVICEBALIE_ACTIVITIES_URL", reason="must be https://host/path")
    return text.rstrip("/") if text else None


def _address_beside_or_safe(env: Mapping[str, str], setting: str) -> str | None:
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


def _translation_key(env: Mapping[str, str]) -> str | None:
    key = env.get("SERVICEBALIE_TRANSLATION_KEY")
    file = env.get("SERVICEBALIE_TRANSLATION_KEY_FILE")
    if file:
        key = _read_secret(Path(file), "SERVICEBALIE_TRANSLATION_KEY_FILE")
    if not key:
        return None
    if not env.get("SERVICEBALIE_TRANSLATION_URL"):
        raise InvalidSetting(name="SERVICEBALIE_TRANSLATION_URL", reason="must be set where a key is")
    key = key.strip()
    if not (key and key.isascii() and key.isprintable()):
        raise InvalidSetting(name="SERVICEBALIE_TRANSLATION_KEY", reason="must be printable ASCII characters")
    return key


def _secret(env: Mapping[str, str], *, may_create: bool) -> bytes:
    """Return the master secret from the variable, from the named file, or, on a laptop, from a new file."""
    text = env.get("SERVICEBALIE_SECRET")
    if text is None:
        path = Path(_get(env, "SECRET_FILE", "var/secret" if may_create else None))
        if may_create and not path.exists():
            _create_secret(path)
        text = _read_secret(path, "SERVICEBALIE_SECRET_FILE")
    secret = text.strip().encode()
    if len(secret) < MIN_SECRET_BYTES:
        raise InvalidSetting(
            name="SERVICEBALIE_SECRET", reason=f"must have at least {MIN_SECRET_BYTES} characters"
        )
    if not may_create and len(set(secret)) < MIN_SECRET_LETTERS:
        raise InvalidSetting(name="SERVICEBALIE_SECRET", reason="must be random")
    return secret


def _master_keys(env: Mapping[str, str], *, may_create: bool) -> tuple[bytes, ...]:
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
        text = _read_secret(path, f"{name}_FILE")
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


def _read_secret(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise InvalidSetting(name=name, reason="cannot be read") from None

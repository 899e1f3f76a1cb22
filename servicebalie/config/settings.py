"""The settings of a deployment, read once from the environment; wrong settings stop the start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from servicebalie.config.elsewhere import (
    activities_url,
    address_beside_or_safe,
    translation_key,
    translation_url,
)
from servicebalie.config.environment import (
    Mode,
    hourly_limit,
    mode_of,
    optional_path,
    required,
    whole_number,
    words,
)
from servicebalie.config.key_material import (
    master_keys,
    master_secret,
    owner_database_url,
    published_database_url,
    with_password,
)
from servicebalie.config.protection import Protection, public_address_of, refuse_debugging, trusted_proxies
from servicebalie.config.signing_in import openid_settings, session_limits, ways_to_sign_in
from servicebalie.core.limits import (
    Limits,
    SessionLimits,
)
from servicebalie.core.local_accounts import OWASP_COST, PasswordCost
from servicebalie.core.openid import OpenidSettings
from servicebalie.core.origins import Network
from servicebalie.core.vocabulary import SignedInWith
from servicebalie.core.web_addresses import (
    hosts_of,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between deployments.

    `secret` is the master secret from which all keys are derived but the `master_keys`, which wrap the keys
    of texts and contact details, the current one first. `published_database_url` may name the published
    store with a role of its own; None means beside (SQLite) or inside (PostgreSQL) the main database.
    `owner_database_url` names the main database with the role that owns its tables, for migrating and what
    else only that may; None where the role of `database_url` owns them, or need not know who does.
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
    owner_database_url: str | None = None
    protection: Protection = field(default_factory=Protection)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the variables `SERVICEBALIE_*`.

        Raises `InvalidSetting`; in production mode also when there is no database, secret, master key, public
        address, mail server or proxy that adds TLS, because there a default would be a danger.
        """
        mode = mode_of(env)
        embedded = mode is Mode.EMBEDDED
        refuse_debugging(env, mode)
        public_address = public_address_of(env, mode)
        return cls(
            mode=mode,
            database_url=with_password(
                env,
                "DATABASE",
                required(env, "DATABASE_URL", "sqlite:///var/servicebalie.sqlite" if embedded else None),
            ),
            published_database_url=published_database_url(env),
            owner_database_url=owner_database_url(env),
            secret=master_secret(env, may_create=embedded),
            master_keys=master_keys(env, may_create=embedded),
            public_address=public_address,
            desk=env.get("SERVICEBALIE_DESK"),
            mail_url=required(env, "MAIL_URL", "directory:var/mail" if embedded else None),
            mail_from=required(env, "MAIL_FROM", "desk@servicebalie.invalid" if embedded else None),
            trusted_hosts=words(env, "TRUSTED_HOSTS") or (() if embedded else hosts_of(public_address)),
            cors_origins=words(env, "CORS_ORIGINS"),
            trusted_proxies=trusted_proxies(env, mode, public_address),
            limits=Limits(
                questions=hourly_limit(env, "QUESTIONS", per_address=300, per_network=1000),
                wrong_codes=hourly_limit(env, "WRONG_CODES", per_address=60, per_network=300),
                fastest_form=timedelta(seconds=whole_number(env, "FASTEST_FORM_SECONDS", 5, least=0)),
            ),
            follow_up_after=timedelta(days=whole_number(env, "FOLLOW_UP_DAYS", 14)),
            workers=whole_number(env, "WORKERS", 1 if embedded else 2),
            threads=whole_number(env, "THREADS", 8 if embedded else 4),
            translation_url=translation_url(env),
            translation_key=translation_key(env),
            audit_seals=optional_path(env, "AUDIT_SEALS"),
            spans_url=address_beside_or_safe(env, "OTLP_URL"),
            activities_url=activities_url(env),
            sessions=session_limits(env),
            sign_in=ways_to_sign_in(env, mode),
            openid=openid_settings(env, public_address, embedded=embedded),
            protection=Protection.from_env(env, mode),
        )

"""What a running application works with, made once in `servicebalie.app`."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from flask import current_app

from servicebalie.core.keys import Keys
from servicebalie.core.limits import Limits, RequestLimits, SessionLimits
from servicebalie.core.origins import Network
from servicebalie.core.security_text import SecurityText
from servicebalie.core.vocabulary import SignedInWith
from servicebalie.http.desk_database import DeskDatabase
from servicebalie.http.openid import Provider
from servicebalie.http.watch import Watch
from servicebalie.services.accounts import KnownTokens
from servicebalie.services.askers import AskerKeys
from servicebalie.services.directory import DirectoryCache
from servicebalie.services.passwords import Passwords
from servicebalie.turns import Turns

EXTENSION = "servicebalie"


@dataclass(frozen=True, slots=True)
class Runtime:
    """The databases, keys and caches of this process.

    `desk` is the slug of the desk of the web pages; `public_address` is where all of it is found, without a
    slash at its end. `openid` is where people sign in with the
    account of their organisation. `translates` tells that the worker has a server for translating.
    """

    database: DeskDatabase
    keys: Keys
    asker_keys: AskerKeys
    tokens: KnownTokens
    directories: DirectoryCache
    desk: str | None
    public_address: str
    cors_origins: frozenset[str]
    trusted_proxies: tuple[Network, ...]
    limits: Limits
    request_limits: RequestLimits
    turns: Turns
    sessions: SessionLimits
    sign_in: frozenset[SignedInWith]
    passwords: Passwords
    follow_up_after: timedelta
    translates: bool
    openid: Provider | None
    security_text: SecurityText | None
    watch: Watch = field(default_factory=Watch)


def runtime() -> Runtime:
    """Return the runtime of the current application."""
    return cast("Runtime", current_app.extensions[EXTENSION])

"""The only wiring: puts databases, keys, pages and API together into one application."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.json.provider import JSONProvider
from orjson import OPT_UTC_Z, dumps, loads

from servicebalie.api import register_api
from servicebalie.config import Settings
from servicebalie.core.keys import Keys
from servicebalie.core.sealing import MasterKeys
from servicebalie.core.security_text import SecurityText
from servicebalie.core.vocabulary import SignedInWith
from servicebalie.db import Database
from servicebalie.http.body import limit_bodies
from servicebalie.http.compression import compress_pages
from servicebalie.http.desk_database import DeskDatabase
from servicebalie.http.locale import set_up_locales
from servicebalie.http.openid import Provider
from servicebalie.http.problems import handle_errors
from servicebalie.http.request_limits import limit_requests
from servicebalie.http.runtime import EXTENSION, Runtime
from servicebalie.http.security import protect_responses, refuse_other_hosts
from servicebalie.services.accounts import KnownTokens
from servicebalie.services.askers import AskerKeys
from servicebalie.services.directory import DirectoryCache
from servicebalie.services.passwords import Passwords
from servicebalie.turns import open_turns
from servicebalie.web import register_pages
from servicebalie.web.openid import CALLBACK


class OrjsonProvider(JSONProvider):
    """JSON by orjson, several times as fast on lists; moments end in Z."""

    def dumps(self, obj: object, **_kwargs: object) -> str:
        """Return the JSON text of a value."""
        return dumps(obj, option=OPT_UTC_Z).decode()

    def loads(self, s: str | bytes, **_kwargs: object) -> object:
        """Return the value of a JSON text."""
        return loads(s)


class Application(Flask):
    """A Flask application whose views and hooks all are plain functions."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is: Flask would look at every request whether it is a coroutine."""
        return func


def create_app(settings: Settings) -> Flask:
    """Return the application for these settings; the database must have been migrated."""
    app = Application("servicebalie", static_folder="web/static", template_folder="web/templates")
    app.json = OrjsonProvider(app)
    app.url_map.strict_slashes = True
    # Such a redirect would name a host and a scheme, and behind a proxy those are not ours to know.
    app.url_map.merge_slashes = False
    app.extensions[EXTENSION] = runtime_of(settings)
    refuse_other_hosts(app, settings.trusted_hosts)
    limit_requests(app)
    limit_bodies(app)
    protect_responses(app)
    compress_pages(app)
    set_up_locales(app)
    handle_errors(app)
    register_api(app)
    register_pages(app)
    return app


def runtime_of(settings: Settings) -> Runtime:
    """Return what an application with these settings works with; its connections are opened when needed."""
    keys = Keys.from_secret(settings.secret, MasterKeys(settings.master_keys))
    protection, contacts = settings.protection, settings.protection.contacts
    return Runtime(
        database=DeskDatabase(
            Database(settings.database_url, settings.published_database_url, pool_size=settings.threads)
        ),
        keys=keys,
        asker_keys=AskerKeys(keys.statistics),
        tokens=KnownTokens(),
        directories=DirectoryCache(),
        desk=settings.desk,
        public_address=settings.public_address,
        cors_origins=frozenset(settings.cors_origins),
        trusted_proxies=settings.trusted_proxies,
        limits=settings.limits,
        sessions=settings.sessions,
        sign_in=settings.sign_in,
        passwords=Passwords(settings.password_cost),
        request_limits=protection.request_limits,
        turns=open_turns(protection.rate_limit_url),
        follow_up_after=settings.follow_up_after,
        translates=settings.translation_url is not None,
        openid=_provider(settings),
        security_text=SecurityText(contacts, protection.policy, protection.languages) if contacts else None,
    )


def _provider(settings: Settings) -> Provider | None:
    if settings.openid is None or SignedInWith.OIDC not in settings.sign_in:
        return None
    return Provider(settings.openid, settings.public_address + CALLBACK)

"""Which language a request is answered in: the one in the address of a page, or Accept-Language."""

from functools import cache, lru_cache
from gettext import NullTranslations

from flask import Flask, g, request
from flask_babel import Babel, get_translations

from servicebalie.i18n.registry import LOCALES, NEWCOMER_LOCALES, negotiate
from servicebalie.shipped import shipped

DOMAINS = ("newcomer", "desk")


def set_up_locales(app: Flask) -> None:
    """Load the catalogues of newcomer and desk words, one after the other."""
    directory = str(shipped("translations"))
    Babel(
        app,
        default_locale="en",
        default_domain=";".join(DOMAINS),
        default_translation_directories=";".join(directory for _ in DOMAINS),
        default_timezone="Europe/Amsterdam",
        locale_selector=lambda: LOCALES[current_tag()].babel,
    )


def current_tag() -> str:
    """Return the BCP 47 tag of the language in which this request is answered."""
    tag: str | None = g.get("locale_tag")
    if tag is None:
        # Not the argument of the view: an address without a view is answered in its language too.
        in_path = request.path.split("/", 2)[1]
        tag = in_path if in_path in NEWCOMER_LOCALES else _wanted(request.headers.get("Accept-Language"))
        g.locale_tag = tag
    return tag


def answer_in(tag: str) -> None:
    """Answer this request in the language of this tag, which its address does not name."""
    g.locale_tag = tag


def page_language() -> str:
    """Return the code of the language in which this request is answered, without the script."""
    return current_tag().partition("-")[0]


@lru_cache(maxsize=256)
def _wanted(accept_language: str | None) -> str:
    return negotiate(accept_language, NEWCOMER_LOCALES)


def sentences() -> NullTranslations:
    """Return the catalogue of the language in which this request is answered."""
    return _catalogue(current_tag())


@cache
def _catalogue(_tag: str) -> NullTranslations:
    # flask-babel would look for the catalogue of the request's language at every sentence.
    found: NullTranslations = get_translations()
    return found

"""What all pages have: an address that begins with a locale, a frame, and words."""

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from babel import Locale as BabelLocale
from babel.dates import format_date, format_time
from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext
from jinja2.ext import Extension
from markupsafe import Markup
from werkzeug.routing import AnyConverter, Map

from servicebalie.core.errors import Fault
from servicebalie.core.links import pieces_of
from servicebalie.core.opening import AMSTERDAM, next_opening
from servicebalie.core.reference_codes import format_return_code
from servicebalie.http.locale import current_tag
from servicebalie.http.transaction import job
from servicebalie.i18n import newcomer_words
from servicebalie.i18n.registry import LOCALES, NEWCOMER_LOCALES
from servicebalie.web.safety import help_lines

SAFE_SITE = "https://www.knmi.nl/"
"""Where somebody goes who must leave a page at once: the weather, which anybody may be reading about."""

MOST_LANGUAGES_IN_SIGHT = 4
"""More languages than this take too much of a telephone to be listed above every page."""

_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Unindented(Extension):
    """Leaves the indentation of templates out of pages: it was two fifths of what a phone had to fetch.

    What people typed is put in later and stays as they typed it.
    """

    def preprocess(self, source: str, _name: str | None, _filename: str | None = None) -> str:
        """Return the source of a template with each line at the margin."""
        return _INDENTATION.sub("", source)


class LocaleConverter(AnyConverter):
    """The first part of the address of a page; what is not a locale of ours is not found."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, *NEWCOMER_LOCALES)


def set_up_layout(app: Flask) -> None:
    """Give templates the words and formats of all pages, and addresses the converter `locale`."""
    app.url_map.converters["locale"] = LocaleConverter
    app.jinja_env.add_extension(Unindented)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_defaults(_stay_in_locale)
    app.context_processor(_frame)
    app.jinja_env.globals["MOST_LANGUAGES_IN_SIGHT"] = MOST_LANGUAGES_IN_SIGHT
    app.add_template_filter(format_day, "day")
    app.add_template_filter(format_clock, "clock")
    app.add_template_filter(isolate, "isolated")
    app.add_template_filter(as_dialled, "dialled")
    app.add_template_filter(pieces_of, "pieces")
    app.add_template_filter(direction_of, "direction")
    app.add_template_filter(in_dutch, "in_dutch")
    app.add_template_filter(host_of, "host")
    app.add_template_filter(format_return_code, "return_code")


def render_page(template: str, status: int = 200, **context: Any) -> Response:
    """Return a page of the desk that the current view works for."""
    prepared = job()
    counter = prepared.work.directory.desk_service
    page = render_template(template, desk=prepared.desk, counter=counter, now=prepared.work.now, **context)
    return make_response(page, status)


def desk_place() -> dict[str, Any]:
    """Return the service at the desk itself and when it is open, for whoever wants to call or come by."""
    work = job().work
    service = work.directory.desk_service
    schedules = service.schedules_for(current_tag(), work.now.astimezone(AMSTERDAM).date())
    return {"service": service, "opening": next_opening(schedules, work.now, service.closures)}


def fault_sentences(faults: list[Fault]) -> dict[str, str]:
    """Return what to do about each fault, by field; `page` stands for the page as a whole."""
    return {
        fault.pointer.strip("/") or "page": gettext(newcomer_words.FAULTS[fault.code], **fault.params)
        for fault in faults
    }


def format_day(day: date) -> str:
    """Return a day with its name, in the language of the page; of a moment the day that it was here."""
    day = day.astimezone(AMSTERDAM) if isinstance(day, datetime) else day
    return format_date(day, "full", locale=_dates_locale())


def format_clock(moment: datetime) -> Markup:
    """Return a time of the day in Amsterdam on one line, in 24 hours as it stands on doors and letters here.

    In Tigrinya, `5:00` after noon can be read as eleven in the evening: there the day begins at six.
    """
    clock = format_time(moment.astimezone(AMSTERDAM), "HH:mm", locale=_dates_locale())
    return Markup('<span class="clock">{}</span>').format(clock)


def isolate(number: str) -> Markup:
    """Return a number of ours so that it reads from left to right inside any sentence."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(number)


def in_dutch(name: str) -> Markup:
    """Return a Dutch name so that it is read out in Dutch, inside a sentence in any language."""
    return Markup('<bdi lang="nl">{}</bdi>').format(name)


def direction_of(language: str | None) -> str:
    """Return the direction of a text in a language, `auto` when that is not known: by its first letter.

    That alone will not do: a text in Arabic may begin with the name DigiD.
    """
    found = job().work.directory.code_lists.languages.get(language) if language else None
    return found.direction if found else "auto"


def as_dialled(number: str) -> str:
    """Return a phone number as an address for telephones (RFC 3966): digits, and a plus at the front."""
    return "".join(sign for sign in number if sign.isdecimal() or sign == "+")


def host_of(address: str) -> str:
    """Return the name of a website as people say it."""
    return urlsplit(address).netloc.removeprefix("www.")


def _dates_locale() -> BabelLocale:
    return LOCALES[current_tag()].regional


def addresses_of(endpoint: str, **arguments: Any) -> dict[str, str]:
    """Return the address of a page in each language that newcomers can choose, by locale."""
    return {tag: url_for(endpoint, **arguments, locale=tag) for tag in NEWCOMER_LOCALES}


def _stay_in_locale(endpoint: str, arguments: dict[str, Any]) -> None:
    """Let an address that names no locale have that of the page it is on."""
    if current_app.url_map.is_endpoint_expecting(endpoint, "locale"):
        arguments.setdefault("locale", current_tag())


def _frame() -> dict[str, Any]:
    """Return what the base template needs on every page, also on one that tells of an error.

    `addresses` are where the page is in other languages; with `posts` the form of the page is posted there.
    `topics_in_need` are the topics for which help lines are shown on a page about something sensitive.
    """
    return {
        "locale": LOCALES[current_tag()],
        "languages": tuple(NEWCOMER_LOCALES.values()),
        "addresses": _addresses(),
        "posts": False,
        "safe_site": SAFE_SITE,
        "topics_in_need": (),
        "help_for": help_lines,
        "words": newcomer_words,
    }


def _addresses() -> dict[str, str]:
    """Return the addresses of the page that was asked for, or of the start where there is no such page."""
    arguments = request.view_args or {}
    if request.method == "GET" and request.endpoint and "locale" in arguments:
        others = {name: value for name, value in arguments.items() if name != "locale"}
        return addresses_of(request.endpoint, **others)
    return addresses_of("start.welcome")

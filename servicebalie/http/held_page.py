"""Everything that is held about a visit as a page for people: a file that stands on its own.

It tells in words what matters to its reader and has the data below, so that nothing is left out of it.
"""

from datetime import datetime
from enum import StrEnum

from flask import Response, render_template

from servicebalie.http.kept import kept_periods
from servicebalie.http.locale import current_tag
from servicebalie.http.transaction import job
from servicebalie.i18n.language_names import language_name
from servicebalie.i18n.registry import DEFAULT, LOCALES, NEWCOMER_LOCALES, newcomer_locale
from servicebalie.services.desks import DeskFacts
from servicebalie.services.holdings import Holdings


class Form(StrEnum):
    """In what form a copy is; the value is the end of the name of its file."""

    PAGE = "html"
    DATA = "json"


def held_page(held: Holdings, desk: DeskFacts | None, data: bytes) -> Response:
    """Return the page about a visit in the language of this request, as a file.

    `data` is the same as JSON, as `write_copy` makes it.
    """
    work = job().work
    lists, locale = work.directory.code_lists, LOCALES[current_tag()].regional
    place = held.facts.municipality
    page = render_template(
        "newcomer/own_copy.html",
        desk=desk,
        now=work.now,
        held=held,
        data=data.decode(),
        kept=kept_periods(),
        municipality=lists.municipalities[place].name if place else None,
        language_names={code: language_name(one, locale) for code, one in lists.languages.items()},
    )
    return as_file(Response(page, mimetype="text/html"), Form.PAGE, work.now)


def as_file(response: Response, form: Form, now: datetime) -> Response:
    """Let the receiver keep a copy as a file; nothing on the way may keep it."""
    name = f"servicebalie-{now:%Y-%m-%d}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def language_of_person(held: Holdings) -> str:
    """Return the tag of the locale in which the person of a visit reads best, as far as that is known.

    That is the language they speak, and where no pages are made in it, that of the page they used.
    """
    used = held.locale if held.locale in NEWCOMER_LOCALES else DEFAULT
    return newcomer_locale(held.facts.language) or used

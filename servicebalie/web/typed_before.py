"""What somebody posted and could not be dealt with, so that the page that says so has all of it."""

from flask import Flask, request
from werkzeug.exceptions import HTTPException

_OF_NEWCOMERS = frozenset({"ask", "confirmation", "returning", "own_visit", "own_decisions", "own_copy"})
"""The pages that may be posted once more: each act of theirs is done once however often it is sent, or does
no harm a second time. What people sign in with is on none of them."""


def set_up_kept(app: Flask) -> None:
    """Give templates the fields that were posted."""
    app.jinja_env.globals["kept_fields"] = kept_fields


def kept_fields() -> list[tuple[str, str]]:
    """Return the fields that were posted to a page for newcomers, in their order."""
    if request.method != "POST" or request.blueprint not in _OF_NEWCOMERS:
        return []
    try:
        return list(request.form.items(multi=True))
    except HTTPException:
        return []

"""The size of request bodies."""

from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flask import Flask, Response, current_app, request

from servicebalie.core.errors import ServicebalieError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

P = ParamSpec("P")
T = TypeVar("T")

MAX_BODY_BYTES = 1_000_000
"""How large a body may be, where a view does not say otherwise."""

_LIMIT = "max_body_bytes"


class BodyTooLarge(ServicebalieError):
    """The body of the request is larger than `limit` bytes."""

    code = "body-too-large"


def allow_bodies_of(limit: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a view have bodies of up to `limit` bytes."""

    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        vars(view)[_LIMIT] = limit
        return view

    return decorate


def limit_bodies(app: Flask) -> None:
    """Refuse bodies over the limit, also those that do not announce their length."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.before_request(_limit_body)
    app.after_request(_close_after_unread_body)


def _limit_body() -> None:
    """Read a chunked body whole, because Werkzeug would cut it off at the limit without a word."""
    limit = _limit_of_view()
    request.max_content_length = limit
    environ: WSGIEnvironment = request.environ
    length = request.content_length
    if length is not None and length > limit:
        raise BodyTooLarge(limit=limit)
    # The body ends where it said that it would, so that it can be told whether it was read to its end.
    environ.pop("wsgi.input_terminated", None)
    if "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        return
    body = environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise BodyTooLarge(limit=limit)
    environ["wsgi.input"] = BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    del environ["HTTP_TRANSFER_ENCODING"]


def _limit_of_view() -> int:
    view = current_app.view_functions.get(request.endpoint or "")
    limit: int = getattr(view, _LIMIT, MAX_BODY_BYTES)
    return limit


def _close_after_unread_body(response: Response) -> Response:
    """Have the connection closed after a body that was not read to its end, as when its sender was refused.

    The rest of it would be taken for the next request, so the server gives the connection up unless all of
    it happens to be there; a client that is not told sends its next request into the void. Waiting for the
    rest would let anybody hold up a thread.
    """
    refused = response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if refused or (request.content_length and not getattr(request.stream, "is_exhausted", True)):
        response.headers["Connection"] = "close"
    return response

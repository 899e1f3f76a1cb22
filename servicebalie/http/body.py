"""The size of request bodies."""

from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from servicebalie.core.errors import ServicebalieError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_BODY_BYTES = 1_000_000


class BodyTooLarge(ServicebalieError):
    """The body of the request is larger than `limit` bytes."""

    code = "body-too-large"


def limit_bodies(app: Flask) -> None:
    """Refuse bodies over the limit, also those that do not announce their length."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.before_request(_read_chunked_body)
    app.after_request(_close_after_refused_body)


def _read_chunked_body() -> None:
    """Read a chunked body whole, because Werkzeug would cut it off at the limit without a word."""
    environ: WSGIEnvironment = request.environ
    length = request.content_length
    if length is not None and length > MAX_BODY_BYTES:
        raise BodyTooLarge(limit=MAX_BODY_BYTES)
    if "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        return
    body = environ["wsgi.input"].read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge(limit=MAX_BODY_BYTES)
    environ["wsgi.input"] = BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    del environ["HTTP_TRANSFER_ENCODING"]


def _close_after_refused_body(response: Response) -> Response:
    """Have the connection closed after a body that was not read to its end.

    The rest of it would be taken for the next request, so the server gives the connection up in any case; a
    client that is not told sends its next request into the void.
    """
    if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        response.headers["Connection"] = "close"
    return response

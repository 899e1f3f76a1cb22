"""Errors as RFC 9457 problems: the one place where codes become a status and a sentence."""

import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
import structlog
from flask import Flask, Response, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from servicebalie.core.errors import Fault, InvalidInput, ServicebalieError
from servicebalie.core.sealing import SealingFault
from servicebalie.db import is_unavailable
from servicebalie.http.audit import note_wrong_token
from servicebalie.http.request_limits import TooManyRequests, take_turn_of_wrong_token
from servicebalie.http.runtime import runtime
from servicebalie.http.security import is_api
from servicebalie.http.statuses import STATUS
from servicebalie.i18n.desk_words import FAULTS, PROBLEMS, TITLES
from servicebalie.logs import kinds_of, places_of

PROBLEM_TYPE = "application/problem+json"
PROBLEM_BASE = "/api/v1/docs#problem-"

WRONG_TOKENS = ("expired-token", "invalid-token")

log = structlog.get_logger()


class NotJson(ServicebalieError):
    """The body is not JSON."""

    code = "not-json"


class UnsupportedMediaType(ServicebalieError):
    """The body is of a type that the API does not read."""

    code = "unsupported-media-type"


class NotAcceptable(ServicebalieError):
    """The sender accepts none of the forms in which the answer exists."""

    code = "not-acceptable"


class IfMatchMissing(ServicebalieError):
    """An update must say which version it changes."""

    code = "if-match-missing"


_CODES_OF_STATUS = {
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "body-too-large",
    415: "unsupported-media-type",
}


def handle_errors(app: Flask) -> None:
    """Answer every error of the application with a problem, or on a page with a sentence."""
    app.register_error_handler(ServicebalieError, _on_refusal)
    app.register_error_handler(SealingFault, _on_crash)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_crash)


AWAY_SECONDS = 30
"""When it is worth trying again after the database was away."""


def _on_refusal(error: ServicebalieError) -> Response:
    if error.code == "invalid-token" and is_api():
        try:
            take_turn_of_wrong_token()
        except TooManyRequests as limit:
            error = limit
    if is_api() and error.code in WRONG_TOKENS:
        note_wrong_token(error.code)
    runtime().watch.tell(error.code, request.endpoint)
    faults = error.faults if isinstance(error, InvalidInput) else ()
    status = STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
    response = _problem(status, error.code, error.params, faults)
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="servicebalie"'
    if isinstance(error, TooManyRequests):
        _tell_limit(response, error)
    return response


def _tell_limit(response: Response, error: TooManyRequests) -> None:
    """Say when there is a turn again, and which limit that is (draft-ietf-httpapi-ratelimit-headers-10)."""
    params = error.params
    response.headers["Retry-After"] = str(params["seconds"])
    if is_api():
        name = f'"{params["limit"]}"'
        response.headers["RateLimit-Policy"] = f"{name};q={params['acts']};w={params['window']}"
        response.headers["RateLimit"] = f"{name};r=0;t={params['seconds']}"


def _on_http_error(error: HTTPException) -> Response:
    """Keep what belongs to the status, such as Allow for a wrong method or Location for a redirect."""
    original = error.get_response()
    if original.status_code < 400:
        return Response(original.get_data(), original.status_code, original.headers)
    code = _CODES_OF_STATUS.get(original.status_code, "bad-request")
    response = _problem(HTTPStatus(original.status_code), code, {}, ())
    if "Allow" in original.headers:
        response.headers["Allow"] = original.headers["Allow"]
    return response


def _on_crash(error: Exception) -> Response:
    """Answer that the database is away, when that is why; otherwise that something went wrong."""
    if is_unavailable(error):
        incident = _log("database-away", error)
        response = _problem(HTTPStatus.SERVICE_UNAVAILABLE, "database-away", {}, (), instance=incident)
        response.headers["Retry-After"] = str(AWAY_SECONDS)
        return response
    incident = _log("crash", error)
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", {}, (), instance=incident)


def _log(event: str, error: Exception) -> str:
    """Log an error under an id, which is all that the sender is told of it, and return the id.

    The log gets the kinds of the error and the places it came through. It does not get the message, which
    may hold what a person typed: that of a failed statement holds its values.
    """
    incident = secrets.token_hex(8)
    log.log(
        logging.ERROR,
        event,
        incident=incident,
        endpoint=request.endpoint,
        kinds=kinds_of(error),
        places=places_of(error.__traceback__),
    )
    return f"urn:incident:{incident}"


def _problem(
    status: HTTPStatus,
    code: str,
    params: Mapping[str, Any],
    faults: tuple[Fault, ...],
    instance: str | None = None,
) -> Response:
    if not is_api():
        page = render_template("problem.html", status=status.value, code=code, instance=instance)
        return Response(page, status, mimetype="text/html")
    problem = {
        "type": f"{PROBLEM_BASE}{code}",
        "title": gettext(TITLES.get(status, status.phrase)),
        "status": status.value,
        "detail": gettext(PROBLEMS.get(code, PROBLEMS["bad-request"]), **params),
        "instance": instance or quote(request.path),
        "code": code,
        "errors": [_fault(fault) for fault in faults],
    }
    return Response(orjson.dumps(problem), status, mimetype=PROBLEM_TYPE)


def _fault(fault: Fault) -> dict[str, str]:
    sentence = FAULTS[fault.code]
    return {
        "pointer": fault.pointer,
        "code": fault.code,
        "detail": gettext(sentence, **fault.params) if fault.params else gettext(sentence),
    }

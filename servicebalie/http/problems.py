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

from servicebalie.core.errors import (
    Fault,
    InvalidInput,
    InvalidReference,
    InvalidReturnCode,
    ServicebalieError,
)
from servicebalie.http.authentication import NoToken, RoleNotAllowed
from servicebalie.http.body import BodyTooLarge
from servicebalie.http.security import is_api
from servicebalie.i18n.desk_words import FAULTS, PROBLEMS, TITLES
from servicebalie.services.accounts import ExpiredToken, InvalidToken
from servicebalie.services.desks import NoDesk
from servicebalie.services.questions import QuestionChanged, QuestionNotForYou, QuestionNotFound
from servicebalie.services.recorded_answers import KeyUsedForAnotherRequest
from servicebalie.services.referrals import QuestionClosed

PROBLEM_TYPE = "application/problem+json"
PROBLEM_BASE = "/api/v1/docs#problem-"

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


STATUS: Mapping[type[ServicebalieError], HTTPStatus] = {
    BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ExpiredToken: HTTPStatus.UNAUTHORIZED,
    IfMatchMissing: HTTPStatus.PRECONDITION_REQUIRED,
    InvalidInput: HTTPStatus.BAD_REQUEST,
    InvalidReference: HTTPStatus.NOT_FOUND,
    InvalidReturnCode: HTTPStatus.BAD_REQUEST,
    InvalidToken: HTTPStatus.UNAUTHORIZED,
    KeyUsedForAnotherRequest: HTTPStatus.CONFLICT,
    NoDesk: HTTPStatus.SERVICE_UNAVAILABLE,
    NoToken: HTTPStatus.UNAUTHORIZED,
    NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    NotJson: HTTPStatus.BAD_REQUEST,
    QuestionChanged: HTTPStatus.PRECONDITION_FAILED,
    QuestionClosed: HTTPStatus.CONFLICT,
    QuestionNotForYou: HTTPStatus.FORBIDDEN,
    QuestionNotFound: HTTPStatus.NOT_FOUND,
    RoleNotAllowed: HTTPStatus.FORBIDDEN,
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}

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
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_crash)


def _on_refusal(error: ServicebalieError) -> Response:
    faults = error.faults if isinstance(error, InvalidInput) else ()
    status = STATUS.get(type(error), HTTPStatus.BAD_REQUEST)
    response = _problem(status, error.code, error.params, faults)
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="servicebalie"'
    return response


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
    """Log a crash under an id and tell the sender nothing but that id."""
    incident = secrets.token_hex(8)
    log.log(logging.ERROR, "crash", incident=incident, endpoint=request.endpoint, exc_info=error)
    return _problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", {}, (), instance=f"urn:incident:{incident}"
    )


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

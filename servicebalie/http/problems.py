"""Errors as RFC 9457 problems: the one place where codes become a status and a sentence."""

import logging
import secrets
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from traceback import extract_tb
from typing import Any
from urllib.parse import quote

import orjson
import structlog
from flask import Flask, Response, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from servicebalie.core.errors import Fault, InvalidInput, ServicebalieError
from servicebalie.http.security import is_api
from servicebalie.i18n.desk_words import FAULTS, PROBLEMS, TITLES

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


STATUS: Mapping[str, HTTPStatus] = {
    "body-too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "document-not-published": HTTPStatus.NOT_FOUND,
    "expired-token": HTTPStatus.UNAUTHORIZED,
    "idempotency-key-reused": HTTPStatus.CONFLICT,
    "foreign-form": HTTPStatus.FORBIDDEN,
    "if-match-missing": HTTPStatus.PRECONDITION_REQUIRED,
    "invalid-reference": HTTPStatus.NOT_FOUND,
    "invalid-token": HTTPStatus.UNAUTHORIZED,
    "no-desk": HTTPStatus.SERVICE_UNAVAILABLE,
    "no-token": HTTPStatus.UNAUTHORIZED,
    "not-acceptable": HTTPStatus.NOT_ACCEPTABLE,
    "period-not-published": HTTPStatus.NOT_FOUND,
    "question-changed": HTTPStatus.PRECONDITION_FAILED,
    "question-closed": HTTPStatus.CONFLICT,
    "question-not-for-you": HTTPStatus.FORBIDDEN,
    "question-not-found": HTTPStatus.NOT_FOUND,
    "nothing-was-asked": HTTPStatus.CONFLICT,
    "referral-already-accepted": HTTPStatus.CONFLICT,
    "referral-changed": HTTPStatus.CONFLICT,
    "referral-ended": HTTPStatus.CONFLICT,
    "referral-not-for-you": HTTPStatus.FORBIDDEN,
    "referral-not-found": HTTPStatus.NOT_FOUND,
    "rights-request-not-found": HTTPStatus.NOT_FOUND,
    "role-not-allowed": HTTPStatus.FORBIDDEN,
    "rules-changed": HTTPStatus.PRECONDITION_FAILED,
    "service-changed": HTTPStatus.PRECONDITION_FAILED,
    "service-not-found": HTTPStatus.NOT_FOUND,
    "unsupported-media-type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "visit-restricted": HTTPStatus.CONFLICT,
}
"""The status of each code that is more than a bad request.

By code and not by class, so that who reads published trends does not reach the questions through here.
"""

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
    status = STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
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
    """Log a crash under an id and tell the sender nothing but that id.

    The log gets the kinds of the error and the places it came through. It does not get the message, which
    may hold what a person typed: that of a failed statement holds its values.
    """
    incident = secrets.token_hex(8)
    log.log(
        logging.ERROR,
        "crash",
        incident=incident,
        endpoint=request.endpoint,
        kinds=[type(each).__qualname__ for each in _with_causes(error)],
        places=[f"{place.filename}:{place.lineno}" for place in extract_tb(error.__traceback__)],
    )
    return _problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", {}, (), instance=f"urn:incident:{incident}"
    )


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


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

"""The Idempotency-Key header: a POST that is sent twice is carried out once."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, make_response, request

from servicebalie.core.errors import Fault, InvalidInput
from servicebalie.http.audit import did_again
from servicebalie.http.transaction import job
from servicebalie.services.accounts import Principal
from servicebalie.services.recorded_answers import Answer, AnswerSlot, find_answer, record_answer

P = ParamSpec("P")

MAX_KEY_LENGTH = 200


def idempotent(view: Callable[P, object]) -> Callable[P, Response]:
    """Give the recorded answer to a request that came before with this key; otherwise run and record.

    Only successful answers are recorded: after a refusal, the corrected request may use the same key.
    """

    @wraps(view)
    def answer_once(*args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return make_response(view(*args, **kwargs))
        if not key or len(key) > MAX_KEY_LENGTH:
            raise InvalidInput(Fault("/Idempotency-Key", "invalid-idempotency-key"))
        session, work = job().session, job().work
        slot = AnswerSlot.of(
            work.keys.answers,
            sender=_sender(job().user),
            idempotency_key=key,
            request=f"{request.method} {request.path}\n".encode() + request.get_data(),
        )
        recorded = find_answer(session, slot, work.now)
        if recorded:
            did_again()
            return _replay(recorded)
        response = make_response(view(*args, **kwargs))
        if response.status_code < 300:
            record_answer(session, slot, _answer_of(response), work.now)
        return response

    return answer_once


def _sender(user: Principal) -> str:
    """Return who sends, with what they may see: who may see less now does not get an old answer again."""
    cleared = "cleared" if user.cleared else "not cleared"
    return f"user {user.user_id}, {user.role}, desk {user.desk_id}, of {user.organisation_id}, {cleared}"


def _answer_of(response: Response) -> Answer:
    headers = response.headers
    return Answer(response.status_code, response.get_data(), headers.get("Location"), headers.get("ETag"))


def _replay(answer: Answer) -> Response:
    response = Response(answer.body, answer.status, mimetype="application/json")
    for name, value in (("Location", answer.location), ("ETag", answer.etag)):
        if value:
            response.headers[name] = value
    return response

"""`/rights`: what people ask the desk to do with what it keeps of them, and carrying it out."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Response, request
from marshmallow import ValidationError, fields

from servicebalie.api.framework import (
    AnswerSchema,
    Resources,
    documents,
    json_response,
    refuse_unacceptable,
)
from servicebalie.api.questions import WITH_BODY
from servicebalie.core.audit import RecordKind
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.permissions import Action
from servicebalie.core.reference_codes import decode_visit, encode_visit
from servicebalie.core.rights import Right, RightResult
from servicebalie.core.vocabulary import Actor
from servicebalie.http.audit import about
from servicebalie.http.fields import Boolean, Code, Day, InputSchema, VisitReference
from servicebalie.http.held_document import held_document, write_copy
from servicebalie.http.held_page import held_page, language_of_person
from servicebalie.http.locale import answer_in
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_action, job
from servicebalie.i18n.registry import NEWCOMER_LOCALES
from servicebalie.services.desks import find_desk
from servicebalie.services.holdings import read_holdings
from servicebalie.services.rights import CARRIED_OUT, exercise_right, find_visit_of, references_of_visit
from servicebalie.services.rights_register import (
    RightRecord,
    answer_request,
    extend_request,
    list_rights,
    register_request,
)

resources = Resources(
    "rights", __name__, url_prefix=f"{API_PATH}/rights", description="Rights over what is kept (GDPR)."
)

JSON = "application/json"
PAGE = "text/html"
AS_PAGE = {
    200: {
        "description": "What was carried out. Access can also be a page to print or send: Accept: text/html.",
        "content": {PAGE: {"schema": {"type": "string", "format": "binary"}}},
    }
}

_CARRIED_OUT = ", ".join(f"'{each.value}'" for each in CARRIED_OUT)


class RightSchema(AnswerSchema):
    """That a right was used, or is asked for; never what about."""

    request = fields.String()
    right = Code(Right)
    carriedOutBy = Code(Actor)
    visit = fields.String(allow_none=True, metadata={"description": "Null after erasure."})
    receivedAt = fields.DateTime()
    dueDate = fields.Date(
        allow_none=True, metadata={"description": "The last day for an answer (article 12(3) GDPR)."}
    )
    overdue = fields.Boolean()
    extended = fields.Boolean()
    handledAt = fields.DateTime(allow_none=True)
    result = Code(RightResult, allow_none=True)
    questions = fields.Integer(allow_none=True)


class RightsSchema(AnswerSchema):
    """A part of the register."""

    items = fields.List(fields.Nested(RightSchema))


class CarriedOutSchema(RightSchema):
    """A right that was carried out; `held` is everything that is held, after access."""

    held = fields.Dict(allow_none=True)


class NewRequestSchema(InputSchema):
    """What somebody asked the desk to do, today if not said otherwise."""

    right = Code(Right, required=True)
    visit = VisitReference()
    receivedDate = Day()


class ResultSchema(InputSchema):
    """What became of what somebody asked."""

    result = Code(RightResult, required=True)


class RegisterFilterSchema(InputSchema):
    """Which part of the register to list."""

    waiting = Boolean(load_default=False, metadata={"description": "Only what waits for an answer."})


class UseSchema(InputSchema):
    """The visit over which a right is used, and the request that asked for it."""

    visit = VisitReference(required=True)
    request = VisitReference(metadata={"description": "The request in the register, if there is one."})


def _one_of_our_locales(tag: str) -> None:
    if tag not in NEWCOMER_LOCALES:
        raise ValidationError(f"unknown-code allowed={','.join(NEWCOMER_LOCALES)}")


class PageQuerySchema(InputSchema):
    """In which language the page is wanted; without it, in that of the person."""

    locale = fields.String(
        validate=_one_of_our_locales,
        metadata={
            "enum": list(NEWCOMER_LOCALES),
            "description": "The language of the page after access; without it, that of the person.",
        },
    )


@resources.before_request
def refuse_other_forms() -> None:
    """Raise `NotAcceptable` for a sender who accepts no JSON, unless it is a page that can be had."""
    if not _wants_page():
        refuse_unacceptable()


@resources.route("", methods=["GET"])
@documents()
@for_action(Action.READ_RIGHTS)
@resources.arguments(RegisterFilterSchema, location="query")
@resources.response(200, RightsSchema)
def get_rights(query: Mapping[str, Any]) -> Response:
    """List the newest uses of rights, or what waits for an answer, the most urgent first."""
    found = list_rights(job().session, job().work.desk_id, waiting=query["waiting"])
    return json_response({"items": [_right_json(one) for one in found]})


@resources.route("", methods=["POST"])
@documents(HTTPStatus.NOT_FOUND, *WITH_BODY)
@for_action(Action.EXERCISE_RIGHT, writes=True)
@resources.body(NewRequestSchema)
@resources.response(201, RightSchema)
def post_request(body: Mapping[str, Any]) -> Response:
    """Write down what somebody asked; the desk has a month to answer."""
    visit = find_visit_of(job().session, job().work, job().user, body["visit"]) if "visit" in body else None
    received_on = body.get("receivedDate", _today())
    request = register_request(job().session, job().work, body["right"], received_on, visit)
    return json_response(_right_json(request), 201)


@resources.route("/<request>/extend", methods=["POST"])
@documents(HTTPStatus.NOT_FOUND)
@for_action(Action.EXERCISE_RIGHT, writes=True)
@resources.response(200, RightSchema)
def post_extension(request: str) -> Response:
    """Take two months more for an answer; the person must be told why before the first month is over."""
    return json_response(_right_json(extend_request(job().session, job().work, decode_visit(request))))


@resources.route("/<request>/answer", methods=["POST"])
@documents(HTTPStatus.NOT_FOUND, *WITH_BODY)
@for_action(Action.EXERCISE_RIGHT, writes=True)
@resources.body(ResultSchema)
@resources.response(200, RightSchema)
def post_answer(body: Mapping[str, Any], request: str) -> Response:
    """Note what became of what somebody asked."""
    answered = answer_request(job().session, job().work, decode_visit(request), body["result"])
    return json_response(_right_json(answered))


@resources.route(f"/<any({_CARRIED_OUT}):right>", methods=["POST"])
@resources.doc(responses=AS_PAGE)
@documents(HTTPStatus.NOT_FOUND, *WITH_BODY)
@for_action(Action.EXERCISE_RIGHT, writes=True)
@resources.arguments(PageQuerySchema, location="query")
@resources.body(UseSchema)
@resources.response(200, CarriedOutSchema)
def post_right(body: Mapping[str, Any], query: Mapping[str, Any], right: str) -> Response:
    """Carry out a right for a person, once it is sure who they are; access answers with all that is held.

    To who likes `text/html` best, access answers with the page that people get with their return code.
    """
    session, work = job().session, job().work
    visit = find_visit_of(session, work, job().user, body["visit"])
    # Noted by its questions, as all that is done with them is, and before they may be gone.
    about(RecordKind.QUESTION, *references_of_visit(session, visit))
    used = exercise_right(session, work, Right(right), visit, body.get("request"))
    if used.right is not Right.ACCESS:
        return json_response({**_right_json(used), "held": None})
    held, desk = read_holdings(session, work, visit), find_desk(session, job().user.desk_slug)
    if _wants_page():
        answer_in(query.get("locale") or language_of_person(held))
        response = held_page(held, desk, write_copy(held, desk.name, work.now))
    else:
        response = json_response({**_right_json(used), "held": held_document(held, desk.name, work.now)})
    response.vary.add("Accept")
    return response


def _wants_page() -> bool:
    """Whether this is a request for access that likes a page better than JSON."""
    accepted = request.accept_mimetypes
    about_access = (request.view_args or {}).get("right") == Right.ACCESS
    return about_access and bool(accepted) and accepted.best_match((JSON, PAGE)) == PAGE


def _right_json(record: RightRecord) -> dict[str, Any]:
    return {
        "request": encode_visit(record.id),
        "right": record.right,
        "carriedOutBy": record.actor,
        "visit": encode_visit(record.visit_id) if record.visit_id is not None else None,
        "receivedAt": record.received_at,
        "dueDate": record.due_on,
        "overdue": record.handled_at is None and record.due_on is not None and record.due_on < _today(),
        "extended": record.extended,
        "handledAt": record.handled_at,
        "result": record.result,
        "questions": record.count,
    }


def _today() -> date:
    return job().work.now.astimezone(AMSTERDAM).date()

"""`/questions`: registering, finding, correcting, referring, answering and closing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Response, request

from servicebalie.api.cursors import make_cursor, read_cursor
from servicebalie.api.framework import Resources, documents, json_response, page_link, refuse_unacceptable
from servicebalie.api.question_answers import (
    QuestionSchema,
    QuestionsSchema,
    SummariesSchema,
    question_json,
    summary_json,
)
from servicebalie.api.question_schemas import (
    BatchSchema,
    ClosingSchema,
    CorrectionSchema,
    FilterSchema,
    NewMessageSchema,
    NewQuestionSchema,
    NewReferralSchema,
    new_question,
    new_visit,
    question_filter,
)
from servicebalie.api.text_answers import MessageSchema, message_json
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.errors import Fault, InvalidInput
from servicebalie.core.permissions import Action
from servicebalie.core.reference_codes import normalise_reference
from servicebalie.core.referral_states import End
from servicebalie.core.vocabulary import Actor, Author, Role
from servicebalie.http.audit import about, did
from servicebalie.http.idempotency import MAX_KEY_LENGTH, idempotent
from servicebalie.http.problems import IfMatchMissing
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_action, job
from servicebalie.i18n.registry import DEFAULT, NEWCOMER_LOCALES, locale_of_language
from servicebalie.services.intake import NewVisit, RegisteredVisit, add_questions, register_visit
from servicebalie.services.masking import mask_question
from servicebalie.services.messages import post_message
from servicebalie.services.question_lists import list_questions, position
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import (
    Correction,
    QuestionChanged,
    close_question,
    correct_question,
    find_question,
    seen_by,
)
from servicebalie.services.referral_acts import ReferralCase, complete
from servicebalie.services.referrals import refer_question
from servicebalie.services.workplace import Workplace

PATH = f"{API_PATH}/questions"

resources = Resources("questions", __name__, url_prefix=PATH, description="Questions of newcomers.")
resources.before_request(refuse_unacceptable)

WITH_BODY = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "The same key with the same request gives the same answer for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH},
}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "description": "The ETag of the version that is changed.",
    "required": True,
    "schema": {"type": "string"},
}


MAY_MATCH = {
    **IF_MATCH,
    "description": "The ETag of the version that was read; without it the newest one is meant.",
    "required": False,
}


@resources.route("", methods=["POST"])
@documents(HTTPStatus.CONFLICT, *WITH_BODY, header=IDEMPOTENCY_KEY)
@for_action(Action.REGISTER_QUESTION, writes=True, at_once=True)
@idempotent
@resources.body(NewQuestionSchema)
@resources.response(201, QuestionSchema)
def post_question(body: Mapping[str, Any]) -> Response:
    """Register a question, route it, and say where it went and why."""
    registered = _register_one(body)
    (view,) = registered.questions
    about(RecordKind.QUESTION, view.reference)
    response = json_response(question_json(view, registered.return_code), 201)
    response.headers["Location"] = f"{PATH}/{view.reference}"
    return response


@resources.route("/batch", methods=["POST"])
@documents(HTTPStatus.CONFLICT, *WITH_BODY, header=IDEMPOTENCY_KEY)
@for_action(Action.REGISTER_QUESTION, writes=True)
@idempotent
@resources.body(BatchSchema)
@resources.response(201, QuestionsSchema)
def post_batch(body: Mapping[str, Any]) -> Response:
    """Register several questions, all or none; with `visit` they are the needs of one encounter."""
    registered = [_register_together(body)] if "visit" in body else _register_each(body["questions"])
    about(RecordKind.QUESTION, *(view.reference for visit in registered for view in visit.questions))
    items = [question_json(view, visit.return_code) for visit in registered for view in visit.questions]
    return json_response({"items": items}, 201)


@resources.route("", methods=["GET"])
@documents()
@for_action(Action.READ_QUESTION)
@resources.arguments(FilterSchema, location="query")
@resources.response(200, SummariesSchema)
def get_questions(query: Mapping[str, Any]) -> Response:
    """List questions, the newest first; `nextCursor` and the Link header lead to the next page."""
    limit, wanted = query["limit"], question_filter(query)
    found = list_questions(
        job().session,
        job().work,
        job().user,
        wanted,
        before=read_cursor(query["cursor"], most=64 if wanted.attention else 63)
        if "cursor" in query
        else None,
        limit=limit + 1,
    )
    page = found[:limit]
    last = position(page[-1]) if wanted.attention and page else page[-1].id if page else 0
    cursor = make_cursor(last) if len(found) > limit else None
    response = json_response({"items": [summary_json(summary) for summary in page], "nextCursor": cursor})
    return page_link(response, cursor)


@resources.route("/<reference>", methods=["GET"])
@documents(HTTPStatus.NOT_FOUND)
@for_action(Action.READ_QUESTION)
@resources.response(200, QuestionSchema)
def get_question(reference: str) -> Response:
    """Show a question; its ETag is needed to correct it."""
    return _shown(_find(reference))


@resources.route("/<reference>", methods=["PATCH"])
@documents(
    HTTPStatus.NOT_FOUND,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.PRECONDITION_REQUIRED,
    *WITH_BODY,
    header=IF_MATCH,
)
@for_action(Action.CORRECT_QUESTION, writes=True)
@resources.body(CorrectionSchema)
@resources.response(200, QuestionSchema)
def patch_question(correction: Correction, reference: str) -> Response:
    """Correct a question; If-Match must hold the ETag of the version that is corrected."""
    question = _find(reference)
    if not request.if_match:
        raise IfMatchMissing
    if not request.if_match.contains(str(question.version)):
        raise QuestionChanged
    return _shown(correct_question(job().session, job().work, question, correction, question.version))


@resources.route("/<reference>/mask", methods=["POST"])
@documents(
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    headers=[IDEMPOTENCY_KEY, MAY_MATCH],
)
@for_action(Action.MASK_QUESTION, writes=True)
@idempotent
@resources.response(200, QuestionSchema)
def post_mask(reference: str) -> Response:
    """Mask the numbers that `personalNumbers` warns of, in the text, its messages and all translations.

    They are overwritten and cannot be had back. Where nothing is found, nothing changes.
    """
    question = _find(reference)
    if request.if_match and not request.if_match.contains(str(question.version)):
        raise QuestionChanged
    if not mask_question(job().session, job().work, question):
        did(AuditAction.QUESTION_READ)
    return _shown(_find(reference))


@resources.route("/<reference>/referrals", methods=["POST"])
@documents(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, *WITH_BODY, header=IDEMPOTENCY_KEY)
@for_action(Action.REFER_QUESTION, writes=True)
@idempotent
@resources.body(NewReferralSchema)
@resources.response(201, QuestionSchema)
def post_referral(body: Mapping[str, Any], reference: str) -> Response:
    """Send a question to a service, or have it routed again."""
    refer_question(
        job().session,
        job().work,
        _find(reference),
        service_id=body.get("service"),
        kind=body.get("kind"),
        reason=body.get("reason"),
        consents=body["consent"],
        alongside=body["alongside"],
    )
    return _shown(_find(reference), 201)


@resources.route("/<reference>/messages", methods=["POST"])
@documents(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, *WITH_BODY, header=IDEMPOTENCY_KEY)
@for_action(Action.WRITE_MESSAGE, writes=True)
@idempotent
@resources.body(NewMessageSchema)
@resources.response(201, MessageSchema)
def post_question_message(body: Mapping[str, Any], reference: str) -> Response:
    """Write to the person, who reads it with the return code."""
    question = _find(reference)
    is_partner = job().user.role is Role.PARTNER
    message = post_message(
        job().session,
        job().work,
        question,
        Author.PARTNER if is_partner else Author.DESK,
        body["text"],
        language=body.get("language"),
        translation=body.get("translation"),
        awaits_reply=body["awaitsReply"],
        referral=question.referral if is_partner else None,
    )
    return json_response(message_json(message), 201)


@resources.route("/<reference>/close", methods=["POST"])
@documents(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, *WITH_BODY, header=IDEMPOTENCY_KEY)
@for_action(Action.CLOSE_QUESTION, writes=True)
@idempotent
@resources.body(ClosingSchema)
@resources.response(200, QuestionSchema)
def post_close(body: Mapping[str, Any], reference: str) -> Response:
    """Close a question with its outcome; for a partner, complete its part of it."""
    session, work, question = job().session, job().work, _find(reference)
    end = End(body["outcome"], body.get("unmetReason"))
    if job().user.role is Role.PARTNER:
        complete(session, work, ReferralCase(question, question.referral), Actor.PARTNER, end)
    else:
        close_question(session, work, question, end.outcome, end.unmet_reason)
    return _shown(_find(reference))


def _register_one(body: Mapping[str, Any]) -> RegisteredVisit:
    work = job().work
    if "visit" in body:
        added = add_questions(job().session, work, body["visit"], [new_question(body)])
        return replace(added, questions=tuple(seen_by(job().user, view) for view in added.questions))
    visit = new_visit(body)
    return register_visit(job().writer, _for_person(work, visit), visit, [new_question(body)])


def _register_each(bodies: Sequence[Mapping[str, Any]]) -> list[RegisteredVisit]:
    """Register questions apart from each other; raises the faults of all of them at once."""
    registered: list[RegisteredVisit] = []
    faults: list[Fault] = []
    for number, body in enumerate(bodies):
        try:
            registered.append(_register_one(body))
        except InvalidInput as refusal:
            faults += refusal.below(f"/questions/{number}")
    if faults:
        raise InvalidInput(*faults)
    return registered


def _register_together(body: Mapping[str, Any]) -> RegisteredVisit:
    questions = [new_question(question) for question in body["questions"]]
    visit = new_visit(body["visit"])
    try:
        return register_visit(job().session, _for_person(job().work, visit), visit, questions)
    except InvalidInput as refusal:
        raise InvalidInput(*refusal.below("/visit")) from None


def _for_person(work: Workplace, visit: NewVisit) -> Workplace:
    """Return the workplace in the language of the person, because mail is for them and not for who registers.

    Who asked in a language in which there are no pages gets the usual one.
    """
    language = visit.facts.language
    if language is None:
        return work
    tag = locale_of_language(language)
    return replace(work, locale=tag if tag in NEWCOMER_LOCALES else DEFAULT)


def _find(reference: str) -> QuestionView:
    normal = normalise_reference(reference)
    about(RecordKind.QUESTION, normal)
    return find_question(job().session, job().work, job().user, normal)


def _shown(view: QuestionView, status: int = 200) -> Response:
    response = json_response(question_json(view), status)
    response.set_etag(str(view.version))
    return response

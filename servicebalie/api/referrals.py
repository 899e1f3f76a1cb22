"""`/referrals`: the inbox of partners, and what they do with what is in it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, request

from servicebalie.api.cursors import make_cursor, read_cursor
from servicebalie.api.framework import Resources, documents, json_response, page_link, refuse_unacceptable
from servicebalie.api.questions import IDEMPOTENCY_KEY, WITH_BODY
from servicebalie.api.referral_schemas import (
    CompletionSchema,
    InboxFilterSchema,
    InboxItemsSchema,
    InboxReferralSchema,
    LetterSchema,
    NoteSchema,
    ReturnSchema,
    inbox_item_json,
    inbox_referral_json,
)
from servicebalie.core.audit import RecordKind
from servicebalie.core.permissions import Action
from servicebalie.core.reference_codes import decode_referral
from servicebalie.core.referral_states import End
from servicebalie.core.vocabulary import Actor, Role
from servicebalie.http.audit import about
from servicebalie.http.idempotency import idempotent
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_action, job
from servicebalie.services.questions import QuestionChanged
from servicebalie.services.referral_acts import (
    ReferralCase,
    accept,
    answer,
    ask_back,
    complete,
    return_referral,
    revoke,
)
from servicebalie.services.referral_inbox import ReferralFilter, find_referral, list_referrals

resources = Resources(
    "referrals", __name__, url_prefix=f"{API_PATH}/referrals", description="Questions handed to partners."
)
resources.before_request(refuse_unacceptable)

REFUSALS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, *WITH_BODY)
"""How an act can be refused."""


@resources.route("", methods=["GET"])
@documents()
@for_action(Action.READ_INBOX)
@resources.arguments(InboxFilterSchema, location="query")
@resources.response(200, InboxItemsSchema)
def get_referrals(query: Mapping[str, Any]) -> Response:
    """List the referrals to the own organisation, the newest first; without a status those that are open."""
    limit = query["limit"]
    found = list_referrals(
        job().session,
        job().work,
        job().user,
        ReferralFilter(query.get("status"), query.get("overdue"), query.get("question")),
        before=read_cursor(query["cursor"]) if "cursor" in query else None,
        limit=limit + 1,
    )
    page = found[:limit]
    cursor = make_cursor(page[-1].id) if len(found) > limit else None
    response = json_response({"items": [inbox_item_json(one) for one in page], "nextCursor": cursor})
    return page_link(response, cursor)


@resources.route("/<reference>", methods=["GET"])
@documents(HTTPStatus.NOT_FOUND)
@for_action(Action.READ_REFERRAL)
@resources.response(200, InboxReferralSchema)
def get_referral(reference: str) -> Response:
    """Show a referral, with what its service needs to help and nothing more."""
    return _shown(_find(reference))


@resources.route("/<reference>/accept", methods=["POST"])
@documents(*REFUSALS, header=IDEMPOTENCY_KEY)
@for_action(Action.ACCEPT_REFERRAL, writes=True)
@idempotent
@resources.body(NoteSchema)
@resources.response(200, InboxReferralSchema)
def post_accept(body: Mapping[str, Any], reference: str) -> Response:
    """Take a referral on."""
    accept(job().session, job().work, _unchanged(reference), note=body.get("note"))
    return _shown(_find(reference))


@resources.route("/<reference>/return", methods=["POST"])
@documents(*REFUSALS, header=IDEMPOTENCY_KEY)
@for_action(Action.RETURN_REFERRAL, writes=True)
@idempotent
@resources.body(ReturnSchema)
@resources.response(200, InboxReferralSchema)
def post_return(body: Mapping[str, Any], reference: str) -> Response:
    """Give a referral back to the desk, with the reason."""
    case = _unchanged(reference)
    return_referral(job().session, job().work, case, body["reason"], note=body.get("note"))
    return _shown(_find(reference))


@resources.route("/<reference>/ask-back", methods=["POST"])
@documents(*REFUSALS, header=IDEMPOTENCY_KEY)
@for_action(Action.ASK_BACK, writes=True)
@idempotent
@resources.body(LetterSchema)
@resources.response(200, InboxReferralSchema)
def post_ask_back(body: Mapping[str, Any], reference: str) -> Response:
    """Ask the person something; until the reply the clock stands still."""
    case = _unchanged(reference)
    ask_back(job().session, job().work, case, body["text"], language=body.get("language"))
    return _shown(_find(reference))


@resources.route("/<reference>/answer", methods=["POST"])
@documents(*REFUSALS, header=IDEMPOTENCY_KEY)
@for_action(Action.ANSWER_REFERRAL, writes=True)
@idempotent
@resources.body(LetterSchema)
@resources.response(200, InboxReferralSchema)
def post_answer(body: Mapping[str, Any], reference: str) -> Response:
    """Write to the person, who reads it with the return code; the referral stays open."""
    case = _unchanged(reference)
    answer(job().session, job().work, case, body["text"], language=body.get("language"))
    return _shown(_find(reference))


@resources.route("/<reference>/complete", methods=["POST"])
@documents(*REFUSALS, header=IDEMPOTENCY_KEY)
@for_action(Action.COMPLETE_REFERRAL, writes=True)
@idempotent
@resources.body(CompletionSchema)
@resources.response(200, InboxReferralSchema)
def post_complete(body: Mapping[str, Any], reference: str) -> Response:
    """End a referral with what came of it; the last open one closes the question."""
    actor = Actor.PARTNER if job().user.role is Role.PARTNER else Actor.DESK
    end = End(body["outcome"], body.get("unmetReason"))
    complete(job().session, job().work, _unchanged(reference), actor, end, note=body.get("note"))
    return _shown(_find(reference))


@resources.route("/<reference>/revoke", methods=["POST"])
@documents(*REFUSALS, header=IDEMPOTENCY_KEY)
@for_action(Action.REVOKE_REFERRAL, writes=True)
@idempotent
@resources.body(NoteSchema)
@resources.response(200, InboxReferralSchema)
def post_revoke(body: Mapping[str, Any], reference: str) -> Response:
    """Take a referral back from its service; without another one the desk has the question."""
    revoke(job().session, job().work, _unchanged(reference), note=body.get("note"))
    return _shown(_find(reference))


def _find(reference: str) -> ReferralCase:
    case = find_referral(job().session, job().work, job().user, decode_referral(reference))
    about(RecordKind.QUESTION, case.question.reference)
    return case


def _unchanged(reference: str) -> ReferralCase:
    """Return a referral to act on; raises `QuestionChanged` when the sender has seen an older version."""
    case = _find(reference)
    if request.if_match and not request.if_match.contains(str(case.question.version)):
        raise QuestionChanged
    return case


def _shown(case: ReferralCase) -> Response:
    response = json_response(inbox_referral_json(case, job().work))
    response.set_etag(str(case.question.version))
    return response

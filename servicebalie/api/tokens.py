"""`/tokens`: the tokens of whoever asks, to see what they are used for and to make narrower ones."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Response
from marshmallow import fields, validate

from servicebalie.api.framework import AnswerSchema, Resources, documents, json_response, refuse_unacceptable
from servicebalie.api.questions import WITH_BODY
from servicebalie.core.audit import RecordKind
from servicebalie.core.permissions import Action
from servicebalie.core.scopes import Scope
from servicebalie.http.audit import about
from servicebalie.http.fields import Boolean, Code, InputSchema
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_action, job
from servicebalie.services.tokens import TokenFacts, issue_own_token, list_own_tokens, revoke_own_token

USUAL_DAYS = 90
MOST_DAYS = 365

resources = Resources("tokens", __name__, url_prefix=f"{API_PATH}/tokens", description="Your own tokens.")
resources.before_request(refuse_unacceptable)


class TokenSchema(AnswerSchema):
    """A token that is good; the token itself is shown once, when it is made."""

    prefix = fields.String(metadata={"description": "How the token begins, to tell it apart."})
    scopes = fields.List(
        Code(Scope),
        allow_none=True,
        metadata={"description": "What it is for; null for all that your role may."},
    )
    createdAt = fields.AwareDateTime()
    expiresAt = fields.AwareDateTime()
    lastUsedAt = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When it was last used, to the hour; null for never."}
    )
    madeWith = fields.String(
        allow_none=True,
        metadata={"description": "How the token begins that it was made with, or in whose place it came."},
    )
    current = fields.Boolean(metadata={"description": "Whether this request was sent with it."})


class TokensSchema(AnswerSchema):
    """The own tokens."""

    items = fields.List(fields.Nested(TokenSchema))


class MadeTokenSchema(TokenSchema):
    """A token that was just made."""

    token = fields.String(metadata={"description": "The token; it cannot be read again."})


class NewTokenSchema(InputSchema):
    """A token to make: for what and for how many days, but never longer than the one it is made with."""

    scopes = fields.List(
        Code(Scope),
        required=True,
        validate=[
            validate.Length(min=1, error="too-few"),
            validate.Length(max=len(Scope), error=f"too-many limit={len(Scope)}"),
        ],
    )
    days = fields.Integer(
        strict=True,
        load_default=USUAL_DAYS,
        validate=validate.Range(1, MOST_DAYS, error=f"number-out-of-range least=1 most={MOST_DAYS}"),
    )


class RevokeQuerySchema(InputSchema):
    """Whether those go as well that were made with the token."""

    withDescendants = Boolean(
        load_default=False,
        metadata={"description": "Also ends what was made with it, even when it has ended itself."},
    )


class RevokedSchema(AnswerSchema):
    """What ended, and what did not."""

    revoked = fields.Integer(metadata={"description": "How many tokens ended."})
    stillGood = fields.List(
        fields.String(),
        metadata={"description": "How those begin that were made with it and are good still."},
    )


@resources.route("", methods=["GET"])
@documents()
@for_action(Action.READ_OWN_TOKENS)
@resources.response(200, TokensSchema)
def get_tokens() -> Response:
    """List your own tokens that are good."""
    found = list_own_tokens(job().session, job().user, job().work.now)
    return json_response({"items": [_token_json(facts) for facts in found]})


@resources.route("", methods=["POST"])
@documents(*WITH_BODY)
@for_action(Action.ISSUE_OWN_TOKENS, writes=True)
@resources.body(NewTokenSchema)
@resources.response(201, MadeTokenSchema)
def post_token(body: Mapping[str, Any]) -> Response:
    """Make a token for yourself that may no more than the one you use."""
    lifetime = timedelta(days=body["days"])
    facts, token = issue_own_token(job().session, job().user, body["scopes"], lifetime, job().work.now)
    about(RecordKind.USER, job().user.user_id)
    return json_response({**_token_json(facts), "token": token}, 201)


@resources.route("/<prefix>", methods=["DELETE"])
@documents(HTTPStatus.NOT_FOUND)
@for_action(Action.REVOKE_OWN_TOKENS, writes=True)
@resources.arguments(RevokeQuerySchema, location="query")
@resources.response(200, RevokedSchema)
def delete_token(query: Mapping[str, Any], prefix: str) -> Response:
    """Revoke a token of your own, by its first characters, and tell what was made with it."""
    also = query["withDescendants"]
    done = revoke_own_token(job().session, job().user, prefix, job().work.now, with_descendants=also)
    about(RecordKind.USER, job().user.user_id)
    return json_response({"revoked": done.ended, "stillGood": done.left})


def _token_json(facts: TokenFacts) -> dict[str, Any]:
    return {
        "prefix": facts.prefix,
        "scopes": None if facts.scopes is None else sorted(facts.scopes),
        "createdAt": facts.created_at,
        "expiresAt": facts.expires_at,
        "lastUsedAt": facts.used_at,
        "madeWith": facts.made_with,
        "current": facts.id == job().user.token_id,
    }

"""`/visits`: finding the questions of somebody by how they are reached."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response
from marshmallow import validates_schema

from servicebalie.api.framework import Resources, documents, json_response, refuse_unacceptable
from servicebalie.api.question_answers import SummariesSchema, summary_json
from servicebalie.api.question_schemas import MAX_PAGE, raise_faults
from servicebalie.core.audit import RecordKind
from servicebalie.core.contact_index import Reach
from servicebalie.core.permissions import Action
from servicebalie.http.audit import about
from servicebalie.http.fields import EmailAddress, InputSchema, PhoneNumber
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_action, job
from servicebalie.services.question_lists import find_by_contact

resources = Resources("visits", __name__, url_prefix=f"{API_PATH}/visits", description="Visits of newcomers.")
resources.before_request(refuse_unacceptable)


class SearchSchema(InputSchema):
    """Whose questions to find: by e-mail address or by telephone number."""

    email = EmailAddress()
    phone = PhoneNumber()

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_one(self, _data: Mapping[str, Any], original: Any, **_: Any) -> None:
        if isinstance(original, Mapping) and len({"email", "phone"} & original.keys()) != 1:
            raise_faults({"email": "email-or-phone"})


@resources.route("/search", methods=["POST"])
@documents(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
@for_action(Action.FIND_BY_CONTACT)
@resources.body(SearchSchema)
@resources.response(200, SummariesSchema)
def post_search(body: Mapping[str, Any]) -> Response:
    """Find the questions of a person, the newest first and 200 at most.

    What is searched for is sent in a body, so that nothing personal gets into an address or a log.
    """
    [(reach, value)] = body.items()
    found = find_by_contact(job().session, job().work, job().user, Reach(reach), value, limit=MAX_PAGE)
    about(RecordKind.QUESTION, *(summary.reference for summary in found))
    return json_response({"items": [summary_json(summary) for summary in found], "nextCursor": None})

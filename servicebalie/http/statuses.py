"""With which status each refusal is answered."""

from collections.abc import Mapping
from http import HTTPStatus

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
    "no-such-text": HTTPStatus.NOT_FOUND,
    "no-such-token": HTTPStatus.NOT_FOUND,
    "nothing-was-asked": HTTPStatus.CONFLICT,
    "referral-already-accepted": HTTPStatus.CONFLICT,
    "referral-changed": HTTPStatus.CONFLICT,
    "referral-ended": HTTPStatus.CONFLICT,
    "referral-not-for-you": HTTPStatus.FORBIDDEN,
    "referral-not-found": HTTPStatus.NOT_FOUND,
    "rights-request-not-found": HTTPStatus.NOT_FOUND,
    "role-not-allowed": HTTPStatus.FORBIDDEN,
    "rules-changed": HTTPStatus.PRECONDITION_FAILED,
    "scope-not-enough": HTTPStatus.FORBIDDEN,
    "service-changed": HTTPStatus.PRECONDITION_FAILED,
    "service-not-found": HTTPStatus.NOT_FOUND,
    "too-many-requests": HTTPStatus.TOO_MANY_REQUESTS,
    "unsupported-media-type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "visit-restricted": HTTPStatus.CONFLICT,
}
"""The status of each code that is more than a bad request.

By code and not by class, so that who reads published trends does not reach the questions through here.
"""

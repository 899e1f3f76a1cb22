"""The words for staff, partners and users of the API: what went wrong, and why a place was chosen."""

from collections.abc import Mapping
from http import HTTPStatus

from servicebalie.core.routing import ReasonCode
from servicebalie.i18n.marking import msgid as _

TITLES: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: _("The request is not right"),
    HTTPStatus.UNAUTHORIZED: _("You are not signed in"),
    HTTPStatus.FORBIDDEN: _("You may not do this"),
    HTTPStatus.NOT_FOUND: _("Not found"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("This method is not possible here"),
    HTTPStatus.NOT_ACCEPTABLE: _("No answer in this form"),
    HTTPStatus.CONFLICT: _("This does not go together with what is there"),
    HTTPStatus.PRECONDITION_FAILED: _("Changed in the meantime"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("Too large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("This form of body is not read here"),
    HTTPStatus.PRECONDITION_REQUIRED: _("The version is missing"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Too many requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("Something went wrong"),
    HTTPStatus.SERVICE_UNAVAILABLE: _("Not available now"),
}
"""The titles of problems by HTTP status; the detail says more."""

PROBLEMS: Mapping[str, str] = {
    "bad-request": _("The request cannot be read."),
    "body-too-large": _("The request is too large. Send at most %(limit)s bytes."),
    "document-not-published": _(
        "The report of %(period)s has no such file in this language. "
        "Files exist of these kinds: %(documents)s."
    ),
    "expired-token": _("The token has expired. Ask the administrator of the desk for a new one."),
    "idempotency-key-reused": _("This Idempotency-Key was used for another request. Use a new key."),
    "if-match-missing": _(
        "Send the ETag of the question in If-Match, so that nobody's changes are overwritten."
    ),
    "internal-error": _("Something went wrong on our side. Nothing was stored. Please try again later."),
    "invalid-input": _("Something in the request is not right. Every fault is listed under errors."),
    "invalid-period": _(
        "Write a month as 2026-10, a quarter as 2026-Q4, a year as 2026. Reports exist of: %(periods)s."
    ),
    "invalid-reference": _(
        "This is not a reference. A reference has 8 letters and digits; check for a slip."
    ),
    "invalid-token": _("The token is not known or was revoked. Ask the administrator for a new one."),
    "method-not-allowed": _("This address does not allow that method."),
    "no-desk": _("There is no desk yet. Create one with: servicebalie desk create."),
    "no-token": _("Send a token in the header Authorization: Bearer."),
    "no-such-text": _("The desk has no standard answer about %(topic)s, or none in this language."),
    "not-acceptable": _("This address cannot answer in a form that you accept."),
    "not-found": _("There is nothing at this address."),
    "not-json": _("The body is not valid JSON."),
    "period-not-published": _("There is no report of %(period)s. Reports exist of: %(periods)s."),
    "question-changed": _(
        "Somebody changed the question in the meantime. Read it again and repeat your change."
    ),
    "question-closed": _("The question is closed."),
    "question-not-for-you": _("You may not see a question with this reference, or there is none."),
    "question-not-found": _("There is no question with this reference."),
    "nothing-was-asked": _("The person was asked nothing, so this is not a reply."),
    "referral-already-accepted": _("The referral has been accepted already."),
    "referral-changed": _("Somebody else acted on the referral at the same moment. Read it again."),
    "referral-ended": _("The referral has ended. Nothing more can be done with it."),
    "referral-not-for-you": _("You may not see this referral, or there is none."),
    "referral-not-found": _("There is no such referral."),
    "role-not-allowed": _("Your role does not allow this."),
    "unsupported-media-type": _("Send the body as application/json."),
}

FAULTS: Mapping[str, str] = {
    "consent-missing": _(
        "Ask the person whether the question may be passed on. If so, send consent: true. Without it, only "
        "information-only is possible."
    ),
    "day-out-of-range": _("Give a day from %(first)s to %(last)s."),
    "different-periods": _("Give two months, two quarters or two years."),
    "first-period-after-last": _("The first period lies after the last."),
    "from-after-to": _("The first day lies after the last."),
    "function-not-person": _("Name a function, not a person and no address."),
    "invalid-address": _("Give an address that begins with https://."),
    "invalid-cursor": _("Use the cursor of an earlier answer as it was given."),
    "invalid-date": _("Give a day as YYYY-MM-DD."),
    "invalid-email": _("This is not an e-mail address."),
    "invalid-idempotency-key": _("An Idempotency-Key has 1 to 200 characters."),
    "invalid-moment": _("Give a moment with its offset from UTC, such as 2026-11-03T14:05:00Z."),
    "invalid-period": _("Give a month as 2026-10, a quarter as 2026-Q4 or a year as 2026."),
    "invalid-phone": _("This is not a telephone number. Give it with the country code, such as +31."),
    "invalid-reference": _(
        "This is not a reference. A reference has 8 letters and digits; check for a slip."
    ),
    "invalid-return-code": _("This is not a return code. A return code has 18 digits; check for a slip."),
    "no-such-source-version": _(
        "The source text is at version %(known)s, so nothing was translated from a later one."
    ),
    "not-a-boolean": _("Give true or false."),
    "not-a-list": _("Give a list."),
    "not-a-number": _("Give a whole number."),
    "not-an-object": _("Give an object."),
    "not-toml": _("The file cannot be read as TOML. See line %(line)s."),
    "not-text": _("Give text."),
    "null": _("Leave this out rather than sending null."),
    "number-out-of-range": _("Give a number from %(least)s to %(most)s."),
    "other-source-locale": _("The source of this answer is written in another language here: %(known)s."),
    "override-reason-missing": _("Say why you chose this service."),
    "received-in-future": _("The visit lies in the future. Is the clock of the computer right?"),
    "received-too-long-ago": _("The visit was too long ago. It must be registered within %(days)s days."),
    "required": _("This is needed."),
    "service-has-it": _("This service has the question already."),
    "source-is-not-translated": _("The source text is not a translation. Leave this out."),
    "text-empty": _("This is empty. Write something, or leave it out."),
    "text-too-long": _("Use at most %(limit)s characters."),
    "too-few": _("Give at least one."),
    "too-many": _("Give at most %(limit)s at a time."),
    "topic-or-text-missing": _("Give a topic or a text."),
    "topic-repeated": _("The file has an answer about this topic already."),
    "unknown-code": _("This code is not in the list. Allowed: %(allowed)s."),
    "unknown-field": _("There is no such field."),
    "unknown-language": _("This language is not in the list. See /api/v1/languages."),
    "unknown-locale": _("There are no pages in this language. Known: %(known)s."),
    "unknown-municipality": _("This municipality is not in the list. See /api/v1/municipalities."),
    "unknown-placeholder": _("Only these words may stand between braces: %(known)s."),
    "unknown-return-code": _("No visit has this return code."),
    "unknown-service": _("There is no such service, or it is closed. See /api/v1/services."),
    "table-not-of-period": _("This table does not exist for a %(kind)s. These exist: %(tables)s."),
    "unknown-table": _("There is no such table. The tables are: %(tables)s."),
    "unknown-topic": _("This topic is not in the list. See /api/v1/topics."),
    "unknown-visit": _("There is no such visit at this desk."),
    "version-not-raised": _(
        "The text differs from version %(known)s that is here. Give it a higher version."
    ),
    "version-older": _("This version is older than version %(known)s that is here."),
    "wrong-label": _("A label of this table has %(count)s values joined by |: %(dimensions)s."),
    "unmet-reason-missing": _("Say why the need was not met."),
    "unmet-reason-not-expected": _("A reason belongs to an unmet need only."),
    "visit-facts-not-allowed": _("This belongs to the visit, which is known already. Leave it out."),
}

REASONS: Mapping[ReasonCode, str] = {
    ReasonCode.TOPIC_GOES_TO_DESK: _("The desk itself answers questions about this topic."),
    ReasonCode.TOPIC_GOES_TO_LIBRARY: _("Questions about this topic go to the library."),
    ReasonCode.TOPIC_GOES_TO_SCHOOL: _("Questions about this topic go to a school."),
    ReasonCode.TOPIC_GOES_TO_MUNICIPALITY: _("Questions about this topic go to the municipality."),
    ReasonCode.TOPIC_GOES_TO_OTHER: _("Questions about this topic go to a specialised organisation."),
    ReasonCode.SERVES_MUNICIPALITY: _("It helps people who live in this municipality."),
    ReasonCode.MUNICIPALITY_UNKNOWN: _("The municipality is not known."),
    ReasonCode.SPEAKS_LANGUAGE: _("The person's language is spoken there."),
    ReasonCode.LANGUAGE_NOT_OFFERED: _("The person's language is not spoken there."),
    ReasonCode.NEAREST_AREA: _("It is the nearest."),
    ReasonCode.OPEN_SOONEST: _("It opens first."),
    ReasonCode.NO_TOPIC: _("The topic is not known yet."),
    ReasonCode.NO_SERVICE_FOR_TOPIC: _("No such service in the directory helps with this topic."),
    ReasonCode.NO_SERVICE_IN_MUNICIPALITY: _("No service for this topic helps people in this municipality."),
    ReasonCode.DESK_IS_LAST_RESORT: _("Nobody else can take it, so it stays at the desk."),
    ReasonCode.ANSWERED_BY_INFORMATION: _("A standard answer on the website was enough."),
    ReasonCode.CHOSEN_BY_STAFF: _("A member of staff chose this place."),
    ReasonCode.OUTSIDE_AREA: _("It does not serve the municipality where the person lives."),
    ReasonCode.TOPIC_NOT_OFFERED: _("It does not list this topic."),
    ReasonCode.RETURNED_BY_SERVICE: _("The service to which it went returned it."),
    ReasonCode.NO_ANSWER_IN_TIME: _("The service to which it went did not answer in time."),
    ReasonCode.NO_CONSENT: _("The person did not agree that the question is passed on, so it is not."),
}

"""The words for staff, partners and users of the API: what went wrong, and why a place was chosen."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from servicebalie.core.personal_numbers import PersonalNumber
from servicebalie.core.routing_facts import Reason, ReasonCode
from servicebalie.core.vocabulary import (
    Author,
    ReferralAction,
    ReferralStatus,
    ReturnReason,
    Role,
    SignedInWith,
)
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
    "database-away": _("The database cannot be reached now. Nothing was stored. Please try again later."),
    "document-not-published": _(
        "The report of %(period)s has no such file in this language. "
        "Files exist of these kinds: %(documents)s."
    ),
    "foreign-form": _("This page is not of this browser any more. Open it again and repeat what you did."),
    "expired-token": _("The token has expired. Ask the administrator of the desk for a new one."),
    "idempotency-key-reused": _("This Idempotency-Key was used for another request. Use a new key."),
    "if-match-missing": _("Send the ETag in If-Match, so that nobody's changes are overwritten."),
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
    "no-such-token": _("You have no good token that begins like this."),
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
    "rights-request-not-found": _("There is no such request that waits for an answer."),
    "role-not-allowed": _("Your role does not allow this."),
    "rules-changed": _("Somebody changed the rules in the meantime. Read them again and repeat your change."),
    "scope-not-enough": _("This token was given out for other things. It would need the scope %(scope)s."),
    "service-changed": _(
        "Somebody changed the service in the meantime. Read it again and repeat your change."
    ),
    "service-not-found": _("There is no service with this number."),
    "too-many-requests": _("Too many requests came at once. Try again after %(seconds)s seconds."),
    "unknown-host": _("This server is not known under that name."),
    "unsupported-media-type": _("Send the body as application/json."),
    "visit-restricted": _("The person wants this to be kept and not used. Nothing can be done with it."),
}

FAULTS: Mapping[str, str] = {
    "consent-missing": _(
        "Ask the person whether the question may be passed on. If so, send consent: true. Without it, only "
        "information-only is possible."
    ),
    "area-missing": _("Name the municipalities, or write NL for the whole country."),
    "day-out-of-range": _("Give a day from %(first)s to %(last)s."),
    "desk-is-fixed": _("The desk itself stays open, and no other service can be the desk."),
    "differs-from-before": _("This differs from an earlier line about the same entry. Make them the same."),
    "different-periods": _("Give two months, two quarters or two years."),
    "email-or-phone": _("Give an e-mail address or a telephone number, and not both."),
    "facts-or-question": _("Give facts, or the reference of a question, and not both."),
    "first-period-after-last": _("The first period lies after the last."),
    "flag-needs-service": _("This belongs to a rule that names a service. Leave it out."),
    "from-after-to": _("The first day lies after the last."),
    "function-not-person": _("Name a function, not a person and no address."),
    "hours-not-weekly": _("These hours cannot be taken over. Write them as: Mo-Fr 09:00-17:00; PH off"),
    "hours-overlap": _(
        "This service has overlapping hours at the same place in the same languages. Change one of them."
    ),
    "invalid-address": _("Give an address that begins with https://."),
    "invalid-amount": _("Give an amount such as 12.50, and a currency such as EUR."),
    "invalid-cursor": _("Use the cursor of an earlier answer as it was given."),
    "invalid-date": _("Give a day as YYYY-MM-DD."),
    "invalid-email": _("This is not an e-mail address."),
    "invalid-idempotency-key": _("An Idempotency-Key has 1 to 200 characters."),
    "invalid-moment": _("Give a moment with its offset from UTC, such as 2026-11-03T14:05:00Z."),
    "invalid-opening-hours": _("These are no opening hours; an example is: Mo-Fr 09:00-17:00; PH off"),
    "invalid-period": _("Give a month as 2026-10, a quarter as 2026-Q4 or a year as 2026."),
    "invalid-phone": _("This is not a telephone number. Give it with the country code, such as +31."),
    "invalid-reference": _(
        "This is not a reference. A reference has 8 letters and digits; check for a slip."
    ),
    "invalid-return-code": _("This is not a return code. A return code has 18 digits; check for a slip."),
    "invalid-uid": _("This is not a UUID. Leave it out, and the entry gets one."),
    "more-faults": _("There are %(count)s more faults. Correct these first."),
    "no-such-source-version": _(
        "The source text is at version %(known)s, so nothing was translated from a later one."
    ),
    "not-a-boolean": _("Give true or false."),
    "not-a-list": _("Give a list."),
    "not-a-number": _("Give a whole number."),
    "not-an-object": _("Give an object."),
    "not-csv": _("This line cannot be read. The first line must name the columns."),
    "not-toml": _("The file cannot be read as TOML. See line %(line)s."),
    "not-hsds": _("The file is not valid JSON."),
    "not-text": _("Give text."),
    "null": _("Leave this out rather than sending null."),
    "number-out-of-range": _("Give a number from %(least)s to %(most)s."),
    "one-target": _("Say once where the questions go. Give one of these: %(known)s."),
    "open-needs-place": _("A rule that leads to another topic has no place to be open. Name a service."),
    "other-source-locale": _("The source of this answer is written in another language here: %(known)s."),
    "override-reason-missing": _("Say why you chose this service."),
    "received-in-future": _("The visit lies in the future. Is the clock of the computer right?"),
    "received-too-long-ago": _("The visit was too long ago. It must be registered within %(days)s days."),
    "required": _("This is needed."),
    "rule-name-repeated": _("There is a rule with this name already."),
    "rule-unreachable": _(
        'No question ever comes to this rule, because the rule "%(rule)s" takes all of them before.'
    ),
    "rules-go-round": _("From this topic the rules lead back to a topic that was there before."),
    "rules-in-a-row": _('The rule "%(rule)s" leads on to yet another topic. Is that meant?'),
    "service-not-for-person": _("The service is for other people than this rule. Change one, or say anyone."),
    "service-outside-area": _(
        "The service does not serve these municipalities. Change one, or say anywhere."
    ),
    "several-services": _("Several services have this name. Give the number of one: %(known)s."),
    "school-holidays-unclear": _(
        "Write school holidays (SH) as in one of these, or write their days: "
        "Th 14:00-17:00; SH off. Mo-Fr 09:00-17:00; PH,SH off. SH Mo-Fr 10:00-12:00."
    ),
    "scope-beyond-own": _("You cannot give this scope, because your role or the token you use lacks it."),
    "service-has-it": _("This service has the question already."),
    "source-is-not-translated": _("The source text is not a translation. Leave this out."),
    "text-empty": _("This is empty. Write something, or leave it out."),
    "text-too-long": _("Use at most %(limit)s characters."),
    "too-few": _("Give at least one."),
    "too-many": _("Give at most %(limit)s at a time."),
    "topic-or-text-missing": _("Give a topic or a text."),
    "topic-without-service": _(
        "Questions about %(topic)s stay at the desk, because no service takes them. "
        "Municipalities: %(count)s, such as %(places)s."
    ),
    "topic-repeated": _("The file has an answer about this topic already."),
    "uid-repeated": _("Another entry of the file has this id already."),
    "translation-same-language": _("The message itself is in this language already."),
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

PERSONAL_NUMBERS: Mapping[str, str] = {
    PersonalNumber.BSN: _("a citizen service number (BSN)"),
    PersonalNumber.BANK_ACCOUNT: _("a bank account number (IBAN)"),
    PersonalNumber.PAYMENT_CARD: _("the number of a payment card"),
    PersonalNumber.PASSPORT: _("the number of a passport or identity card"),
}
"""What a text seems to hold that nobody needs here, inside a sentence."""

REFERRAL_STATUSES: Mapping[str, str] = {
    ReferralStatus.REQUESTED: _("New"),
    ReferralStatus.ACCEPTED: _("Accepted"),
    ReferralStatus.ASKED_BACK: _("Waiting for the person"),
    ReferralStatus.COMPLETED: _("Completed"),
    ReferralStatus.RETURNED: _("Given back"),
    ReferralStatus.EXPIRED: _("Not accepted in time"),
    ReferralStatus.REVOKED: _("Taken back by the desk"),
}
"""Where a question stands that was handed to a partner, as the partner reads it."""

RETURN_REASONS: Mapping[str, str] = {
    ReturnReason.NOT_OUR_TASK: _("This is not our task"),
    ReturnReason.NOT_ELIGIBLE: _("Our rules do not allow it"),
    ReturnReason.FULL_OR_WAITING_LIST: _("We are full or have a waiting list"),
    ReturnReason.LANGUAGE_BARRIER: _("We do not speak the language"),
    ReturnReason.DOCUMENTS_MISSING: _("Documents are missing"),
    ReturnReason.COULD_NOT_BE_REACHED: _("We could not reach the person"),
    ReturnReason.WRONG_ENTRY: _("The desk has wrong information about us"),
    ReturnReason.DUPLICATE: _("We have this question already"),
    ReturnReason.OTHER: _("Another reason"),
}
"""Why a partner gives a question back, as the partner says it."""

ACTIONS: Mapping[str, str] = {
    ReferralAction.ACCEPT: _("Accepted"),
    ReferralAction.RETURN: _("Given back"),
    ReferralAction.ASK_BACK: _("Asked the person something"),
    ReferralAction.ANSWER: _("Wrote to the person"),
    ReferralAction.REPLY: _("The person replied"),
    ReferralAction.COMPLETE: _("Completed"),
    ReferralAction.REVOKE: _("Taken back by the desk"),
    ReferralAction.REMIND: _("Reminder sent"),
    ReferralAction.EXPIRE: _("Not accepted in time"),
}
"""What was done with a referral, in the list of what happened."""

WRITERS: Mapping[str, str] = {
    Author.NEWCOMER: _("The person"),
    Author.DESK: _("The desk"),
    Author.PARTNER: _("The partner"),
}
"""Who wrote a message, as staff read it."""

ROLES: Mapping[str, str] = {
    Role.DESK: _("Works at the desk"),
    Role.PARTNER: _("Works at a partner"),
    Role.POLICYMAKER: _("Reads the reports"),
    Role.ADMINISTRATOR: _("Administers the desk"),
}
"""What somebody is at a desk, as they read it of themselves."""

OPENID_PROBLEMS: Mapping[str, str] = {
    "openid-begin-again": _("Signing in took too long, or was begun in another window. Begin again."),
    "openid-closed": _("Your account at this desk is closed. Ask the administrator of the desk."),
    "openid-no-organisation": _(
        "The desk does not know the organisation that you work for. Ask the administrator of the desk."
    ),
    "openid-no-role": _(
        "You are signed in at your organisation, but nobody gave you a task at this desk. "
        "Ask the administrator of the desk."
    ),
    "openid-not-trusted": _(
        "The answer of your organisation cannot be trusted, so you are not signed in. Begin again. If it "
        "stays like this, tell the administrator of the desk."
    ),
    "openid-refused": _(
        "Your organisation did not sign you in. Begin again, or ask those who manage your account there."
    ),
    "openid-too-weak": _(
        "This desk asks for a second step when you sign in at your organisation, such as a code of an app. "
        "Ask those who manage your account there."
    ),
    "openid-unavailable": _(
        "The sign-in of your organisation does not answer. Try again in a few minutes. If it stays like "
        "this, tell the administrator of the desk."
    ),
}
"""Why somebody is not signed in with the account of their organisation, and what to do."""

SIGNED_IN_WITH: Mapping[str, str] = {
    SignedInWith.TOKEN: _("With a token"),
    SignedInWith.PASSWORD: _("With a password"),
    SignedInWith.OIDC: _("With the account of your organisation"),
}
"""With what somebody signed in, as they read it of themselves."""

SIGN_IN_FAULTS: Mapping[str, str] = {
    "no-address": _("Give your e-mail address, such as name@example.org."),
    "too-many-tries": _("Too much was wrong. You can try again from %(time)s."),
    "wrong-code": _("This code is not right, or it was used already. Wait for the next code and try again."),
    "wrong-password": _("The login or the password is not right."),
}
"""What to do when somebody cannot sign in; it never tells whether there is such a login."""

UNFIT_PASSWORDS: Mapping[str, str] = {
    "short": _("Use at least 12 characters. A few words that do not belong together are easy to remember."),
    "long": _("Use at most 128 characters."),
    "breached": _("This password is in a list of passwords that leaked. Choose another."),
    "obvious": _(
        "This password is made of your login, your name, the name of the desk or a word that is tried first. "
        "Choose another."
    ),
}
"""Why a password may not be chosen."""

REASONS: Mapping[ReasonCode, str] = {
    ReasonCode.TOPIC_GOES_TO_DESK: _("The desk itself answers questions about this topic."),
    ReasonCode.TOPIC_GOES_TO_LIBRARY: _("Questions about this topic go to the library."),
    ReasonCode.TOPIC_GOES_TO_SCHOOL: _("Questions about this topic go to a school."),
    ReasonCode.TOPIC_GOES_TO_MUNICIPALITY: _("Questions about this topic go to the municipality."),
    ReasonCode.TOPIC_GOES_TO_OTHER: _("Questions about this topic go to a specialised organisation."),
    ReasonCode.RULE_OF_DESK: _('A rule of the desk counts: "%(rule)s".'),
    ReasonCode.RULE_HAS_NOBODY: _('Nobody can take it by the rule "%(rule)s", so the topic decides.'),
    ReasonCode.ROUTED_AS_TOPIC: _("It goes where questions about another topic go."),
    ReasonCode.SERVES_MUNICIPALITY: _("It helps people who live in this municipality."),
    ReasonCode.MUNICIPALITY_UNKNOWN: _("The municipality is not known."),
    ReasonCode.SPEAKS_LANGUAGE: _("The person's language is spoken there."),
    ReasonCode.LANGUAGE_NOT_OFFERED: _("The person's language is not spoken there."),
    ReasonCode.OTHERS_FULL: _("Other places are full."),
    ReasonCode.NEAREST_AREA: _("It is the nearest."),
    ReasonCode.OPEN_SOONEST: _("It opens first."),
    ReasonCode.MOST_ROOM: _("It has the most room."),
    ReasonCode.NO_TOPIC: _("The topic is not known yet."),
    ReasonCode.NO_SERVICE_FOR_TOPIC: _("No such service in the directory helps with this topic."),
    ReasonCode.NO_SERVICE_IN_MUNICIPALITY: _("No service for this topic helps people in this municipality."),
    ReasonCode.NO_SERVICE_FOR_PERSON: _("The services for this topic are for other people."),
    ReasonCode.DESK_IS_LAST_RESORT: _("Nobody else can take it, so it stays at the desk."),
    ReasonCode.ANSWERED_BY_INFORMATION: _("A standard answer on the website was enough."),
    ReasonCode.CHOSEN_BY_STAFF: _("A member of staff chose this place."),
    ReasonCode.OUTSIDE_AREA: _("It does not serve the municipality where the person lives."),
    ReasonCode.NOT_FOR_PERSON: _("It is meant for other people."),
    ReasonCode.TOPIC_NOT_OFFERED: _("It does not list this topic."),
    ReasonCode.RETURNED_BY_SERVICE: _("The service to which it went returned it."),
    ReasonCode.NO_ANSWER_IN_TIME: _("The service to which it went did not answer in time."),
    ReasonCode.PASSED_OVER_RETURNED: _("%(service)s is passed over, because it returned this question."),
    ReasonCode.PASSED_OVER_NO_ANSWER: _("%(service)s is passed over, because it did not answer in time."),
    ReasonCode.NOBODY_ELSE_LEFT: _("Only who is passed over helps this person with this topic."),
    ReasonCode.NO_CONSENT: _("The person did not agree that the question is passed on, so it is not."),
}


def reason_sentence(reason: Reason, say: Callable[[str], str] = str) -> str:
    """Return a reason in words, which `say` translates; it names the rule or service of which it tells."""
    return say(REASONS[reason.code]) % {"rule": reason.value, "service": reason.value}

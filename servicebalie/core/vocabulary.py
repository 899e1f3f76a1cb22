"""The closed code lists: what a question, a visit, a referral and a person can be.

Codes are stable, lower case and kebab-case. They are stored and exchanged; labels are translations and
never are. The open code lists (topics, languages, municipalities) live in the database, see
`servicebalie.core.code_lists`.
"""

from enum import StrEnum


class Channel(StrEnum):
    """How a visit reached the desk."""

    COUNTER = "counter"
    CONSULTING_HOUR = "consulting-hour"
    PHONE = "phone"
    E_MAIL = "e-mail"
    WEB_FORM = "web-form"
    MOBILE_TEAM = "mobile-team"
    CHAT = "chat"


class Group(StrEnum):
    """The newcomer group, as the person describes it."""

    KNOWLEDGE_MIGRANT = "knowledge-migrant"
    EU_LABOUR_MIGRANT = "eu-labour-migrant"
    NON_EU_LABOUR_MIGRANT = "non-eu-labour-migrant"
    INTERNATIONAL_STUDENT = "international-student"
    FAMILY_MIGRANT = "family-migrant"
    STATUS_HOLDER = "status-holder"
    DISPLACED_UKRAINE = "displaced-ukraine"
    CROSS_BORDER_WORKER = "cross-border-worker"
    RETURNING_RESIDENT = "returning-resident"
    UNKNOWN = "unknown"


class Stay(StrEnum):
    """How long the person expects to stay; four months is the boundary of the RNI."""

    UNDER_4_MONTHS = "under-4-months"
    MONTHS_4_TO_12 = "4-to-12-months"
    YEARS_1_TO_3 = "1-to-3-years"
    YEARS_3_TO_5 = "3-to-5-years"
    OVER_5_YEARS = "over-5-years"
    UNKNOWN = "unknown"


class Arrival(StrEnum):
    """How long ago the person arrived."""

    UNDER_1_MONTH = "under-1-month"
    MONTHS_1_TO_4 = "1-to-4-months"
    MONTHS_4_TO_12 = "4-to-12-months"
    YEARS_1_TO_5 = "1-to-5-years"
    OVER_5_YEARS = "over-5-years"
    UNKNOWN = "unknown"


class Registration(StrEnum):
    """Where the person is registered."""

    BRP = "brp"
    RNI = "rni"
    NONE = "none"
    UNKNOWN = "unknown"


class Accessibility(StrEnum):
    """What a location has for people who see, hear or move less well."""

    STEP_FREE = "step-free"
    LIFT = "lift"
    ACCESSIBLE_TOILET = "accessible-toilet"
    ACCESSIBLE_PARKING = "accessible-parking"
    INDUCTION_LOOP = "induction-loop"
    SIGN_LANGUAGE = "sign-language"
    QUIET_ROOM = "quiet-room"


class Served(StrEnum):
    """How a person was helped with the language they asked in."""

    OWN_LANGUAGE = "own-language"
    INTERPRETER = "interpreter"
    OTHER_LANGUAGE = "other-language"


class Offered(StrEnum):
    """Whether the service that a question went to helps in the language of the person."""

    OFFERED = "offered"
    NOT_OFFERED = "not-offered"


class Destination(StrEnum):
    """The kind of place that helps with a question."""

    DESK = "desk"
    LIBRARY = "library"
    SCHOOL = "school"
    MUNICIPALITY = "municipality"
    OTHER = "other"


class Status(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    REFERRED = "referred"
    WAITING = "waiting"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a question ended."""

    ANSWERED_AT_DESK = "answered-at-desk"
    MET = "met"
    UNMET = "unmet"
    WITHDRAWN = "withdrawn"


class UnmetReason(StrEnum):
    """Why nobody could help."""

    NO_SUCH_SERVICE = "no-such-service"
    NOT_ELIGIBLE = "not-eligible"
    FULL_OR_WAITING_LIST = "full-or-waiting-list"
    COST = "cost"
    HOURS = "hours"
    DISTANCE = "distance"
    LANGUAGE_BARRIER = "language-barrier"
    DOCUMENTS_MISSING = "documents-missing"
    COULD_NOT_BE_REACHED = "could-not-be-reached"
    DECLINED = "declined"


class NewcomerOutcome(StrEnum):
    """How a question ended in the eyes of the person who asked it."""

    MET = "met"
    PARTLY_MET = "partly-met"
    UNMET = "unmet"


class ReferralKind(StrEnum):
    """How a question is handed to a service.

    With *information-only* the person gets the address and nothing is handed over; with *referral* the
    service sees the question; with *warm-hand-over* the desk also brings the two together.
    """

    INFORMATION_ONLY = "information-only"
    REFERRAL = "referral"
    WARM_HAND_OVER = "warm-hand-over"


class ReferralStatus(StrEnum):
    """Where a referral stands.

    With *given* the person got an address only, with *kept* the question is at the desk: neither asks
    anything of a service. See `servicebalie.core.referral_states` for the others.
    """

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    ASKED_BACK = "asked-back"
    COMPLETED = "completed"
    RETURNED = "returned"
    EXPIRED = "expired"
    REVOKED = "revoked"
    GIVEN = "given"
    KEPT = "kept"


class ReferralAction(StrEnum):
    """What can be done with a referral."""

    ACCEPT = "accept"
    RETURN = "return"
    ASK_BACK = "ask-back"
    ANSWER = "answer"
    REPLY = "reply"
    COMPLETE = "complete"
    REVOKE = "revoke"
    REMIND = "remind"
    EXPIRE = "expire"


class Actor(StrEnum):
    """Who does something with a referral; the clock does when nobody does."""

    DESK = "desk"
    PARTNER = "partner"
    NEWCOMER = "newcomer"
    CLOCK = "clock"


class ReturnReason(StrEnum):
    """Why a service gives a referral back; with *wrong-entry* the directory is wrong about the service."""

    NOT_OUR_TASK = "not-our-task"
    NOT_ELIGIBLE = "not-eligible"
    FULL_OR_WAITING_LIST = "full-or-waiting-list"
    LANGUAGE_BARRIER = "language-barrier"
    DOCUMENTS_MISSING = "documents-missing"
    COULD_NOT_BE_REACHED = "could-not-be-reached"
    WRONG_ENTRY = "wrong-entry"
    DUPLICATE = "duplicate"
    OTHER = "other"


NO_ANSWER = "no-answer"
"""What is counted among the reasons of returns where a partner did not answer in time."""


class Mark(StrEnum):
    """Why a question is back at the desk."""

    RETURNED = "returned"
    EXPIRED = "expired"


class Role(StrEnum):
    """What a user may be at a desk."""

    DESK = "desk"
    PARTNER = "partner"
    POLICYMAKER = "policymaker"
    ADMINISTRATOR = "administrator"


class SignedInWith(StrEnum):
    """With what somebody signed in: a token, a password, or OpenID Connect at their own organisation."""

    TOKEN = "token"  # noqa: S105 - the name of a way, not a secret
    PASSWORD = "password"  # noqa: S105 - the name of a way, not a secret
    OIDC = "oidc"


class Author(StrEnum):
    """Who wrote a message."""

    NEWCOMER = "newcomer"
    DESK = "desk"
    PARTNER = "partner"


class ChosenBy(StrEnum):
    """Who chose the destination of a referral."""

    ROUTING = "routing"
    STAFF = "staff"


class TextStatus(StrEnum):
    """Whether a text of a standard answer may be shown.

    With *check-before-use* nobody at the desk has read it yet: staff see it, newcomers do not.
    """

    CHECK_BEFORE_USE = "check-before-use"
    CHECKED = "checked"
    WITHDRAWN = "withdrawn"

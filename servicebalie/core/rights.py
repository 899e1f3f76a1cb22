"""The rights of people over what is kept of them (GDPR, chapter III), and by when a request is answered."""

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

from servicebalie.core.working_days import is_working_day

MONTHS_TO_ANSWER = 1
"""Article 12(3) of the GDPR."""

MONTHS_WHEN_EXTENDED = 3
"""The same article: two further months, where the request is complex, if the person is told in the first."""


class Right(StrEnum):
    """What a person may ask, by the article of the GDPR that gives the right."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    RESTRICTION_LIFTED = "restriction-lifted"
    OBJECTION = "objection"
    OBJECTION_WITHDRAWN = "objection-withdrawn"


class RightResult(StrEnum):
    """What became of a request."""

    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"
    NOT_IDENTIFIED = "not-identified"
    NOTHING_HELD = "nothing-held"
    WITHDRAWN = "withdrawn"


class HoldReason(StrEnum):
    """Why something is kept although its period is over."""

    COMPLAINT = "complaint"
    LEGAL_CLAIM = "legal-claim"
    REQUEST_OF_PERSON = "request-of-person"
    INCIDENT = "incident"
    INSPECTION = "inspection"


def answer_by(received_on: date, *, extended: bool = False) -> date:
    """Return the last day on which a request is answered in time.

    A period of months ends on the day with the same number, or the last of that month; one that ends in a
    weekend or on a holiday ends on the next working day (Regulation 1182/71, article 3).
    """
    months = received_on.month - 1 + (MONTHS_WHEN_EXTENDED if extended else MONTHS_TO_ANSWER)
    year, month = received_on.year + months // 12, months % 12 + 1
    day = date(year, month, min(received_on.day, monthrange(year, month)[1]))
    while not is_working_day(day):
        day += timedelta(days=1)
    return day

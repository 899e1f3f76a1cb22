"""Labels of the closed code lists of API v1, and of the fields that a problem can point at."""

from collections.abc import Mapping
from types import MappingProxyType

from servicebalie.client.texts import mark

Labels = Mapping[str, str]

CHANNELS: Labels = MappingProxyType(
    {
        "counter": mark("Counter"),
        "consulting-hour": mark("Consulting hour"),
        "phone": mark("Phone"),
        "e-mail": mark("E-mail"),
        "web-form": mark("Web form"),
        "mobile-team": mark("Mobile team"),
        "chat": mark("Chat"),
    }
)

GROUPS: Labels = MappingProxyType(
    {
        "knowledge-migrant": mark("Knowledge migrant"),
        "eu-labour-migrant": mark("Labour migrant from the EU"),
        "non-eu-labour-migrant": mark("Labour migrant from outside the EU"),
        "international-student": mark("International student"),
        "family-migrant": mark("Came for family"),
        "status-holder": mark("Refugee with a residence permit"),
        "displaced-ukraine": mark("Displaced from Ukraine"),
        "cross-border-worker": mark("Cross-border worker"),
        "returning-resident": mark("Returning resident"),
        "unknown": mark("Unknown, or would rather not say"),
    }
)

STAYS: Labels = MappingProxyType(
    {
        "under-4-months": mark("Less than 4 months"),
        "4-to-12-months": mark("4 to 12 months"),
        "1-to-3-years": mark("1 to 3 years"),
        "3-to-5-years": mark("3 to 5 years"),
        "over-5-years": mark("More than 5 years"),
        "unknown": mark("Unknown, or would rather not say"),
    }
)

ARRIVALS: Labels = MappingProxyType(
    {
        "under-1-month": mark("Less than 1 month ago"),
        "1-to-4-months": mark("1 to 4 months ago"),
        "4-to-12-months": mark("4 to 12 months ago"),
        "1-to-5-years": mark("1 to 5 years ago"),
        "over-5-years": mark("More than 5 years ago"),
        "unknown": mark("Unknown, or would rather not say"),
    }
)

REGISTRATIONS: Labels = MappingProxyType(
    {
        "brp": mark("Resident (BRP)"),
        "rni": mark("Non-resident (RNI)"),
        "none": mark("Not registered"),
        "unknown": mark("Unknown, or would rather not say"),
    }
)

STATUSES: Labels = MappingProxyType(
    {
        "open": mark("Open"),
        "referred": mark("Referred"),
        "waiting": mark("Waiting for the newcomer"),
        "closed": mark("Closed"),
    }
)

OUTCOMES: Labels = MappingProxyType(
    {
        "answered-at-desk": mark("Answered at the desk"),
        "met": mark("Helped"),
        "unmet": mark("Not helped"),
        "withdrawn": mark("Withdrawn"),
    }
)

NEWCOMER_OUTCOMES: Labels = MappingProxyType(
    {
        "met": mark("Helped"),
        "partly-met": mark("Partly helped"),
        "unmet": mark("Not helped"),
    }
)

UNMET_REASONS: Labels = MappingProxyType(
    {
        "no-such-service": mark("There is no such service"),
        "not-eligible": mark("Not entitled to it"),
        "full-or-waiting-list": mark("Full, or a waiting list"),
        "cost": mark("Too expensive"),
        "hours": mark("Opening hours"),
        "distance": mark("Too far away"),
        "language-barrier": mark("Language barrier"),
        "documents-missing": mark("Documents are missing"),
        "could-not-be-reached": mark("Could not be reached"),
        "declined": mark("Declined the help"),
    }
)

REFERRAL_KINDS: Labels = MappingProxyType(
    {
        "information-only": mark("Address given, nothing handed over"),
        "referral": mark("Handed to the service"),
        "warm-hand-over": mark("Brought together with the service"),
    }
)

REFERRAL_STATUSES: Labels = MappingProxyType(
    {
        "requested": mark("Waits for acceptance"),
        "accepted": mark("Accepted"),
        "asked-back": mark("Waiting for the newcomer"),
        "completed": mark("Completed"),
        "returned": mark("Returned to the desk"),
        "expired": mark("Not answered in time"),
        "revoked": mark("Taken back by the desk"),
        "given": mark("Address given, nothing handed over"),
        "kept": mark("Stays at the desk"),
    }
)

RETURN_REASONS: Labels = MappingProxyType(
    {
        "not-our-task": mark("Not our task"),
        "not-eligible": mark("Not entitled to it"),
        "full-or-waiting-list": mark("Full, or a waiting list"),
        "language-barrier": mark("Language barrier"),
        "documents-missing": mark("Documents are missing"),
        "could-not-be-reached": mark("Could not be reached"),
        "wrong-entry": mark("The directory is wrong about us"),
        "duplicate": mark("We have it already"),
        "other": mark("Another reason"),
    }
)

REFERRAL_OUTCOMES: Labels = MappingProxyType({"met": mark("Helped"), "unmet": mark("Not helped")})

MARKS: Labels = MappingProxyType(
    {"returned": mark("Returned to the desk"), "expired": mark("Not answered in time")}
)

AUTHORS: Labels = MappingProxyType(
    {"newcomer": mark("Newcomer"), "desk": mark("Desk"), "partner": mark("Partner")}
)

PERSONAL_NUMBERS: Labels = MappingProxyType(
    {
        "bsn": mark("a citizen service number (BSN)"),
        "bank-account": mark("a bank account number (IBAN)"),
        "payment-card": mark("the number of a payment card"),
        "passport": mark("the number of a passport or identity card"),
    }
)

FIELDS: Labels = MappingProxyType(
    {
        "topic": mark("topic"),
        "text": mark("text"),
        "language": mark("language"),
        "languageServed": mark("language of the help"),
        "interpreterRequested": mark("request for an interpreter"),
        "interpreterUsed": mark("interpreter"),
        "channel": mark("channel"),
        "municipality": mark("municipality"),
        "group": mark("newcomer group"),
        "stay": mark("expected stay"),
        "arrival": mark("time since arrival"),
        "registration": mark("registration"),
        "email": mark("e-mail address"),
        "phone": mark("phone number"),
        "visit": mark("visit"),
        "returnCode": mark("return code"),
        "service": mark("service"),
        "overrideReason": mark("reason for this service"),
        "outcome": mark("outcome"),
        "unmetReason": mark("reason why not"),
        "consent": mark("consent"),
    }
)

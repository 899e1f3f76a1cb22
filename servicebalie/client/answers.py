"""Questions as API v1 gives them, as far as the client shows them."""

from dataclasses import dataclass
from datetime import datetime

from servicebalie.client.server import Json


@dataclass(frozen=True, slots=True)
class Service:
    """The service that a question went to, with the ways to reach it."""

    name: str
    organisation: str | None
    phone: str | None
    email: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Referral:
    """Where a question went and why; `kind` is None when it stays at the desk.

    `address` is one line, `opening` the next hours of the service, which may have no end in sight.
    """

    kind: str | None
    service: Service | None
    address: str | None
    opening: tuple[datetime, datetime | None] | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened with a referral to a service: the state that it led to, and why; reasons are codes."""

    at: datetime
    service: str
    status: str
    reason: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Translation:
    """What was written, in another language; a `machine` makes mistakes."""

    language: str
    text: str
    machine: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One message about a question."""

    author: str
    text: str
    sent_at: datetime
    translations: tuple[Translation, ...]
    personal_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """How the newcomer can be reached; `email_safe` is None for staff who may not know.

    `follow_up` tells that they may be asked later whether they were helped.
    """

    email: str | None
    phone: str | None
    email_safe: bool | None
    follow_up: bool


@dataclass(frozen=True, slots=True)
class NewcomerAnswer:
    """What the newcomer says of how a closed question ended."""

    outcome: str
    unmet_reason: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """One question in full."""

    reference: str
    visit: str | None
    return_code: str | None
    status: str
    topic: str | None
    sensitive: bool
    contact: Contact | None
    text: str | None
    translations: tuple[Translation, ...]
    personal_numbers: tuple[str, ...]
    language: str | None
    interpreter_requested: bool | None
    municipality: str | None
    channel: str | None
    received_at: datetime
    due_date: str | None
    overdue: bool
    mark: str | None
    outcome: str | None
    unmet_reason: str | None
    consented_at: datetime | None
    by_newcomer: NewcomerAnswer | None
    referral: Referral | None
    events: tuple[Event, ...]
    messages: tuple[Message, ...]
    restricted: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """One question in a list; `service` is the name of the service."""

    reference: str
    status: str
    topic: str | None
    language: str | None
    municipality: str | None
    service: str | None
    due_date: str | None
    overdue: bool
    mark: str | None
    returned_reason: str | None
    unmet_reason: str | None


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One referral in the inbox of a partner; `service` is the name of the service."""

    reference: str
    question: str
    status: str
    topic: str | None
    language: str | None
    municipality: str | None
    service: str
    due_date: str | None
    overdue: bool
    returned_reason: str | None
    outcome: str | None
    unmet_reason: str | None


@dataclass(frozen=True, slots=True)
class InboxReferral:
    """One referral in full, as its partner sees it."""

    item: InboxItem
    text: str | None
    personal_numbers: tuple[str, ...]
    sensitive: bool
    contact: Contact | None
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class StandardAnswer:
    """A standard answer in one language, with the service for its topic filled in.

    `checked_by` is None as long as nobody at the desk has checked it.
    """

    topic: str
    language: str
    in_other_language: bool
    outdated: bool
    text: str
    version: int
    checked_on: str
    checked_by: str | None
    source: str


def inbox_item(answer: Json) -> InboxItem:
    """Read one item of the inbox."""
    return InboxItem(
        reference=answer["reference"],
        question=answer["question"],
        status=answer["status"],
        topic=answer.get("topic"),
        language=answer.get("language"),
        municipality=answer.get("municipality"),
        service=answer["service"]["name"],
        due_date=answer.get("dueDate"),
        overdue=bool(answer.get("overdue")),
        returned_reason=answer.get("returnedReason"),
        outcome=answer.get("outcome"),
        unmet_reason=answer.get("unmetReason"),
    )


def inbox_referral(answer: Json) -> InboxReferral:
    """Read the answer to a request for one referral."""
    return InboxReferral(
        item=inbox_item(answer),
        text=answer.get("text"),
        personal_numbers=tuple(answer.get("personalNumbers") or ()),
        sensitive=bool(answer.get("sensitive")),
        contact=_contact(answer["contact"]) if answer.get("contact") else None,
        messages=tuple(_message(message) for message in answer.get("messages") or ()),
    )


def question(answer: Json) -> Question:
    """Read the answer to a request for one question."""
    return Question(
        reference=answer["reference"],
        visit=answer.get("visit"),
        return_code=answer.get("returnCode"),
        status=answer["status"],
        topic=answer.get("topic"),
        sensitive=bool(answer.get("sensitive")),
        contact=_contact(answer["contact"]) if answer.get("contact") else None,
        text=answer.get("text"),
        translations=_translations(answer),
        personal_numbers=tuple(answer.get("personalNumbers") or ()),
        language=answer.get("language"),
        interpreter_requested=answer.get("interpreterRequested"),
        municipality=answer.get("municipality"),
        channel=answer.get("channel"),
        received_at=datetime.fromisoformat(answer["receivedAt"]),
        due_date=answer.get("dueDate"),
        overdue=bool(answer.get("overdue")),
        mark=answer.get("mark"),
        outcome=answer.get("outcome"),
        unmet_reason=answer.get("unmetReason"),
        consented_at=_moment(answer.get("consentedAt")),
        by_newcomer=_by_newcomer(answer["outcomeByNewcomer"]) if answer.get("outcomeByNewcomer") else None,
        referral=_referral(answer["referral"]) if answer.get("referral") else None,
        events=tuple(
            _event(referral, event)
            for referral in answer.get("referrals") or ()
            for event in referral.get("history") or ()
        ),
        messages=tuple(_message(message) for message in answer.get("messages") or ()),
        restricted=bool(answer.get("restricted")),
    )


def questions(answer: Json) -> list[Question]:
    """Read the answer to a request that made one question, or several at once."""
    return [question(item) for item in answer.get("items", [answer])]


def summary(answer: Json) -> Summary:
    """Read one item of a list of questions."""
    service = answer.get("service")
    return Summary(
        reference=answer["reference"],
        status=answer["status"],
        topic=answer.get("topic"),
        language=answer.get("language"),
        municipality=answer.get("municipality"),
        service=service["name"] if service else None,
        due_date=answer.get("dueDate"),
        overdue=bool(answer.get("overdue")),
        mark=answer.get("mark"),
        returned_reason=answer.get("returnedReason"),
        unmet_reason=answer.get("unmetReason"),
    )


def standard_answer(answer: Json) -> StandardAnswer:
    """Read one item of a list of standard answers."""
    return StandardAnswer(
        topic=answer["topic"],
        language=answer["language"],
        in_other_language=bool(answer.get("inOtherLanguage")),
        outdated=bool(answer.get("outdated")),
        text=answer["text"],
        version=answer["version"],
        checked_on=answer["checkedDate"],
        checked_by=answer.get("checkedBy"),
        source=f"{answer['source']['name']}, {answer['source']['url']}",
    )


def _referral(answer: Json) -> Referral:
    opening = answer.get("nextOpening")
    return Referral(
        kind=answer.get("kind"),
        service=_service(answer["service"]) if answer.get("service") else None,
        address=_address(answer["address"]) if answer.get("address") else None,
        opening=_period(opening) if opening else None,
        reasons=tuple(reason["detail"] for reason in answer.get("reasons") or ()),
    )


def _by_newcomer(answer: Json) -> NewcomerAnswer:
    return NewcomerAnswer(outcome=answer["outcome"], unmet_reason=answer.get("unmetReason"))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _contact(answer: Json) -> Contact:
    return Contact(
        email=answer.get("email"),
        phone=answer.get("phone"),
        email_safe=answer.get("emailSafe"),
        follow_up=bool(answer.get("followUp")),
    )


def _service(answer: Json) -> Service:
    return Service(
        name=answer["name"],
        organisation=answer.get("organisation"),
        phone=answer.get("phone"),
        email=answer.get("email"),
        url=answer.get("url"),
    )


def _event(referral: Json, answer: Json) -> Event:
    return Event(
        at=datetime.fromisoformat(answer["happenedAt"]),
        service=referral["service"]["name"],
        status=answer["toStatus"],
        reason=answer.get("reason"),
        note=answer.get("note"),
    )


def _address(answer: Json) -> str:
    place = " ".join(filter(None, (answer.get("postalCode"), answer.get("city"))))
    return ", ".join(filter(None, (answer.get("street"), place)))


def _period(answer: Json) -> tuple[datetime, datetime | None]:
    ends_at = answer["endsAt"]
    return datetime.fromisoformat(answer["startsAt"]), datetime.fromisoformat(ends_at) if ends_at else None


def _message(answer: Json) -> Message:
    return Message(
        author=answer["author"],
        text=answer["text"],
        sent_at=datetime.fromisoformat(answer["sentAt"]),
        translations=_translations(answer),
        personal_numbers=tuple(answer.get("personalNumbers") or ()),
    )


def _translations(answer: Json) -> tuple[Translation, ...]:
    return tuple(
        Translation(found["language"], found["text"], machine=found["machine"])
        for found in answer.get("translations") or ()
    )

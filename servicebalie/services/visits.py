"""What is known of a visit, and how its person can be reached."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from servicebalie.core.contact_index import Reach, contact_index
from servicebalie.core.keys import Keys, keyed_hash
from servicebalie.core.routing import RoutingFacts
from servicebalie.core.sealing import Owner, Sealed
from servicebalie.core.vocabulary import Arrival, Channel, Group, Registration, Stay
from servicebalie.models.base import table_of
from servicebalie.models.questions import Question, Visit, VisitContact
from servicebalie.services.late_changes import note_late_change
from servicebalie.services.sealing import Sealer, destroy_keys, opener_of, sealer_of
from servicebalie.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What is known of an encounter; everything but the channel may stay unknown.

    `language` is the one the person asked in, `language_served` the one the desk answered in. Somebody may
    have asked for an interpreter without one helping, and the other way round.
    """

    channel: Channel = Channel.COUNTER
    language: str | None = None
    language_served: str | None = None
    interpreter_used: bool | None = None
    municipality: str | None = None
    group: Group | None = None
    stay: Stay | None = None
    arrival: Arrival | None = None
    registration: Registration | None = None
    interpreter_requested: bool | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person wants to be reached.

    `email_safe` tells that they said that mail is safe, also about a sensitive topic; None hides it from who
    may not know that there is such a topic. `follow_up` tells that they may be asked later by e-mail whether
    they were helped.
    """

    email: str | None
    phone: str | None
    email_safe: bool | None = False
    follow_up: bool = False

    def may_be_mailed(self, *, sensitive: bool) -> bool:
        """Whether mail may be sent about a question that is `sensitive` or not."""
        return self.email is not None and (not sensitive or bool(self.email_safe))


def routing_facts(topic: str | None, facts: VisitFacts, *, consents: bool) -> RoutingFacts:
    """Return what routing looks at in a question of a visit."""
    return RoutingFacts(
        topic,
        facts.language,
        facts.municipality,
        group=facts.group,
        stay=facts.stay,
        arrival=facts.arrival,
        registration=facts.registration,
        channel=facts.channel,
        consents=consents,
    )


def facts_columns(facts: VisitFacts) -> dict[str, Any]:
    """Return the facts as columns of the table `visit`."""
    return {
        "channel": facts.channel,
        "language": facts.language,
        "language_served": facts.language_served,
        "interpreter_used": facts.interpreter_used,
        "municipality": facts.municipality,
        "newcomer_group": facts.group,
        "stay": facts.stay,
        "arrival": facts.arrival,
        "registration": facts.registration,
        "interpreter_requested": facts.interpreter_requested,
    }


def facts_of(visit: Visit) -> VisitFacts:
    """Return the facts of a visit."""
    return VisitFacts(
        channel=visit.channel,
        language=visit.language,
        language_served=visit.language_served,
        interpreter_used=visit.interpreter_used,
        municipality=visit.municipality,
        group=visit.group,
        stay=visit.stay,
        arrival=visit.arrival,
        registration=visit.registration,
        interpreter_requested=visit.interpreter_requested,
    )


def correct_facts(session: Session, work: Workplace, visit_id: int, facts: VisitFacts) -> None:
    """Write the facts of a visit; its questions change with it, so they get a new version.

    Facts are counted with every question of the visit, so the oldest of them tells whether it is late.
    """
    received_at = session.scalars(select(Visit.received_at).where(Visit.id == visit_id)).one()
    note_late_change(session, visit_id, received_at, work.now)
    columns = facts_columns(facts)
    repeated = {name: columns[name] for name in ("language", "municipality", "channel")}
    connection = session.connection()
    connection.execute(update(table_of(Visit)).where(Visit.id == visit_id).values(columns))
    connection.execute(
        update(table_of(Question))
        .where(Question.visit_id == visit_id)
        .values(**repeated, updated_at=work.now, version=Question.version + 1)
    )


def read_contact(session: Session, keys: Keys, visit_id: int) -> Contact | None:
    """Return how the person of a visit can be reached, or None."""
    row = session.get(VisitContact, visit_id)
    if row is None:
        return None
    opener = opener_of(session, keys.master_keys, Owner.VISIT, visit_id)
    email = opener.open(row.email, Sealed.EMAIL, visit_id)
    phone = opener.open(row.phone, Sealed.PHONE, visit_id)
    return Contact(email, phone, row.email_safe, row.follow_up) if email or phone else None


def set_contact(session: Session, work: Workplace, visit_id: int, contact: Contact) -> None:
    """Keep this way to reach the person of a visit in the place of the former one; none, if it is empty.

    The former one is erased with its key. What is said about mail says nothing without an address.
    """
    session.execute(delete(VisitContact).where(VisitContact.visit_id == visit_id))
    destroy_keys(session, Owner.VISIT, [visit_id])
    if contact.email or contact.phone:
        sealer = sealer_of(session, work.keys.master_keys, Owner.VISIT, visit_id)
        session.execute(insert(VisitContact).values(contact_columns(work, visit_id, contact, sealer)))


def contact_columns(work: Workplace, visit_id: int, contact: Contact, sealer: Sealer) -> dict[str, Any]:
    """Return a contact as columns of the table `visit_contact`: sealed, and with what it is found by."""
    email, phone = contact.email, contact.phone
    return {
        "visit_id": visit_id,
        "desk_id": work.desk_id,
        "email": sealer.seal(email, Sealed.EMAIL, visit_id) if email else None,
        "phone": sealer.seal(phone, Sealed.PHONE, visit_id) if phone else None,
        "email_index": index_of(work, Reach.EMAIL, email) if email else None,
        "phone_index": index_of(work, Reach.PHONE, phone) if phone else None,
        "email_safe": bool(email and contact.email_safe),
        "follow_up": bool(email and contact.follow_up),
    }


def index_of(work: Workplace, reach: Reach, value: str) -> bytes:
    """Return what a visit at this desk is found by."""
    return contact_index(work.keys.contact_index, work.desk_id, reach, value)


def hash_return_code(work: Workplace, return_code: str) -> bytes:
    """Return the keyed hash under which a return code is stored."""
    return keyed_hash(work.keys.return_codes, return_code.encode())

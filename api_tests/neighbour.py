"""Another desk on the same server, with something in all of its rows that nobody else may ever be sent."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from api_tests.client import Client, Json, json_of
from servicebalie.core.changes import Changes
from servicebalie.core.directory import Location, Service
from servicebalie.core.vocabulary import Destination, Role
from servicebalie.db import Database
from servicebalie.services.accounts import PREFIX_LENGTH, add_user
from servicebalie.services.directory import add_organisation, add_service
from servicebalie.services.standard_answers import import_answers
from tests.support.answers import answer_about, text_in
from tests.support.releases import add_release
from tests.support.small_desk import EINDHOVEN, SmallDesk, make_small_desk

PUBLISHED = 7_654_321
"""How many persons came to that desk, by its report."""
KEY = "the key of another"

Names = Mapping[str, str]
"""What things of a desk are called, by the names that requests have for them."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The other desk. `canaries` stand in its rows; `known` is what an attacker got to know all the same."""

    desk: SmallDesk
    known: Names
    canaries: frozenset[str]

    def found_in(self, answer: bytes) -> set[str]:
        """Return the canaries that sing in an answer."""
        return {canary for canary in self.canaries if canary.encode() in answer}


def names_at(worker: Client, administrator: Client, desk: SmallDesk, asked: Json) -> Names:
    """Return what the things of a desk are called, with a new question, token and sitting of its own."""
    made = administrator.call("POST", "/tokens", {"scopes": ["directory:read"]})
    assert made.status_code == 201, made.text
    question = worker.register(topic="dutch-course", municipality=EINDHOVEN, consent=True, **asked)
    return {
        "question": question["reference"],
        "referral": question["referrals"][0]["reference"],
        "visit": question["visit"],
        "returnCode": question["returnCode"],
        "service": str(desk.services["library"]),
        "prefix": json_of(made)["prefix"],
        **asked.get("contact", {}),
    }


class Planter:
    """Plants canaries in a desk that is made for them."""

    def __init__(self, database: Database) -> None:
        self.canaries = {str(PUBLISHED), str(PUBLISHED + 1)}
        self._database = database
        slug = self._mark("zeisig")
        with database.begin() as session:
            self.desk = make_small_desk(session, slug)
        self.canaries |= {
            secret for token in self.desk.tokens.values() for secret in (token, token[:PREFIX_LENGTH])
        }
        self._plant_directory()
        tables = {"total": {(): (PUBLISHED, PUBLISHED + 1)}}
        add_release(database, slug, "2026-10", tables, changes=Changes(1, ()))

    def plant(self, worker: Client, library: Client, administrator: Client) -> Neighbour:
        """Let people ask at the desk, and its users work there."""
        contact = {"email": f"{self._mark('vink')}@example.org", "phone": self._phone()}
        known = names_at(worker, administrator, self.desk, {"text": self._mark("text"), "contact": contact})
        written = worker.call(
            "POST", f"/questions/{known['question']}/messages", {"text": self._mark("message")}
        )
        assert written.status_code == 201, written.text
        for topic in ("dutch-course", "housing-abuse"):
            self._ask_in_secret(topic, worker, library)
        rules = [{"name": self._mark("rule"), "topics": ["bsn"], "destination": "library"}]
        kept = administrator.call("POST", "/routing/rules", {"rules": rules}, {"If-Match": '"0"'})
        assert kept.status_code == 201, kept.text
        return Neighbour(self.desk, known, frozenset(self.canaries))

    def _mark(self, word: str) -> str:
        """Return a word that nothing else has, and remember it."""
        mark = f"{word}-{secrets.token_hex(6)}"
        self.canaries.add(mark)
        return mark

    def _phone(self) -> str:
        number = f"68{secrets.randbelow(10**7):07}"
        self.canaries.add(number)
        return f"+31{number}"

    def _plant_directory(self) -> None:
        mark, desk_id = self._mark, self.desk.id
        with self._database.begin() as session:
            organisation = add_organisation(session, desk_id, mark("organisation"), Destination.LIBRARY)
            for role in Role:
                of = organisation if role is Role.PARTNER else None
                add_user(session, desk_id, mark("somebody"), role, organisation_id=of)
            add_service(session, desk_id, self._service(organisation))
            answer = answer_about("bsn", text_in("nl", body=f"{mark('answer')} {{service}}"))
            import_answers(session, desk_id, [answer])

    def _service(self, organisation: int) -> Service:
        mark = self._mark
        return Service(
            id=0,
            name=mark("service"),
            organisation="",
            organisation_id=organisation,
            destination=Destination.LIBRARY,
            locations=(Location(mark("street"), "5611 AA", mark("city"), EINDHOVEN),),
            phone=self._phone(),
            email=f"{mark('service')}@example.org",
            description=mark("description"),
        )

    def _ask_in_secret(self, topic: str, worker: Client, library: Client) -> None:
        """Register a question of which not even the names get known, but the key that it was sent with."""
        contact = {"email": f"{self._mark('mees')}@example.org"}
        body = {"topic": topic, "municipality": EINDHOVEN, "text": self._mark("text"), "consent": True}
        asked = worker.call(
            "POST", "/questions", {**body, "contact": contact}, {"Idempotency-Key": KEY + topic}
        )
        assert asked.status_code == 201, asked.text
        question = json_of(asked)
        referral = question["referrals"][0]["reference"]
        self.canaries |= {question["reference"], question["visit"], question["returnCode"], referral}
        if topic == "dutch-course":
            for act, what in (("accept", "note"), ("answer", "text")):
                done = library.call("POST", f"/referrals/{referral}/{act}", {what: self._mark(what)})
                assert done.status_code == 200, done.text

"""The audit trail: what a line of it may say, and the chain that shows whether lines are still as written.

Each line is hashed together with the hash of the line before (as in Haber and Stornetta, *How to time-stamp
a digital document*, 1991), so nothing in the middle can be removed, changed or moved without every later hash
being another one. A seal says which hash the chain had at some line; it is keyed and can be kept elsewhere,
so that not even all hashes can be made anew unnoticed.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import NewType

from servicebalie.core.keys import keyed_hash
from servicebalie.core.reference_codes import ALPHABET

BEGINNING = bytes(32)
"""What stands in the place of a hash before the first line."""

_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")


class AuditActor(StrEnum):
    """Who did something: a user, somebody who signs in, a person by return code, the worker, or who may run
    commands."""

    USER = "user"
    SIGNING_IN = "signing-in"
    NEWCOMER = "newcomer"
    WORKER = "worker"
    COMMAND_LINE = "command-line"


class AuditResult(StrEnum):
    """What came of it; with *repeated* the answer to the same request was given once more."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED = "refused"


class RecordKind(StrEnum):
    """What the numbers or references of a line are of."""

    QUESTION = "question"
    SERVICE = "service"
    DIRECTORY = "directory"
    RULES = "rules"
    ANSWERS = "answers"
    USER = "user"
    DESK = "desk"
    RELEASE = "release"
    AUDIT = "audit"


class AuditAction(StrEnum):
    """What was done, or tried. Who changes a question or sends a message sees the question as well.

    Lines from before it was noted how somebody signed in say `signed-in`.
    """

    QUESTION_REGISTERED = "question-registered"
    QUESTION_READ = "question-read"
    QUESTION_CORRECTED = "question-corrected"
    QUESTION_MASKED = "question-masked"
    QUESTION_REFERRED = "question-referred"
    QUESTION_CLOSED = "question-closed"
    MESSAGE_SENT = "message-sent"
    REFERRAL_ACCEPTED = "referral-accepted"
    REFERRAL_RETURNED = "referral-returned"
    REFERRAL_ASKED_BACK = "referral-asked-back"
    REFERRAL_ANSWERED = "referral-answered"
    REFERRAL_COMPLETED = "referral-completed"
    REFERRAL_REVOKED = "referral-revoked"
    REFERRAL_REMINDED = "referral-reminded"
    REFERRAL_EXPIRED = "referral-expired"
    VISIT_READ = "visit-read"
    VISIT_CORRECTED = "visit-corrected"
    VISIT_COPIED = "visit-copied"
    VISIT_ERASED = "visit-erased"
    CONSENT_GIVEN = "consent-given"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    OUTCOME_TOLD = "outcome-told"
    RIGHT_REQUESTED = "right-requested"
    RIGHT_EXERCISED = "right-exercised"
    MAIL_SENT = "mail-sent"
    TEXT_TRANSLATED = "text-translated"
    SERVICE_CHANGED = "service-changed"
    DIRECTORY_IMPORTED = "directory-imported"
    RULES_CHANGED = "rules-changed"
    ANSWERS_CHANGED = "answers-changed"
    USER_ADDED = "user-added"
    USER_CLOSED = "user-closed"
    TOKENS_RENEWED = "tokens-renewed"
    DESK_CHANGED = "desk-changed"
    RELEASE_PUBLISHED = "release-published"
    YEAR_MADE_FINAL = "year-made-final"
    CONTACT_SEARCHED = "contact-searched"
    TOKEN_ISSUED = "token-issued"  # noqa: S105 - the name of an act
    TOKEN_REVOKED = "token-revoked"  # noqa: S105 - the name of an act
    SESSIONS_ENDED = "sessions-ended"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - the name of an act
    AUTHENTICATOR_CHANGED = "authenticator-changed"
    RECOVERY_CODES_RENEWED = "recovery-codes-renewed"
    SIGNED_IN = "signed-in"
    SIGNED_IN_WITH_TOKEN = "signed-in-with-token"  # noqa: S105 - the name of an act
    SIGNED_IN_WITH_PASSWORD = "signed-in-with-password"  # noqa: S105 - the name of an act
    SIGNED_IN_WITH_PROVIDER = "signed-in-with-provider"
    SIGNED_OUT = "signed-out"
    AUDIT_READ = "audit-read"
    AUDIT_CUT = "audit-cut"


_NUMBER = re.compile(r"[0-9]{1,9}")
_SHAPES: Mapping[RecordKind, re.Pattern[str]] = {
    RecordKind.QUESTION: re.compile(f"[{ALPHABET}]{{8}}"),
    RecordKind.SERVICE: _NUMBER,
    RecordKind.USER: _NUMBER,
    RecordKind.DESK: _NUMBER,
    RecordKind.RULES: _NUMBER,
    RecordKind.RELEASE: re.compile(r"[0-9]{4}(-[0-9]{2}|-Q[1-4])?"),
    RecordKind.AUDIT: re.compile(r"[0-9]{1,19}"),
}
"""How records are named; those of other kinds are not named at all."""

RecordId = NewType("RecordId", str)
"""The reference of a question, or the number or period of something else; made by `record_id`."""

ErrorCode = NewType("ErrorCode", str)
"""The code of a refusal; made by `error_code`."""


def record_id(kind: RecordKind, record: str | int) -> RecordId:
    """Return what names a record of a kind; raises `ValueError` for what cannot.

    So no text of a person, name, address or telephone number gets in by accident.
    """
    shape = _SHAPES.get(kind)
    name = str(record)
    if shape is None or not shape.fullmatch(name):
        raise ValueError("the audit trail holds references and codes only")
    return RecordId(name)


def error_code(code: str) -> ErrorCode:
    """Return the code of a refusal; raises `ValueError` for what is none."""
    if not _CODE.fullmatch(code):
        raise ValueError("the audit trail holds references and codes only")
    return ErrorCode(code)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line, as it was written: codes, numbers and hashes only.

    `records` are references with a space between them. `origin` is a keyed hash of the network from which it
    was done. `trace` is common to all that belongs to one request (W3C Trace Context). Codes are plain text
    here, because a line is checked as it stands, whatever was made of it.
    """

    id: int
    desk_id: int | None
    at: datetime
    actor: str
    user_id: int | None
    action: str
    record_kind: str | None
    records: str
    origin: bytes | None
    result: str
    error: str | None
    trace: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """Where the chain is after a line: its number, from 1 on, and its hash."""

    sequence: int
    hash: bytes


START = Link(0, BEGINNING)


@dataclass(frozen=True, slots=True)
class ChainedLine:
    """A line with its place in the chain."""

    line: AuditLine
    link: Link


def line_values(line: AuditLine) -> dict[str, str | int | None]:
    """Return a line as the values of JSON; the id is text, because many programs cannot hold the number."""
    values = asdict(line)
    values |= {"id": str(line.id), "at": moment_text(line.at)}
    values |= {"origin": line.origin.hex() if line.origin is not None else None, "trace": line.trace.hex()}
    return values


def moment_text(moment: datetime) -> str:
    """Return a moment to the microsecond, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def hash_after(before: Link, line: AuditLine) -> Link:
    """Return the link of a line that comes after another one.

    SHA-256 of the hash before and the line as JSON, with its number: sorted keys, no spaces, only ASCII.
    """
    values = {**line_values(line), "sequence": before.sequence + 1}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return Link(before.sequence + 1, sha256(before.hash + text.encode()).digest())


def chain_lines(before: Link, lines: Iterable[AuditLine]) -> Iterator[ChainedLine]:
    """Yield lines with their places in the chain, in this order."""
    for line in lines:
        before = hash_after(before, line)
        yield ChainedLine(line, before)


class SealKind(StrEnum):
    """What a seal says: what was there at the end of a day, or up to where lines were cut off."""

    DAY = "day"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Seal:
    """The link of the chain at the end of a day (UTC), or of the last line that was cut off on that day.

    `count` is how many lines were chained since the seal before, or were cut off.
    """

    kind: str
    day: date
    sequence: int
    hash: bytes
    count: int
    made_at: datetime
    mac: bytes

    @property
    def link(self) -> Link:
        """The link that is sealed."""
        return Link(self.sequence, self.hash)


def make_seal(key: bytes, kind: SealKind, link: Link, *, day: date, count: int, made_at: datetime) -> Seal:
    """Return a seal; only who has the key can make one."""
    mac = _seal_mac(key, kind, link, day, count, made_at)
    return Seal(kind.value, day, link.sequence, link.hash, count, made_at, mac)


def is_ours(key: bytes, seal: Seal) -> bool:
    """Whether a seal was made with this key, and says what it said then."""
    return seal.mac == _seal_mac(key, seal.kind, seal.link, seal.day, seal.count, seal.made_at)


def _seal_mac(key: bytes, kind: str, link: Link, day: date, count: int, made_at: datetime) -> bytes:
    numbers = f"{kind} {day.isoformat()} {link.sequence} {count} {moment_text(made_at)}"
    return keyed_hash(key, b"seal", numbers.encode(), link.hash)


def seal_values(seal: Seal) -> dict[str, str | int]:
    """Return a seal as the values of JSON."""
    return {
        "kind": seal.kind,
        "day": seal.day.isoformat(),
        "sequence": seal.sequence,
        "hash": seal.hash.hex(),
        "count": seal.count,
        "made_at": moment_text(seal.made_at),
        "mac": seal.mac.hex(),
    }


def read_seal(values: Mapping[str, str | int]) -> Seal:
    """Return the seal of JSON values; raises `ValueError`, `TypeError` or `KeyError` when it is none."""
    return Seal(
        kind=SealKind(str(values["kind"])).value,
        day=date.fromisoformat(str(values["day"])),
        sequence=int(values["sequence"]),
        hash=bytes.fromhex(str(values["hash"])),
        count=int(values["count"]),
        made_at=datetime.fromisoformat(str(values["made_at"])),
        mac=bytes.fromhex(str(values["mac"])),
    )

"""Defence of the form against spam, without a third party, a cookie or a riddle."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from servicebalie.core.holding_back import SENT_AGAIN_WITHIN, HeldBack, hold_back
from servicebalie.core.limits import Limit
from servicebalie.core.origins import Origin
from servicebalie.services.limits import take_turn
from servicebalie.services.traces import find_traces, leave_traces, trace_key
from servicebalie.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Sending:
    """A question as it is sent, and how: `trap` is what stands in the field that people do not see."""

    origin: Origin
    began_at: datetime
    trap: str
    anyway: bool
    topic: str | None
    text: str | None
    contacts: tuple[str, ...]


def hold_back_question(
    session: Session, work: Workplace, limit: Limit, at_least: timedelta, sending: Sending
) -> HeldBack | None:
    """Return why a question is not taken yet; or None, and then it counts as sent.

    The same text about the same topic counts as sent before when it comes from the same network or with the
    same contact; without a text only the contact tells. What is kept of it are keyed hashes with an end.
    """
    keys = tuple(_sent_before(work, sending))
    held_back = hold_back(
        trap=sending.trap,
        took=work.now - sending.began_at,
        at_least=at_least,
        sent_before=bool(keys) and bool(find_traces(session, keys, work.now)),
        anyway=sending.anyway,
    )
    if held_back is None and take_turn(session, work, limit, sending.origin) is not None:
        held_back = HeldBack.TOO_MANY
    if held_back is None and keys:
        leave_traces(session, keys, work.now + SENT_AGAIN_WITHIN)
    return held_back


def _sent_before(work: Workplace, sending: Sending) -> Iterator[bytes]:
    """Yield the keys under which the same question would have been noted."""
    text = " ".join((sending.text or "").casefold().split())
    question = ("sent", sending.topic or "", text)
    if text:
        yield trace_key(work, *question, "network", sending.origin.network)
    for contact in sending.contacts:
        yield trace_key(work, *question, "contact", contact)

"""The return code that comes with a request, and the visit that belongs to it.

The code is posted and never stands in an address, where browsers and servers would remember it.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from math import ceil

from flask import Response, request

from servicebalie.core.audit import RecordKind
from servicebalie.core.errors import Fault
from servicebalie.core.keys import keyed_hash
from servicebalie.core.opening import AMSTERDAM
from servicebalie.http.audit import about, did_not
from servicebalie.http.origin import request_origin
from servicebalie.http.request_limits import take_turn_of_code
from servicebalie.http.runtime import runtime
from servicebalie.http.transaction import job
from servicebalie.services.limits import take_turn, wait_until
from servicebalie.services.question_views import QuestionView
from servicebalie.services.returning import ReturnCodeNotKnown, find_visit, read_visit_questions
from servicebalie.web.layout import addresses_of, desk_place, fault_sentences, render_page
from servicebalie.web.schemas import ReturnSchema, load
from servicebalie.web.turned_away import turned_away

TOO_MANY = "too-many-wrong-codes"


@dataclass(frozen=True, slots=True)
class Found:
    """The visit that belongs to the return code of this request, and its questions, the oldest first.

    `seal` shows that a page was made by us for somebody with the right code.
    """

    code: str
    seal: str
    visit_id: int
    questions: tuple[QuestionView, ...]

    @property
    def sensitive(self) -> bool:
        """Whether one of the questions has a topic that nobody is e-mailed about."""
        return any(question.sensitive for question in self.questions)

    def question(self, reference: str | None) -> QuestionView | None:
        """Return the question of this visit with this reference."""
        return next((view for view in self.questions if view.reference == reference), None)


def find_posted() -> tuple[Found | None, list[Fault]]:
    """Return the visit of the posted return code, or why there is none; only for views that write.

    A code that never was and one whose visit was deleted are told apart by nobody: the same is done for
    both. After too many wrong ones from where the request comes from the right ones are refused as well,
    or going on would still tell which codes exist. Who has one of our pages open, which only the right
    code opens, is not shut out by what others try. Raises `TooManyRequests` when one code is used very often.
    """
    given, faults = load(ReturnSchema(), request.form)
    if faults:
        return None, [Fault("/code", "invalid-return-code")]
    code = given["code"]
    session, work = job().session, job().work
    guess = (session, work, runtime().limits.wrong_codes, request_origin())
    was_right = hmac.compare_digest(request.form.get("seal", "").encode(), _seal(code).encode())
    until = None if was_right else wait_until(*guess)
    if until is None:
        try:
            found = find_code(code)
        except ReturnCodeNotKnown as error:
            until = None if was_right else take_turn(*guess)
            if until is None:
                did_not(error.code)
                return None, [Fault("/code", error.code)]
        else:
            take_turn_of_code(code)
            return found, []
    return None, [Fault("/code", TOO_MANY, {"time": clock_after(until)})]


def find_code(code: str) -> Found:
    """Return the visit of a (normalised) return code; raises `ReturnCodeNotKnown`."""
    session, work = job().session, job().work
    visit_id = find_visit(session, work, code)
    questions = read_visit_questions(session, work, visit_id)
    about(RecordKind.QUESTION, *(question.reference for question in questions))
    return Found(code, _seal(code), visit_id, questions)


def refuse(faults: list[Fault]) -> Response:
    """Return the form for the code again, with what was typed."""
    too_many = any(fault.code == TOO_MANY for fault in faults)
    page = render_page(
        "newcomer/return.html",
        HTTPStatus.BAD_REQUEST,
        typed=request.form.get("code", ""),
        faults=fault_sentences(faults),
        addresses=addresses_of("returning.form"),
        **(desk_place() if too_many else {}),
    )
    return turned_away(page, runtime().limits.wrong_codes) if too_many else page


def _seal(code: str) -> str:
    return keyed_hash(job().work.keys.form_state, b"right return code", code.encode()).hex()


def clock_after(moment: datetime) -> str:
    """Return the time of the day from which something is possible, in the Netherlands, as 14:05."""
    return f"{datetime.fromtimestamp(ceil(moment.timestamp() / 60) * 60, AMSTERDAM):%H:%M}"

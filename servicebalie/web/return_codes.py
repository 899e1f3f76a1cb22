"""The return code that comes with a request, and the visit that belongs to it.

The code is posted and never stands in an address, where browsers and servers would remember it.
"""

from dataclasses import dataclass

from flask import Response, request

from servicebalie.core.errors import Fault
from servicebalie.http.transaction import job
from servicebalie.services.question_views import QuestionView
from servicebalie.services.returning import ReturnCodeNotKnown, find_visit, read_visit_questions
from servicebalie.web.layout import addresses_of, fault_sentences, render_page
from servicebalie.web.schemas import ReturnSchema, load


@dataclass(frozen=True, slots=True)
class Found:
    """The visit that belongs to the return code of this request, and its questions, the oldest first."""

    code: str
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
    """Return the visit of the posted return code, or what is wrong with that code.

    A code that never was and one whose visit was deleted are told apart by nobody.
    """
    given, faults = load(ReturnSchema(), request.form)
    if faults:
        return None, [Fault("/code", "invalid-return-code")]
    try:
        return find_code(given["code"]), []
    except ReturnCodeNotKnown as error:
        return None, [Fault("/code", error.code)]


def find_code(code: str) -> Found:
    """Return the visit of a (normalised) return code; raises `ReturnCodeNotKnown`."""
    session, work = job().session, job().work
    visit_id = find_visit(session, work, code)
    return Found(code, visit_id, read_visit_questions(session, work, visit_id))


def refuse(faults: list[Fault]) -> Response:
    """Return the form for the code again, with what was typed."""
    return render_page(
        "newcomer/return.html",
        400,
        typed=request.form.get("code", ""),
        faults=fault_sentences(faults),
        addresses=addresses_of("returning.form"),
    )

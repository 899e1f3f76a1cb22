"""What people decide about what they asked: that it may be passed on or counted or used, and how it ended."""

from flask import Blueprint, Response, request

from servicebalie.core.errors import Fault
from servicebalie.core.rights import Right
from servicebalie.http.transaction import job
from servicebalie.services.follow_up import answer_follow_up
from servicebalie.services.own_visit import decide_own_consent
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import QuestionChanged
from servicebalie.services.referrals import QuestionClosed
from servicebalie.services.rights import exercise_right
from servicebalie.web.code_holders import for_askers, for_code_holders
from servicebalie.web.return_codes import Found, find_code
from servicebalie.web.schemas import HelpedSchema, load
from servicebalie.web.visit_page import Done, visit_page

pages = Blueprint("own_decisions", __name__)

_OWN_RIGHTS = frozenset(
    {Right.RESTRICTION, Right.RESTRICTION_LIFTED, Right.OBJECTION, Right.OBJECTION_WITHDRAWN}
)
"""The rights that the page of a visit has a button for, apart from those with pages of their own."""


@pages.post("/<locale:locale>/return/consent/<any(give, withdraw):decision>")
@for_askers
def decide_consent(found: Found, chosen: QuestionView, locale: str, decision: str) -> Response:
    """Note that a question may be passed on, or not any more, and let it go where it may go now."""
    try:
        decide_own_consent(job().session, job().work, chosen, consents=decision == "give")
    except (QuestionClosed, QuestionChanged) as error:
        return visit_page(find_code(found.code), faults=[Fault("", error.code)])
    return visit_page(find_code(found.code), done=Done.DECIDED)


@pages.post("/<locale:locale>/return/helped")
@for_askers
def say_helped(found: Found, chosen: QuestionView, locale: str) -> Response:
    """Keep what the person says of how a closed question ended, in the place of what they said before."""
    said, faults = load(HelpedSchema(), _typed_about(chosen))
    if faults:
        return visit_page(
            found,
            faults=[Fault(f"{fault.pointer}-{chosen.reference}", fault.code) for fault in faults],
        )
    if not answer_follow_up(job().session, job().work, chosen, said["helped"], said.get("why")):
        return visit_page(found)
    return visit_page(find_code(found.code), done=Done.DECIDED)


@pages.post("/<locale:locale>/return/rights")
@for_code_holders
def use_right(found: Found, locale: str) -> Response:
    """Let what was asked not be used or not be counted any more, or again."""
    wanted = request.form.get("right")
    if wanted not in _OWN_RIGHTS:
        return visit_page(found)
    exercise_right(job().session, job().work, Right(wanted), found.visit_id)
    return visit_page(find_code(found.code), done=Done.DECIDED)


def _typed_about(question: QuestionView) -> dict[str, str]:
    """Return what was typed about how this question ended; a page may hold several."""
    return {name: request.form.get(f"{name}-{question.reference}", "") for name in ("helped", "why")}

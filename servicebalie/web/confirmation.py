"""What is told when a question has arrived: the return code, to be written down, and what happens now.

The code can be typed once more, to see that it was written down well. It is also drawn as a QR code of the
address on which to come back, with the code behind `#`: browsers send nothing of that to a server.
"""

from datetime import timedelta

from flask import Blueprint, Response, request, url_for
from markupsafe import Markup

from servicebalie.core.errors import InvalidReturnCode
from servicebalie.core.opening import AMSTERDAM, Opening, openings_within
from servicebalie.core.reference_codes import normalise_return_code
from servicebalie.http.runtime import runtime
from servicebalie.http.transaction import job
from servicebalie.services.question_views import QuestionView
from servicebalie.web.code_holders import for_code_holders
from servicebalie.web.drawn_codes import draw_code
from servicebalie.web.layout import addresses_of, render_page
from servicebalie.web.return_codes import Found

pages = Blueprint("confirmation", __name__)

HOURS_ON_PAPER = timedelta(days=7)
"""How far a print tells opening hours; on a screen the next opening is enough."""


@pages.post("/<locale:locale>/return/confirmation")
@for_code_holders
def again(found: Found, locale: str) -> Response:
    """Show the confirmation again, and tell whether the code that was typed from a note is the same."""
    return confirmation_page(found)


def confirmation_page(found: Found) -> Response:
    """Return the page that says that the questions have arrived."""
    return render_page(
        "newcomer/send.html",
        found=found,
        qr_code=_draw(found.code),
        note_is_right=_note_is_right(found.code),
        hours={view.id: _hours(view) for view in found.questions},
        sensitive=found.sensitive,
        topics_in_need=[view.topic for view in found.questions],
        addresses=addresses_of("confirmation.again"),
        posts=True,
    )


def _note_is_right(code: str) -> bool | None:
    """Tell whether the code in the person's note is this one; None if it was not typed."""
    typed = request.form.get("note", "")
    if not typed.strip():
        return None
    try:
        return normalise_return_code(typed) == code
    except InvalidReturnCode:
        return False


def _draw(code: str) -> Markup:
    """Return the address on which to come back with a code as an SVG picture without any style."""
    address = f"{runtime().public_address}{url_for('returning.form')}#{code}"
    return draw_code(address)


def _hours(view: QuestionView) -> tuple[Opening, ...]:
    """Return when the place to which the person is sent is open in the weeks to come."""
    now, referral = job().work.now, view.referral
    service, today = referral.service, now.astimezone(AMSTERDAM).date()
    schedules = service.schedules_at(referral.location, view.facts.language, today)
    return openings_within(schedules, now, HOURS_ON_PAPER, service.closures)

"""The inbox of partners: what was handed to their organisation, and what they do with it."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeAlias

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from servicebalie.core.audit import RecordKind
from servicebalie.core.errors import Fault, InvalidReference
from servicebalie.core.permissions import Action
from servicebalie.core.personal_numbers import kinds_of_personal_numbers
from servicebalie.core.reference_codes import decode_referral, encode_referral
from servicebalie.core.referral_states import OPEN, AlreadyAccepted, End, ReferralEnded
from servicebalie.core.vocabulary import Actor, ReferralStatus
from servicebalie.http.audit import about
from servicebalie.http.locale import current_tag
from servicebalie.http.transaction import for_signed_in, job
from servicebalie.i18n import desk_words
from servicebalie.i18n.language_names import language_name
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.question_views import TranslationView
from servicebalie.services.referral_acts import (
    ReferralCase,
    accept,
    answer,
    ask_back,
    complete,
    return_referral,
)
from servicebalie.services.referral_inbox import (
    ReferralFilter,
    ReferralNotForYou,
    find_referral,
    is_late,
    list_referrals,
)
from servicebalie.services.referral_steps import ReferralChanged
from servicebalie.services.referrals import QuestionClosed
from servicebalie.web.inbox_forms import CompletingForm, LetterForm, NoteForm, ReturningForm
from servicebalie.web.layout import addresses_of
from servicebalie.web.schemas import load
from servicebalie.web.sign_in import desk_page, refuse_other_locales
from servicebalie.web.visit_page import new_nonce, note_done, once_slot

LINES = 50
"""How many referrals stand on one page."""

TOO_LATE = (AlreadyAccepted, ReferralEnded, ReferralChanged, QuestionClosed)
"""Why an act that was possible when the page was made is not possible any more."""

pages = Blueprint("inbox", __name__)

DoAct: TypeAlias = Callable[[ReferralCase, Mapping[str, Any]], object]


class Act(StrEnum):
    """What the buttons of the page of a referral do; also what the page then tells was done."""

    ACCEPT = "accept"
    ANSWER = "answer"
    ASK_BACK = "ask-back"
    COMPLETE = "complete"
    RETURN = "return"


class Shown(StrEnum):
    """Which referrals the inbox shows."""

    OPEN = "open"
    OVERDUE = "overdue"
    COMPLETED = "completed"
    RETURNED = "returned"
    EXPIRED = "expired"


_FILTERS: Mapping[Shown, ReferralFilter] = {
    Shown.OPEN: ReferralFilter(),
    Shown.OVERDUE: ReferralFilter(overdue=True),
    Shown.COMPLETED: ReferralFilter(status=ReferralStatus.COMPLETED),
    Shown.RETURNED: ReferralFilter(status=ReferralStatus.RETURNED),
    Shown.EXPIRED: ReferralFilter(status=ReferralStatus.EXPIRED),
}


@pages.get("/<locale:locale>/inbox", defaults={"shown": Shown.OPEN})
@pages.get("/<locale:locale>/inbox/<any(overdue, completed, returned, expired):shown>")
@for_signed_in(Action.READ_INBOX)
def overview(locale: str, shown: str) -> Response:
    """List the referrals to the organisation of whoever is signed in, the newest first."""
    refuse_other_locales(locale)
    found = list_referrals(
        job().session, job().work, job().user, _FILTERS[Shown(shown)], before=_before(), limit=LINES + 1
    )
    lines = found[:LINES]
    return desk_page(
        "desk/inbox.html",
        shown=shown,
        lines=lines,
        older=encode_referral(lines[-1].id) if len(found) > LINES else None,
        encode=encode_referral,
        **_names(),
    )


@pages.get("/<locale:locale>/inbox/<string(length=15):reference>")
@for_signed_in(Action.READ_INBOX)
def referral(locale: str, reference: str) -> Response:
    """Show a referral, with what its service needs to help and nothing more."""
    refuse_other_locales(locale)
    done = request.args.get("done")
    return _page(_find(reference), done=done if done in list(Act) else None)


@pages.post("/<locale:locale>/inbox/<string(length=15):reference>/<any('accept'):act>")
@for_signed_in(Action.ACCEPT_REFERRAL, writes=True)
def accept_referral(locale: str, reference: str, act: str) -> BaseResponse:
    """Take a referral on."""
    return _do(reference, act, NoteForm, lambda case, _given: accept(job().session, job().work, case))


@pages.post("/<locale:locale>/inbox/<string(length=15):reference>/<any('answer', 'ask-back'):act>")
@for_signed_in(Action.ANSWER_REFERRAL, writes=True)
def write(locale: str, reference: str, act: str) -> BaseResponse:
    """Write to the person, who reads it with the return code."""
    send = answer if act == Act.ANSWER else ask_back
    return _do(
        reference,
        act,
        LetterForm,
        lambda case, given: send(job().session, job().work, case, given["text"]),
    )


@pages.post("/<locale:locale>/inbox/<string(length=15):reference>/<any('complete'):act>")
@for_signed_in(Action.COMPLETE_OWN_REFERRAL, writes=True)
def complete_referral(locale: str, reference: str, act: str) -> BaseResponse:
    """End a referral with what came of it."""

    def end(case: ReferralCase, given: Mapping[str, Any]) -> None:
        ended = End(given["outcome"], given.get("unmet_reason"))
        complete(job().session, job().work, case, Actor.PARTNER, ended, note=given.get("note"))

    return _do(reference, act, CompletingForm, end)


@pages.post("/<locale:locale>/inbox/<string(length=15):reference>/<any('return'):act>")
@for_signed_in(Action.RETURN_REFERRAL, writes=True)
def give_back(locale: str, reference: str, act: str) -> BaseResponse:
    """Give a referral back to the desk, with the reason."""
    return _do(
        reference,
        act,
        ReturningForm,
        lambda case, given: return_referral(
            job().session, job().work, case, given["return_reason"], note=given.get("note")
        ),
    )


def _do(reference: str, act: str, form: type[NoteForm | LetterForm], do: DoAct) -> BaseResponse:
    """Do something with a referral and lead to its page, which tells of faults and keeps what was typed.

    Who presses a button twice has done it once, and is not told that it is too late for what they did.
    """
    case = _find(reference)
    note = f"note-{act}"
    given, faults = load(form(), {**request.form, "note": request.form.get(note, "")})
    if faults:
        told = _sentences(faults)
        return _page(case, {note if name == "note" else name: told[name] for name in told}, act=act)
    sent = (f"{act} {case.referral.id}", repr(sorted(given.items())))
    if slot := once_slot(*sent):
        try:
            # What is undone when somebody was before us.
            with job().session.begin_nested():
                do(case, given)
                note_done(slot)
        except TOO_LATE as error:
            # Or it was the same button, pressed twice in the same moment.
            if once_slot(*sent):
                return _page(_find(reference), {"page": gettext(desk_words.PROBLEMS[error.code])}, act=act)
    return redirect(url_for("inbox.referral", reference=reference, done=act), 303)


def _find(reference: str) -> ReferralCase:
    try:
        case = find_referral(job().session, job().work, job().user, decode_referral(reference))
    except (InvalidReference, ReferralNotForYou):
        abort(404)
    about(RecordKind.QUESTION, case.question.reference)
    return case


def _before() -> int | None:
    """Return the key of the last referral of the page before, or None on the first page."""
    try:
        return decode_referral(request.args.get("before", ""))
    except InvalidReference:
        return None


def _page(
    case: ReferralCase,
    faults: Mapping[str, str] | None = None,
    *,
    act: str | None = None,
    done: str | None = None,
) -> Response:
    """Return the page of a referral; `act` is what was tried and is told about in `faults`."""
    question, service = case.question, case.referral
    reference = encode_referral(service.id)
    return desk_page(
        "desk/referral.html",
        400 if faults else 200,
        case=case,
        reference=reference,
        question=question,
        referral=service,
        is_open=service.status in OPEN,
        late=is_late(service.status, service.respond_by, job().work),
        typed=request.form,
        act=act,
        done=done,
        faults=faults or {},
        nonce=new_nonce(),
        sensitive=False,
        name_numbers=_name_numbers,
        addresses=addresses_of("inbox.referral", reference=reference),
        **_names(),
    )


def _name_numbers(text: str | None, translations: Sequence[TranslationView]) -> str:
    """Name the numbers that a text seems to hold and nobody needs here; empty when there are none."""
    kinds = kinds_of_personal_numbers(text, *(one.text for one in translations))
    return ", ".join(gettext(desk_words.PERSONAL_NUMBERS[kind]) for kind in kinds)


def _sentences(faults: list[Fault]) -> dict[str, str]:
    return {
        fault.pointer.strip("/") or "page": gettext(desk_words.FAULTS[fault.code], **fault.params)
        for fault in faults
    }


def _names() -> dict[str, Any]:
    """Return the names of codes, in the language of the page."""
    lists, locale = job().work.directory.code_lists, LOCALES[current_tag()]
    return {
        "desk_words": desk_words,
        "language_names": {
            code: language_name(one, locale.regional) for code, one in lists.languages.items()
        },
        "municipalities": lists.municipalities,
    }

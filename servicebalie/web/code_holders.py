"""Views for who posts a return code: they get its visit, and one of its questions if they are about one."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import Response, request

from servicebalie.http.transaction import for_newcomers
from servicebalie.services.question_views import QuestionView
from servicebalie.web.return_codes import Found, find_posted, refuse
from servicebalie.web.visit_page import visit_page

P = ParamSpec("P")


def for_code_holders(view: Callable[Concatenate[Found, P], Response]) -> Callable[P, Response]:
    """Make a view that gets the visit of the posted return code; without a good one, it is asked for."""

    @for_newcomers(writes=True)
    @wraps(view)
    def opened(*args: P.args, **kwargs: P.kwargs) -> Response:
        found, faults = find_posted()
        return view(found, *args, **kwargs) if found else refuse(faults)

    return opened


def for_askers(view: Callable[Concatenate[Found, QuestionView, P], Response]) -> Callable[P, Response]:
    """Make a view of `for_code_holders` about one question; the page of the visit if it is none of theirs."""

    @for_code_holders
    @wraps(view)
    def opened(found: Found, /, *args: P.args, **kwargs: P.kwargs) -> Response:
        chosen = found.question(request.form.get("question"))
        return view(found, chosen, *args, **kwargs) if chosen else visit_page(found)

    return opened

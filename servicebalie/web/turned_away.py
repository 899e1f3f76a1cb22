"""The answer to whoever has to wait for a turn."""

from http import HTTPStatus
from math import ceil

from flask import Response, request

from servicebalie.core.limits import Limit
from servicebalie.http.origin import request_origin
from servicebalie.http.request_limits import TooManyRequests
from servicebalie.http.runtime import runtime
from servicebalie.http.transaction import job
from servicebalie.services.limits import wait_until


def turned_away(page: Response, limit: Limit) -> Response:
    """Let a page say that a limit was met, and programs when there is a turn again."""
    session, work = job().session, job().work
    runtime().watch.tell(TooManyRequests.code, request.endpoint)
    until = wait_until(session, work, limit, request_origin())
    page.status_code = HTTPStatus.TOO_MANY_REQUESTS
    page.headers["Retry-After"] = str(max(ceil((until - work.now).total_seconds()), 1) if until else 1)
    return page

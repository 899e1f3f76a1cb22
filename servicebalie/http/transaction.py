"""One request, one transaction: committed when the view has answered, undone when it fails."""

from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar

from flask import Response, after_this_request, make_response, request
from sqlalchemy.orm import Session

from servicebalie.core.directory import Directory
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.permissions import Action, require
from servicebalie.db import DatabaseUnavailable
from servicebalie.http.audit import act_rows, acting, begin_act
from servicebalie.http.authentication import identify, recognise
from servicebalie.http.locale import current_tag
from servicebalie.http.runtime import runtime
from servicebalie.http.sign_in import SignInNeeded, browser_secret, identify_browser
from servicebalie.services.accounts import InvalidToken, Principal, note_used
from servicebalie.services.desks import DeskFacts, NoDesk, find_desk
from servicebalie.services.insertion import (
    NeedsTransaction,
    PendingRows,
    Row,
    Writer,
    insert_rows,
    session_of,
)
from servicebalie.services.row_security import widen
from servicebalie.services.sessions import SignedIn, note_seen
from servicebalie.services.workplace import Workplace

P = ParamSpec("P")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Job:
    """What a view works with: where changes go, the desk at this moment, and who asks.

    `principal` is None on the pages for newcomers, `desk` is None in the API.
    """

    writer: Writer
    work: Workplace
    principal: Principal | None
    desk: DeskFacts | None

    @property
    def session(self) -> Session:
        """The session of the transaction; raises `NeedsTransaction` when there is none."""
        return session_of(self.writer)

    @property
    def user(self) -> Principal:
        """Who asks, where somebody must be signed in."""
        assert self.principal is not None  # noqa: S101 - `for_action` and `for_newcomers` are never mixed
        return self.principal


Answered: TypeAlias = tuple[Response, list[Row]]
"""The answer of a view, and the rows that note what it did."""

_JOB: ContextVar[Job] = ContextVar("servicebalie_job")


def job() -> Job:
    """Return what the current view works with."""
    return _JOB.get()


def for_action(
    action: Action, *, writes: bool = False, at_once: bool = False
) -> Callable[[Callable[P, object]], Callable[P, Response]]:
    """Make a view of the API for those who may do this, inside one transaction.

    A view that `writes` is run again when it meets a unique key that was just taken. One that may be
    answered `at_once` is first run without a session (`_answer_at_once`).
    """

    def decorate(view: Callable[P, object]) -> Callable[P, Response]:
        @wraps(view)
        def secured(*args: P.args, **kwargs: P.kwargs) -> Response:
            now = datetime.now(UTC)

            def look_up(session: Session) -> tuple[int, Principal]:
                principal = _identified(session, now, action)
                return principal.desk_id, principal

            def answer(session: Session, principal: Principal) -> Answered:
                directory = runtime().directories.get(session, principal.desk_id, principal.directory_version)
                work = _workplace(directory, principal.desk_id, now, principal)
                return _answer(Job(session, work, principal, None), view, *args, **kwargs)

            with acting():
                response = _answer_at_once(action, view, *args, **kwargs) if at_once else None
                if response is not None:
                    return response
                return _serve(look_up, answer, nobody=InvalidToken, writes=writes)

        return _guarded(secured, action)

    return decorate


def for_newcomers(*, writes: bool = False) -> Callable[[Callable[P, object]], Callable[P, Response]]:
    """Make a view of a page for newcomers, inside one transaction at the desk of the web pages."""
    return _for_anybody(writes=writes, at_all_desks=False)


def for_signing_in(*, writes: bool = False) -> Callable[[Callable[P, object]], Callable[P, Response]]:
    """Make a view of a page for who signs in or out, who may belong to another desk than the pages do."""
    return _for_anybody(writes=writes, at_all_desks=True)


def _for_anybody(
    *, writes: bool, at_all_desks: bool
) -> Callable[[Callable[P, object]], Callable[P, Response]]:
    def decorate(view: Callable[P, object]) -> Callable[P, Response]:
        @wraps(view)
        def opened(*args: P.args, **kwargs: P.kwargs) -> Response:
            def look_up(session: Session) -> tuple[int, DeskFacts]:
                desk = find_desk(session, runtime().desk)
                return desk.id, desk

            def answer(session: Session, desk: DeskFacts) -> Answered:
                directory = runtime().directories.get(session, desk.id, desk.directory_version)
                work = _workplace(directory, desk.id, datetime.now(UTC), None)
                if at_all_desks:
                    widen(session)
                return _answer(Job(session, work, None, desk), view, *args, **kwargs)

            with acting():
                return _serve(look_up, answer, nobody=NoDesk, writes=writes)

        return opened

    return decorate


def for_signed_in(
    action: Action, *, writes: bool = False
) -> Callable[[Callable[P, object]], Callable[P, Response]]:
    """Make a view of a page for signed-in users who may do this, inside one transaction at their desk."""

    def decorate(view: Callable[P, object]) -> Callable[P, Response]:
        @wraps(view)
        def opened(*args: P.args, **kwargs: P.kwargs) -> Response:
            now, secret = datetime.now(UTC), browser_secret()

            def look_up(session: Session) -> tuple[int, SignedIn]:
                signed_in = identify_browser(session, now, action)
                return signed_in.principal.desk_id, signed_in

            def answer(session: Session, signed_in: SignedIn) -> Answered:
                principal = signed_in.principal
                if signed_in.is_to_be_noted(now):
                    afterwards(principal.desk_id, lambda another: note_seen(another, secret, now))
                desk = find_desk(session, principal.desk_slug)
                directory = runtime().directories.get(session, desk.id, desk.directory_version)
                work = _workplace(directory, desk.id, now, principal)
                return _answer(Job(session, work, principal, desk), view, *args, **kwargs)

            with acting():
                return _serve(look_up, answer, nobody=SignInNeeded, writes=writes)

        return _guarded(opened, action)

    return decorate


def for_readers(
    action: Action,
) -> Callable[[Callable[Concatenate[str, P], object]], Callable[P, Response]]:
    """Make a view of published numbers for those who may do this, which gets the slug of their desk.

    All that is read of the desk's own database is the token.
    """

    def decorate(view: Callable[Concatenate[str, P], object]) -> Callable[P, Response]:
        @wraps(view)
        def secured(*args: P.args, **kwargs: P.kwargs) -> Response:
            def look_up(session: Session) -> tuple[int, str]:
                principal = _identified(session, datetime.now(UTC), action)
                return principal.desk_id, principal.desk_slug

            # The view reads with another connection, so this one is given back before.
            desk = runtime().database.serve(
                look_up, lambda _session, slug: slug, nobody=InvalidToken, writes=False
            )
            return make_response(view(desk, *args, **kwargs))

        return _guarded(secured, action)

    return decorate


def action_of(view: Callable[..., object]) -> Action | None:
    """Return what one must be allowed to do to get an answer of a view; None for one that is open to all."""
    action: Action | None = vars(view).get("action")
    return action


def _guarded(view: Callable[P, Response], action: Action) -> Callable[P, Response]:
    vars(view)["action"] = action
    return view


def _identified(session: Session, now: datetime, action: Action) -> Principal:
    """Return who sends the request, and see to it that the use of the token gets noted.

    Raises what `identify` raises, and what `require` does for who may not.
    """
    known = identify(session, now)
    principal = known.principal
    if known.unnoted:
        afterwards(principal.desk_id, lambda another: note_used(another, principal.token_id, now))
    require(principal, action)
    return principal


def afterwards(desk_id: int, change: Callable[[Session], object]) -> None:
    """Make a small change of a desk in a transaction of its own, when that of the view has ended.

    It is for what the page does not depend on, such as a count: the view need not write for it, and a
    database that is busy costs the count and not the page.
    """

    @after_this_request
    def carry_out(response: Response) -> Response:
        with suppress(DatabaseUnavailable):
            runtime().database.write(change, desk_id)
        return response


def _serve(
    look_up: Callable[[Session], tuple[int, Found]],
    answer: Callable[[Session, Found], Answered],
    *,
    nobody: type[ServicebalieError],
    writes: bool,
) -> Response:
    """Answer a request as `DeskDatabase.serve` does, and note what it did before the answer goes out."""
    database = runtime().database
    if writes:
        return database.serve(
            look_up,
            lambda session, found: _noted(session, answer(session, found)),
            nobody=nobody,
            writes=True,
        )
    response, rows = database.serve(look_up, answer, nobody=nobody, writes=False)
    if rows:
        database.append(rows)
    return response


def _noted(session: Session, answered: Answered) -> Response:
    response, rows = answered
    if rows:
        insert_rows(session, rows)
    return response


def _answer_at_once(
    action: Action, view: Callable[P, object], *args: P.args, **kwargs: P.kwargs
) -> Response | None:
    """Answer by what is remembered of the sender and the desk, if that is still so when rows are written.

    None, with nothing written, when it is not, when more than new rows is needed, and when the request is
    refused: only a transaction, which looks everything up, may say so.
    """
    if "Idempotency-Key" in request.headers:
        return None  # An answer to keep is more than new rows.
    now = datetime.now(UTC)
    known = recognise(now, action)
    if known is None:
        return None
    principal = known.principal
    directory = runtime().directories.cached(principal.desk_id, principal.directory_version)
    if directory is None:
        return None
    pending = PendingRows()
    try:
        work = _workplace(directory, principal.desk_id, now, principal)
        response, rows = _answer(Job(pending, work, principal, None), view, *args, **kwargs)
    except (ServicebalieError, NeedsTransaction):
        return None
    pending.rows += rows
    written = runtime().database.write_at_once(pending.rows, known.guard, principal.desk_id)
    return response if written else None


def _workplace(directory: Directory, desk_id: int, now: datetime, principal: Principal | None) -> Workplace:
    here = runtime()
    return Workplace(
        desk_id=desk_id,
        directory=directory,
        keys=here.keys,
        asker_keys=here.asker_keys,
        now=now,
        locale=current_tag(),
        user_id=principal.user_id if principal else None,
        follow_up_after=here.follow_up_after,
        translates=here.translates,
    )


def _answer(prepared: Job, view: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> Answered:
    token = _JOB.set(prepared)
    begin_act()
    try:
        response = make_response(view(*args, **kwargs))
        return response, act_rows(prepared.work, prepared.principal, response)
    finally:
        _JOB.reset(token)

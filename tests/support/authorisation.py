"""Every kind of caller at the door of every route, and what each of them gets.

A kind of caller is a user with a certain token who asks for a certain thing: a question that is theirs to
see, a sensitive one, one that was taken back, or one of another desk. Nothing that they do is kept.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from servicebalie.app import create_app, runtime_of
from servicebalie.config import Protection
from servicebalie.core.keys import keyed_hash
from servicebalie.core.limits import HOUR, LAPTOP_LIMITS, Limit
from servicebalie.core.permissions import TABLE, Action
from servicebalie.core.reference_codes import RANDOM_BYTES, encode_referral, encode_visit, make_return_code
from servicebalie.core.scopes import Scope
from servicebalie.core.vocabulary import Destination, ReferralAction, Role, SignedInWith
from servicebalie.db import Database
from servicebalie.documents.model import Document
from servicebalie.http.desk_database import DeskDatabase
from servicebalie.http.runtime import EXTENSION
from servicebalie.http.sign_in import COOKIE
from servicebalie.models.accounts import Token, UserSession
from servicebalie.services.accounts import PREFIX_LENGTH, digest_of, issue_token
from servicebalie.services.directory import add_organisation, add_service
from servicebalie.services.published_documents import documented_releases, store_documents
from servicebalie.services.referral_steps import end_open_referrals
from servicebalie.services.row_security import ALL_DESKS, Desks, opened_for
from servicebalie.services.standard_answers import import_answers
from servicebalie.services.visits import VisitFacts
from tests.support.answers import answer_about, text_in
from tests.support.newcomer_desk import settings_for
from tests.support.releases import add_release
from tests.support.routes import NOT_THERE, Route
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import SmallWorkplace, open_small_desk

ASKING: Mapping[str, tuple[str, str]] = {
    "nobody": ("", "ordinary"),
    "expired": ("", "ordinary"),
    "revoked": ("", "ordinary"),
    "narrow": ("", "ordinary"),
    "policymaker": ("policymaker", "ordinary"),
    "desk": ("desk", "ordinary"),
    "uncleared-desk": ("uncleared", "sensitive"),
    "administrator": ("administrator", "ordinary"),
    "partner": ("library", "ordinary"),
    "former-partner": ("library", "former"),
    "cleared-partner": ("cleared-town", "sensitive"),
    "uncleared-partner": ("town", "sensitive"),
    "other-organisation": ("cleared-town", "ordinary"),
    "other-desk": ("administrator", "ordinary"),
    "other-desk-partner": ("library", "ordinary"),
}
"""The kinds of callers: which user of a small desk they are, and about which of its questions they ask."""

OF_NEWCOMERS = ("nobody", "with-code", "wrong-code")
"""The kinds of callers of the pages that are opened with a return code."""

TOO_LATE = frozenset({"referral-ended"})
DENIED = frozenset({"role-not-allowed", "scope-not-enough"})


class ForgetfulDatabase(Database):
    """Answers as any other and keeps nothing of what is written."""

    @contextmanager
    def begin(self, desks: Desks | None = ALL_DESKS) -> Iterator[Session]:
        """Open a transaction that is undone at the end."""
        with self._write_session(info=opened_for(desks)) as session:
            yield session
            session.rollback()

    def write_at_once(self, *_: Any) -> bool:
        """Let everything be looked up."""
        return False

    def append(self, *_: Any) -> None:
        """Note nothing."""


@dataclass(frozen=True, slots=True)
class Stage:
    """An application with a desk, another desk, and callers of every kind.

    `tokens` are by kind; `names` are of the things that they ask for, by which question it is.
    """

    app: Flask
    tokens: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]
    codes: Mapping[str, str]

    def verdict(self, route: Route, kind: str) -> str:
        """Return what a kind of caller gets: `allowed`, `hidden`, `too-late`, `denied` or `sign-in`.

        What is hidden is answered as what is not there.
        """
        names = self.names[ASKING.get(kind, ("", "ordinary"))[1]]
        answer = self._send(route, kind, names)
        assert answer.status_code < 500, (route.name, kind, answer.text)
        found = _meaning(route, answer)
        if found != (200, ""):
            missing = {**names, **NOT_THERE}
            if route.is_about_something and found == _meaning(route, self._send(route, kind, missing)):
                return _shut(found) or "hidden"
            return _shut(found) or ("too-late" if found[1] in TOO_LATE else "allowed")
        return "allowed" if route.shown(names) in answer.text else "hidden"

    def _send(self, route: Route, kind: str, names: Mapping[str, str]) -> TestResponse:
        client = self.app.test_client(use_cookies=False)
        path = route.path(names)
        if not route.is_page:
            headers = {} if kind == "nobody" else {"Authorization": f"Bearer {self._token(route, kind)}"}
            if route.method == "GET":
                return client.get(path, headers=headers)
            if not route.endpoint.startswith("referrals."):
                headers["If-Match"] = '"none"'
            return client.open(path, method=route.method, headers=headers, json=route.body(names))
        secret = self._token(route, kind)
        keys = self.app.extensions[EXTENSION].keys
        form = {
            "proof": keyed_hash(keys.form_state, b"proof", secret.encode()).hex(),
            "code": self.codes.get(kind, ""),
            "text": "Hello",
            "outcome": "met",
            "return_reason": "not-our-task",
            "nonce": "n" * 22,
        }
        data = form if route.method == "POST" else None
        return client.open(path, method=route.method, headers={"Cookie": f"{COOKIE}={secret}"}, data=data)

    def _token(self, route: Route, kind: str) -> str:
        if kind != "narrow":
            return self.tokens.get(kind, "")
        is_of_desk = route.action is not None and Role.ADMINISTRATOR in TABLE[route.action]
        scope = Scope.QUESTIONS_READ if route.action is Action.READ_TRENDS else Scope.TRENDS_READ
        return self.tokens[f"{'administrator' if is_of_desk else 'library'} {scope}"]


def kinds_for(route: Route) -> tuple[str, ...]:
    """Return the kinds of callers that a route can tell apart."""
    if route.action is None:
        return OF_NEWCOMERS if route.name.startswith("POST /<locale:locale>/return") else ("nobody",)
    if route.is_about_a_question:
        return tuple(ASKING)
    others = ("other-desk", "other-desk-partner") if route.is_about_something else ()
    usual = (kind for kind, (_, about) in ASKING.items() if about == "ordinary")
    return (*(kind for kind in usual if not kind.startswith("other")), *others)


def _meaning(route: Route, answer: TestResponse) -> tuple[int, str]:
    """Return the status of an answer and its code; (200, "") is all that worked, 401 the way to sign in."""
    status = answer.status_code
    leads_to = urlsplit(answer.headers.get("Location", "")).path
    # Who signed out is led there as well, and is told to forget who they were.
    if 300 <= status < 400 and leads_to.endswith("/sign-in") and "Set-Cookie" not in answer.headers:
        return (401, "") if route.action else (200, "")
    if status < 400:
        return 200, ""
    if not route.is_page:
        return status, answer.get_json()["code"]
    if status == 403 or (status == 400 and "data-code" in answer.text):
        return status, "role-not-allowed"
    return status, "referral-ended" if status == 400 and route.action else ""


def _shut(found: tuple[int, str]) -> str | None:
    if found[0] == 401:
        return "sign-in"
    return "denied" if found[1] in DENIED else None


@contextmanager
def open_stage(database_url: str) -> Iterator[Stage]:
    """Set up two desks in a database, with everything that the routes are asked for."""
    database = Database(database_url)
    mark = f"{datetime.now(UTC):%Y%m%d%H%M%S%f}"
    here, there = (open_small_desk(database, f"{name} {mark}") for name in ("Here", "There"))
    slug = f"here-{mark}"
    # Wrong tokens are tried here all the time.
    limits = replace(LAPTOP_LIMITS, wrong_tokens=Limit("wrong-tokens", HOUR, HOUR))
    protection = Protection(request_limits=limits, contacts=("mailto:security@example.org",))
    settings = replace(settings_for(database_url), desk=slug, protection=protection)
    app = create_app(settings)
    app.extensions[EXTENSION].database.dispose()
    forgetful = ForgetfulDatabase(settings.database_url, settings.published_database_url)
    runtime = replace(runtime_of(settings), database=DeskDatabase(forgetful))
    app.extensions[EXTENSION] = runtime
    work = replace(here.work, keys=runtime.keys, asker_keys=runtime.asker_keys, now=datetime.now(UTC))
    here = replace(here, work=work)
    _furnish(database, here, slug)
    tokens = _tokens(database, here, there)
    names, code = _ask(here, tokens["desk"][:PREFIX_LENGTH])
    codes = {"with-code": code, "wrong-code": make_return_code(b"w" * RANDOM_BYTES)}
    yield Stage(app, tokens, names, codes)
    forgetful.dispose()
    database.dispose()


def _furnish(database: Database, here: SmallWorkplace, slug: str) -> None:
    """Give the desk a service, an answer and reports that the other desk does not have."""
    with database.begin() as session:
        organisation = add_organisation(session, here.desk.id, "Only here", Destination.OTHER)
        example = here.work.directory[here.desk.services["school"]]
        another = replace(example, uid=None, name="Only here", organisation_id=organisation)
        add_service(session, here.desk.id, another)
        import_answers(session, here.desk.id, [answer_about("bsn", text_in("nl"))])
    for period in ("2026-10", "2026-Q3", "2025"):
        add_release(database, slug, period)
    with database.published() as session:
        releases = {str(one.period): one.release_id for one in documented_releases(session, slug)}
    chart = Document("chart-stay", "nl", "image/svg+xml", b"<svg/>")
    database.write(lambda session: store_documents(session, releases["2026-10"], [chart]))


def _ask(here: SmallWorkplace, prefix: str) -> tuple[dict[str, dict[str, str]], str]:
    """Ask a question that the library has, one that it had, and one for cleared people of the town."""
    facts = VisitFacts(municipality=EINDHOVEN)
    ordinary, former, sensitive = (
        here.register(topic, facts=facts, phone="+31612345678")
        for topic in ("dutch-course", "dutch-course", "housing-abuse")
    )
    here.do(end_open_referrals, former.questions[0].id, ReferralAction.REVOKE)
    names = {
        about: {
            "question": visit.questions[0].reference,
            "referral": encode_referral(visit.questions[0].referral.id),
            "visit": encode_visit(visit.visit_id),
            "service_id": str(here.desk.services["library"]),
            "prefix": prefix,
            "month": "2026-10",
            "quarter": "2026-Q3",
            "year": "2025",
            "period": "2026-10",
        }
        for about, visit in (("ordinary", ordinary), ("former", former), ("sensitive", sensitive))
    }
    return names, ordinary.return_code or ""


def _tokens(database: Database, here: SmallWorkplace, there: SmallWorkplace) -> dict[str, str]:
    """Return a token by kind; each is also what a browser has in which it was used to sign in."""
    now = datetime.now(UTC)
    tokens = {
        kind: (there if kind.startswith("other-desk") else here).desk.tokens[user]
        for kind, (user, _) in ASKING.items()
        if user
    }
    users = here.desk.users
    with database.begin() as session:
        tokens["expired"] = issue_token(session, users["library"], now - timedelta(days=2), timedelta(days=1))
        tokens["revoked"] = issue_token(session, users["library"], now)
        for user in ("administrator", "library"):
            for scope in (Scope.TRENDS_READ, Scope.QUESTIONS_READ):
                token = issue_token(session, users[user], now, scopes=frozenset({scope}))
                tokens[f"{user} {scope}"] = token
        revoked = Token.hash == digest_of(tokens["revoked"])
        session.execute(update(Token).where(revoked).values(revoked_at=now))
        # So that no request has to note it.
        session.execute(update(Token).values(used_at=now))
        for secret in {*tokens.values()}:
            token = session.scalars(select(Token).where(Token.hash == digest_of(secret))).one()
            of_token = {"user_id": token.user_id, "token_id": token.id, "how": SignedInWith.TOKEN}
            times = {"opened_at": now, "seen_at": now, "ends_at": now + timedelta(days=1)}
            session.execute(insert(UserSession).values(hash=digest_of(secret), **of_token, **times))
    return tokens

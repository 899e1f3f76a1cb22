"""What requests do to questions leaves one line each, with codes only, whoever sends them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from servicebalie.app import create_app
from servicebalie.core.reference_codes import encode_referral
from servicebalie.core.referral_states import OPEN
from servicebalie.db import Database
from servicebalie.http.acts import ACTIONS
from servicebalie.http.runtime import EXTENSION
from servicebalie.models.audit import AuditEvent
from servicebalie.models.questions import Question
from servicebalie.services.question_views import QuestionView
from servicebalie.services.visits import VisitFacts
from tests.support.newcomer_desk import settings_for
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import SECRET, SmallWorkplace, open_small_desk

TEXT = "Waar kan ik Nederlands leren? Bel 0612345678."
NOT_NOTED = {
    "account.overview": "one's own",
    "account_links.open_link": "leads to a page",
    "account_links.show": "one's own, by a link",
    "api-docs.openapi_json": "a document",
    "ask.beginning": "leads to a page",
    "ask.page": "nothing is stored yet",
    "code-lists.get_languages": "codes",
    "code-lists.get_municipalities": "codes",
    "code-lists.get_topics": "codes",
    "directory.get_directory": "about organisations",
    "docs.send_asset": "a document",
    "docs.show_docs": "a document",
    "inbox.overview": "coded facts",
    "local_sign_in.code_form": "an empty form",
    "local_sign_in.forgotten": "tells nobody whether there is such an account",
    "local_sign_in.forgotten_form": "an empty form",
    "openid.begin": "leads to the provider",
    "openid.sign_out": "leads to the provider",
    "openid.signed_out": "a text",
    "own_password.show": "one's own",
    "questions.get_questions": "coded facts",
    "referrals.get_referrals": "coded facts",
    "report_files.show": "published figures",
    "reports.latest": "published figures",
    "reports.method": "published figures",
    "reports.show": "published figures",
    "returning.beginning": "leads to a page",
    "returning.form": "an empty form",
    "rights.get_rights": "about requests, not about people",
    "routing.get_rules": "about services",
    "routing.post_explanation": "coded facts",
    "routing.post_trial": "coded facts",
    "services.get_organisations": "about organisations",
    "services.get_service": "about organisations",
    "services.get_services": "about organisations",
    "security_text.show": "a text",
    "sign_in.form": "an empty form",
    "sign_in.without_language": "leads to a page",
    "standard-answers.get_standard_answers": "texts of the desk",
    "start.accessibility": "a text",
    "start.languages": "a text",
    "start.privacy": "a text",
    "start.welcome": "a text",
    "static": "a file",
    "theme.logo": "a file",
    "standard-answers.post_use": "a number that leads to nobody",
    "tokens.get_tokens": "one's own",
    "theme.stylesheet": "a file",
    "trend-documents.get_document": "published figures",
    "trend-documents.get_documents": "published figures",
    "trends.get_catalogue": "published figures",
    "trends.get_month": "published figures",
    "trends.get_quarter": "published figures",
    "trends.get_releases": "published figures",
    "trends.get_series": "published figures",
    "trends.get_year": "published figures",
}


@dataclass(frozen=True, slots=True)
class Watched:
    """A small desk, its application, and what its audit trail says."""

    place: SmallWorkplace
    client: FlaskClient

    def api(self, method: str, path: str, user: str = "desk", **more: Any) -> TestResponse:
        """Send a request to the API as one of the users of the desk."""
        headers = {"Authorization": f"Bearer {self.place.desk.tokens[user]}", **more.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def hand_over(self) -> QuestionView:
        """Hand a question to the library."""
        facts = VisitFacts(municipality=EINDHOVEN)
        registered = self.place.register("dutch-course", facts=facts, text=TEXT, email="anna@example.com")
        return self.place.show(registered.questions[0].reference)

    def lines(self) -> list[tuple[str, str, str, str | None]]:
        """Return who did what to which records and why that was refused, oldest first."""
        return [(row.actor, row.action, row.records, row.error) for row in self.rows()]

    def rows(self) -> list[AuditEvent]:
        """Return the lines, oldest first."""
        own = select(AuditEvent).where(AuditEvent.desk_id == self.place.desk.id).order_by(AuditEvent.at)
        return self.place.read(lambda session: list(session.scalars(own)))


@pytest.fixture(scope="module")
def site(shared_database_url: str) -> Iterator[tuple[Flask, Database]]:
    """The application and its database, in which every test has a desk of its own."""
    settings = replace(settings_for(shared_database_url), secret=SECRET)
    app, database = create_app(settings), Database(shared_database_url)
    yield app, database
    app.extensions[EXTENSION].database.dispose()
    database.dispose()


@pytest.fixture
def watched(site: tuple[Flask, Database]) -> Watched:
    app, database = site
    name = f"Desk {uuid4()}"
    place = open_small_desk(database, name)
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], desk=name.lower().replace(" ", "-"))
    return Watched(place, app.test_client())


def test_of_every_address_it_is_decided_whether_it_is_noted(site: tuple[Flask, Database]) -> None:
    endpoints = {rule.endpoint for rule in site[0].url_map.iter_rules()}
    noted = {name.partition(" ")[0] for name in ACTIONS}
    assert noted | NOT_NOTED.keys() == endpoints
    assert not noted & NOT_NOTED.keys()


def test_registering_is_noted_with_the_question_looked_up_or_at_once(watched: Watched) -> None:
    bodies = [{"topic": "dutch-course", "text": TEXT}] * 3
    references = [watched.api("POST", "/questions", json=body).get_json()["reference"] for body in bodies]
    batch = watched.api("POST", "/questions/batch", json={"questions": bodies}).get_json()["items"]
    references.append(" ".join(one["reference"] for one in batch))
    lines = watched.lines()
    assert lines == [("user", "question-registered", records, None) for records in references]
    assert {row.user_id for row in watched.rows()} == {watched.place.desk.users["desk"]}


def test_the_same_request_sent_again_is_noted_as_repeated(watched: Watched) -> None:
    for _ in range(2):
        key = {"Idempotency-Key": "once"}
        assert watched.api("POST", "/questions", json={"topic": "bsn"}, headers=key).status_code == 201
    assert [row.result for row in watched.rows()] == ["done", "repeated"]


def test_reading_a_text_is_noted_and_reading_lists_of_codes_is_not(watched: Watched) -> None:
    question = watched.hand_over()
    referral = encode_referral(question.referral.id)
    assert watched.api("GET", "/questions").status_code == 200
    assert watched.api("GET", f"/questions/{question.reference.lower()}").status_code == 200
    assert watched.api("GET", f"/referrals/{referral}", "library").status_code == 200
    assert watched.lines() == [("user", "question-read", question.reference, None)] * 2


def test_no_text_is_shown_when_no_line_can_be_written(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_rows: object) -> None:
        raise RuntimeError

    question = watched.hand_over()
    monkeypatch.setattr(watched.client.application.extensions[EXTENSION].database, "append", fail)
    answer = watched.api("GET", f"/questions/{question.reference}")
    assert answer.status_code == 500
    assert TEXT not in answer.text


def test_what_a_partner_does_is_noted_by_the_question(watched: Watched) -> None:
    question = watched.hand_over()
    path = f"/referrals/{encode_referral(question.referral.id)}"
    assert watched.api("POST", f"{path}/accept", "library", json={}).status_code == 200
    assert watched.api("POST", f"{path}/answer", "library", json={"text": "Kom langs"}).status_code == 200
    assert watched.lines() == [
        ("user", "referral-accepted", question.reference, None),
        ("user", "referral-answered", question.reference, None),
    ]


def test_who_is_known_and_wants_what_is_not_theirs_is_noted_within_limits(watched: Watched) -> None:
    question = watched.hand_over()
    for _ in range(70):
        assert watched.api("GET", f"/questions/{question.reference}", "town").status_code == 403
    refused = ("user", "question-read", question.reference, "question-not-for-you")
    assert 60 <= len(watched.lines()) < 70
    assert set(watched.lines()) == {refused}
    assert watched.api("POST", "/questions", "policymaker", json={"topic": "bsn"}).status_code == 403
    assert watched.lines()[-1] == ("user", "question-registered", "", "role-not-allowed")


def test_mistakes_and_unknown_senders_are_not_noted(watched: Watched) -> None:
    assert watched.api("POST", "/questions", json={"topic": "no such topic"}).status_code == 400
    assert watched.client.get("/api/v1/questions/22222222").status_code == 401
    assert watched.lines() == []


def test_a_program_with_a_wrong_token_is_noted_within_limits(watched: Watched) -> None:
    wrong = {"Authorization": "Bearer nonsense"}
    for _ in range(3):
        assert watched.client.get("/api/v1/questions/22222222", headers=wrong).status_code == 401
    assert watched.lines() == [("signing-in", "signed-in-with-token", "", "invalid-token")] * 3
    assert all(row.origin and row.user_id is None and row.result == "refused" for row in watched.rows())


def test_a_change_that_is_undone_leaves_no_line(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    question = watched.hand_over()

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("servicebalie.api.questions.json_response", fail)
    closing = {"outcome": "answered-at-desk"}
    assert watched.api("POST", f"/questions/{question.reference}/close", json=closing).status_code == 500
    assert watched.place.show(question.reference).outcome is None
    assert watched.lines() == []


def test_what_a_person_does_with_the_return_code_is_noted_without_who_they_are(watched: Watched) -> None:
    visit = watched.place.register("dutch-course", "bsn", text=TEXT)
    both = " ".join(sorted((view.reference for view in visit.questions), key=_age(watched)))
    code = {"code": visit.return_code}
    assert watched.client.post("/en/return", data=code).status_code == 200
    assert watched.client.post("/en/return", data={"code": "000000000000000000"}).status_code == 400
    assert watched.client.post("/en/return", data={"code": "1"}).status_code == 400
    assert watched.client.post("/en/return/copy", data=code).status_code == 200
    assert watched.client.post("/en/return/delete", data=code).status_code == 200
    assert watched.client.post("/en/return/delete", data={**code, "confirmed": "yes"}).status_code == 200
    assert watched.lines() == [
        ("newcomer", "visit-read", both, None),
        ("newcomer", "visit-read", "", "return-code-not-known"),
        ("newcomer", "visit-copied", both, None),
        ("newcomer", "visit-read", both, None),
        ("newcomer", "visit-erased", both, None),
    ]
    assert {row.user_id for row in watched.rows()} == {None}
    assert len({row.origin for row in watched.rows()}) == 1


def test_signing_in_and_reading_in_the_inbox_is_noted(watched: Watched) -> None:
    question, user = watched.hand_over(), str(watched.place.desk.users["library"])
    referral = encode_referral(question.referral.id)
    token = {"token": watched.place.desk.tokens["library"]}
    watched.client.post("/en/sign-in", data={"token": "wrong"}, base_url="https://localhost")
    watched.client.post("/en/sign-in", data=token, base_url="https://localhost")
    page = watched.client.get(f"/en/inbox/{referral}", base_url="https://localhost")
    assert TEXT in page.text
    assert watched.client.get("/en/inbox/ZZZZZZZZZZZZZZZ", base_url="https://localhost").status_code == 404
    watched.client.post("/en/sign-out", base_url="https://localhost")
    assert watched.lines() == [
        ("signing-in", "signed-in-with-token", "", "invalid-token"),
        ("user", "signed-in-with-token", user, None),
        ("user", "question-read", question.reference, None),
        ("user", "question-read", "", "not-found"),
        ("user", "signed-out", user, None),
    ]


def test_a_request_that_is_part_of_a_trace_is_noted_under_that_trace(watched: Watched) -> None:
    path = f"/questions/{watched.hand_over().reference}"
    trace = "0af7651916cd43dd8448eb211c80319c"
    watched.api("GET", path, headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    watched.api("GET", path, headers={"traceparent": "Anna"})
    first, second = (row.trace.hex() for row in watched.rows())
    assert first == trace
    assert len(second) == 32


def test_administrators_read_who_did_what_page_by_page_and_that_is_noted(watched: Watched) -> None:
    question = watched.hand_over()
    for _ in range(3):
        watched.api("GET", f"/questions/{question.reference}")
    first = watched.api("GET", f"/audit?limit=2&question={question.reference}", "administrator")
    assert first.status_code == 200
    assert [item["records"] for item in first.get_json()["items"]] == [[question.reference]] * 2
    cursor = first.get_json()["nextCursor"]
    second = watched.api("GET", f"/audit?action=question-read&cursor={cursor}", "administrator").get_json()
    assert len(second["items"]) == 1
    assert second["nextCursor"] is None
    assert watched.api("GET", "/audit?user=0", "administrator").status_code == 400
    assert watched.api("GET", "/audit").status_code == 403
    newest = watched.api("GET", "/audit?limit=1", "administrator").get_json()["items"][0]
    assert (newest["action"], newest["error"]) == ("audit-read", "role-not-allowed")
    assert [line[1] for line in watched.lines()] == ["question-read"] * 3 + ["audit-read"] * 4


def test_masking_is_noted_and_where_there_was_nothing_to_mask_reading(watched: Watched) -> None:
    question = watched.place.register("bsn", text="BSN 111222333").questions[0]
    for _ in range(2):
        assert watched.api("POST", f"/questions/{question.reference}/mask").status_code == 200
    assert [line[1] for line in watched.lines()] == ["question-masked", "question-read"]


def test_nothing_that_was_typed_stands_in_a_line(watched: Watched) -> None:
    question = watched.hand_over()
    assert question.referral.status in OPEN
    correction = {"text": TEXT + "!", "contact": {"email": "b@example.com"}}
    answer = watched.api(
        "PATCH",
        f"/questions/{question.reference}",
        json=correction,
        headers={"If-Match": f'"{question.version}"'},
    )
    assert answer.status_code == 200
    watched.api("GET", "/questions/anna@example.com")
    written = repr([vars(row) for row in watched.rows()])
    assert "question-corrected" in written
    assert not any(typed in written for typed in ("example.com", "0612345678", "127.0.0", "Nederlands"))


def _age(watched: Watched) -> Any:
    ids = dict(
        watched.place.read(lambda session: session.execute(select(Question.reference, Question.id)).all())
    )
    return ids.__getitem__

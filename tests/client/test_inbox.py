"""The inbox of a partner at the command line."""

import json
import re

import pytest

from servicebalie.client import vocabulary
from tests.client.conftest import REFERRAL_IN_INBOX


def test_the_inbox_is_a_table_of_what_waits(desk, run):
    result = run("inbox")

    assert result.exit_code == 0
    assert re.split(" {2,}", result.stdout.splitlines()[1]) == [
        "K7M3Q2X1",
        "Waits for acceptance",
        "Dutch course",
        "Polish",
        "Eindhoven",
        "Library Eindhoven",
        "2026-11-06 !",
    ]
    assert "There are more questions." in result.stderr


def test_the_inbox_says_why_something_went_back(desk, run, monkeypatch):
    returned = REFERRAL_IN_INBOX | {"status": "returned", "returnedReason": "not-our-task"}
    page = {"items": [returned], "nextCursor": None}
    monkeypatch.setattr(
        "tests.client.conftest.Handler._inbox", lambda self, _request: self._answer(200, page)
    )

    assert "Not our task" in run("inbox", "--status", "returned").stdout


def test_the_inbox_is_filtered_by_the_server_and_fetched_in_whole(desk, run):
    result = run("inbox", "--status", "requested", "--overdue", "--all", "--json")

    assert len(json.loads(result.stdout)) == 2
    assert desk.asked("/referrals")[0].query == {"status": ["requested"], "overdue": ["true"]}
    assert desk.asked("/referrals")[1].query["cursor"] == ["next"]


def test_an_empty_inbox_says_so(desk, run, monkeypatch):
    monkeypatch.setattr(
        "tests.client.conftest.Handler._inbox", lambda self, _request: self._answer(200, EMPTY)
    )

    assert "No questions found." in run("inbox").stdout


EMPTY = {"items": [], "nextCursor": None}


@pytest.mark.parametrize(
    ("arguments", "path", "body"),
    [
        (["accept", "--note", "Hanna does this"], "accept", {"note": "Hanna does this"}),
        (["accept"], "accept", {}),
        (["return", "--reason", "not-our-task"], "return", {"reason": "not-our-task"}),
        (
            ["ask", "--text", "Which day?", "--language", "nl"],
            "ask-back",
            {"text": "Which day?", "language": "nl"},
        ),
        (["answer", "--text", "Thursday"], "answer", {"text": "Thursday"}),
        (["complete", "--outcome", "met"], "complete", {"outcome": "met"}),
        (
            ["complete", "--outcome", "unmet", "--unmet-reason", "cost"],
            "complete",
            {"outcome": "unmet", "unmetReason": "cost"},
        ),
    ],
)
def test_an_act_finds_the_referral_by_the_reference_of_its_question(desk, run, arguments, path, body):
    command, *options = arguments
    result = run(command, "k7m3 q2x1", *options)

    assert result.exit_code == 0, result.stderr
    (post,) = desk.posts
    assert (post.path, post.body) == (f"/referrals/R2R3R4R5R6R7R8R/{path}", body)
    assert post.key


def test_a_referral_can_be_named_itself(desk, run):
    run("accept", "R2R3R4R5R6R7R8R")

    assert desk.asked("/referrals") == []
    assert desk.posts[0].path == "/referrals/R2R3R4R5R6R7R8R/accept"


def test_what_is_not_in_the_inbox_cannot_be_acted_on(desk, run):
    result = run("accept", "K7M3Q2X9")

    assert result.exit_code == 2
    assert "Your inbox has no open question with this reference." in result.stderr
    assert desk.posts == []


def test_a_text_can_be_typed_instead_of_being_an_argument(desk, run):
    run("answer", "K7M3Q2X1", typed="Come on Thursday\n")

    assert desk.posts[0].body == {"text": "Come on Thursday"}


def test_what_was_done_is_shown_with_how_to_reach_the_newcomer(desk, run):
    desk.changes = {
        "status": "accepted",
        "contact": {"email": "a@example.org", "phone": None, "emailSafe": None},
        "messages": [{"author": "desk", "text": "Please", "sentAt": "2026-11-03T14:05:00Z"}],
    }

    assert run("accept", "K7M3Q2X1").stdout.splitlines() == [
        "Question:               K7M3Q2X1",
        "Status:                 Accepted",
        "Topic:                  Dutch course",
        "Text:                   Where is the course?",
        "Language:               Polish",
        "Municipality:           Eindhoven",
        "Service:                Library Eindhoven",
        "Due:                    2026-11-06, overdue",
        "E-mail of the newcomer: a@example.org",
        "[2026-11-03 14:05] Desk: Please",
    ]


def test_a_partner_is_warned_of_numbers_that_nobody_needs(desk, run):
    desk.changes = {"personalNumbers": ["passport"]}
    last = run("accept", "K7M3Q2X1").stdout.splitlines()[-1]

    assert last == "The text seems to hold the number of a passport or identity card. The desk can mask it."


def test_the_reason_of_a_return_is_shown(desk, run):
    desk.changes = {"status": "returned", "returnedReason": "wrong-entry", "text": None}

    assert (
        "Returned to the desk, The directory is wrong about us"
        in run("return", "K7M3Q2X1", "--reason", "wrong-entry").stdout
    )


def test_the_desk_sees_what_came_back(desk, run):
    run("log", "--topic", "work")
    desk.questions[0] |= {"mark": "returned", "status": "open"}
    result = run("list", "--attention")

    assert desk.asked("/questions")[-1].query == {"attention": ["true"]}
    assert "Open (Returned to the desk)" in result.stdout
    event = {
        "happenedAt": "2026-11-04T10:00:00Z",
        "toStatus": "returned",
        "reason": "wrong-entry",
        "note": "Moved",
    }
    desk.questions[0] |= {"referrals": [{"service": {"name": "Library"}, "history": [event]}]}
    shown = run("show", "K7M3Q2X1").stdout
    assert "Back because: Returned to the desk" in shown
    assert "[2026-11-04 10:00] Library: Returned to the desk, The directory is wrong about us, Moved" in shown


def test_a_partner_closes_only_with_what_a_referral_can_end_with(run):
    result = run("complete", "K7M3Q2X1", "--outcome", "withdrawn")

    assert result.exit_code == 2
    assert set(vocabulary.REFERRAL_OUTCOMES) == {"met", "unmet"}

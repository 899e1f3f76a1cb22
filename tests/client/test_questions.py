"""`balie list`, `balie show` and `balie close`."""

import json
from datetime import datetime

import pytest
import time_machine


@pytest.fixture
def five(desk):
    """Five questions at the desk."""
    for topic in ("work", "wages-payslip", "job-search", "language", "dutch-course"):
        desk.questions.append(desk.question({"topic": topic, "language": "pl", "municipality": "GM0772"}))
    desk.questions[0]["overdue"] = True


def test_questions_stand_in_a_table_with_labels(desk, run):
    desk.questions.append(desk.question({"topic": "work", "language": "pl", "municipality": "GM0772"}))
    desk.changes = {"overdue": True}
    desk.questions.append(desk.question({"topic": "dutch-course", "language": "ar", "municipality": None}))
    result = run("list")

    assert result.stdout.splitlines() == [
        "Question  Status    Topic         Language  Municipality  Service            Due",
        "K7M3Q2X1  Referred  Work          Polish    Eindhoven     Library Eindhoven  2026-11-06",
        "K7M3Q2X2  Referred  Dutch course  Arabic                  Library Eindhoven  2026-11-06 !",
    ]


def test_the_list_says_why_a_question_came_back_or_stayed_unmet(desk, run):
    for changes in (
        {"status": "open", "mark": "returned", "returnedReason": "not-our-task", "unmetReason": None},
        {"status": "closed", "mark": None, "returnedReason": None, "unmetReason": "cost"},
    ):
        desk.questions.append(desk.question({"topic": "work", "language": "pl"}) | changes)
    _headings, back, unmet = run("list").stdout.splitlines()

    assert "Open (Not our task)" in back
    assert "Closed (Too expensive)" in unmet


def test_no_questions_is_said_in_words(run):
    assert run("list").stdout == "No questions found.\n"


def test_one_page_says_that_there_is_more(run, five):
    result = run("list")

    assert "K7M3Q2X2" in result.stdout
    assert "K7M3Q2X3" not in result.stdout
    assert "There are more questions. Add --all to see all of them." in result.stderr


def test_all_pages_are_followed_with_the_same_filters(desk, run, five):
    result = run("list", "--all", "--status", "referred")

    assert [f"K7M3Q2X{number}" in result.stdout for number in range(1, 6)] == [True] * 5
    assert "There are more" not in result.stderr
    assert [request.query["status"] for request in desk.asked("/questions")] == [["referred"]] * 3


def test_json_gives_what_the_server_gave(desk, run, five):
    found = json.loads(run("list", "--all", "--json").stdout)

    assert [item["reference"] for item in found] == [f"K7M3Q2X{number}" for number in range(1, 6)]
    assert found[0]["dueDate"] == "2026-11-06"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("anna@example.com", {"email": "anna@example.com"}), (" 06 1234 5678", {"phone": "06 1234 5678"})],
)
def test_who_is_looked_for_is_asked_and_sent_in_the_body(desk, run, five, typed, sent):
    result = run("find", typed=f"{typed}\n")

    assert "K7M3Q2X5" in result.stdout
    [request] = desk.asked("/visits/search")
    assert (request.body, request.query) == (sent, {})
    assert typed.strip() not in result.stdout


def test_filters_arrive_under_their_names_in_the_api(desk, run):
    run(
        "list",
        *("--status", "open", "--topic", "payslip", "--language", "polish", "--municipality", "breda"),
        *("--service", "library breda", "--channel", "phone", "--received-from", "2026-11-01"),
        *("--received-to", "2026-11-30", "--overdue", "--limit", "7"),
    )

    assert desk.asked("/questions")[0].query == {
        "status": ["open"],
        "topic": ["wages-payslip"],
        "language": ["pl"],
        "municipality": ["GM0758"],
        "service": ["s-2"],
        "channel": ["phone"],
        "receivedFrom": ["2026-11-01"],
        "receivedTo": ["2026-11-30"],
        "overdue": ["true"],
        "limit": ["7"],
    }


def test_no_filter_means_no_query(desk, run):
    run("list")

    assert desk.asked("/questions")[0].query == {}


def test_lists_are_fetched_once_a_day(desk, run, five):
    run("list")
    run("list")

    assert len(desk.asked("/topics")) == 1


def test_a_list_of_yesterday_is_fetched_again(desk, run, five, home):
    run("list")
    file = home / "lists/topics-en.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "fetchedAt": "2020-01-01T00:00:00+00:00"}))
    run("list")

    assert len(desk.asked("/topics")) == 2


def test_lists_of_another_server_are_not_used(desk, run, five, home):
    run("list")
    file = home / "lists/topics-en.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "address": "https://other.example.org"}))
    run("list")

    assert len(desk.asked("/topics")) == 2


def test_a_server_that_is_away_is_named(desk, run):
    desk.away = True
    result = run("list")

    assert result.exit_code == 3
    assert f"The server {desk.address} cannot be reached." in result.stderr


def test_a_question_is_shown_with_its_messages(desk, run):
    desk.changes = {
        "overdue": True,
        "text": "Too little\npay",
        "messages": [
            {"author": "partner", "text": "Which month?", "language": "en", "sentAt": "2026-11-04T10:00:00Z"}
        ],
    }
    desk.questions.append(desk.question({"topic": "work"}))
    result = run("show", "k7m3 q2x1")

    assert "Text:        Too little pay" in result.stdout
    assert "Due:         2026-11-06, overdue" in result.stdout
    assert "[2026-11-04 10:00] Partner: Which month?" in result.stdout


def test_translations_stand_below_what_was_written_and_say_when_a_computer_made_them(desk, run):
    desk.changes = {
        "text": "Za mało pieniędzy",
        "translations": [{"language": "nl", "text": "Te weinig geld", "machine": True}],
        "interpreterRequested": True,
        "messages": [
            {
                "author": "desk",
                "text": "Welke maand?",
                "sentAt": "2026-11-04T10:00:00Z",
                "translations": [{"language": "pl", "text": "Który\nmiesiąc?", "machine": False}],
            }
        ],
    }
    desk.questions.append(desk.question({"topic": "work"}))
    shown = run("show", "K7M3Q2X1").stdout.splitlines()

    assert [line.split(":", 1)[1].strip() for line in shown if line.startswith(("Text:", "Dutch, by"))] == [
        "Za mało pieniędzy",
        "Te weinig geld",
    ]
    assert any(line.startswith("Dutch, by a computer:") for line in shown)
    assert any(line.split() == ["Interpreter:", "Asked", "for"] for line in shown)
    assert shown[-2:] == ["[2026-11-04 10:00] Desk: Welke maand?", "    Polish: Który miesiąc?"]


@pytest.mark.parametrize(
    ("now", "end", "line"),
    [
        ("2026-11-04T08:00Z", "2026-11-04T16:00:00Z", "Next open:   2026-11-04 10:00–17:00"),
        ("2026-11-04T09:30Z", "2026-11-04T16:00:00Z", "Open now:    until 17:00"),
        ("2026-11-04T09:30Z", "2026-11-05T01:00:00Z", "Open now:    until 2026-11-05 02:00"),
        ("2026-11-04T08:00Z", None, "Next open:   2026-11-04 10:00"),
        ("2026-11-04T08:59:30Z", None, "Open now:    day and night"),
    ],
)
def test_it_is_told_in_dutch_time_until_when_a_service_is_open_or_when_it_opens(desk, run, now, end, line):
    question = desk.question({"topic": "work"})
    opening = {"startsAt": "2026-11-04T09:00:00Z", "endsAt": end}
    desk.questions.append(question | {"referral": question["referral"] | {"nextOpening": opening}})
    with time_machine.travel(datetime.fromisoformat(now)):
        shown = run("show", "K7M3Q2X1")

    assert shown.exit_code == 0
    assert line in shown.stdout.splitlines()


def test_a_question_that_is_not_there_is_a_refusal(run):
    result = run("show", "AAAAAAAA")

    assert result.exit_code == 1
    assert result.stderr == "There is no such question.\n"


def test_a_reference_cannot_lead_to_another_path(desk, run):
    run("show", "../topics?x=1")

    assert desk.requests[0].path == "/questions/..%2FTOPICS%3FX%3D1"


def test_a_question_is_closed_with_its_outcome(desk, run, five):
    result = run("close", "K7M3Q2X1", "--outcome", "unmet", "--unmet-reason", "cost")

    assert desk.posts[0].path == "/questions/K7M3Q2X1/close"
    assert desk.posts[0].body == {"outcome": "unmet", "unmetReason": "cost"}
    assert "Closed, Not helped, Too expensive\n" in result.stdout


def test_numbers_that_nobody_needs_are_warned_of_until_they_are_masked(desk, run):
    desk.changes = {"text": "BSN 111222333", "personalNumbers": ["bsn"]}
    warning = "The text seems to hold a citizen service number (BSN). Mask it with: balie mask K7M3Q2X1\n"
    assert warning in run("log", "--topic", "work", "--no-ask").stdout
    message = {"author": "newcomer", "text": "…", "sentAt": "2026-11-04T10:00:00Z"}
    desk.questions[0]["messages"] = [message | {"personalNumbers": ["bsn", "bank-account"]}]
    shown = run("show", "K7M3Q2X1").stdout
    assert "The text seems to hold a citizen service number (BSN), a bank account number (IBAN)." in shown
    desk.questions[0]["messages"] = []
    masked = run("mask", "k7m3q2x1")
    assert desk.posts[-1].path == "/questions/K7M3Q2X1/mask"
    assert "BSN •••••••••" in masked.stdout
    assert "seems to hold" not in masked.stdout


def test_closing_without_a_reason_sends_none(desk, run, five):
    run("close", "K7M3Q2X1", "--outcome", "met")

    assert desk.posts[0].body == {"outcome": "met"}


def test_text_of_others_cannot_steer_the_terminal(desk, run):
    desk.changes = {
        "text": "\x1b[2J\x1b]0;owned\x07 plain \u202egnp.exe \x9b31m",
        "messages": [
            {"author": "newcomer", "text": "\x1b[31mred\r\x08", "sentAt": "2026-11-04T10:00:00Z"},
        ],
    }
    desk.questions.append(desk.question({"topic": "work\x1b[1m"}))
    for result in (run("show", "K7M3Q2X1"), run("list"), run("list", "--json")):
        assert not set("\x1b\x07\x08\r\x9b\u202e") & set(result.stdout)


def test_text_from_right_to_left_does_not_turn_its_line_around(desk, run):
    desk.changes = {"text": "كيف أجد عملا"}
    desk.questions.append(desk.question({"topic": "work"}))

    assert "Text:        \u2068كيف أجد عملا\u2069\n" in run("show", "K7M3Q2X1").stdout

"""What the client keeps while the server is away, and for how long."""

import json
import stat
import time

import pytest

from servicebalie.client.queue import Kept, Queue


@pytest.fixture
def number(desk, run, kept):
    """The number of a question that was kept because the server was away; by now it is back."""
    run("log", "--topic", "work")
    desk.questions.clear()
    desk.answers.clear()
    desk.requests.clear()
    desk.away = True
    run("log", "--topic", "wages-payslip", "--text", "Too little pay")
    desk.away = False
    return json.loads(kept()[0].read_text())["key"][:6]


def test_a_question_is_kept_when_the_server_is_away(desk, run, kept, home):
    desk.away = True
    result = run("log", "--topic", "work", "--text", "Too little pay")

    assert result.exit_code == 3
    assert f"The server {desk.address} cannot be reached." in result.stderr
    assert f"1 visit is kept on this computer, in {home / 'queue'}." in result.stderr
    assert "Its text is deleted once it is sent." in result.stderr
    assert json.loads(kept()[0].read_text())["body"] == {"topic": "work", "text": "Too little pay"}


def test_a_kept_question_is_for_its_owner_only(desk, run, kept):
    desk.away = True
    run("log", "--topic", "work")

    assert stat.S_IMODE(kept()[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(kept()[0].parent.stat().st_mode) == 0o700


def test_a_kept_question_is_sent_with_its_first_key_and_then_deleted(desk, run, kept, number):
    desk.changes = {"personalNumbers": ["bsn"]}
    result = run("send")

    assert result.exit_code == 0
    assert f"Sent, and deleted on this computer: {number} is question K7M3Q2X1." in result.stdout
    assert "Return code: 123 456 789 012 345 678" in result.stdout
    assert "(BSN). Mask it with: balie mask K7M3Q2X1" in result.stdout
    assert len({post.key for post in desk.posts}) == 1
    assert desk.questions[0]["text"] == "Too little pay"
    assert kept() == []


@pytest.mark.parametrize(
    ("path", "body", "sent"),
    [
        ("/questions", {"topic": "work"}, {"topic": "work", "receivedAt": "2026-11-03T14:05:00+00:00"}),
        ("/questions", {"topic": "work", "visit": "V"}, {"topic": "work", "visit": "V"}),
        (
            "/questions/batch",
            {"questions": [{"topic": "work"}], "visit": {"language": "pl"}},
            {
                "questions": [{"topic": "work"}],
                "visit": {"language": "pl", "receivedAt": "2026-11-03T14:05:00+00:00"},
            },
        ),
        (
            "/questions/batch",
            {"questions": [{"topic": "work", "visit": "V"}]},
            {"questions": [{"topic": "work", "visit": "V"}]},
        ),
    ],
    ids=["one", "one-more", "several", "several-more"],
)
def test_a_kept_visit_is_sent_with_the_moment_at_which_it_was(home, desk, run, path, body, sent):
    Queue(home / "queue").keep(Kept("abcdef-1", "20261103T140500Z", path, body))
    run("send")

    assert [post.body for post in desk.posts] == [sent]


def test_a_kept_visit_that_did_arrive_the_first_time_is_not_registered_again(desk, run, kept):
    for _attempt in range(4):
        desk.interrupt(503, after=True)
    assert run("log", "--topic", "work").exit_code == 3
    sent = run("send")

    assert sent.exit_code == 0
    assert "is question K7M3Q2X1." in sent.stdout
    assert len(desk.questions) == 1
    assert kept() == []


def test_the_next_visit_takes_the_kept_question_along(desk, run, kept, number):
    result = run("log", "--topic", "dutch-course")

    assert result.exit_code == 0
    assert [question["topic"] for question in desk.questions] == ["dutch-course", "wages-payslip"]
    assert f"{number} is question K7M3Q2X2." in result.stdout
    assert kept() == []


def test_kept_questions_are_sent_in_the_order_of_the_visits(home, desk, run):
    queue = Queue(home / "queue")
    for key, kept_at, topic in (
        ("a", "20261103T140501Z", "work"),
        ("b", "20261103T140459Z", "language"),
        ("c", "20261103T140500Z", "dutch-course"),
    ):
        queue.keep(Kept(key=key, kept_at=kept_at, path="/questions", body={"topic": topic}))
    run("send")

    assert [question["topic"] for question in desk.questions] == ["language", "dutch-course", "work"]


def test_nothing_is_lost_when_the_server_is_still_away(desk, run, kept, number):
    desk.away = True
    result = run("send")

    assert result.exit_code == 3
    assert "1 visit is kept on this computer" in result.stderr
    assert len(kept()) == 1


def test_a_visit_that_succeeds_is_no_failure_when_the_kept_one_cannot_follow(desk, run, kept, number):
    desk.let_through()
    for _attempt in range(4):
        desk.interrupt(503)
    result = run("log", "--topic", "dutch-course")

    assert result.exit_code == 0
    assert "Dutch course" in result.stdout
    assert "1 visit is kept on this computer" in result.stderr
    assert len(kept()) == 1


def test_a_kept_question_that_the_server_refuses_stays_until_it_is_discarded(home, run, kept):
    queue = Queue(home / "queue")
    for key, topic in (("abcdef-1", "no-topic"), ("fedcba-1", "work")):
        queue.keep(Kept(key=key, kept_at="20261103T140500Z", path="/questions", body={"topic": topic}))
    refused = run("send")

    assert refused.exit_code == 1
    assert "Not taken, and still kept: abcdef, no-topic" in refused.stderr
    assert "- topic: There is no such topic." in refused.stderr
    assert "fedcba is question K7M3Q2X1." in refused.stdout
    assert len(kept()) == 1

    assert run("send", "--discard", "abcdef").exit_code == 0
    assert kept() == []


def test_a_visit_of_several_questions_is_named_by_all_of_them(home, run):
    body = {"visit": {}, "questions": [{"topic": "no-topic"}, {"text": "In words"}]}
    Queue(home / "queue").keep(Kept("abcdef-1", "20261103T140500Z", "/questions/batch", body))

    assert "abcdef, no-topic; In words" in run("send").stderr


def test_an_unknown_number_discards_nothing(run, kept, number):
    result = run("send", "--discard", "zzzzzz")

    assert result.exit_code == 2
    assert "No kept question has the number zzzzzz." in result.stderr
    assert len(kept()) == 1


def test_sending_nothing_says_so(run):
    assert run("send").stdout == "Nothing is waiting.\n"


def test_an_impatient_user_loses_nothing(desk, run, kept, monkeypatch):
    def interrupted(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupted)
    desk.interrupt(503)
    result = run("log", "--topic", "work")

    assert result.exit_code == 3
    assert "1 visit is kept on this computer" in result.stderr
    assert len(kept()) == 1


def test_two_programs_may_send_the_same_question_at_once(home):
    queue = Queue(home / "queue")
    entry = Kept("abcdef-1", "20261103T140500Z", "/questions", {"topic": "work"})
    queue.keep(entry)
    queue.delete(entry)
    queue.delete(entry)

    assert queue.waiting() == []

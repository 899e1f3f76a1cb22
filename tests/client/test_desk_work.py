"""What the desk does with a question after it was registered, at the command line."""

import pytest

from tests.client.conftest import LISTS

ANSWER = {
    "topic": "dutch-course",
    "language": "pl",
    "inOtherLanguage": False,
    "outdated": False,
    "text": "Kurs jest darmowy.\n\nBiblioteka pomoże.",
    "version": 2,
    "status": "checked",
    "checkedDate": "2026-10-01",
    "checkedBy": "adviser",
    "source": {"name": "Rijksoverheid", "url": "https://example.org/bsn"},
}


@pytest.fixture
def asked(desk, run):
    """A question in Polish about a course, which is not among the requests that are looked at."""
    run("log", "--topic", "dutch-course", "--language", "pl", "--municipality", "GM0772")
    desk.requests.clear()
    return "k7m3 q2x1"


def test_a_question_is_routed_again(desk, run, asked):
    result = run("refer", asked, "--consent")

    assert result.exit_code == 0, result.stderr
    (post,) = desk.posts
    assert (post.path, post.body) == ("/questions/K7M3Q2X1/referrals", {"consent": True})
    assert post.key
    assert "Library Eindhoven" in result.stdout


def test_a_question_is_sent_to_a_service_that_is_named_with_a_reason(desk, run, asked):
    run("refer", asked, "--service", "breda", "--reason", "They know this", "--alongside")

    assert desk.posts[0].body == {"service": "s-2", "reason": "They know this", "alongside": True}


@pytest.mark.parametrize("given", [("--service", "s-1"), ("--reason", "They know this")])
def test_a_service_needs_a_reason_and_a_reason_a_service(desk, run, asked, given):
    result = run("refer", asked, *given)

    assert result.exit_code == 2
    assert "others must see why this service" in result.stderr
    assert desk.posts == []


def test_the_desk_writes_to_the_newcomer(desk, run, asked):
    run("write", asked, "--text", "Which day?", "--language", "nl", "--ask")

    (post,) = desk.posts
    assert post.path == "/questions/K7M3Q2X1/messages"
    assert post.body == {"text": "Which day?", "language": "nl", "awaitsReply": True}


def test_what_the_desk_writes_can_be_typed(desk, run, asked):
    run("write", asked, typed="Come on Thursday\n")

    assert desk.posts[0].body == {"text": "Come on Thursday"}


def test_the_standard_answer_is_written_in_the_language_of_the_newcomer(desk, run, asked):
    desk.standard_answers = [ANSWER]
    run("write", asked, "--standard-answer")

    assert desk.asked("/standard-answers")[0].query == {
        "topic": ["dutch-course"],
        "language": ["pl"],
        "municipality": ["GM0772"],
    }
    message, use = desk.posts
    assert message.body == {"text": ANSWER["text"], "language": "pl"}
    assert (use.path, use.body) == (
        "/standard-answers/uses",
        {"topic": "dutch-course", "language": "pl", "version": 2},
    )


def test_what_is_weak_about_a_standard_answer_is_said_when_it_is_sent(desk, run, asked):
    desk.standard_answers = [ANSWER | {"language": "en", "inOtherLanguage": True, "outdated": True}]
    result = run("write", asked, "--standard-answer")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "There is none in the language that was asked for",
        "The text that it was translated from has changed since",
    ]


def test_a_text_that_was_read_out_is_counted(desk, run):
    desk.standard_answers = [ANSWER]
    assert run("standard-answer", "course", "--language", "polish", "--used").exit_code == 0
    (use,) = desk.posts
    assert (use.path, use.body["version"]) == ("/standard-answers/uses", 2)


def test_what_was_sent_does_not_fail_when_it_cannot_be_counted(desk, run, asked):
    desk.standard_answers = [ANSWER]
    desk.uses = 404
    result = run("write", asked, "--standard-answer")
    assert result.exit_code == 0
    assert result.stderr == "It could not be counted that the standard answer was used.\n"
    assert desk.posts[0].path.endswith("/messages")


def test_of_all_texts_none_is_counted(desk, run):
    desk.standard_answers = [ANSWER, ANSWER]
    result = run("standard-answer", "course", "--used")
    assert result.exit_code == 2
    assert "--language with --used" in result.stderr
    assert desk.posts == []


def test_an_answer_that_nobody_checked_is_not_sent(desk, run, asked):
    desk.standard_answers = [ANSWER | {"checkedBy": None}]
    result = run("write", asked, "--standard-answer")

    assert (result.exit_code, desk.posts) == (2, [])
    assert "Nobody here checked it" in result.stderr


def test_an_answer_that_nobody_checked_is_not_counted_as_read_out(desk, run):
    desk.standard_answers = [ANSWER | {"status": "check-before-use", "checkedBy": None}]
    result = run("standard-answer", "course", "--language", "polish", "--used")

    assert (result.exit_code, desk.posts, result.stdout) == (2, [], "")
    assert "Nobody here checked it" in result.stderr


def test_a_text_of_ones_own_is_not_a_standard_answer(desk, run, asked):
    result = run("write", asked, "--standard-answer", "--text", "Hello")

    assert (result.exit_code, desk.posts) == (2, [])
    assert "not both" in result.stderr


def test_where_there_is_no_standard_answer_nothing_is_written(desk, run, asked):
    result = run("write", asked, "--standard-answer")

    assert (result.exit_code, desk.posts) == (2, [])
    assert "no standard answer about this" in result.stderr


def test_a_question_without_a_topic_has_no_standard_answer(desk, run, asked):
    desk.questions[0]["topic"] = None
    result = run("write", asked, "--standard-answer")

    assert (result.exit_code, desk.posts) == (2, [])
    assert "has no topic" in result.stderr


def test_a_standard_answer_is_shown_with_what_staff_must_know(desk, run):
    desk.standard_answers = [ANSWER]

    assert run("standard-answer", "course", "--language", "polish").stdout.splitlines() == [
        "Topic:    Dutch course",
        "Language: Polish",
        "Checked:  2026-10-01 by adviser",
        "Source:   Rijksoverheid, https://example.org/bsn",
        "Version:  2",
        "",
        "Kurs jest darmowy.",
        "",
        "Biblioteka pomoże.",
    ]
    assert desk.asked("/standard-answers")[0].query == {"topic": ["dutch-course"], "language": ["pl"]}


def test_what_is_weak_about_a_standard_answer_is_said_above_it(desk, run):
    weak = {"inOtherLanguage": True, "outdated": True, "checkedBy": None}
    desk.standard_answers = [ANSWER | weak, ANSWER]
    shown = run("standard-answer", "dutch-course", "--municipality", "Breda").stdout

    assert "There is none in the language that was asked for" in shown
    assert "has changed since" in shown
    assert "Nobody here checked it" in shown
    assert shown.count("Topic:") == 2


def test_services_with_one_name_are_told_apart_by_their_organisation(desk, run, asked, monkeypatch):
    points = [
        {"id": "s-1", "name": "Point", "organisation": "Library A"},
        {"id": "s-2", "name": "Point", "organisation": "Library B"},
    ]
    monkeypatch.setitem(LISTS, "services", points)
    result = run("refer", asked, "--service", "poi", "--reason", "x")
    run("refer", asked, "--service", "library b", "--reason", "x")

    assert "Library A, Point (s-1), Library B, Point (s-2)" in result.stderr
    assert desk.posts[0].body["service"] == "s-2"

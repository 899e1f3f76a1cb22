"""`balie log` at the counter: what it asks, and how few keys an answer takes."""

import os
import pty
import subprocess
import sys

# Topic, text, no more topics, outcome, language, language of the help, municipality, channel, group, stay,
# arrival, registration, consent.
WALK_IN = ["payslip", "", "", "", "pol", "dutch", "eind", "", "2", "3", "1", "2", "yes"]


def typed(*lines):
    return "".join(f"{line}\n" for line in lines)


def test_a_walk_in_takes_a_line_for_each_question(desk, run):
    result = run("log", "--ask", typed=typed(*WALK_IN))

    assert result.exit_code == 0
    assert desk.posts[0].body == {
        "topic": "wages-payslip",
        "language": "pl",
        "languageServed": "nl",
        "municipality": "GM0772",
        "group": "eu-labour-migrant",
        "stay": "1-to-3-years",
        "arrival": "under-1-month",
        "registration": "rni",
        "consent": True,
    }


def test_everything_but_the_topic_can_be_skipped(desk, run):
    result = run("log", "--ask", typed=typed("payslip", *[""] * 11))

    assert result.exit_code == 0
    assert desk.posts[0].body == {"topic": "wages-payslip"}


def test_what_is_said_with_options_is_not_asked_again(desk, run):
    result = run(
        "log", "--ask", "--topic", "work", "--language", "pl", "--channel", "phone", typed=typed(*[""] * 10)
    )

    assert result.exit_code == 0
    assert "Topic (part of a word" not in result.stdout
    assert "Language of the newcomer" not in result.stdout
    assert "Channel (enter" not in result.stdout
    assert "Municipality (part of a word)" in result.stdout


def test_several_topics_are_asked_for_one_after_another(desk, run):
    run("log", "--ask", typed=typed("payslip", "Too little", "dutch course", "", *[""] * 11))

    assert desk.posts[0].body == {
        "visit": {},
        "questions": [{"topic": "wages-payslip", "text": "Too little"}, {"topic": "dutch-course"}],
    }


def test_each_question_ends_in_its_own_way(desk, run):
    run("log", "--ask", typed=typed("payslip", "", "dutch course", "", "", "1", "3", "4", *[""] * 9))

    assert desk.posts[0].body["questions"] == [
        {"topic": "wages-payslip", "outcome": "answered-at-desk"},
        {"topic": "dutch-course", "outcome": "unmet", "unmetReason": "cost"},
    ]


def test_only_questions_that_did_not_end_are_passed_on_and_nobody_is_assumed_to_agree(desk, run):
    run("log", "--ask", typed=typed("payslip", "", "dutch course", "", "", "1", "", *[""] * 7, "yes"))
    run("log", "--ask", typed=typed("payslip", "", "", "", *[""] * 7, "no"))

    assert desk.posts[0].body["questions"] == [
        {"topic": "wages-payslip", "outcome": "answered-at-desk"},
        {"topic": "dutch-course", "consent": True},
    ]
    assert desk.posts[1].body == {"topic": "wages-payslip"}


def test_consent_is_not_asked_for_when_an_option_tells_it_or_the_question_ended(desk, run):
    for options in (["--consent"], ["--no-consent"], ["--outcome", "met"]):
        result = run("log", "--ask", *options, typed=typed("payslip", *[""] * 11))

        assert "May we pass the question on?" not in result.stdout
    assert [post.body.get("consent") for post in desk.posts] == [True, False, None]


def test_the_outcome_is_not_asked_when_an_option_names_it(desk, run):
    result = run("log", "--ask", "--outcome", "met", typed=typed("payslip", *[""] * 10))

    assert "Outcome of" not in result.stdout
    assert desk.posts[0].body == {"topic": "wages-payslip", "outcome": "met"}


def test_the_visit_is_not_asked_about_when_it_is_known(desk, run):
    result = run("log", "--ask", "--visit", "visit-9", typed=typed("payslip", "", "", "", ""))

    assert result.exit_code == 0
    assert desk.posts[0].body == {"topic": "wages-payslip", "visit": "visit-9"}


def test_somebody_who_says_nothing_at_all_is_not_registered(desk, run):
    result = run("log", "--ask", typed=typed(*[""] * 10))

    assert result.exit_code == 2
    assert desk.posts == []


def test_a_question_in_words_needs_no_topic(desk, run):
    run("log", "--ask", typed=typed("", "Something else", *[""] * 11))

    assert desk.posts[0].body == {"text": "Something else"}


def test_nothing_is_asked_when_no_terminal_is_there(desk, run):
    result = run("log", "--topic", "work")

    assert "Enter skips a question." not in result.stdout


def test_the_counter_keeps_its_lists_when_the_server_is_away(desk, run):
    run("log", "--ask", typed=typed(*WALK_IN))
    desk.away = True
    desk.requests.clear()
    result = run("log", "--ask", typed=typed(*WALK_IN))

    assert result.exit_code == 3
    assert desk.posts[0].body["municipality"] == "GM0772"


def test_without_any_list_a_code_can_still_be_typed(desk, run):
    desk.away = True
    result = run("log", "--ask", typed=typed("wages-payslip", *[""] * 11))

    assert result.exit_code == 3
    assert desk.posts[0].body == {"topic": "wages-payslip"}


def test_a_terminal_is_asked_without_a_word(desk, environment):
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "servicebalie.client", "log"],
        stdin=inner,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {name: value for name, value in environment.items() if value is not None},
        text=True,
    )
    os.write(outer, typed(*WALK_IN).encode())
    _stdout, stderr = process.communicate(timeout=30)
    os.close(inner)
    os.close(outer)

    assert process.returncode == 0, stderr
    assert desk.posts[0].body["topic"] == "wages-payslip"

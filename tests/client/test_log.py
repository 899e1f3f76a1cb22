"""`balie log` with everything on one line."""

from datetime import UTC, datetime

import pytest
import time_machine

from servicebalie.client.__main__ import balie


def test_one_line_registers_one_anonymous_question(desk, run):
    result = run("log", "--topic", "wages-payslip", "--language", "pl", "--municipality", "GM0772")

    assert result.exit_code == 0
    assert [post.path for post in desk.posts] == ["/questions"]
    assert desk.posts[0].body == {"topic": "wages-payslip", "language": "pl", "municipality": "GM0772"}


def test_every_option_arrives_under_its_name_in_the_api(desk, run):
    options = {
        "--topic": "wages-payslip",
        "--text": "Too little pay",
        "--language": "pl",
        "--language-served": "nl",
        "--municipality": "GM0772",
        "--channel": "phone",
        "--group": "eu-labour-migrant",
        "--stay": "1-to-3-years",
        "--arrival": "under-1-month",
        "--registration": "rni",
        "--email": "asker@example.org",
        "--phone": "+31612345678",
        "--return-code": "123 456 789 012 345 678",
        "--service": "s-2",
        "--reason": "Nearer to her home",
        "--outcome": "unmet",
        "--unmet-reason": "distance",
    }
    flags = ("--interpreter-requested", "--interpreter", "--email-safe", "--follow-up", "--consent")
    run("log", *flags, *(part for option in options.items() for part in option))

    assert desk.posts[0].body == {
        "topic": "wages-payslip",
        "text": "Too little pay",
        "language": "pl",
        "languageServed": "nl",
        "interpreterRequested": True,
        "interpreterUsed": True,
        "municipality": "GM0772",
        "channel": "phone",
        "group": "eu-labour-migrant",
        "stay": "1-to-3-years",
        "arrival": "under-1-month",
        "registration": "rni",
        "contact": {
            "email": "asker@example.org",
            "phone": "+31612345678",
            "emailSafe": True,
            "followUp": True,
        },
        "returnCode": "123 456 789 012 345 678",
        "service": "s-2",
        "overrideReason": "Nearer to her home",
        "outcome": "unmet",
        "unmetReason": "distance",
        "consent": True,
    }


def test_several_topics_are_one_visit_in_one_request(desk, run):
    result = run("log", "--topic", "wages-payslip", "--topic", "dutch-course", "--language", "pl")

    assert [post.path for post in desk.posts] == ["/questions/batch"]
    assert desk.posts[0].body == {
        "visit": {"language": "pl"},
        "questions": [{"topic": "wages-payslip"}, {"topic": "dutch-course"}],
    }
    assert "K7M3Q2X1" in result.stdout
    assert "Dutch course" in result.stdout


def test_several_topics_can_join_a_visit_that_is_known(desk, run):
    run("log", "--topic", "wages-payslip", "--topic", "dutch-course", "--visit", "visit-9")

    assert desk.posts[0].body == {
        "questions": [
            {"topic": "wages-payslip", "visit": "visit-9"},
            {"topic": "dutch-course", "visit": "visit-9"},
        ]
    }


def test_texts_belong_to_topics_in_the_same_order(desk, run):
    run("log", "--topic", "work", "--topic", "language", "--text", "first", "--text", "second")

    assert desk.posts[0].body["questions"] == [
        {"topic": "work", "text": "first"},
        {"topic": "language", "text": "second"},
    ]


def test_a_text_alone_is_a_question(desk, run):
    run("log", "--text", "Where can I learn Dutch?")

    assert desk.posts[0].body == {"text": "Where can I learn Dutch?"}


def test_a_text_too_few_is_refused_before_anything_is_sent(desk, run):
    result = run("log", "--topic", "work", "--topic", "language", "--text", "first")

    assert result.exit_code == 2
    assert "Give one --text for each --topic, or none." in result.stderr
    assert desk.posts == []


def test_part_of_a_word_stands_for_the_code(desk, run):
    run("log", "--topic", "payslip", "--language", "POLS", "--municipality", "sudwest")

    assert desk.posts[0].body == {"topic": "wages-payslip", "language": "pl", "municipality": "GM1900"}


def test_a_word_with_several_meanings_is_refused_with_all_of_them(desk, run):
    result = run("log", "--topic", "work", "--service", "library", "--reason", "Nearer")

    assert result.exit_code == 2
    assert "Library Eindhoven (s-1), Library Breda (s-2)" in result.stderr
    assert desk.posts == []


def test_a_code_that_no_list_has_is_left_to_the_server(desk, run):
    result = run("log", "--topic", "brand-new-topic")

    assert desk.posts[0].body == {"topic": "brand-new-topic"}
    assert result.exit_code == 1


def test_all_faults_in_the_options_are_told_at_once(desk, run):
    result = run(
        "log",
        "--service",
        "s-1",
        "--outcome",
        "unmet",
        "--visit",
        "visit-1",
        "--text",
        "x",
        "--stay",
        "unknown",
    )

    assert result.exit_code == 2
    assert "Give --service and --reason together." in result.stderr
    assert "Give --outcome unmet and --unmet-reason together." in result.stderr
    assert "With --visit, leave out what is about the visit itself" in result.stderr
    assert desk.posts == []


def test_a_question_without_topic_and_text_is_refused(desk, run):
    result = run("log", "--language", "pl")

    assert result.exit_code == 2
    assert "Give at least a topic or a text." in result.stderr
    assert desk.posts == []


def test_staff_see_where_the_question_went_and_why(run):
    with time_machine.travel(datetime(2026, 11, 3, 14, 5, tzinfo=UTC)):
        result = run("log", "--topic", "dutch-course")

    assert result.stdout.splitlines()[:14] == [
        "Question:    K7M3Q2X1",
        "Status:      Referred",
        "Topic:       Dutch course",
        "Channel:     Counter",
        "Received:    2026-11-03 14:05",
        "Due:         2026-11-06",
        "Destination: Handed to the service",
        "Service:     Library Eindhoven, Library",
        "Address:     Main street 1, 5611 AA Eindhoven",
        "Phone:       +31 40 000 0000",
        "Next open:   2026-11-04 10:00–17:00",
        "Why:         They help in Polish.",
        "Visit:       visit-1",
        "Return code: 123 456 789 012 345 678",
    ]


def test_staff_are_told_to_hand_over_the_return_code(run):
    result = run("log", "--topic", "dutch-course")

    assert "Give the return code to the newcomer now" in result.stdout


def test_a_question_that_stays_at_the_desk_says_so(desk, run):
    desk.changes = {"referral": {"kind": None, "service": None, "address": None, "reasons": []}}

    assert "Stays at the desk" in run("log", "--topic", "work").stdout


@pytest.mark.parametrize(
    ("option", "sent"),
    [
        ("--email", {"contact": {"email": "typed in"}}),
        ("--phone", {"contact": {"phone": "typed in"}}),
        ("--return-code", {"returnCode": "typed in"}),
    ],
)
def test_what_points_at_a_person_can_be_typed_instead_of_being_an_argument(desk, run, option, sent):
    run("log", "--topic", "work", option, typed="typed in\n")

    assert desk.posts[0].body == {"topic": "work", **sent}


def test_all_faults_that_the_server_finds_are_told_in_plain_words(desk, run, kept):
    result = run("log", "--topic", "work", "--topic", "no-topic", "--topic", "nor-this")

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "This question cannot be registered.",
        "- question 2, topic: There is no such topic.",
        "- question 3, topic: There is no such topic.",
    ]
    assert kept() == []


def test_a_fault_in_a_single_question_names_only_its_field(run):
    result = run("log", "--topic", "no-topic", "--interpreter")

    assert result.stderr.splitlines()[1:] == [
        "- topic: There is no such topic.",
        "- language: Give the language too.",
    ]


def test_a_question_is_kept_when_only_the_token_is_refused(run, kept):
    run("log", "--topic", "work")
    result = run("log", "--topic", "work", BALIE_TOKEN="sb_expired")

    assert result.exit_code == 1
    assert "The token is not known." in result.stderr
    assert "To use another token, run: balie configure" in result.stderr
    assert len(kept()) == 1


def test_no_option_of_any_command_takes_the_token():
    names = {
        name
        for command in (balie, *balie.commands.values())
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
    }

    assert "--topic" in names
    assert not [name for name in names if "token" in name]

"""The rules of a desk are written, checked, explained and tried at the terminal."""

from pathlib import Path

import pytest
import time_machine

from servicebalie.cli import demo
from tests.cli.conftest import Terminal, make_no_files, terminal_of

RULES = """
[[rules]]
name = "Courses stay with us"
topics = ["dutch-course"]
languages = ["pl"]
destination = "desk"
"""
FAULTY = """
[[rules]]
name = "Moon"
topics = ["moon"]
destination = "desk"

[[rules]]
name = "Round"
topics = ["bsn"]
as_topic = "bsn"
service = "1"
"""
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "operating" / "routing.md"


DEMO = ("demo", "--persons", "1", "--until", "2026-11-12")


@pytest.fixture(scope="module")
def demonstration(module_database_url: str) -> str:
    """The database of the demonstration with a few questions, for tests that change nothing in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "REPORTS", 1)
        make_no_files(patch)
        assert terminal_of(module_database_url, patch).run(*DEMO).status == 0
    return module_database_url


@pytest.fixture
def desk(demonstration: str, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of a deployment with the desk of the demonstration, and a few of its questions."""
    return terminal_of(demonstration, monkeypatch)


@pytest.fixture
def bare(terminal: Terminal) -> Terminal:
    """A terminal of a deployment with a desk that has no partners."""
    terminal.run("desk", "create", "--name", "My desk", "--municipality", "GM0772", "--no-standard-answers")
    return terminal


def file_with(folder: Path, content: str) -> Path:
    file = folder / "routing.toml"
    file.write_text(content, encoding="utf-8")
    return file


def test_rules_are_set_and_shown_as_the_file_that_they_came_from(bare: Terminal, tmp_path: Path) -> None:
    assert bare.run("routing", "show").output == "# Version 0\n"
    done = bare.run("routing", "set", file_with(tmp_path, RULES), "--note", "Summer")
    assert (done.status, done.output) == (0, "In force as version 1: 1 rule.\n")
    shown = bare.run("routing", "show").output
    assert shown.startswith("# Version 1\n")
    again = bare.run("routing", "set", file_with(tmp_path, shown))
    assert again.output == "In force as version 2: 1 rule.\n"
    history = bare.run("routing", "show", "--history").output.splitlines()
    assert [line.split(" ", 2)[::2] for line in history] == [["2", "1 rule"], ["1", "1 rule: Summer"]]


def test_all_that_is_wrong_with_a_file_is_told_and_nothing_is_stored(bare: Terminal, tmp_path: Path) -> None:
    file = file_with(tmp_path, FAULTY)
    for command in ("check", "set", "try"):
        done = bare.run("routing", command, file)
        assert done.status == 1
        assert done.error.splitlines() == [
            'rule 1 "Moon", topics, value 1: This topic is not in the list. See /api/v1/topics.',
            'rule 2 "Round": Say once where the questions go. '
            "Give one of these: service, destination, as_topic.",
            "Error: These rules cannot be used: 2 faults.",
        ]
    assert bare.run("routing", "show").output == "# Version 0\n"


def test_a_fault_of_a_rule_without_a_name_and_of_the_whole_file_is_told_with_its_place(
    bare: Terminal, tmp_path: Path
) -> None:
    file = file_with(tmp_path, 'rule = 1\n[[rules]]\nname = 7\ndestination = "desk"\n')
    places = [line.split(": ")[0] for line in bare.run("routing", "check", file).error.splitlines()]
    assert places == ["/rule", "rule 1, name", "Error"]


def test_what_is_worth_knowing_is_told_and_is_no_fault(bare: Terminal, tmp_path: Path) -> None:
    done = bare.run("routing", "check", file_with(tmp_path, RULES))
    assert (done.status, done.output) == (0, "1 rule, no faults.\n")
    assert (
        "Warning: Questions about dutch-course stay at the desk, because no service takes them. "
        "Municipalities: 1, such as Eindhoven." in done.error
    )


def test_a_file_that_is_no_text_and_a_note_that_is_too_long_are_refused(
    bare: Terminal, tmp_path: Path
) -> None:
    file = file_with(tmp_path, RULES)
    assert bare.run("routing", "set", file, "--note", "x" * 301).status == 2
    file.write_bytes(b"\xff\xfe")
    done = bare.run("routing", "check", file)
    assert done.status == 2
    assert "is not text in UTF-8" in done.error


def test_it_is_explained_where_a_question_would_go(desk: Terminal) -> None:
    done = desk.run(
        "routing", "explain", "--topic", "employer-housing", "--language", "pl",
        "--municipality", "GM0758", "--group", "eu-labour-migrant",
    )  # fmt: skip
    lines = done.output.splitlines()
    assert lines[0] == (
        "To Toezicht Huisvesting West / Team for housing of workers (municipality, referral), "
        "Mijkenbroek 2, Breda"
    )
    assert '  A rule of the desk counts: "Housing of EU workers around Breda".' in lines
    assert lines[lines.index("Rules, version 1:") + 1 :][:2] == [
        "  Housing of EU workers around Eindhoven: no, because of municipalities (topic employer-housing)",
        "  Housing of EU workers around Breda: yes (topic employer-housing)",
    ]
    assert (
        "  1. Toezicht Huisvesting West / Team for housing of workers, Mijkenbroek 2, Breda: " in done.output
    )


@pytest.mark.parametrize(
    ("now", "opening", "compared"),
    [
        ("2027-03-03T10:00:00+01:00", "Open: now, until 17:00", "open now, until 17:00"),
        ("2027-03-03T20:00:00+01:00", "Open: from 2027-03-04 09:00", "open from 2027-03-04 09:00"),
    ],
)
def test_it_is_told_until_when_or_from_when_a_place_is_open(
    desk: Terminal, now: str, opening: str, compared: str
) -> None:
    with time_machine.travel(now, tick=False):
        done = desk.run(
            "routing", "explain", "--topic", "employer-housing", "--language", "pl",
            "--municipality", "GM0758", "--group", "eu-labour-migrant",
        )  # fmt: skip
    assert opening in done.output.splitlines()
    assert compared in done.output


def test_an_explanation_tells_that_a_question_stays_at_the_desk(bare: Terminal) -> None:
    done = bare.run("routing", "explain", "--topic", "gp-dentist", "--no-consent")
    assert done.output.splitlines()[:4] == [
        "To My desk / My desk (desk, kept at the desk)",
        done.output.splitlines()[1],
        "Because:",
        "  The desk itself answers questions about this topic. (gp-dentist)",
    ]


@pytest.mark.parametrize("option", ["--topic", "--language", "--municipality"])
def test_codes_that_do_not_exist_are_refused(bare: Terminal, option: str) -> None:
    done = bare.run("routing", "explain", option, "moon")
    assert done.status == 2
    assert "moon is not in the list" in done.error


def test_rules_are_tried_on_the_newest_questions(desk: Terminal, tmp_path: Path) -> None:
    everything = '[[rules]]\nname = "All"\ndestination = "desk"\n'
    done = desk.run("routing", "try", file_with(tmp_path, everything), "--last", "20")
    first, *moves = done.output.splitlines()
    assert first.startswith("Of ")
    assert first.endswith(" would have gone elsewhere.")
    assert all(line.endswith("to Newcomer Desk Brabant (demonstration) / Newcomer Desk Brabant "
                             "(demonstration) (desk)") for line in moves[:-1])  # fmt: skip
    assert moves[-1].startswith("The newest of them: ")
    assert desk.run("routing", "show").output.startswith("# Version 1\n")


def test_the_example_of_the_guide_can_be_set_at_the_desk_of_the_demonstration(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "live", lambda *_: None)
    assert terminal.run(*DEMO).status == 0
    example = GUIDE.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    done = terminal.run("routing", "set", file_with(tmp_path, example))
    assert (done.status, done.output) == (0, "In force as version 2: 4 rules.\n")

"""The standard answers of a desk are kept from the terminal."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import select

from servicebalie.cli import demo
from servicebalie.core.answer_file import parse_answer_file, write_answer_file
from servicebalie.core.standard_answers import FOR_NEWCOMERS, StandardAnswer
from servicebalie.core.vocabulary import TextStatus
from servicebalie.db import Database
from servicebalie.i18n.registry import LOCALES
from servicebalie.models.standard_answers import StandardAnswerText
from servicebalie.services.desks import find_desk
from servicebalie.services.standard_answers import export_answers, find_answer, shipped_answers
from servicebalie.shipped import reference_data
from tests.cli.conftest import Terminal
from tests.support.answers import answer_about, text_in

BSN = answer_about("bsn", text_in("nl"), text_in("pl"))
NOTHING = ""


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """A terminal of a deployment with a desk that has no standard answers."""
    made = terminal.run("desk", "create", "--name", "My desk", "--no-standard-answers")
    assert "standard answers" not in made.output
    return terminal


def file_with(folder: Path, *answers: StandardAnswer, name: str = "answers.toml") -> Path:
    file = folder / name
    file.write_text(write_answer_file(answers), encoding="utf-8")
    return file


def exported(database: Database) -> str:
    with database.read() as session:
        return export_answers(session, find_desk(session, None).id)


def test_what_is_imported_is_exported_again(desk: Terminal, database: Database, tmp_path: Path) -> None:
    file = file_with(tmp_path, BSN)
    done = desk.run("answers", "import", file)
    assert (done.status, done.output) == (0, "Imported: 2 texts new, 0 with another check, 0 as they were.\n")
    copy = tmp_path / "copy.toml"
    assert desk.run("answers", "export", copy).status == 0
    assert copy.read_text(encoding="utf-8") == file.read_text(encoding="utf-8") == exported(database)
    assert desk.run("answers", "export", "-").output == exported(database)


def test_a_dry_run_tells_and_stores_nothing(desk: Terminal, database: Database, tmp_path: Path) -> None:
    done = desk.run("answers", "import", "--dry-run", file_with(tmp_path, BSN))
    assert done.output == (
        "Nothing was stored. An import would do this: 2 texts new, 0 with another check, 0 as they were.\n"
    )
    assert exported(database) == NOTHING


def test_files_are_imported_together_or_not_at_all_and_all_faults_are_told(
    desk: Terminal, database: Database, tmp_path: Path
) -> None:
    good = file_with(tmp_path, BSN)
    orphan = file_with(tmp_path, answer_about("digid", text_in("pl")), name="orphan.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[[answers]]\ntopic = bsn\n")
    done = desk.run("answers", "import", good, orphan, broken)
    assert done.status == 1
    assert done.error.splitlines() == [
        f"{orphan}: /answers/0/texts/nl: This is needed.",
        f"{broken}: /: The file cannot be read as TOML. See line 2.",
        "Error: Nothing was imported, because of 2 faults.",
    ]
    assert exported(database) == NOTHING


def test_a_file_that_is_no_text_is_refused(desk: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_bytes(b"\xff\xfe")
    done = desk.run("answers", "import", file)
    assert done.status == 2
    assert "is not text in UTF-8" in done.error


def test_an_import_needs_something_to_import(desk: Terminal) -> None:
    assert desk.run("answers", "import").status == 2


def test_the_shipped_answers_are_there_for_every_new_desk_but_newcomers_wait_for_the_check(
    terminal: Terminal, database: Database
) -> None:
    made = terminal.run("desk", "create", "--name", "My desk")
    assert "Newcomers see its standard answers once somebody has checked them" in made.output
    again = terminal.run("answers", "import", "--shipped")
    texts = _count_texts(shipped_answers(LOCALES))
    assert again.output == f"Imported: 0 texts new, 0 with another check, {texts} as they were.\n"
    with database.read() as session:
        assert find_answer(session, find_desk(session, None).id, "bsn", "pl", FOR_NEWCOMERS) is None
    checked = terminal.run("answers", "check", "bsn", "--by", "adviser", "--locale", "pl")
    assert checked.output == "Checked: 1 text about bsn.\n"
    with database.read() as session:
        found = find_answer(session, find_desk(session, None).id, "bsn", "pl", FOR_NEWCOMERS)
    assert found is not None
    assert found.text.checked_by == "adviser"


def test_the_list_tells_what_must_be_checked_and_why(desk: Terminal, tmp_path: Path) -> None:
    unchecked = text_in("pl", status=TextStatus.CHECK_BEFORE_USE, checked_by=None)
    desk.run("answers", "import", file_with(tmp_path, answer_about("bsn", text_in("nl"), unchecked)))
    desk.run("answers", "check", "bsn", "--by", "adviser", "--locale", "nl", "--on", "2026-10-01")
    assert desk.run("answers", "list", "--months", "1200").output.splitlines() == [
        "bsn pl version 1: never-checked, checked on 2026-09-01 by nobody here; "
        "shown 0, helped 0, not helped 0, used by staff 0",
        "1 of 2 texts must be checked.",
    ]
    everything = desk.run("answers", "list", "--all", "--months", "1200").output.splitlines()
    assert everything[0] == (
        "bsn nl version 1: checked, checked on 2026-10-01 by adviser; "
        "shown 0, helped 0, not helped 0, used by staff 0"
    )
    assert "checked-long-ago" in desk.run("answers", "list", "--months", "0").output


@pytest.mark.parametrize("by", ["", " ", "two\nlines", "someone@example.org", "x" * 61])
def test_who_checks_is_a_function_and_not_a_person(desk: Terminal, by: str) -> None:
    assert desk.run("answers", "check", "bsn", "--by", by).status == 2


def test_nothing_was_checked_on_a_day_to_come(desk: Terminal, tmp_path: Path) -> None:
    desk.run("answers", "import", file_with(tmp_path, BSN))
    assert desk.run("answers", "check", "bsn", "--by", "adviser", "--on", "2999-01-01").status == 2


def test_an_upgrade_keeps_what_the_desk_has_changed_and_says_so(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("desk", "create", "--name", "My desk")
    own = answer_about("bsn", text_in("nl", version=2, body="Eigen."))
    assert terminal.run("answers", "import", file_with(tmp_path, own)).status == 0
    (bsn,) = (answer for answer in shipped_answers(LOCALES) if answer.topic == "bsn")
    again = terminal.run("answers", "import", "--shipped")
    assert again.status == 0
    assert again.output.splitlines()[1:] == [
        "Kept, because the desk has changed or withdrawn them: 1 text.",
        "Not taken, because they do not fit the source text of the desk or are older than what it has: "
        f"{len(bsn.texts) - 1} texts.",
    ]
    assert "Eigen." in terminal.run("answers", "export", "-").output


def test_a_shipped_file_that_is_imported_by_name_is_upgraded_later(
    desk: Terminal, database: Database
) -> None:
    assert desk.run("answers", "import", reference_data("answers") / "bsn.toml").status == 0
    with database.read() as session:
        assert set(session.scalars(select(StandardAnswerText.shipped))) == {True}


def test_an_import_that_takes_texts_away_from_newcomers_says_so(desk: Terminal, tmp_path: Path) -> None:
    desk.run("answers", "import", file_with(tmp_path, BSN))
    newer = text_in("nl", version=2, body="Nieuw.", status=TextStatus.CHECK_BEFORE_USE, checked_by=None)
    done = desk.run("answers", "import", file_with(tmp_path, answer_about("bsn", newer)))
    assert done.output.splitlines()[1].endswith(": 1 text that they saw before.")


def test_what_is_not_there_cannot_be_checked(desk: Terminal) -> None:
    done = desk.run("answers", "check", "bsn", "--by", "adviser")
    assert (done.status, done.error) == (
        1,
        "servicebalie: The desk has no standard answer about bsn, or none in this language.",
    )


def test_the_demonstration_has_answers_that_count_as_checked(
    terminal: Terminal, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "live", lambda *_: None)
    assert terminal.run("demo", "--persons", "1", "--until", "2026-11-12").status == 0
    answers = parse_answer_file(exported(database), ("bsn", *_topics(exported(database))), LOCALES)
    texts = [text for answer in answers for text in answer.texts.values()]
    assert len(texts) == _count_texts(shipped_answers(LOCALES))
    assert {(text.status, text.checked_on.isoformat(), text.checked_by) for text in texts} == {
        (TextStatus.CHECKED, "2026-11-12", "demonstration")
    }


def _count_texts(answers: Iterable[StandardAnswer]) -> int:
    return sum(len(answer.texts) for answer in answers)


def _topics(content: str) -> list[str]:
    return [line.split('"')[1] for line in content.splitlines() if line.startswith("topic = ")]

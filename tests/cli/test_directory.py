"""The directory of a desk is kept from the terminal."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from servicebalie.db import Database
from servicebalie.models.directory import ScheduleRow
from servicebalie.services.desks import find_desk
from servicebalie.services.directory import read_directory
from tests.cli.conftest import Terminal

HEADER = "organisation;kind;service;area;languages;hours;hours_to;assured_on\n"
GOOD = (
    HEADER + "Library;library;Help;GM0772;nl;Mo 10:00-12:00;;\nLibrary;library;Café;NL;nl;24/7;;2020-01-01\n"
)
STALE = "stale (have it checked before anybody relies on it)"
NEVER = "never-assured (nobody checked it yet; ask the service, then use: directory assure)"
LONG_AGO = "assured-long-ago (it was checked long ago; ask the service, then use: directory assure)"


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """A terminal of a deployment with a desk."""
    terminal.run("desk", "create", "--name", "My desk", "--municipality", "GM0772", "--no-standard-answers")
    return terminal


def file_with(folder: Path, content: str, name: str = "directory.csv") -> Path:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return file


def names(database: Database) -> list[str]:
    with database.read() as session:
        directory = read_directory(session, find_desk(session, None).id)
    return [service.name for service in directory.services.values() if service.active]


def test_a_sheet_is_imported_and_the_second_time_nothing_changes(
    desk: Terminal, database: Database, tmp_path: Path
) -> None:
    file = file_with(tmp_path, GOOD)
    dry = desk.run("directory", "import", file, "--dry-run")
    assert dry.output == (
        "Nothing was stored. An import would do this: "
        "services added 2, changed 0, closed 0, left as they were 0.\n"
        "Added: Library, Help\nAdded: Library, Café\n"
    )
    assert names(database) == []
    done = desk.run("directory", "import", file)
    assert done.output == "Imported: services added 2, changed 0, closed 0, left as they were 0.\n"
    again = desk.run("directory", "import", file)
    assert again.output == "Imported: services added 0, changed 0, closed 0, left as they were 2.\n"
    only_first = file_with(tmp_path, "".join(GOOD.splitlines(keepends=True)[:2]))
    dry = desk.run("directory", "import", only_first, "--replace-all", "--dry-run")
    assert dry.output.splitlines()[1:] == ["Closed: Library, Café"]
    assert "closed 1" in desk.run("directory", "import", only_first, "--replace-all").output
    assert names(database) == ["Help"]


def test_of_very_many_services_a_dry_run_names_the_first_and_counts_the_others(
    desk: Terminal, tmp_path: Path
) -> None:
    sheet = HEADER + "".join(f"Library;library;Help {number};NL;nl;;;\n" for number in range(23))
    desk.run("directory", "import", file_with(tmp_path, sheet))
    busier = file_with(tmp_path, sheet.replace(";nl;;", ";nl en;;"))
    first, *named = desk.run("directory", "import", busier, "--dry-run").output.splitlines()
    assert "changed 23," in first
    assert named == [*(f"Changed: Library, Help {number}" for number in range(20)), "Changed: and 3 more"]


def test_one_broken_line_is_told_with_its_place_and_nothing_is_stored(
    desk: Terminal, database: Database, tmp_path: Path
) -> None:
    lines = [f"Library;library;Help {number};NL;nl;Mo 10:00-12:00;;\n" for number in range(300)]
    lines[198] = "Library;library;Help;NL;nl;whenever;;\n"
    done = desk.run("directory", "import", file_with(tmp_path, HEADER + "".join(lines)))
    assert done.status == 1
    assert done.error.splitlines() == [
        "line 200, hours: These are no opening hours; an example is: Mo-Fr 09:00-17:00; PH off",
        "Error: Nothing was imported, because of these faults.",
    ]
    assert names(database) == []


def test_of_several_codes_in_a_cell_the_wrong_one_is_told(desk: Terminal, tmp_path: Path) -> None:
    line = "Library;library;Help;GM0772 GM0000 GM0758;nl xx;;;\n"
    done = desk.run("directory", "import", file_with(tmp_path, HEADER + line))
    assert [each.partition(":")[0] for each in done.error.splitlines()[:-1]] == [
        "line 2, area, code 2",
        "line 2, languages, code 2",
    ]


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        ("{", "a.json", "/: The file is not valid JSON."),
        ('{"organizations": 7}', "a.json", "/organizations: Give a list."),
        ("a;b", "a.csv", "line 1: This line cannot be read. The first line must name the columns."),
    ],
)
def test_a_file_that_is_none_is_refused(
    desk: Terminal, tmp_path: Path, content: str, name: str, error: str
) -> None:
    assert desk.run("directory", "import", file_with(tmp_path, content, name)).error.startswith(error)


@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_is_exported_can_be_imported(
    desk: Terminal, database: Database, tmp_path: Path, form: str
) -> None:
    desk.run("directory", "import", file_with(tmp_path, GOOD))
    file = tmp_path / f"copy.{form}"
    assert desk.run("directory", "export", file).status == 0
    assert desk.run("directory", "import", file).output.endswith("closed 0, left as they were 3.\n")
    shown = desk.run("directory", "export", "-", "--format", form).output
    assert shown.replace("\r\n", "\n") == file.read_text(encoding="utf-8").replace("\r\n", "\n")


def test_what_somebody_should_look_at_is_told_until_it_is_assured(
    desk: Terminal, database: Database, tmp_path: Path
) -> None:
    overlap = "Library;library;Help;GM0772;nl;Mo 11:00-13:00;2020-01-01;\n"
    desk.run("directory", "import", file_with(tmp_path, GOOD + overlap))
    listed = desk.run("directory", "list").output.splitlines()
    assert [line.partition(": ")[2] for line in listed] == [
        f"{STALE}; {NEVER}",
        f"{STALE}; {NEVER}",
        f"{STALE}; assured on 2020-01-01 by nobody named; {LONG_AGO}",
    ]
    told = [line.partition(", ")[2] for line in desk.run("directory", "check").output.splitlines()]
    assert "Help: the hours Mo 11:00-13:00 ended on 2020-01-01" in told
    assert "Café: serves the whole country; is that right?" in told
    assert "Café: was last assured on 2020-01-01" in told
    assert f"Café: cannot be relied on: {LONG_AGO}" in told
    key = listed[2].split()[0]
    done = desk.run("directory", "assure", key, "--by", "adviser")
    assert done.output.startswith("Assured: Library, Café, on ")
    told = [line.partition(", ")[2] for line in desk.run("directory", "check").output.splitlines()]
    assert [line for line in told if line.startswith("Café")] == [
        "Café: serves the whole country; is that right?"
    ]
    old = desk.run("directory", "assure", key, "--by", "adviser", "--on", "2021-02-03")
    assert old.output == "Assured: Library, Café, on 2021-02-03 by adviser.\n"
    with database.read() as session:
        service = read_directory(session, find_desk(session, None).id).services[int(key)]
    assert (service.assured_on, service.assured_by) == (date(2021, 2, 3), "adviser")


@pytest.mark.parametrize(
    ("today", "hours", "told"),
    [
        ("2026-11-27", "24/7; SH off", []),
        ("2030-02-15", "24/7; SH off", []),
        ("2030-02-16", "24/7", []),
        (
            "2030-02-16",
            "24/7; SH off",
            ["need a newer version, because it knows no school holidays after 2030-08-18"],
        ),
        (
            "2026-11-27",
            "24/7, SH off",
            ["speak of school holidays in a way that cannot be read; say it otherwise"],
        ),
    ],
)
def test_hours_whose_school_holidays_are_not_known_much_longer_are_told(
    desk: Terminal,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    today: str,
    hours: str,
    told: list[str],
) -> None:
    desk.run("directory", "import", file_with(tmp_path, GOOD))
    with database.begin() as session:
        # As they were stored before such hours were looked at.
        stored = update(ScheduleRow).where(ScheduleRow.opening_hours == "24/7")
        session.execute(stored.values(opening_hours=hours))
    monkeypatch.setattr("servicebalie.cli.directory._today", lambda: date.fromisoformat(today))
    lines = [line.partition(", ")[2] for line in desk.run("directory", "check").output.splitlines()]
    assert [line for line in lines if "school holidays" in line] == [
        f"Café: the hours {hours} {concern}" for concern in told
    ]


def test_an_assurance_names_a_function_and_a_service_that_is_there(desk: Terminal) -> None:
    assert desk.run("directory", "assure", "1", "--by", "jan@example.org").status == 2
    unknown = desk.run("directory", "assure", "999", "--by", "adviser")
    assert (unknown.status, unknown.error) == (1, "servicebalie: There is no service with this number.")

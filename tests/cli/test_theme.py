"""A desk looks as its theme file says, after one command."""

from pathlib import Path

import pytest
from sqlalchemy import update

from servicebalie.db import Database
from servicebalie.models.directory import ServiceRow
from servicebalie.services.desks import DeskFacts, find_desk
from servicebalie.services.directory import read_directory
from servicebalie.services.themes import ThemeFacts, find_logo
from tests.cli.conftest import Terminal

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'
THEME = """
name = "Desk North"
logo = "logo.svg"
[colours]
utrecht-link-color = "#1133cc"
[contact]
phone = "050 123 4567"
email = "north@example.org"
[contact.address]
street = "Grote Markt 1"
postal_code = "9712 HN"
city = "Groningen"
municipality = "GM0014"
"""


@pytest.fixture
def file(terminal: Terminal, tmp_path: Path) -> Path:
    """A theme file with its logo, and a desk to use it for."""
    terminal.run(
        "desk", "create", "--name", "Desk South", "--address", "A 1", "5611 AA", "Eindhoven", "GM0772"
    )
    (tmp_path / "logo.svg").write_bytes(SVG)
    theme = tmp_path / "theme.toml"
    theme.write_text(THEME)
    return theme


def facts(database: Database) -> DeskFacts:
    """Return what pages know of the desk."""
    with database.read() as session:
        return find_desk(session, None)


def test_a_theme_sets_name_logo_colours_and_contact_details(
    terminal: Terminal, database: Database, file: Path
) -> None:
    before = facts(database)
    done = terminal.run("desk", "theme", file)
    assert (done.status, done.output) == (0, "Desk North looks like this from now on.\n"), done.error
    desk = facts(database)
    assert (desk.name, desk.slug) == ("Desk North", "desk-south")
    assert desk.directory_version > before.directory_version
    assert dict(desk.theme.colours) == {"utrecht-link-color": "#1133cc"}
    assert desk.theme.stylesheet is not None
    with database.read() as session:
        counter = read_directory(session, desk.id).desk_service
        logo = find_logo(session, desk.id, "svg", desk.theme.logo_sha256 or "")
    assert logo is not None
    assert logo.content == SVG
    assert (counter.name, counter.organisation) == ("Desk North", "Desk North")
    assert (counter.phone, counter.email, counter.url) == ("050 123 4567", "north@example.org", None)
    assert counter.location is not None
    assert counter.location.city == "Groningen"


def test_an_empty_theme_takes_colours_and_logo_away_and_leaves_the_rest(
    terminal: Terminal, database: Database, file: Path
) -> None:
    terminal.run("desk", "theme", file)
    file.write_text("")
    assert terminal.run("desk", "theme", file, "--desk", "desk-south").status == 0
    desk = facts(database)
    assert desk.theme == ThemeFacts()
    assert desk.theme.stylesheet is None
    assert desk.name == "Desk North"
    with database.read() as session:
        assert read_directory(session, desk.id).desk_service.phone == "050 123 4567"


def test_a_counter_with_a_name_of_its_own_keeps_it(
    terminal: Terminal, database: Database, file: Path
) -> None:
    with database.begin() as session:
        session.execute(update(ServiceRow).values(name="Counter on the square"))
    file.write_text("name = 'Desk East'")
    terminal.run("desk", "theme", file)
    with database.read() as session:
        counter = read_directory(session, facts(database).id).desk_service
    assert (counter.name, counter.organisation) == ("Counter on the square", "Desk East")


def test_colours_that_cannot_be_read_are_refused_with_each_ratio_and_what_to_do(
    terminal: Terminal, database: Database, file: Path
) -> None:
    file.write_text("name = 'Desk North'\n[colours]\nutrecht-link-color = '#ffcc00'")
    refused = terminal.run("desk", "theme", file)
    assert refused.status == 1
    assert (
        "utrecht-link-color on utrecht-document-background-color has a contrast of 1.36 to 1; "
        "it needs 4.5 to 1." in refused.error
    )
    assert "Make one colour of each pair darker or the other one lighter." in refused.error
    assert facts(database).name == "Desk South"


@pytest.mark.parametrize(
    ("theme", "complaint"),
    [
        ("name", "The file is no theme in TOML"),
        ("logo = 'none.svg'", "there is no file"),
        ("logo = 'theme.toml'", "The logo is neither an SVG nor a PNG."),
        ("title = 'x'", "title cannot be set"),
        (THEME.replace("GM0014", "GM9999"), "no municipality with the code GM9999"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_changed(
    terminal: Terminal, database: Database, file: Path, theme: str, complaint: str
) -> None:
    before = facts(database)
    file.write_text(theme)
    refused = terminal.run("desk", "theme", file)
    assert refused.status in (1, 2)
    assert complaint in refused.error
    assert facts(database) == before


def test_a_file_that_is_no_text_is_no_theme(terminal: Terminal, file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    assert "The file is no theme in TOML" in terminal.run("desk", "theme", file).error


def test_a_name_that_another_desk_has_is_refused(terminal: Terminal, database: Database, file: Path) -> None:
    terminal.run("desk", "create", "--name", "Desk North")
    refused = terminal.run("desk", "theme", file)
    assert refused.error == "servicebalie: There is a desk with this name already: desk-north."
    assert facts(database).theme == ThemeFacts()

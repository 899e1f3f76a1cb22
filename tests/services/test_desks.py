"""Desks: their short names, and which one a page is for."""

import pytest

from servicebalie.core.directory import Service
from servicebalie.core.vocabulary import Destination
from servicebalie.db import Database
from servicebalie.services.desks import DeskFacts, DeskNameTaken, NoDesk, count_desks, create_desk, find_desk
from servicebalie.services.directory import read_directory
from tests.support.workplace import NOW

COUNTER = Service(0, "Counter", "", 0, Destination.OTHER)


def create(database: Database, name: str, *, simulated: bool = False) -> DeskFacts:
    """Set up a desk for the whole country."""
    return database.write(lambda session: create_desk(session, name, [], COUNTER, NOW, simulated=simulated))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Holland Expat Center South", "holland-expat-center-south"),
        ("Súdwest-Fryslân", "sudwest-fryslan"),
        ("مكتب", "desk"),
    ],
)
def test_a_desk_has_a_short_name_for_addresses(database: Database, name: str, slug: str) -> None:
    created = create(database, name)
    assert (created.slug, created.name) == (slug, name)
    with database.read() as session:
        assert find_desk(session, slug) == created


def test_names_that_look_the_same_in_an_address_are_taken(database: Database) -> None:
    create(database, "Desk South")
    with pytest.raises(DeskNameTaken):
        create(database, "desk  south!")


def test_without_a_name_the_page_is_for_the_first_desk(database: Database) -> None:
    with database.read() as session, pytest.raises(NoDesk):
        find_desk(session, None)
    first = create(database, "First", simulated=True)
    create(database, "Second")
    with database.read() as session:
        assert find_desk(session, None) == first
        assert count_desks(session) == 2
        with pytest.raises(NoDesk):
            find_desk(session, "third")
    assert first.simulated


def test_the_counter_of_a_desk_belongs_to_the_desk_whatever_was_said(database: Database) -> None:
    created = create(database, "Desk")
    with database.read() as session:
        counter = read_directory(session, created.id).desk_service
    assert (counter.organisation, counter.destination, counter.municipalities) == (
        "Desk",
        Destination.DESK,
        None,
    )

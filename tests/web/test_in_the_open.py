"""Nothing that somebody typed stands in the database in the open: files and a dump are searched for it."""

from flask import Flask

from servicebalie.core.sealing import Sealed
from servicebalie.db import Database
from tests.support.contents import everything_in, found_in
from tests.support.return_codes import full_visit, workplace
from tests.support.sealed import opened


def test_the_database_holds_no_text_and_no_contact_that_can_be_read(
    app: Flask, database: Database, database_url: str
) -> None:
    visit = full_visit(workplace(app, database), database)
    with database.read() as session:
        held = {what: {text for text in opened(session, what).values() if text} for what in Sealed}
    assert all(held.values()), "a kind of text that is not there cannot be found either"
    assert held[Sealed.EMAIL] | held[Sealed.PHONE] == {"anna@example.com", "+31612345678"}
    contents = everything_in(database_url)
    assert found_in(contents, set().union(*held.values(), {"612345678", "anna@"})) == set()
    # The search itself works: what is no secret is found.
    reference = visit.about("digid").reference
    assert found_in(contents, {reference, "Informatiepunt Zuidoost"}) == {
        reference,
        "Informatiepunt Zuidoost",
    }

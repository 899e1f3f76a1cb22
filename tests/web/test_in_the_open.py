"""Nothing that somebody typed stands in the database in the open: files and a dump are searched for it."""

from dataclasses import replace

from flask import Flask

from servicebalie.core.sealing import MasterKeys, Sealed
from servicebalie.db import Database
from servicebalie.http.runtime import EXTENSION
from tests.support.contents import everything_in, forget_what_was_deleted, found_in
from tests.support.return_codes import full_visit, workplace
from tests.support.sealed import opened


def test_the_database_holds_no_text_and_no_contact_that_can_be_read(
    app: Flask, database: Database, database_url: str
) -> None:
    forget_what_was_deleted(database_url)
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


def test_without_its_master_key_a_visit_is_a_fault_and_does_not_look_erased(
    app: Flask, database: Database
) -> None:
    visit = full_visit(workplace(app, database), database)
    runtime = app.extensions[EXTENSION]
    others = replace(runtime.keys, master_keys=MasterKeys([b"n" * 32]))
    app.extensions[EXTENSION] = replace(runtime, keys=others)
    response = app.test_client().post("/en/return/copy", data={"code": visit.code, "as": "json"})
    assert response.status_code == 500
    assert "urn:incident:" in response.text
    assert "Content-Disposition" not in response.headers

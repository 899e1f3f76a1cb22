"""The pages of a simulated desk, served on the loopback address to a real browser."""

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from scripts.processes import start, stop, wait_until_it_answers
from servicebalie.db import Database
from tests.support.newcomer_desk import add_an_answer, app_with_desk, set_up_desk


@pytest.fixture
def served(sqlite_database_url: str) -> Iterator[tuple[str, Database, Flask]]:
    """The address of the pages, the database below them, and the application."""
    app, database = app_with_desk(sqlite_database_url, simulated=True)
    add_an_answer(database)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", database, app
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["servicebalie"].database.dispose()
    database.dispose()


@pytest.fixture
def address(served: tuple[str, Database, Flask]) -> str:
    """Where the pages are."""
    return served[0]


@pytest.fixture
def database(served: tuple[str, Database, Flask]) -> Database:
    """The database of the desk."""
    return served[1]


@pytest.fixture
def real_server(sqlite_database_url: str, port: int, tmp_path: Path) -> Iterator[str]:
    """The address of the pages as `servicebalie serve` serves them."""
    database = Database(sqlite_database_url)
    set_up_desk(database)
    add_an_answer(database)
    database.dispose()
    settings = {
        "SERVICEBALIE_DATABASE_URL": sqlite_database_url,
        "SERVICEBALIE_SECRET": "s" * 32,
        "SERVICEBALIE_MASTER_KEY": "6d" * 32,
        "SERVICEBALIE_FASTEST_FORM_SECONDS": "0",
    }
    command = [sys.executable, "-m", "servicebalie", "serve", "--port", str(port)]
    program = start("server", command, directory=tmp_path, log=tmp_path / "log", settings=settings)
    try:
        wait_until_it_answers(program, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop([program])


@pytest.fixture
def app(served: tuple[str, Database, Flask]) -> Flask:
    """The application that serves the pages."""
    return served[2]

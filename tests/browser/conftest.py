"""The pages of a simulated desk, served on the loopback address to a real browser."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from servicebalie.db import Database
from tests.support.newcomer_desk import app_with_desk


@pytest.fixture
def served(sqlite_database_url: str) -> Iterator[tuple[str, Database, Flask]]:
    """The address of the pages, the database below them, and the application."""
    app, database = app_with_desk(sqlite_database_url, simulated=True)
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
def app(served: tuple[str, Database, Flask]) -> Flask:
    """The application that serves the pages."""
    return served[2]

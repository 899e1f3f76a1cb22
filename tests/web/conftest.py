"""The pages of a small desk, in a browser without scripts, on both databases."""

from collections.abc import Iterator

import pytest
from flask import Flask

from servicebalie.db import Database
from tests.support.newcomer_desk import app_with_desk
from tests.web.plain_browser import PlainBrowser


@pytest.fixture
def desk(database_url: str) -> Iterator[tuple[Flask, Database]]:
    """The application, and the database below it."""
    app, database = app_with_desk(database_url)
    yield app, database
    app.extensions["servicebalie"].database.dispose()
    database.dispose()


@pytest.fixture
def app(desk: tuple[Flask, Database]) -> Flask:
    """The application with a desk."""
    return desk[0]


@pytest.fixture
def database(desk: tuple[Flask, Database]) -> Database:
    """The database of the desk."""
    return desk[1]


@pytest.fixture
def browser_of_newcomer(app: Flask) -> PlainBrowser:
    """A browser without scripts."""
    return PlainBrowser(app.test_client(use_cookies=False))

"""Bodies, as the application reads them: through the schemas, up to the services."""

import atexit
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from servicebalie.app import create_app, runtime_of
from servicebalie.cli.database import migrate_database
from servicebalie.db import Database
from servicebalie.http.desk_database import DeskDatabase
from servicebalie.http.runtime import EXTENSION
from tests.support.authorisation import ForgetfulDatabase
from tests.support.newcomer_desk import settings_for
from tests.support.small_desk import make_small_desk

JSON, SHEET = "application/json", "text/csv"
PATHS = (
    ("/api/v1/questions/batch", JSON),
    ("/api/v1/questions", JSON),
    ("/api/v1/visits/search", JSON),
    ("/api/v1/routing/trials", JSON),
    ("/api/v1/directory/imports?replaceAll=true", JSON),
    ("/api/v1/directory/imports?dryRun=true", SHEET),
)


def bodies(sent: bytes) -> None:
    """A body is taken or refused with a reason, wherever it is sent; nothing of it is kept."""
    client, token = _sender()
    for path, media_type in PATHS:
        answer = client.post(
            path, data=sent, content_type=media_type, headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code in {200, 201, 400}, (path, answer.status_code, answer.text)


@cache
def _sender() -> tuple[FlaskClient, str]:
    """Return what sends requests to an application with a desk, and the token of its administrator."""
    directory = tempfile.TemporaryDirectory(prefix="servicebalie-fuzz-")
    atexit.register(directory.cleanup)
    url = f"sqlite:///{Path(directory.name) / 'desk.sqlite'}"
    migrate_database(url)
    database = Database(url)
    with database.begin() as session:
        token = make_small_desk(session, "Desk").tokens["administrator"]
    database.dispose()
    return _application(url).test_client(use_cookies=False), token


def _application(url: str) -> Flask:
    settings = settings_for(url)
    app = create_app(settings)
    app.extensions[EXTENSION].database.dispose()
    app.extensions[EXTENSION] = replace(runtime_of(settings), database=DeskDatabase(ForgetfulDatabase(url)))
    return app

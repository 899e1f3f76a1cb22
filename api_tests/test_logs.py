"""What people type and the tokens they sign in with never reach a log, whatever goes wrong."""

from pathlib import Path

import requests
from sqlalchemy import text

from api_tests.server import RunningServer
from servicebalie.db import Database
from tests.support.network import free_port
from tests.support.small_desk import make_small_desk

TYPED = "My landlord hits me"


def test_a_crash_is_logged_under_its_id_without_what_was_typed(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    with database.begin() as session:
        token = make_small_desk(session, "Desk").tokens["desk"]
        session.execute(text("DROP TABLE question_text"))
    database.dispose()
    bodies = (
        {"text": TYPED, "contact": {"email": "jan@example.org"}},
        {"text": TYPED * 100, "contact": {"email": TYPED}},
    )
    with RunningServer(database_url, free_port(), tmp_path / "log") as server:
        crashed, refused = (
            requests.post(
                f"{server.address}/api/v1/questions",
                json=body,
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
            )
            for body in bodies
        )
    assert (crashed.status_code, refused.status_code) == (500, 400)
    assert crashed.json()["detail"].startswith("Something went wrong on our side.")
    assert TYPED not in crashed.text
    incident = crashed.json()["instance"].removeprefix("urn:incident:")
    log = (tmp_path / "log").read_text()
    assert incident in log
    assert "intake.py" in log
    for secret in (TYPED, "landlord", token, token[3:20], "jan@example.org"):
        assert secret not in log

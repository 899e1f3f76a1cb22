"""On a server each line of the log is a JSON object with a moment in UTC, whoever writes it."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import requests
from sqlalchemy import text

from api_tests.server import RunningServer
from servicebalie.db import Database
from tests.support.network import free_port
from tests.support.small_desk import make_small_desk

IN_PRODUCTION = {
    "SERVICEBALIE_MODE": "production",
    "SERVICEBALIE_PUBLIC_ADDRESS": "http://127.0.0.1",
    "SERVICEBALIE_TRUSTED_HOSTS": "127.0.0.1",
    "SERVICEBALIE_MAIL_URL": "directory:mail",
    "SERVICEBALIE_MAIL_FROM": "desk@example.org",
    # A clock that is not UTC, so that a moment without its offset would show.
    "TZ": "Europe/Amsterdam",
}


def test_a_server_in_production_writes_json_with_moments_in_utc(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    with database.begin() as session:
        token = make_small_desk(session, "Desk").tokens["desk"]
        session.execute(text("DROP TABLE question_text"))
    database.dispose()
    with RunningServer(database_url, free_port(), tmp_path / "log", IN_PRODUCTION) as server:
        answer = requests.post(
            f"{server.address}/api/v1/questions",
            json={"text": "My landlord hits me"},
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )
    assert answer.status_code == 500
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert {line["event"] for line in lines} >= {"listening", "crash"}
    for line in lines:
        assert line["timestamp"].endswith("Z")
        assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)
        assert line["level"] in {"info", "warning", "error"}
    crash = next(line for line in lines if line["event"] == "crash")
    assert answer.json()["instance"] == f"urn:incident:{crash['incident']}"

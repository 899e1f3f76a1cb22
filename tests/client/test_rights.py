"""Rights of people at the command line."""

import json
import stat

import pytest

from tests.client.conftest import PAGE


@pytest.fixture
def question(desk):
    """A question that was registered."""
    desk.questions.append(desk.question({"topic": "work"}) | {"visit": "V2V3V4V5V6V7V8V", "restricted": True})
    return desk.questions[0]["reference"]


def test_access_writes_everything_that_is_held(desk, run, question):
    desk.changes = {"held": {"questions": [{"text": "Żłobek"}]}}
    assert json.loads(run("rights", "access", question).stdout) == desk.changes["held"]


def test_erasure_asks_once_more_and_names_the_visit_and_the_request(desk, run, question):
    assert run("rights", "erasure", question, typed="n\n").exit_code == 1
    assert desk.posts == []
    done = run("rights", "erasure", question, "--request", "R2R3R4R5R6R7R8R", typed="y\n")
    assert done.exit_code == 0
    (sent,) = desk.posts
    assert (sent.path, sent.body) == (
        "/rights/erasure",
        {"visit": "V2V3V4V5V6V7V8V", "request": "R2R3R4R5R6R7R8R"},
    )
    assert "noted in the register" in run("rights", "restriction", question).stdout


def test_what_is_restricted_says_so(desk, run, question):
    assert "Kept only" in run("show", question).stdout


def test_access_writes_the_page_for_the_person_into_a_file_that_only_its_writer_can_read(
    desk, run, question, tmp_path
):
    file = tmp_path / "copy.html"
    done = run("rights", "access", question, "--page", str(file), "--in", "pl")
    assert "noted in the register" in done.stdout
    assert (file.read_text(encoding="utf-8"), stat.S_IMODE(file.stat().st_mode)) == (PAGE, 0o600)
    (sent,) = desk.posts
    assert (sent.path, sent.query, sent.body) == (
        "/rights/access",
        {"locale": ["pl"]},
        {"visit": "V2V3V4V5V6V7V8V"},
    )


def test_no_page_is_written_when_the_desk_refuses_or_something_else_answers(desk, run, question, tmp_path):
    file = tmp_path / "copy.html"
    refusal = json.dumps({"status": 404, "code": "not-found", "title": "Not found", "detail": "No."})
    desk.interrupt(404, {"API-Version": "1"}, refusal.encode())
    assert run("rights", "access", question, "--page", str(file)).exit_code != 0
    desk.interrupt(200, {}, b"<title>Sign in to the network</title>")
    assert run("rights", "access", question, "--page", str(file)).exit_code != 0
    assert not file.exists()
    assert run("rights", "erasure", question, "--page", str(file), "--yes").exit_code == 2
    assert len(desk.posts) == 2

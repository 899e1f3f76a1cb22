"""Rights of people at the command line."""

import json

import pytest


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

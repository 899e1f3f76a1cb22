"""One act for the server, however often the client has to ask."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest


@pytest.mark.parametrize("status", [429, 502, 503, 504, None])
def test_a_passing_failure_is_tried_again_with_the_same_key(desk, run, waits, status):
    desk.interrupt(status)
    desk.interrupt(status)
    result = run("log", "--topic", "work")

    assert result.exit_code == 0
    assert len(desk.posts) == 3
    assert len({post.key for post in desk.posts}) == 1
    assert waits == [0.5, 1.0]


def test_a_lost_answer_does_not_register_the_question_twice(desk, run):
    desk.interrupt(after=True)
    result = run("log", "--topic", "work")

    assert result.exit_code == 0
    assert len(desk.posts) == 2
    assert len(desk.questions) == 1


def test_two_visits_have_two_keys(desk, run):
    run("log", "--topic", "work")
    run("log", "--topic", "work")

    assert desk.posts[0].key != desk.posts[1].key


def test_closing_is_tried_again_with_the_same_key(desk, run):
    run("log", "--topic", "work")
    desk.interrupt(503)
    result = run("close", "K7M3Q2X1", "--outcome", "met")

    assert result.exit_code == 0
    first, second = desk.asked("/questions/K7M3Q2X1/close")
    assert first.key == second.key


def test_the_server_decides_how_long_to_wait(desk, run, waits):
    desk.interrupt(429, {"Retry-After": "7"})
    run("log", "--topic", "work")

    assert waits == [7.0]


def test_the_server_may_name_the_moment_to_come_back(desk, run, waits):
    moment = datetime.now(UTC) + timedelta(seconds=8)
    desk.interrupt(503, {"Retry-After": format_datetime(moment, usegmt=True)})
    run("log", "--topic", "work")

    assert 0 < waits[0] <= 8


def test_a_wait_that_nobody_can_read_is_replaced_by_ours(desk, run, waits):
    desk.interrupt(503, {"Retry-After": "soon"})
    run("log", "--topic", "work")

    assert waits == [0.5]


def test_a_server_that_asks_for_a_long_wait_counts_as_away(desk, run, waits, kept):
    desk.interrupt(429, {"Retry-After": "3600"})
    result = run("log", "--topic", "work")

    assert result.exit_code == 3
    assert waits == []
    assert len(kept()) == 1


def test_attempts_end(desk, run, waits, kept):
    for _attempt in range(9):
        desk.interrupt(503)
    result = run("log", "--topic", "work")

    assert result.exit_code == 3
    assert f"The server {desk.address} cannot help now (status 503)." in result.stderr
    assert len(desk.posts) == 4
    assert waits == [0.5, 1.0, 2.0]
    assert len(kept()) == 1


@pytest.mark.parametrize("status", [200, 201, 403, 404])
@pytest.mark.parametrize("content", [b"<h1>Welcome to our WiFi</h1>", b'{"signIn": "first"}'])
def test_a_sign_in_page_of_the_network_is_not_taken_for_the_server(desk, run, kept, status, content):
    desk.interrupt(status, content=content)
    result = run("log", "--topic", "work")

    assert result.exit_code == 3
    assert len(kept()) == 1


def test_a_failure_inside_the_server_is_not_repeated_but_the_question_is_kept(desk, run, kept):
    desk.interrupt(500, {"API-Version": "1.0.0"}, b'{"code": "internal", "status": 500}')
    result = run("log", "--topic", "work")

    assert result.exit_code == 3
    assert len(desk.posts) == 1
    assert len(kept()) == 1


def test_the_token_does_not_follow_a_redirection(desk, run, kept):
    location = f"{desk.address}/api/v1/elsewhere"
    desk.interrupt(307, {"API-Version": "1.0.0", "Location": location}, b"{}")
    result = run("log", "--topic", "work")

    assert result.exit_code == 3
    assert desk.asked("/elsewhere") == []
    assert len(kept()) == 1


def test_a_netrc_file_does_not_replace_the_token(desk, run, home, monkeypatch):
    (home / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(home / ".netrc"))

    assert run("log", "--topic", "work").exit_code == 0
    assert desk.posts[0].headers["Authorization"].startswith("Bearer ")


def test_an_answer_that_is_cut_short_is_not_taken_for_an_answer(desk, run, kept):
    desk.interrupt(201, {"API-Version": "1.0.0"}, b'{"reference": "K7M')
    result = run("log", "--topic", "work")

    assert result.exit_code == 3
    assert len(kept()) == 1

"""What a process logs is one line each: JSON or readable, in UTC, and without the words of libraries."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
import time_machine

from servicebalie.logs import OF_THE_WEB_SERVER, Output, configure_logs

TYPED = "jan@example.org"


@pytest.fixture(autouse=True)
def usual_logs() -> Iterator[None]:
    """Leaves the logs of this process as they were."""
    root = logging.getLogger()
    before = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def configured(capsys: pytest.CaptureFixture[str], *, as_json: bool = True) -> pytest.CaptureFixture[str]:
    configure_logs(as_json=as_json, output=Output.STANDARD_ERROR)
    return capsys


@time_machine.travel("2026-07-01T12:00:00.25+02:00", tick=False)
@pytest.mark.parametrize("as_json", [True, False])
def test_a_line_tells_the_moment_in_utc(capsys: pytest.CaptureFixture[str], *, as_json: bool) -> None:
    configured(capsys, as_json=as_json)
    structlog.get_logger().info("delivered", delivery=7)
    logging.getLogger("somebody").warning("careful")
    output = capsys.readouterr()
    assert output.out == ""
    for line in output.err.splitlines():
        assert "2026-07-01T10:00:00.250Z" in line
        assert line.startswith("{") is as_json
    assert len(output.err.splitlines()) == 2


def test_a_line_of_json_has_what_was_said_under_its_names(capsys: pytest.CaptureFixture[str]) -> None:
    configured(capsys)
    structlog.get_logger().warning("limit-store-away", kind="TimeoutError\n")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["kind"]) == (
        "limit-store-away",
        "warning",
        "TimeoutError\n",
    )


def test_what_a_library_says_is_left_out_and_where_it_says_so_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configured(capsys)
    try:
        int(TYPED)
    except ValueError:
        logging.getLogger("urllib3").exception("could not send to %s", TYPED)
    written = capsys.readouterr().err
    line = json.loads(written)
    assert TYPED not in written
    assert (line["logger"], line["kinds"], line["level"]) == ("urllib3", ["ValueError"], "error")
    assert "test_logs.py" in line["place"]
    assert "test_logs.py" in line["places"][0]


def test_the_web_server_tells_of_its_processes(capsys: pytest.CaptureFixture[str]) -> None:
    configured(capsys)
    logging.getLogger(OF_THE_WEB_SERVER).warning("Unexpected exit from worker-%s", 1)
    assert json.loads(capsys.readouterr().err)["event"] == "Unexpected exit from worker-1"

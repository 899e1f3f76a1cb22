"""What the log looks like: one line for each event, in UTC, as JSON on a server and readable on a laptop.

Lines hold codes and ids. What libraries have to say may quote what was typed, an address or a file that was
asked for, so of them a line tells only where it was said; the web server speaks of its own processes alone.
"""

import json
import logging
import logging.config
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from traceback import extract_tb
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict

OF_THE_WEB_SERVER = "_granian"


class Output(StrEnum):
    """Where lines go: a command answers on its standard output, so that its log must be elsewhere."""

    STANDARD_OUTPUT = "stdout"
    STANDARD_ERROR = "stderr"


def configure_logs(*, as_json: bool, output: Output) -> None:
    """Let all that this process logs become such lines."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, _tell_when, _Renderer(as_json=as_json)],
        # At each line, because who captures the output of a command puts another stream in its place.
        logger_factory=lambda *_: structlog.PrintLogger(getattr(sys, output)),
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(of_libraries(as_json=as_json, output=output))


def of_libraries(*, as_json: bool, output: Output) -> dict[str, Any]:
    """Return what lets libraries log as we do, for `logging.config`; the web server takes it as well."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": f"{__name__}.LineOfLibrary", "as_json": as_json}},
        "handlers": {"ours": {"class": f"{__name__}.ToOutput", "formatter": "ours", "output": output.value}},
        "loggers": {OF_THE_WEB_SERVER: {"handlers": ["ours"], "level": "WARNING", "propagate": False}},
        "root": {"handlers": ["ours"], "level": "WARNING"},
    }


class ToOutput(logging.Handler):
    """Writes lines to the standard output or the standard error of the moment."""

    def __init__(self, output: str) -> None:
        super().__init__()
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        print(self.format(record), file=getattr(sys, self._output), flush=True)


class LineOfLibrary(logging.Formatter):
    """Makes the line of what a library has to say, without its words unless they are of the web server."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._render = _Renderer(as_json=as_json)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        ours = record.name == OF_THE_WEB_SERVER
        event: EventDict = {
            "event": record.getMessage() if ours else "a library has something to say",
            "level": record.levelname.lower(),
            "timestamp": _moment_text(datetime.fromtimestamp(record.created, UTC)),
            "logger": record.name,
            "place": f"{record.pathname}:{record.lineno}",
        }
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            event.update({"kinds": kinds_of(error), "places": places_of(error.__traceback__)})
        return self._render(None, record.levelname, event)


def kinds_of(error: BaseException) -> list[str]:
    """Return the kinds of an error and of what caused it. Its message may hold what a person typed: that of
    a failed statement holds its values."""
    return [type(each).__qualname__ for each in _with_causes(error)]


def places_of(trace: TracebackType | None) -> list[str]:
    """Return the places that an error came through."""
    return [f"{place.filename}:{place.lineno}" for place in extract_tb(trace)]


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _tell_when(_logger: object, _method: str, event: EventDict) -> EventDict:
    event["timestamp"] = _moment_text(datetime.now(UTC))
    return event


def _moment_text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Renderer:
    """Makes the text of a line."""

    def __init__(self, *, as_json: bool) -> None:
        self._readable = None if as_json else structlog.dev.ConsoleRenderer(colors=False)

    def __call__(self, logger: object, method: str, event: EventDict) -> str:
        """Return the text, without anything that would begin another line."""
        if self._readable is None:
            return json.dumps(event, default=str)
        return str(self._readable(logger, method, event)).replace("\n", " ")

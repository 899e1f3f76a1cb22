"""What pages about a sensitive topic show first: numbers to call, and the way out."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from servicebalie.core.help_lines import HelpLine, lines_for, parse_help_lines
from servicebalie.core.opening import Opening, next_opening
from servicebalie.http.transaction import job
from servicebalie.shipped import reference_data


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A help line, and when it is open next."""

    line: HelpLine
    opening: Opening | None


@cache
def shipped_help_lines() -> tuple[HelpLine, ...]:
    """Return the help lines that come with servicebalie."""
    return parse_help_lines(reference_data("help_lines.toml").read_text(encoding="utf-8"))


def help_lines(chosen: Iterable[str | None]) -> tuple[OpenLine, ...]:
    """Return where people are helped at once about those of these topics that are sensitive."""
    work = job().work
    topics = work.directory.code_lists.topics
    sensitive = [code for code in chosen if code and code in topics and topics[code].sensitive]
    lines = lines_for(shipped_help_lines(), sensitive, topics)
    return tuple(OpenLine(line, next_opening(line.schedules, work.now)) for line in lines)

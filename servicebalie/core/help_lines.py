"""Help lines: where people are helped at once about a sensitive topic."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from servicebalie.core.code_lists import Topic
from servicebalie.core.directory import Schedule
from servicebalie.core.errors import SchoolHolidaysUnclear
from servicebalie.core.holiday_hours import need_school_holidays
from servicebalie.core.opening import check_opening_hours


@dataclass(frozen=True, slots=True)
class HelpLine:
    """An organisation that answers at once, about these topics.

    `schedules` is empty when nothing is known of its hours; `origin` is the address where phone and hours
    were found, `seen` the day.
    """

    name: str
    phone: str | None
    free: bool
    url: str
    schedules: tuple[Schedule, ...]
    topics: tuple[str, ...]
    origin: str
    seen: date

    @property
    def day_and_night(self) -> bool:
        """Whether it never closes."""
        return any(schedule.opening_hours == "24/7" for schedule in self.schedules)


def parse_help_lines(text: str) -> tuple[HelpLine, ...]:
    """Read help lines (TOML); raises KeyError for what is missing, and `InvalidOpeningHours`."""
    return tuple(_help_line(table) for table in tomllib.loads(text)["lines"])


def lines_for(
    lines: Iterable[HelpLine], chosen: Iterable[str], topics: Mapping[str, Topic]
) -> tuple[HelpLine, ...]:
    """Return the lines for these topics, in the order of the file; a main topic has all those below it."""
    codes = set(chosen)
    wanted = {topic.code for topic in topics.values() if codes & {topic.code, topic.parent}}
    return tuple(line for line in lines if wanted & set(line.topics))


def _help_line(table: Mapping[str, Any]) -> HelpLine:
    hours = table.get("opening_hours")
    if hours is not None:
        check_opening_hours(hours)
        if need_school_holidays(hours):
            # A line is there for the whole country, which has three kinds of them.
            raise SchoolHolidaysUnclear
    return HelpLine(
        name=table["name"],
        phone=table.get("phone"),
        free=table.get("free", False),
        url=table["url"],
        schedules=(Schedule(hours),) if hours else (),
        topics=tuple(table["topics"]),
        origin=table["origin"],
        seen=table["seen"],
    )

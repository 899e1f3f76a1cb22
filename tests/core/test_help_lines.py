"""Help lines are shown for the topics they are for, and each can be checked."""

from datetime import date

import pytest

from servicebalie.core.code_lists import Topic
from servicebalie.core.errors import InvalidOpeningHours
from servicebalie.core.help_lines import lines_for, parse_help_lines
from servicebalie.core.vocabulary import Destination
from servicebalie.shipped import reference_data

TOPICS = {
    code: Topic(code, parent, Destination.OTHER, sensitive=True)
    for code, parent in (("danger", None), ("fire", "danger"), ("water", "danger"), ("other", None))
}
LINES = """
[[lines]]
name = "Fire brigade"
phone = "0800 1"
free = true
url = "https://fire.example.org/"
opening_hours = "24/7"
topics = ["fire"]
origin = "https://fire.example.org/call"
seen = 2026-11-26
[[lines]]
name = "Water board"
url = "https://water.example.org/"
topics = ["water"]
origin = "https://water.example.org/"
seen = 2026-11-26
"""


def shipped() -> str:
    """Return the file of help lines."""
    return reference_data("help_lines.toml").read_text(encoding="utf-8")


def test_a_line_is_read_with_what_is_known_of_it() -> None:
    fire, water = parse_help_lines(LINES)
    assert (fire.name, fire.phone, fire.free, fire.seen) == (
        "Fire brigade",
        "0800 1",
        True,
        date(2026, 11, 26),
    )
    assert fire.day_and_night
    assert (water.phone, water.free, water.schedules, water.day_and_night) == (None, False, (), False)


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (["fire"], ["Fire brigade"]),
        (["danger"], ["Fire brigade", "Water board"]),
        (["water", "fire"], ["Fire brigade", "Water board"]),
        (["other"], []),
        ([], []),
    ],
)
def test_a_topic_has_its_own_lines_and_a_main_topic_those_below_it(
    chosen: list[str], names: list[str]
) -> None:
    assert [line.name for line in lines_for(parse_help_lines(LINES), chosen, TOPICS)] == names


@pytest.mark.parametrize("hours", ["always", "Mo-Fr 09:00-17:00; SH off"])
def test_hours_that_cannot_be_read_for_the_whole_country_are_refused(hours: str) -> None:
    with pytest.raises(InvalidOpeningHours):
        parse_help_lines(LINES.replace("24/7", hours))


def test_every_shipped_line_tells_where_it_was_found_and_is_for_a_sensitive_topic() -> None:
    topics = reference_data("topics.csv").read_text(encoding="utf-8")
    sensitive = {row.split(",")[0] for row in topics.splitlines() if row.endswith(",yes")}
    for line in parse_help_lines(shipped()):
        assert line.origin.startswith("https://")
        assert line.url.startswith("https://")
        assert set(line.topics) <= sensitive
        assert line.phone is None or line.phone.replace(" ", "").isdecimal()


def test_every_sensitive_topic_has_a_line() -> None:
    topics = reference_data("topics.csv").read_text(encoding="utf-8")
    sensitive = [row.split(",") for row in topics.splitlines() if row.endswith(",yes")]
    helped = {topic for line in parse_help_lines(shipped()) for topic in line.topics}
    assert {code for code, parent, *_ in sensitive if parent} == helped

"""How long what is kept, in the words of the page: the schedule of the desk as newcomers read it."""

from dataclasses import dataclass
from datetime import timedelta

from babel.dates import format_timedelta

from servicebalie.core.retention import OF_VISITS, Period, Trigger, Unit
from servicebalie.http.locale import current_tag
from servicebalie.http.transaction import job
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.retention_schedule import read_schedule

_DAYS = {Unit.DAYS: 1, Unit.MONTHS: 30}
"""In days of Babel, whose months have thirty."""

_GRANULARITY = {Unit.DAYS: "day", Unit.MONTHS: "month"}

_NEVER = 10_000
"""Above every number of days or months, so that none becomes a number of years."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A class of data, how long it is kept, and whether that counts from when all questions were closed."""

    data_class: str
    period: str
    from_closing: bool


def kept_periods() -> list[Kept]:
    """Return how long the desk of this page keeps what is held about a visit."""
    schedule = read_schedule(job().session, job().work.desk_id)
    return [
        Kept(each.value, told_period(schedule[each].period), schedule[each].trigger is Trigger.CLOSED)
        for each in OF_VISITS
    ]


def told_period(period: Period) -> str:
    """Return a period of days or months in the language of the page."""
    return format_timedelta(
        timedelta(days=period.count * _DAYS[period.unit]),
        granularity=_GRANULARITY[period.unit],  # type: ignore[arg-type]  # Babel names each word in its type
        threshold=_NEVER,
        locale=LOCALES[current_tag()].regional,
    )

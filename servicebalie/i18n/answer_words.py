"""What stands in a standard answer where the text leaves something open."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from babel.dates import format_date, format_time

from servicebalie.core.directory import Service
from servicebalie.core.opening import AMSTERDAM, Opening
from servicebalie.core.standard_answers import LocalService, Placeholder
from servicebalie.i18n.registry import LOCALES

_ONE_DAY = timedelta(days=1)


def placeholder_words(local: LocalService, text_locale: str) -> Mapping[Placeholder, str]:
    """Return what is known of a service, by placeholder; days are in the language of the text."""
    words = {Placeholder.SERVICE: _name(local.service)}
    if local.location:
        place = local.location
        words[Placeholder.ADDRESS] = f"{place.street}, {place.postal_code} {place.city}"
    if local.opening:
        words[Placeholder.OPENING] = _hours(local.opening, text_locale)
    return words


def _name(service: Service) -> str:
    if service.name == service.organisation:
        return service.name
    return f"{service.organisation} ({service.name})"


def _hours(opening: Opening, text_locale: str) -> str:
    """Return the day and the hours, in 24 hours as they stand on doors and letters here."""
    locale = LOCALES[text_locale].regional
    starts_at = opening.starts_at.astimezone(AMSTERDAM)
    ends_at = opening.ends_at and opening.ends_at.astimezone(AMSTERDAM)
    if ends_at is None and starts_at.time() == time():
        return "24/7"

    def hour(moment: datetime) -> str:
        return format_time(moment, "HH:mm", locale=locale)

    def day_and_hour(moment: datetime) -> str:
        return f"{format_date(moment, 'full', locale=locale)}, {hour(moment)}"

    if ends_at is None:
        return day_and_hour(starts_at)
    if ends_at - starts_at >= _ONE_DAY:
        return f"{day_and_hour(starts_at)} – {day_and_hour(ends_at)}"
    return f"{day_and_hour(starts_at)}–{hour(ends_at)}"

"""What stands in a standard answer where the text leaves something open."""

from collections.abc import Mapping

from babel.dates import format_date, format_time

from servicebalie.core.directory import Service
from servicebalie.core.opening import AMSTERDAM, Opening
from servicebalie.core.standard_answers import Placeholder
from servicebalie.i18n.registry import LOCALES


def placeholder_words(
    service: Service, opening: Opening | None, text_locale: str
) -> Mapping[Placeholder, str]:
    """Return what is known of a service, by placeholder; days are in the language of the text."""
    words = {Placeholder.SERVICE: _name(service)}
    if service.location:
        place = service.location
        words[Placeholder.ADDRESS] = f"{place.street}, {place.postal_code} {place.city}"
    if opening:
        words[Placeholder.OPENING] = _hours(opening, text_locale)
    return words


def _name(service: Service) -> str:
    if service.name == service.organisation:
        return service.name
    return f"{service.organisation} ({service.name})"


def _hours(opening: Opening, text_locale: str) -> str:
    """Return the day and the hours, in 24 hours as they stand on doors and letters here."""
    locale = LOCALES[text_locale].regional
    moments = [moment.astimezone(AMSTERDAM) for moment in (opening.starts_at, opening.ends_at) if moment]
    hours = "–".join(format_time(moment, "HH:mm", locale=locale) for moment in moments)
    return f"{format_date(moments[0], 'full', locale=locale)}, {hours}"

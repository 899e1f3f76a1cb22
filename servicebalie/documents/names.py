"""The names of what reports count by, in any language of the desk."""

from collections.abc import Mapping

from servicebalie.core.catalogue import Dimension
from servicebalie.documents.words import Words
from servicebalie.i18n import newcomer_words, report_words
from servicebalie.i18n.language_names import language_name
from servicebalie.services.code_lists import shipped_area_names, shipped_code_lists

_WORDS: Mapping[Dimension, Mapping[str, str]] = {
    Dimension.TOPIC: newcomer_words.TOPICS,
    Dimension.MAIN_TOPIC: newcomer_words.TOPICS,
    Dimension.GROUP: newcomer_words.GROUPS,
    Dimension.STAY: newcomer_words.STAYS,
    Dimension.ARRIVAL: newcomer_words.ARRIVALS,
    Dimension.CHANNEL: newcomer_words.CHANNELS,
    Dimension.OUTCOME: newcomer_words.OUTCOMES,
    Dimension.UNMET_REASON: newcomer_words.UNMET_REASONS,
    Dimension.RETURN_REASON: report_words.RETURN_REASONS,
    Dimension.REGISTRATION: newcomer_words.REGISTRATIONS,
    Dimension.DESTINATION: newcomer_words.DESTINATIONS,
    Dimension.LANGUAGE_FAMILY: report_words.LANGUAGE_FAMILIES,
    Dimension.SERVED: report_words.SERVED,
    Dimension.OFFERED: report_words.OFFERED,
}


def name_of(dimension: Dimension, value: str, locale: str) -> str:
    """Return the name of a value in a locale, or its code when this version does not know it any more."""
    words = Words(locale)
    match dimension:
        case Dimension.MUNICIPALITY:
            municipality = shipped_code_lists().municipalities.get(value)
            return municipality.name if municipality else value
        case Dimension.COROP | Dimension.PROVINCE:
            return shipped_area_names().get(value, value)
        case Dimension.LANGUAGE:
            language = shipped_code_lists().languages.get(value)
            return language_name(language, words.locale) if language else value
        case _:
            names = _WORDS[dimension]
            return words.gettext(names[value]) if value in names else value


def values_of(dimension: Dimension) -> tuple[str, ...]:
    """Return all values of a dimension that are listed one by one, in the order of their code list."""
    topics = shipped_code_lists().topics.values()
    match dimension:
        case Dimension.TOPIC:
            return tuple(topic.code for topic in topics if topic.parent is not None)
        case Dimension.MAIN_TOPIC:
            return tuple(topic.code for topic in topics if topic.parent is None)
        case _:
            return tuple(_WORDS.get(dimension, ()))

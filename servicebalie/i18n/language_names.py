"""The names of languages in other languages."""

from babel import Locale

from servicebalie.core.code_lists import Language


def language_name(language: Language, locale: Locale) -> str:
    """Return the name of a language in a locale (CLDR), or the one of our list in Dutch or English."""
    ours = language.name_nl if locale.language == "nl" else language.name_en or language.name_nl
    return locale.languages.get(language.code.replace("-", "_")) or ours

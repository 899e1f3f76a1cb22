"""What can be chosen on the pages, in the order in which it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale as BabelLocale
from babel import UnknownLocaleError

from servicebalie.core.code_lists import CodeLists, Language
from servicebalie.i18n.language_names import language_name
from servicebalie.i18n.registry import Locale
from servicebalie.services.intake import UNKNOWN_TOPIC

_OWN_NAMES = {"ber": "Tamaziɣt", "cnr": "crnogorski", "kmr": "Kurmancî", "prs": "دری"}
"""Names that Babel does not know."""


@dataclass(frozen=True, slots=True)
class MainTopic:
    """A main topic with its subtopics; `sensitive` when one of them is."""

    code: str
    sensitive: bool
    subtopics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language by its code, its own name and its name in the language of the page."""

    code: str
    own_name: str
    name: str


def topic_tree(lists: CodeLists) -> tuple[MainTopic, ...]:
    """Return the topics that people can choose; the one for questions without a topic is not offered."""
    offered = [topic for topic in lists.topics.values() if topic.active and topic.code != UNKNOWN_TOPIC]
    return tuple(
        MainTopic(
            code=main.code,
            sensitive=any(topic.sensitive for topic in offered if main.code in {topic.code, topic.parent}),
            subtopics=tuple(topic.code for topic in offered if topic.parent == main.code),
        )
        for main in offered
        if main.parent is None
    )


def language_choices(lists: CodeLists, locale: Locale) -> tuple[LanguageChoice, ...]:
    """Return the languages to ask in, in the order of the list, which begins with the most spoken."""
    return tuple(
        LanguageChoice(one.code, _own_name(one), language_name(one, locale.regional))
        for one in lists.languages.values()
        if one.active
    )


def municipality_names(lists: CodeLists, codes: Iterable[str]) -> tuple[str, ...]:
    """Return the names of these municipalities, in alphabetical order."""
    return tuple(sorted(lists.municipalities[code].name for code in codes))


@lru_cache(maxsize=512)
def _own_name(language: Language) -> str:
    """Return the name of a language in itself, or in Dutch where nobody wrote it down."""
    if language.code in _OWN_NAMES:
        return _OWN_NAMES[language.code]
    try:
        name = BabelLocale.parse(language.code).languages.get(language.code)
    except UnknownLocaleError:
        name = None
    return name or language.name_nl

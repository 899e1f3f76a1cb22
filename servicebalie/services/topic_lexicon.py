"""The words by which topics are found, as this version ships them: reference_data/topic_words."""

import tomllib
from functools import cache
from pathlib import Path

from servicebalie.core.topic_suggestion import LanguageWords, TopicLexicon
from servicebalie.shipped import reference_data


@cache
def shipped_topic_words() -> dict[str, LanguageWords]:
    """Return the words of every language by its BCP 47 tag, and those used in any language as `any`."""
    files = sorted(reference_data("topic_words").glob("*.toml"))
    return {file.stem: _language_words(file) for file in files}


@cache
def topic_lexicon() -> TopicLexicon:
    """Return the words of all languages, ready for finding topics; read once by each process."""
    return TopicLexicon(shipped_topic_words())


def _language_words(file: Path) -> LanguageWords:
    """Read a file: after each topic its words and phrases, parted by commas."""
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    return LanguageWords(
        topics={topic: _parted(words) for topic, words in content["topics"].items()},
        common=tuple(content.get("common", "").split()),
    )


def _parted(words: str) -> tuple[str, ...]:
    return tuple(word for word in (part.strip() for part in words.split(",")) if word)

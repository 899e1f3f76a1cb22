"""The words that stand for topics in each language, indexed for finding them in what somebody typed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from servicebalie.core.topic_words import folded, is_han, runs
from servicebalie.core.word_likeness import head, likeness, slip_likeness, without_clitics

Key = TypeVar("Key")
Value = TypeVar("Value")

STEM_MARK = "*"
HINT_MARK = "?"
HINT_WEIGHT = 0.4

SURE = 0.9
"""How much a typed word must be like one of a language to show that language."""


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """The words of one language.

    `topics` has for each topic its entries, words or phrases. A word that ends in `*` stands for all words
    that begin so; an entry that ends in `?` is a hint that is not enough by itself. `common` are words that
    stand for no topic but show the language.
    """

    topics: Mapping[str, Sequence[str]]
    common: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """Words that belong together in a language, with what they count for each topic."""

    language: str
    words: tuple[str, ...]
    weights: tuple[tuple[str, float], ...]


class TopicLexicon:
    """The words of all languages; it never changes."""

    def __init__(self, languages: Mapping[str, LanguageWords]) -> None:
        self.topics = tuple(dict.fromkeys(topic for words in languages.values() for topic in words.topics))
        self._entries = [entry for language in languages for entry in _entries(language, languages[language])]
        self._by_word = _grouped(
            (word, number) for number, entry in enumerate(self._entries) for word in entry.words
        )
        self._common = _grouped(
            (folded(word), language) for language, words in languages.items() for word in words.common
        )
        self._spellings = sorted(word for word in self._by_word if not word.endswith(STEM_MARK))
        self._by_head = _grouped((head(word), word) for word in self._spellings)
        self._by_end = _grouped((word[-3:], word) for word in self._spellings)
        self._longest_han = max((len(word) for word in self._spellings if is_han(word[0])), default=0)

    def han_words(self, run: str) -> Iterator[tuple[int, str]]:
        """Yield the words of the lexicon in a run of Chinese characters, with where they begin."""
        for start in range(len(run)):
            for end in range(start + 1, min(start + self._longest_han, len(run)) + 1):
                if run[start:end] in self._by_word:
                    yield start, run[start:end]

    def likenesses(self, word: str, *, unfinished: bool) -> dict[str, float]:
        """Return the words of the lexicon that a folded word may be, with how much it is like each (0 to 1).

        An `unfinished` word may be the beginning of any; a common one is no other form of a word. Slips are
        looked for only when nothing else is found.
        """
        if is_han(word[0]):
            # Of old forms of characters only the folded word may turn out to be Chinese.
            return {word: 1.0} if word in self._by_word else {}
        found: dict[str, float] = {}
        for form, certainty in without_clitics(word):
            for candidate, like in self._forms(form, unfinished=unfinished):
                found[candidate] = max(found.get(candidate, 0.0), like * certainty)
        return found or (dict(self._slips(word)) if word not in self._common else {})

    def _forms(self, word: str, *, unfinished: bool) -> Iterator[tuple[str, float]]:
        for stem in (word, *(word[:length] + STEM_MARK for length in range(1, len(word) + 1))):
            if stem in self._by_word:
                yield stem, 1.0
        if unfinished or word not in self._common:
            for candidate in self._by_head.get(head(word), ()):
                like = likeness(word, candidate, unfinished=unfinished)
                if like and candidate != word:
                    yield candidate, like

    def _slips(self, word: str) -> Iterator[tuple[str, float]]:
        for candidate in {*self._by_head.get(head(word), ()), *self._by_end.get(word[-3:], ())}:
            like = slip_likeness(word, candidate)
            if like:
                yield candidate, like

    def entries_with(self, word: str) -> Iterator[tuple[int, Entry]]:
        """Yield the entries that a word of the lexicon is in, each with its number."""
        for number in self._by_word[word]:
            yield number, self._entries[number]

    def languages_of(self, word: str, found: Mapping[str, float]) -> set[str]:
        """Return the languages of which a folded word of a text surely is, given what it may be."""
        sure = (candidate for candidate, like in found.items() if like >= SURE)
        languages = {entry.language for candidate in sure for _, entry in self.entries_with(candidate)}
        return languages.union(self._common.get(word, ()))


def _entries(language: str, words: LanguageWords) -> Iterator[Entry]:
    """Yield the entries of a language, each once; the more topics share one, the less it counts for each."""
    topics: defaultdict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    for topic, entries in words.topics.items():
        for entry in entries:
            weight = HINT_WEIGHT if entry.endswith(HINT_MARK) else 1.0
            together = _folded_entry(entry.removesuffix(HINT_MARK))
            if together:
                topics[together][topic] = max(weight, topics[together].get(topic, 0.0))
    for together, weights in topics.items():
        shared = len(weights) ** 0.7
        yield Entry(language, together, tuple((topic, weight / shared) for topic, weight in weights.items()))


def _folded_entry(entry: str) -> tuple[str, ...]:
    words: list[str] = []
    for part in entry.split():
        words.extend(word for word in map(folded, runs(part)) if word)
        if words and part.endswith(STEM_MARK):
            words[-1] += STEM_MARK
    return tuple(dict.fromkeys(words))


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, tuple[Value, ...]]:
    groups: defaultdict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}

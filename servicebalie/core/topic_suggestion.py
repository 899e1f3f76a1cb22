"""Suggesting topics from what somebody typed, in any language of the lexicon, by the words that matched.

Nobody's language is asked: the words of all languages are looked for at once, and those of the language that
most of the text is in count most. A word counts by how few topics it stands for (inverse document frequency,
K. Sparck Jones 1972), words that belong together count more than each alone, and a suggestion names the words
that spoke for it. Nothing else goes into it, so that anybody can see why a topic was offered.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from servicebalie.core.topic_lexicon import Entry, TopicLexicon
from servicebalie.core.topic_words import folded, is_han, runs

ANY_LANGUAGE = "any"
"""The language of names that people use in whatever language they write: BSN, DigiD, toeslag."""

PHRASE_WEIGHTS = (0.0, 1.0, 1.3, 1.45, 1.5)
"""What each word of an entry of so many words counts; the last is for all longer ones."""

ENOUGH = 0.2
"""What a topic must have to be offered: a word in a few topics, or one with a slip in it."""

OTHER_LANGUAGE = 0.3
"""What a word counts in a language of which the text has nothing else."""

WORDS_READ = 300
"""How many words of a text are read; what somebody wants stands at the beginning."""

WORDS_OF_A_SEARCH = 3
"""A text of so few words may be a search, whose last word is not finished."""

ROOM_BETWEEN_WORDS = 3
ROOM_BETWEEN_HAN_WORDS = 4
"""How many other words, or Chinese characters, may stand between words that belong together."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic, and the words that spoke for it as they were typed, in the order of the text."""

    topic: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Typed:
    """A word of the text: its place among the words, as it was typed, and folded."""

    place: int
    typed: str
    folded: str


@dataclass(frozen=True, slots=True)
class _Hit:
    """A typed word that is, as far as `likeness` (0 to 1) tells, a word of the lexicon."""

    place: int
    word: str
    likeness: float


def suggest_topics(text: str, lexicon: TopicLexicon, *, limit: int = 3) -> tuple[Suggestion, ...]:
    """Return the topics that the words of a text speak for, at most `limit`, the best first.

    Nothing is suggested when no word matches. The same text and lexicon always give the same answer.
    """
    typed, hits, shares = _read(text, lexicon)
    evidence: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for entry, places, likeness in _found_entries(hits, lexicon):
        share = _per_word(len(entry.words)) * likeness * shares.get(entry.language, OTHER_LANGUAGE)
        for topic, weight in entry.weights:
            for place in places:
                evidence[topic][place] = max(evidence[topic].get(place, 0.0), share * weight)
    scores = {topic: sum(evidence[topic].values()) for topic in lexicon.topics if topic in evidence}
    best = sorted(scores, key=lambda topic: -round(scores[topic], 9))
    return tuple(
        Suggestion(topic, tuple(dict.fromkeys(typed[place] for place in sorted(evidence[topic]))))
        for topic in best[:limit]
        if scores[topic] >= ENOUGH
    )


def _read(text: str, lexicon: TopicLexicon) -> tuple[dict[int, str], list[_Hit], dict[str, float]]:
    """Return the words of a text by place, what each may be, and how much each language counts."""
    typed: dict[int, str] = {}
    hits: list[_Hit] = []
    known: defaultdict[str, int] = defaultdict(int)
    words = list(_typed_words(text, lexicon))[:WORDS_READ]
    for word in words:
        unfinished = len(words) <= WORDS_OF_A_SEARCH and word is words[-1]
        found = lexicon.likenesses(word.folded, unfinished=unfinished)
        typed[word.place] = max(word.typed, typed.get(word.place, ""), key=len)
        hits.extend(_Hit(word.place, candidate, likeness) for candidate, likeness in found.items())
        for language in lexicon.languages_of(word.folded, found):
            known[language] += 1
    return typed, hits, _shares(known)


def _shares(known: Mapping[str, int]) -> dict[str, float]:
    """Return what a word of each language counts, by how many words of the text are known in it."""
    most = max((count for language, count in known.items() if language != ANY_LANGUAGE), default=1)
    shares = {
        language: OTHER_LANGUAGE + (1 - OTHER_LANGUAGE) * count / most for language, count in known.items()
    }
    return shares | {ANY_LANGUAGE: 1.0}


def _typed_words(text: str, lexicon: TopicLexicon) -> Iterator[_Typed]:
    """Yield the words of a text in order; of Chinese, which has no spaces, those that the lexicon knows."""
    place = 0
    for run in runs(text):
        if is_han(run[0]):
            for start, word in lexicon.han_words(run):
                yield _Typed(place + start, word, word)
            place += len(run)
        elif folded(run):
            yield _Typed(place, run, folded(run))
            place += 1


def _found_entries(hits: list[_Hit], lexicon: TopicLexicon) -> Iterator[tuple[Entry, list[int], float]]:
    """Yield the entries of which all words are found near each other, with their places and likeness."""
    found: defaultdict[int, defaultdict[str, list[_Hit]]] = defaultdict(lambda: defaultdict(list))
    entries: dict[int, Entry] = {}
    for hit in hits:
        for number, entry in lexicon.entries_with(hit.word):
            entries[number] = entry
            found[number][hit.word].append(hit)
    for number, by_word in found.items():
        entry = entries[number]
        if len(by_word) == len(entry.words):
            for together in _together(entry, by_word):
                likeness = sum(hit.likeness for hit in together) / len(together)
                yield entry, [hit.place for hit in together], likeness


def _together(entry: Entry, by_word: Mapping[str, list[_Hit]]) -> Iterator[list[_Hit]]:
    """Yield for each place of the entry's rarest word the hits of all its words nearest to it.

    Words that are further apart than a short sentence leaves room for do not belong together.
    """
    rarest = min(entry.words, key=lambda word: len(by_word[word]))
    if is_han(rarest[0]):
        room = sum(len(word) for word in entry.words) + ROOM_BETWEEN_HAN_WORDS
    else:
        room = len(entry.words) + ROOM_BETWEEN_WORDS
    for hit in by_word[rarest]:
        near = [min(by_word[word], key=lambda other: abs(other.place - hit.place)) for word in entry.words]
        places = {other.place for other in near}
        if max(places) - min(places) < room and len(places) == len(near):
            yield near


def _per_word(length: int) -> float:
    return PHRASE_WEIGHTS[min(length, len(PHRASE_WEIGHTS) - 1)]

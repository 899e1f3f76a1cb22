"""Suggesting topics from what somebody typed, in any language of the lexicon, by the words that matched.

Nobody's language is asked: the words of all languages are looked for at once, and those of the language that
most of the text is in count most. A word counts by how few topics it stands for (inverse document frequency,
K. Sparck Jones 1972), words that belong together count more than each alone, and a suggestion names the words
that spoke for it. Nothing else goes into it, so that anybody can see why a topic was offered.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

ANY_LANGUAGE = "any"
"""The language of names that people use in whatever language they write: BSN, DigiD, toeslag."""

STEM_MARK = "*"
HINT_MARK = "?"

HINT_WEIGHT = 0.4
PHRASE_WEIGHTS = (0.0, 1.0, 1.3, 1.45, 1.5)
"""What each word of an entry of so many words counts; the last is for all longer ones."""

ENOUGH = 0.2
"""What a topic must have to be offered: a word in a few topics, or one with a slip in it."""

OTHER_LANGUAGE = 0.3
"""What a word counts in a language of which the text has nothing else."""

WORDS_READ = 300
"""How many words of a text are read; what somebody wants stands at the beginning."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic, and the words that spoke for it as they were typed, in the order of the text."""

    topic: str
    words: tuple[str, ...]


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
class _Entry:
    """Words that belong together in a language, with what they count for each topic."""

    language: str
    words: tuple[str, ...]
    weights: tuple[tuple[str, float], ...]


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


class TopicLexicon:
    """The words of all languages, indexed for finding them in a text; it never changes."""

    def __init__(self, languages: Mapping[str, LanguageWords]) -> None:
        self.topics = tuple(dict.fromkeys(topic for words in languages.values() for topic in words.topics))
        self._entries = [entry for language in languages for entry in _entries(language, languages[language])]
        self._by_word = _by_word(self._entries)
        self._common = {language: _folded_words(words.common) for language, words in languages.items()}
        self._spellings = frozenset(word for word in self._by_word if not word.endswith(STEM_MARK))
        self._starting = _grouped((_head(word), word) for word in sorted(self._spellings))
        self._ending = _grouped((word[-3:], word) for word in sorted(self._spellings))
        self._longest_han = max((len(word) for word in self._spellings if _is_han(word[0])), default=0)

    def han_words(self, run: str) -> Iterator[tuple[int, str]]:
        """Yield the words of the lexicon in a run of Chinese characters, with where they begin."""
        for start in range(len(run)):
            for length in range(1, self._longest_han + 1):
                word = run[start : start + length]
                if len(word) == length and word in self._spellings:
                    yield start, word

    def likenesses(self, word: str, *, unfinished: bool) -> dict[str, float]:
        """Return the words of the lexicon that a folded word may be, with how much it is like each.

        An `unfinished` word may be the beginning of any. Slips of the hand are looked for only when
        nothing else is found.
        """
        if _is_han(word[0]):
            return {word: 1.0}
        found: dict[str, float] = {}
        for form, certainty in _without_clitics(word):
            for candidate, likeness in self._forms_of(form, unfinished=unfinished):
                found[candidate] = max(found.get(candidate, 0.0), likeness * certainty)
        return found or dict(self._slips_of(word))

    def _forms_of(self, word: str, *, unfinished: bool) -> Iterator[tuple[str, float]]:
        if word in self._spellings:
            yield word, 1.0
        for length in range(1, len(word) + 1):
            stem = word[:length] + STEM_MARK
            if stem in self._by_word:
                yield stem, 1.0
        for candidate in self._starting.get(_head(word), ()):
            likeness = _inflected(word, candidate, unfinished=unfinished)
            if likeness and candidate != word:
                yield candidate, likeness

    def _slips_of(self, word: str) -> Iterator[tuple[str, float]]:
        if len(word) >= _SHORTEST_WITH_SLIP:
            near = {*self._starting.get(_head(word), ()), *self._ending.get(word[-3:], ())}
            for candidate in sorted(near):
                if len(candidate) >= _SHORTEST_WITH_SLIP and _one_slip_apart(word, candidate):
                    yield candidate, 0.7

    def entries_with(self, word: str) -> tuple[int, ...]:
        """Return the numbers of the entries that a word of the lexicon is in."""
        return self._by_word[word]

    def entry(self, number: int) -> _Entry:
        """Return an entry by its number."""
        return self._entries[number]

    def languages_of(self, word: str, found: Mapping[str, float]) -> set[str]:
        """Return the languages of which a folded word of a text surely is, given what it may be."""
        sure = [candidate for candidate, likeness in found.items() if likeness >= 0.9]
        languages = {
            self._entries[number].language for candidate in sure for number in self._by_word[candidate]
        }
        return languages | {language for language, words in self._common.items() if word in words}


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
    order = {topic: position for position, topic in enumerate(lexicon.topics)}
    scores = {topic: sum(by_place.values()) for topic, by_place in evidence.items()}
    best = sorted(
        (topic for topic, score in scores.items() if score >= ENOUGH),
        key=lambda topic: (-round(scores[topic], 9), order[topic]),
    )
    return tuple(Suggestion(topic, _words(typed, evidence[topic])) for topic in best[:limit])


def _read(text: str, lexicon: TopicLexicon) -> tuple[dict[int, str], list[_Hit], dict[str, float]]:
    """Return the words of a text by place, what each may be, and how much each language counts."""
    typed: dict[int, str] = {}
    hits: list[_Hit] = []
    known: defaultdict[str, int] = defaultdict(int)
    words = list(_typed_words(text, lexicon))[:WORDS_READ]
    for word in words:
        unfinished = len(words) <= 3 and word is words[-1]
        found = lexicon.likenesses(word.folded, unfinished=unfinished)
        typed[word.place] = max(word.typed, typed.get(word.place, ""), key=len)
        hits.extend(_Hit(word.place, candidate, likeness) for candidate, likeness in found.items())
        for language in lexicon.languages_of(word.folded, found):
            known[language] += 1
    known.pop(ANY_LANGUAGE, None)
    most = max(known.values(), default=1)
    shares = {
        language: OTHER_LANGUAGE + (1 - OTHER_LANGUAGE) * count / most for language, count in known.items()
    }
    return typed, hits, shares | {ANY_LANGUAGE: 1.0}


def _found_entries(hits: list[_Hit], lexicon: TopicLexicon) -> Iterator[tuple[_Entry, list[int], float]]:
    """Yield the entries of which all words are found near each other, with their places and likeness."""
    found: defaultdict[int, defaultdict[str, list[_Hit]]] = defaultdict(lambda: defaultdict(list))
    for hit in hits:
        for number in lexicon.entries_with(hit.word):
            found[number][hit.word].append(hit)
    for number, by_word in found.items():
        entry = lexicon.entry(number)
        if len(by_word) == len(set(entry.words)):
            for together in _together(entry, by_word):
                likeness = sum(hit.likeness for hit in together) / len(together)
                yield entry, [hit.place for hit in together], likeness


def _together(entry: _Entry, by_word: Mapping[str, list[_Hit]]) -> Iterator[list[_Hit]]:
    """Yield for each place of the entry's rarest word the hits of all its words nearest to it.

    Words that are further apart than a short sentence leaves room for do not belong together.
    """
    rarest = min(entry.words, key=lambda word: len(by_word[word]))
    room = sum(len(word) for word in entry.words) + 4 if _is_han(rarest[0]) else len(entry.words) + 3
    for hit in by_word[rarest]:
        near = [min(by_word[word], key=lambda other: abs(other.place - hit.place)) for word in entry.words]
        places = [other.place for other in near]
        if max(places) - min(places) < room and len(set(places)) == len(places):
            yield near


def _words(typed: Mapping[int, str], places: Iterable[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(typed[place] for place in sorted(places)))


def _per_word(length: int) -> float:
    return PHRASE_WEIGHTS[min(length, len(PHRASE_WEIGHTS) - 1)]


# Making the lexicon


def _entries(language: str, words: LanguageWords) -> Iterator[_Entry]:
    """Yield the entries of a language, each once; the more topics share one, the less it counts."""
    topics: defaultdict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    for topic, entries in words.topics.items():
        for entry in entries:
            weight = HINT_WEIGHT if entry.endswith(HINT_MARK) else 1.0
            folded = _folded_entry(entry.removesuffix(HINT_MARK))
            if folded:
                topics[folded][topic] = max(weight, topics[folded].get(topic, 0.0))
    for folded, weights in topics.items():
        shared = len(weights) ** 0.7
        yield _Entry(language, folded, tuple((topic, weight / shared) for topic, weight in weights.items()))


def _folded_entry(entry: str) -> tuple[str, ...]:
    words = []
    for part in entry.split():
        stem = STEM_MARK if part.endswith(STEM_MARK) else ""
        folded = [_folded(word) for _, word in _runs(part)]
        words.extend([word for word in folded[:-1] if word])
        words.extend([word + stem for word in folded[-1:] if word])
    return tuple(dict.fromkeys(words))


def _folded_words(words: Iterable[str]) -> frozenset[str]:
    return frozenset(_folded(word) for word in words)


def _by_word(entries: Sequence[_Entry]) -> dict[str, tuple[int, ...]]:
    return _grouped((word, number) for number, entry in enumerate(entries) for word in entry.words)


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, tuple[Value, ...]]:
    groups: defaultdict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


# Words in a text


def _typed_words(text: str, lexicon: TopicLexicon) -> Iterator[_Typed]:
    """Yield the words of a text in order; of Chinese, which has no spaces, those that the lexicon knows."""
    place = 0
    for _, run in _runs(text):
        if _is_han(run[0]):
            for start, word in lexicon.han_words(run):
                yield _Typed(place + start, word, word)
            place += len(run)
        else:
            folded = _folded(run)
            if folded:
                yield _Typed(place, run, folded)
                place += 1


def _runs(text: str) -> Iterator[tuple[int, str]]:
    """Yield each run of letters, marks and digits with its place; Chinese and other letters apart."""
    start = 0
    kinds = [_kind(character) for character in text]
    for end in range(1, len(text) + 1):
        if end == len(text) or kinds[end] != kinds[start]:
            if kinds[start]:
                yield start, text[start:end]
            start = end


def _kind(character: str) -> str:
    if _is_han(character):
        return "han"
    joins = character in _JOINERS or unicodedata.category(character)[0] in "LMN"
    return "word" if joins else ""


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"


# Spelling

_JOINERS = "\u200c\u200d"
_OTHER_LETTERS = str.maketrans(
    {
        **{"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"},
        # Arabic, Persian and Urdu keyboards have different letters for the same sound; the stretch is none.
        **{"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ي", "ؤ": "و"},
        **{"ک": "ك", "ة": "ه", "ۀ": "ه", "ھ": "ه", "ـ": None, "\u200c": None, "\u200d": None},
        # Devanagari: the dot below and the two signs of nasal vowels are often left out or mixed up.
        **{"\u093c": None, "ँ": "ं"},
        # Ethiopic has several rows of letters that sound alike in Tigrinya as it is written today.
        **{chr(0x1220 + n): chr(0x1230 + n) for n in range(8)},
        **{chr(0x1280 + n): chr(0x1210 + n) for n in range(7)},
        **{chr(0x1340 + n): chr(0x1338 + n) for n in range(7)},
        **{"አ": "ኣ", "ሀ": "ሃ"},
    }
)
_KEEPS_MARKS = ("\u0900", "\u0dff")
"""Marks are vowels in the scripts of India, and accents in the others."""


@lru_cache(maxsize=4096)
def _folded(word: str) -> str:
    """Return a word without capitals, accents and differences of keyboard; it may have nothing left."""
    plain = unicodedata.normalize("NFKC", word).casefold().translate(_OTHER_LETTERS)
    first, last = _KEEPS_MARKS
    kept = [
        character
        for character in unicodedata.normalize("NFD", plain)
        if unicodedata.category(character) != "Mn" or first <= character <= last
    ]
    letters = unicodedata.normalize("NFC", "".join(kept)).translate(_OTHER_LETTERS)
    return "".join(character for character in letters if _kind(character))


_CLITICS = {
    "arabic": ("وال", "بال", "فال", "كال", "ولل", "لل", "ال", "و", "ب", "ل"),
    "ethiopic": ("ካብ", "ናብ", "ብዛዕባ", "ን", "ብ", "ና", "ክ", "ዝ", "ም"),
}
"""What is written to the front of a word: the article, and, in, to, for."""

_CLITIC_CERTAINTY = 0.95


def _without_clitics(word: str) -> Iterator[tuple[str, float]]:
    """Yield the word itself and what is left when something written to its front is taken off."""
    yield word, 1.0
    script = _script(word)
    shortest = 2 if script == "ethiopic" else 3
    for clitic in _CLITICS.get(script, ()):
        if word.startswith(clitic) and len(word) - len(clitic) >= shortest:
            yield word[len(clitic) :], _CLITIC_CERTAINTY


def _script(word: str) -> str:
    first = word[0]
    if "\u0600" <= first <= "\u06ff":
        return "arabic"
    if "\u1200" <= first <= "\u137f":
        return "ethiopic"
    return "devanagari" if "\u0900" <= first <= "\u097f" else "alphabet"


_SHORTEST_STEM = {"arabic": 3, "ethiopic": 2, "devanagari": 3, "alphabet": 4}
_SHORTEST_WITH_SLIP = 5


def _head(word: str) -> str:
    """Return the letters that two forms of one word surely share."""
    return word[:2] if _script(word) == "ethiopic" else word[:3]


def _inflected(word: str, candidate: str, *, unfinished: bool) -> float:
    """Return how sure it is that a word is a form of the candidate, a compound with it, or its beginning."""
    same = _common_start(word, candidate)
    if unfinished and same == len(word) >= 3:
        return 0.5 + 0.4 * same / len(candidate)
    if same < _SHORTEST_STEM[_script(word)]:
        return 0.0
    left_of_word, left_of_candidate = len(word) - same, len(candidate) - same
    if left_of_candidate <= 3 and left_of_word <= 3 and same >= 0.6 * len(candidate):
        return 0.95 * same / len(candidate)
    return 0.6 if left_of_candidate == 0 and same >= 5 else 0.0


def _common_start(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


def _one_slip_apart(one: str, other: str) -> bool:
    """Whether a letter too many, too few, another letter or two swapped make one word of the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = _common_start(one, other)
    end = _common_start(one[start:][::-1], other[start:][::-1])
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    return len(left) <= 1 >= len(right) or (len(left) == 2 and left == right[::-1])

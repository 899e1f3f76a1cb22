"""How much a typed word is like a word of a lexicon: another form of it, its beginning, or a slip of the hand."""

from collections.abc import Iterator

_CLITICS = {
    "arabic": ("وال", "بال", "فال", "كال", "ولل", "لل", "ال", "و", "ب", "ل"),
    "ethiopic": ("ካብ", "ናብ", "ብዛዕባ", "ን", "ብ", "ና", "ክ", "ዝ", "ም"),
}
"""What is written to the front of a word: the article, and, in, to, for."""

_CLITIC_CERTAINTY = 0.95
_SHORTEST_AFTER_CLITIC = {"arabic": 3, "ethiopic": 2}
_SHORTEST_STEM = {"arabic": 3, "ethiopic": 2, "devanagari": 3, "alphabet": 4}
_LONGEST_ENDING = 3
_SHORTEST_IN_COMPOUND = 5
_SHORTEST_WITH_SLIP = 5
_SLIP = 0.7


def head(word: str) -> str:
    """Return the letters that two forms of one word surely share."""
    return word[:2] if _script(word) == "ethiopic" else word[:3]


def without_clitics(word: str) -> Iterator[tuple[str, float]]:
    """Yield the word, and what is left of it without what is written to its front, with how sure that is."""
    yield word, 1.0
    script = _script(word)
    for clitic in _CLITICS.get(script, ()):
        if word.startswith(clitic) and len(word) - len(clitic) >= _SHORTEST_AFTER_CLITIC[script]:
            yield word[len(clitic) :], _CLITIC_CERTAINTY


def likeness(word: str, candidate: str, *, unfinished: bool) -> float:
    """Return how sure (0 to 1) a word is a form of the candidate or a compound with it.

    An `unfinished` word may also be the beginning of the candidate.
    """
    same = _common_start(word, candidate)
    if unfinished and same == len(word) >= 3:
        return 0.5 + 0.4 * same / len(candidate)
    if same < _SHORTEST_STEM[_script(word)]:
        return 0.0
    ending, other_ending = len(word) - same, len(candidate) - same
    if max(ending, other_ending) <= _LONGEST_ENDING and same >= 0.6 * len(candidate):
        return 0.95 * same / len(candidate)
    return 0.6 if other_ending == 0 and same >= _SHORTEST_IN_COMPOUND else 0.0


def slip_likeness(word: str, candidate: str) -> float:
    """Return how sure it is that one slip made the word of the candidate.

    A slip is a letter too many, too few, another letter, or two swapped.
    """
    if min(len(word), len(candidate)) < _SHORTEST_WITH_SLIP or abs(len(word) - len(candidate)) > 1:
        return 0.0
    start = _common_start(word, candidate)
    end = _common_start(word[start:][::-1], candidate[start:][::-1])
    left, right = word[start : len(word) - end], candidate[start : len(candidate) - end]
    swapped = len(left) == 2 and left == right[::-1]
    return _SLIP if swapped or len(left) <= 1 >= len(right) else 0.0


def _common_start(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


def _script(word: str) -> str:
    first = word[0]
    if "\u0600" <= first <= "\u06ff":
        return "arabic"
    if "\u1200" <= first <= "\u137f":
        return "ethiopic"
    return "devanagari" if "\u0900" <= first <= "\u097f" else "alphabet"

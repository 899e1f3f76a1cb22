"""How often the topic that is meant is among the suggested ones, in each of the 25 languages.

`python -m benchmarks.topics`; phrases with a topic (benchmarks.phrases) are given to the suggestion and, as a
baseline, to a search for the words that they share with the names of the topics in their own language. Needs
no database.
"""

import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles

import click

from benchmarks.figures import markdown_table
from benchmarks.phrases import PHRASEBOOK, Phrase, phrasebook, topic_labels, written_phrases
from servicebalie.core.topic_lexicon import TopicLexicon
from servicebalie.core.topic_suggestion import suggest_topics
from servicebalie.core.topic_words import folded, runs
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.code_lists import shipped_code_lists
from servicebalie.services.topic_lexicon import shipped_topic_words, topic_lexicon

OFFERED = 3
GOALS = defaultdict(lambda: 0.8, dict.fromkeys(("nl", "en", "pl"), 0.9))
PARTS = ("held-out", "story", PHRASEBOOK)

Suggest = Callable[[Phrase], Sequence[str]]


@click.command()
@click.option(
    "--misses", type=click.Choice([*LOCALES]), help="Show what was not found in the part to train on."
)
def main(misses: str | None) -> None:
    """Print the figures; end with status 1 when a language misses its goal in any part."""
    if misses:
        _show_misses(misses)
        return
    measured = [phrase for phrase in (*written_phrases(), *phrasebook()) if phrase.part in PARTS]
    baseline = _label_search()
    print(_cost())
    print(f"\n{_accuracy_table(measured, baseline)}\n\n{_sensitive_table(measured)}\n\n{_times(measured)}")
    missed = [
        f"{language}, {part}"
        for (language, part), phrases in _grouped(measured).items()
        if (_share_found(phrases, _suggested, OFFERED) or 0) < GOALS[language]
    ]
    print(f"\nBelow the goal: {'; '.join(missed) or 'none'}")
    sys.exit(1 if missed else 0)


def _suggested(phrase: Phrase) -> list[str]:
    return [suggestion.topic for suggestion in suggest_topics(phrase.text, topic_lexicon(), limit=OFFERED)]


def _label_search() -> Suggest:
    """Return a search that offers the topics whose names share most words with a phrase."""
    labels: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for label in topic_labels():
        labels[label.language][label.topic] = {*map(folded, runs(label.text))}

    def search(phrase: Phrase) -> list[str]:
        words = {*map(folded, runs(phrase.text))}
        shared = {topic: len(words & names) for topic, names in labels[phrase.language].items()}
        found = [topic for topic, count in shared.items() if count]
        return sorted(found, key=lambda topic: -shared[topic])[:OFFERED]

    return search


def _accuracy_table(measured: Sequence[Phrase], baseline: Suggest) -> str:
    grouped = _grouped(measured)
    rows = []
    for language in LOCALES:
        row = [language]
        for part in PARTS:
            phrases = grouped.get((language, part), [])
            row.append(str(len(phrases)))
            row.extend(_percent(_share_found(phrases, _suggested, limit)) for limit in (1, OFFERED))
        row.append(_percent(_share_found(grouped[language, PARTS[0]], baseline, OFFERED)))
        rows.append(row)
    columns = [f"{part}, {figure}" for part in PARTS for figure in ("phrases", "first", "in three")]
    return markdown_table(["", *columns, "names of topics, held-out in three"], rows)


def _sensitive_table(measured: Sequence[Phrase]) -> str:
    """Of questions on a sensitive topic: how many are found; of the others: how many are taken for one."""
    sensitive = {topic.code for topic in shipped_code_lists().topics.values() if topic.sensitive}
    rows = []
    for part in PARTS:
        on = [phrase for phrase in measured if phrase.part == part and phrase.topic in sensitive]
        others = [phrase for phrase in measured if phrase.part == part and phrase.topic not in sensitive]
        found = [phrase.topic in _suggested(phrase) for phrase in on]
        any_found = [bool(sensitive & {*_suggested(phrase)}) for phrase in on]
        first = [bool(sensitive & {*_suggested(phrase)[:1]}) for phrase in others]
        shown = [bool(sensitive & {*_suggested(phrase)}) for phrase in others]
        rows.append(
            [
                part,
                str(len(on)),
                *map(_mean, (found, any_found)),
                str(len(others)),
                *map(_mean, (first, shown)),
            ]
        )
    header = [
        "",
        "sensitive",
        "found",
        "any sensitive",
        "others",
        "a sensitive one first",
        "a sensitive one in three",
    ]
    return markdown_table(header, rows)


def _times(measured: Sequence[Phrase]) -> str:
    """Tell the processor time of a suggestion for a phrase, and for the beginning of a word."""
    rows = []
    texts = {
        "a phrase": [phrase.text for phrase in measured],
        "the first three letters": [phrase.text[:3] for phrase in measured],
        "a letter of 1000 words": [
            " ".join(phrase.text for phrase in measured[start : start + 170]) for start in range(0, 1700, 170)
        ],
    }
    for name, each in texts.items():
        seconds = []
        for text in each:
            begun = time.process_time()
            suggest_topics(text, topic_lexicon(), limit=OFFERED)
            seconds.append(1000 * (time.process_time() - begun))
        nearly_all = quantiles(seconds, n=20, method="inclusive")[-1]
        rows.append([name, *(f"{figure:.2f}" for figure in (median(seconds), nearly_all, max(seconds)))])
    return markdown_table(["", "ms of processor, median", "19 of 20 under", "at most"], rows)


def _cost() -> str:
    begun = time.process_time()
    words = shipped_topic_words()
    read = time.process_time()
    TopicLexicon(words)
    made = time.process_time()
    tracemalloc.start()
    kept = TopicLexicon(words)
    memory, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (
        f"Read in {read - begun:.2f} s of processor, indexed in {made - read:.2f} s; "
        f"{memory / 1e6:.0f} MB for {len(kept.topics)} topics in {len(words) - 1} languages."
    )


def _show_misses(language: str) -> None:
    for phrase in written_phrases():
        if phrase.language == language and phrase.part == "train" and phrase.topic not in _suggested(phrase):
            print(phrase.topic, phrase.text, *suggest_topics(phrase.text, topic_lexicon()), sep=" | ")


def _grouped(phrases: Sequence[Phrase]) -> Mapping[tuple[str, str], list[Phrase]]:
    groups = defaultdict(list)
    for phrase in phrases:
        groups[phrase.language, phrase.part].append(phrase)
    return groups


def _share_found(phrases: Sequence[Phrase], suggest: Suggest, limit: int) -> float | None:
    return (
        sum(phrase.topic in suggest(phrase)[:limit] for phrase in phrases) / len(phrases) if phrases else None
    )


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f}%"


def _mean(found: Sequence[bool]) -> str:
    return _percent(sum(found) / len(found) if found else None)


if __name__ == "__main__":
    main()

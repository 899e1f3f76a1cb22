"""What newcomers ask in their own words, each phrase with its topic: topic_phrases/<language>.tsv.

Written for this project, from nobody's question. Parts: `held-out`, written before the lexicon of the
language (in en, nl and pl a third of them after it); `train`, which the lexicon was made with; `story`,
sentences that tell what happened without naming the topic, written last and never looked at again.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from servicebalie.i18n.catalogues import translations
from servicebalie.i18n.newcomer_words import TOPICS
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.code_lists import shipped_code_lists
from servicebalie.shipped import reference_data

PHRASEBOOK = "phrasebook"
NO_TOPIC = ("other", "unknown")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase in a language (BCP 47), the part it belongs to, and the topic that a person would choose."""

    language: str
    part: str
    topic: str
    text: str


def written_phrases() -> Iterator[Phrase]:
    """Yield the phrases of topic_phrases/."""
    for file in sorted((Path(__file__).parent / "topic_phrases").glob("*.tsv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield Phrase(file.stem, row["part"], row["topic"], row["phrase"])


def phrasebook() -> Iterator[Phrase]:
    """Yield the phrases of the Refugee Phrasebook that ship with the demonstration and have a topic."""
    for line in reference_data("demo/phrases.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["topic"] not in NO_TOPIC and row["language"] in LOCALES:
            yield Phrase(row["language"], PHRASEBOOK, row["topic"], row["text"])


def subtopics() -> frozenset[str]:
    """Return the topics that can be suggested: active, of the lowest level, and about something."""
    topics = shipped_code_lists().topics.values()
    parents = {topic.parent for topic in topics}
    return frozenset(
        topic.code for topic in topics if topic.active and topic.code not in {*parents, *NO_TOPIC}
    )


def topic_labels() -> Iterator[Phrase]:
    """Yield the name of each subtopic in each locale of the newcomer pages."""
    for tag in LOCALES:
        words = translations(tag, "newcomer")
        for topic in sorted(subtopics()):
            yield Phrase(tag, "label", topic, words.gettext(TOPICS[topic]))

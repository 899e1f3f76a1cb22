"""Standard answers: which text somebody gets, what is filled in, and when it must be checked again."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from servicebalie.core.directory import Directory, Location, Service
from servicebalie.core.opening import Opening, whole_opening
from servicebalie.core.ranking import place_of
from servicebalie.core.routing import RoutingFacts, asked_of, route
from servicebalie.core.vocabulary import TextStatus

FALLBACK_LOCALES = ("en", "nl")
"""What is shown where there is no text in somebody's own language, in this order."""

FOR_NEWCOMERS = frozenset({TextStatus.CHECKED})
FOR_STAFF = frozenset({TextStatus.CHECKED, TextStatus.CHECK_BEFORE_USE})
"""Who may read a text of which status."""


class Placeholder(StrEnum):
    """What a text leaves open, because it is not the same everywhere: the service for the topic."""

    SERVICE = "service"
    ADDRESS = "address"
    OPENING = "opening"


class CheckReason(StrEnum):
    """Why somebody must look at a text."""

    NEVER_CHECKED = "never-checked"
    SOURCE_CHANGED = "source-changed"
    CHECKED_LONG_AGO = "checked-long-ago"


@dataclass(frozen=True, slots=True)
class LocalService:
    """The service for a topic, at which of its locations, if it has any, and when it is open next there."""

    service: Service
    location: Location | None
    opening: Opening | None


Paragraph: TypeAlias = tuple[str | Placeholder, ...]
"""A paragraph in pieces: words as they are, and placeholders."""

_PLACEHOLDER = re.compile("{(" + "|".join(Placeholder) + ")}")
_BETWEEN_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class AnswerText:
    """One version of an answer in one language.

    `translated_from` is the version of the source text that it was made from, None for the source text
    itself; `checked_by` names a function, and is None until somebody at the desk has checked the text.
    """

    locale: str
    version: int
    translated_from: int | None
    status: TextStatus
    checked_on: date
    checked_by: str | None
    source_name: str
    source_url: str
    body: str


@dataclass(frozen=True, slots=True)
class StandardAnswer:
    """The newest texts of the answer to questions about a topic, by locale."""

    topic: str
    source_locale: str
    texts: Mapping[str, AnswerText]

    def is_outdated(self, text: AnswerText) -> bool:
        """Whether the source text has changed since this translation was made from it."""
        source = self.texts.get(self.source_locale)
        if source is None or text.translated_from is None:
            return False
        return text.translated_from < source.version


@dataclass(frozen=True, slots=True)
class ChosenText:
    """The text that somebody gets, and what they must be told about it."""

    topic: str
    text: AnswerText
    in_other_language: bool
    outdated: bool


def choose_text(answer: StandardAnswer, locale: str, allowed: Collection[TextStatus]) -> ChosenText | None:
    """Return the text in a language, or in the first fallback language that there is one in, or None.

    An outdated translation is still preferred to a newer text in another language: who cannot read that is
    not helped by it, and a sentence beside the translation says that something may have changed. A text
    that has become wrong is withdrawn; withdrawn texts are never chosen.
    """
    for wanted in (locale, *FALLBACK_LOCALES):
        text = answer.texts.get(wanted)
        if text is not None and text.status in allowed:
            return ChosenText(answer.topic, text, wanted != locale, answer.is_outdated(text))
    return None


def has_unknown_placeholder(body: str) -> bool:
    """Whether a text has braces that are not around the name of a placeholder."""
    left = _PLACEHOLDER.sub("", body)
    return "{" in left or "}" in left


def fillable_paragraphs(body: str, known: Collection[Placeholder]) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a text without those that need something that is not known here."""
    paragraphs = (tuple(_pieces(text)) for text in _BETWEEN_PARAGRAPHS.split(body))
    return tuple(
        paragraph
        for paragraph in paragraphs
        if all(piece in known for piece in paragraph if isinstance(piece, Placeholder))
    )


def filled_in(body: str, words: Mapping[Placeholder, str]) -> str:
    """Return a text with what is known filled in, without the paragraphs that need something else."""
    return "\n\n".join(
        "".join(words[piece] if isinstance(piece, Placeholder) else piece for piece in paragraph)
        for paragraph in fillable_paragraphs(body, words)
    )


def service_to_name(facts: RoutingFacts, directory: Directory, now: datetime) -> LocalService:
    """Return the service that an answer tells about, with all of today's hours when it is open already,
    because the text may be read later.

    It is the one that the question would go to. As long as the municipality is unknown, one that does not
    serve all people of the desk could send somebody away, so then it is the desk itself.
    """
    decision = route(facts, directory, now)
    service, location, opening = decision.service, decision.location, decision.opening
    asked = asked_of(facts, directory, now)
    desk = directory.desk_service
    if facts.municipality is None and not service.covers(desk.municipalities):
        service = desk
        location, opening = place_of(desk, asked)
    if opening and opening.starts_at <= now:
        here = service.schedules_at(location, facts.language, asked.today)
        opening = whole_opening(opening, here, service.closures)
    return LocalService(service, location, opening)


def why_to_check(answer: StandardAnswer, text: AnswerText, today: date, months: int) -> CheckReason | None:
    """Return why somebody must look at a text, the most urgent reason, or None.

    `months` is how many whole months a check is good for. A withdrawn text can wait: nobody sees it.
    """
    if text.status is TextStatus.WITHDRAWN:
        return None
    if text.status is TextStatus.CHECK_BEFORE_USE:
        return CheckReason.NEVER_CHECKED
    if answer.is_outdated(text):
        return CheckReason.SOURCE_CHANGED
    return CheckReason.CHECKED_LONG_AGO if _whole_months(text.checked_on, today) >= months else None


def _pieces(text: str) -> Iterator[str | Placeholder]:
    for number, piece in enumerate(_PLACEHOLDER.split(text)):
        # What the pattern captures comes between what it splits: every second piece is a name.
        if number % 2:
            yield Placeholder(piece)
        elif piece:
            yield piece


def _whole_months(first: date, last: date) -> int:
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)

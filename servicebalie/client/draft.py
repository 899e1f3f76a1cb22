"""A visit as staff entered it, and the one request that registers it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from servicebalie.client.server import Json
from servicebalie.client.texts import _


@dataclass(frozen=True, slots=True)
class Draft:
    """The questions of one visit and the facts about the visit, both with the field names of the API."""

    questions: tuple[Json, ...]
    visit: Json


def paired(topics: Sequence[str], texts: Sequence[str]) -> list[Json] | None:
    """Make one question of every topic and the text in the same place.

    Texts may be left out altogether, and so may the topic of a single text; None when they do not pair.
    """
    if texts and topics and len(texts) != len(topics):
        return None
    if not topics:
        return [{"text": text} for text in texts]
    if not texts:
        return [{"topic": topic} for topic in topics]
    return [{"topic": topic, "text": text} for topic, text in zip(topics, texts, strict=True)]


def faults(draft: Draft) -> Iterator[str]:
    """Name everything for which the server would refuse the draft whatever it knows."""
    if not draft.questions:
        yield _("Give at least a topic or a text.")
    if "visit" in draft.visit and len(draft.visit) > 1:
        yield _("With --visit, leave out what is about the visit itself: it is known already.")
    if any(("service" in question) != ("overrideReason" in question) for question in draft.questions):
        yield _("Give --service and --reason together.")
    if any(
        (question.get("outcome") == "unmet") != ("unmetReason" in question) for question in draft.questions
    ):
        yield _("Give --outcome unmet and --unmet-reason together.")


def request(draft: Draft) -> tuple[str, Json]:
    """Give the path and the body that register the draft; several questions become one visit."""
    if len(draft.questions) == 1:
        return "/questions", {**draft.questions[0], **draft.visit}
    if "visit" in draft.visit:
        return "/questions/batch", {"questions": [{**one, **draft.visit} for one in draft.questions]}
    return "/questions/batch", {"visit": draft.visit, "questions": list(draft.questions)}

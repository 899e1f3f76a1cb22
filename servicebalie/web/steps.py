"""The pages of the form in their order: what is asked on each, and what can be chosen there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from servicebalie.core.code_lists import CodeLists, Municipality, Topic
from servicebalie.core.errors import Fault
from servicebalie.core.municipality_names import find_municipality, suggest_municipalities
from servicebalie.core.topic_suggestion import Suggestion, suggest_topics
from servicebalie.http.fields import InputSchema
from servicebalie.http.locale import current_tag, page_language
from servicebalie.http.transaction import job
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.directory import desk_municipalities
from servicebalie.services.municipality_names import other_names
from servicebalie.services.text_language import other_language
from servicebalie.services.topic_lexicon import topic_lexicon
from servicebalie.web.choices import language_choices, municipality_names, topic_tree
from servicebalie.web.schemas import (
    AboutSchema,
    AnswerSchema,
    Asked,
    ContactPageSchema,
    FoundSchema,
    QuestionSchema,
    SuggestionSchema,
    TopicSchema,
    load,
)
from servicebalie.web.standard_answers import answer_about, answer_words

MOST_FOUND = 6
MOST_SUGGESTED = 3

Typed = Mapping[str, str]
"""Answers by field, as they were typed."""


def _no_choices(typed: Typed, asked: Asked) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the form, by its name in the address.

    `number` is what people see; pages with the same number are states of one page, and a page without one
    is not counted. `choices` returns what its template needs besides what was typed.

    Everybody gets the page unless `shown` tells for whom it is. Such a page is never wanted by the one
    before it: it comes up by itself on the way to the next as long as its schema finds a fault, and
    `not-yet-asked` is the fault that nobody is told of.
    """

    name: str
    number: int | None
    schema: InputSchema
    choices: Callable[[Typed, Asked], dict[str, Any]] = _no_choices
    shown: Callable[[Typed], bool] | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """The page to show, what was asked on the pages before it, and what is wrong on it."""

    step: Step
    asked: Asked
    faults: list[Fault]


def reach(wanted: str, typed: Typed) -> Reached:
    """Return the page that is wanted, or the first one before it that is not in order.

    A page that is not for this person is answered by the one before it that everybody gets.
    """
    values: dict[str, Any] = {}
    latest = STEPS[0]
    for step in STEPS:
        shown = step.shown is None or step.shown(typed)
        latest = step if step.shown is None else latest
        if step.name == wanted:
            return Reached(step if shown else latest, Asked.of(values), [])
        if shown:
            loaded, faults = load(step.schema, typed)
            if faults:
                return Reached(step, Asked.of(values), [f for f in faults if f.code != "not-yet-asked"])
            values |= loaded
    raise LookupError(wanted)


def step_before(step: Step) -> Step | None:
    """Return the page that everybody gets before this one; None for the first."""
    before = [one for one in STEPS[: STEPS.index(step)] if one.shown is None]
    return before[-1] if before else None


def step_after(step: Step) -> Step:
    """Return the page that everybody gets after this one; not for the last."""
    return next(one for one in STEPS[STEPS.index(step) + 1 :] if one.shown is None)


def _topic_choices(typed: Typed, asked: Asked) -> dict[str, Any]:
    lists = job().work.directory.code_lists
    topic = lists.topics.get(typed.get("topic", ""))
    return {"topics": topic_tree(lists), "main_topic": (topic.parent or topic.code) if topic else None}


def _found_topics(typed: Typed, asked: Asked) -> dict[str, Any]:
    return {"offered": _offered(typed.get("search", ""), MOST_FOUND)}


def _somebody_searches(typed: Typed) -> bool:
    return bool(typed.get("search", "").strip())


def _suggested_topics(typed: Typed, asked: Asked) -> dict[str, Any]:
    return {"offered": _offered(typed.get("text", ""), MOST_SUGGESTED)}


def _text_speaks_for_a_topic(typed: Typed) -> bool:
    """Whether no topic was chosen, unless from these suggestions, and the text says something of one."""
    open_to_it = typed.get("topic", "") in {"", typed.get("suggested", "")}
    return open_to_it and bool(_offered(typed.get("text", ""), MOST_SUGGESTED))


def _offered(text: str, limit: int) -> list[tuple[Topic, Suggestion]]:
    """Return the topics in use that a text speaks for, each with the words that did."""
    lists = job().work.directory.code_lists
    suggestions = suggest_topics(text, topic_lexicon(), limit=limit)
    found = [(lists.topics.get(one.topic), one) for one in suggestions]
    return [(topic, one) for topic, one in found if topic and topic.active]


def _has_unread_answer(typed: Typed) -> bool:
    return typed.get("answer") != typed.get("topic") and answer_about(typed.get("topic")) is not None


def _answer_choices(typed: Typed, asked: Asked) -> dict[str, Any]:
    chosen = answer_about(typed.get("topic"))
    assert chosen is not None  # noqa: S101 - the page is shown to those who have an answer to read
    return {"answer": chosen, **answer_words(chosen)}


def is_sensitive(typed: Typed) -> bool:
    """Whether the topic that was chosen is a sensitive one."""
    topic = job().work.directory.code_lists.topics.get(typed.get("topic", ""))
    return topic is not None and topic.sensitive


def may_be_sensitive(typed: Typed) -> bool:
    """Whether the topic is a sensitive one, or what was written or looked for speaks for such a topic."""
    written = [typed.get("search", ""), typed.get("text", "")]
    offered = [topic for words in written for topic, _ in _offered(words, MOST_FOUND)]
    return is_sensitive(typed) or any(topic.sensitive for topic in offered)


def _about_choices(typed: Typed, asked: Asked) -> dict[str, Any]:
    prepared = job()
    lists = prepared.work.directory.code_lists
    own = desk_municipalities(prepared.session, prepared.work.desk_id)
    written = other_language(asked.text or "", page_language())
    return {
        "own_municipalities": municipality_names(lists, own),
        "nearest": nearest_municipalities(typed.get("municipality", ""), lists),
        "language_choices": language_choices(lists, LOCALES[current_tag()]),
        "written": written if written in lists.languages else None,
    }


def nearest_municipalities(typed: str, lists: CodeLists) -> tuple[Municipality, ...] | None:
    """Return the municipalities that may be meant, or None when it is clear which, or nothing was typed."""
    municipalities = lists.municipalities.values()
    if not typed.strip() or find_municipality(typed, municipalities, other_names()):
        return None
    return suggest_municipalities(typed, municipalities, other_names())


def _check_choices(typed: Typed, asked: Asked) -> dict[str, Any]:
    lists = job().work.directory.code_lists
    names = {choice.code: choice.own_name for choice in language_choices(lists, LOCALES[current_tag()])}
    return {
        "asked": asked,
        "language": names[asked.language or page_language()],
        "municipality": lists.municipalities[asked.municipality].name if asked.municipality else None,
    }


STEPS = (
    Step("topic", 1, TopicSchema(), _topic_choices),
    Step("found", 1, FoundSchema(), _found_topics, _somebody_searches),
    Step("question", 2, QuestionSchema()),
    Step("suggestion", 2, SuggestionSchema(), _suggested_topics, _text_speaks_for_a_topic),
    Step("answer", None, AnswerSchema(), _answer_choices, _has_unread_answer),
    Step("about", 3, AboutSchema(), _about_choices),
    Step("contact", 4, ContactPageSchema()),
    Step("check", 5, InputSchema(), _check_choices),
    Step("send", None, InputSchema()),
)
NUMBERED = max(step.number for step in STEPS if step.number)
FIELDS = frozenset(name for step in STEPS for name in step.schema.fields)

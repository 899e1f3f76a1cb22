"""The pages of the form in their order: what is asked on each, and what can be chosen there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from servicebalie.core.errors import Fault
from servicebalie.core.municipality_names import suggest_municipalities
from servicebalie.http.fields import InputSchema
from servicebalie.http.locale import current_tag
from servicebalie.http.transaction import job
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.directory import desk_municipalities
from servicebalie.web.choices import language_choices, municipality_names, topic_tree
from servicebalie.web.schemas import AboutSchema, Asked, ContactSchema, QuestionSchema, TopicSchema, load

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


def _about_choices(typed: Typed, asked: Asked) -> dict[str, Any]:
    prepared = job()
    lists = prepared.work.directory.code_lists
    own = desk_municipalities(prepared.session, prepared.work.desk_id)
    return {
        "own_municipalities": municipality_names(lists, own),
        "suggestions": suggest_municipalities(typed.get("municipality", ""), lists.municipalities.values()),
        "language_choices": language_choices(lists, LOCALES[current_tag()]),
    }


def _check_choices(typed: Typed, asked: Asked) -> dict[str, Any]:
    lists = job().work.directory.code_lists
    names = {choice.code: choice.own_name for choice in language_choices(lists, LOCALES[current_tag()])}
    return {
        "asked": asked,
        "language": names[asked.language or page_language()],
        "municipality": lists.municipalities[asked.municipality].name if asked.municipality else None,
    }


def page_language() -> str:
    """Return the code of the language of this page, without the script."""
    return current_tag().partition("-")[0]


STEPS = (
    Step("topic", 1, TopicSchema(), _topic_choices),
    Step("question", 2, QuestionSchema()),
    Step("about", 3, AboutSchema(), _about_choices),
    Step("contact", 4, ContactSchema()),
    Step("check", 5, InputSchema(), _check_choices),
    Step("send", None, InputSchema()),
)
NUMBERED = max(step.number for step in STEPS if step.number)
FIELDS = frozenset(name for step in STEPS for name in step.schema.fields)

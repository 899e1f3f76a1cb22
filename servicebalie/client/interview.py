"""The questions that `balie log` asks at the counter; enter skips each of them."""

import click

from servicebalie.client.choices import Choice, choose, closed_choices
from servicebalie.client.code_lists import CodeLists
from servicebalie.client.draft import Draft
from servicebalie.client.server import Json
from servicebalie.client.texts import _
from servicebalie.client.vocabulary import (
    ARRIVALS,
    CHANNELS,
    GROUPS,
    OUTCOMES,
    REGISTRATIONS,
    STAYS,
    UNMET_REASONS,
)


def complete(draft: Draft, lists: CodeLists, *, with_ending: bool, with_consent: bool) -> Draft:
    """Ask for what the draft leaves open, `with_ending` also how each question ended, and `with_consent`
    whether those that did not end may be passed on.

    A visit that is known already is not asked about.
    """
    click.echo(_("Enter skips a question."))
    if draft.questions:
        questions = [_with_text(question) for question in draft.questions]
    else:
        questions = _asked_questions(lists)
    if with_ending:
        questions = [{**question, **_asked_ending(question)} for question in questions]
    visit = draft.visit if "visit" in draft.visit else _asked_visit(draft.visit, lists)
    if with_consent and any("outcome" not in question for question in questions):
        questions = _with_consent(questions)
    return Draft(tuple(questions), visit)


def _asked_questions(lists: CodeLists) -> list[Json]:
    topics = lists.choices("topics")
    first = _asked_question(choose(_("Topic (part of a word, ? for the list)"), topics))
    questions = [first] if first else []
    while questions and (topic := choose(_("One more topic (enter: no more)"), topics)):
        questions.append(_asked_question(topic))
    return questions


def _asked_question(topic: str | None) -> Json:
    return _with_text({"topic": topic} if topic else {})


def _with_text(question: Json) -> Json:
    if "text" in question:
        return question
    text = str(click.prompt(_("Text"), default="", show_default=False)).strip()
    return {**question, "text": text} if text else question


def _asked_ending(question: Json) -> Json:
    named = question.get("topic") or question.get("text")
    prompt = _("Outcome of %(question)s (enter: not yet, send it on)") % {"question": named}
    outcome = choose(prompt, closed_choices(OUTCOMES), at_once=True)
    if not outcome:
        return {}
    reason = choose(_("Why not"), closed_choices(UNMET_REASONS), at_once=True) if outcome == "unmet" else None
    return {"outcome": outcome} | ({"unmetReason": reason} if reason else {})


def _with_consent(questions: list[Json]) -> list[Json]:
    """Ask once for the whole visit; nobody is assumed to agree."""
    answers = (Choice("yes", _("Yes")), Choice("no", _("No")))
    if choose(_("May we pass the question on? (enter: no)"), answers, at_once=True) != "yes":
        return questions
    return [question if "outcome" in question else {**question, "consent": True} for question in questions]


def _asked_visit(given: Json, lists: CodeLists) -> Json:
    visit = dict(given)
    languages = lists.choices("languages")
    _ask(visit, "language", _("Language of the newcomer (part of a word)"), languages)
    if "language" in visit:
        _ask(visit, "languageServed", _("Language in which you helped (part of a word)"), languages)
    _ask(visit, "municipality", _("Municipality (part of a word)"), lists.choices("municipalities"))
    for field, question, labels in (
        ("channel", _("Channel (enter: counter)"), CHANNELS),
        ("group", _("Newcomer group"), GROUPS),
        ("stay", _("Expected stay"), STAYS),
        ("arrival", _("Arrived"), ARRIVALS),
        ("registration", _("Registration"), REGISTRATIONS),
    ):
        _ask(visit, field, question, closed_choices(labels), at_once=True)
    return visit


def _ask(
    visit: Json, field: str, question: str, choices: tuple[Choice, ...], *, at_once: bool = False
) -> None:
    """Ask for one fact of the visit, unless it is there already."""
    if field not in visit and (code := choose(question, choices, at_once=at_once)):
        visit[field] = code

"""Choosing one code out of a list: by number, or by typing part of a word."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import click

from servicebalie.client.terminal import one_line
from servicebalie.client.texts import _, ngettext
from servicebalie.client.vocabulary import Labels

SHOWN_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """One code with its label, the code that it is under, and other names by which people know it."""

    code: str
    label: str
    parent: str | None = None
    names: tuple[str, ...] = ()


def closed_choices(labels: Labels) -> tuple[Choice, ...]:
    """Make choices of a closed code list, in the language of the user."""
    return tuple(Choice(code, _(label)) for code, label in labels.items())


def search(choices: Sequence[Choice], typed: str) -> tuple[Choice, ...]:
    """Find the choices that `typed` may mean, the nearest first.

    Capitals and accents do not count. First comes a whole code or name, then the start of one, then the
    start of a word, then any part; last what is under a topic that was found.
    """
    wanted = _folded(typed)
    ranked = [(rank, choice) for choice in choices if (rank := _rank(choice, wanted)) is not None]
    found = {choice.code for _rank_of, choice in ranked}
    below = [choice for choice in choices if choice.parent in found and choice.code not in found]
    return (*(choice for _rank_of, choice in sorted(ranked, key=lambda pair: pair[0])), *below)


def _rank(choice: Choice, wanted: str) -> int | None:
    names = [_folded(name) for name in (choice.code, choice.label, *choice.names)]
    tests = (
        wanted in names,
        any(name.startswith(wanted) for name in names),
        any(word.startswith(wanted) for name in names for word in name.replace("-", " ").split()),
        any(wanted in name for name in names),
    )
    return tests.index(True) if True in tests else None


def exact(choices: Sequence[Choice], typed: str) -> Choice | None:
    """Give the choice whose code or name is just what was typed."""
    wanted = _folded(typed)
    return next((choice for choice in choices if _rank(choice, wanted) == 0), None)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def choose(question: str, choices: Sequence[Choice], *, at_once: bool = False) -> str | None:
    """Ask for one of `choices` until one is left; enter skips the question and gives None.

    With `at_once` the list is shown before the first question. Without any choices (the list could not
    be fetched) what is typed is taken for a code.
    """
    listed = tuple(choices) if at_once else ()
    while True:
        _show(listed, choices)
        typed = str(click.prompt(question, default="", show_default=False)).strip()
        if not typed:
            return None
        if not choices:
            return typed
        listed = narrowed(choices, listed, typed)
        if len(listed) == 1:
            click.echo(f"  → {one_line(listed[0].label)}")
            return listed[0].code
        if not listed:
            click.echo("  " + _("Nothing found. Type another part of the word, or ? for the list."))


def narrowed(choices: Sequence[Choice], listed: Sequence[Choice], typed: str) -> tuple[Choice, ...]:
    """Give the choices that are left after `typed`: ?, a number in the list on the screen, or a word.

    A choice with others below it is left alone only when it was picked from among them.
    """
    if typed == "?":
        return tuple(choice for choice in choices if choice.parent is None)
    if typed.isdecimal() and 1 <= int(typed) <= min(len(listed), SHOWN_AT_ONCE):
        picked: Choice | None = listed[int(typed) - 1]
    else:
        picked = exact(choices, typed)
    if picked is None:
        return search(choices, typed)
    below = tuple(choice for choice in choices if choice.parent == picked.code)
    seen = {choice.code for choice in listed}
    return (picked,) if all(choice.code in seen for choice in below) else (picked, *below)


def _show(listed: Sequence[Choice], choices: Sequence[Choice]) -> None:
    labels = {choice.code: choice.label for choice in choices}
    for number, choice in enumerate(listed[:SHOWN_AT_ONCE], start=1):
        above = f" ({one_line(labels[choice.parent])})" if choice.parent in labels else ""
        click.echo(f"  {number:2} {one_line(choice.label)}{above}")
    if (more := len(listed) - SHOWN_AT_ONCE) > 0:
        sentence = ngettext(
            "%(count)d more: type more of the word.", "%(count)d more: type more of the word.", more
        )
        click.echo("     " + sentence % {"count": more})

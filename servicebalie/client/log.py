"""`balie log`: register the questions of one visit."""

import sys
import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus

import click

from servicebalie.client import answers
from servicebalie.client.code_lists import CodeLists
from servicebalie.client.command import (
    NOT_REACHABLE,
    Command,
    Option,
    exit_code,
    explained,
    fail,
    open_code_lists,
    open_queue,
    open_server,
)
from servicebalie.client.draft import Draft, faults, paired, request
from servicebalie.client.errors import NotReachable, Refused
from servicebalie.client.interview import complete
from servicebalie.client.meaning import meant
from servicebalie.client.question_lines import question_lines
from servicebalie.client.queue import Kept, Queue
from servicebalie.client.send import send_waiting, still_waiting
from servicebalie.client.server import Json, Server
from servicebalie.client.texts import _, mark
from servicebalie.client.vocabulary import (
    ARRIVALS,
    CHANNELS,
    GROUPS,
    OUTCOMES,
    REGISTRATIONS,
    STAYS,
    UNMET_REASONS,
    Labels,
)

_ENDING = ("service", "overrideReason", "outcome", "unmetReason")
_CONTACT = ("email", "phone", "emailSafe")
_SEARCHED = {
    "language": ("--language", "languages"),
    "languageServed": ("--language-served", "languages"),
    "municipality": ("--municipality", "municipalities"),
    "service": ("--service", "services"),
}


def _codes(labels: Labels) -> click.Choice[str]:
    return click.Choice(list(labels))


@click.command(
    "log",
    cls=Command,
    help=mark(
        "Register the questions of one visit. At a terminal it asks for what is missing; where a code is "
        "wanted, part of a word will do. Without --email and --phone the newcomer stays anonymous."
    ),
)
@click.option(
    "--topic",
    "topics",
    cls=Option,
    multiple=True,
    help=mark("Topic of the question. Repeat it for several questions in one visit."),
)
@click.option(
    "--text",
    "texts",
    cls=Option,
    multiple=True,
    help=mark("The question in words. With several topics: one for each, in the same order."),
)
@click.option("--language", cls=Option, help=mark("Language in which the question was asked."))
@click.option("--language-served", "languageServed", cls=Option, help=mark("Language of the help."))
@click.option(
    "--interpreter/--no-interpreter",
    "interpreterUsed",
    cls=Option,
    default=None,
    help=mark("Whether an interpreter helped."),
)
@click.option("--municipality", cls=Option, help=mark("Municipality where the newcomer lives."))
@click.option("--channel", cls=Option, type=_codes(CHANNELS), help=mark("How the visit came; else counter."))
@click.option("--group", cls=Option, type=_codes(GROUPS), help=mark("Newcomer group."))
@click.option("--stay", cls=Option, type=_codes(STAYS), help=mark("Expected stay."))
@click.option("--arrival", cls=Option, type=_codes(ARRIVALS), help=mark("Time since arrival."))
@click.option("--registration", cls=Option, type=_codes(REGISTRATIONS), help=mark("Registration."))
@click.option(
    "--email",
    cls=Option,
    prompt=mark("E-mail address"),
    prompt_required=False,
    help=mark("E-mail address for the answer; without a value it is asked for."),
)
@click.option(
    "--email-safe",
    "emailSafe",
    cls=Option,
    is_flag=True,
    default=None,
    help=mark("The newcomer said that mail is safe, also about a sensitive topic."),
)
@click.option(
    "--phone",
    cls=Option,
    prompt=mark("Phone number"),
    prompt_required=False,
    help=mark("Phone number for the answer; without a value it is asked for."),
)
@click.option(
    "--return-code",
    "returnCode",
    cls=Option,
    prompt=mark("Return code of the earlier visit"),
    prompt_required=False,
    help=mark("Return code of an earlier visit; without a value it is asked for."),
)
@click.option(
    "--consent/--no-consent",
    "consent",
    cls=Option,
    default=None,
    help=mark("Whether the newcomer agrees that the question is passed on; else it is not."),
)
@click.option("--visit", cls=Option, help=mark("Add to this visit, as an earlier answer named it."))
@click.option("--service", cls=Option, help=mark("Send it to this service instead; needs --reason."))
@click.option("--reason", "overrideReason", cls=Option, help=mark("Why this service."))
@click.option(
    "--outcome", cls=Option, type=_codes(OUTCOMES), help=mark("Close it at once with this outcome.")
)
@click.option(
    "--unmet-reason",
    "unmetReason",
    cls=Option,
    type=_codes(UNMET_REASONS),
    help=mark("Why nobody could help; with the outcome unmet."),
)
@click.option(
    "--ask/--no-ask",
    cls=Option,
    default=None,
    help=mark("Whether to ask for what is missing; else only at a terminal."),
)
def log_questions(
    topics: tuple[str, ...], texts: tuple[str, ...], ask: bool | None, **given: str | bool | None
) -> None:
    """Register one visit and show where each question went; keep it when the server is away."""
    server, queue = open_server(), open_queue()
    lists = open_code_lists(server)
    draft = _draft(topics, texts, given, lists, ask=sys.stdin.isatty() if ask is None else ask)
    if found := list(faults(draft)):
        raise click.UsageError("\n".join(found))
    answer = _sent_or_kept(draft, queue, server)
    _show(answer, lists)
    if queue.waiting():
        with suppress(NotReachable):
            send_waiting(queue, server)
    if queue.waiting():
        click.echo(still_waiting(queue), err=True)


def _draft(
    topics: tuple[str, ...],
    texts: tuple[str, ...],
    given: Mapping[str, str | bool | None],
    lists: CodeLists,
    *,
    ask: bool,
) -> Draft:
    questions = paired([meant(lists.choices("topics"), topic, option="--topic") for topic in topics], texts)
    if questions is None:
        raise click.UsageError(_("Give one --text for each --topic, or none."))
    facts = _facts(given, lists)
    ending = {field: facts.pop(field) for field in _ENDING if field in facts}
    consent = {field: facts.pop(field) for field in ("consent",) if field in facts}
    contact = {field: facts.pop(field) for field in _CONTACT if field in facts}
    draft = Draft(tuple(questions), facts | ({"contact": contact} if contact else {}))
    if ask:
        with_consent = not consent and "outcome" not in ending
        draft = complete(draft, lists, with_ending=not ending, with_consent=with_consent)
    return Draft(tuple({**question, **ending, **consent} for question in draft.questions), draft.visit)


def _facts(given: Mapping[str, str | bool | None], lists: CodeLists) -> Json:
    """Keep the options that were given, with codes in the place of words."""
    facts: Json = {field: value for field, value in given.items() if value is not None}
    for field, (option, name) in _SEARCHED.items():
        if field in facts:
            facts[field] = meant(lists.choices(name), facts[field], option=option)
    return facts


def _sent_or_kept(draft: Draft, queue: Queue, server: Server) -> Json:
    """Send the draft; when that fails for a reason that is not in the draft, keep it and exit."""
    path, body = request(draft)
    now = datetime.now(UTC)
    kept = Kept(key=str(uuid.uuid4()), kept_at=f"{now:%Y%m%dT%H%M%SZ}", path=path, body=body)
    try:
        return server.post(kept.path, kept.body, kept.key)
    except (NotReachable, Refused) as error:
        if isinstance(error, Refused) and error.problem.status != HTTPStatus.UNAUTHORIZED:
            raise
        queue.keep(kept)
        fail([*explained(error), still_waiting(queue)], exit_code(error))
    except KeyboardInterrupt:
        queue.keep(kept)
        fail([still_waiting(queue)], NOT_REACHABLE)


def _show(answer: Json, lists: CodeLists) -> None:
    questions = answers.questions(answer)
    for question in questions:
        click.echo("\n".join(question_lines(question, lists)) + "\n")
    if any(question.return_code for question in questions):
        click.echo(_("Give the return code to the newcomer now: it is shown only this once."))

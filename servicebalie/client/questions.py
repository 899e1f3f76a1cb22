"""`balie list`, `balie find`, `balie show`, `balie close` and `balie mask`."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

import click

from servicebalie.client import answers
from servicebalie.client.code_lists import CodeLists
from servicebalie.client.command import Command, Option, open_code_lists, open_server
from servicebalie.client.meaning import meant
from servicebalie.client.question_lines import label, question_lines
from servicebalie.client.question_table import due, show_items, show_list
from servicebalie.client.server import Query
from servicebalie.client.texts import _, mark
from servicebalie.client.vocabulary import (
    CHANNELS,
    MARKS,
    OUTCOMES,
    RETURN_REASONS,
    STATUSES,
    UNMET_REASONS,
)

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("list", cls=Command, help=mark("List questions, the newest first."))
@click.option("--status", cls=Option, type=click.Choice(list(STATUSES)), help=mark("Only with this status."))
@click.option("--topic", cls=Option, help=mark("Only on this topic: a code or part of a word."))
@click.option("--language", cls=Option, help=mark("Only in this language: a code or part of a word."))
@click.option(
    "--municipality", cls=Option, help=mark("Only from this municipality: a code or part of a word.")
)
@click.option("--service", cls=Option, help=mark("Only at this service: an id or part of a word."))
@click.option("--channel", cls=Option, type=click.Choice(list(CHANNELS)), help=mark("Only by this channel."))
@click.option("--received-from", cls=Option, type=DAY, help=mark("Only received on this day or later."))
@click.option("--received-to", cls=Option, type=DAY, help=mark("Only received on this day or earlier."))
@click.option("--overdue", cls=Option, is_flag=True, help=mark("Only what is overdue."))
@click.option(
    "--attention",
    cls=Option,
    is_flag=True,
    help=mark("Only what came back from a partner, and after that what is overdue."),
)
@click.option("--limit", cls=Option, type=click.IntRange(min=1), help=mark("At most so many in one page."))
@click.option("--all", "everything", cls=Option, is_flag=True, help=mark("All pages, not only the first."))
@click.option("--json", "as_json", cls=Option, is_flag=True, help=mark("Write a JSON array."))
def list_questions(everything: bool, as_json: bool, **filters: str | int | bool | datetime | None) -> None:
    """Write a table of questions; without `everything` the first page, and a word on what is left out."""
    server = open_server()
    lists = open_code_lists(server)
    show_list(
        server,
        "/questions",
        _query(lists, filters),
        everything=everything,
        as_json=as_json,
        rows_of=lambda items: [_row(answers.summary(item), lists) for item in items],
    )


@click.command(
    "find",
    cls=Command,
    help=mark(
        "Find the questions of somebody by e-mail address or phone number. It is asked for, so that it stays "
        "out of the history of the terminal."
    ),
)
@click.option("--json", "as_json", cls=Option, is_flag=True, help=mark("Write a JSON array."))
def find_questions(as_json: bool) -> None:
    """Ask by whom, on the terminal or the standard input, and write a table of their questions."""
    value = click.prompt(_("E-mail address or phone number"), err=True).strip()
    server = open_server()
    found = server.post("/visits/search", {"email" if "@" in value else "phone": value}, str(uuid.uuid4()))
    lists = open_code_lists(server)
    show_items(
        found["items"],
        more=False,
        as_json=as_json,
        rows_of=lambda items: [_row(answers.summary(item), lists) for item in items],
    )


def _query(lists: CodeLists, filters: dict[str, str | int | bool | datetime | None]) -> Query:
    query = dict(_parameters(filters))
    for name, plural in (
        ("topic", "topics"),
        ("language", "languages"),
        ("municipality", "municipalities"),
        ("service", "services"),
    ):
        if name in query:
            query[name] = meant(lists.choices(plural), query[name], option=f"--{name}")
    return query


def _parameters(filters: dict[str, str | int | bool | datetime | None]) -> Iterator[tuple[str, str]]:
    for name, value in filters.items():
        first, *rest = name.split("_")
        key = first + "".join(word.capitalize() for word in rest)
        match value:
            case None | False:
                continue
            case True:
                yield key, "true"
            case datetime():
                yield key, value.date().isoformat()
            case _:
                yield key, str(value)


def _row(summary: answers.Summary, lists: CodeLists) -> list[str]:
    # A cell of a table is short: why it came back says already that it did.
    told = (
        label(RETURN_REASONS, summary.returned_reason)
        or label(MARKS, summary.mark)
        or label(UNMET_REASONS, summary.unmet_reason)
    )
    status = label(STATUSES, summary.status) or ""
    return [
        summary.reference,
        f"{status} ({told})" if told else status,
        lists.label("topics", summary.topic),
        lists.label("languages", summary.language),
        lists.label("municipalities", summary.municipality),
        summary.service or "",
        due(summary.due_date, overdue=summary.overdue),
    ]


@click.command("show", cls=Command, help=mark("Show one question."))
@click.argument("reference")
def show_question(reference: str) -> None:
    """Write one question in full."""
    server = open_server()
    question = answers.question(server.get(question_path(reference)))
    for line in question_lines(question, open_code_lists(server)):
        click.echo(line)


@click.command("close", cls=Command, help=mark("Close a question with its outcome."))
@click.argument("reference")
@click.option(
    "--outcome",
    cls=Option,
    type=click.Choice(list(OUTCOMES)),
    required=True,
    help=mark("How the question ended."),
)
@click.option(
    "--unmet-reason",
    cls=Option,
    type=click.Choice(list(UNMET_REASONS)),
    help=mark("Why nobody could help; with the outcome unmet."),
)
def close_question(reference: str, outcome: str, unmet_reason: str | None) -> None:
    """Close a question; a closing that does not reach the server is not kept."""
    body = {"outcome": outcome} | ({"unmetReason": unmet_reason} if unmet_reason else {})
    server = open_server()
    answer = server.post(f"{question_path(reference)}/close", body, str(uuid.uuid4()))
    for line in question_lines(answers.question(answer), open_code_lists(server)):
        click.echo(line)


@click.command(
    "mask",
    cls=Command,
    help=mark("Mask numbers that nobody needs here, such as a BSN, in the texts of a question, for good."),
)
@click.argument("reference")
def mask_question(reference: str) -> None:
    """Mask what the server finds, and write the question as it is then."""
    server = open_server()
    answer = server.post(f"{question_path(reference)}/mask", {}, str(uuid.uuid4()))
    for line in question_lines(answers.question(answer), open_code_lists(server)):
        click.echo(line)


def question_path(reference: str) -> str:
    """Give the path of a question; a reference may be typed in small letters and with spaces."""
    return "/questions/" + quote("".join(reference.split()).upper(), safe="")

"""`balie inbox`, `accept`, `return`, `ask`, `answer` and `complete`: what a partner does with referrals."""

import uuid
from collections.abc import Callable

import click

from servicebalie.client import answers
from servicebalie.client.code_lists import CodeLists
from servicebalie.client.command import Command, Option, open_code_lists, open_server
from servicebalie.client.question_lines import label, referral_lines
from servicebalie.client.question_table import due, show_list
from servicebalie.client.server import Server
from servicebalie.client.texts import _, mark
from servicebalie.client.vocabulary import (
    REFERRAL_OUTCOMES,
    REFERRAL_STATUSES,
    RETURN_REASONS,
    UNMET_REASONS,
)

_QUESTION_LENGTH = 8
"""A question has a short reference, a referral a long one; either will do."""

Decorator = Callable[[Callable[..., None]], Callable[..., None]]

note_option: Decorator = click.option(
    "--note", cls=Option, help=mark("A word to the desk; the newcomer can read it too.")
)
text_option: Decorator = click.option(
    "--text", cls=Option, prompt=mark("Text"), help=mark("What to write; without it, it is asked for.")
)


@click.command("inbox", cls=Command, help=mark("List the questions handed to your organisation."))
@click.option(
    "--status",
    cls=Option,
    type=click.Choice(list(REFERRAL_STATUSES)),
    help=mark("Only with this status; else those that are open."),
)
@click.option("--overdue", cls=Option, is_flag=True, help=mark("Only what is overdue."))
@click.option("--all", "everything", cls=Option, is_flag=True, help=mark("All pages, not only the first."))
@click.option("--json", "as_json", cls=Option, is_flag=True, help=mark("Write a JSON array."))
def inbox(status: str | None, overdue: bool, everything: bool, as_json: bool) -> None:
    """Write a table of referrals; without `everything` the first page, and a word on what is left out."""
    server = open_server()
    query = {"status": status} if status else {}
    query |= {"overdue": "true"} if overdue else {}
    lists = open_code_lists(server)
    show_list(
        server,
        "/referrals",
        query,
        everything=everything,
        as_json=as_json,
        rows_of=lambda items: [_row(answers.inbox_item(item), lists) for item in items],
    )


@click.command("accept", cls=Command, help=mark("Accept a question that was handed to you."))
@click.argument("reference")
@note_option
def accept(reference: str, note: str | None) -> None:
    """Accept a referral, and show it with how to reach the newcomer."""
    _act(reference, "accept", note=note)


@click.command("return", cls=Command, help=mark("Return a question to the desk, with the reason."))
@click.argument("reference")
@click.option(
    "--reason",
    cls=Option,
    type=click.Choice(list(RETURN_REASONS)),
    required=True,
    help=mark("Why you return it."),
)
@note_option
def return_referral(reference: str, reason: str, note: str | None) -> None:
    """Return a referral."""
    _act(reference, "return", reason=reason, note=note)


@click.command("ask", cls=Command, help=mark("Ask the newcomer something; your time stops until the reply."))
@click.argument("reference")
@text_option
@click.option("--language", cls=Option, help=mark("Language of the text, as a code."))
def ask(reference: str, text: str, language: str | None) -> None:
    """Ask back."""
    _act(reference, "ask-back", text=text, language=language)


@click.command("answer", cls=Command, help=mark("Write an answer to the newcomer."))
@click.argument("reference")
@text_option
@click.option("--language", cls=Option, help=mark("Language of the text, as a code."))
def answer(reference: str, text: str, language: str | None) -> None:
    """Answer; the referral stays open."""
    _act(reference, "answer", text=text, language=language)


@click.command("complete", cls=Command, help=mark("Say how it ended, and close your part of the question."))
@click.argument("reference")
@click.option(
    "--outcome",
    cls=Option,
    type=click.Choice(list(REFERRAL_OUTCOMES)),
    required=True,
    help=mark("How the question ended."),
)
@click.option(
    "--unmet-reason",
    cls=Option,
    type=click.Choice(list(UNMET_REASONS)),
    help=mark("Why nobody could help; with the outcome unmet."),
)
@note_option
def complete(reference: str, outcome: str, unmet_reason: str | None, note: str | None) -> None:
    """Complete a referral."""
    _act(reference, "complete", outcome=outcome, unmetReason=unmet_reason, note=note)


INBOX_COMMANDS = (inbox, accept, return_referral, ask, answer, complete)


def _act(reference: str, what: str, **body: str | None) -> None:
    """Do something with a referral and show it; what does not reach the server is not kept."""
    server = open_server()
    path = f"/referrals/{_referral_of(server, reference)}/{what}"
    given = {name: value for name, value in body.items() if value is not None}
    done = server.post(path, given, str(uuid.uuid4()))
    for line in referral_lines(answers.inbox_referral(done), open_code_lists(server)):
        click.echo(line)


def _referral_of(server: Server, typed: str) -> str:
    """Give the reference of a referral; that of a question stands for the one that is open."""
    reference = "".join(typed.split()).upper()
    if len(reference) != _QUESTION_LENGTH:
        return reference
    found = server.get("/referrals", {"question": reference})["items"]
    if not found:
        raise click.UsageError(_("Your inbox has no open question with this reference."))
    return str(found[0]["reference"])


def _row(item: answers.InboxItem, lists: CodeLists) -> list[str]:
    # A cell of a table is short: why something ended says already how.
    why = label(RETURN_REASONS, item.returned_reason) or label(UNMET_REASONS, item.unmet_reason)
    return [
        item.question,
        why or label(REFERRAL_STATUSES, item.status) or "",
        lists.label("topics", item.topic),
        lists.label("languages", item.language),
        lists.label("municipalities", item.municipality),
        item.service,
        due(item.due_date, overdue=item.overdue),
    ]

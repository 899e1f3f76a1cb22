"""`balie send`: send what was kept while the server could not be reached."""

import click

from servicebalie.client import answers
from servicebalie.client.command import (
    NOT_REACHABLE,
    REFUSED,
    Command,
    Option,
    explained,
    fail,
    open_queue,
    open_server,
)
from servicebalie.client.errors import NotReachable
from servicebalie.client.question_lines import warning_lines
from servicebalie.client.queue import Kept, NotTaken, Queue, Sent, deliver
from servicebalie.client.server import Json, Server
from servicebalie.client.terminal import one_line
from servicebalie.client.texts import _, mark, ngettext


@click.command("send", cls=Command, help=mark("Send the questions that are kept on this computer."))
@click.option(
    "--discard",
    cls=Option,
    metavar="NUMBER",
    help=mark("Delete this kept question instead of sending it."),
)
def send_kept(discard: str | None) -> None:
    """Send what waits; what the server refuses is shown and stays, until it is discarded."""
    queue = open_queue()
    if discard:
        _discard(queue, discard)
    elif queue.waiting():
        _send_all(queue)
    else:
        click.echo(_("Nothing is waiting."))


def _send_all(queue: Queue) -> None:
    try:
        refused = send_waiting(queue, open_server())
    except NotReachable as error:
        fail([*explained(error), still_waiting(queue)], NOT_REACHABLE)
    if refused:
        lines = [line for not_taken in refused for line in _refusal(not_taken)]
        fail([*lines, _("To delete one of these: balie send --discard NUMBER")], REFUSED)


def send_waiting(queue: Queue, server: Server) -> list[NotTaken]:
    """Send what waits, say what was sent, and give what was refused. Raises NotReachable."""
    refused = []
    for delivery in deliver(queue, server):
        match delivery:
            case Sent(kept=kept, answer=answer):
                _report(kept, answer)
            case NotTaken():
                refused.append(delivery)
    return refused


def still_waiting(queue: Queue) -> str:
    """Say how much waits, where, and what happens with it."""
    count = len(queue.waiting())
    sentence = ngettext(
        "%(count)d visit is kept on this computer, in %(directory)s. Its text is deleted once it is sent. "
        "To send it: balie send",
        "%(count)d visits are kept on this computer, in %(directory)s. Their texts are deleted once they are "
        "sent. To send them: balie send",
        count,
    )
    return sentence % {"count": count, "directory": queue.directory}


def _report(kept: Kept, answer: Json) -> None:
    for question in answers.questions(answer):
        click.echo(
            _("Sent, and deleted on this computer: %(number)s is question %(reference)s.")
            % {"number": kept.number, "reference": question.reference}
        )
        if question.return_code:
            click.echo(_("Return code: %(code)s") % {"code": question.return_code})
        for line in warning_lines(question):
            click.echo(line)


def _refusal(not_taken: NotTaken) -> list[str]:
    heading = _("Not taken, and still kept: %(number)s, %(question)s") % {
        "number": not_taken.kept.number,
        "question": _named(not_taken.kept),
    }
    return [heading, *explained(not_taken.refusal)]


def _named(kept: Kept) -> str:
    questions = kept.body.get("questions", [kept.body])
    return one_line("; ".join(str(question.get("topic") or question.get("text")) for question in questions))


def _discard(queue: Queue, number: str) -> None:
    meant = [kept for kept in queue.waiting() if kept.number == number]
    if not meant:
        raise click.UsageError(_("No kept question has the number %(number)s.") % {"number": number})
    for kept in meant:
        queue.delete(kept)
    click.echo(_("Deleted."))

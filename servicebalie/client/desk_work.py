"""`balie refer`, `write` and `standard-answer`: what the desk does with a registered question."""

import uuid
from collections.abc import Iterable

import click

from servicebalie.client import answers
from servicebalie.client.code_lists import CodeLists
from servicebalie.client.command import Command, Option, open_code_lists, open_server
from servicebalie.client.errors import NotReachable, Refused
from servicebalie.client.meaning import meant
from servicebalie.client.question_lines import question_lines, standard_answer_lines, standard_answer_notes
from servicebalie.client.questions import question_path
from servicebalie.client.server import Json, Server
from servicebalie.client.texts import _, mark
from servicebalie.client.vocabulary import REFERRAL_KINDS


@click.command(
    "refer",
    cls=Command,
    help=mark("Send a question to a service, or let it be routed again. Open referrals are taken back."),
)
@click.argument("reference")
@click.option(
    "--service", cls=Option, help=mark("The service: an id or part of a word; without it, it is routed.")
)
@click.option("--reason", cls=Option, help=mark("Why this service; needed with --service."))
@click.option(
    "--kind", cls=Option, type=click.Choice(list(REFERRAL_KINDS)), help=mark("How it is handed over.")
)
@click.option(
    "--consent", cls=Option, is_flag=True, help=mark("The newcomer agrees that the question is passed on.")
)
@click.option("--alongside", cls=Option, is_flag=True, help=mark("Leave open referrals as they are."))
def refer(
    reference: str,
    service: str | None,
    reason: str | None,
    kind: str | None,
    consent: bool,
    alongside: bool,
) -> None:
    """Send a question on, and show where it went and why."""
    if bool(service) != bool(reason):
        raise click.UsageError(_("Give --service and --reason together: others must see why this service."))
    server = open_server()
    lists = open_code_lists(server)
    body: Json = {"reason": reason, "kind": kind, "consent": consent or None, "alongside": alongside or None}
    if service:
        body["service"] = meant(lists.choices("services"), service, option="--service")
    _act(server, lists, reference, "referrals", body)


@click.command(
    "write", cls=Command, help=mark("Write to the newcomer for the desk, who reads it with the code.")
)
@click.argument("reference")
@click.option("--text", cls=Option, help=mark("What to write; without it, it is asked for."))
@click.option("--language", cls=Option, help=mark("Language of the text, as a code."))
@click.option("--ask", cls=Option, is_flag=True, help=mark("It is a question: wait for the reply."))
@click.option(
    "--standard-answer",
    cls=Option,
    is_flag=True,
    help=mark("Write the standard answer about the topic, in the language of the newcomer."),
)
def write(
    reference: str,
    text: str | None,
    language: str | None,
    ask: bool,
    standard_answer: bool,
) -> None:
    """Write a message of the desk, and show the question with it."""
    server = open_server()
    lists = open_code_lists(server)
    used = None
    if standard_answer and text:
        raise click.UsageError(_("Give --text or --standard-answer, not both."))
    if standard_answer:
        used = _answer_to(server, reference)
        text, language = used.text, used.language.partition("-")[0]
    text = text or click.prompt(_("Text"))
    _act(
        server, lists, reference, "messages", {"text": text, "language": language, "awaitsReply": ask or None}
    )
    if used:
        _count_use(server, used)


@click.command(
    "standard-answer",
    cls=Command,
    help=mark("Show the standard answer about a topic, in a language or else in all."),
)
@click.argument("topic")
@click.option("--language", cls=Option, help=mark("Language of the newcomer: a code or part of a word."))
@click.option(
    "--municipality", cls=Option, help=mark("Where the newcomer lives, for the service that is named.")
)
@click.option("--used", cls=Option, is_flag=True, help=mark("Count that you read it out or sent it."))
def standard_answer(topic: str, language: str | None, municipality: str | None, used: bool) -> None:
    """Write standard answers with what staff must know before they use them."""
    server = open_server()
    lists = open_code_lists(server)
    if used and not language:
        raise click.UsageError(_("Give --language with --used: one text was used, not all of them."))
    query = {"topic": meant(lists.choices("topics"), topic, option=_("TOPIC"))}
    for name, plural, typed in (
        ("language", "languages", language),
        ("municipality", "municipalities", municipality),
    ):
        if typed:
            query[name] = meant(lists.choices(plural), typed, option=f"--{name}")
    found = _answers(server, query)
    if used:
        _refuse_unchecked(found)
    for number, each in enumerate(found):
        if number:
            click.echo()
        for line in standard_answer_lines(each, lists):
            click.echo(line)
        if used:
            _count_use(server, each)


DESK_COMMANDS = (refer, write, standard_answer)


def _answer_to(server: Server, reference: str) -> answers.StandardAnswer:
    """Give the checked standard answer to a question, in the language in which it was asked, and say on the
    standard error what is weak about it."""
    question = answers.question(server.get(question_path(reference)))
    if question.topic is None:
        raise click.UsageError(_("The question has no topic, so there is no standard answer."))
    facts = {
        "topic": question.topic,
        "language": question.language or "nl",
        "municipality": question.municipality,
    }
    found = _answers(server, {name: value for name, value in facts.items() if value})
    _refuse_unchecked(found)
    for note in standard_answer_notes(found[0]):
        click.echo(note, err=True)
    return found[0]


def _answers(server: Server, query: dict[str, str]) -> list[answers.StandardAnswer]:
    found = [answers.standard_answer(item) for item in server.get("/standard-answers", query)["items"]]
    if not found:
        raise click.UsageError(_("The desk has no standard answer about this."))
    return found


def _refuse_unchecked(found: Iterable[answers.StandardAnswer]) -> None:
    """Do nothing for texts that may be used; raises `click.UsageError` for one that nobody has checked."""
    if any(text.checked_by is None for text in found):
        raise click.UsageError(_("Nobody here checked it: check it before you use it"))


def _count_use(server: Server, used: answers.StandardAnswer) -> None:
    """Count that a text was used; where that fails the text was sent all the same, so it is no failure."""
    body: Json = {"topic": used.topic, "language": used.language, "version": used.version}
    try:
        server.post("/standard-answers/uses", body, str(uuid.uuid4()))
    except (NotReachable, Refused):
        click.echo(_("It could not be counted that the standard answer was used."), err=True)


def _act(server: Server, lists: CodeLists, reference: str, what: str, body: Json) -> None:
    """Do something with a question and show how it is then; what does not reach the server is not kept."""
    given = {name: value for name, value in body.items() if value is not None}
    path = question_path(reference)
    server.post(f"{path}/{what}", given, str(uuid.uuid4()))
    for line in question_lines(answers.question(server.get(path)), lists):
        click.echo(line)

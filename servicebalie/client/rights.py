"""`balie rights`: what a person may ask the desk to do with what it keeps of them."""

import json
import uuid

import click

from servicebalie.client.command import Command, Option, open_server
from servicebalie.client.questions import question_path
from servicebalie.client.texts import _, mark

RIGHTS = (
    "access",
    "erasure",
    "restriction",
    "restriction-lifted",
    "objection",
    "objection-withdrawn",
)


@click.command(
    "rights",
    cls=Command,
    help=mark("Carry out a right of the person who asked a question, once you know that it is them."),
)
@click.argument("right", type=click.Choice(RIGHTS))
@click.argument("reference")
@click.option("--request", cls=Option, help=mark("The request in the register that this answers."))
@click.option("--yes", cls=Option, is_flag=True, help=mark("Delete without asking once more."))
def use_right(right: str, reference: str, request: str | None, yes: bool) -> None:
    """Carry out a right over the visit of a question; access writes everything that is held as JSON."""
    if right == "erasure" and not yes:
        click.confirm(_("Everything about this person's visit is deleted for good. Go on?"), abort=True)
    server = open_server()
    visit = server.get(question_path(reference))["visit"]
    body = {"visit": visit} | ({"request": request} if request else {})
    answer = server.post(f"/rights/{right}", body, str(uuid.uuid4()))
    if right == "access":
        click.echo(json.dumps(answer["held"], ensure_ascii=False, indent=2))
    else:
        click.echo(_("Done, and noted in the register."))

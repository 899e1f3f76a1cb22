"""`balie rights`: what a person may ask the desk to do with what it keeps of them."""

import json
import uuid
from pathlib import Path

import click

from servicebalie.client.command import Command, Option, open_server
from servicebalie.client.private_files import write_private
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
@click.option(
    "--page",
    cls=Option,
    type=click.Path(dir_okay=False, path_type=Path),
    help=mark("Write what is held into this file as a page that the person can read (access only)."),
)
@click.option("--in", "locale", cls=Option, help=mark("The language of the page; else that of the person."))
@click.option("--yes", cls=Option, is_flag=True, help=mark("Delete without asking once more."))
def use_right(
    right: str, reference: str, request: str | None, page: Path | None, locale: str | None, yes: bool
) -> None:
    """Carry out a right over the visit of a question; access writes what is held, as JSON or as a page."""
    if page is not None and right != "access":
        raise click.UsageError(_("Only access gives a page."))
    if right == "erasure" and not yes:
        click.confirm(_("Everything about this person's visit is deleted for good. Go on?"), abort=True)
    server = open_server()
    visit = server.get(question_path(reference))["visit"]
    body = {"visit": visit} | ({"request": request} if request else {})
    path, key = f"/rights/{right}", str(uuid.uuid4())
    if page is not None:
        write_private(page, server.post_for_page(path, body, key, {"locale": locale} if locale else {}))
        click.echo(_("Written, and noted in the register. Only you can read the file."))
    elif right == "access":
        click.echo(json.dumps(server.post(path, body, key)["held"], ensure_ascii=False, indent=2))
    else:
        server.post(path, body, key)
        click.echo(_("Done, and noted in the register."))

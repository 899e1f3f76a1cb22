"""`balie configure`: tell the client where the server is and which token opens it."""

import os
import sys

import click

from servicebalie.client.command import Command, Option, open_server
from servicebalie.client.settings import checked_settings, settings_path, write_settings
from servicebalie.client.texts import _, mark


@click.command(
    cls=Command,
    help=mark("Keep the address and the token of the server in a private file."),
)
@click.option("--address", cls=Option, help=mark("The address, such as https://desk.example.org."))
def configure(address: str | None) -> None:
    """Ask for address and token, keep them, and try them by fetching the topics.

    The token is never an argument, because other users of a computer can see those. When standard
    input is not a terminal the token is its first line.
    """
    address = address or click.prompt(_("Address of the server (https://...)"))
    settings = checked_settings(address, _asked_token())
    path = settings_path(os.environ)
    write_settings(path, settings)
    click.echo(_("Written to %(path)s.") % {"path": path})
    open_server(settings).get("/topics")
    click.echo(_("The server accepts the token."))


def _asked_token() -> str:
    if sys.stdin.isatty():
        return str(click.prompt(_("Token (it stays invisible)"), hide_input=True))
    return sys.stdin.readline()

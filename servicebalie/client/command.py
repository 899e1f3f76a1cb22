"""What every command of `balie` shares: help in the language of the user, faults as sentences."""

import copy
import os
import sys
from datetime import UTC, datetime
from typing import Any, NoReturn

import click

from servicebalie.client.code_lists import CodeLists
from servicebalie.client.errors import (
    ClientError,
    InvalidAddress,
    InvalidToken,
    NotConfigured,
    NotReachable,
    Problem,
    ReadableByOthers,
    Refused,
    UnreadableSettings,
)
from servicebalie.client.queue import Queue
from servicebalie.client.server import Server
from servicebalie.client.settings import Settings, read_settings, state_directory
from servicebalie.client.terminal import one_line
from servicebalie.client.texts import _, current_language
from servicebalie.client.vocabulary import FIELDS

REFUSED, USAGE, NOT_REACHABLE = 1, 2, 3


class Option(click.Option):
    """An option whose help and prompt are translated when they are shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Give the two columns of the help."""
        translated = copy.copy(self)
        translated.help = _(self.help) if self.help else None
        return click.Option.get_help_record(translated, ctx)

    def prompt_for_value(self, ctx: click.Context) -> Any:
        """Ask for the value of an option that was given without one."""
        translated = copy.copy(self)
        translated.prompt = _(self.prompt) if self.prompt else None
        return click.Option.prompt_for_value(translated, ctx)


class Command(click.Command):
    """A command whose help is translated when it is shown."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help of this command."""
        click.Command.format_help_text(_translated(self), ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Give the line of this command in the help of the group."""
        return click.Command.get_short_help_str(_translated(self), max(limit, 80))


class Group(click.Group):
    """The commands together; what goes wrong in one becomes a sentence and an exit code."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help of the group."""
        click.Command.format_help_text(_translated(self), ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exits with 1 when refused, 2 when used wrongly, 3 when not reachable."""
        try:
            return super().invoke(ctx)
        except ClientError as error:
            fail(explained(error), exit_code(error))


def _translated(command: click.Command) -> click.Command:
    translated = copy.copy(command)
    translated.help = _(command.help) if command.help else None
    return translated


def open_server(settings: Settings | None = None) -> Server:
    """Connect with a server until the command ends: that of `settings`, else of the settings kept."""
    server = Server(settings or read_settings(os.environ), current_language())
    click.get_current_context().call_on_close(server.close)
    return server


def open_queue() -> Queue:
    """Give the questions that wait on this computer."""
    return Queue(state_directory(os.environ) / "queue")


def open_code_lists(server: Server) -> CodeLists:
    """Give the code lists of the server, in the language of the user."""
    directory = state_directory(os.environ) / "lists"
    return CodeLists(server, directory, current_language(), datetime.now(UTC))


def fail(lines: list[str], code: int) -> NoReturn:
    """Write lines to standard error and exit."""
    for line in lines:
        click.echo(line, err=True)
    sys.exit(code)


def exit_code(error: ClientError) -> int:
    """Give the exit code of an error."""
    match error:
        case Refused():
            return REFUSED
        case NotReachable():
            return NOT_REACHABLE
        case _:
            return USAGE


def explained(error: ClientError) -> list[str]:
    """Say in plain sentences what went wrong and what can be done about it."""
    match error:
        case Refused(problem=problem):
            return _refusal(problem)
        case NotReachable(address=address, status=None):
            sentence = _("The server %(address)s cannot be reached.") % {"address": address}
        case NotReachable(address=address, status=status):
            sentence = _("The server %(address)s cannot help now (status %(status)s).") % {
                "address": address,
                "status": status,
            }
        case NotConfigured():
            sentence = _("No server is known yet. Run: balie configure")
        case InvalidAddress(address=address):
            sentence = _("%(address)s is not an address that starts with https://") % {"address": address}
        case InvalidToken():
            sentence = _("The token has characters that no token has. Run: balie configure")
        case ReadableByOthers(path=path):
            sentence = _("Others can read the token in %(path)s. Run: chmod 600 %(path)s") % {"path": path}
        case UnreadableSettings(path=path):
            sentence = _("The file %(path)s cannot be understood. Run: balie configure") % {"path": path}
        case _:
            raise error
    return [sentence]


def _refusal(problem: Problem) -> list[str]:
    said = problem.detail or problem.title or _("The server refused this.")
    advice = [_("To use another token, run: balie configure")] if problem.status == 401 else []
    faults = [f"- {_field(fault.pointer)}{one_line(fault.detail)}" for fault in problem.faults]
    return [one_line(said), *faults, *advice]


def _field(pointer: str) -> str:
    """Put a JSON pointer into words: /questions/1/topic is question 2, topic."""
    steps = [step for step in pointer.split("/") if step]
    words = [_("question %(number)d") % {"number": int(step) + 1} for step in steps if step.isdecimal()]
    if steps and not steps[-1].isdecimal():
        words.append(_(FIELDS[steps[-1]]) if steps[-1] in FIELDS else steps[-1])
    return f"{', '.join(words)}: " if words else ""

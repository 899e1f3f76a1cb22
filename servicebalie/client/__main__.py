"""The command `balie`."""

import gettext

import click

from servicebalie.client.command import Group, Option
from servicebalie.client.configure import configure
from servicebalie.client.desk_work import DESK_COMMANDS
from servicebalie.client.inbox import INBOX_COMMANDS
from servicebalie.client.log import log_questions
from servicebalie.client.questions import (
    close_question,
    find_questions,
    list_questions,
    mask_question,
    show_question,
)
from servicebalie.client.rights import use_right
from servicebalie.client.send import send_kept
from servicebalie.client.texts import DOMAIN, LANGUAGES, mark, use_language


def _speak(ctx: click.Context, parameter: click.Parameter, language: str | None) -> str | None:
    del ctx, parameter
    if language:
        use_language(language)
    return language


@click.group(cls=Group, help=mark("Register and follow the questions of newcomers at a service desk."))
@click.option(
    "--lang",
    cls=Option,
    type=click.Choice(LANGUAGES),
    is_eager=True,
    expose_value=False,
    callback=_speak,
    help=mark("Language of this program and of labels; else that of the computer."),
)
def balie() -> None:
    """Hold the commands together."""


for command in (
    log_questions,
    list_questions,
    find_questions,
    show_question,
    close_question,
    mask_question,
    *DESK_COMMANDS,
    *INBOX_COMMANDS,
    use_right,
    send_kept,
    configure,
):
    balie.add_command(command)


def main() -> None:
    """Run `balie` with the arguments of this process."""
    gettext.textdomain(DOMAIN)
    balie(prog_name="balie")


if __name__ == "__main__":
    main()

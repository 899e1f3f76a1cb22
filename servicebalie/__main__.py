"""The command `servicebalie`."""

import sys
from collections.abc import Sequence

import click
from sqlalchemy.exc import OperationalError

from servicebalie.cli.answers import answers
from servicebalie.cli.audit import audit
from servicebalie.cli.check import check
from servicebalie.cli.database import migrate
from servicebalie.cli.demo import demo
from servicebalie.cli.deployment import configure_logs_of_command
from servicebalie.cli.desk import desk
from servicebalie.cli.directory import directory
from servicebalie.cli.keys import keys
from servicebalie.cli.ptable import ptable
from servicebalie.cli.publish import publish
from servicebalie.cli.reader import grant_reader
from servicebalie.cli.release import release
from servicebalie.cli.retention import retention
from servicebalie.cli.routing import routing
from servicebalie.cli.sentences import sentence_for
from servicebalie.cli.serve import serve
from servicebalie.cli.status import status
from servicebalie.cli.tokens import tokens
from servicebalie.cli.users import users
from servicebalie.core.errors import ServicebalieError
from servicebalie.worker.command import worker
from servicebalie.worker.looking import look_at_translator


@click.group()
def servicebalie() -> None:
    """Run a service desk for newcomers. Settings come from the environment, SERVICEBALIE_*."""
    configure_logs_of_command()


COMMANDS = (
    *(migrate, serve, demo, desk, answers, directory, routing, users, tokens, keys, status, check),
    *(publish, ptable, release, retention, grant_reader, audit, worker),
)
for command in COMMANDS:
    servicebalie.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process: with 0, with 1 after a refusal in one sentence, 2 on wrong usage."""
    try:
        servicebalie(arguments, prog_name="servicebalie", obj=(look_at_translator,))
    except ServicebalieError as refusal:
        sys.exit(f"servicebalie: {sentence_for(refusal)}")
    except OperationalError as failure:
        sys.exit(f"servicebalie: The database cannot be used: {failure.orig}")


if __name__ == "__main__":
    main()

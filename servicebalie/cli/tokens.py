"""`servicebalie tokens`: the tokens with which people and programs reach a desk."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.cli.noting import note_command
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.vocabulary import Role
from servicebalie.services.accounts import renew_tokens
from servicebalie.services.desks import find_desk

tokens_file_option = click.option(
    "--tokens-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the tokens to this file, which only its owner can read, instead of showing them.",
)


@click.group()
def tokens() -> None:
    """Give out tokens."""


@tokens.command("renew")
@click.option("--desk", help="The short name of the desk; without it the desk of the web pages.")
@tokens_file_option
def renew(desk: str | None, tokens_file: Path | None) -> None:
    """Revoke all tokens of a desk and make a new one for the first user of each role."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.begin() as session:
        facts = find_desk(session, desk or settings.desk)
        renewed = renew_tokens(session, facts.id, datetime.now(UTC))
        note_command(session, facts.id, AuditAction.TOKENS_RENEWED, RecordKind.DESK, facts.id)
        # Inside the transaction: tokens that could not be handed over must not replace the old ones.
        hand_over(renewed, tokens_file)


def hand_over(tokens_by_role: Mapping[Role, str], file: Path | None) -> None:
    """Write the tokens as a JSON object by role to a file of mode 0600, or show them."""
    if file is None:
        for role, token in tokens_by_role.items():
            click.echo(f"{role}: {token}")
        return
    draft = file.with_name(f"{file.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        json.dump({role.value: token for role, token in tokens_by_role.items()}, output, indent=2)
        output.write("\n")
    draft.replace(file)

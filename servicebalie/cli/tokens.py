"""`servicebalie tokens`: the tokens with which people and programs reach a desk."""

import json
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.cli.noting import note_command
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.scopes import Scope
from servicebalie.core.vocabulary import Role
from servicebalie.services.accounts import PREFIX_LENGTH, renew_tokens
from servicebalie.services.desks import find_desk
from servicebalie.services.tokens import (
    TokenFacts,
    issue_token_for,
    list_tokens,
    revoke_token,
    rotate_token,
)

tokens_file_option = click.option(
    "--tokens-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the tokens to this file, which only its owner can read, instead of showing them.",
)

desk_option = click.option("--desk", "slug", help="The short name of the desk, where there are several.")
scope_option = click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What the token is for; repeat it for more. None: all that the role of the user may.",
)


class Overlap(click.ParamType[timedelta]):
    """Some days or hours, such as 7d or 12h, or 0."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the time; fails on what is none."""
        found = re.fullmatch(r"(\d{1,3})([dh])|0", str(value))
        if found is None:
            self.fail("Give a time such as 7d or 12h, or 0.", param, ctx)
        number = int(found[1] or 0)
        return timedelta(days=number) if found[2] == "d" else timedelta(hours=number)


@click.group()
def tokens() -> None:
    """Give out tokens, look after them and end them."""


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


@tokens.command("list")
@desk_option
def list_command(slug: str | None) -> None:
    """List the tokens that are good: how each begins, whose it is, what it is for, and when it was used."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session:
        desk = find_desk(session, slug or settings.desk)
        for token in list_tokens(session, desk.id, datetime.now(UTC)):
            click.echo(_line(token))


@tokens.command("issue")
@click.argument("user", type=int)
@scope_option
@click.option(
    "--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long the token is good."
)
@desk_option
def issue(user: int, scopes: tuple[str, ...], days: int, slug: str | None) -> None:
    """Give USER, a number of `users list`, one more token and show it, this once."""
    settings, lifetime = settings_of_environment(), timedelta(days=days)
    limit = frozenset(map(Scope, scopes)) or None
    with open_database(settings) as database, database.begin() as session:
        desk = find_desk(session, slug or settings.desk)
        token = issue_token_for(session, desk.id, user, limit, lifetime, datetime.now(UTC))
        note_command(session, desk.id, AuditAction.TOKEN_ISSUED, RecordKind.USER, user)
        click.echo(token)


@tokens.command("revoke")
@click.argument("prefix")
@click.option(
    "--and-those-made-with-it",
    "with_descendants",
    is_flag=True,
    help="Also end what was made with it or came in its place, even when it has ended itself.",
)
@desk_option
def revoke(*, prefix: str, with_descendants: bool, slug: str | None) -> None:
    """End the token that begins with PREFIX (of `tokens list`) at once, in browsers too."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.begin() as session:
        desk = find_desk(session, slug or settings.desk)
        short, now = prefix[:PREFIX_LENGTH], datetime.now(UTC)
        done = revoke_token(session, desk.id, short, now, with_descendants=with_descendants)
        note_command(session, desk.id, AuditAction.TOKEN_REVOKED, RecordKind.DESK, desk.id)
    click.echo(f"tokens that ended: {done.ended}")
    if done.left:
        click.echo(f"made with it, and good still: {', '.join(done.left)}")
        click.echo("To end those too: repeat this with --and-those-made-with-it")


@tokens.command("rotate")
@click.argument("prefix")
@click.option(
    "--overlap",
    type=Overlap(),
    default="7d",
    show_default=True,
    help="How long the old one is good yet: 7d, 12h, or 0 to end it at once.",
)
@desk_option
def rotate(prefix: str, overlap: timedelta, slug: str | None) -> None:
    """Make a token in the place of the one that begins with PREFIX, for the same things, and show it."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.begin() as session:
        desk = find_desk(session, slug or settings.desk)
        token = rotate_token(session, desk.id, prefix[:PREFIX_LENGTH], overlap, datetime.now(UTC))
        note_command(session, desk.id, AuditAction.TOKEN_ISSUED, RecordKind.DESK, desk.id)
        click.echo(token)


def _line(token: TokenFacts) -> str:
    scopes = "everything" if token.scopes is None else " ".join(sorted(token.scopes))
    used = "never used" if token.used_at is None else f"used {token.used_at:%Y-%m-%d}"
    made = "" if token.made_with is None else f"made with {token.made_with}, "
    return (
        f"{token.prefix} {token.user_id} {token.user}: {token.role}, for {scopes}, "
        f"from {token.created_at:%Y-%m-%d} until {token.expires_at:%Y-%m-%d}, {made}{used}"
    )


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

"""`servicebalie users`: who works with a desk, and at its partners."""

from datetime import UTC, datetime, timedelta

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.cli.noting import note_command
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.vocabulary import Role
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.services.accounts import issue_token
from servicebalie.services.desks import find_desk
from servicebalie.services.local_accounts import add_local_account, invite_user
from servicebalie.services.users import (
    NewUser,
    UserFacts,
    add_new_user,
    close_user,
    list_users,
    sign_user_out,
)

FORMER = "a former colleague"
"""How somebody is called whose name was to be kept no longer."""

desk_option = click.option("--desk", "slug", help="The short name of the desk, where there are several.")


@click.group()
def users() -> None:
    """Keep the users of a desk: its own people, those of partners, and policymakers."""


@users.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--organisation", help="For a partner: the name of the organisation in the directory.")
@click.option("--cleared", is_flag=True, help="Lets them see questions about sensitive topics.")
@click.option(
    "--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long the token is good."
)
@desk_option
def add(name: str, role: str, organisation: str | None, cleared: bool, days: int, slug: str | None) -> None:
    """Add NAME (better a function than a person) and show the token, this once.

    With it they sign in on the page /nl/sign-in or /en/sign-in, and reach the API.
    """
    facts = _new_user(name, role, organisation, cleared=cleared)
    settings, now = settings_of_environment(), datetime.now(UTC)
    with open_database(settings) as database, database.begin() as session:
        desk = find_desk(session, slug or settings.desk)
        user = add_new_user(session, desk.id, facts)
        token = issue_token(session, user, now, timedelta(days=days))
        note_command(session, desk.id, AuditAction.USER_ADDED, RecordKind.USER, user)
    click.echo(token)


@users.command("invite")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Of somebody new.")
@click.option("--organisation", help="For a partner: the name of the organisation in the directory.")
@click.option("--cleared", is_flag=True, help="Lets them see questions about sensitive topics.")
@click.option("--email", help="Where the link is sent; also the login, unless --login gives another.")
@click.option("--login", help="With what they sign in.")
@click.option("--locale", type=click.Choice(list(DESK_LOCALES)), default="nl", show_default=True)
@click.option("--again", is_flag=True, help="NAME is the number of a user of the list who has a login.")
@desk_option
def invite(
    *,
    name: str,
    role: str | None,
    organisation: str | None,
    cleared: bool,
    email: str | None,
    login: str | None,
    locale: str,
    again: bool,
    slug: str | None,
) -> None:
    """Add NAME with a login, and show a link, this once, with which they choose a password.

    It works once, for 72 hours, and is sent too where there is an e-mail address. With --again NAME is a
    number of the list, whose password and authenticator are replaced when the link is used.
    """
    settings, now = settings_of_environment(), datetime.now(UTC)
    known = _number(name, role, email, login) if again else None
    facts = None if again else _new_user(name, role, organisation, cleared=cleared)
    if facts and not (login or email):
        raise click.UsageError("Give an --email or a --login.")
    with open_database(settings) as database, database.begin() as session:
        desk = find_desk(session, slug or settings.desk)
        if facts:
            known = add_new_user(session, desk.id, facts)
            add_local_account(session, known, login or email or "", email=email, locale=locale)
        invitation = invite_user(session, desk.id, known or 0, now)
        action = AuditAction.USER_ADDED if facts else AuditAction.PASSWORD_CHANGED
        note_command(session, desk.id, action, RecordKind.USER, known or 0)
    click.echo(f"{settings.public_address}/{invitation.locale}/account-link/{invitation.secret}")


@users.command("list")
@desk_option
def list_command(slug: str | None) -> None:
    """List the users with their numbers, and until when their tokens are good."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session:
        for user in list_users(session, find_desk(session, slug or settings.desk).id):
            click.echo(_line(user))


@users.command("close")
@click.argument("user", type=int)
@desk_option
def close(user: int, slug: str | None) -> None:
    """Let USER, a number of the list, do nothing any more; tokens and browsers end at once."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.begin() as session:
        desk = find_desk(session, slug or settings.desk)
        close_user(session, desk.id, user, datetime.now(UTC))
        note_command(session, desk.id, AuditAction.USER_CLOSED, RecordKind.USER, user)


@users.command("sign-out")
@click.argument("user", type=int)
@desk_option
def sign_out(user: int, slug: str | None) -> None:
    """End what USER, a number of the list, has open in browsers; they may sign in again."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.begin() as session:
        desk = find_desk(session, slug or settings.desk)
        ended = sign_user_out(session, desk.id, user)
        note_command(session, desk.id, AuditAction.SESSIONS_ENDED, RecordKind.USER, user)
    click.echo(f"signed out in {ended} browsers")


def _new_user(name: str, role: str | None, organisation: str | None, *, cleared: bool) -> NewUser:
    """Return what is known of somebody to be added."""
    if role is None:
        raise click.UsageError("Give a --role.")
    if (organisation is not None) is not (role == Role.PARTNER):
        raise click.UsageError("A partner has an --organisation, and nobody else has.")
    return NewUser(name, Role(role), organisation, cleared)


def _number(name: str, *of_somebody_new: str | None) -> int:
    """Return the number of a user who is invited again."""
    if not name.isdecimal() or any(of_somebody_new):
        raise click.UsageError("With --again NAME is a number of the list, without a role, login or address.")
    return int(name)


def _line(user: UserFacts) -> str:
    facts = [user.role.value, user.organisation, "cleared" if user.cleared else None, user.login]
    until = "no token" if user.expires_at is None else f"token until {user.expires_at:%Y-%m-%d}"
    facts.append(until if user.active else "closed")
    return f"{user.id} {user.name or FORMER}: {', '.join(fact for fact in facts if fact)}"

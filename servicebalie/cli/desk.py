"""`servicebalie desk`: setting up a desk."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.cli.noting import note_command
from servicebalie.cli.sentences import contrast_sentences
from servicebalie.cli.tokens import hand_over, tokens_file_option
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.directory import Location, Schedule, Service
from servicebalie.core.logos import MOST_BYTES, Logo, read_logo
from servicebalie.core.theme import InvalidTheme, UnreadableColours
from servicebalie.core.theme_file import parse_theme_file
from servicebalie.core.vocabulary import Destination, Role
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.accounts import add_user, issue_token
from servicebalie.services.code_lists import read_code_lists
from servicebalie.services.desks import choose_profile, create_desk, find_desk, rename_desk
from servicebalie.services.directory import change_counter
from servicebalie.services.publishing_rules import PROFILES
from servicebalie.services.standard_answers import import_shipped, shipped_answers
from servicebalie.services.themes import set_theme

STAFF: Mapping[Role, str] = {
    Role.ADMINISTRATOR: "Administrator",
    Role.DESK: "Desk worker",
    Role.POLICYMAKER: "Policymaker",
}


@click.group()
def desk() -> None:
    """Set up desks."""


@desk.command("create")
@click.option("--name", prompt="Name of the desk", help="The name as newcomers see it.")
@click.option(
    "--municipality",
    "municipalities",
    multiple=True,
    metavar="CODE",
    help="A municipality the desk works for, such as GM0772; repeat it for more. None: the whole country.",
)
@click.option(
    "--opening-hours",
    default="Mo-Fr 09:00-17:00; PH off",
    show_default=True,
    help="Hours of the counter in the OpenStreetMap syntax.",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    default=("nl", "en"),
    show_default=True,
    help="A language spoken at the counter; repeat it for more.",
)
@click.option(
    "--address",
    nargs=4,
    metavar="STREET POSTCODE CITY CODE",
    help="Where the counter is; the last is the code of the municipality.",
)
@click.option("--phone", help="The telephone number of the counter, for whoever cannot use the pages.")
@click.option("--email", help="Where the people of the desk get an answer to a mail from the desk.")
@click.option(
    "--profile",
    type=click.Choice(list(PROFILES)),
    default="default",
    show_default=True,
    help="The noise and the threshold of published numbers; docs/method/ptables.md tells which there are.",
)
@click.option(
    "--standard-answers/--no-standard-answers",
    default=True,
    help="Give the desk the standard answers that come with servicebalie, to be checked before use.",
)
@tokens_file_option
def create(
    *,
    name: str,
    municipalities: tuple[str, ...],
    opening_hours: str,
    languages: tuple[str, ...],
    address: tuple[str, str, str, str] | None,
    phone: str | None,
    email: str | None,
    profile: str,
    standard_answers: bool,
    tokens_file: Path | None,
) -> None:
    """Set up a desk with a counter, an administrator, a desk worker and a policymaker."""
    now = datetime.now(UTC)
    counter = Service(
        id=0,
        name=name,
        organisation=name,
        organisation_id=0,
        destination=Destination.DESK,
        municipalities=frozenset(municipalities) or None,
        languages=frozenset(languages),
        locations=(Location(*address),) if address else (),
        schedules=(Schedule(opening_hours),),
        phone=phone,
        email=email,
    )
    with open_database(settings_of_environment()) as database, database.begin() as session:
        lists = read_code_lists(session)
        places = [*municipalities, *([address[3]] if address else [])]
        _refuse_unknown(places, lists.municipalities, "municipality")
        _refuse_unknown(languages, lists.languages, "language")
        created = create_desk(session, name, municipalities, counter, now, profile=PROFILES[profile])
        if standard_answers:
            import_shipped(session, created.id, shipped_answers(LOCALES))
        tokens = {}
        for role, title in STAFF.items():
            # Somebody must see the sensitive questions, and a new desk has one desk worker.
            user = add_user(session, created.id, title, role, cleared=role is Role.DESK)
            tokens[role] = issue_token(session, user, now)
        note_command(session, created.id, AuditAction.DESK_CHANGED, RecordKind.DESK, created.id)
        hand_over(tokens, tokens_file)
    click.echo(f"The desk {created.slug} is there.")
    if standard_answers:
        click.echo(
            "Newcomers see its standard answers once somebody has checked them: servicebalie answers list"
        )


@desk.command("profile")
@click.argument("profile", type=click.Choice(list(PROFILES)))
@click.option("--desk", "slug", help="The short name of the desk, where there are several.")
def profile_command(profile: str, slug: str | None) -> None:
    """Choose the profile under which a desk publishes; it is kept from the first report on."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.begin() as session:
        chosen = find_desk(session, slug or settings.desk)
        choose_profile(session, chosen.slug, PROFILES[profile])
        note_command(session, chosen.id, AuditAction.DESK_CHANGED, RecordKind.DESK, chosen.id)
    click.echo(f"{chosen.name} publishes under the profile {PROFILES[profile]}.")


@desk.command("theme")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--desk", "slug", help="The short name of the desk, where there are several.")
def theme(file: Path, slug: str | None) -> None:
    """Set the colours, logo, name and contact details of a desk; docs/operating/theme.md explains FILE."""
    try:
        wanted = parse_theme_file(file.read_text(encoding="utf-8"))
    except UnreadableColours as refusal:
        raise click.ClickException("\n".join(contrast_sentences(refusal))) from None
    except UnicodeDecodeError:
        raise InvalidTheme(reason="malformed") from None
    logo = _logo_beside(file, wanted.logo)
    settings = settings_of_environment()
    with open_database(settings) as database, database.begin() as session:
        chosen = find_desk(session, slug or settings.desk)
        if wanted.contact.location:
            known = read_code_lists(session).municipalities
            _refuse_unknown([wanted.contact.location.municipality], known, "municipality")
        note_command(session, chosen.id, AuditAction.DESK_CHANGED, RecordKind.DESK, chosen.id)
        set_theme(session, chosen.id, wanted.colours, logo)
        change_counter(session, chosen.id, wanted.contact)
        if wanted.name:
            rename_desk(session, chosen.id, wanted.name)
    click.echo(f"{wanted.name or chosen.name} looks like this from now on.")


def _logo_beside(file: Path, name: str | None) -> Logo | None:
    """Return the logo that a theme file names."""
    if name is None:
        return None
    path = file.parent / name
    if not path.is_file():
        raise click.BadParameter(f"there is no file {path}")
    with path.open("rb") as picture:
        return read_logo(picture.read(MOST_BYTES + 1))


def _refuse_unknown(codes: Iterable[str], known: Mapping[str, object], what: str) -> None:
    for code in codes:
        if code not in known:
            raise click.BadParameter(f"there is no {what} with the code {code}")

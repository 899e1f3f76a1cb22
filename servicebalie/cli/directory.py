"""`servicebalie directory`: keeping the directory of partners of a desk."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.cli.noting import note_command
from servicebalie.cli.sentences import FRESHNESS_LEVELS, FRESHNESS_REASONS, counted, fault_sentence
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.directory import Directory, Service
from servicebalie.core.directory_checks import ended_schedules, overlapping_schedules, silent_about_holidays
from servicebalie.core.directory_entries import MAX_FUNCTION
from servicebalie.core.directory_files import Format, read_directory_file, write_directory
from servicebalie.core.errors import Fault, InvalidInput
from servicebalie.core.freshness import AGEING_FROM, Freshness, FreshnessReason, Level
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.school_holidays import HolidayConcern, HolidayRegion, holiday_concerns
from servicebalie.services.code_lists import read_code_lists
from servicebalie.services.desks import find_desk
from servicebalie.services.directory import read_directory
from servicebalie.services.directory_changes import assure_service
from servicebalie.services.directory_freshness import freshness_of_services
from servicebalie.services.directory_import import (
    MOST_NAMED,
    ImportReport,
    directory_entries,
    import_directory,
    refuse,
)
from servicebalie.services.school_holidays import shipped_school_holidays

desk_option = click.option("--desk", "slug", help="The short name of the desk, where there are several.")
format_option = click.option(
    "--format",
    "form",
    type=click.Choice([each.value for each in Format]),
    help="The form of the file; without it the end of its name tells.",
)

_HOLIDAYS = {
    HolidayConcern.UNCLEAR: "speak of school holidays in a way that cannot be read; say it otherwise",
    HolidayConcern.NO_REGION: "speak of school holidays, but nobody knows of which region; add the place",
    HolidayConcern.ENDING: "need a newer version, because it knows no school holidays after ",
}


@click.group()
def directory() -> None:
    """Keep the directory: which organisations help with what, where and when."""


@directory.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@click.option("--replace-all", is_flag=True, help="Close the services that the file does not have.")
@format_option
@desk_option
def import_command(file: Path, dry_run: bool, replace_all: bool, form: str | None, slug: str | None) -> None:
    """Take over organisations and services from FILE (HSDS JSON or CSV), all or nothing."""
    chosen = _format(file, form)
    settings = settings_of_environment()
    with open_database(settings) as database, database.begin() as session:
        desk = find_desk(session, slug or settings.desk)
        try:
            entries, faults = read_directory_file(file.read_bytes(), read_code_lists(session), chosen)
            refuse(faults)
            report = import_directory(session, desk.id, entries, _today(), replace_all=replace_all)
        except InvalidInput as refusal:
            for fault in refusal.faults:
                click.echo(f"{_place(fault, chosen)}: {fault_sentence(fault)}", err=True)
            raise click.ClickException("Nothing was imported, because of these faults.") from None
        note_command(session, desk.id, AuditAction.DIRECTORY_IMPORTED, RecordKind.DIRECTORY)
        if dry_run:
            session.rollback()
    done = "Nothing was stored. An import would do this" if dry_run else "Imported"
    click.echo(
        f"{done}: services added {len(report.added)}, changed {len(report.changed)}, "
        f"closed {len(report.closed)}, left as they were {report.unchanged}."
    )
    if dry_run:
        for line in _named_changes(report):
            click.echo(line)


@directory.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@format_option
@desk_option
def export_command(file: Path, form: str | None, slug: str | None) -> None:
    """Write the whole directory to FILE, which can be imported; - is the terminal."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session:
        entries = directory_entries(session, find_desk(session, slug or settings.desk).id)
        content = write_directory(entries, read_code_lists(session), _format(file, form))
    if file == Path("-"):
        click.echo(content, nl=False)
    else:
        file.write_bytes(content)


@directory.command("list")
@desk_option
def list_command(slug: str | None) -> None:
    """List the services with their numbers, and how far each entry can be relied on."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session:
        desk = find_desk(session, slug or settings.desk)
        services = _services(read_directory(session, desk.id))
        judged = freshness_of_services(
            session, desk.id, {service.id: service for service in services}, datetime.now(UTC)
        )
    for service in services:
        click.echo(f"{service.id} {_name(service)}: {_freshness(service, judged[service.id])}")


@directory.command("check")
@click.option(
    "--months",
    type=click.IntRange(0),
    default=AGEING_FROM,
    show_default=True,
    help="After how many months an entry must be assured again.",
)
@desk_option
def check(months: int, slug: str | None) -> None:
    """Tell what somebody should look at in the directory."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session:
        desk = find_desk(session, slug or settings.desk)
        there = read_directory(session, desk.id)
        services = [service for service in _services(there) if service.active]
        judged = freshness_of_services(
            session, desk.id, {service.id: service for service in services}, datetime.now(UTC)
        )
    region = shipped_school_holidays().region_of(there.desk_service)
    found = 0
    for service in services:
        for line in _concerns(service, region, judged[service.id], months):
            click.echo(f"{service.id} {_name(service)}: {line}")
            found += 1
    click.echo(f"{counted(found, 'thing')} to look at in {counted(len(services), 'service')}.")


@directory.command("assure")
@click.argument("service", type=int)
@click.option("--by", required=True, help="The function of who checked it, or an organisation; never a name.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day of it; without it today.")
@desk_option
def assure(service: int, by: str, day: datetime | None, slug: str | None) -> None:
    """Note that everything about a SERVICE (its number) was found right."""
    if not 1 <= len(by) <= MAX_FUNCTION or "@" in by:
        raise click.BadParameter(f"name a function, in at most {MAX_FUNCTION} characters", param_hint="--by")
    settings = settings_of_environment()
    with open_database(settings) as database, database.begin() as session:
        desk = find_desk(session, slug or settings.desk)
        on = day.date() if day else _today()
        assured = assure_service(session, desk.id, service, by=by, on=on)
        note_command(session, desk.id, AuditAction.SERVICE_CHANGED, RecordKind.SERVICE, service)
    click.echo(f"Assured: {_name(assured)}, on {on} by {by}.")


def _named_changes(report: ImportReport) -> Iterator[str]:
    """Yield a line for each service that an import would change, of each kind no more than `MOST_NAMED`."""
    kinds = {"Added": report.added, "Changed": report.changed, "Closed": report.closed}
    for kind, services in kinds.items():
        for service in services[:MOST_NAMED]:
            yield f"{kind}: {service.organisation}, {service.name}"
        if len(services) > MOST_NAMED:
            yield f"{kind}: and {len(services) - MOST_NAMED} more"


def _services(found: Directory) -> list[Service]:
    return [found.desk_service, *found.services.values()]


def _format(file: Path, form: str | None) -> Format:
    if form is not None:
        return Format(form)
    return Format.CSV if file.suffix.lower() == ".csv" else Format.JSON


def _place(fault: Fault, form: Format) -> str:
    """Return where a fault is: the line and the column of a sheet, or a pointer into JSON."""
    if form is Format.JSON or not fault.pointer:
        return fault.pointer or "/"
    line, *column = fault.pointer.removeprefix("/").split("/")
    # Of several codes in a cell it is told which one is meant, counted from 0 in the pointer.
    named = [f"code {int(part) + 1}" if part.isdecimal() else part for part in column]
    return ", ".join([f"line {line}", *named])


def _concerns(
    service: Service, desk_region: HolidayRegion | None, judged: Freshness, months: int
) -> Iterator[str]:
    """Yield what somebody should look at."""
    today = _today()
    if service.municipalities is None:
        yield "serves the whole country; is that right?"
    overlaps = Counter(one.opening_hours for one, _ in overlapping_schedules(service, today))
    for hours in overlaps:
        yield f"the hours {hours} overlap with others at the same place in the same languages"
    concerns = holiday_concerns(service, desk_region, shipped_school_holidays(), today)
    for schedule, concern, known_until in concerns:
        yield f"the hours {schedule.opening_hours} {_HOLIDAYS[concern]}{known_until or ''}"
    for schedule, holiday in silent_about_holidays(service, today):
        yield f"the hours {schedule.opening_hours} do not close on {holiday}, a public holiday (PH off does)"
    for schedule in ended_schedules(service, today):
        yield f"the hours {schedule.opening_hours} ended on {schedule.valid_to}"
    if service.assured_on is None:
        yield "was never assured"
    elif (today.year - service.assured_on.year) * 12 + today.month - service.assured_on.month >= months:
        yield f"was last assured on {service.assured_on}"
    if judged.level is Level.STALE:
        yield f"cannot be relied on: {_told(judged.reasons)}"


def _freshness(service: Service, judged: Freshness) -> str:
    assured = f"assured on {service.assured_on} by {service.assured_by or 'nobody named'}"
    parts = [
        "" if service.active else "closed",
        f"{judged.level} ({FRESHNESS_LEVELS[judged.level]})",
        assured if service.assured_on else "",
        _told(judged.reasons),
    ]
    return "; ".join(part for part in parts if part)


def _told(reasons: Iterable[FreshnessReason]) -> str:
    """Return each reason with what to do about it."""
    return "; ".join(f"{reason} ({FRESHNESS_REASONS[reason]})" for reason in reasons)


def _name(service: Service) -> str:
    return f"{service.organisation}, {service.name}"


def _today() -> date:
    return datetime.now(UTC).astimezone(AMSTERDAM).date()

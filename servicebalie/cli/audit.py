"""`servicebalie audit`: looking whether the audit trail is as it was written, reading and cutting it."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.config import Settings
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.audit_check import Break
from servicebalie.core.errors import InvalidReference
from servicebalie.core.keys import Keys
from servicebalie.core.origins import UNKNOWN, origin_of
from servicebalie.core.reference_codes import normalise_reference
from servicebalie.db import Database
from servicebalie.services.audit import act_on, by_command, note
from servicebalie.services.audit_chain import chain_end, check_trail, cut_lines
from servicebalie.services.audit_reading import COLUMNS, AuditFilter, PlacedLine, all_lines, origins_of
from servicebalie.services.audit_seals import read_seals
from servicebalie.services.desks import find_desk

Command = TypeVar("Command", bound=Callable[..., Any])

SHOWN_FINDINGS = 20
DAY = click.DateTime(["%Y-%m-%d"])

FINDINGS: dict[Break, str] = {
    Break.REMOVED: "one or more lines are missing from line {line} on",
    Break.CHANGED: "line {line} is not as it was written, or not where it was",
    Break.OUT_OF_ORDER: "line {line} is out of order, or came back after it was cut off",
    Break.SEAL_BROKEN: "line {line} had another hash when it was sealed: lines up to there were replaced",
    Break.END_REMOVED: "a seal knows of lines that are missing from line {line} on",
    Break.SEAL_FORGED: "the seal of line {line} was not made with the secret of this deployment",
    Break.NOT_CHAINED: "lines wait for a place after line {line} for too long: does the worker run?",
    Break.NOT_SEALED: "lines from line {line} on wait for a seal for too long: does the worker run?",
}


@click.group()
def audit() -> None:
    """The audit trail: who did what to which record. Days are those of UTC."""


@audit.command("verify")
@click.option(
    "--seals",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A directory with seals that were kept elsewhere; without it SERVICEBALIE_AUDIT_SEALS.",
)
def verify(directory: Path | None) -> None:
    """Look whether lines were removed, changed or moved. Ends with status 1, and tells where, if so."""
    settings = settings_of_environment()
    directory = directory or settings.audit_seals
    elsewhere = read_seals(directory) if directory else []
    with open_database(settings) as database, database.snapshot() as session:
        end = chain_end(session)
        found = check_trail(session, Keys.from_secret(settings.secret), elsewhere, datetime.now(UTC))
        first = list(islice(found, SHOWN_FINDINGS))
    for finding in first:
        click.echo(FINDINGS[finding.what].format(line=finding.sequence).capitalize() + ".", err=True)
    if first:
        sys.exit(1)
    compared = f"{len(elsewhere)} seals in {directory}" if directory else "the seals in the database only"
    click.echo(f"In order up to line {end.sequence}, {end.hash.hex()}, compared with {compared}.")


def _filters(command: Command) -> Command:
    """Give a command the options that choose lines."""
    for option in (
        click.option("--desk", "slug", help="The short name of a desk; without it all desks."),
        click.option("--since", type=DAY, help="The first day."),
        click.option("--until", type=DAY, help="The last day."),
        click.option("--record", help="The reference of a question, or another number."),
        click.option("--user", type=int, help="The number of a user; see: servicebalie users list"),
        click.option("--action", type=click.Choice([action.value for action in AuditAction])),
        click.option(
            "--from", "address", help="Lines from the network of an address. For newcomers add --since."
        ),
    ):
        command = option(command)
    return command


@audit.command("list")
@_filters
def list_command(**chosen: Any) -> None:
    """Show lines, each on one line."""
    with _chosen_lines(chosen) as lines:
        for each in lines:
            click.echo(_sentence(each))


@audit.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=False))
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@_filters
def export(file: TextIO, form: str, **chosen: Any) -> None:
    """Write lines to FILE (- is the terminal), as JSON lines or CSV.

    With all lines anybody can make the hashes again, without the database; see docs/operating/audit.md.
    """
    with _chosen_lines(chosen) as lines:
        if form == "csv":
            _write_csv(file, lines)
        else:
            for each in lines:
                file.write(json.dumps(each.values()) + "\n")


@audit.command("cut")
@click.option("--before", type=DAY, required=True, help="The first day of which everything stays.")
def cut(before: datetime) -> None:
    """Delete the sealed days before a day; a seal tells where the trail begins from now on."""
    settings, now = settings_of_environment(), datetime.now(UTC)
    with open_database(settings) as database, database.begin() as session:
        keys = Keys.from_secret(settings.secret)
        seal = cut_lines(session, keys, before.date(), now, by=by_command(None))
    click.echo(f"Lines that were deleted: {seal.count if seal else 0}.")


@contextmanager
def _chosen_lines(chosen: dict[str, Any]) -> Iterator[Iterable[PlacedLine]]:
    """Open the lines that the options choose, once it is noted that they are read."""
    settings = settings_of_environment()
    with open_database(settings) as database:
        wanted = _filter(database, settings, chosen)
        reading = act_on(AuditAction.AUDIT_READ, RecordKind.AUDIT)
        now = datetime.now(UTC)
        database.write(lambda session: note(session, by_command(wanted.desk_id), reading, now))
        with database.snapshot() as session:
            yield all_lines(session, wanted)


def _filter(database: Database, settings: Settings, chosen: dict[str, Any]) -> AuditFilter:
    desk = None
    if chosen["slug"]:
        with database.read() as session:
            desk = find_desk(session, chosen["slug"]).id
    wanted = AuditFilter(
        desk_id=desk,
        since=chosen["since"] and chosen["since"].date(),
        until=chosen["until"] and chosen["until"].date(),
        record=_record(chosen["record"]) if chosen["record"] else None,
        user_id=chosen["user"],
        action=AuditAction(chosen["action"]) if chosen["action"] else None,
    )
    if not chosen["address"]:
        return wanted
    origin = origin_of(chosen["address"], None, ())
    if origin == UNKNOWN:
        raise click.BadParameter("this is no IP address", param_hint="--from")
    return origins_of(Keys.from_secret(settings.secret), origin, wanted)


def _record(typed: str) -> str:
    try:
        return normalise_reference(typed)
    except InvalidReference:
        return typed


def _write_csv(file: TextIO, lines: Iterable[PlacedLine]) -> None:
    # With a header also where no line was chosen: a file without one is no table.
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    for each in lines:
        writer.writerow(each.values())


def _sentence(each: PlacedLine) -> str:
    """Return a line as people read it: when, who, what, to which records, with what result and from where."""
    line = each.line
    who = f"{line.actor} {line.user_id}" if line.user_id is not None else line.actor
    about = f"{line.record_kind} {line.records}".strip() if line.record_kind else "-"
    result = f"{line.result} ({line.error})" if line.error else line.result
    place = each.link.sequence if each.link else "-"
    origin = line.origin.hex()[:8] if line.origin else "-"
    return f"{place} {line.at:%Y-%m-%dT%H:%M:%SZ} {who}: {line.action} {about}: {result}, from {origin}"

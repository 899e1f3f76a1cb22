"""`servicebalie answers`: keeping the standard answers of a desk."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.cli.noting import note_command
from servicebalie.cli.sentences import counted, fault_sentence
from servicebalie.core.answer_file import MAX_FUNCTION, parse_answer_file
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.errors import InvalidInput
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.standard_answers import StandardAnswer
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.code_lists import read_code_lists
from servicebalie.services.desks import find_desk
from servicebalie.services.standard_answers import (
    MONTHS_BETWEEN_CHECKS,
    Event,
    ImportReport,
    TextState,
    export_answers,
    import_answers,
    import_shipped,
    list_texts,
    mark_checked,
    shipped_answers,
)

TakeOver: TypeAlias = Callable[[Sequence[StandardAnswer]], ImportReport]
"""Takes answers over into a desk; raises `InvalidInput`."""

desk_option = click.option("--desk", "slug", help="The short name of the desk, where there are several.")


_COUNTED = {
    Event.SHOWN: "shown",
    Event.HELPED: "helped",
    Event.NOT_HELPED: "not helped",
    Event.USED: "used by staff",
}
"""What the list says before each number."""


@click.group()
def answers() -> None:
    """Keep standard answers: texts that newcomers read before they send a question."""


@answers.command("import")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--shipped", is_flag=True, help="The answers that come with servicebalie.")
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@desk_option
def import_command(files: tuple[Path, ...], shipped: bool, dry_run: bool, slug: str | None) -> None:
    """Take over standard answers from files (TOML), all or none of them.

    A text that changed needs a higher version. Newcomers see a text when it has the status "checked". With
    --shipped, what the desk has changed or withdrawn stays as it is.
    """
    if not files and not shipped:
        raise click.UsageError("Name a file, or give --shipped.")
    settings = settings_of_environment()
    with open_database(settings) as database, database.begin() as session:
        desk = find_desk(session, slug or settings.desk)
        topics = read_code_lists(session).topics
        take_over = partial(import_answers, session, desk.id, shipped=shipped_answers(LOCALES))
        sources = [(f"{file}: ", partial(_import_file, take_over, file, topics)) for file in files]
        if shipped:
            sources.append(("shipped: ", partial(_import_shipped, partial(import_shipped, session, desk.id))))
        report = _import_all(sources)
        note_command(session, desk.id, AuditAction.ANSWERS_CHANGED, RecordKind.ANSWERS)
        if dry_run:
            session.rollback()
    _tell(report, dry_run=dry_run)


@answers.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@desk_option
def export_command(file: Path, slug: str | None) -> None:
    """Write the newest texts of a desk to a file that can be imported; - is the terminal."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session:
        content = export_answers(session, find_desk(session, slug or settings.desk).id)
    if file == Path("-"):
        click.echo(content, nl=False)
    else:
        file.write_text(content, encoding="utf-8")


@answers.command("check")
@click.argument("topic")
@click.option("--by", required=True, help="The function of who checked it, such as adviser; never a name.")
@click.option(
    "--locale", "locales", multiple=True, help="A language; repeat it for more. None: all languages."
)
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day of the check; without it today."
)
@desk_option
def check(topic: str, by: str, locales: tuple[str, ...], day: datetime | None, slug: str | None) -> None:
    """Note that the texts about a topic were checked, so that newcomers may see them."""
    by = by.strip()
    if not 1 <= len(by) <= MAX_FUNCTION or "@" in by or not by.isprintable():
        raise click.BadParameter(f"name a function, in at most {MAX_FUNCTION} characters", param_hint="--by")
    settings = settings_of_environment()
    with open_database(settings) as database, database.begin() as session:
        desk = find_desk(session, slug or settings.desk)
        on = day.date() if day else _today()
        if on > _today():
            raise click.BadParameter("that day is still to come", param_hint="--on")
        checked = mark_checked(session, desk.id, topic, locales, by=by, on=on)
        note_command(session, desk.id, AuditAction.ANSWERS_CHANGED, RecordKind.ANSWERS)
    click.echo(f"Checked: {counted(checked, 'text')} about {topic}.")


@answers.command("list")
@click.option(
    "--months",
    type=click.IntRange(0),
    default=MONTHS_BETWEEN_CHECKS,
    show_default=True,
    help="How many months a check is good for.",
)
@click.option("--all", "everything", is_flag=True, help="Also the texts that nobody has to look at.")
@desk_option
def list_command(months: int, everything: bool, slug: str | None) -> None:
    """List the texts that somebody must check, with the reason, and how often they were used."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session:
        desk = find_desk(session, slug or settings.desk)
        states = list(list_texts(session, desk.id, _today(), months))
    waiting = [state for state in states if state.reason]
    for state in states if everything else waiting:
        click.echo(_line(state))
    click.echo(f"{len(waiting)} of {len(states)} texts must be checked.")


def _import_all(sources: Iterable[tuple[str, Callable[[], ImportReport]]]) -> ImportReport:
    """Import every source and return what was done in all; tells all faults of all."""
    faults = 0
    done = ImportReport(0, 0, 0)
    for name, run in sources:
        try:
            done += run()
        except InvalidInput as refusal:
            for fault in refusal.faults:
                click.echo(f"{name}{fault.pointer or '/'}: {fault_sentence(fault)}", err=True)
            faults += len(refusal.faults)
    if faults:
        raise click.ClickException(f"Nothing was imported, because of {counted(faults, 'fault')}.")
    return done


def _import_file(take_over: TakeOver, file: Path, topics: Collection[str]) -> ImportReport:
    try:
        answers = parse_answer_file(file.read_text(encoding="utf-8"), topics, LOCALES)
    except UnicodeDecodeError:
        raise click.BadParameter(f"{file} is not text in UTF-8") from None
    return take_over(answers)


def _import_shipped(take_over: TakeOver) -> ImportReport:
    return take_over(shipped_answers(LOCALES))


def _tell(report: ImportReport, *, dry_run: bool) -> None:
    done = "Nothing was stored. An import would do this" if dry_run else "Imported"
    counts = f"{counted(report.added, 'text')} new, {report.changed} with another check"
    click.echo(f"{done}: {counts}, {report.unchanged} as they were.")
    if report.own:
        click.echo(f"Kept, because the desk has changed or withdrawn them: {counted(report.own, 'text')}.")
    if report.left:
        click.echo(
            "Not taken, because they do not fit the source text of the desk or are older than what it has: "
            f"{counted(report.left, 'text')}."
        )
    if report.hidden:
        click.echo(
            "New versions that newcomers see when somebody has checked them (servicebalie answers check): "
            f"{counted(report.hidden, 'text')} that they saw before."
        )


def _line(state: TextState) -> str:
    """Return what must be known of a text on one line."""
    text = state.text
    counts = ", ".join(f"{_COUNTED[event]} {state.counts[event]}" for event in Event)
    return (
        f"{state.topic} {text.locale} version {text.version}: {state.reason or text.status}, "
        f"checked on {text.checked_on} by {text.checked_by or 'nobody here'}; {counts}"
    )


def _today() -> date:
    return datetime.now(UTC).astimezone(AMSTERDAM).date()

"""`servicebalie retention`: how long what is kept, what must stay longer, and what was destroyed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.core.reference_codes import encode_visit, normalise_reference
from servicebalie.core.retention import FIXED, Act, DataClass, Period, Rule, Trigger, changed_rule
from servicebalie.core.rights import HoldReason
from servicebalie.db import Database
from servicebalie.services.desks import DeskFacts, find_desk
from servicebalie.services.retention_due import DueCount
from servicebalie.services.retention_holds import lift_hold, list_holds, place_hold, visit_of_question
from servicebalie.services.retention_run import (
    Run,
    count_all_due,
    last_run,
    list_destructions,
    run_retention,
)
from servicebalie.services.retention_schedule import read_schedule, set_rule, use_shipped_rule

PAUSE_SECONDS = 0.05

desk_option = click.option("--desk", "slug", help="The short name of the desk, where there are several.")
class_argument = click.argument(
    "data_class", metavar="CLASS", type=click.Choice([each.value for each in DataClass])
)


@click.group()
def retention() -> None:
    """Decide how long what is kept; docs/operating/retention.md explains it."""


@retention.command("show")
@desk_option
def show(slug: str | None) -> None:
    """Tell how long what is kept at a desk, and when that was last carried out."""
    with _desk(slug) as (database, desk), database.read() as session:
        for rule in read_schedule(session, desk.id).values():
            click.echo(f"{rule.data_class:<17} {_told(rule)}{_origin(rule)}")
        run = last_run(session, desk.id)
    click.echo(f"last run: {f'{run:%Y-%m-%d}' if run else 'none that came to its end'}")


@retention.command("set")
@class_argument
@click.option("--period", metavar="PERIOD", help='Such as "90 days" or "24 months".')
@click.option(
    "--from", "trigger", type=click.Choice([each.value for each in Trigger]), help="From when it counts."
)
@click.option("--act", type=click.Choice([each.value for each in Act]), help="What happens then.")
@click.option("--shipped", is_flag=True, help="Take the rule that comes with servicebalie again.")
@desk_option
def set_command(
    *,
    data_class: str,
    period: str | None,
    trigger: str | None,
    act: str | None,
    shipped: bool,
    slug: str | None,
) -> None:
    """Choose how long a desk keeps CLASS. Newcomers read it on the page about privacy from then on."""
    wanted = DataClass(data_class)
    if shipped is bool(period or trigger or act):
        raise click.UsageError("Give a --period, --from or --act; or --shipped alone.")
    with _desk(slug) as (database, desk), database.begin() as session:
        if shipped:
            use_shipped_rule(session, desk.id, wanted)
        else:
            rule = changed_rule(
                read_schedule(session, desk.id)[wanted],
                period=Period.parse(period) if period else None,
                trigger=Trigger(trigger) if trigger else None,
                act=Act(act) if act else None,
            )
            set_rule(session, desk.id, rule, datetime.now(UTC))
        click.echo(f"{wanted}: {_told(read_schedule(session, desk.id)[wanted])}")


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Only count what would be deleted.")
@desk_option
def run_command(*, dry_run: bool, slug: str | None) -> None:
    """Delete or anonymise now what is over; the worker does so every day."""
    now = datetime.now(UTC)
    with _desk(slug) as (database, desk):
        with database.read() as session:
            counts = count_all_due(session, desk.id, now)
        click.echo(f"{desk.name}, {'what would be done' if dry_run else 'what is done'}:")
        for count in counts:
            click.echo(_line(count))
        if not dry_run:
            run_retention(Run(database, desk.id, now, "command", _let_others_work))


@retention.command("records")
@desk_option
def records(slug: str | None) -> None:
    """List what was destroyed, newest first: when, what, by which rule, up to when, and how many rows."""
    with _desk(slug) as (database, desk), database.read() as session:
        for one in list_destructions(session, desk.id):
            ended = f"{one.finished_at:%Y-%m-%d %H:%M}" if one.finished_at else "not ended"
            click.echo(
                f"{one.started_at:%Y-%m-%d %H:%M}  {ended:<16}  {one.rule.data_class:<9} {one.count:>7}  "
                f"up to {one.cut_off:%Y-%m-%d}  {_told(one.rule)}, by {one.done_by}"
            )


@retention.group("holds")
def holds() -> None:
    """Keep something although its period is over."""


@holds.command("list")
@desk_option
def holds_list(slug: str | None) -> None:
    """List what is held, why and until when."""
    with _desk(slug) as (database, desk), database.read() as session:
        for hold in list_holds(session, desk.id, datetime.now(UTC)):
            what = f"visit {encode_visit(hold.visit_id)}" if hold.visit_id else "the whole desk"
            case = f", case {hold.case_number}" if hold.case_number else ""
            click.echo(f"{hold.id} {what}: {hold.reason} until {hold.until}{case}")


@holds.command("place")
@click.argument("reason", type=click.Choice([each.value for each in HoldReason]))
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day of the hold.")
@click.option("--question", metavar="REFERENCE", help="Holds the visit of this question.")
@click.option("--all", "everything", is_flag=True, help="Holds everything of the desk.")
@click.option("--case", "case_number", help="The number of the file about it; no names, no words.")
@desk_option
def holds_place(
    *,
    reason: str,
    until: datetime,
    question: str | None,
    everything: bool,
    case_number: str | None,
    slug: str | None,
) -> None:
    """Let no run touch a visit, or the whole desk. People can still delete their own question."""
    if everything is bool(question):
        raise click.UsageError("Give either --question or --all.")
    with _desk(slug) as (database, desk), database.begin() as session:
        visit = None
        if question:
            visit = visit_of_question(session, desk.id, normalise_reference(question))
        number = place_hold(
            session,
            desk.id,
            HoldReason(reason),
            datetime.now(UTC),
            until=until.date(),
            visit_id=visit,
            case_number=case_number,
        )
    click.echo(f"Hold {number} is in force until {until.date()}.")


@holds.command("lift")
@click.argument("number", type=int)
@desk_option
def holds_lift(number: int, slug: str | None) -> None:
    """Let go what the hold with this NUMBER holds."""
    with _desk(slug) as (database, desk), database.begin() as session:
        lift_hold(session, desk.id, number, datetime.now(UTC))


@contextmanager
def _desk(slug: str | None) -> Iterator[tuple[Database, DeskFacts]]:
    settings = settings_of_environment()
    with open_database(settings) as database:
        with database.read() as session:
            desk = find_desk(session, slug or settings.desk)
        yield database, desk


def _told(rule: Rule) -> str:
    return f"{rule.act} {rule.period} after {rule.trigger}"


def _origin(rule: Rule) -> str:
    if rule.data_class in FIXED:
        return " (fixed)"
    return "" if rule.reason else " (chosen by the desk)"


def _line(count: DueCount) -> str:
    facts = [f"{count.due} due"]
    facts += [f"{count.held} held"] if count.held else []
    facts += [f"{count.waiting} wait for their year to be final"] if count.waiting else []
    return f"{count.rule.data_class:<17} {', '.join(facts)}"


def _let_others_work() -> bool:
    time.sleep(PAUSE_SECONDS)
    return True

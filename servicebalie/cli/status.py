"""`servicebalie status`: what this deployment holds, for people and for scripts."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.services.desks import count_desks, find_desk
from servicebalie.services.outbox import outbox_status
from servicebalie.services.releases import latest_month


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as a JSON object.")
def status(as_json: bool) -> None:
    """Tell what is there: desks, the newest monthly report, whether it is simulated, and the outbox.

    The report and the simulation are those of the desk that the web pages are for. In the outbox, what is
    due should be gone within seconds while a worker runs, and what failed was given up in the last 30 days.
    """
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session, database.published() as published:
        desks = count_desks(session)
        desk = find_desk(session, settings.desk) if desks else None
        latest = latest_month(published, desk.slug) if desk else None
        outbox = outbox_status(session, datetime.now(UTC))
    simulated = desk is not None and desk.simulated
    if as_json:
        facts = {"desks": desks, "latest_release": latest, "simulated": simulated, "outbox": asdict(outbox)}
        click.echo(json.dumps(facts))
        return
    click.echo(f"desks: {desks}")
    click.echo(f"latest monthly report: {latest or 'none'}")
    click.echo(f"simulated: {'yes' if simulated else 'no'}")
    click.echo(f"outbox: {outbox.waiting} waiting, {outbox.due} of them due, {outbox.failed} failed")

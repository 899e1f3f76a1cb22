"""`servicebalie status`: what this deployment holds, for people and for scripts."""

import json

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.services.desks import count_desks, find_desk
from servicebalie.services.releases import latest_month


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as a JSON object.")
def status(as_json: bool) -> None:
    """Tell how many desks there are, the newest monthly report, and whether its questions are simulated.

    The report and the simulation are those of the desk that the web pages are for.
    """
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session, database.published() as published:
        desks = count_desks(session)
        desk = find_desk(session, settings.desk) if desks else None
        latest = latest_month(published, desk.slug) if desk else None
    simulated = desk is not None and desk.simulated
    if as_json:
        click.echo(json.dumps({"desks": desks, "latest_release": latest, "simulated": simulated}))
        return
    click.echo(f"desks: {desks}")
    click.echo(f"latest monthly report: {latest or 'none'}")
    click.echo(f"simulated: {'yes' if simulated else 'no'}")

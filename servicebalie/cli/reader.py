"""`servicebalie grant-reader`: lets a database role read the published numbers, and nothing else."""

import click

from servicebalie.cli.deployment import open_database, settings_of_environment


@click.command("grant-reader")
@click.argument("role")
def grant_reader(role: str) -> None:
    """Let a PostgreSQL role read the published numbers, and nothing else.

    Then put the address with that role in SERVICEBALIE_PUBLISHED_DATABASE_URL: the trends are read with it.
    On SQLite there are no roles; there the reading side opens the published file alone.
    """
    with open_database(settings_of_environment()) as database:
        database.grant_reader(role)
    click.echo(f"{role} may read the published numbers, and nothing else.")

"""`servicebalie keys`: which master keys wrap the keys of texts and contact details, and replacing one."""

import json
from functools import partial

import click

from servicebalie.cli.deployment import keys_of, open_database, scrub, settings_of_environment
from servicebalie.core.sealing import MasterKeys, Owner
from servicebalie.db import Database
from servicebalie.services.sealing import count_keys, rewrap_some


@click.group()
def keys() -> None:
    """See and replace the master keys; docs/operating/keys.md explains them."""


@keys.command("status")
@click.option("--json", "as_json", is_flag=True, help="Answer as a JSON object.")
def status(as_json: bool) -> None:
    """Tell for each master key how many data keys it wraps, and whether it is given here.

    A key that is given, is not the current one, and wraps nothing can be taken out of the settings. Ends with
    status 1 when data keys are wrapped by one that is not given: what they seal cannot be read here.
    """
    settings = settings_of_environment()
    masters = keys_of(settings).master_keys
    with open_database(settings) as database, database.read() as session:
        counts = count_keys(session)
    missing = [key for key in counts if key not in masters.ids]
    rows = [
        {"id": key, "dataKeys": counts.get(key, 0), "standing": _standing(masters, key)}
        for key in (*masters.ids, *missing)
    ]
    if as_json:
        click.echo(json.dumps({"masterKeys": rows}))
    else:
        for row in rows:
            click.echo(f"{row['id']}: {row['dataKeys']} data keys, {row['standing']}")
    if missing:
        raise SystemExit(1)


@keys.command("rotate")
def rotate() -> None:
    """Let the current master key wrap all data keys, while the desk works.

    Set the new key before the old one, and start everything anew with both, before this. It can be stopped
    and started again at any time.
    """
    settings = settings_of_environment()
    masters = keys_of(settings).master_keys
    with open_database(settings) as database:
        done = _rotate(database, masters)
    click.echo(f"{done} data keys are wrapped by {masters.current} now.")


def _rotate(database: Database, masters: MasterKeys) -> int:
    done = 0
    last: tuple[int, Owner] | None = None
    while step := database.write(partial(rewrap_some, masters=masters, after=last)):
        done += step.count
        last = step.last
    if done:
        scrub(database)
    return done


def _standing(masters: MasterKeys, key: str) -> str:
    if key not in masters.ids:
        return "not given here"
    return "current" if key == masters.current else "given"

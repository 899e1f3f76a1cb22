"""Whether the time of an answer tells something that its words do not: who has an account, which codes were.

`python -m benchmarks.sign_in_timing`; ends with status 1 when two kinds of wrong tries can be told apart by
the time that their answers take, and also when the test does not see what it must see: the control, in which
nothing is hashed for a login that nobody has.
"""

import gc
import random
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import IPv4Address
from itertools import count
from statistics import median
from time import perf_counter
from typing import TypeAlias

import click
from flask import Flask
from flask.testing import FlaskClient
from scipy.stats import ks_2samp

from benchmarks.deployment import settings_for
from benchmarks.figures import markdown_table
from servicebalie.app import create_app
from servicebalie.cli.database import migrate_database
from servicebalie.config import Settings
from servicebalie.core.local_accounts import PasswordCost
from servicebalie.core.reference_codes import RANDOM_BYTES, make_return_code
from servicebalie.core.vocabulary import Role
from servicebalie.db import Database
from servicebalie.http.runtime import EXTENSION
from servicebalie.services.accounts import add_user
from servicebalie.services.desks import find_desk
from servicebalie.services.intake import NewQuestion
from servicebalie.services.passwords import Passwords
from servicebalie.services.returning import erase_visit
from tests.support.local_accounts import set_up_account
from tests.support.newcomer_desk import set_up_desk
from tests.support.postgres_server import PostgresServer
from tests.support.return_codes import asked, workplace

LEAST_P = 0.01
"""Two kinds are told apart when times so different come less often than this by chance."""

WARM_UP, CODES = 20, 50
ADDRESSES = count(int(IPv4Address("11.0.0.1")), 256)
LOGIN, NOBODY = "clerk@example.org", "cleck@example.org"

Try: TypeAlias = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Compared:
    """The seconds that two kinds of tries took, and how likely such a difference is by chance."""

    first: list[float]
    second: list[float]

    @property
    def distance(self) -> float:
        """The greatest distance between the two distributions (Kolmogorov and Smirnov)."""
        return float(ks_2samp(self.first, self.second).statistic)

    @property
    def p(self) -> float:
        """How likely that distance is where there is no difference."""
        return float(ks_2samp(self.first, self.second).pvalue)


@click.command()
@click.option("--tries", type=click.IntRange(20), default=2000, show_default=True, help="Of each kind.")
@click.option("--control-tries", type=click.IntRange(20), default=50, show_default=True)
def main(tries: int, control_tries: int) -> None:
    """Measure and print the figures; end with status 1 when times tell what words do not."""
    with _served() as (app, codes):
        login = {name: _password_try(app, name) for name in (LOGIN, NOBODY)}
        compared = {
            "wrong password against unknown login": _compare(login[LOGIN], login[NOBODY], tries),
            "code that never was against deleted code": _compare(
                _code_try(app, codes["never"]), _code_try(app, codes["deleted"]), tries
            ),
        }
        _care_no_more(app)
        control = _compare(login[LOGIN], login[NOBODY], control_tries)
    print(_report({**compared, "control: nothing hashed for an unknown login": control}))
    sys.exit(any(one.p < LEAST_P for one in compared.values()) or control.p >= LEAST_P)


@contextmanager
def _served() -> Iterator[tuple[Flask, Mapping[str, list[str]]]]:
    """Make a desk with an account, deleted visits and codes that never were; passwords cost what they do."""
    with PostgresServer() as postgres:
        url = postgres.url()
        migrate_database(url)
        database = Database(url)
        set_up_desk(database)
        app = create_app(Settings.from_env(settings_for(url)))
        with database.begin() as session:
            clerk = add_user(session, find_desk(session, None).id, "Clerk", Role.DESK)
            keys = app.extensions[EXTENSION].keys
            cost = app.extensions[EXTENSION].passwords
            set_up_account(session, keys, clerk, datetime.now(UTC), LOGIN, passwords=cost)
        yield app, _codes(app, database)
        app.extensions[EXTENSION].database.dispose()
        database.dispose()


def _codes(app: Flask, database: Database) -> Mapping[str, list[str]]:
    """Return codes of visits that were deleted, and codes that nobody ever got."""
    work = workplace(app, database)
    visits = [asked(work, database, NewQuestion("letters-forms")) for _ in range(CODES)]
    for visit in visits:
        visit.database.write(lambda session, gone=visit: erase_visit(session, gone.visit_id, work.now))
    never = [make_return_code(secrets.token_bytes(RANDOM_BYTES)) for _ in range(CODES)]
    return {"deleted": [visit.code for visit in visits], "never": never}


def _password_try(app: Flask, login: str) -> Try:
    client = app.test_client(use_cookies=False)
    fields = {"login": login, "password": "twaalf paarden draven"}
    return lambda: _post(client, "/en/sign-in/password", fields)


def _code_try(app: Flask, codes: list[str]) -> Try:
    client = app.test_client(use_cookies=False)
    turns = count()
    return lambda: _post(client, "/en/return", {"code": codes[next(turns) % len(codes)]})


def _post(client: FlaskClient, address: str, fields: Mapping[str, str]) -> None:
    """Send a try from a network that sent none before, so that nobody is made to wait."""
    sender = {"REMOTE_ADDR": str(IPv4Address(next(ADDRESSES)))}
    answer = client.post(address, data=fields, environ_base=sender, base_url="https://127.0.0.1")
    if answer.status_code != 400 or b'id="faults"' not in answer.data:
        raise RuntimeError(f"{address}: {answer.status_code}, and no form with faults")


def _compare(first: Try, second: Try, tries: int) -> Compared:
    """Let both kinds take turns, in an order that chance decides in each pair."""
    for _ in range(WARM_UP):
        first()
        second()
    compared = Compared([], [])
    gc.disable()
    for _ in range(tries):
        pair = [(first, compared.first), (second, compared.second)]
        random.shuffle(pair)
        for attempt, seconds in pair:
            began = perf_counter()
            attempt()
            seconds.append(perf_counter() - began)
        gc.collect(0)
    gc.enable()
    return compared


def _care_no_more(app: Flask) -> None:
    """Hash nothing any more where there is no account, as careless software does."""

    class Careless(Passwords):
        def is_right(self, password: str, kept: str | None) -> bool:
            return kept is not None and super().is_right(password, kept)

    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], passwords=Careless(PasswordCost()))


def _report(compared: Mapping[str, Compared]) -> str:
    header = ["", "tries of each", "medians, ms", "difference, µs", "distance", "p"]
    rows = [
        [
            name,
            str(len(one.first)),
            f"{median(one.first) * 1e3:.2f} and {median(one.second) * 1e3:.2f}",
            f"{(median(one.first) - median(one.second)) * 1e6:.0f}",
            f"{one.distance:.3f}",
            f"{one.p:.2g}",
        ]
        for name, one in compared.items()
    ]
    return markdown_table(header, rows)


if __name__ == "__main__":
    main()

"""`servicebalie demo`: a desk with a year of simulated questions and the reports that follow from them."""

import random
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import click

from servicebalie.cli.deployment import keys_of, open_database, settings_of_environment
from servicebalie.cli.documents import document_releases
from servicebalie.cli.publish import publish_period
from servicebalie.cli.tokens import hand_over, tokens_file_option
from servicebalie.config import Mode
from servicebalie.core.keys import Keys
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.periods import FROZEN_AFTER, Month, covers, periods_ending_with
from servicebalie.core.simulated_follow_up import SimulatedFollowUps
from servicebalie.core.simulated_partners import SimulatedPartners
from servicebalie.core.simulation import Period, simulate
from servicebalie.db import Database
from servicebalie.i18n.registry import LOCALES, NEWCOMER_LOCALES
from servicebalie.services.accounts import issue_token
from servicebalie.services.demo import (
    DemoDays,
    assure_demo_services,
    check_demo_answers,
    demo_partners,
    demo_population,
    open_demo_desk,
)
from servicebalie.services.demo_stage import DemoDesk, Stage
from servicebalie.services.demo_states import plan_every_state
from servicebalie.services.desks import count_desks

REPORTS = 13
"""How many months are published: a year, and the same month of the year before."""

_ONE_DAY = timedelta(days=1)


@click.command()
@click.option("--seed", default=1, show_default=True, help="Another number gives other visits.")
@click.option("--shock", is_flag=True, help="Let many people flee to here at once, as in 2022.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last simulated day; without it yesterday.",
)
@click.option("--persons", type=click.IntRange(1), default=300, show_default=True, help="Visitors a month.")
@tokens_file_option
def demo(seed: int, shock: bool, until: datetime | None, persons: int, tokens_file: Path | None) -> None:
    """Fill an empty database with a simulated desk: 13 months with their reports, and the running one.

    Pages and reports say that it is simulated. When there is a desk already, nothing is done; in production
    mode it is refused.
    """
    settings = settings_of_environment()
    if settings.mode is Mode.PRODUCTION:
        raise click.ClickException("Simulated questions have no place on a server: there is no demo there.")
    now = datetime.now(UTC)
    last = until.date() if until else (now.astimezone(AMSTERDAM) - _ONE_DAY).date()
    period = Period(first_month(last).starts_at.date(), last, persons)
    with open_database(settings) as database:
        with database.read() as session:
            if count_desks(session):
                click.echo("There is a desk already, so nothing was simulated.")
                return
        with database.begin() as session:
            desk = open_demo_desk(session, demo_partners(), _midnight(period.first))
            check_demo_answers(session, desk, LOCALES, last)
            assure_demo_services(session, desk, last)
            hand_over(
                {role: issue_token(session, user, now) for role, user in desk.users.items()}, tokens_file
            )
        # Reproducible, and nothing secret: codes and keys have their own, secret source.
        source = random.Random(seed)  # noqa: S311 - simulated visits need no secrecy
        population = demo_population()
        visits = simulate(population, period, source.random, shock=shock)
        keys = keys_of(settings)
        partners = SimulatedPartners(population, source.random)
        # Their own source, so that what they say changes nothing of what happened before.
        answers = random.Random(f"follow-ups {seed}")  # noqa: S311 - as above
        follow_ups = SimulatedFollowUps(population.follow_up, answers.random)
        stage = Stage(desk, keys, partners, follow_ups, NEWCOMER_LOCALES)
        days = DemoDays(stage, visits)
        simulated = len(visits) + plan_every_state(stage, last)
        live(database, desk, days, period, keys)
        files = sum(count for _, count in document_releases(database, desk.slug))
    click.echo(f"Simulated {simulated} visits to {desk.name} and made {files} files of its reports.")


def first_month(last: date) -> Month:
    """Return the first month of a simulation that ends with a day, so that `REPORTS` months are frozen."""
    running = Month.of(_midnight(last + _ONE_DAY) - FROZEN_AFTER)
    months = running.year * 12 + running.number - 1 - REPORTS
    return Month(months // 12, months % 12 + 1)


def live(database: Database, desk: DemoDesk, days: DemoDays, period: Period, keys: Keys) -> None:
    """Let the days of a period pass, one transaction each, and publish each period when it is frozen."""
    opened_at = _midnight(period.first)
    month = Month.of(opened_at)
    day = period.first
    while day <= period.last:
        day += _ONE_DAY
        with database.begin() as session:
            days.play(session, _midnight(day))
        if month.frozen_at <= _midnight(day):
            for ended in periods_ending_with(month):
                if covers(opened_at, ended):
                    publish_period(database, desk.slug, ended, keys, ended.frozen_at)
            month = month.next


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM)

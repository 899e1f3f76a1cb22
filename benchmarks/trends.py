"""What reading trends costs with ten thousand and with ten million questions behind them.

`python -m benchmarks.trends` fills five years, publishes each month, and reads the last month's report and a
table over all sixty months through the API, beside counting the same table from the questions in SQL. Filling
and publishing ten million questions takes a quarter of an hour and about 10 GB of disk; `--many 1000000` is a
tenth of both.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

import click
import psycopg

from benchmarks.browser import Browser
from benchmarks.deployment import OURS, connect, make_database, serving
from benchmarks.figures import markdown_table
from benchmarks.filling import fill
from servicebalie.cli.publish import publish_period
from servicebalie.core.keys import Keys
from servicebalie.core.periods import Month
from servicebalie.db import Database
from servicebalie.services.desks import find_desk
from servicebalie.services.identity import first_id_of
from tests.support.postgres_server import PostgresServer

FEW, MANY = 10_000, 10_000_000
MONTHS = 60
GOAL_MS = 5.0
KEYS = Keys.from_secret(b"a secret for measuring, of enough bytes")

MONTH_IN_SQL = """
SELECT topic, count(DISTINCT asker), count(*) FROM question JOIN visit ON visit.id = question.visit_id
WHERE question.desk_id = %(desk)s AND question.id >= %(first)s AND question.id < %(end)s GROUP BY topic
"""
SERIES_IN_SQL = """
SELECT date_trunc('month', question.received_at), topic, count(DISTINCT asker), count(*)
FROM question JOIN visit ON visit.id = question.visit_id WHERE question.desk_id = %(desk)s GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Timed:
    """Times of one way of reading, in milliseconds."""

    name: str
    times: Sequence[float]

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.times)


@click.command()
@click.option("--few", type=int, default=FEW, show_default=True)
@click.option("--many", type=int, default=MANY, show_default=True)
@click.option("--requests", type=click.IntRange(10, 5000), default=300, show_default=True)
def main(few: int, many: int, requests: int) -> None:
    """Measure and print the figures; end with status 1 when a goal is missed."""
    last = Month.of(datetime.now(UTC) - timedelta(days=45))
    first = last.later(1 - MONTHS)
    through_api: dict[str, Callable[[], float]] = {}
    in_sql: list[Timed] = []
    with PostgresServer(durable=True) as postgres, ExitStack() as running:
        for count in (few, many):
            url, desk = make_database(postgres, f"trends_{count}")
            span = round((last.ends_at - first.starts_at).total_seconds() * 1000)
            fill(
                url,
                desk.id,
                count,
                first_id_of(last.ends_at) - 1,
                milliseconds=span // count,
                with_referrals=False,
            )
            _publish(url, first)
            in_sql += _count_in_sql(url, desk.id, last, count)
            browser = Browser(running.enter_context(serving(OURS, url)), desk.desk_token)
            for name, path in _addresses(first, last).items():
                through_api[f"{name}, {count} questions"] = partial(browser.take, "GET", path)
        timed = _alternate(through_api, requests)
    print(_report([*timed, *in_sql]))
    sys.exit(any(one.middle > GOAL_MS for one in timed))


def _addresses(first: Month, last: Month) -> Mapping[str, str]:
    trends = "/api/v1/trends"
    return {
        "report of a month": f"{trends}/months/{last}",
        f"series of {MONTHS} months": f"{trends}/series?table=topic&from={first}&to={last}",
    }


def _publish(url: str, first: Month) -> None:
    """Publish every month from the first on."""
    database = Database(url)
    with database.read() as session:
        slug = find_desk(session, None).slug
    month, started = first, time.perf_counter()
    for _ in range(MONTHS):
        publish_period(database, slug, month, KEYS, datetime.now(UTC))
        month = month.next
    print(f"{MONTHS} months published in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    database.dispose()


def _count_in_sql(url: str, desk_id: int, month: Month, count: int) -> list[Timed]:
    """Count one table of the month, and of all months, from the questions: three times each."""
    values = {"desk": desk_id, "first": first_id_of(month.starts_at), "end": first_id_of(month.ends_at)}
    queries = {
        "one table of a month in SQL": MONTH_IN_SQL,
        f"one table of {MONTHS} months in SQL": SERIES_IN_SQL,
    }
    with connect(url) as connection:
        return [
            Timed(f"{name}, {count} questions", [_time(connection, query, values) for _ in range(3)])
            for name, query in queries.items()
        ]


def _time(connection: psycopg.Connection, query: str, values: Mapping[str, int]) -> float:
    started = time.perf_counter()
    connection.execute(query.encode(), values).fetchall()
    return (time.perf_counter() - started) * 1000


def _alternate(contenders: Mapping[str, Callable[[], float]], requests: int) -> list[Timed]:
    """Send requests in turn, after a tenth of them to warm up."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    for number in range(requests + requests // 10):
        for name, take in contenders.items():
            took = take()
            if number >= requests // 10:
                times[name].append(took)
    return [Timed(name, each) for name, each in times.items()]


def _report(timed: Sequence[Timed]) -> str:
    rows = [
        [one.name, f"{one.middle:.2f}", f"{sorted(one.times)[len(one.times) * 9 // 10]:.2f}"] for one in timed
    ]
    return markdown_table(["", "median, ms", "nine of ten under, ms"], rows)


if __name__ == "__main__":
    main()

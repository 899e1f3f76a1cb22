"""What registering a question costs: `POST /questions` against a bare endpoint that inserts one row.

`python -m benchmarks.intake`; the rounds alternate between the two.
"""

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import click
import psycopg
from psycopg import sql

from benchmarks.cpu import cpu_seconds
from benchmarks.deployment import BARE, OURS, Server, make_database, serving
from benchmarks.figures import markdown_table, middle
from benchmarks.load import CONNECTIONS, post_questions
from tests.support.postgres_server import PostgresServer

WARM_UP_SECONDS = 3
GOAL = 2.5
BASELINE_TABLE = (
    "CREATE TABLE baseline_row (id BIGSERIAL PRIMARY KEY, topic TEXT NOT NULL, body TEXT NOT NULL)"
)
BASELINE, OUR_ENDPOINT = "bare endpoint", "POST /questions"

WRITTEN = ("visit", "question", "question_text", "referral", "outbox_message")
"""The tables that get one row with every question that is posted here."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request costs, in milliseconds of processor time, and how fast requests were answered."""

    web: float
    database: float
    per_second: float
    median_ms: float

    @property
    def both(self) -> float:
        """Processor time of web server and database together."""
        return self.web + self.database


@dataclass(frozen=True, slots=True)
class Contender:
    """What is measured: where to post with which token, and the tables that get a row with each request."""

    name: str
    server: Server
    path: str
    token: str
    tables: tuple[str, ...]
    with_keys: bool = False


@click.command()
@click.option("--rounds", type=click.IntRange(1, 50), default=6, show_default=True)
@click.option("--seconds", type=click.IntRange(1, 60), default=8, show_default=True, help="Of each run.")
def main(rounds: int, seconds: int) -> None:
    """Measure and print the figures; end with status 1 when the goal is missed."""
    with PostgresServer(durable=True) as postgres:
        url, desk = make_database(postgres, "intake")
        with (
            psycopg.connect(url, autocommit=True) as database,
            serving(BARE, url) as bare,
            serving(OURS, url) as ours,
        ):
            database.execute(BASELINE_TABLE)
            contenders = (
                Contender(BASELINE, bare, "/rows", desk.desk_token, ("baseline_row",)),
                Contender(
                    "the same, autocommitted", bare, "/rows-autocommitted", desk.desk_token, ("baseline_row",)
                ),
                Contender(OUR_ENDPOINT, ours, "/api/v1/questions", desk.desk_token, WRITTEN),
                Contender(
                    "with a fresh Idempotency-Key",
                    ours,
                    "/api/v1/questions",
                    desk.desk_token,
                    (*WRITTEN, "recorded_answer"),
                    with_keys=True,
                ),
            )
            costs = _measure(contenders, rounds, seconds, postgres, database)
    print(_report(costs))
    sys.exit(_ratio(costs, OUR_ENDPOINT) > GOAL)


def _measure(
    contenders: Sequence[Contender],
    rounds: int,
    seconds: int,
    postgres: PostgresServer,
    database: psycopg.Connection,
) -> Mapping[str, list[Cost]]:
    """Return the costs of every contender in each round, after a round to warm up that does not count."""
    costs: defaultdict[str, list[Cost]] = defaultdict(list)
    for number in range(rounds + 1):
        for contender in contenders:
            if number == 0:
                _run(contender, WARM_UP_SECONDS, "warm-up", postgres, database)
            else:
                costs[contender.name].append(_run(contender, seconds, f"round-{number}", postgres, database))
    return costs


def _run(
    contender: Contender,
    seconds: int,
    key_prefix: str,
    postgres: PostgresServer,
    database: psycopg.Connection,
) -> Cost:
    """Post for some seconds; raises `RuntimeError` unless every answer stands for a row in each table."""
    rows = [_count(database, table) for table in contender.tables]
    web, stored = contender.server.cpu_seconds(), cpu_seconds(postgres.pid())
    load = post_questions(
        contender.server.url(contender.path),
        seconds,
        contender.token,
        key_prefix if contender.with_keys else None,
    )
    web, stored = contender.server.cpu_seconds() - web, cpu_seconds(postgres.pid()) - stored
    for table, before in zip(contender.tables, rows, strict=True):
        # Requests under way when wrk stops, in this run and the one before, are carried out but not counted.
        if not 0 <= _count(database, table) - before - load.answered <= 2 * CONNECTIONS:
            raise RuntimeError(f"{contender.name}: {load.answered} answers, but not as many rows in {table}")
    each = 1000 / load.answered
    return Cost(web * each, stored * each, load.answered / load.seconds, load.median_ms)


def _count(database: psycopg.Connection, table: str) -> int:
    row = database.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    count: int = row[0]
    return count


def _ratio(costs: Mapping[str, list[Cost]], name: str) -> float:
    """Return the median of what a contender costs in a round, over what the bare endpoint costs in it."""
    return median(cost.both / bare.both for cost, bare in zip(costs[name], costs[BASELINE], strict=True))


def _report(costs: Mapping[str, list[Cost]]) -> str:
    """Return the figures as a Markdown table; medians of the rounds, with the least and the greatest."""
    rows = [
        [
            name,
            middle([cost.web for cost in measured]),
            middle([cost.database for cost in measured]),
            middle([cost.both for cost in measured]),
            f"{_ratio(costs, name):.2f}",
            middle([cost.per_second for cost in measured], 0),
            middle([cost.median_ms for cost in measured], 1),
        ]
        for name, measured in costs.items()
    ]
    header = [
        "",
        "web server, ms",
        "PostgreSQL, ms",
        "both, ms",
        "ratio",
        "requests a second",
        "median wait, ms",
    ]
    return markdown_table(header, rows)


if __name__ == "__main__":
    main()

"""What registering a question costs: `POST /questions` against a bare endpoint that inserts one row.

`python -m benchmarks.intake`; in each round all of them take their turn.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import click
import psycopg
from psycopg import sql

from benchmarks.cpu import cpu_seconds
from benchmarks.deployment import BARE, OURS, Server, connect, make_database, serving
from benchmarks.figures import markdown_table, middle
from benchmarks.load import CONNECTIONS, post_questions
from tests.support.postgres_server import PostgresServer

GOAL = 2.5
WARM_UP_SECONDS = 3
BASELINE_TABLE = (
    "CREATE TABLE baseline_row (id BIGSERIAL PRIMARY KEY, topic TEXT NOT NULL, body TEXT NOT NULL)"
)
WRITTEN = ("visit", "question", "question_text", "data_key", "referral", "outbox_message")


@dataclass(frozen=True, slots=True)
class Contender:
    """An address of an application, and the tables to which each request there must add `rows` rows."""

    name: str
    application: str
    path: str
    tables: tuple[str, ...]
    rows: int = 1
    with_keys: bool = False


BASELINE = Contender("bare endpoint", BARE, "/rows", ("baseline_row",))
INTAKE = Contender("POST /questions", OURS, "/api/v1/questions", WRITTEN)
CONTENDERS = (
    BASELINE,
    Contender("the same, autocommitted", BARE, "/rows-autocommitted", ("baseline_row",)),
    Contender("the same, three rows by the ORM", BARE, "/three-rows-by-the-orm", ("baseline_row",), rows=3),
    INTAKE,
    Contender(
        "the same, fresh Idempotency-Key", OURS, INTAKE.path, (*WRITTEN, "recorded_answer"), with_keys=True
    ),
)


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
class Surroundings:
    """What the contenders share: one PostgreSQL server with one database, the web servers, and a token."""

    postgres: PostgresServer
    database: psycopg.Connection
    servers: Mapping[str, Server]
    token: str

    def count_rows(self, table: str) -> int:
        """Return how many rows a table has."""
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        ((count,),) = self.database.execute(query).fetchall()
        return int(count)


@click.command()
@click.option("--rounds", type=click.IntRange(1, 50), default=6, show_default=True)
@click.option("--seconds", type=click.IntRange(1, 60), default=6, show_default=True, help="Of each run.")
def main(rounds: int, seconds: int) -> None:
    """Measure and print the figures; end with status 1 when the goal is missed."""
    with _surroundings() as around:
        for contender in CONTENDERS:
            _run(around, contender, WARM_UP_SECONDS, "warm-up")
        measured = [
            {contender: _run(around, contender, seconds, f"round-{number}") for contender in CONTENDERS}
            for number in range(rounds)
        ]
    print(_report(measured))
    sys.exit(_ratio(measured, INTAKE) > GOAL)


@contextmanager
def _surroundings() -> Iterator[Surroundings]:
    with PostgresServer(durable=True) as postgres:
        url, desk = make_database(postgres, "intake")
        with (
            connect(url) as database,
            serving(BARE, url) as bare,
            serving(OURS, url) as ours,
        ):
            database.execute(BASELINE_TABLE)
            yield Surroundings(postgres, database, {BARE: bare, OURS: ours}, desk.desk_token)


def _run(around: Surroundings, contender: Contender, seconds: int, key_prefix: str) -> Cost:
    """Post for some seconds; raises `RuntimeError` unless every answer stands for its rows in each table."""
    server, database = around.servers[contender.application], around.postgres.pid()
    rows = {table: around.count_rows(table) for table in contender.tables}
    web_seconds, database_seconds = server.cpu_seconds(), cpu_seconds(database)
    load = post_questions(
        server.url(contender.path), seconds, around.token, key_prefix if contender.with_keys else None
    )
    web_seconds, database_seconds = (
        server.cpu_seconds() - web_seconds,
        cpu_seconds(database) - database_seconds,
    )
    for table, before in rows.items():
        more = (around.count_rows(table) - before) / contender.rows - load.answered
        # Requests under way when wrk stops, in this run and the one before, are carried out but not counted.
        if not 0 <= more <= 2 * CONNECTIONS:
            raise RuntimeError(f"{contender.name}: {load.answered} answers, but not the rows in {table}")
    each = 1000 / load.answered
    return Cost(web_seconds * each, database_seconds * each, load.answered / load.seconds, load.median_ms)


def _ratio(measured: Sequence[Mapping[Contender, Cost]], contender: Contender) -> float:
    """Return the median of what a contender costs in a round, over what the bare endpoint costs in it."""
    return median(costs[contender].both / costs[BASELINE].both for costs in measured)


def _report(measured: Sequence[Mapping[Contender, Cost]]) -> str:
    """Return the figures as a Markdown table; medians of the rounds, with the least and the greatest."""
    header = [
        "",
        "web server, ms",
        "PostgreSQL, ms",
        "both, ms",
        "ratio",
        "requests a second",
        "median wait, ms",
    ]
    rows = []
    for contender in CONTENDERS:
        costs = [costs[contender] for costs in measured]
        rows.append(
            [
                contender.name,
                middle([cost.web for cost in costs]),
                middle([cost.database for cost in costs]),
                middle([cost.both for cost in costs]),
                f"{_ratio(measured, contender):.2f}",
                middle([cost.per_second for cost in costs], 0),
                middle([cost.median_ms for cost in costs], 1),
            ]
        )
    return markdown_table(header, rows)


if __name__ == "__main__":
    main()

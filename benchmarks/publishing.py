"""What publishing a month costs with a quarter of a million and with a million questions.

`python -m benchmarks.publishing`; each publication is a process of its own, as the daily one is. The baseline
is one statement of SQL that counts the persons of each topic, the simplest table there is.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import click

from benchmarks.cpu import cpu_seconds
from benchmarks.deployment import connect, make_database, settings_for
from benchmarks.figures import markdown_table
from benchmarks.filling import fill
from servicebalie.core.periods import Month
from servicebalie.services.identity import first_id_of
from tests.support.postgres_server import PostgresServer

FEW, MANY = 250_000, 1_000_000
SECONDS_GOAL = 60
MEMORY_GOAL = 1 << 30
LINEAR_GOAL = 1.25
"""How much more a question may cost among a million than among a quarter of that."""

ONE_TABLE = """
SELECT topic, count(DISTINCT asker) FROM question JOIN visit ON visit.id = question.visit_id
WHERE question.desk_id = %s AND question.id >= %s AND question.id < %s GROUP BY topic
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What publishing cost: seconds, processor time of process and database, and the most memory, bytes."""

    questions: int
    seconds: float
    process: float
    database: float
    memory: int
    one_table: float

    @property
    def each(self) -> float:
        """Microseconds of processor time for each question."""
        return (self.process + self.database) / self.questions * 1e6


@click.command()
@click.option("--few", type=int, default=FEW, show_default=True)
@click.option("--many", type=int, default=MANY, show_default=True)
def main(few: int, many: int) -> None:
    """Measure and print the figures; end with status 1 when a goal is missed."""
    month = Month.of(datetime.now(UTC) - timedelta(days=45))
    with PostgresServer(durable=True) as postgres:
        costs = [_measure(postgres, month, count) for count in (few, many)]
    print(_report(costs))
    largest = costs[-1]
    linear = largest.each / costs[0].each
    print(f"\nA question costs {linear:.2f} times as much among {many} as among {few}.")
    sys.exit(largest.seconds > SECONDS_GOAL or largest.memory > MEMORY_GOAL or linear > LINEAR_GOAL)


def _measure(postgres: PostgresServer, month: Month, count: int) -> Cost:
    url, desk = make_database(postgres, f"publishing_{count}")
    span = round((month.ends_at - month.starts_at).total_seconds() * 1000)
    fill(url, desk.id, count, first_id_of(month.ends_at) - 1, milliseconds=max(1, span // count))
    one_table = _time_one_table(url, desk.id, month)
    database = cpu_seconds(postgres.pid())
    started = time.perf_counter()
    process, memory = _publish(url, month)
    seconds = time.perf_counter() - started
    return Cost(count, seconds, process, cpu_seconds(postgres.pid()) - database, memory, one_table)


def _time_one_table(url: str, desk_id: int, month: Month) -> float:
    """Return the seconds that one table of true counts takes in SQL."""
    started = time.perf_counter()
    with connect(url) as connection:
        within = (desk_id, first_id_of(month.starts_at), first_id_of(month.ends_at))
        connection.execute(ONE_TABLE, within).fetchall()
    return time.perf_counter() - started


def _publish(url: str, month: Month) -> tuple[float, int]:
    """Publish the month in a process of its own; return its processor seconds and its most memory, bytes."""
    command = [sys.executable, "-m", "servicebalie", "publish", "--month", str(month)]
    process = subprocess.Popen(command, env={**os.environ, **settings_for(url)})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"servicebalie publish ended with status {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def _report(costs: Sequence[Cost]) -> str:
    header = [
        "questions",
        "publishing, s",
        "of it our process, s CPU",
        "PostgreSQL, s CPU",
        "µs CPU a question",
        "most memory, MB",
        "one table in SQL, s",
    ]
    return markdown_table(
        header,
        [
            [
                str(cost.questions),
                f"{cost.seconds:.1f}",
                f"{cost.process:.1f}",
                f"{cost.database:.1f}",
                f"{cost.each:.1f}",
                f"{cost.memory / 1e6:.0f}",
                f"{cost.one_table:.1f}",
            ]
            for cost in costs
        ],
    )


if __name__ == "__main__":
    main()

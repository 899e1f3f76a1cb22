"""What reading costs with a thousand and with a million questions: first pages of lists, and monthly reports.

`python -m benchmarks.reading`; requests of both databases and of the bare endpoint alternate, over one
connection each.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

import click

from benchmarks.browser import Browser
from benchmarks.deployment import BARE, OURS, Server, connect, make_database, serving
from benchmarks.desk import MeasuredDesk
from benchmarks.figures import markdown_table
from benchmarks.filling import fill
from benchmarks.intake import BASELINE_TABLE
from servicebalie.cli.publish import publish_period
from servicebalie.core.keys import Keys
from servicebalie.core.periods import Month
from servicebalie.db import Database
from servicebalie.services.desks import find_desk
from servicebalie.services.identity import first_id_of
from tests.support.postgres_server import PostgresServer

FEW = 1_000
LISTS = {
    "the newest": "questions",
    "referred": "questions?status=referred",
    "overdue": "questions?overdue=true",
    "what needs attention": "questions?attention=true",
    "a topic": "questions?topic=digid",
    "a language": "questions?language=uk",
    "a municipality": "questions?municipality=GM0858",
    "a topic that nobody asked about": "questions?topic=pension-tax-abroad",
    "a partner's": "questions",
    "a partner's inbox": "referrals",
    "what is overdue in a partner's inbox": "referrals?overdue=true",
}
"""The lists, by what is under /api/v1."""

LIST_GOAL = 1.5
REPORT_GOAL = 3.0


@dataclass(frozen=True, slots=True)
class Filled:
    """A server on a database with so many questions."""

    server: Server
    desk: MeasuredDesk


@click.command()
@click.option("--requests", type=click.IntRange(10, 5000), default=300, show_default=True)
@click.option("--many", type=click.IntRange(10_000), default=1_000_000, show_default=True)
def main(requests: int, many: int) -> None:
    """Measure and print the figures; end with status 1 when a goal is missed."""
    month = Month.of(datetime.now(UTC) - timedelta(days=45))
    with PostgresServer(durable=True) as postgres, ExitStack() as running:
        filled = {}
        for count in (FEW, many):
            url, desk = make_database(postgres, f"questions_{count}")
            fill(url, desk.id, count, first_id_of(month.next.starts_at) - 1)
            print(f"{count} questions published in {_publish(url, month):.1f} s", file=sys.stderr)
            filled[count] = Filled(running.enter_context(serving(OURS, url)), desk)
        with connect(url) as connection:
            connection.execute(BASELINE_TABLE)
        bare = running.enter_context(serving(BARE, url))
        lists = {name: _lists(filled, name, query, requests) for name, query in LISTS.items()}
        reports = _reports(filled, bare, month, requests)
    print(_list_table(lists, many), "\n", _report_table(reports), sep="\n")
    worst = max(_ratio(measured[many], measured[FEW]) for measured in lists.values())
    report = _ratio(reports[f"report, {many} questions"], reports["bare endpoint"])
    sys.exit(worst > LIST_GOAL or report > REPORT_GOAL)


def _publish(url: str, month: Month) -> float:
    """Publish the month and return how many seconds that took."""
    database = Database(url)
    keys = Keys.from_secret(b"a secret for measuring, of enough bytes")
    with database.read() as session:
        slug = find_desk(session, None).slug
    with connect(url) as connection:
        connection.execute("UPDATE desk SET created_at = now() - interval '60 days'")
    started = time.perf_counter()
    publish_period(database, slug, month, keys, datetime.now(UTC))
    database.dispose()
    return time.perf_counter() - started


def _lists(
    filled: Mapping[int, Filled], name: str, query: str, requests: int
) -> Mapping[int, Sequence[float]]:
    """Return the times of the first page of a list, by the number of questions."""
    browsers = {
        count: Browser(one.server, one.desk.partner_token if "partner" in name else one.desk.desk_token)
        for count, one in filled.items()
    }
    times: defaultdict[int, list[float]] = defaultdict(list)
    for number in range(requests + requests // 10):
        for count, browser in browsers.items():
            took = browser.take("GET", f"/api/v1/{query}")
            if number >= requests // 10:
                times[count].append(took)
    return times


def _reports(
    filled: Mapping[int, Filled], bare: Server, month: Month, requests: int
) -> Mapping[str, Sequence[float]]:
    """Return the times of the bare endpoint, of the month's report, and of a series."""
    row = json.dumps({"topic": "bsn", "text": "Ik heb een BSN nodig."})
    months, series = (
        f"/api/v1/trends/months/{month}",
        f"/api/v1/trends/series?table=topic&from={month}&to={month}",
    )
    contenders: dict[str, tuple[Browser, str, str, str | None]] = {
        "bare endpoint": (Browser(bare, "none"), "POST", "/rows", row)
    }
    for count, one in filled.items():
        browser = Browser(one.server, one.desk.desk_token)
        contenders[f"report, {count} questions"] = (browser, "GET", months, None)
        contenders[f"series, {count} questions"] = (browser, "GET", series, None)
    times: defaultdict[str, list[float]] = defaultdict(list)
    for number in range(requests + requests // 10):
        for name, (browser, method, path, body) in contenders.items():
            took = browser.take(method, path, body)
            if number >= requests // 10:
                times[name].append(took)
    return times


def _ratio(times: Sequence[float], baseline: Sequence[float]) -> float:
    return median(times) / median(baseline)


def _list_table(lists: Mapping[str, Mapping[int, Sequence[float]]], many: int) -> str:
    rows = [
        [name, _middle(times[FEW]), _middle(times[many]), f"{_ratio(times[many], times[FEW]):.2f}"]
        for name, times in lists.items()
    ]
    return markdown_table(["first page of", f"{FEW} questions, ms", f"{many} questions, ms", "ratio"], rows)


def _report_table(reports: Mapping[str, Sequence[float]]) -> str:
    rows = [
        [name, _middle(times), f"{_ratio(times, reports['bare endpoint']):.2f}"]
        for name, times in reports.items()
    ]
    return markdown_table(["", "ms", "ratio to the bare endpoint"], rows)


def _middle(times: Sequence[float]) -> str:
    """Return the median and, in brackets, what nine of ten requests stayed under."""
    return f"{median(times):.2f} ({sorted(times)[len(times) * 9 // 10]:.2f})"


if __name__ == "__main__":
    main()

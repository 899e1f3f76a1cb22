"""What the pages for newcomers cost: the start page, and asking a question from the first page to the code.

`python -m benchmarks.pages`; in each round the bare endpoint and the pages take their turn.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

import click

from benchmarks.cpu import cpu_seconds
from benchmarks.deployment import BARE, OURS, Server, connect, make_database, serving
from benchmarks.figures import markdown_table, middle
from benchmarks.intake import BASELINE_TABLE
from benchmarks.load import get_page, post_questions
from benchmarks.newcomer import FILES, Newcomer
from tests.support.postgres_server import PostgresServer

MOST_BYTES = 60_000
TAGS = ("en", "pl", "ar")
BASELINE, START, ASKING = "bare endpoint", "start page", "asking, from the first page to the code"


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time of web server and PostgreSQL for one act, and acts a second."""

    cpu_ms: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Act:
    """A kind of act: what does it for some seconds and tells how many there were, and in how many seconds."""

    server: Server
    do: Callable[[int], tuple[int, float]]


@click.command()
@click.option("--rounds", type=click.IntRange(1, 50), default=4, show_default=True)
@click.option("--seconds", type=click.IntRange(1, 60), default=3, show_default=True, help="Of each run.")
def main(rounds: int, seconds: int) -> None:
    """Measure and print the figures; end with status 1 when a page with all it needs is over 60 kB."""
    with PostgresServer(durable=True) as postgres, ExitStack() as running:
        url, desk = make_database(postgres, "pages")
        with connect(url) as connection:
            connection.execute(BASELINE_TABLE)
        bare = running.enter_context(serving(BARE, url))
        ours = running.enter_context(serving(OURS, url))
        acts = {
            BASELINE: Act(bare, lambda seconds: _posted(bare, seconds, desk.desk_token)),
            START: Act(ours, lambda seconds: _got(ours, seconds)),
            ASKING: Act(ours, lambda seconds: _asked(ours, seconds)),
        }
        measured = [
            {name: _measure(act, seconds, postgres.pid()) for name, act in acts.items()}
            for _ in range(rounds + 1)
        ][1:]
        sizes = {tag: _sizes(ours, tag) for tag in TAGS}
    print(_cost_table(measured), _size_table(sizes), sep="\n\n")
    sys.exit(any(packed > MOST_BYTES for pages in sizes.values() for _, packed in pages.values()))


def _measure(act: Act, seconds: int, database: int) -> Cost:
    before = act.server.cpu_seconds() + cpu_seconds(database)
    acts, took = act.do(seconds)
    used = act.server.cpu_seconds() + cpu_seconds(database) - before
    return Cost(1000 * used / acts, acts / took)


def _posted(server: Server, seconds: int, token: str) -> tuple[int, float]:
    load = post_questions(server.url("/rows"), seconds, token)
    return load.answered, load.seconds


def _got(server: Server, seconds: int) -> tuple[int, float]:
    load = get_page(server.url("/pl"), seconds)
    return load.answered, load.seconds


def _asked(server: Server, seconds: int) -> tuple[int, float]:
    """Ask questions one after the other; the time is that of waiting, not of reading the pages."""
    newcomer, asked = Newcomer(server, "pl"), 0
    while sum(fetched.took for fetched in newcomer.fetched) < seconds * 1000:
        newcomer.ask()
        asked += 1
    return asked, sum(fetched.took for fetched in newcomer.fetched) / 1000


def _sizes(server: Server, tag: str) -> Mapping[str, tuple[int, int]]:
    """Return the bytes of each page with all files that it needs: as they are, and as they travel."""
    newcomer = Newcomer(server, tag)
    for path in FILES:
        newcomer.get(path)
    plain, packed = (sum(size) for size in zip(*((f.plain, f.packed) for f in newcomer.fetched), strict=True))
    newcomer.fetched.clear()
    for path in ("/", f"/{tag}", f"/{tag}/privacy", f"/{tag}/return"):
        newcomer.get(path)
    newcomer.ask()
    return {
        f.path.replace(f"/{tag}", "/…", 1): (plain + f.plain, packed + f.packed) for f in newcomer.fetched
    }


def _cost_table(measured: Sequence[Mapping[str, Cost]]) -> str:
    rows = [
        [
            name,
            middle([costs[name].cpu_ms for costs in measured]),
            f"{median(costs[name].cpu_ms / costs[BASELINE].cpu_ms for costs in measured):.2f}",
            middle([costs[name].per_second for costs in measured], 0),
        ]
        for name in measured[0]
    ]
    return markdown_table(["", "processor time, ms", "ratio", "a second"], rows)


def _size_table(sizes: Mapping[str, Mapping[str, tuple[int, int]]]) -> str:
    rows = [
        [path, *(f"{pages[path][1] / 1000:.1f} ({pages[path][0] / 1000:.1f})" for pages in sizes.values())]
        for path in sizes[TAGS[0]]
    ]
    return markdown_table(["kB with all files (unpacked)", *sizes], rows)


if __name__ == "__main__":
    main()

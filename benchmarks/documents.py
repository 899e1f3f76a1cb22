"""What each kind of document of a report costs, and the least that could be done instead.

`python -m benchmarks.documents`; every document is made in a fresh process, because typst remembers what it
laid out before, and the kinds alternate. Measured from when everything is imported.
"""

import csv
import io
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from random import Random
from statistics import median

import click
import typst

from benchmarks.figures import markdown_table, middle
from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import Month, Period, Quarter
from servicebalie.documents.json_stat import render_json_stat
from servicebalie.documents.model import Chart, Named, Report, Row, Table
from servicebalie.documents.ods import render_ods
from servicebalie.documents.pdf import render_pdf
from servicebalie.documents.xlsx import render_xlsx

ROUNDS = 5
GOAL_OF_PDF = 1.0
EMPTY = b'#set document(title: "Empty")\n#title()'
PERIODS: Mapping[str, tuple[Period, int, int]] = {
    "month": (Month(2026, 10), 16, 1),
    "quarter": (Quarter(2026, 4), 25, 8),
}
"""The reports: period, number of tables, and how many of these are by two things."""

LINES, GROUPS = 15, 12
SHA256 = "35" * 32


def write_csv(report: Report) -> bytes:
    """Return the numbers of a report as CSV: the least that any document must do."""
    written = io.StringIO()
    rows = csv.writer(written)
    for table in report.tables:
        for row in table.rows:
            labels = [label.code for label in row.labels]
            numbers = [
                number
                for estimate in (row.persons, row.questions)
                if estimate
                for number in (estimate.value, estimate.low, estimate.high)
            ]
            rows.writerow([table.name, *labels, *numbers])
    return written.getvalue().encode()


def set_empty_page(_report: Report) -> bytes:
    """Return an empty page as PDF/UA-1: what typst costs before it has anything to set."""
    content: bytes = typst.compile(EMPTY, ignore_system_fonts=True, pdf_standards=["ua-1"], timestamp=0)
    return content


KINDS: Mapping[str, Callable[[Report], bytes]] = {
    "numbers as CSV": write_csv,
    "empty PDF/UA page": set_empty_page,
    "PDF": render_pdf,
    "XLSX": render_xlsx,
    "ODS": render_ods,
    "JSON-stat": render_json_stat,
}
"""What is measured: baselines first, then the documents."""


@click.command()
@click.option("--rounds", default=ROUNDS, show_default=True, help="how often each document is made")
@click.option("--only", nargs=2, hidden=True, help="measure a kind for a period, in this process")
def main(rounds: int, only: tuple[str, str] | None) -> None:
    """Measure every kind of document for a month and a quarter; fails if the PDF misses its goal."""
    if only:
        print(json.dumps(_measure(*only)))
        return
    worst = 0.0
    for period, (_, tables, crossed) in PERIODS.items():
        results = _rounds(period, rounds)
        print(f"\nA {period} with {tables} tables, {crossed} of them by two things:\n")
        print(_table(results))
        worst = max(worst, median(result["wall"] for result in results["PDF"]))
    sys.exit(0 if worst <= GOAL_OF_PDF else 1)


def _rounds(period: str, rounds: int) -> dict[str, list[dict[str, float]]]:
    results = defaultdict(list)
    for _ in range(rounds):
        for kind in KINDS:
            command = [sys.executable, "-m", "benchmarks.documents", "--only", period, kind]
            finished = subprocess.run(command, check=True, capture_output=True, text=True)
            results[kind].append(json.loads(finished.stdout))
    return results


def _measure(period: str, kind: str) -> dict[str, float]:
    """Return the seconds, on the clock and of processor, and the bytes of one document."""
    report = make_report(period)
    wall, cpu = time.perf_counter(), time.process_time()
    content = KINDS[kind](report)
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "size": len(content),
    }


def _table(results: Mapping[str, list[dict[str, float]]]) -> str:
    baseline = median(result["cpu"] for result in results["empty PDF/UA page"])
    rows = [
        [
            kind,
            middle([result["wall"] for result in each], 3),
            middle([result["cpu"] for result in each], 3),
            f"{median(result['cpu'] for result in each) / baseline:.2f}",
            f"{each[0]['size'] / 1000:.0f}",
        ]
        for kind, each in results.items()
    ]
    header = ["", "s", "s of processor", "ratio to the empty page", "kB"]
    return markdown_table(header, rows)


def make_report(name: str) -> Report:
    """Return a report of a period in `PERIODS` with made-up numbers, always the same."""
    period, count, crossed = PERIODS[name]
    random = Random(name)
    tables = tuple(
        Table(
            name=f"table-{number}",
            title=f"Table {number} of the report",
            dimensions=(Named("area", "Area"), Named("topic", "Topic"))[number >= crossed :],
            rows=tuple(_lines(random, GROUPS if number < crossed else 0)),
        )
        for number in range(count)
    )
    return Report(
        locale="en",
        title=f"What newcomers asked: {name}",
        period=period,
        period_name=name,
        desk=Named("desk", "Newcomer Desk"),
        simulated=True,
        simulated_note="Nobody in this report is real.",
        final=False,
        epoch=1,
        published_on=date(2027, 1, 8),
        published_on_name="8 January 2027",
        sha256=SHA256,
        profile="default-1",
        largest_noise=9,
        threshold=10,
        catalogue_version="2",
        below="<10",
        total=Row((), _estimate(random), _estimate(random)),
        lead=("Many people asked the desk something.",) * 3,
        changes=("More questions about one topic than expected: 84, expected 41 to 66.",) * 3,
        tables=tables,
        charts=tuple(
            Chart(f"chart-{number}", "Persons", "A bar for each line.", f"table-{number}", _picture(random))
            for number in range(2)
        ),
        method=("Every number was made a little higher or lower by chance.",) * 5,
        facts=(("Desk", "Newcomer Desk"), ("Fingerprint (SHA-256)", SHA256)),
        licence="Everybody may use these numbers.",
        source="Newcomer Desk",
    )


def _lines(random: Random, groups: int) -> Iterator[Row]:
    """Yield lines with one label, or with two when there are groups; every tenth is below the threshold."""
    for group in range(groups or 1):
        outer = (Named(f"area-{group}", f"Area {group} of the region"),) if groups else ()
        for line in range(3 if groups else LINES):
            labels = (*outer, Named(f"topic-{line}", f"What people may ask about {line}"))
            is_below = line % 10 == 9
            yield Row(labels) if is_below else Row(labels, _estimate(random), _estimate(random))


def _estimate(random: Random) -> Estimate:
    value = random.randrange(10, 2000)
    return Estimate(value, max(0, value - 4), value + 4)


def _picture(random: Random) -> str:
    """Return a bar chart with as many labels and lines as a real one has."""
    bars = "".join(
        f'<text x="150" y="{top + 14}" text-anchor="end" font-family="sans-serif">A topic</text>'
        f'<rect x="155" y="{top}" width="{random.randrange(300)}" height="16" fill="#4190a0"/>'
        for top in range(0, 400, 20)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="460" height="400">{bars}</svg>'


if __name__ == "__main__":
    main()

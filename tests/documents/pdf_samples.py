"""Reports to make PDFs of: an ordinary one in two languages, and what is rare or hostile."""

from datetime import date

from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import Month
from servicebalie.documents.model import Chart, Named, Report, Row, Substitute, Table

SHA256 = "35088ccfe3d14d7e3b2b3c0d147c345dbdcce30479c1bd0e4806b76152285bb6"
HOSTILE = "#panic() $x$ *b* _e_ @c <d> `r` [f] \\ // g /* h */ = i \"j\" 'k' -- ~ {page} %(l)s"
"""What would do something, or change, in markup."""

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="320" height="60" viewBox="0 0 320 60">
<rect x="90" y="5" width="200" height="20" fill="#4190a0"/>
<text x="80" y="20" text-anchor="end" font-family="Verdana, sans-serif" font-size="12">Drawn label</text>
</svg>"""


def estimate(value: int, margin: int = 9) -> Estimate:
    """Return a number with an interval."""
    return Estimate(value, max(0, value - margin), value + margin)


def row(*names: str, persons: int | None = None, questions: int | None = None) -> Row:
    """Return a line with these labels, without numbers when none are given."""
    return Row(
        tuple(Named(name.lower(), name) for name in names),
        None if persons is None else estimate(persons),
        None if questions is None else estimate(questions, 21),
    )


def with_substitute(line: Row) -> Row:
    """Return a line below the threshold with the nearest numbers."""
    return Row(line.labels, substitute=Substitute("The whole quarter", estimate(23), estimate(41, 21)))


def table(name: str, *dimensions: str, rows: tuple[Row, ...] = (), **facts: str | float | None) -> Table:
    """Return a table; `facts` are `others`, `share` and `note`."""
    named = tuple(Named(dimension.lower(), dimension) for dimension in dimensions)
    return Table(name, f"Table {name}", named, rows, **facts)  # type: ignore[arg-type]  # by name


TOPICS = table(
    "main-topic",
    "Main topic",
    rows=(
        row("Work and pay", persons=1234, questions=2345),
        row("Housing", persons=84, questions=97),
        with_substitute(row("Taxes")),
        row("Letters"),
    ),
)
LANGUAGES = table(
    "language",
    "Language",
    rows=(row("Polish", persons=120, questions=180), row("Ukrainian", persons=64, questions=71)),
    others="Every other language",
    share=0.83,
    note="The lines are those of a quarter.",
)
CROSSED = table(
    "municipality-by-topic",
    "Municipality",
    "Main topic",
    rows=tuple(
        row(f"Town {town}", f"Topic {topic}", persons=10 + town + topic, questions=11 + 2 * town)
        for town in range(1, 41)
        for topic in range(1, 9)
    ),
    others="Every other combination",
)
EMPTY = table("province", "Province")
ALL_BELOW = table("corop", "Region", others="Every other region")
CHART = Chart("topics", "Persons by main topic", "Work 1,234 persons, housing 84.", "main-topic", SVG)


def report(locale: str = "en", **facts: object) -> Report:
    """Return an ordinary report, but for these facts of it."""
    ordinary: dict[str, object] = {
        "locale": locale,
        "title": "What newcomers asked: October 2026",
        "period": Month(2026, 10),
        "period_name": "October 2026",
        "desk": Named("desk-south", "Desk South"),
        "simulated": True,
        "simulated_note": "Nobody in this report is real.",
        "final": False,
        "epoch": 1,
        "published_on": date(2026, 11, 8),
        "published_on_name": "8 November 2026",
        "sha256": SHA256,
        "profile": "default-1",
        "largest_noise": 9,
        "threshold": 10,
        "catalogue_version": "2",
        "below": "<10",
        "total": Row((), estimate(1318), estimate(2442, 21)),
        "lead": ("Many persons asked the desk something.", "Most asked about work."),
        "changes": ("More questions about housing than expected: 97, expected 41 to 66.",),
        "tables": (TOPICS, LANGUAGES, EMPTY, ALL_BELOW),
        "charts": (CHART,),
        "method": (
            "Every number was made a little higher or lower by chance, so that nobody can find out from this "
            "report whether one particular person came, or what that person asked.",
            "In 95 of 100 cases the true number lies within the interval.",
        ),
        "facts": (("Desk", "Desk South"), ("Profile", "default-1"), ("Fingerprint (SHA-256)", SHA256)),
        "licence": "Everybody may use these numbers (CC BY 4.0).",
        "source": "Name Desk South as the source.",
    }
    return Report(**(ordinary | facts))  # type: ignore[arg-type]  # the facts of a report, by name

"""A report in the words of one language: what the page and every document are made from.

Everything in it follows from published numbers alone. Codes stand beside their names, because files for
machines need codes and people need names.
"""

from dataclasses import dataclass
from datetime import date

from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import Period


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its name in the language of the report: a dimension, or a value of one."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Substitute:
    """The nearest numbers that were published, where the wanted ones are below the threshold.

    `note` says in a short phrase what they are about: a longer period, a broader topic or a larger area.
    `period` is the longer period, None where they are about that of the report.
    """

    note: str
    persons: Estimate
    questions: Estimate
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: one label per dimension; `persons` and `questions` are None below the threshold.

    They are always about the period of the report; numbers of another one are in `substitute` only.
    """

    labels: tuple[Named, ...]
    persons: Estimate | None = None
    questions: Estimate | None = None
    substitute: Substitute | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the catalogue with its lines in the order in which they are shown.

    `others` names the labels that have no line, all below the threshold; None when there are none. `share`
    is the part of the persons of the report that the published lines hold, from 0 to 1, where a person has
    one value at most; None in other tables. `note` says what is particular about the table, such as that
    none of its lines was large enough.
    """

    name: str
    title: str
    dimensions: tuple[Named, ...]
    rows: tuple[Row, ...]
    others: str | None = None
    share: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of numbers that a table of the report also holds.

    `svg` is a whole SVG file, empty until it was drawn (`drawing.draw_charts`); `description` says in words
    what it shows, for who does not see it; `table` is the name of the table with the same numbers, one of
    the `tables` or `series` of the report.
    """

    name: str
    title: str
    description: str
    table: str
    svg: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a month, a quarter or a year, ready to be shown.

    `below` is what stands for a number below the threshold, such as `<10`. `lead` says in a few sentences
    what the report says; `changes` has one sentence for each number that changed more than chance explains,
    and is empty for quarters and years. `method` says in a few sentences how the numbers are protected, what
    an interval is and what `below` means. `facts` are the name and the value of all that identifies the
    release: desk, period, date, edition, profile, catalogue, SHA-256. `licence` and `source` say what the
    numbers may be used for and who must be named.

    `tables` are those of the catalogue. `series` are tables over the months that end with the report, the
    month as the last dimension. `share` is the average of the shares of the tables that count by one thing.
    """

    locale: str
    title: str
    period: Period
    period_name: str
    desk: Named
    simulated: bool
    simulated_note: str | None
    final: bool
    epoch: int
    published_on: date
    published_on_name: str
    sha256: str
    profile: str
    largest_noise: int
    threshold: int
    catalogue_version: str
    below: str
    total: Row
    lead: tuple[str, ...]
    changes: tuple[str, ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    method: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    licence: str
    source: str
    series: tuple[Table, ...] = ()
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file of a report, as it is stored beside its release and served without being made again.

    `name` is its kind (`pdf`, `xlsx`, `chart-main-topic`), unique within a release and locale; `locale` is
    empty for data that has no language.
    """

    name: str
    locale: str
    media_type: str
    content: bytes

"""The changes of a month, from its protected document and those of earlier months alone.

Publication calls this with numbers that are ready to be published. An import contract keeps it from reaching
anything else: neither questions nor unprotected tables.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.core.catalogue import Dimension, Levels, Table
from servicebalie.core.changes import Series, find_changes
from servicebalie.core.expectations import Protection
from servicebalie.core.histories import PublishedMonth, earlier_number, place_of
from servicebalie.core.periods import Month, PeriodKind
from servicebalie.models.releases import Release
from servicebalie.services.change_records import write_changes
from servicebalie.services.publishing_rules import shipped_catalogue
from servicebalie.services.releases import newest_reports

MOST_MONTHS = 60
"""How many earlier months are looked at: five years, as in Farrington et al. 1996."""


def describe_changes(
    session: Session,
    content: Mapping[str, Any],
    month: Month,
    *,
    levels: Levels,
    beside: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the changes of a month's document against the newest epoch of each earlier month of its desk.

    `beside` are documents that will be stored together with this one, and count as newer than stored ones.
    """
    documents = _earlier_documents(session, content["desk"]["slug"], month)
    documents |= {document["period"]: document for document in beside}
    months = {period: _published_month(document) for period, document in documents.items()}
    history = [months.get(str(month.later(-back))) for back in range(1, _length(months, month) + 1)]
    protection = Protection(content["profile"]["threshold"], content["profile"]["variance"])
    return write_changes(find_changes(_series(content, history, levels), protection), month)


def _earlier_documents(session: Session, desk_slug: str, month: Month) -> dict[str, Mapping[str, Any]]:
    """Return the documents of the months before, as far back as is looked at, by period."""
    query = select(Release.period, Release.document).where(
        *newest_reports(desk_slug, PeriodKind.MONTH),
        Release.period.between(str(month.later(-MOST_MONTHS)), str(month.previous)),
    )
    return {period: orjson.loads(document) for period, document in session.execute(query)}


def _length(months: Iterable[str], month: Month) -> int:
    """Return how many months before this one the history goes back."""
    earlier = [back for back in range(1, MOST_MONTHS + 1) if str(month.later(-back)) in months]
    return max(earlier, default=0)


def _published_month(document: Mapping[str, Any]) -> PublishedMonth:
    return PublishedMonth(
        tables={
            table["name"]: {tuple(cell["labels"]): cell["persons"]["value"] for cell in table["cells"]}
            for table in document["tables"]
        },
        common={Dimension(name): frozenset(values) for name, values in document["commonCategories"].items()},
    )


def _series(
    content: Mapping[str, Any], history: list[PublishedMonth | None], levels: Levels
) -> Iterator[Series]:
    tables: tuple[Table, ...] = shipped_catalogue().tables_of(PeriodKind.MONTH)
    by_name = {table.name: table for table in tables}
    for written in content["tables"]:
        table = by_name[written["name"]]
        for cell in written["cells"]:
            place = place_of(table, tuple(cell["labels"]), tables, levels)
            earlier = tuple(earlier_number(place, month) for month in history)
            yield Series(table.name, place.labels, cell["persons"]["value"], earlier)

"""The numbers of a report for files that are made for machines: its tables, the total first."""

from servicebalie.documents.model import Report, Table
from servicebalie.i18n import data_words
from servicebalie.i18n.catalogues import translations

TOTAL = "total"


def all_tables(report: Report) -> tuple[Table, ...]:
    """Return the tables of a report with that of the total, which has no dimension, before them."""
    title = translations(report.locale, "desk").gettext(data_words.TOTAL)
    return (Table(TOTAL, title, (), (report.total,)), *report.tables)

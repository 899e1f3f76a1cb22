"""The words that the PDF of a report needs besides those of the report itself."""

from collections.abc import Mapping

from servicebalie.i18n.marking import msgid as _

PAGE = _("Page %(page)s of %(pages)s")

FINAL_EDITION = _("Published on %(date)s. Edition %(edition)s, final.")

PROVISIONAL_EDITION = _("Published on %(date)s. Edition %(edition)s, not final yet.")

BETWEEN = _("between %(low)s and %(high)s")
"""Stands under a large number."""

SAME_NUMBERS = _("The same numbers are in the table “%(table)s” on page %(page)s.")

SUBSTITUTE = _(
    "%(note)s: persons %(persons)s (%(persons_interval)s), questions %(questions)s (%(questions_interval)s)"
)
"""The nearest published numbers, under a line that has none; the note says what they are about."""

SHARE = _("The lines of this table are about %(share)s of the persons in this report.")

NOTHING_PUBLISHED = _("Every number of this table is %(below)s, so none is shown.")

WORDS: Mapping[str, str] = {
    # Translators: stands on every page of a report that is not about real people
    "simulated": _("Simulated numbers"),
    "contents": _("Contents"),
    "changes": _("What changed"),
    "charts": _("The numbers in pictures"),
    "tables": _("All numbers"),
    "method": _("How to read the numbers"),
    "about": _("About this report"),
    "licence": _("Licence"),
    "source": _("Source"),
    "persons": _("Persons"),
    "questions": _("Questions"),
    # Translators: heading of a column with intervals, such as 75–93
    "interval": _("from–to"),
}
"""Headings and marks, by the names that the layout has for them."""

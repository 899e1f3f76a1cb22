"""The words of the monthly report for policymakers: what its tables are called and what they count by."""

from collections.abc import Mapping

from servicebalie.core.catalogue import Dimension
from servicebalie.i18n.marking import msgid as _

TABLES: Mapping[str, str] = {
    "main-topic": _("Main topics"),
    "topic": _("Topics"),
    "language": _("Languages"),
    "group": _("Why people came to the Netherlands"),
    "stay": _("How long people expect to stay"),
    "arrival": _("How long ago people arrived"),
    "channel": _("How people reached the desk"),
    "outcome": _("How questions ended"),
    "unmet-reason": _("Why nobody could help"),
    "municipality": _("Municipalities"),
    "destination": _("Who helps"),
    "municipality-by-main-topic": _("Main topics by municipality"),
}
"""The names of the tables of the catalogue, but for that of the total, which is not shown as a table."""

DIMENSIONS: Mapping[Dimension, str] = {
    Dimension.TOPIC: _("Topic"),
    Dimension.MAIN_TOPIC: _("Main topic"),
    Dimension.LANGUAGE: _("Language"),
    Dimension.GROUP: _("Reason for coming"),
    Dimension.STAY: _("Expected stay"),
    Dimension.ARRIVAL: _("Arrival"),
    Dimension.CHANNEL: _("Way of contact"),
    Dimension.OUTCOME: _("Outcome"),
    Dimension.UNMET_REASON: _("Reason"),
    Dimension.MUNICIPALITY: _("Municipality"),
    Dimension.DESTINATION: _("Who helps"),
}
"""The headings of the columns with labels."""

OTHERS: Mapping[Dimension, str] = {
    Dimension.LANGUAGE: _("Every other language"),
    Dimension.MUNICIPALITY: _("Every other municipality"),
}
"""What stands for the labels of a long list that were not published."""

OTHER_COMBINATIONS = _("Every other combination")
"""What stands for the cells that were not published where a table counts by two things."""

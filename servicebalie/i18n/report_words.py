"""The words of the reports for policymakers: what its tables are called and what they count by."""

from collections.abc import Mapping

from servicebalie.core.catalogue import Dimension
from servicebalie.core.vocabulary import NO_ANSWER, ReturnReason
from servicebalie.i18n import newcomer_words
from servicebalie.i18n.marking import msgid as _

TABLES: Mapping[str, str] = {
    "main-topic": _("Main topics"),
    "topic": _("Topics"),
    "language-family": _("Language families"),
    "language": _("Languages"),
    "group": _("Why people came to the Netherlands"),
    "stay": _("How long people expect to stay"),
    "arrival": _("How long ago people arrived"),
    "registration": _("Where people are registered"),
    "channel": _("How people reached the desk"),
    "outcome": _("How questions ended"),
    "unmet-reason": _("Why nobody could help"),
    "return-reason": _("Why partners returned questions"),
    "province": _("Provinces"),
    "corop": _("Regions"),
    "municipality": _("Municipalities"),
    "destination": _("Who helps"),
    "group-by-main-topic": _("Main topics by reason for coming"),
    "language-by-main-topic": _("Main topics by language"),
    "stay-by-main-topic": _("Main topics by expected stay"),
    "municipality-by-main-topic": _("Main topics by municipality"),
    "municipality-by-language": _("Languages by municipality"),
    "municipality-by-group": _("Reasons for coming by municipality"),
    "municipality-by-stay": _("Expected stay by municipality"),
    "language-by-served": _("In which language people were helped"),
    "language-by-offered": _("Whether the service offers the language"),
}
"""The names of the tables of the catalogue, but for that of the total, which is not shown as a table."""

DIMENSIONS: Mapping[Dimension, str] = {
    Dimension.TOPIC: _("Topic"),
    Dimension.MAIN_TOPIC: _("Main topic"),
    Dimension.LANGUAGE: _("Language"),
    Dimension.LANGUAGE_FAMILY: _("Language family"),
    Dimension.GROUP: _("Reason for coming"),
    Dimension.STAY: _("Expected stay"),
    Dimension.ARRIVAL: _("Arrival"),
    Dimension.REGISTRATION: _("Registration"),
    Dimension.CHANNEL: _("Way of contact"),
    Dimension.OUTCOME: _("Outcome"),
    Dimension.UNMET_REASON: _("Reason"),
    Dimension.RETURN_REASON: _("Reason"),
    Dimension.MUNICIPALITY: _("Municipality"),
    Dimension.COROP: _("Region"),
    Dimension.PROVINCE: _("Province"),
    Dimension.DESTINATION: _("Who helps"),
    Dimension.SERVED: _("Helped in"),
    Dimension.OFFERED: _("Service"),
}
"""The headings of the columns with labels."""

LANGUAGE_FAMILIES: Mapping[str, str] = {
    "germanic": _("Germanic languages"),
    "romance": _("Romance languages"),
    "slavic": _("Slavic languages"),
    "baltic": _("Baltic languages"),
    "other-european": _("Other European languages"),
    "semitic": _("Semitic languages"),
    "iranian": _("Iranian languages"),
    "indo-aryan": _("Indo-Aryan languages"),
    "dravidian": _("Dravidian languages"),
    "turkic": _("Turkic languages"),
    "east-asian": _("East Asian languages"),
    "african": _("Other African languages"),
    "other": _("Other languages"),
}
"""Groups of languages: by kinship where that is common knowledge, otherwise by region."""

SERVED: Mapping[str, str] = {
    "own-language": _("their own language"),
    "interpreter": _("their own language, with an interpreter"),
    "other-language": _("another language"),
}
"""How people were helped with the language they asked in."""

OFFERED: Mapping[str, str] = {
    "offered": _("offers the language"),
    "not-offered": _("does not offer the language"),
}
"""Whether the service that a question went to helps in the language of the person."""

_SHARED_REASONS = (
    ReturnReason.NOT_ELIGIBLE,
    ReturnReason.FULL_OR_WAITING_LIST,
    ReturnReason.LANGUAGE_BARRIER,
    ReturnReason.DOCUMENTS_MISSING,
    ReturnReason.COULD_NOT_BE_REACHED,
)

RETURN_REASONS: Mapping[str, str] = {
    ReturnReason.NOT_OUR_TASK: _("It is not the task of that partner"),
    **{reason: newcomer_words.UNMET_REASONS[reason] for reason in _SHARED_REASONS},
    ReturnReason.WRONG_ENTRY: _("The directory is wrong about the partner"),
    ReturnReason.DUPLICATE: _("The question was there already"),
    ReturnReason.OTHER: _("Another reason"),
    NO_ANSWER: _("The partner did not answer in time"),
}
"""Why partners return questions; a reason for which nobody could help either has the same words there."""

OTHERS: Mapping[Dimension, str] = {
    Dimension.LANGUAGE: _("Every other language"),
    Dimension.MUNICIPALITY: _("Every other municipality"),
    Dimension.COROP: _("Every other region"),
    Dimension.PROVINCE: _("Every other province"),
}
"""What stands for the labels of a long list that were not published."""

OTHER_COMBINATIONS = _("Every other combination")
"""What stands for the cells that were not published where a table counts by two things."""

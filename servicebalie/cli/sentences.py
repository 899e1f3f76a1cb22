"""Refusals in words, for the person at the terminal."""

from collections.abc import Mapping

from servicebalie.core.errors import ServicebalieError
from servicebalie.i18n.desk_words import PROBLEMS

SENTENCES: Mapping[str, str] = {
    "desk-name-taken": "There is a desk with this name already: %(slug)s.",
    "invalid-opening-hours": "These are no opening hours; an example is: Mo-Fr 09:00-17:00; PH off",
    "invalid-setting": "%(name)s %(reason)s.",
    "not-migrated": "The database has no tables yet. Make them with: servicebalie migrate",
}


def sentence_for(refusal: ServicebalieError) -> str:
    """Return what a refusal means in one sentence; one that has no words is told by its code."""
    sentence = SENTENCES.get(refusal.code) or PROBLEMS.get(refusal.code)
    return sentence % refusal.params if sentence else f"This was refused: {refusal}."

"""Standard answers to test with."""

from datetime import date
from typing import Any

from servicebalie.core.standard_answers import AnswerText, StandardAnswer
from servicebalie.core.vocabulary import TextStatus

CHECKED_ON = date(2026, 9, 1)


def text_in(locale: str, **changes: Any) -> AnswerText:
    """Return a checked text in a language; one that is not Dutch is a translation of version 1."""
    columns: dict[str, Any] = {
        "locale": locale,
        "version": 1,
        "translated_from": None if locale == "nl" else 1,
        "status": TextStatus.CHECKED,
        "checked_on": CHECKED_ON,
        "checked_by": "adviser",
        "source_name": "Rijksoverheid",
        "source_url": "https://www.government.nl/topics/personal-data",
        "body": f"You get a number ({locale}).\n\n{{service}} can help.\n\nIt is at {{address}}.",
    }
    return AnswerText(**{**columns, **changes})


def answer_about(topic: str, *texts: AnswerText) -> StandardAnswer:
    """Return the answer about a topic whose source is in Dutch."""
    return StandardAnswer(topic, "nl", {text.locale: text for text in texts})

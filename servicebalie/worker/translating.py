"""One text that is to be translated: read it, send it, keep what comes back."""

from collections.abc import Mapping
from datetime import datetime

from servicebalie.core.keys import Keys
from servicebalie.db import Database
from servicebalie.services.translations import keep_translation, text_to_translate
from servicebalie.worker.translators import Translator
from servicebalie.worker.transports import NotSent


def make_translation(
    database: Database, keys: Keys, translator: Translator | None, payload: Mapping[str, int], now: datetime
) -> bool:
    """Have a text translated, if it still is to be, keep the translation beside it, and tell whether.

    Nothing happens where the translator does not know the languages, or gives the text back as it is, as it
    does with one of emoji only. Raises `NotSent`.
    """
    if translator is None:
        # The pages were told of a translator and this worker was not.
        raise NotSent("no-translator", final=False)
    with database.read() as session:
        text = text_to_translate(session, keys, payload["question"], payload.get("message"))
    if text is None:
        return False
    translated = translator.translate(text.text, text.source, text.target)
    if translated is None or translated == text.text.strip():
        return False
    database.write(lambda session: keep_translation(session, keys, text, translated, translator.engine, now))
    return True

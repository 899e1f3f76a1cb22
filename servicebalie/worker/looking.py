"""What `servicebalie check` learns by speaking to the translator, as a worker does."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from servicebalie.config import Settings
from servicebalie.core.deployment_check import Finding, Level
from servicebalie.services.text_language import DESK_LANGUAGE
from servicebalie.worker.translators import Translator, open_translator
from servicebalie.worker.transports import NotSent

TRIED_WITH = ("Kom morgen langs en neem de brief mee. " * 103)[:4000]
"""A text as long as the longest message: who translates this within its limits translates every one."""


def look_at_translator(settings: Settings) -> Iterator[Finding]:
    """Yield whether the translator, if there is one, translates a text that nobody wrote.

    Only that shows whether its key and its limits are right.
    """
    networks = settings.protection.outgoing_networks
    translator = open_translator(settings.translation_url, settings.translation_key, networks)
    if translator is None:
        return
    host = str(urlsplit(settings.translation_url or "").hostname)
    failure = _failure_of(translator)
    level = Level.MISSING if failure else Level.RIGHT
    yield Finding("translator", level, {"host": host, "failure": failure})


def _failure_of(translator: Translator) -> str:
    """Return the code of why a text is not translated, empty if it is."""
    try:
        translated = translator.translate(TRIED_WITH, DESK_LANGUAGE, "en")
    except NotSent as refused:
        return refused.failure
    return "translator-without-dutch" if translated is None else ""

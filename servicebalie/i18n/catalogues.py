"""The message catalogues, for everything that speaks without a web request."""

import gettext
from functools import cache

from servicebalie.i18n.registry import LOCALES
from servicebalie.shipped import shipped

SOURCE = "en"
"""The locale in which sentences are written in the code; it needs no catalogue."""


@cache
def translations(locale_tag: str, domain: str) -> gettext.NullTranslations:
    """Return the sentences of a domain, `newcomer` or `desk`, in a locale of the registry.

    Raises `FileNotFoundError` when the catalogue is not there or not compiled: falling back to English
    would only be noticed by those who cannot read it.
    """
    if locale_tag == SOURCE:
        return gettext.NullTranslations()
    languages = [str(LOCALES[locale_tag].babel)]
    return gettext.translation(domain, str(shipped("translations")), languages)

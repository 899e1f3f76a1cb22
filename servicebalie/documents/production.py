"""Makes the files of a report: in every language of the desk, and once what has no language."""

from collections.abc import Collection, Iterator

from servicebalie.documents.drawing import draw_charts
from servicebalie.documents.kinds import KINDS
from servicebalie.documents.model import Document, Report
from servicebalie.documents.report import build_report
from servicebalie.i18n.registry import DEFAULT, DESK_LOCALES
from servicebalie.services.published_documents import WITHOUT_LANGUAGE, Key
from servicebalie.services.report_background import Background
from servicebalie.services.trends import Report as Release


def all_documents() -> frozenset[Key]:
    """Return the kind and locale of every file that a report can have."""
    return frozenset(key for locale in DESK_LOCALES for key in _made_from(locale))


def make_documents(
    release: Release, *, background: Background, final: bool, wanted: Collection[Key]
) -> Iterator[Document]:
    """Yield the wanted files of a release, without those that it has nothing for."""
    for locale in DESK_LOCALES:
        keys = [key for key in _made_from(locale) if key in wanted]
        if keys:
            report = build_report(release, locale=locale, background=background, final=final)
            yield from _documents(draw_charts(report), keys)


def _made_from(locale: str) -> list[Key]:
    """Return which files are made from the report in a locale."""
    return [
        (name, locale if kind.in_each_language else WITHOUT_LANGUAGE)
        for name, kind in KINDS.items()
        if kind.in_each_language or locale == DEFAULT
    ]


def _documents(report: Report, keys: list[Key]) -> Iterator[Document]:
    for name, locale in keys:
        kind = KINDS[name]
        content = kind.make(report)
        if content is not None:
            yield Document(name, locale, kind.media_type, content)

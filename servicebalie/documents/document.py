"""A document as it is stored beside its release, and served from there without being made again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A file of a report.

    `name` is the kind of document (`pdf`, `xlsx`, `chart-main-topic`), which is unique within a release and
    locale; `locale` is empty for data that has no language.
    """

    name: str
    locale: str
    media_type: str
    content: bytes

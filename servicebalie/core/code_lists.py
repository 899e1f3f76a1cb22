"""The open code lists as plain values: topics, languages, municipalities."""

from collections.abc import Mapping
from dataclasses import dataclass

from servicebalie.core.vocabulary import Destination


@dataclass(frozen=True, slots=True)
class Topic:
    """A node of the two-level topic tree; `parent` is None for a main topic."""

    code: str
    parent: str | None
    destination: Destination
    sensitive: bool
    active: bool = True


@dataclass(frozen=True, slots=True)
class Language:
    """A language in which a question may be asked; `code` is its BCP 47 tag, `family` a group of them."""

    code: str
    iso639_2t: str
    name_nl: str
    name_en: str
    direction: str
    family: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality with the larger areas around it; `code` is the CBS code, GM and four digits."""

    code: str
    name: str
    corop: str
    province: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class CodeLists:
    """All open code lists, by code, in the order in which they are shown."""

    topics: Mapping[str, Topic]
    languages: Mapping[str, Language]
    municipalities: Mapping[str, Municipality]

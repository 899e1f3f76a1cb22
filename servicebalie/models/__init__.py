"""SQLAlchemy tables. Importing this package registers all of them on `Base.metadata`."""

from servicebalie.models import (
    accounts,
    code_lists,
    delivery,
    desks,
    directory,
    limits,
    questions,
    releases,
    retention,
    routing,
    standard_answers,
)
from servicebalie.models.base import PUBLISHED_SCHEMA, Base

__all__ = [
    "PUBLISHED_SCHEMA",
    "Base",
    "accounts",
    "code_lists",
    "delivery",
    "desks",
    "directory",
    "limits",
    "questions",
    "releases",
    "retention",
    "routing",
    "standard_answers",
]

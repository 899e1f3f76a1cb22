"""SQLAlchemy tables. Importing this package registers all of them on `Base.metadata`."""

from servicebalie.models import (
    accounts,
    audit,
    code_lists,
    data_keys,
    delivery,
    desks,
    directory,
    limits,
    local_accounts,
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
    "audit",
    "code_lists",
    "data_keys",
    "delivery",
    "desks",
    "directory",
    "limits",
    "local_accounts",
    "questions",
    "releases",
    "retention",
    "routing",
    "standard_answers",
]

"""For what a token was given out: scopes, which only take away from what the role of its user may."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias


class Scope(StrEnum):
    """A part of the work; who may write may also read, because an answer shows what was written."""

    QUESTIONS_READ = "questions:read"
    QUESTIONS_WRITE = "questions:write"
    REFERRALS_READ = "referrals:read"
    REFERRALS_WRITE = "referrals:write"
    DIRECTORY_READ = "directory:read"
    DIRECTORY_WRITE = "directory:write"
    ROUTING_READ = "routing:read"
    ROUTING_WRITE = "routing:write"
    ANSWERS_READ = "answers:read"
    ANSWERS_WRITE = "answers:write"
    TRENDS_READ = "trends:read"
    AUDIT_READ = "audit:read"
    TOKENS_READ = "tokens:read"
    TOKENS_WRITE = "tokens:write"


Scopes: TypeAlias = frozenset[Scope] | None
"""The scopes of a token; None is a token for all that the role of its user may."""

_INCLUDES: Mapping[Scope, Scope] = MappingProxyType(
    {
        Scope.QUESTIONS_WRITE: Scope.QUESTIONS_READ,
        Scope.REFERRALS_WRITE: Scope.REFERRALS_READ,
        Scope.DIRECTORY_WRITE: Scope.DIRECTORY_READ,
        Scope.ROUTING_WRITE: Scope.ROUTING_READ,
        Scope.ANSWERS_WRITE: Scope.ANSWERS_READ,
        Scope.TOKENS_WRITE: Scope.TOKENS_READ,
    }
)


def covers(scopes: Scopes, needed: Scope | None) -> bool:
    """Whether a token with these scopes may be used for what needs a scope, or for None needs none."""
    if scopes is None or needed is None:
        return True
    return needed in scopes or any(_INCLUDES.get(scope) is needed for scope in scopes)


def stored_scopes(scopes: Scopes) -> str | None:
    """Return scopes as they are stored: in order, with spaces between them."""
    return None if scopes is None else " ".join(sorted(scopes))


def read_stored_scopes(text: str | None) -> Scopes:
    """Return the scopes that were stored; one that there is not any more allows nothing."""
    return None if text is None else frozenset(Scope(name) for name in text.split() if name in list(Scope))

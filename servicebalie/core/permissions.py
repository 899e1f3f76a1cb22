"""Who may do what: one table of roles, actions, states, ownership and clearance. What is not in it is denied.

A state is that of the referral because of which a partner is concerned. That an act comes too early or too
late is told in another way than that it is not for this caller (`servicebalie.core.referral_states`); allowed
it is in neither case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol, TypeAlias

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.referral_states import ACTS, OPEN
from servicebalie.core.scopes import Scope, Scopes, covers
from servicebalie.core.vocabulary import ReferralAction, ReferralStatus, Role


class RoleNotAllowed(ServicebalieError):
    """The role of the caller may not do this."""

    code = "role-not-allowed"


class ScopeNotEnough(ServicebalieError):
    """The token of the caller was given out for other things; `scope` is the one that this needs."""

    code = "scope-not-enough"


class Action(StrEnum):
    """What somebody who is signed in can do, by any way in."""

    READ_CODE_LISTS = "read-code-lists"
    READ_DIRECTORY = "read-directory"
    CHANGE_SERVICE = "change-service"
    IMPORT_DIRECTORY = "import-directory"
    READ_STANDARD_ANSWERS = "read-standard-answers"
    COUNT_STANDARD_ANSWER = "count-standard-answer"
    REGISTER_QUESTION = "register-question"
    READ_QUESTION = "read-question"
    READ_TEXT = "read-text"
    READ_CONTACT = "read-contact"
    FIND_BY_CONTACT = "find-by-contact"
    CORRECT_QUESTION = "correct-question"
    MASK_QUESTION = "mask-question"
    REFER_QUESTION = "refer-question"
    WRITE_MESSAGE = "write-message"
    CLOSE_QUESTION = "close-question"
    READ_INBOX = "read-inbox"
    READ_REFERRAL = "read-referral"
    ACCEPT_REFERRAL = "accept-referral"
    RETURN_REFERRAL = "return-referral"
    ASK_BACK = "ask-back"
    ANSWER_REFERRAL = "answer-referral"
    COMPLETE_REFERRAL = "complete-referral"
    COMPLETE_OWN_REFERRAL = "complete-own-referral"
    REVOKE_REFERRAL = "revoke-referral"
    READ_ROUTING_RULES = "read-routing-rules"
    EXPLAIN_ROUTING = "explain-routing"
    TRY_ROUTING_RULES = "try-routing-rules"
    SET_ROUTING_RULES = "set-routing-rules"
    READ_RIGHTS = "read-rights"
    EXERCISE_RIGHT = "exercise-right"
    READ_TRENDS = "read-trends"
    READ_AUDIT = "read-audit"
    READ_ACCOUNT = "read-account"
    CHANGE_ACCOUNT = "change-account"
    READ_OWN_TOKENS = "read-own-tokens"
    ISSUE_OWN_TOKENS = "issue-own-tokens"
    REVOKE_OWN_TOKENS = "revoke-own-tokens"


class Reach(StrEnum):
    """Of whom the things are with which a role may do something.

    What is `shared` is the same for all desks; of the `own-organisation` is what was handed to it.
    """

    SHARED = "shared"
    OWN_DESK = "own-desk"
    OWN_ORGANISATION = "own-organisation"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do an action with: whose, in which states (None is any), and with which clearance.

    With `needs_clearance` only who is cleared may, where the topic is sensitive.
    """

    reach: Reach
    states: frozenset[ReferralStatus] | None = None
    needs_clearance: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What an action is about: whose it is, the state of the referral, and whether the topic is sensitive."""

    desk_id: int
    organisation_id: int | None = None
    user_id: int | None = None
    state: ReferralStatus | None = None
    sensitive: bool = False


class Caller(Protocol):
    """Who acts; scopes are those of the token, None where nothing limits what the role may."""

    @property
    def user_id(self) -> int: ...

    @property
    def desk_id(self) -> int: ...

    @property
    def role(self) -> Role: ...

    @property
    def organisation_id(self) -> int | None: ...

    @property
    def cleared(self) -> bool: ...

    @property
    def scopes(self) -> Scopes: ...


WITHDRAWN = frozenset({ReferralStatus.REVOKED, ReferralStatus.RETURNED, ReferralStatus.EXPIRED})
"""The ends of a referral after which the service sees the question no more."""

_NEVER_HANDED_OVER = frozenset({ReferralStatus.GIVEN, ReferralStatus.KEPT})

HANDED_OVER = frozenset(ReferralStatus) - _NEVER_HANDED_OVER
"""The states in which an organisation has or had something to do with a question."""

CONCERNED = HANDED_OVER - WITHDRAWN
"""The states in which a question is still, or was at its end, with the organisation."""

AT_WORK = OPEN - {ReferralStatus.REQUESTED}
"""The states in which the organisation has taken the question on."""

Granted: TypeAlias = Mapping[Role, Grant]

_D, _P, _M, _A = Role.DESK, Role.PARTNER, Role.POLICYMAKER, Role.ADMINISTRATOR
_THINGS_OF_DESK = Grant(Reach.OWN_DESK)
_QUESTIONS_OF_DESK = Grant(Reach.OWN_DESK, needs_clearance=True)


def _handed(states: frozenset[ReferralStatus]) -> Grant:
    return Grant(Reach.OWN_ORGANISATION, states, needs_clearance=True)


def _act(action: ReferralAction) -> Grant:
    return _handed(frozenset(ACTS[action].leads))


def _to(grant: Grant, *roles: Role) -> Granted:
    return MappingProxyType(dict.fromkeys(roles, grant))


def _staff_and_partner(of_partner: Grant) -> Granted:
    return MappingProxyType({_D: _QUESTIONS_OF_DESK, _A: _QUESTIONS_OF_DESK, _P: of_partner})


TABLE: Mapping[Action, Granted] = MappingProxyType(
    {
        Action.READ_CODE_LISTS: _to(Grant(Reach.SHARED), *Role),
        Action.READ_DIRECTORY: _to(_THINGS_OF_DESK, *Role),
        Action.CHANGE_SERVICE: _to(_THINGS_OF_DESK, _D, _A),
        Action.IMPORT_DIRECTORY: _to(_THINGS_OF_DESK, _A),
        Action.READ_STANDARD_ANSWERS: _to(_THINGS_OF_DESK, _D, _A),
        Action.COUNT_STANDARD_ANSWER: _to(_THINGS_OF_DESK, _D, _A),
        # Whoever is told of exploitation must be able to write it down, cleared or not.
        Action.REGISTER_QUESTION: _to(_THINGS_OF_DESK, _D, _A),
        Action.READ_QUESTION: _staff_and_partner(_handed(CONCERNED)),
        Action.READ_TEXT: _staff_and_partner(_handed(CONCERNED)),
        Action.READ_CONTACT: _staff_and_partner(_handed(AT_WORK)),
        Action.FIND_BY_CONTACT: _to(_QUESTIONS_OF_DESK, _D, _A),
        Action.CORRECT_QUESTION: _to(_QUESTIONS_OF_DESK, _D, _A),
        Action.MASK_QUESTION: _to(_QUESTIONS_OF_DESK, _D, _A),
        Action.REFER_QUESTION: _to(_QUESTIONS_OF_DESK, _D, _A),
        Action.WRITE_MESSAGE: _staff_and_partner(_act(ReferralAction.ANSWER)),
        Action.CLOSE_QUESTION: _staff_and_partner(_act(ReferralAction.COMPLETE)),
        Action.READ_INBOX: _to(_handed(HANDED_OVER), _P),
        Action.READ_REFERRAL: _staff_and_partner(_handed(HANDED_OVER)),
        Action.ACCEPT_REFERRAL: _to(_act(ReferralAction.ACCEPT), _P),
        Action.RETURN_REFERRAL: _to(_act(ReferralAction.RETURN), _P),
        Action.ASK_BACK: _to(_act(ReferralAction.ASK_BACK), _P),
        Action.ANSWER_REFERRAL: _to(_act(ReferralAction.ANSWER), _P),
        Action.COMPLETE_REFERRAL: _staff_and_partner(_act(ReferralAction.COMPLETE)),
        Action.COMPLETE_OWN_REFERRAL: _to(_act(ReferralAction.COMPLETE), _P),
        Action.REVOKE_REFERRAL: _to(_QUESTIONS_OF_DESK, _D, _A),
        Action.READ_ROUTING_RULES: _to(_THINGS_OF_DESK, _D, _A),
        Action.EXPLAIN_ROUTING: _to(_QUESTIONS_OF_DESK, _D, _A),
        Action.TRY_ROUTING_RULES: _to(_QUESTIONS_OF_DESK, _A),
        Action.SET_ROUTING_RULES: _to(_THINGS_OF_DESK, _A),
        Action.READ_RIGHTS: _to(_THINGS_OF_DESK, _D, _A),
        Action.EXERCISE_RIGHT: _to(_QUESTIONS_OF_DESK, _D, _A),
        Action.READ_TRENDS: _to(_THINGS_OF_DESK, _D, _M, _A),
        Action.READ_AUDIT: _to(_THINGS_OF_DESK, _A),
        Action.READ_ACCOUNT: _to(Grant(Reach.OWN), *Role),
        Action.CHANGE_ACCOUNT: _to(Grant(Reach.OWN), *Role),
        Action.READ_OWN_TOKENS: _to(Grant(Reach.OWN), *Role),
        Action.ISSUE_OWN_TOKENS: _to(Grant(Reach.OWN), *Role),
        Action.REVOKE_OWN_TOKENS: _to(Grant(Reach.OWN), *Role),
    }
)

SCOPE_OF: Mapping[Action, Scope | None] = MappingProxyType(
    {
        Action.READ_CODE_LISTS: None,
        Action.READ_DIRECTORY: Scope.DIRECTORY_READ,
        Action.CHANGE_SERVICE: Scope.DIRECTORY_WRITE,
        Action.IMPORT_DIRECTORY: Scope.DIRECTORY_WRITE,
        Action.READ_STANDARD_ANSWERS: Scope.ANSWERS_READ,
        Action.COUNT_STANDARD_ANSWER: Scope.ANSWERS_WRITE,
        Action.REGISTER_QUESTION: Scope.QUESTIONS_WRITE,
        Action.READ_QUESTION: Scope.QUESTIONS_READ,
        Action.READ_TEXT: None,
        Action.READ_CONTACT: None,
        Action.FIND_BY_CONTACT: Scope.QUESTIONS_READ,
        Action.CORRECT_QUESTION: Scope.QUESTIONS_WRITE,
        Action.MASK_QUESTION: Scope.QUESTIONS_WRITE,
        Action.REFER_QUESTION: Scope.QUESTIONS_WRITE,
        Action.WRITE_MESSAGE: Scope.QUESTIONS_WRITE,
        Action.CLOSE_QUESTION: Scope.QUESTIONS_WRITE,
        Action.READ_INBOX: Scope.REFERRALS_READ,
        Action.READ_REFERRAL: Scope.REFERRALS_READ,
        Action.ACCEPT_REFERRAL: Scope.REFERRALS_WRITE,
        Action.RETURN_REFERRAL: Scope.REFERRALS_WRITE,
        Action.ASK_BACK: Scope.REFERRALS_WRITE,
        Action.ANSWER_REFERRAL: Scope.REFERRALS_WRITE,
        Action.COMPLETE_REFERRAL: Scope.REFERRALS_WRITE,
        Action.COMPLETE_OWN_REFERRAL: Scope.REFERRALS_WRITE,
        Action.REVOKE_REFERRAL: Scope.REFERRALS_WRITE,
        Action.READ_ROUTING_RULES: Scope.ROUTING_READ,
        Action.EXPLAIN_ROUTING: Scope.ROUTING_READ,
        Action.TRY_ROUTING_RULES: Scope.ROUTING_READ,
        Action.SET_ROUTING_RULES: Scope.ROUTING_WRITE,
        Action.READ_RIGHTS: Scope.QUESTIONS_READ,
        Action.EXERCISE_RIGHT: Scope.QUESTIONS_WRITE,
        Action.READ_TRENDS: Scope.TRENDS_READ,
        Action.READ_AUDIT: Scope.AUDIT_READ,
        Action.READ_ACCOUNT: Scope.TOKENS_READ,
        Action.CHANGE_ACCOUNT: Scope.TOKENS_WRITE,
        Action.READ_OWN_TOKENS: Scope.TOKENS_READ,
        Action.ISSUE_OWN_TOKENS: Scope.TOKENS_WRITE,
        Action.REVOKE_OWN_TOKENS: Scope.TOKENS_WRITE,
    }
)
"""The scope that a token with scopes needs; None where none is needed.

Text and contact details are parts of answers, which have a scope of their own.
"""


def may(caller: Caller, action: Action, about: Subject | None = None) -> bool:
    """Whether somebody may do an action at all, or with what it is about."""
    if action not in actions_of(caller.role, caller.scopes):
        return False
    return about is None or _covers(TABLE[action][caller.role], caller, about)


def require(caller: Caller, action: Action) -> None:
    """Do nothing for who may do an action at all; raises `RoleNotAllowed` or `ScopeNotEnough`."""
    grant_of(caller.role, action)
    needed = SCOPE_OF[action]
    if needed is not None and action not in actions_of(caller.role, caller.scopes):
        raise ScopeNotEnough(scope=needed)


def grant_of(role: Role, action: Action) -> Grant:
    """Return what a role may do an action with; raises `RoleNotAllowed` for nothing."""
    grant = TABLE[action].get(role)
    if grant is None:
        raise RoleNotAllowed
    return grant


@lru_cache(maxsize=256)
def actions_of(role: Role, scopes: Scopes) -> frozenset[Action]:
    """Return all that a role may do with a token of these scopes."""
    return frozenset(
        action for action, granted in TABLE.items() if role in granted and covers(scopes, SCOPE_OF[action])
    )


def scopes_to_give(role: Role, scopes: Scopes) -> frozenset[Scope]:
    """Return the scopes that somebody of this role with a token of these scopes can use, and so hand on."""
    needed = {SCOPE_OF[action] for action in actions_of(role, scopes)}
    return frozenset(scope for scope in needed if scope is not None)


def sees_sensitive(caller: Caller, action: Action) -> bool:
    """Whether somebody may do an action also where the topic is sensitive."""
    return caller.cleared or not grant_of(caller.role, action).needs_clearance


def is_limited_to_organisation(caller: Caller, action: Action) -> bool:
    """Whether somebody may do an action only with what was handed to their organisation."""
    return grant_of(caller.role, action).reach is Reach.OWN_ORGANISATION


def sees_all_of_desk(caller: Caller, action: Action) -> bool:
    """Whether somebody may do an action with all that their desk has, so that what they miss is not there."""
    return sees_sensitive(caller, action) and not is_limited_to_organisation(caller, action)


def _covers(grant: Grant, caller: Caller, about: Subject) -> bool:
    if grant.needs_clearance and about.sensitive and not caller.cleared:
        return False
    if grant.states is not None and about.state not in grant.states:
        return False
    return _reaches(grant.reach, caller, about)


def _reaches(reach: Reach, caller: Caller, about: Subject) -> bool:
    if reach is Reach.SHARED:
        return True
    if about.desk_id != caller.desk_id:
        return False
    if reach is Reach.OWN_ORGANISATION:
        return about.organisation_id is not None and about.organisation_id == caller.organisation_id
    return reach is Reach.OWN_DESK or about.user_id == caller.user_id

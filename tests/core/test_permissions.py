"""Who may do what: nobody what the table does not grant, and everybody only their own."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.permissions import (
    SCOPE_OF,
    TABLE,
    Action,
    Reach,
    RoleNotAllowed,
    ScopeNotEnough,
    Subject,
    is_limited_to_organisation,
    may,
    require,
    scopes_to_give,
    sees_all_of_desk,
    sees_sensitive,
)
from servicebalie.core.referral_states import ACTS
from servicebalie.core.scopes import Scope, Scopes, read_stored_scopes, stored_scopes
from servicebalie.core.vocabulary import Actor, ReferralAction, ReferralStatus, Role


@dataclass(frozen=True, slots=True)
class Somebody:
    """A caller."""

    role: Role
    user_id: int = 1
    desk_id: int = 1
    organisation_id: int | None = None
    cleared: bool = False
    scopes: Scopes = None


SCOPES = st.none() | st.frozensets(st.sampled_from(Scope))
ACTIONS = st.sampled_from(Action)
FEW = st.integers(1, 2)
CALLERS = st.builds(Somebody, st.sampled_from(Role), FEW, FEW, st.none() | FEW, st.booleans(), scopes=SCOPES)
SUBJECTS = st.builds(
    Subject,
    FEW,
    st.none() | FEW,
    st.none() | FEW,
    st.none() | st.sampled_from(ReferralStatus),
    sensitive=st.booleans(),
)
LIBRARIAN = Somebody(Role.PARTNER, organisation_id=1)
HANDED = Subject(1, 1, state=ReferralStatus.REQUESTED)


def test_every_action_has_its_grants_and_says_which_scope_it_needs() -> None:
    assert TABLE.keys() == SCOPE_OF.keys() == set(Action)
    assert all(TABLE.values())


@given(CALLERS, ACTIONS, SUBJECTS)
def test_nothing_is_allowed_that_is_not_granted_at_all(
    caller: Somebody, action: Action, about: Subject
) -> None:
    if may(caller, action, about):
        assert may(caller, action)
        assert caller.role in TABLE[action]


@given(CALLERS, ACTIONS, SUBJECTS)
def test_nobody_reaches_another_desk(caller: Somebody, action: Action, about: Subject) -> None:
    if about.desk_id != caller.desk_id and action is not Action.READ_CODE_LISTS:
        assert not may(caller, action, about)


@given(CALLERS, ACTIONS, SUBJECTS)
def test_who_is_not_cleared_may_nothing_more_than_who_is(
    caller: Somebody, action: Action, about: Subject
) -> None:
    if may(replace(caller, cleared=False), action, about):
        assert may(replace(caller, cleared=True), action, about)
        assert not (about.sensitive and TABLE[action][caller.role].needs_clearance)


@given(CALLERS, ACTIONS, SUBJECTS)
def test_partners_reach_questions_of_their_own_organisation_only(
    caller: Somebody, action: Action, about: Subject
) -> None:
    grant = TABLE[action].get(Role.PARTNER)
    partner = replace(caller, role=Role.PARTNER)
    if grant and grant.needs_clearance and may(partner, action, about):
        assert about.organisation_id == partner.organisation_id is not None
        assert about.state in (grant.states or ())


@given(st.sampled_from(Role), SCOPES, ACTIONS)
def test_scopes_only_take_away(role: Role, scopes: Scopes, action: Action) -> None:
    if may(Somebody(role, scopes=scopes), action):
        assert may(Somebody(role), action)


@given(st.sampled_from(Role), SCOPES, st.data())
def test_who_hands_scopes_on_gives_nothing_they_do_not_have(
    role: Role, scopes: Scopes, data: st.DataObject
) -> None:
    usable = scopes_to_give(role, scopes)
    given_on = data.draw(st.frozensets(st.sampled_from(sorted(usable)))) if usable else frozenset()
    for action in Action:
        if may(Somebody(role, scopes=given_on), action):
            assert may(Somebody(role, scopes=scopes), action)


@pytest.mark.parametrize("state", ReferralStatus)
@pytest.mark.parametrize(
    ("act", "action"),
    [
        (ReferralAction.ACCEPT, Action.ACCEPT_REFERRAL),
        (ReferralAction.RETURN, Action.RETURN_REFERRAL),
        (ReferralAction.ASK_BACK, Action.ASK_BACK),
        (ReferralAction.ANSWER, Action.ANSWER_REFERRAL),
        (ReferralAction.COMPLETE, Action.COMPLETE_REFERRAL),
        (ReferralAction.REVOKE, Action.REVOKE_REFERRAL),
    ],
)
def test_the_table_and_the_states_of_a_referral_agree(
    act: ReferralAction, action: Action, state: ReferralStatus
) -> None:
    possible = Actor.PARTNER in ACTS[act].actors and state in ACTS[act].leads
    assert may(LIBRARIAN, action, replace(HANDED, state=state)) is possible
    assert may(Somebody(Role.DESK), action) is (Actor.DESK in ACTS[act].actors)


def test_a_partner_reads_less_before_it_accepts_and_after_it_gave_back() -> None:
    reading = (Action.READ_REFERRAL, Action.READ_TEXT, Action.READ_CONTACT)
    read = {
        state: [action for action in reading if may(LIBRARIAN, action, replace(HANDED, state=state))]
        for state in ReferralStatus
    }
    assert read[ReferralStatus.REQUESTED] == [Action.READ_REFERRAL, Action.READ_TEXT]
    assert read[ReferralStatus.ACCEPTED] == read[ReferralStatus.ASKED_BACK] == [*reading]
    assert read[ReferralStatus.COMPLETED] == [Action.READ_REFERRAL, Action.READ_TEXT]
    for state in (ReferralStatus.RETURNED, ReferralStatus.EXPIRED, ReferralStatus.REVOKED):
        assert read[state] == [Action.READ_REFERRAL]
    assert read[ReferralStatus.GIVEN] == read[ReferralStatus.KEPT] == []


def test_tokens_are_of_their_own_user() -> None:
    for role in Role:
        assert may(Somebody(role), Action.REVOKE_OWN_TOKENS, Subject(1, user_id=1))
        assert not may(Somebody(role), Action.REVOKE_OWN_TOKENS, Subject(1, user_id=2))
        assert TABLE[Action.REVOKE_OWN_TOKENS][role].reach is Reach.OWN


def test_a_refusal_says_whether_the_role_or_the_token_is_in_the_way() -> None:
    reader = frozenset({Scope.QUESTIONS_READ})
    require(Somebody(Role.DESK, scopes=reader), Action.READ_QUESTION)
    require(Somebody(Role.DESK, scopes=frozenset({Scope.QUESTIONS_WRITE})), Action.READ_QUESTION)
    require(Somebody(Role.PARTNER, scopes=frozenset()), Action.READ_CODE_LISTS)
    with pytest.raises(ScopeNotEnough) as refusal:
        require(Somebody(Role.DESK, scopes=reader), Action.CORRECT_QUESTION)
    assert refusal.value.params == {"scope": "questions:write"}
    with pytest.raises(RoleNotAllowed):
        require(Somebody(Role.POLICYMAKER, scopes=reader), Action.READ_QUESTION)


def test_what_is_missing_is_told_to_those_only_who_see_all_of_the_desk() -> None:
    worker = Somebody(Role.DESK, cleared=True)
    assert sees_all_of_desk(worker, Action.READ_QUESTION)
    assert not sees_all_of_desk(replace(worker, cleared=False), Action.READ_QUESTION)
    assert not sees_all_of_desk(replace(LIBRARIAN, cleared=True), Action.READ_QUESTION)
    assert is_limited_to_organisation(LIBRARIAN, Action.READ_QUESTION)
    assert sees_sensitive(replace(worker, cleared=False), Action.REGISTER_QUESTION)


@given(SCOPES)
def test_scopes_are_stored_and_read_again(scopes: Scopes) -> None:
    assert read_stored_scopes(stored_scopes(scopes)) == scopes


def test_a_scope_that_there_is_not_any_more_allows_nothing() -> None:
    assert read_stored_scopes("questions:burn trends:read") == frozenset({Scope.TRENDS_READ})
    assert read_stored_scopes("questions:burn") == frozenset()

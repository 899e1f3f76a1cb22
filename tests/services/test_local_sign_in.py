"""Signing in with a password and a code: what counts, what does not, and who has to wait."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.local_accounts import PasswordCost
from servicebalie.core.origins import Origin
from servicebalie.db import Database
from servicebalie.services.known_devices import MOST_LOGINS, device_of, known_for
from servicebalie.services.local_sign_in import (
    Caller,
    PasswordGiven,
    TooManyTries,
    WrongCode,
    WrongPassword,
    find_given,
    give_code,
    give_password,
)
from servicebalie.services.passwords import Passwords
from servicebalie.services.users import close_user
from servicebalie.services.workplace import Workplace
from tests.support.local_accounts import PASSWORD, QUICK, Account, set_up_account
from tests.support.workplace import KEYS, NOW, SmallWorkplace, open_small_desk

PASSWORDS = Passwords(QUICK)
HERE = Caller(Origin("192.0.2.1", "192.0.2.0/24"), "")
ELSEWHERE = Caller(Origin("198.51.100.1", "198.51.100.0/24"), "")
LATER = timedelta(minutes=1)


@pytest.fixture
def desk(shared_database_url: str) -> Iterator[SmallWorkplace]:
    """A small desk."""
    database = Database(shared_database_url)
    yield open_small_desk(database, f"Desk {uuid4()}")
    database.dispose()


@pytest.fixture
def account(desk: SmallWorkplace) -> Account:
    """The account of the librarian."""
    user_id, login = desk.desk.users["library"], f"{uuid4()}@example.org"
    return desk.database.write(lambda session: set_up_account(session, KEYS, user_id, NOW, login))


def outcome(desk: SmallWorkplace, act: Callable[[Session, Workplace], object]) -> str:
    """Return "right", or the code of the refusal; what it noted stays, as it does on a page."""

    def carry_out(session: Session, work: Workplace) -> str:
        try:
            act(session, work)
        except ServicebalieError as refused:
            return refused.code
        return "right"

    return desk.do(carry_out)


def gives(desk: SmallWorkplace, login: str, password: str = PASSWORD, caller: Caller = HERE) -> str:
    return outcome(
        desk,
        lambda session, work: give_password(session, work, PASSWORDS, caller, login=login, password=password),
    )


def gives_code(desk: SmallWorkplace, account: Account, typed: str, caller: Caller = HERE) -> str:
    def act(session: Session, work: Workplace) -> None:
        given = find_given(session, account.user_id)
        assert given
        give_code(session, work, caller, given, typed)

    return outcome(desk, act)


def test_the_right_password_is_taken_however_the_login_is_typed(
    desk: SmallWorkplace, account: Account
) -> None:
    assert gives(desk, f" {account.login.upper()} ") == "right"
    assert gives(desk, account.login, PASSWORD.upper()) == "wrong-password"


def test_an_unknown_login_and_one_of_somebody_who_left_are_refused_like_a_wrong_password(
    desk: SmallWorkplace, account: Account
) -> None:
    assert gives(desk, "nobody@example.org") == "wrong-password"
    desk.database.write(lambda session: close_user(session, desk.desk.id, account.user_id, NOW))
    assert gives(desk, account.login) == "wrong-password"


def test_after_ten_wrong_passwords_the_right_one_has_to_wait_from_there_and_not_elsewhere(
    desk: SmallWorkplace, account: Account
) -> None:
    for login in (account.login, f"nobody-{uuid4()}"):
        tries = [gives(desk, login, "wrong") for _ in range(11)]
        assert tries == ["wrong-password"] * 10 + ["too-many-tries"]
    assert gives(desk, account.login) == "too-many-tries"
    assert gives(desk, account.login, caller=ELSEWHERE) == "right"
    assert gives(desk.at(NOW + timedelta(minutes=6)), account.login) == "right"


def test_right_passwords_do_not_count(desk: SmallWorkplace, account: Account) -> None:
    assert [gives(desk, account.login) for _ in range(12)] == ["right"] * 12


def test_who_signed_in_before_is_not_shut_out_by_others_behind_the_same_address(
    desk: SmallWorkplace, account: Account
) -> None:
    for _ in range(11):
        gives(desk, account.login, "wrong")
    known = replace(HERE, device=known_for(KEYS, "", account.login))
    assert gives(desk, account.login, caller=known) == "right"
    for _ in range(20):
        assert gives(desk, account.login, "wrong", known) == "wrong-password"
    assert gives(desk, account.login, caller=known) == "too-many-tries"
    assert gives(desk, account.login, caller=ELSEWHERE) == "right"


def test_a_device_is_known_for_the_logins_that_were_used_there_and_cannot_be_made_up() -> None:
    cookie = known_for(KEYS, known_for(KEYS, "", "ann"), "bob")
    device = device_of(KEYS, cookie, "ann")
    assert device
    assert device_of(KEYS, cookie, "bob") == device
    assert device_of(KEYS, cookie, "eve") is None
    assert device_of(KEYS, "", "ann") is None
    assert device_of(KEYS, f"other.{cookie.partition('.')[2]}", "ann") is None
    for number in range(MOST_LOGINS):
        cookie = known_for(KEYS, cookie, f"user {number}")
    assert device_of(KEYS, cookie, "bob") is None
    assert known_for(KEYS, cookie, "user 0").count(".") == MOST_LOGINS


def test_a_hash_of_another_cost_is_made_anew_when_its_password_is_given(
    desk: SmallWorkplace, account: Account
) -> None:
    dearer = Passwords(PasswordCost(memory_kib=16, passes=1, lanes=1))

    def give(session: Session, work: Workplace) -> PasswordGiven:
        return give_password(session, work, dearer, HERE, login=account.login, password=PASSWORD)

    before = desk.read(lambda session: find_given(session, account.user_id))
    renewed = desk.do(give)
    assert before
    assert before.password_hash != renewed.password_hash
    assert desk.do(give) == renewed


def test_wrong_codes_are_counted_wherever_they_come_from(desk: SmallWorkplace, account: Account) -> None:
    later, known = desk.at(NOW + LATER), replace(HERE, device=known_for(KEYS, "", account.login))
    for caller in (HERE, ELSEWHERE):
        tries = [gives_code(later, account, "000000", caller) for _ in range(10)]
        assert tries == ["wrong-code"] * 10
    somewhere = Caller(Origin("203.0.113.1", "203.0.113.0/24"), "")
    assert gives_code(later, account, account.code(later.work.now), somewhere) == "too-many-tries"
    assert gives_code(later, account, account.code(later.work.now), known) == "right"
    assert gives_code(later, account, account.code(later.work.now), known) == "wrong-code"


def test_a_refusal_says_from_when_on_one_may_try_again(desk: SmallWorkplace) -> None:
    login = f"nobody-{uuid4()}"
    for _ in range(10):
        gives(desk, login)
    with pytest.raises(TooManyTries) as refused:
        desk.do(give_password, PASSWORDS, HERE, login=login, password="x")
    assert refused.value.until == NOW + timedelta(minutes=6)
    assert issubclass(WrongPassword, ServicebalieError)
    assert issubclass(WrongCode, ServicebalieError)

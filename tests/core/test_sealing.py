"""What is sealed opens with its own key, in its own place, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.contact_index import Reach, contact_index
from servicebalie.core.sealing import (
    DataKey,
    MasterKeyMissing,
    MasterKeys,
    NoMasterKey,
    Owner,
    SealBroken,
    Sealed,
    WrappedKey,
    master_key_id,
)

OLD, NEW = b"o" * 32, b"n" * 32
NONCE = b"0" * 12
KEY = DataKey(b"k" * 32)


@given(st.text(), st.sampled_from(Sealed), st.integers(0, 2**63 - 1), st.binary(min_size=12, max_size=12))
def test_a_text_opens_in_its_own_place_only(text: str, what: Sealed, record_id: int, nonce: bytes) -> None:
    sealed = KEY.seal(text, what, record_id, nonce)
    assert KEY.open(sealed, what, record_id) == text
    other = next(one for one in Sealed if one is not what)
    for key, place, row in (
        (KEY, other, record_id),
        (KEY, what, record_id + 1),
        (DataKey(NEW), what, record_id),
    ):
        with pytest.raises(SealBroken):
            key.open(sealed, place, row)


@given(st.data())
def test_a_changed_text_does_not_open(data: st.DataObject) -> None:
    sealed = KEY.seal("Kurs", Sealed.MESSAGE, 1, NONCE)
    at = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytes([*sealed[:at], sealed[at] ^ data.draw(st.integers(1, 255)), *sealed[at + 1 :]])
    for broken in (changed, sealed[:at]):
        with pytest.raises(SealBroken):
            KEY.open(broken, Sealed.MESSAGE, 1)


def test_the_first_master_key_wraps_and_the_others_unwrap() -> None:
    wrapped = MasterKeys([OLD]).wrap(b"k" * 32, Owner.VISIT, 7, NONCE)
    both = MasterKeys([NEW, OLD])
    assert both.ids == (master_key_id(NEW), master_key_id(OLD))
    assert both.unwrap(wrapped, Owner.VISIT, 7) == b"k" * 32
    again = both.rewrap(wrapped, Owner.VISIT, 7, b"1" * 12)
    assert again.master_key_id == both.current == master_key_id(NEW)
    assert MasterKeys([NEW]).unwrap(again, Owner.VISIT, 7) == b"k" * 32
    with pytest.raises(MasterKeyMissing) as missing:
        MasterKeys([NEW]).unwrap(wrapped, Owner.VISIT, 7)
    assert missing.value.params == {"key": master_key_id(OLD)}


def test_a_data_key_is_that_of_one_record() -> None:
    masters = MasterKeys([OLD])
    wrapped = masters.wrap(b"k" * 32, Owner.VISIT, 7, NONCE)
    for owner, record_id in ((Owner.QUESTION, 7), (Owner.VISIT, 8)):
        with pytest.raises(SealBroken):
            masters.unwrap(WrappedKey(wrapped.master_key_id, wrapped.wrapped), owner, record_id)


def test_without_a_master_key_nothing_is_wrapped() -> None:
    with pytest.raises(NoMasterKey):
        MasterKeys().wrap(b"k" * 32, Owner.VISIT, 7, NONCE)


def test_the_id_of_a_master_key_never_changes() -> None:
    assert master_key_id(OLD) == "212bb4e3370df892"


@pytest.mark.parametrize(
    ("reach", "one", "other"),
    [
        (Reach.EMAIL, "anna@example.com", " Anna@Example.COM "),
        (Reach.EMAIL, "jos\u00e9@example.com", "jose\u0301@example.com"),
        (Reach.PHONE, "+31612345678", "+31 6 1234-5678"),
    ],
)
def test_an_address_is_found_however_it_is_written(reach: Reach, one: str, other: str) -> None:
    assert contact_index(OLD, 1, reach, one) == contact_index(OLD, 1, reach, other)


def test_an_index_tells_nothing_without_its_key_and_nothing_to_another_desk() -> None:
    known = contact_index(OLD, 1, Reach.EMAIL, "anna@example.com")
    others = {
        contact_index(NEW, 1, Reach.EMAIL, "anna@example.com"),
        contact_index(OLD, 2, Reach.EMAIL, "anna@example.com"),
        contact_index(OLD, 1, Reach.PHONE, "anna@example.com"),
        contact_index(OLD, 1, Reach.EMAIL, "piet@example.com"),
    }
    assert len(others | {known}) == 5

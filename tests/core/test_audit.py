"""Whatever is done to the lines of the audit trail once they are chained and sealed is found."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.audit import (
    START,
    AuditAction,
    AuditActor,
    AuditLine,
    AuditResult,
    ChainedLine,
    Link,
    RecordKind,
    Seal,
    SealKind,
    chain_lines,
    error_code,
    is_ours,
    line_values,
    make_seal,
    moment_text,
    read_seal,
    record_id,
    seal_values,
)
from servicebalie.core.audit_check import Break, Finding, check_chain

KEY = b"k" * 32
NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)
DAY = date(2026, 11, 2)


def line(number: int, **other: Any) -> AuditLine:
    known = AuditLine(
        id=number,
        desk_id=1,
        at=NOW + timedelta(seconds=number),
        actor=AuditActor.USER,
        user_id=7,
        action=AuditAction.QUESTION_READ,
        record_kind=RecordKind.QUESTION,
        records="23456789",
        origin=b"o" * 16,
        result=AuditResult.DONE,
        error=None,
        trace=number.to_bytes(16),
    )
    return replace(known, **other)


def chain_of(count: int) -> list[ChainedLine]:
    return list(chain_lines(START, map(line, range(count))))


def seal_of(link: Link, kind: SealKind = SealKind.DAY, key: bytes = KEY) -> Seal:
    return make_seal(key, kind, link, day=DAY, count=1, made_at=NOW)


def findings(lines: list[ChainedLine], *seals: Seal) -> list[Finding]:
    return list(check_chain(lines, seals, KEY))


CHAINS = st.integers(2, 12).map(chain_of)
OTHER: dict[str, st.SearchStrategy[Any]] = {
    "id": st.integers(1000, 2**63 - 1),
    "desk_id": st.none() | st.integers(2, 9),
    "at": st.datetimes(
        timezones=st.just(UTC),
        min_value=datetime(2027, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    ),
    "actor": st.sampled_from([AuditActor.NEWCOMER, "somebody"]),
    "user_id": st.none() | st.integers(8, 99),
    "action": st.sampled_from([AuditAction.VISIT_READ, ""]),
    "record_kind": st.none() | st.just("user"),
    "records": st.text(max_size=9),
    "origin": st.none() | st.binary(max_size=16),
    "result": st.just(AuditResult.REFUSED),
    "error": st.sampled_from(["role-not-allowed", ""]),
    "trace": st.binary(max_size=15),
}


@given(CHAINS, st.data())
def test_a_chain_that_nobody_touched_is_in_order_up_to_every_seal(
    lines: list[ChainedLine], data: st.DataObject
) -> None:
    sealed = data.draw(st.lists(st.sampled_from(lines)))
    assert findings(lines, *(seal_of(one.link) for one in sealed)) == []


@given(CHAINS, st.data())
def test_a_line_that_is_removed_is_found_where_it_was(lines: list[ChainedLine], data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(lines) - 1))
    what = Break.END_REMOVED if gone == len(lines) - 1 else Break.REMOVED
    seal = seal_of(lines[-1].link)
    assert findings([*lines[:gone], *lines[gone + 1 :]], seal) == [Finding(what, gone + 1)]


@given(CHAINS, st.data())
def test_any_change_of_a_line_is_found_where_it_is(lines: list[ChainedLine], data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(lines) - 1))
    field = data.draw(st.sampled_from(list(OTHER)))
    changed = replace(lines[which].line, **{field: data.draw(OTHER[field])})
    lines[which] = replace(lines[which], line=changed)
    assert findings(lines) == [Finding(Break.CHANGED, which + 1)]


@given(CHAINS, st.data())
def test_lines_that_change_places_are_found_with_their_numbers_or_without(
    lines: list[ChainedLine], data: st.DataObject
) -> None:
    first, second = sorted(data.draw(st.sets(st.integers(0, len(lines) - 1), min_size=2, max_size=2)))
    moved = list(lines)
    moved[first], moved[second] = lines[second], lines[first]
    assert findings(moved) != []
    for place in (first, second):
        moved[place] = replace(moved[place], link=lines[place].link)
    assert findings(moved)[0] == Finding(Break.CHANGED, first + 1)


@given(CHAINS, st.data())
def test_a_chain_that_is_made_anew_after_a_change_breaks_a_seal(
    lines: list[ChainedLine], data: st.DataObject
) -> None:
    which = data.draw(st.integers(0, len(lines) - 1))
    sealed = data.draw(st.integers(which, len(lines) - 1))
    words = [one.line for one in lines]
    words[which] = replace(words[which], user_id=8)
    anew = list(chain_lines(START, words))
    assert findings(anew) == []
    assert findings(anew, seal_of(lines[sealed].link)) == [Finding(Break.SEAL_BROKEN, sealed + 1)]


@given(CHAINS, st.data())
def test_the_beginning_may_be_missing_only_up_to_where_a_seal_of_ours_says_so(
    lines: list[ChainedLine], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(lines)))
    rest, link = lines[cut:], lines[cut - 1].link
    assert findings(rest, seal_of(link, SealKind.CUT)) == []
    foreign = seal_of(link, SealKind.CUT, key=b"x" * 32)
    assert findings(rest, foreign)[0] == Finding(Break.SEAL_FORGED, cut)
    assert (Finding(Break.REMOVED, 1) in findings(rest, foreign)) is bool(rest)


def test_a_line_that_was_cut_off_and_came_back_is_found() -> None:
    lines = chain_of(3)
    assert findings(lines, seal_of(lines[0].link, SealKind.CUT)) == [Finding(Break.OUT_OF_ORDER, 1)]


@given(st.sampled_from(["kind", "day", "sequence", "hash", "count", "made_at"]))
def test_a_seal_that_says_something_else_than_when_it_was_made_is_not_ours(name: str) -> None:
    seal = seal_of(chain_of(3)[-1].link)
    other: dict[str, Any] = {
        "kind": "cut",
        "day": date(2026, 11, 1),
        "sequence": 2,
        "hash": bytes(32),
        "count": 2,
        "made_at": NOW + timedelta(microseconds=1),
    }
    assert is_ours(KEY, seal)
    assert not is_ours(KEY, replace(seal, **{name: other[name]}))


@given(CHAINS)
def test_a_seal_is_the_same_after_it_was_a_file(lines: list[ChainedLine]) -> None:
    seal = seal_of(lines[-1].link)
    assert read_seal(seal_values(seal)) == seal


def test_the_hash_of_a_line_can_be_made_by_any_program_from_what_the_manual_says() -> None:
    # Written out, because what was hashed in one year must give the same hash in every later one.
    [chained] = chain_of(1)
    assert chained.link.hash.hex() == GOLDEN
    assert line_values(line(0))["at"] == moment_text(NOW) == "2026-11-03T10:00:00.000000Z"


GOLDEN = "48640233059773bc7d1f6d041716631489d8474e8287ea6eac856f6e426b05d8"


TEXTS = ["", "Jan de Vries", "jan", "a@b.nl", "x" * 41, "0612345678", "1000 AA", "-", "\u0663"]


@pytest.mark.parametrize("kind", [kind for kind in RecordKind if kind is not RecordKind.AUDIT])
def test_what_is_no_reference_and_no_number_cannot_name_a_record(kind: RecordKind) -> None:
    for text in TEXTS:
        with pytest.raises(ValueError, match="references and codes only"):
            record_id(kind, text)


@pytest.mark.parametrize("text", ["", "Jan de Vries", "a@b.nl", "0612345678", "x" * 41])
def test_what_is_no_code_cannot_be_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="references and codes only"):
        error_code(text)


def test_references_numbers_periods_and_codes_can() -> None:
    named = {RecordKind.QUESTION: "23456789", RecordKind.USER: 17, RecordKind.RELEASE: "2026-Q4"}
    assert [record_id(*each) for each in named.items()] == ["23456789", "17", "2026-Q4"]
    assert error_code("role-not-allowed") == "role-not-allowed"

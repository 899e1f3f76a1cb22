"""The signed draft that travels with the pages."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from servicebalie.web.drafts import LIFETIME, Draft, begin_draft, open_draft, seal_draft

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ANSWERS = st.dictionaries(st.sampled_from(["text", "topic", "email"]), st.text(max_size=50))


@given(ANSWERS, ANSWERS)
def test_what_was_filled_in_comes_back_with_the_answers_of_the_page_over_it(
    earlier: dict[str, str], later: dict[str, str]
) -> None:
    draft = begin_draft(earlier, NOW)
    opened = open_draft(seal_draft(draft, KEY), KEY, NOW).with_answers(later)
    assert opened == Draft(draft.nonce, draft.began_at, earlier | later)


@given(ANSWERS, st.integers(0), st.characters())
def test_a_draft_that_was_changed_anywhere_is_not_read(
    answers: dict[str, str], position: int, character: str
) -> None:
    sealed = seal_draft(begin_draft(answers, NOW), KEY)
    place = position % (len(sealed) - 1)
    changed = sealed[:place] + character + sealed[place + 1 :]
    opened = open_draft(changed, KEY, NOW)
    # Both alphabets of Base64 are read, so a signature can be written in two ways.
    if changed.replace("+", "-").replace("/", "_") != sealed:
        assert (opened.fault, opened.answers) == ("form-not-readable", {})


@given(st.text())
def test_whatever_is_sent_as_a_draft_is_answered(sealed: str) -> None:
    assert open_draft(sealed, KEY, NOW).fault == "form-not-readable"


def test_a_draft_of_another_deployment_is_not_read() -> None:
    sealed = seal_draft(begin_draft({"text": "secret"}, NOW), OTHER_KEY)
    opened = open_draft(sealed, KEY, NOW)
    assert (opened.fault, opened.answers) == ("form-not-readable", {})


def test_a_draft_that_is_too_old_begins_anew_with_all_its_answers() -> None:
    draft = begin_draft({"text": "kept"}, NOW)
    almost = open_draft(seal_draft(draft, KEY), KEY, NOW + LIFETIME - timedelta(seconds=1))
    assert (almost.nonce, almost.fault) == (draft.nonce, None)
    late = open_draft(seal_draft(draft, KEY), KEY, NOW + LIFETIME)
    assert (late.answers, late.fault) == ({"text": "kept"}, "form-expired")
    assert late.nonce != draft.nonce


def test_opening_a_draft_again_and_again_does_not_make_it_last_longer() -> None:
    draft = begin_draft({}, NOW)
    halfway = NOW + LIFETIME / 2
    again = open_draft(seal_draft(draft, KEY), KEY, halfway)
    assert open_draft(seal_draft(again, KEY), KEY, NOW + LIFETIME).fault == "form-expired"


def test_no_two_drafts_have_the_same_nonce() -> None:
    assert len({begin_draft({}, NOW).nonce for _ in range(100)}) == 100

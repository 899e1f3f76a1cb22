"""Every problem has a status and a sentence."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest

import servicebalie.app  # noqa: F401 - with the application, every error that it can raise is there
from servicebalie.core.errors import ServicebalieError
from servicebalie.http.statuses import STATUS
from servicebalie.i18n.desk_words import PROBLEMS, TITLES


def codes(error: type[ServicebalieError]) -> Iterator[str]:
    """Yield the codes of the errors derived from this one."""
    for derived in error.__subclasses__():
        yield derived.code
        yield from codes(derived)


@pytest.mark.parametrize("code", sorted(STATUS))
def test_a_code_with_a_status_is_raised_somewhere_and_has_a_sentence(code: str) -> None:
    assert code in set(codes(ServicebalieError))
    assert code in PROBLEMS


def test_every_status_has_a_title() -> None:
    assert {HTTPStatus.BAD_REQUEST, *STATUS.values()} <= set(TITLES)


def test_a_bad_request_is_the_status_of_all_other_codes_and_needs_no_entry() -> None:
    assert HTTPStatus.BAD_REQUEST not in STATUS.values()

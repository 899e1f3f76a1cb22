"""What was tested is written and read back without loss."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.accessibility import CheckedPages, Finding, parse_checked_pages, write_checked_pages

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TEXTS = st.lists(TEXT, max_size=4).map(tuple)


@given(
    st.dates(date(2020, 1, 1)),
    TEXT,
    TEXT,
    TEXTS,
    TEXTS,
    TEXTS,
    TEXTS,
    st.lists(st.builds(Finding, TEXT, TEXT, TEXT)),
)
def test_what_is_written_is_read_back(
    day: date,
    axe: str,
    browser: str,
    locales: tuple[str, ...],
    screens: tuple[str, ...],
    checks: tuple[str, ...],
    pages: tuple[str, ...],
    findings: list[Finding],
) -> None:
    tested = CheckedPages(day, axe, browser, locales, screens, checks, pages, tuple(findings))
    assert parse_checked_pages(write_checked_pages(tested)) == tested

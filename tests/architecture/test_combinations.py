"""The page about rules for several fields names every schema with such a rule, and what it names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/operating/combinations.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
RULES = [row for row in ROWS if row[0].strip() != "rule"]


def named(cell: str) -> list[str]:
    """Return what stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("row", RULES, ids=lambda row: row[0].strip()[:60])
def test_a_rule_is_where_the_page_says_and_has_a_test(row: list[str]) -> None:
    _, codes, places, tests = row
    code_of_places = "".join((ROOT / place).read_text(encoding="utf-8") for place in named(places))
    for code in named(codes):
        spelled = "".join(part.capitalize() for part in code.split("-"))
        assert f'"{code}' in code_of_places or spelled in code_of_places, code
    assert named(tests)
    assert all((ROOT / test).is_file() for test in named(tests))


def test_every_schema_with_a_rule_about_several_fields_is_named() -> None:
    named_files = {name for row in RULES for name in named(row[2])}
    with_rules = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "servicebalie").rglob("*.py")
        if "@validates_schema" in path.read_text(encoding="utf-8")
    }
    assert with_rules
    assert with_rules <= named_files

"""The stylesheets read the same from right to left, and know every token that they use."""

import re
from pathlib import Path

import pytest

import servicebalie

SHEETS = sorted((Path(servicebalie.__file__).parent / "web" / "static").glob("*.css"))
WITHOUT_COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
SIDE = r"(left|right|top|bottom)"
PHYSICAL = re.compile(
    rf"[\s;{{](?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-{SIDE}[\w-]*|{SIDE}"
    rf"|(?:min-|max-)?(?:width|height)|border-(?:top|bottom)-(?:left|right)-radius)\s*:[^;}}]*"
    rf"|(?:text-align|float|clear|justify-\w+|caption-side)\s*:\s*(?:left|right)\b[^;}}]*"
)
FOUR_SIDES = re.compile(r"(?:margin|padding|border-width|inset): ?([^\s;]+) ([^\s;]+) ([^\s;]+) ([^\s;}]+)")
TOKEN = re.compile(r"(--[\w-]+)\s*:")
USED = re.compile(r"var\((--[\w-]+)\)")


def rules(sheet: Path) -> str:
    """Return a stylesheet without comments and without the conditions of its media queries."""
    text = WITHOUT_COMMENTS.sub("", sheet.read_text(encoding="utf-8"))
    return re.sub(r"@media[^{]*", "@media ", text)


def physical(text: str) -> list[str]:
    """Return the declarations that name a side of the screen instead of one of the text."""
    uneven = [found[0] for found in FOUR_SIDES.finditer(text) if found[2] != found[4]]
    return [found[0].strip() for found in PHYSICAL.finditer(text)] + uneven


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_rule_names_a_side_of_the_screen(sheet: Path) -> None:
    assert physical(rules(sheet)) == []


def test_every_token_that_is_used_is_defined_and_named_after_a_design_system() -> None:
    texts = [rules(sheet) for sheet in SHEETS]
    defined = {token for text in texts for token in TOKEN.findall(text)}
    used = {token for text in texts for token in USED.findall(text)}
    assert used - defined == set()
    assert [t for t in defined if not t.startswith(("--utrecht-", "--basis-", "--servicebalie-"))] == []


def test_colours_stand_in_tokens_only() -> None:
    for sheet in SHEETS:
        text = re.sub(r":root \{[^}]*\}", "", rules(sheet))
        assert re.findall(r"#[0-9a-f]{3,8}\b(?=[^{}]*\})", text) == [], sheet.name


@pytest.mark.parametrize(
    "rule",
    [
        "a { margin-left: 1rem }",
        "a {left: 0}",
        "a { text-align: right; }",
        "a { float: left }",
        "a { max-width: 3rem }",
        "a { border-top-left-radius: 1px }",
        "a { padding: 0 1px 0 2px }",
        "a { border-bottom: 1px solid }",
    ],
)
def test_a_side_of_the_screen_is_noticed(rule: str) -> None:
    assert physical(rule)


@pytest.mark.parametrize(
    "rule", ["a { margin: 0 1px 2px 1px }", "a { inset-inline-start: 0; text-align: start }"]
)
def test_a_side_of_the_text_is_good(rule: str) -> None:
    assert physical(rule) == []

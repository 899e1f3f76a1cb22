"""Files that people write in TOML, as their editors store them."""

import pytest

from servicebalie.core.toml_text import NotToml, read_toml


def test_the_mark_that_some_editors_put_first_is_no_part_of_the_file() -> None:
    assert read_toml('\ufeffname = "Hulp"') == {"name": "Hulp"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('name = "a"\nname ==', "2"),
        ('[[rules]]\n\nname = "a', "3"),
        ("rules = [\n1,\n", "2"),
        ("\ufeff= 1", "1"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line_also_where_the_file_breaks_off(text: str, line: str) -> None:
    with pytest.raises(NotToml) as refused:
        read_toml(text)
    assert refused.value.line == line


def test_what_has_no_line_to_tell_is_refused_all_the_same() -> None:
    with pytest.raises(NotToml) as refused:
        read_toml("a = " + "[" * 5000)
    assert refused.value.line == "-"

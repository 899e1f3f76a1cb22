"""The documents for privacy and security officers say what is so, and lead to files that are there."""

import json
import re
import tomllib
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from servicebalie import models
from servicebalie.models.base import Base
from servicebalie.shipped import reference_data

ROOT = Path(__file__).resolve().parents[2]
PRIVACY = ROOT / "docs/privacy"
DOCUMENTS = sorted(PRIVACY.glob("*.md"))

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)(?:#[^)\s]*)?\)")
NAMED = re.compile(
    r"`((?:servicebalie|tests|api_tests|docs|migrations|benchmarks|containers|scripts)/[^`\s:]+)"
)
TEST_OF = re.compile(r"`((?:api_)?tests/[^`\s]+\.py)::(\w+)`")
REQUIREMENT = re.compile(
    r"^\| V(\d+\.\d+\.\d+) \| ([12]) \| [^|]+ \| (met|\*\*partly\*\*|\*\*unmet\*\*|desk|does not apply) \| ",
    re.MULTILINE,
)
OPEN_REQUIREMENT = re.compile(r"^\| V(\d+\.\d+\.\d+) ", re.MULTILINE)
TABLE_ROW = re.compile(r"^\| ([a-z-]+) \| .+ \| (yes|no) \| (\w+) (.+) after ([a-z-]+) \|$", re.MULTILINE)


def register() -> dict[str, Any]:
    """Return the entry in the processing register as programs read it."""
    read: dict[str, Any] = json.loads((PRIVACY / "processing-register.json").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_file_and_test_that_is_named_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [name for name in LINK.findall(text) if not (PRIVACY / name).exists()]
    files = [name for name in NAMED.findall(text) if not any(ROOT.glob(name))]
    tests = [
        f"{file}::{test}"
        for file, test in TEST_OF.findall(text)
        if f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert (links, files, tests) == ([], [], [])


def test_the_index_leads_to_every_document() -> None:
    index = (PRIVACY / "README.md").read_text(encoding="utf-8")
    others = {document.name for document in PRIVACY.iterdir()} - {"README.md"}
    assert others <= set(LINK.findall(index))


def test_the_register_tells_the_shipped_periods() -> None:
    shipped = tomllib.loads(reference_data("retention.toml").read_text(encoding="utf-8"))
    told = {each["code"]: each["retention"] for each in register()["dataClasses"]}
    assert told == {
        code: {name: rule[name] for name in ("act", "period", "trigger")} for code, rule in shipped.items()
    }


def test_the_register_tells_people_and_programs_the_same() -> None:
    page = (PRIVACY / "processing-register.md").read_text(encoding="utf-8")
    assert TABLE_ROW.findall(page) == [
        (each["code"], "yes" if each["sealed"] else "no", *each["retention"].values())
        for each in register()["dataClasses"]
    ]


def test_every_table_of_the_database_is_in_the_register() -> None:
    for module in iter_modules(models.__path__):
        import_module(f"{models.__name__}.{module.name}")
    entry = register()
    about_people = {
        name for part in ("dataClasses", "keptWhileNeeded") for each in entry[part] for name in each["tables"]
    }
    without = set(entry["withoutPersonalData"])
    assert about_people & without == set()
    assert about_people | without == set(Base.metadata.tables)


def test_every_requirement_of_the_first_two_levels_of_asvs_has_one_line() -> None:
    found = REQUIREMENT.findall((PRIVACY / "asvs.md").read_text(encoding="utf-8"))
    # So many are there in ASVS 5.0.0.
    assert Counter(level for _, level, _ in found) == {"1": 70, "2": 183}
    assert len({number for number, _, _ in found}) == len(found)


def test_what_is_not_met_stands_first_and_is_counted() -> None:
    page = (PRIVACY / "asvs.md").read_text(encoding="utf-8")
    first = page.split("## Unmet")[1].split("\n## ")[0]
    found = REQUIREMENT.findall(page)
    states = Counter(state.strip("*") for _, _, state in found)
    assert OPEN_REQUIREMENT.findall(first) == [number for number, _, state in found if state.startswith("*")]
    assert (
        f"{states['met']} are met, {states['partly']} partly, {states['unmet']} not, "
        f"{states['desk']} are the desk's, and {states['does not apply']} do not\napply." in page
    )

"""The page with the reasons says what the shipped schedule says."""

import re
from pathlib import Path

from servicebalie.core.retention import FIXED, parse_schedule
from servicebalie.shipped import reference_data

PAGE = Path(__file__).parents[2] / "docs/privacy/retention.md"


def test_the_page_gives_the_rules_and_reasons_of_the_shipped_schedule() -> None:
    schedule = parse_schedule(reference_data("retention.toml").read_text(encoding="utf-8"))
    told = {}
    for part in PAGE.read_text(encoding="utf-8").split("\n### ")[1:]:
        name, rule, *reason = part.split("\n## ")[0].strip().split("\n\n")
        told[name] = (" ".join(rule.split()), " ".join(" ".join(reason).split()))
    assert told == {
        each.value: (
            f"**{rule.act.capitalize()}** {rule.period} after **{rule.trigger}**"
            f"{', fixed' if each in FIXED else ''}.",
            rule.reason,
        )
        for each, rule in schedule.items()
    }
    assert re.search(r"\bADR 38\b", PAGE.read_text(encoding="utf-8"))

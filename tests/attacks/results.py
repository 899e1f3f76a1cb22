"""Writes what came out: a page for methodologists, and the data that the method page shows."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import scipy

from servicebalie.services.publishing_rules import PROFILES, shipped_catalogue, shipped_profile
from servicebalie.shipped import reference_data
from tests.attacks.gates import GATES, Gate
from tests.attacks.measure import SEED, Scores, Size
from tests.attacks.mechanisms import Mechanism, Ours, all_mechanisms

PAGE = Path(__file__).parents[2] / "docs/method/attacks.md"
COMMAND = "./test attacks"

COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("A1 determined", "a1_determined", "%"),
    ("A1 undecided", "a1_undecided", "%"),
    ("A1 width", "a1_least_width", "n"),
    ("A2 claimed", "a2_claimed", "%"),
    ("A2 gain", "a2_gain", ".3"),
    ("A3 law", "a3_exact", "%"),
    ("A3 pairs", "a3_pairs", "%"),
    ("A3 parts", "a3_remainders", "%"),
    ("A4 pairs", "a4_pairs", "%"),
    ("A4 returning", "a4_returning", "%"),
    ("A4 variance", "a4_variance", ".2"),
    ("A5", "a5_first_guess", "%"),
    ("A5 nine known", "a5_nine_known", "%"),
    ("A6 worst", "a6_variance", ".2"),
    ("A6 median", "a6_median", ".2"),
    ("A6 three looks", "a6_same_people", ".2"),
    ("A7 0 or 1", "a7_zero_or_one", "e"),
    ("A7 0 or 2", "a7_zero_or_two", "e"),
    ("A8 K=12", "a8_twelve_cells", "%"),
    ("A8 typical", "a8_typical_person", "%"),
    ("A8 worst", "a8_worst_person", "%"),
    ("A9 one number", "a9_one_number", "%"),
    ("A9 a month", "a9_all_numbers", "%"),
    ("A10", "a10_revealed", "%"),
    ("A11 lift", "a11_lift", ".1"),
    ("mean error, N ≥ 10", "error", ".2"),
    ("persons in published cells", "coverage", "%"),
    ("false trends", "false_trends", "%"),
)
"""The name of a score in the table, its name in the data, and how it is written."""

EXPLANATIONS = Path(__file__).with_name("explanations.md")


def write_results(size: Size, found: Mapping[str, Scores]) -> None:
    """Write the page and the data of a full run."""
    today = datetime.now(UTC).date()
    reference_data("attack_scores.json").write_text(scores_text(size, found, today), encoding="utf-8")
    PAGE.write_text(page_text(size, found, today), encoding="utf-8")


def scores_text(size: Size, found: Mapping[str, Scores], today: date) -> str:
    """Write the data: one object, with null for what had no subject."""
    document = {
        "attackedOn": today.isoformat(),
        "catalogueVersion": shipped_catalogue().version,
        "command": COMMAND,
        "gates": [
            {"attack": gate.attack, "score": gate.score, "limit": gate.limit, "atMost": gate.below}
            for gate in GATES
        ],
        "mechanisms": [
            {
                "name": each.name,
                "title": each.title,
                "profileSha256": each.profile.sha256 if isinstance(each, Ours) else None,
                "scores": {
                    name: None if math.isnan(score) else float(f"{score:.4g}")
                    for name, score in found[each.name].items()
                },
            }
            for each in all_mechanisms()
        ],
        "personsPerMonth": size.persons,
        "seed": SEED,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def page_text(size: Size, found: Mapping[str, Scores], today: date) -> str:
    """Write the page: scores of ours with their gates, then every mechanism, then how each attack works."""
    profile = shipped_profile(PROFILES["default"])
    mechanisms = all_mechanisms()
    return "\n".join(
        [
            "# Attacks on the published numbers",
            "",
            f"Written by `{COMMAND}`; do not edit. The attacks are in `tests/attacks`, one module each.",
            "",
            f"- Attacked on {today.isoformat()}, with SciPy {scipy.__version__}.",
            f"- Catalogue {shipped_catalogue().version}; profile {profile.name},",
            f"  SHA-256 `{profile.sha256}`.",
            f"- A simulated year of a desk with about {size.persons} persons a month, like those",
            f"  of the demonstration (seed {SEED}), and {size.prior_years} more years to learn from.",
            f"- {size.seeds} draws of the noise for A3 and A4, {size.steps:,} steps in each chain of A2,",
            f"  {size.erased} erased persons in A5, {size.tested} persons tested in A8.",
            "",
            "## Gates",
            "",
            "| attack | score | ours | gate | |",
            "|---|---|---|---|---|",
            *(_gate_line(gate, found["ours"]) for gate in GATES),
            "",
            "## Every way of publishing, over the same year",
            "",
            *_comparison(mechanisms, found),
            "",
            EXPLANATIONS.read_text(encoding="utf-8").rstrip(),
            "",
        ]
    )


def _gate_line(gate: Gate, scores: Scores) -> str:
    score, limit = scores[gate.score], gate.limit
    sign = "at most" if gate.below else "at least"
    title, _, style = next(column for column in COLUMNS if column[1] == gate.score)
    held = "holds" if gate.holds(scores) else "**FAILS**"
    return f"| {gate.attack} | {title} | {_shown(score, style)} | {sign} {_shown(limit, style)} | {held} |"


def _comparison(mechanisms: tuple[Mechanism, ...], found: Mapping[str, Scores]) -> list[str]:
    """A table for every four mechanisms, because all twelve are too wide to read."""
    lines: list[str] = []
    for start in range(0, len(mechanisms), 4):
        some = mechanisms[start : start + 4]
        lines += ["| | " + " | ".join(each.title for each in some) + " |", "|---" * (len(some) + 1) + "|"]
        lines += [
            f"| {title} | " + " | ".join(_shown(found[each.name][name], style) for each in some) + " |"
            for title, name, style in COLUMNS
        ]
        lines.append("")
    return lines[:-1]


def _shown(value: float, style: str) -> str:
    if math.isnan(value):
        return "–"
    match style:
        case "%":
            return f"{100 * value:.2f}%" if 0 < value < 0.1 else f"{100 * value:.1f}%"
        case "n":
            return f"{value:.0f}"
        case "e":
            return f"{value:.2g}"
        case _:
            return f"{value:{style}f}"

"""The shipped people of the demonstration, and numbers to draw them with."""

import random
from functools import cache
from pathlib import Path

from servicebalie.core.population import Population, Uniform, parse_population
from servicebalie.shipped import reference_data


@cache
def shipped_population() -> Population:
    """Return the people as they are shipped."""
    return parse_population(
        text("demo/population.toml"), text("derived_seasonal_index.csv"), text("demo/phrases.jsonl")
    )


def text(name: str) -> str:
    """Return the text of a shipped file."""
    return Path(reference_data(name)).read_text(encoding="utf-8")


def codes(name: str, column: int) -> set[str]:
    """Return a column of a shipped code list."""
    return {line.split(",")[column] for line in text(name).splitlines()[1:]}


def numbers(seed: int) -> Uniform:
    """Return a source of uniform numbers that is the same for the same seed."""
    return random.Random(seed).random

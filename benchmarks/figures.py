"""Figures of several rounds as Markdown."""

from collections.abc import Sequence
from statistics import median


def middle(values: Sequence[float], digits: int = 2) -> str:
    """Return the median and, in brackets, the least and the greatest value."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

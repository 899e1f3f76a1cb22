"""The gates: what every score of ours must keep to, and how a score is read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Gate:
    """The limit of one score; `below` tells whether the score must not be above it, or not be under it."""

    attack: str
    score: str
    limit: float
    below: bool = True

    def holds(self, scores: Mapping[str, float]) -> bool:
        """Tell whether a score keeps to the limit; one without a subject does, since nothing could be
        tried.
        """
        score = scores[self.score]
        return math.isnan(score) or (score <= self.limit if self.below else score >= self.limit)


GATES = (
    Gate("A1", "a1_determined", 0.0),
    Gate("A1", "a1_least_width", 3.0, below=False),
    Gate("A2", "a2_claimed", 0.01),
    Gate("A2", "a2_gain", 0.05),
    Gate("A3", "a3_exact", 0.50),
    Gate("A3", "a3_pairs", 0.50),
    Gate("A3", "a3_remainders", 0.50),
    Gate("A4", "a4_pairs", 0.50),
    Gate("A4", "a4_returning", 0.50),
    Gate("A4", "a4_variance", 1 / 3, below=False),
    Gate("A5", "a5_first_guess", 0.02),
    Gate("A6", "a6_variance", 1 / 3, below=False),
    Gate("A6", "a6_same_people", 1 / 3, below=False),
    Gate("A7", "a7_zero_or_one", 1e-4),
    Gate("A8", "a8_twelve_cells", 0.80),
    Gate("A9", "a9_one_number", 0.65),
)
"""What must hold for the profile that is chosen when nothing else is."""

MAY_HAVE_NO_SUBJECT = frozenset({"a3_pairs", "a4_pairs"})
"""Scores for which a year may have no case of each kind; the exact score of A3 covers them."""

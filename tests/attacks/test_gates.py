"""Nobody learns from the published numbers who came and what they asked, however hard they try."""

import math
from collections.abc import Mapping

import pytest

from tests.attacks.a03_differencing import exact_accuracy
from tests.attacks.gates import GATES, MAY_HAVE_NO_SUBJECT, Gate
from tests.attacks.measure import Scores
from tests.attacks.mechanisms import SameNoise


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.score)
def test_no_attack_gets_past_its_gate(gate: Gate, scores: Mapping[str, Scores]) -> None:
    score = scores["ours"][gate.score]
    assert gate.score in MAY_HAVE_NO_SUBJECT or not math.isnan(score)
    assert gate.holds(scores["ours"]), f"{gate.attack}: {gate.score} is {score}"


def test_hardly_any_small_cell_is_left_undecided(scores: Mapping[str, Scores]) -> None:
    assert scores["ours"]["a1_undecided"] <= 0.01


def test_the_two_chains_of_the_posterior_agree(scores: Mapping[str, Scores]) -> None:
    assert abs(scores["ours"]["a2_chains_apart"]) <= 0.02


@pytest.mark.parametrize(
    ("mechanism", "score"),
    [
        ("raw", "a1_determined"),
        ("raw", "a1_least_width"),
        ("raw", "a2_claimed"),
        ("raw", "a2_gain"),
        ("raw", "a3_exact"),
        ("threshold-5", "a3_exact"),
        ("threshold-5", "a3_pairs"),
        ("threshold-5", "a3_remainders"),
        ("threshold-5", "a4_returning"),
        ("raw", "a4_pairs"),
        ("raw", "a4_variance"),
        ("threshold-5", "a5_first_guess"),
        ("rounding-5", "a5_first_guess"),
        ("threshold-5", "a6_variance"),
        ("threshold-5", "a6_same_people"),
        ("raw", "a7_zero_or_one"),
        ("threshold-5", "a8_twelve_cells"),
        ("rounding-5", "a8_twelve_cells"),
        ("threshold-5", "a9_one_number"),
    ],
)
def test_an_attack_succeeds_where_it_should(mechanism: str, score: str, scores: Mapping[str, Scores]) -> None:
    (gate,) = (gate for gate in GATES if gate.score == score)
    assert not gate.holds(scores[mechanism])


def test_quite_the_same_noise_for_the_same_people_would_not_pass() -> None:
    """Why there is docs/adr/0013."""
    assert exact_accuracy(SameNoise(), range(100, 110)) > 0.6


def test_every_gate_is_seen_to_fail() -> None:
    failing = next(
        mark for mark in test_an_attack_succeeds_where_it_should.pytestmark if mark.name == "parametrize"
    )
    assert {gate.score for gate in GATES} == {score for _, score in failing.args[1]}


def test_a_score_without_a_subject_breaks_no_gate() -> None:
    gate = Gate("A3", "accuracy", 0.5)
    assert gate.holds({"accuracy": float("nan")})
    assert not gate.holds({"accuracy": 0.51})
    assert Gate("A6", "variance", 0.5, below=False).holds({"variance": 0.51})

import json
from datetime import date
from typing import Any

import pytest

from servicebalie.core.attack_scores import InvalidAttackScores, parse_attack_scores

DOCUMENT: dict[str, Any] = {
    "attackedOn": "2026-11-26",
    "catalogueVersion": "3",
    "gates": [{"attack": "A1", "score": "a1_determined", "limit": 0.0, "atMost": True}],
    "mechanisms": [
        {"name": "raw", "profileSha256": None, "scores": {"a1_determined": 1.0}},
        {"name": "ours", "profileSha256": "ab12", "scores": {"a1_determined": 0.0, "a3_pairs": None}},
    ],
    "personsPerMonth": 300,
}


def test_scores_are_read_by_profile_and_by_the_name_of_other_ways_of_publishing() -> None:
    scores = parse_attack_scores(json.dumps(DOCUMENT))

    assert (scores.attacked_on, scores.persons) == (date(2026, 11, 26), 300)
    assert scores.limits == {"a1_determined": 0.0}
    assert scores.others == {"raw": {"a1_determined": 1.0}}
    assert scores.of("3", "ab12") == {"a1_determined": 0.0, "a3_pairs": None}


@pytest.mark.parametrize(("catalogue", "profile"), [("2", "ab12"), ("4", "ab12"), ("3", "ab13"), ("3", "")])
def test_scores_of_another_catalogue_or_profile_are_none(catalogue: str, profile: str) -> None:
    assert parse_attack_scores(json.dumps(DOCUMENT)).of(catalogue, profile) is None


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        json.dumps({**DOCUMENT, "attackedOn": "yesterday"}),
        json.dumps({**DOCUMENT, "gates": [{"score": "a1_determined"}]}),
        json.dumps({name: value for name, value in DOCUMENT.items() if name != "mechanisms"}),
    ],
)
def test_a_file_that_is_not_one_of_scores_is_refused(text: str) -> None:
    with pytest.raises(InvalidAttackScores):
        parse_attack_scores(text)

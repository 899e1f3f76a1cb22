import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import servicebalie
from servicebalie.core.census_ptable import CensusParameters
from servicebalie.core.profile import (
    InvalidProfile,
    make_census_profile,
    make_profile,
    parse_profile,
    profile_text,
)

SHIPPED = Path(servicebalie.__file__).parent / "reference_data" / "ptables"
DEFAULT_TEXT = (SHIPPED / "default-1.json").read_text()
CENSUS_TEXT = (SHIPPED / "census-1.json").read_text()


@pytest.mark.parametrize(
    ("name", "distance", "variance", "threshold"), [("default-1", 9, 5, 10), ("detailed-1", 4, 2, 5)]
)
def test_shipped_profile_is_exactly_what_the_builder_makes(
    name: str, distance: int, variance: int, threshold: int
) -> None:
    built = make_profile(name, distance=distance, variance=Decimal(variance), threshold=threshold)

    shipped = (SHIPPED / f"{name}.json").read_text()

    assert shipped == profile_text(built)
    assert parse_profile(shipped) == built


def test_shipped_census_profile_is_exactly_what_the_builder_makes() -> None:
    built = make_census_profile("census-1", CensusParameters(5, Decimal(3), blocked=2), threshold=10)

    assert profile_text(built) == CENSUS_TEXT
    assert parse_profile(CENSUS_TEXT) == built


def test_no_other_profile_is_shipped() -> None:
    names = {"census-1.json", "default-1.json", "detailed-1.json"}
    assert {path.name for path in SHIPPED.iterdir()} == names


@given(st.integers(0, 2**64 - 1), st.sampled_from(["census-1", "default-1", "detailed-1"]))
def test_a_true_zero_never_reaches_the_threshold(u: int, name: str) -> None:
    profile = parse_profile((SHIPPED / f"{name}.json").read_text())

    assert profile.table.deviation(0, u) < profile.threshold


def test_a_threshold_that_noise_alone_could_reach_is_refused() -> None:
    with pytest.raises(InvalidProfile) as refusal:
        make_profile("low", distance=5, variance=Decimal(2), threshold=5)

    assert refusal.value.params == {"reason": "threshold-too-low", "profile": "low"}


def test_a_census_profile_keeps_every_parameter_of_its_table() -> None:
    parameters = CensusParameters(
        3,
        Decimal("1.5"),
        stay=(None, Decimal("0.4")),
        rising=(True, False),
        exact=(False, True),
    )
    built = make_census_profile("office", parameters, threshold=4)

    read = parse_profile(profile_text(built))

    assert read == built
    assert read.census == parameters


def test_a_census_table_that_noise_alone_could_lift_to_the_threshold_is_refused() -> None:
    with pytest.raises(InvalidProfile) as refusal:
        make_census_profile("low", CensusParameters(5, Decimal(3)), threshold=5)

    assert refusal.value.params == {"reason": "threshold-too-low", "profile": "low"}


@pytest.mark.parametrize(
    ("part", "value"),
    [("blocked", 1), ("stay", ["0.3"]), ("rising", [False]), ("rising", ["yes"]), ("exact", ["yes"])],
)
def test_a_census_profile_with_other_parameters_than_its_table_is_refused(part: str, value: object) -> None:
    claimed = json.loads(CENSUS_TEXT)
    del claimed["sha256"]
    claimed["census"][part] = value
    claimed["sha256"] = _sha256(claimed)

    with pytest.raises(InvalidProfile) as refusal:
        parse_profile(json.dumps(claimed))

    assert refusal.value.params == {"reason": "table-differs", "profile": "census-1"}


@pytest.mark.parametrize("census", [None, [], 3, {}, {"blocked": 2}, {"blocked": "two"}])
def test_a_census_profile_without_its_parameters_is_refused(census: object) -> None:
    with pytest.raises(InvalidProfile) as refusal:
        parse_profile(json.dumps(json.loads(CENSUS_TEXT) | {"census": census}))

    assert refusal.value.params == {"reason": "malformed"}


@pytest.mark.parametrize(
    ("part", "value"),
    [("name", "other"), ("distance", 8), ("variance", "6"), ("threshold", 11), ("thresholds", ["1"])],
)
def test_a_profile_changed_by_hand_is_refused(part: str, value: object) -> None:
    changed = json.dumps(json.loads(DEFAULT_TEXT) | {part: value})

    with pytest.raises(InvalidProfile) as refusal:
        parse_profile(changed)

    assert refusal.value.params["reason"] == "hash-differs"


def test_a_profile_with_other_noise_under_a_fresh_hash_is_refused() -> None:
    skewed = make_profile("default-1", distance=9, variance=Decimal(4), threshold=10)
    claimed = json.loads(profile_text(skewed)) | {"variance": "5"}
    del claimed["sha256"]
    claimed["sha256"] = _sha256(claimed)

    with pytest.raises(InvalidProfile) as refusal:
        parse_profile(json.dumps(claimed))

    assert refusal.value.params == {"reason": "table-differs", "profile": "default-1"}


def _sha256(contents: dict[str, object]) -> str:
    text = json.dumps(contents, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "3", '{"sha256": ""}', DEFAULT_TEXT.replace('"5"', '"five"')]
)
def test_a_text_that_is_no_profile_is_refused(text: str) -> None:
    with pytest.raises(InvalidProfile) as refusal:
        parse_profile(text)

    assert refusal.value.params == {"reason": "malformed"}

"""The scores of the attacks: of a small desk in the normal tests, of a real one with `--attacks=full`."""

from collections.abc import Mapping

import pytest

from tests.attacks.measure import FULL, REDUCED, Battlefield, Scores, Size, battlefield, measure_all
from tests.attacks.mechanisms import all_mechanisms
from tests.attacks.results import write_results

IN_SHORT = ("raw", "threshold-5", "rounding-5", "ours")
"""The mechanisms that the normal tests attack: ours, and those on which every attack must succeed."""


@pytest.fixture(scope="session")
def size(request: pytest.FixtureRequest) -> Size:
    """How large an attack was asked for."""
    return FULL if request.config.getoption("--attacks") == "full" else REDUCED


@pytest.fixture(scope="session")
def field(size: Size) -> Battlefield:
    """The year that is attacked."""
    return battlefield(size)


@pytest.fixture(scope="session")
def scores(size: Size) -> Mapping[str, Scores]:
    """The scores by mechanism; the full ones are written down whatever they are."""
    if size is REDUCED:
        return measure_all(size, IN_SHORT, processes=1)
    # Those with noise take longest, so they come first.
    names = [each.name for each in sorted(all_mechanisms(), key=lambda each: -each.noise.reach)]
    found = measure_all(size, tuple(names), processes=2)
    write_results(size, found)
    return found

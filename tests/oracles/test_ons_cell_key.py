"""The same microdata and p-table give the same table as the software of the Office for National Statistics.

`cell_key_perturbation` adds up record keys, takes the sum modulo the number of keys, and looks the
deviation up in a table by count and key. It gets our p-table, spread over its keys by the cumulative
thresholds; our lookup gets the same keys as 64-bit random numbers.
"""

from collections import Counter
from collections.abc import Mapping
from random import Random

import numpy as np
import pandas as pd
import pytest
from cell_key_perturbation.create_perturbed_table import create_perturbed_table

from servicebalie.core.ptable import SCALE, PTable
from servicebalie.services.publishing_rules import PROFILES, shipped_profile

PERSONS = 900
LAST_ROW = 750
"""ONS uses the rows 501 to 750 again for higher counts; a table of 900 persons reaches that."""

VALUES: Mapping[str, tuple[str, ...]] = {
    "country": ("NL",),
    "region": ("north", "south", "west"),
    "group": ("worker", "student", "partner", "refugee", "other"),
    "topic": tuple(f"topic {number}" for number in range(12)),
}
MARGINS = [
    ("country",),
    ("region",),
    ("topic",),
    ("region", "topic"),
    ("group", "topic"),
    ("region", "group", "topic"),
]

Cells = dict[tuple[str, ...], int]


def microdata(keys: int, seed: int) -> list[dict[str, str]]:
    """Make persons with a record key; small values are common and large ones rare, so that counts differ."""
    random = Random(seed)
    return [
        {name: values[int(len(values) * random.random() ** 3)] for name, values in VALUES.items()}
        | {"record_key": str(random.randrange(keys))}
        for _ in range(PERSONS)
    ]


def ons_table(table: PTable, keys: int) -> pd.DataFrame:
    """Spread the rows of a table over the keys: a deviation gets the keys that lie below its threshold."""
    spread = []
    for row in table.rows:
        ends = [-(-threshold * keys // SCALE) for threshold in row.thresholds]
        spread.append(np.repeat(row.deviations, np.diff([0, *ends])))
    served = [spread[min(count, len(spread) - 1)] for count in range(1, LAST_ROW + 1)]
    return pd.DataFrame(
        {
            "pcv": np.repeat(np.arange(1, LAST_ROW + 1), keys),
            "ckey": np.tile(np.arange(keys), LAST_ROW),
            "pvalue": np.concatenate(served),
        }
    )


def perturbed_by_ons(
    persons: list[dict[str, str]], table: pd.DataFrame, margin: tuple[str, ...], threshold: int
) -> Cells:
    """Return the cells that ONS does not suppress."""
    data = pd.DataFrame(persons).astype({"record_key": int})
    cells = create_perturbed_table(
        data, table, geog=[], tab_vars=list(margin), record_key="record_key", threshold=threshold
    )
    shown = cells[cells["count"].notna() & (cells["pre_sdc_count"] > 0)]
    return {tuple(row[name] for name in margin): int(row["count"]) for _, row in shown.iterrows()}


def perturbed_by_us(
    persons: list[dict[str, str]], table: PTable, margin: tuple[str, ...], threshold: int, keys: int
) -> Cells:
    """Return the cells that reach the threshold."""
    counts: Counter[tuple[str, ...]] = Counter()
    sums: Counter[tuple[str, ...]] = Counter()
    for person in persons:
        label = tuple(person[name] for name in margin)
        counts[label] += 1
        sums[label] += int(person["record_key"])
    perturbed = {
        label: count + table.deviation(count, sums[label] % keys * (SCALE // keys))
        for label, count in counts.items()
    }
    return {label: value for label, value in perturbed.items() if value >= threshold}


@pytest.mark.parametrize("keys", [256, 4096])
@pytest.mark.parametrize("profile", PROFILES)
def test_every_cell_is_perturbed_as_by_ons(profile: str, keys: int) -> None:
    chosen = shipped_profile(PROFILES[profile])
    theirs = ons_table(chosen.table, keys)
    noise = set()

    for seed, margin in enumerate(MARGINS):
        persons = microdata(keys, seed)
        for threshold in (-chosen.distance, chosen.threshold):
            expected = perturbed_by_ons(persons, theirs, margin, threshold)
            assert perturbed_by_us(persons, chosen.table, margin, threshold, keys) == expected
        counts = Counter(tuple(person[name] for name in margin) for person in persons)
        unsuppressed = perturbed_by_ons(persons, theirs, margin, -chosen.distance)
        noise |= {unsuppressed[label] - count for label, count in counts.items()}

    # The comparison says something only when many different deviations were drawn.
    assert len(noise) >= chosen.distance

"""Profiles: the noise and the threshold under which a deployment publishes, as versioned files.

A profile file is a JSON object with the name, the distance D, the variance V, the threshold T, the
integer thresholds of the perturbation table (as text, because many readers of JSON round such numbers)
and the SHA-256 of all this. One with the classical table of census offices also has the other parameters
of that table, under `census`, and its deviations and thresholds row by row.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from servicebalie.core.census_ptable import CensusParameters, census_table
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.ptable import PTable, symmetric_table


class InvalidProfile(ServicebalieError):
    """A profile that may not be used.

    `reason` is `malformed`, `hash-differs`, `table-differs` or `threshold-too-low`.
    """

    code = "invalid-profile"


@dataclass(frozen=True, slots=True)
class Profile:
    """The noise (a table of largest deviation `distance`) and the `threshold` of published numbers.

    The distance is less than the threshold, so that a true zero never appears as a number; otherwise
    making one raises InvalidProfile. `census` holds the parameters of a classical table, whose rows have
    at most this `variance`; it is None for the symmetric table. `sha256` identifies the contents, in hex.
    """

    name: str
    distance: int
    variance: Decimal
    threshold: int
    table: PTable
    sha256: str
    census: CensusParameters | None = None

    def __post_init__(self) -> None:
        if self.distance > self.threshold - 1:
            raise InvalidProfile(reason="threshold-too-low", profile=self.name)


def make_profile(name: str, *, distance: int, variance: Decimal, threshold: int) -> Profile:
    """Build a profile with the symmetric table; raises as symmetric_table does, and InvalidProfile."""
    return _signed(Profile(name, distance, variance, threshold, symmetric_table(distance, variance), ""))


def make_census_profile(name: str, census: CensusParameters, *, threshold: int) -> Profile:
    """Build a profile with the classical table; raises as census_table does, and InvalidProfile."""
    table = census_table(census)
    return _signed(Profile(name, census.distance, census.variance, threshold, table, "", census))


def profile_text(profile: Profile) -> str:
    """Write the file of a profile that `make_profile` or `make_census_profile` built."""
    return json.dumps({**_contents(profile), "sha256": profile.sha256}, indent=2) + "\n"


def parse_profile(text: str) -> Profile:
    """Read a profile file and check it against its own hash and against the builder.

    Raises InvalidProfile when the file is not what the builder makes from its parameters, and as the
    builder does when there is no such table.
    """
    try:
        contents = json.loads(text)
        stated = contents.pop("sha256")
        name, distance, threshold = contents["name"], int(contents["distance"]), int(contents["threshold"])
        variance = Decimal(contents["variance"])
        census = _census(contents["census"], distance, variance) if "census" in contents else None
    except (AttributeError, KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise InvalidProfile(reason="malformed") from error
    if stated != _hash(contents):
        raise InvalidProfile(reason="hash-differs", profile=name)
    if census is None:
        built = make_profile(name, distance=distance, variance=variance, threshold=threshold)
    else:
        built = make_census_profile(name, census, threshold=threshold)
    if built.sha256 != stated:
        raise InvalidProfile(reason="table-differs", profile=name)
    return built


def _signed(profile: Profile) -> Profile:
    return replace(profile, sha256=_hash(_contents(profile)))


def _contents(profile: Profile) -> dict[str, object]:
    contents = {
        "name": profile.name,
        "distance": profile.distance,
        "variance": str(profile.variance),
        "threshold": profile.threshold,
    }
    if profile.census is None:
        (row,) = profile.table.rows
        return {**contents, "thresholds": _as_text(row.thresholds)}
    rows = [
        {"deviations": list(row.deviations), "thresholds": _as_text(row.thresholds)}
        for row in profile.table.rows
    ]
    return {**contents, "census": _census_contents(profile.census), "rows": rows}


def _as_text(thresholds: tuple[int, ...]) -> list[str]:
    return [str(value) for value in thresholds]


def _census_contents(census: CensusParameters) -> dict[str, object]:
    return {
        "blocked": census.blocked,
        "stay": [None if share is None else str(share) for share in census.stay],
        "rising": list(census.rising),
        "exact": list(census.exact),
    }


def _census(contents: Mapping[str, Any], distance: int, variance: Decimal) -> CensusParameters:
    return CensusParameters(
        distance,
        variance,
        int(contents["blocked"]),
        stay=tuple(None if share is None else Decimal(share) for share in contents["stay"]),
        rising=tuple(value is True for value in contents["rising"]),
        exact=tuple(value is True for value in contents["exact"]),
    )


def _hash(contents: dict[str, object]) -> str:
    """Hash the canonical JSON of the contents: sorted keys, no white space."""
    return hashlib.sha256(json.dumps(contents, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

"""Profiles: the noise and the threshold under which a deployment publishes, as versioned files.

A profile file is a JSON object with the name, the distance D, the variance V, the threshold T, the
integer thresholds of the perturbation table (as text, because many readers of JSON round such numbers)
and the SHA-256 of all this.
"""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

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
    making one raises InvalidProfile. `sha256` identifies the contents, in hex.
    """

    name: str
    distance: int
    variance: Decimal
    threshold: int
    table: PTable
    sha256: str

    def __post_init__(self) -> None:
        if self.distance > self.threshold - 1:
            raise InvalidProfile(reason="threshold-too-low", profile=self.name)


def make_profile(name: str, *, distance: int, variance: Decimal, threshold: int) -> Profile:
    """Build a profile with the symmetric table; raises as symmetric_table does, and InvalidProfile."""
    table = symmetric_table(distance, variance)
    sha256 = _hash(_contents(name, distance, variance, threshold, table))
    return Profile(name, distance, variance, threshold, table, sha256)


def profile_text(profile: Profile) -> str:
    """Write the file of a profile that `make_profile` built."""
    contents = _contents(profile.name, profile.distance, profile.variance, profile.threshold, profile.table)
    return json.dumps({**contents, "sha256": profile.sha256}, indent=2) + "\n"


def parse_profile(text: str) -> Profile:
    """Read a profile file and check it against its own hash and against the builder.

    Raises InvalidProfile when the file is not what `make_profile` builds from its name, D, V and T.
    """
    try:
        contents = json.loads(text)
        stated = contents.pop("sha256")
        name, distance, threshold = contents["name"], int(contents["distance"]), int(contents["threshold"])
        variance = Decimal(contents["variance"])
    except (AttributeError, KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise InvalidProfile(reason="malformed") from error
    if stated != _hash(contents):
        raise InvalidProfile(reason="hash-differs", profile=name)
    built = make_profile(name, distance=distance, variance=variance, threshold=threshold)
    if built.sha256 != stated:
        raise InvalidProfile(reason="table-differs", profile=name)
    return built


def _contents(
    name: str, distance: int, variance: Decimal, threshold: int, table: PTable
) -> dict[str, object]:
    (row,) = table.rows
    return {
        "name": name,
        "distance": distance,
        "variance": str(variance),
        "threshold": threshold,
        "thresholds": [str(value) for value in row.thresholds],
    }


def _hash(contents: dict[str, object]) -> str:
    """Hash the canonical JSON of the contents: sorted keys, no white space."""
    return hashlib.sha256(json.dumps(contents, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

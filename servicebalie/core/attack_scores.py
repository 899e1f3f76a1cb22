"""What came out of the attacks on the published numbers (docs/method/attacks.md): read, and held against what
is in use now."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from servicebalie.core.errors import ServicebalieError

Scores = Mapping[str, float | None]
"""The scores by name; None for an attack that had nothing to try."""


class InvalidAttackScores(ServicebalieError):
    """The file is not one of scores."""

    code = "invalid-attack-scores"


@dataclass(frozen=True, slots=True)
class AttackScores:
    """The scores of every way of publishing, over the same simulated year of a desk.

    `persons` come to that desk in a month. `profiles` holds the scores of ours by the SHA-256 of the profile,
    `others` those of other ways by name; `limits` what a score must keep to.
    """

    attacked_on: date
    catalogue_version: str
    persons: int
    limits: Mapping[str, float]
    profiles: Mapping[str, Scores]
    others: Mapping[str, Scores]

    def of(self, catalogue_version: str, profile_sha256: str) -> Scores | None:
        """Return the scores of a catalogue and profile; None when others were attacked, or none."""
        return self.profiles.get(profile_sha256) if catalogue_version == self.catalogue_version else None


def parse_attack_scores(text: str) -> AttackScores:
    """Read a file of scores (JSON); raises InvalidAttackScores."""
    try:
        document = json.loads(text)
        mechanisms = document["mechanisms"]
        return AttackScores(
            attacked_on=date.fromisoformat(document["attackedOn"]),
            catalogue_version=str(document["catalogueVersion"]),
            persons=int(document["personsPerMonth"]),
            limits={str(gate["score"]): float(gate["limit"]) for gate in document["gates"]},
            profiles={each["profileSha256"]: each["scores"] for each in mechanisms if each["profileSha256"]},
            others={each["name"]: each["scores"] for each in mechanisms if not each["profileSha256"]},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidAttackScores from error

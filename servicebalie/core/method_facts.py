"""What readers are told of the method: how far off a number can be, and how much one person adds."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from servicebalie.core.catalogue import Catalogue
from servicebalie.core.disclosure import persons_margin, questions_margin
from servicebalie.core.periods import PeriodKind
from servicebalie.core.profile import Profile


@dataclass(frozen=True, slots=True)
class NoiseFacts:
    """The noise of a profile.

    The margins are half the width of the 95% intervals. `chances` tells with which chance a number of
    persons above the largest noise is published so far from the true one, in either direction; distances
    beyond the margin are taken together in `further`.
    """

    persons_margin: int
    questions_margin: int
    largest: int
    variance: Decimal
    threshold: int
    chances: Mapping[int, Fraction]
    further: Fraction

    @property
    def highest_hidden(self) -> int:
        """The highest true number that can stay below the threshold."""
        return self.threshold - 1 + self.largest


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A kind of period: how many tables it has, in how many of their cells one person is (K), and rho."""

    kind: PeriodKind
    tables: int
    cells: int
    rho: Decimal


def noise_facts(profile: Profile) -> NoiseFacts:
    """Return what the noise of a profile does to numbers."""
    probabilities = profile.table.rows[-1].probabilities()
    margin = persons_margin(profile.table)
    chances = {
        distance: sum((p for v, p in probabilities.items() if abs(v) == distance), Fraction(0))
        for distance in range(margin + 1)
    }
    return NoiseFacts(
        persons_margin=margin,
        questions_margin=questions_margin(profile.table),
        largest=profile.distance,
        variance=profile.variance,
        threshold=profile.threshold,
        chances=chances,
        further=1 - sum(chances.values(), Fraction(0)),
    )


def ledger(catalogue: Catalogue, profile: Profile) -> tuple[LedgerLine, ...]:
    """Return for each kind of period what one person and month adds to its numbers of persons at most.

    A person changes K numbers by one each, which is a squared distance of K; with noise of variance V that
    is rho = K / (2V) in zero-concentrated differential privacy (Bun and Steinke, *Concentrated Differential
    Privacy: Simplifications, Extensions, and Lower Bounds*, 2016, proposition 1.6). It is a measure to
    compare by, not a guarantee: the noise is bounded, and not independent from cell to cell.
    """
    return tuple(
        LedgerLine(kind, len(catalogue.tables_of(kind)), cells, cells / (2 * profile.variance))
        for kind in PeriodKind
        for cells in [catalogue.cells_per_person(kind)]
    )

"""A stage for the demonstration: three months at its desk, with partners who do the same in every run."""

from datetime import date, datetime

from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.population import Population
from servicebalie.core.simulated_follow_up import SimulatedFollowUps
from servicebalie.core.simulated_partners import SimulatedPartners
from servicebalie.core.simulation import Period
from servicebalie.services.demo import demo_population
from servicebalie.services.demo_stage import DemoDesk, Stage
from tests.core.demo_world import numbers
from tests.support.workplace import KEYS

PERIOD = Period(date(2026, 6, 1), date(2026, 8, 31), 80)
START = datetime(2026, 6, 1, tzinfo=AMSTERDAM)
END = datetime(2026, 9, 1, tzinfo=AMSTERDAM)


def stage(desk: DemoDesk, population: Population | None = None) -> Stage:
    """Return what a desk is played on, with partners who do the same in every run."""
    partners = SimulatedPartners(population or demo_population(), numbers(19))
    follow_ups = SimulatedFollowUps(partners.population.follow_up, numbers(23))
    return Stage(desk, KEYS, partners, follow_ups, ["en", "nl", "pl"])

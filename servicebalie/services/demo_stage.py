"""What the demonstration plays on: a desk with its people, and when something happens there."""

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import TypeAlias

from sqlalchemy.orm import Session

from servicebalie.core.directory import Directory
from servicebalie.core.keys import Keys
from servicebalie.core.simulated_follow_up import SimulatedFollowUps
from servicebalie.core.simulated_partners import SimulatedPartners
from servicebalie.core.simulated_translator import SimulatedTranslator
from servicebalie.core.vocabulary import Role
from servicebalie.services.askers import AskerKeys
from servicebalie.services.workplace import Workplace

COMMON_LANGUAGE = "en"
"""What is spoken with somebody whose language nobody at the desk speaks."""

Event: TypeAlias = Callable[[Session, datetime], None]


@dataclass(frozen=True, slots=True)
class DemoDesk:
    """The desk of the demonstration: a user of each role, and the users of partners by organisation."""

    id: int
    slug: str
    name: str
    directory: Directory
    users: Mapping[Role, int]
    partner_users: Mapping[int, int]


class Stage:
    """A desk, its partners, and an agenda on which events are planned in the order of time."""

    def __init__(
        self,
        desk: DemoDesk,
        keys: Keys,
        partners: SimulatedPartners,
        follow_ups: SimulatedFollowUps,
        locales: Iterable[str],
    ) -> None:
        self.desk = desk
        self.partners = partners
        self.follow_ups = follow_ups
        self.keys = keys
        self.translator = SimulatedTranslator(partners.population.parallel)
        self._asker_keys = AskerKeys(keys.statistics)
        self._locales = frozenset(locales)
        self._order = count()
        self._agenda: list[tuple[datetime, int, Event]] = []

    @property
    def staff(self) -> int:
        """The user who stands for everybody at the desk."""
        return self.desk.users[Role.DESK]

    def plan(self, at: datetime, event: Event) -> None:
        """Let something happen at a moment, after what was planned for it before."""
        heapq.heappush(self._agenda, (at, next(self._order), event))

    def play(self, session: Session, until: datetime) -> None:
        """Let everything happen that is to happen before a moment."""
        while self._agenda and self._agenda[0][0] < until:
            at, _, happen = heapq.heappop(self._agenda)
            happen(session, at)

    def work(self, at: datetime, user: int | None, language: str = COMMON_LANGUAGE) -> Workplace:
        """Return what somebody works with at a moment, None for a newcomer."""
        return Workplace(
            desk_id=self.desk.id,
            directory=self.desk.directory,
            keys=self.keys,
            asker_keys=self._asker_keys,
            now=at,
            locale=language if language in self._locales else COMMON_LANGUAGE,
            user_id=user,
            translates=True,
        )

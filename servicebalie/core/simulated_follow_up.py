"""Simulated answers to "were you helped?", from people who may be asked it by e-mail.

Like partners, they draw from a source of numbers of their own, so that the visits stay what they are.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from servicebalie.core.population import FollowUpHabits, Uniform
from servicebalie.core.vocabulary import NewcomerOutcome, Outcome, UnmetReason

_SECONDS_OF_AN_HOUR = 3600
_LONGEST_DAYS = 5


@dataclass(frozen=True, slots=True)
class SimulatedAnswer:
    """What somebody says of how a question ended, and when."""

    at: datetime
    outcome: NewcomerOutcome
    unmet_reason: UnmetReason | None


@dataclass(frozen=True, slots=True)
class SimulatedFollowUps:
    """The people of a population who are asked, drawing from one source of numbers."""

    habits: FollowUpHabits
    uniform: Uniform

    def may_be_asked(self) -> bool:
        """Return whether somebody who leaves an address agrees to being asked later."""
        return self.uniform() < self.habits.may_be_asked

    def answer(
        self, outcome: Outcome, unmet_reason: UnmetReason | None, asked_at: datetime
    ) -> SimulatedAnswer | None:
        """Return what somebody says who is asked from a moment on, within days of it; None for nothing.

        Who was not helped has the reason that the desk knows, or one that it did not see.
        """
        if outcome not in self.habits.outcomes or self.uniform() >= self.habits.answers:
            return None
        said = self.habits.outcomes[outcome].pick(self.uniform)
        reason = None
        if said is not NewcomerOutcome.MET:
            reason = unmet_reason or self.habits.reasons.pick(self.uniform)
        return SimulatedAnswer(self._moment(asked_at), said, reason)

    def _moment(self, asked_at: datetime) -> datetime:
        """Return a moment in waking hours of one of the days after."""
        day = asked_at.date() + timedelta(days=1 + int(self.uniform() * _LONGEST_DAYS))
        first, last = (hour * _SECONDS_OF_AN_HOUR for hour in self.habits.hours)
        moment = datetime.combine(day, time(), asked_at.tzinfo)
        return moment + timedelta(seconds=first + int(self.uniform() * (last - first)))

"""Simulated partners: what becomes of a question that is handed to one of them.

How a question ends, and when, the simulation of the visits has said already; where it goes, only routing
knows. So partners draw from a source of numbers of their own, at the moment at which they get a question.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.population import PartnerHabits, Population, Uniform
from servicebalie.core.simulation import SimulatedMessage, SimulatedQuestion, write_message
from servicebalie.core.vocabulary import Destination, Outcome, ReferralStatus, ReturnReason
from servicebalie.core.working_days import is_working_day

_OPENS, _CLOSES = time(9), time(17)
_ONE_DAY = timedelta(days=1)
_RETURN_REASONS = frozenset(ReturnReason)


@dataclass(frozen=True, slots=True)
class HandOver:
    """A question that a partner of some kind gets, and the moment in office hours at which it is closed."""

    question: SimulatedQuestion
    language: str
    destination: Destination
    at: datetime
    closes_at: datetime

    @property
    def complete_at(self) -> datetime:
        """When the partner knows all: at once, or with the reply to what the desk asked back."""
        replies = (message.at for message in self.question.messages if message.from_newcomer)
        return max([self.at, *replies])

    @property
    def may_be_asked_about(self) -> bool:
        """Whether it came in writing, and nothing was asked back before."""
        asked = any(message.awaits_reply for message in self.question.messages)
        return self.question.text is not None and not asked


@dataclass(frozen=True, slots=True)
class SimulatedCourse:
    """What a partner does with a question, and how that ends: completed, returned, expired or revoked.

    `reason` is why a question is returned.
    """

    accepts_at: datetime | None
    messages: tuple[SimulatedMessage, ...]
    end: ReferralStatus
    ends_at: datetime
    reason: ReturnReason | None = None


@dataclass(frozen=True, slots=True)
class SimulatedPartners:
    """The partners of a population, drawing from one source of numbers."""

    population: Population
    uniform: Uniform

    def first_course(self, handed: HandOver, expires_at: datetime) -> SimulatedCourse:
        """Return what the first partner does with a question, for which there is time until `expires_at`."""
        habits = self.population.partners[handed.destination]
        if expires_at < handed.closes_at and self._happens(habits.silent):
            return SimulatedCourse(None, (), ReferralStatus.EXPIRED, expires_at)
        reason = self._reason(habits, handed.question)
        if reason is None:
            return self.next_course(handed)
        returned_at = self._moment(handed.complete_at, handed.closes_at)
        return SimulatedCourse(None, (), ReferralStatus.RETURNED, returned_at, reason)

    def next_course(self, handed: HandOver) -> SimulatedCourse:
        """Return what a partner does who does not return a question: it deals with it until it is closed."""
        habits = self.population.partners[handed.destination]
        start = handed.complete_at
        accepts_at = None
        if self._happens(habits.accepts):
            accepts_at = start = self._moment(start, handed.closes_at)
        asks = handed.may_be_asked_about and self._happens(habits.asks_back)
        messages = self._exchange(handed, start) if asks else ()
        withdrawn = handed.question.outcome is Outcome.WITHDRAWN
        end = ReferralStatus.REVOKED if withdrawn else ReferralStatus.COMPLETED
        return SimulatedCourse(accepts_at, messages, end, handed.closes_at)

    def _reason(self, habits: PartnerHabits, question: SimulatedQuestion) -> ReturnReason | None:
        """Return why a partner returns a question, or None when it deals with it."""
        if question.unmet_reason is not None:
            told = question.unmet_reason.value
            if told in _RETURN_REASONS and self._happens(self.population.returned_unmet):
                return ReturnReason(told)
        elif question.outcome is Outcome.MET and self._happens(habits.returns):
            return habits.reasons.pick(self.uniform)
        return None

    def _exchange(self, handed: HandOver, start: datetime) -> tuple[SimulatedMessage, SimulatedMessage]:
        """Return what a partner asks the newcomer, and the reply."""
        asked_at = self._moment(start, handed.closes_at)
        replied_at = self._moment(asked_at, handed.closes_at)
        return (
            write_message(self.population, "partner-question", handed.language, asked_at),
            write_message(self.population, "partner-reply", handed.language, replied_at),
        )

    def _moment(self, start: datetime, end: datetime) -> datetime:
        """Return a moment between two: in office hours on a later day, if there is one."""
        days = (end.date() - start.date()).days
        if days:
            day = start.date() + _ONE_DAY * (1 + int(self.uniform() * days))
            while not is_working_day(day):
                day += _ONE_DAY
            start = datetime.combine(day, _OPENS, AMSTERDAM)
            end = min(end, datetime.combine(day, _CLOSES, AMSTERDAM))
        return start + (end - start) * self.uniform()

    def _happens(self, chance: float) -> bool:
        return self.uniform() < chance

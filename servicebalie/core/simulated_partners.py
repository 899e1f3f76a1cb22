"""Simulated partners: what becomes of a question that is handed to one of them.

How a question ends, and when, the simulation of the visits has said already; where it goes, only routing
knows. So partners draw from a source of numbers of their own, at the moment at which they get a question.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

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
    """A question that a partner of some kind gets, and the moment in office hours at which it is closed.

    Unless the partner says something until the end of `respond_by`, the question goes back to the desk.
    """

    question: SimulatedQuestion
    language: str
    destination: Destination
    at: datetime
    respond_by: date
    closes_at: datetime

    @property
    def outlasts(self) -> bool:
        """Whether the partner must say something, if only a question to the newcomer, before it can help."""
        return self.respond_by < self.closes_at.date() and not self.asked_back

    @property
    def last_at(self) -> datetime:
        """Until when a partner who says something at all says the first thing."""
        in_time = datetime.combine(self.respond_by, _CLOSES, AMSTERDAM)
        return max(self.complete_at, in_time) if self.outlasts else self.closes_at

    @property
    def complete_at(self) -> datetime:
        """When the partner knows all: at once, or with the reply to what was asked back."""
        replies = (message.at for message in self.question.messages if message.from_newcomer)
        return max([self.at, *replies])

    @property
    def asked_back(self) -> bool:
        """Whether the one who handles the question asks something, as the simulation of visits has it."""
        return any(message.awaits_reply for message in self.question.messages)


@dataclass(frozen=True, slots=True)
class SimulatedCourse:
    """What a partner does with a question, and how that ends: completed, returned, expired or revoked.

    `reason` is why it is returned. The desk looks at what comes back, returned or expired, at `sends_on_at`.
    """

    accepts_at: datetime | None
    messages: tuple[SimulatedMessage, ...]
    end: ReferralStatus
    ends_at: datetime
    reason: ReturnReason | None = None
    sends_on_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SimulatedPartners:
    """The partners of a population, drawing from one source of numbers."""

    population: Population
    uniform: Uniform

    def first_course(self, handed: HandOver) -> SimulatedCourse:
        """Return what the first partner does with a question."""
        habits = self.population.partners[handed.destination]
        if handed.outlasts and self._happens(habits.silent):
            expires_at = datetime.combine(handed.respond_by + _ONE_DAY, time(), AMSTERDAM)
            return self._given_back(handed, ReferralStatus.EXPIRED, expires_at)
        reason = self._reason(habits, handed.question)
        if reason is None:
            return self.next_course(handed)
        returned_at = self._moment(handed.complete_at, handed.last_at)
        return self._given_back(handed, ReferralStatus.RETURNED, returned_at, reason)

    def next_course(self, handed: HandOver) -> SimulatedCourse:
        """Return what a partner does who does not return a question: it deals with it until it is closed."""
        habits = self.population.partners[handed.destination]
        start = handed.complete_at
        accepts_at = None
        # Who asks something has taken the question on.
        if handed.outlasts or (not handed.asked_back and self._happens(habits.accepts)):
            accepts_at = start = self._moment(start, handed.last_at)
        in_writing = handed.question.text is not None
        asks = in_writing and not handed.asked_back and self._happens(habits.asks_back)
        messages = self._exchange(handed, start) if asks else ()
        withdrawn = handed.question.outcome is Outcome.WITHDRAWN
        end = ReferralStatus.REVOKED if withdrawn else ReferralStatus.COMPLETED
        return SimulatedCourse(accepts_at, messages, end, handed.closes_at)

    def _given_back(
        self, handed: HandOver, end: ReferralStatus, at: datetime, reason: ReturnReason | None = None
    ) -> SimulatedCourse:
        sends_on_at = self._moment(at, handed.closes_at)
        return SimulatedCourse(None, (), end, at, reason, sends_on_at)

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
        """Return a moment in office hours between two, on a later day than the first if there is one."""
        day = start.date()
        days = (end.date() - day).days
        if days:
            day += _ONE_DAY * (1 + int(self.uniform() * days))
            while not is_working_day(day):
                day += _ONE_DAY
        first = max(start, datetime.combine(day, _OPENS, AMSTERDAM))
        last = min(end, datetime.combine(day, _CLOSES, AMSTERDAM))
        return first + (last - first) * self.uniform()

    def _happens(self, chance: float) -> bool:
        return self.uniform() < chance

"""Trying rules on questions that were asked before; nothing is stored."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.core.directory import Directory, Service
from servicebalie.core.routing import RoutingFacts, route
from servicebalie.core.routing_rules import Rule, RuleSet
from servicebalie.models.questions import Question, Visit

MOST_QUESTIONS = 10_000
MOST_REFERENCES = 100
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Move:
    """How many questions would go to another service than by the rules in force."""

    from_service: Service
    to_service: Service
    count: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What rules would do with the questions that were looked at; `references` are the newest that move."""

    looked_at: int
    moves: tuple[Move, ...]
    references: tuple[str, ...]

    @property
    def moved(self) -> int:
        """How many questions would go elsewhere."""
        return sum(move.count for move in self.moves)


def try_rules(
    session: Session, desk_id: int, directory: Directory, rules: Sequence[Rule], *, last: int, cleared: bool
) -> Trial:
    """Compare rules with those in force on the newest questions, at the moment each was asked.

    Only coded facts are read. How busy services were then is not known, so nobody counts as full. Questions
    on sensitive topics are left out for who is not `cleared` for them.
    """
    tried = replace(directory, rules=RuleSet(directory.rules.version, tuple(rules)))
    moves: Counter[tuple[int, int]] = Counter()
    references: list[str] = []
    looked_at = 0
    for row in _facts(session, desk_id, _topics(directory, cleared=cleared), last):
        facts = _routing_facts(row)
        now, then = (route(facts, each, row.received_at).service.id for each in (directory, tried))
        looked_at += 1
        if now != then:
            moves[now, then] += 1
            if len(references) < MOST_REFERENCES:
                references.append(row.reference)
    told = tuple(Move(directory[now], directory[then], count) for (now, then), count in moves.most_common())
    return Trial(looked_at, told, tuple(references))


def _facts(session: Session, desk_id: int, topics: Sequence[str], last: int) -> Iterator[Any]:
    """Yield the coded facts of the newest questions, one query for each page."""
    query = (
        select(
            Question.id,
            Question.reference,
            Question.topic,
            Question.language,
            Question.municipality,
            Question.channel,
            Question.received_at,
            Visit.group,
            Visit.stay,
            Visit.arrival,
            Visit.registration,
        )
        .join(Visit, Visit.id == Question.visit_id)
        .where(Question.desk_id == desk_id, Question.topic.in_(topics))
        .order_by(Question.id.desc())
    )
    page = session.execute(query.limit(min(last, PAGE))).all()
    while page:
        yield from page
        last -= len(page)
        full = len(page) == PAGE and last > 0
        page = (
            session.execute(query.where(Question.id < page[-1].id).limit(min(last, PAGE))).all()
            if full
            else []
        )


def _topics(directory: Directory, *, cleared: bool) -> list[str]:
    topics = directory.code_lists.topics.values()
    return [topic.code for topic in topics if cleared or not topic.sensitive]


def _routing_facts(row: Any) -> RoutingFacts:
    return RoutingFacts(
        topic=row.topic,
        language=row.language,
        municipality=row.municipality,
        group=row.group,
        stay=row.stay,
        arrival=row.arrival,
        registration=row.registration,
        channel=row.channel,
    )

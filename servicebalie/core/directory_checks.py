"""What is wrong with a directory as a whole: ids that come twice, hours that overlap."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import combinations, pairwise

from servicebalie.core.directory import Location, Schedule, Service
from servicebalie.core.directory_entries import Entry
from servicebalie.core.errors import Fault
from servicebalie.core.holiday_hours import without_comments
from servicebalie.core.opening import AMSTERDAM, Opening, openings_within

_A_YEAR = timedelta(days=365)
_ALWAYS = "24/7"
"""Opening hours of who never closes."""
_HOLIDAYS = Schedule("PH 00:00-24:00")


def faults_of_entries(entries: Sequence[Entry], today: date) -> Iterator[Fault]:
    """Yield what is wrong with entries that are right one by one; overlaps are looked for from `today` on."""
    yield from _repeated(entries)
    yield from _places_that_differ(entries)
    for entry in entries:
        for service, pointer in zip(entry.services, entry.service_pointers, strict=True):
            if any(True for _ in overlapping_schedules(service, today)):
                yield Fault(pointer, "hours-overlap")


def overlapping_schedules(service: Service, today: date) -> Iterator[tuple[Schedule, Schedule]]:
    """Yield pairs of schedules at one place in the same languages that overlap within the next year."""
    alike: defaultdict[tuple[str | None, frozenset[str]], list[Schedule]] = defaultdict(list)
    for schedule in service.schedules:
        if schedule.opening_hours:
            at = schedule.location
            place = None if at is None else at.uid or repr(at)
            alike[place, schedule.languages].append(schedule)
    for schedules in alike.values():
        for one, other in combinations(schedules, 2):
            places = range(max(len(one.dated), len(other.dated), 1))
            if any(_overlap(one.at(place), other.at(place), today) for place in places):
                yield one, other


def ended_schedules(service: Service, today: date) -> tuple[Schedule, ...]:
    """Return the schedules that are not valid any more."""
    return tuple(each for each in service.schedules if each.valid_to is not None and each.valid_to < today)


def silent_about_holidays(service: Service, today: date) -> Iterator[tuple[Schedule, date]]:
    """Yield schedules that say nothing of public holidays, with the first of a year on which they open."""
    holidays = openings_within([_HOLIDAYS], datetime.combine(today, time(), AMSTERDAM), _A_YEAR)
    for schedule in service.schedules:
        if schedule.opening_hours == _ALWAYS or "PH" in without_comments(schedule.opening_hours):
            continue
        for holiday in holidays:
            if found := openings_within([schedule], holiday.starts_at, _length(holiday), service.closures):
                yield schedule, found[0].starts_at.date()
                break


def _length(opening: Opening) -> timedelta:
    return opening.ends_at - opening.starts_at if opening.ends_at else timedelta(0)


def _overlap(one: Schedule, other: Schedule, today: date) -> bool:
    first = max(day for day in (today, one.valid_from, other.valid_from) if day is not None)
    last = min((day for day in (one.valid_to, other.valid_to) if day is not None), default=None)
    if last is not None and last < first:
        return False
    start = datetime.combine(first, time(), AMSTERDAM)
    span = _A_YEAR if last is None else min(_A_YEAR, timedelta(days=(last - first).days + 1))
    if one.opening_hours == other.opening_hours:
        return bool(openings_within([one], start, span))
    ours, theirs = (openings_within([schedule], start, span) for schedule in (one, other))
    end = start + span
    spans = sorted((opening.starts_at, opening.ends_at or end) for opening in (*ours, *theirs))
    return any(earlier[1] > later[0] for earlier, later in pairwise(spans))


def _repeated(entries: Iterable[Entry]) -> Iterator[Fault]:
    seen: set[str] = set()
    for pointer, uid in _uids(entries):
        if uid in seen:
            yield Fault(pointer, "uid-repeated")
        seen.add(uid)


def _uids(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Yield where the uids of organisations, services and schedules are, of those that have one."""
    for entry in entries:
        if entry.organisation.uid:
            yield entry.pointer, entry.organisation.uid
        for service, pointer in zip(entry.services, entry.service_pointers, strict=True):
            if service.uid:
                yield pointer, service.uid
            yield from ((pointer, schedule.uid) for schedule in service.schedules if schedule.uid)


def _places_that_differ(entries: Iterable[Entry]) -> Iterator[Fault]:
    """Yield a fault where a place has the id of another, or comes twice; services may share a place."""
    known: dict[str, Location] = {}
    for entry in entries:
        for service, pointer in zip(entry.services, entry.service_pointers, strict=True):
            own = [place.uid for place in service.locations if place.uid]
            if len({*own}) < len(own):
                yield Fault(pointer, "uid-repeated")
            for place in service.locations:
                if place.uid and known.setdefault(place.uid, place) != place:
                    yield Fault(pointer, "uid-repeated")

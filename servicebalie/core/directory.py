"""The partner directory as routing needs it: who helps with what, where, when and in which languages.

The words and the relations follow the Human Services Data Specification (Open Referral HSDS 3). A `uid` is
the UUID by which other directories know an entry; it is given when the entry is stored and never changes.
It says which entry this is and not what is in it, so two entries that say the same are equal.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from servicebalie.core.code_lists import CodeLists, Topic
from servicebalie.core.vocabulary import Accessibility, Destination, Group, Registration, Stay

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation that offers services; `kind` is the destination its services are by default."""

    id: int
    name: str
    kind: Destination
    description: str | None = None
    url: str | None = None
    email: str | None = None
    uid: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a service is; `municipality` is the CBS code."""

    street: str
    postal_code: str
    city: str
    municipality: str
    accessibility: frozenset[Accessibility] = frozenset()
    accessibility_note: str | None = None
    uid: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Hours of a service, from `valid_from` up to and including `valid_to` (None: no bound).

    `opening_hours` is in the OpenStreetMap syntax, in Dutch local time; empty means by appointment.
    `languages` are spoken in these hours besides the languages of the service, which always are.
    `location` is the one of the service's locations where these are the hours (None: at each of them).
    """

    opening_hours: str
    valid_from: date | None = None
    valid_to: date | None = None
    languages: frozenset[str] = frozenset()
    note: str | None = None
    location: Location | None = None
    uid: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days, both included, on which nobody of a service works, so that no term runs."""

    first_day: date
    last_day: date
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """What a service costs, in words, as an amount in hundredths of a currency (ISO 4217), or both.

    It holds from `valid_from` up to and including `valid_to` (None: no bound).
    """

    text: str | None = None
    cents: int | None = None
    currency: str = "EUR"
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whom a service is for; an empty set means everybody."""

    groups: frozenset[Group] = frozenset()
    stays: frozenset[Stay] = frozenset()
    registrations: frozenset[Registration] = frozenset()

    def admits(self, group: Group | None, stay: Stay | None, registration: Registration | None) -> bool:
        """Whether nothing that is known of the person keeps them out.

        What is not known keeps nobody out: the service finds out itself.
        """
        return (
            _may_be_in(group, Group.UNKNOWN, self.groups)
            and _may_be_in(stay, Stay.UNKNOWN, self.stays)
            and _may_be_in(registration, Registration.UNKNOWN, self.registrations)
        )


def _may_be_in(value: T | None, unknown: T, admitted: frozenset[T]) -> bool:
    return not admitted or value is None or value == unknown or value in admitted


EVERYBODY = Eligibility()


@dataclass(frozen=True, slots=True)
class Service:
    """What an organisation offers.

    `topics` are topics or main topics it helps with (empty: every topic that goes to its destination,
    except the sensitive ones); `municipalities` are CBS codes (None: the whole country);
    `response_days` are working days; a service that does not take referrals is only signposted. `capacity`
    is how many referrals it can have open at once (None: no limit is known). `assured_on` is the day on which
    somebody last said that all this is right, `assured_by` the function or organisation that said so, never a
    person.
    """

    id: int
    name: str
    organisation: str
    organisation_id: int
    destination: Destination
    topics: frozenset[str] = frozenset()
    municipalities: frozenset[str] | None = None
    languages: frozenset[str] = frozenset()
    locations: tuple[Location, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    closures: tuple[Closure, ...] = ()
    eligibility: Eligibility = EVERYBODY
    capacity: int | None = None
    phone: str | None = None
    email: str | None = None
    url: str | None = None
    response_days: int = 5
    takes_referrals: bool = True
    active: bool = True
    description: str | None = None
    fees: tuple[Fee, ...] = ()
    assured_on: date | None = None
    assured_by: str | None = None
    uid: str | None = field(default=None, compare=False)

    @property
    def location(self) -> Location | None:
        """Its first location, where people are sent unless they live near another; None without any."""
        return self.locations[0] if self.locations else None

    def position_of(self, location: Location) -> int:
        """The place of a location among those of the service; raises `ValueError` when it is none of them."""
        for position, own in enumerate(self.locations):
            if own.uid == location.uid and own == location:
                return position
        raise ValueError("this is not a location of the service")

    def handles(self, topic: Topic) -> bool:
        """Whether it helps with the topic; a sensitive topic needs to be named, itself or its main topic."""
        if topic.code in self.topics or topic.parent in self.topics:
            return True
        return not self.topics and not topic.sensitive

    def serves(self, municipality: str) -> bool:
        """Whether people who live in the municipality may come."""
        return self.municipalities is None or municipality in self.municipalities

    def covers(self, municipalities: frozenset[str] | None) -> bool:
        """Whether it serves every one of the municipalities (None: the whole country)."""
        if self.municipalities is None:
            return True
        return municipalities is not None and municipalities <= self.municipalities

    def speaks(self, language: str, today: date) -> bool:
        """Whether the language is spoken here, always or in hours that have not ended."""
        return language in self.languages or bool(self._schedules_only_in(language, today))

    def schedules_for(self, language: str | None, today: date) -> tuple[Schedule, ...]:
        """The schedules in which the language is spoken; all of them for None or when it never is."""
        if language is None or language in self.languages:
            return self.schedules
        return self._schedules_only_in(language, today) or self.schedules

    def _schedules_only_in(self, language: str, today: date) -> tuple[Schedule, ...]:
        return tuple(
            [
                schedule
                for schedule in self.schedules
                if language in schedule.languages
                and (schedule.valid_to is None or schedule.valid_to >= today)
            ]
        )


@dataclass(frozen=True, slots=True)
class Directory:
    """One version of the directory of a desk, indexed for routing when it is made.

    `services` are the partners' by id; `desk_service` is the desk itself, which is where everything
    goes that nobody else can take.
    """

    version: int
    desk_service: Service
    services: Mapping[int, Service]
    code_lists: CodeLists
    _candidates: Mapping[tuple[Destination, str], tuple[Service, ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        candidates: defaultdict[tuple[Destination, str], list[Service]] = defaultdict(list)
        for _, service in sorted(self.services.items()):
            if service.active:
                for topic in self.code_lists.topics.values():
                    if service.handles(topic):
                        candidates[service.destination, topic.code].append(service)
        index = {key: tuple(services) for key, services in candidates.items()}
        object.__setattr__(self, "_candidates", index)

    def candidates(self, destination: Destination, topic: Topic) -> tuple[Service, ...]:
        """The active services of this destination that help with the topic, lowest id first."""
        return self._candidates.get((destination, topic.code), ())

    def service(self, service_id: int) -> Service | None:
        """The service with this id, the desk's own included, or None."""
        return self.desk_service if service_id == self.desk_service.id else self.services.get(service_id)

    def __getitem__(self, service_id: int) -> Service:
        """The service that a stored question names; services are closed, never deleted."""
        return self.desk_service if service_id == self.desk_service.id else self.services[service_id]

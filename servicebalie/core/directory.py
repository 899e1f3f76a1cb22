"""The partner directory as routing needs it: who helps with what, where, when and in which languages.

The words and the relations follow the Human Services Data Specification (Open Referral HSDS 3). A `uid` is
the UUID by which other directories know an entry; it is given when the entry is stored and never changes.
It says which entry this is and not what is in it, so two entries that say the same are equal.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from servicebalie.core.bit_sets import BitSets, LastingSet, numbers_in
from servicebalie.core.code_lists import CodeLists, Municipality, Topic
from servicebalie.core.hours_index import HoursIndex
from servicebalie.core.routing_rules import NO_RULES, PlacedRules, RuleSet, rules_by_topic
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
    `dated` are the hours with the days of school holidays written out, where `SH` stands in them: at each of
    those locations, in their order, or one for all (see `servicebalie.core.school_holidays`). `hours` are
    those that are read: at the first of several locations where they differ.
    """

    opening_hours: str
    valid_from: date | None = None
    valid_to: date | None = None
    languages: frozenset[str] = frozenset()
    note: str | None = None
    location: Location | None = None
    uid: str | None = field(default=None, compare=False)
    dated: tuple[str, ...] = field(default=(), compare=False, repr=False)
    hours: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hours", self.dated[0] if self.dated else self.opening_hours)

    def at(self, position: int) -> "Schedule":
        """The same as it is read at one of the service's locations, by its place among them."""
        return replace(self, dated=(self.dated[position],)) if len(self.dated) > 1 else self

    def everywhere(self) -> "tuple[Schedule, ...]":
        """The same as it is read at each location, once where there is no difference."""
        return tuple(replace(self, dated=(each,)) for each in dict.fromkeys(self.dated)) or (self,)


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
    def full_name(self) -> str:
        """Its name after that of its organisation, as rules may call it."""
        return f"{self.organisation} / {self.name}"

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
        return language in self.languages or bool(_hours_in(self.schedules, language, today))

    def schedules_for(self, language: str | None, today: date) -> tuple[Schedule, ...]:
        """The schedules in which the language is spoken; all of them for None or when it never is.

        Where school holidays differ between its locations, a schedule is told as it is read at each of them.
        """
        schedules = self.schedules
        if any(len(schedule.dated) > 1 for schedule in schedules):
            schedules = tuple(each for schedule in schedules for each in schedule.everywhere())
        return _schedules_for(self, schedules, language, today)

    def schedules_at(
        self, location: Location | None, language: str | None, today: date
    ) -> tuple[Schedule, ...]:
        """`schedules_for` as they are at one of its locations, or for None at any of them."""
        offers = [offer for offer in self.offers() if location in {None, offer.location}]
        return tuple(each for offer in offers for each in offer.schedules_for(language, today))

    def offers(self) -> "tuple[Offer, ...]":
        """The service at each of its locations, in their order."""
        if not self.locations:
            return (Offer(self, None, self.schedules),)
        return tuple(
            Offer(self, location, tuple(s.at(here) for s in self.schedules if s.location in (None, location)))
            for here, location in enumerate(self.locations)
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """A service at one of its locations, None for a service without any, with the hours that it has there."""

    service: Service
    location: Location | None
    schedules: tuple[Schedule, ...]

    @property
    def municipalities(self) -> frozenset[str]:
        """The CBS codes of where it is: of its location or, without one, of where it serves people.

        Who is reached by telephone is as near as who is down the road, but not who serves the whole country.
        """
        if self.location:
            return frozenset({self.location.municipality})
        return self.service.municipalities or frozenset()

    def speaks(self, language: str, today: date) -> bool:
        """Whether the language is spoken at this location, always or in hours that have not ended."""
        return language in self.service.languages or bool(_hours_in(self.schedules, language, today))

    def schedules_for(self, language: str | None, today: date) -> tuple[Schedule, ...]:
        """The hours here in which the language is spoken; all of them for None or when it never is."""
        return _schedules_for(self.service, self.schedules, language, today)


def _schedules_for(
    service: Service, schedules: tuple[Schedule, ...], language: str | None, today: date
) -> tuple[Schedule, ...]:
    if language is None or language in service.languages:
        return schedules
    return _hours_in(schedules, language, today) or schedules


def _hours_in(schedules: Iterable[Schedule], language: str, today: date) -> tuple[Schedule, ...]:
    """The schedules in which a language is spoken and that have not ended."""
    return tuple(
        [
            schedule
            for schedule in schedules
            if language in schedule.languages and (schedule.valid_to is None or schedule.valid_to >= today)
        ]
    )


class OfferIndex:
    """The offers of the services that are open, in the order of their ids, and sets of them.

    A set is an integer (see `servicebalie.core.bit_sets`), so that the services that may help are found in
    a few microseconds, however many there are.
    """

    def __init__(
        self, services: Mapping[int, Service], code_lists: CodeLists, area: frozenset[str] | None
    ) -> None:
        active = [service for _, service in sorted(services.items()) if service.active]
        self._offers = tuple(offer for service in active for offer in service.offers())
        self._of_service: BitSets[int] = BitSets()
        self._helping: BitSets[tuple[Destination, str]] = BitSets()
        self._general: BitSets[Destination] = BitSets()
        self._serving: BitSets[str | None] = BitSets()
        self._admitting: BitSets[tuple[str, str | None]] = BitSets()
        self._located: BitSets[str] = BitSets()
        self._speaking: dict[str, LastingSet] = {}
        self.hours = HoursIndex()
        self.covering_desk = 0
        self.limited = 0
        for number, offer in enumerate(self._offers):
            self._add(1 << number, offer, area, code_lists)
        self._topics = {
            (destination, topic.code): self._helping_with(destination, topic)
            for destination in Destination
            for topic in code_lists.topics.values()
        }

    def helping(self, destination: Destination, topic: Topic) -> int:
        """The offers of this destination that help with a topic."""
        return self._topics.get((destination, topic.code), 0)

    def of_service(self, service_id: int) -> int:
        """The offers of a service; none when it is closed or unknown."""
        return self._of_service.of(service_id)

    def serving(self, municipality: str) -> int:
        """The offers for people who live in a municipality."""
        return self._serving.of(None) | self._serving.of(municipality)

    def admitting(self, group: Group | None, stay: Stay | None, registration: Registration | None) -> int:
        """The offers for which nothing that is known of a person keeps them out (`Eligibility.admits`)."""
        admitted = -1
        for kind, value in (("group", group), ("stay", stay), ("registration", registration)):
            if value is not None and value != Group.UNKNOWN.value:
                admitted &= self._admitting.of((kind, None)) | self._admitting.of((kind, value))
        return admitted

    def speaking(self, language: str, today: date) -> int:
        """The offers where a language is spoken, always or in hours that have not ended."""
        speakers = self._speaking.get(language)
        return speakers.on(today) if speakers else 0

    def nearest(self, offers: int, here: Municipality | None) -> int:
        """The nearest of some offers: in the municipality, else its COROP area, else its province."""
        for area in (here.code, here.corop, here.province) if here else ():
            if near := offers & self._located.of(area):
                return near
        return offers

    def listed(self, offers: int) -> list[Offer]:
        """The offers of a set, lowest id first."""
        return [self._offers[number] for number in numbers_in(offers)]

    def __getitem__(self, number: int) -> Offer:
        """The offer of a bit."""
        return self._offers[number]

    def first(self, offers: int) -> Offer:
        """The offer with the lowest id of some, at least one."""
        return self._offers[(offers & -offers).bit_length() - 1]

    def chosen(self, offers: int, wanted: Callable[[Offer], bool]) -> int:
        """Those of some offers for which something is so."""
        return sum(1 << number for number in numbers_in(offers) if wanted(self._offers[number]))

    def _add(self, bit: int, offer: Offer, area: frozenset[str] | None, code_lists: CodeLists) -> None:
        service = offer.service
        self._of_service.add(service.id, bit)
        for topic in service.topics:
            self._helping.add((service.destination, topic), bit)
        if not service.topics:
            self._general.add(service.destination, bit)
        for municipality in (None,) if service.municipalities is None else service.municipalities:
            self._serving.add(municipality, bit)
        if service.covers(area):
            self.covering_desk |= bit
        if service.capacity is not None:
            self.limited |= bit
        self._add_eligibility(bit, service.eligibility)
        self._add_languages(bit, offer)
        self.hours.add(bit, offer.schedules, service.closures, service.languages)
        for municipality in offer.municipalities & code_lists.municipalities.keys():
            place = code_lists.municipalities[municipality]
            for code in (place.code, place.corop, place.province):
                self._located.add(code, bit)

    def _add_eligibility(self, bit: int, eligibility: Eligibility) -> None:
        for kind, codes in (
            ("group", eligibility.groups),
            ("stay", eligibility.stays),
            ("registration", eligibility.registrations),
        ):
            for code in codes or (None,):
                self._admitting.add((kind, code), bit)

    def _add_languages(self, bit: int, offer: Offer) -> None:
        for language in offer.service.languages:
            self._speaking.setdefault(language, LastingSet()).add(bit, None)
        for schedule in offer.schedules:
            for language in schedule.languages:
                self._speaking.setdefault(language, LastingSet()).add(bit, schedule.valid_to)

    def _helping_with(self, destination: Destination, topic: Topic) -> int:
        """The same as `Service.handles` for all services at once."""
        named = self._helping.of((destination, topic.code))
        if topic.parent:
            named |= self._helping.of((destination, topic.parent))
        return named if topic.sensitive else named | self._general.of(destination)


@dataclass(frozen=True, slots=True)
class Directory:
    """One version of the directory of a desk, indexed for routing when it is made.

    `services` are the partners' by id; `desk_service` is the desk itself, which is where everything
    goes that nobody else can take; `rules` are the desk's own for routing.
    """

    version: int
    desk_service: Service
    services: Mapping[int, Service]
    code_lists: CodeLists
    rules: RuleSet = NO_RULES
    offers: OfferIndex = field(init=False, repr=False, compare=False)
    _rules_by_topic: Mapping[str | None, PlacedRules] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = OfferIndex(self.services, self.code_lists, self.desk_service.municipalities)
        object.__setattr__(self, "offers", index)
        by_topic = rules_by_topic(self.rules.rules, self.code_lists.topics.values())
        object.__setattr__(self, "_rules_by_topic", by_topic)

    def candidates(self, destination: Destination, topic: Topic) -> tuple[Service, ...]:
        """The active services of this destination that help with the topic, lowest id first."""
        found = self.offers.listed(self.offers.helping(destination, topic))
        return tuple({offer.service.id: offer.service for offer in found}.values())

    def rules_about(self, topic: Topic | None) -> PlacedRules:
        """The rules whose condition on the topic holds; None is a topic that is not known."""
        return self._rules_by_topic[topic.code if topic else None]

    def service(self, service_id: int) -> Service | None:
        """The service with this id, the desk's own included, or None."""
        return self.desk_service if service_id == self.desk_service.id else self.services.get(service_id)

    def __getitem__(self, service_id: int) -> Service:
        """The service that a stored question names; services are closed, never deleted."""
        return self.desk_service if service_id == self.desk_service.id else self.services[service_id]

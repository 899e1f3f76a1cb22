"""A directory as it goes from one desk or system to another: organisations with their services.

Whatever the form of the file, what it says about an entry is gathered in `Fields` and made into an entry
here, so that every file is held against the same rules.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from servicebalie.core.code_lists import CodeLists
from servicebalie.core.directory import Closure, Eligibility, Fee, Location, Organisation, Schedule, Service
from servicebalie.core.errors import Fault, InvalidOpeningHours, ParamValue
from servicebalie.core.opening import check_opening_hours
from servicebalie.core.vocabulary import Accessibility, Destination, Group, Registration, Stay

WHOLE_COUNTRY = "NL"
"""The area of a service that serves everybody; a file must say so, for an area may be forgotten."""

MAX_NAME = 160
MAX_NOTE = 300
MAX_DESCRIPTION = 4000
MAX_FUNCTION = 60
MAX_NUMBER = 1_000_000
DEFAULT_RESPONSE_DAYS = 5
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2088, 12, 31)
_NO_END = ("9999-12-31", "31-12-9999")
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
_DUTCH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_FLAGS = {"true": True, "yes": True, "ja": True, "waar": True}
_NO_FLAGS = {"false": False, "no": False, "nee": False, "onwaar": False}

_NOT_IN_A_FILE = frozenset({"id", "organisation"})

C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Entry:
    """An organisation with its services, and where in the file each of them is."""

    organisation: Organisation
    services: tuple[Service, ...]
    pointer: str = field(default="", compare=False)
    service_pointers: tuple[str, ...] = field(default=(), compare=False)


class Fields:
    """What a file says about one thing; what is wrong with it goes to `faults`."""

    def __init__(self, pointer: str, faults: list[Fault]) -> None:
        self.pointer = pointer
        self.faults = faults
        self._values: dict[str, tuple[Any, str]] = {}

    def put(self, name: str, value: object, pointer: str) -> None:
        """Note a value and where in the file it is; None is nothing."""
        if value is not None:
            self._values[name] = (value, pointer)

    def has(self, *names: str) -> bool:
        """Whether the file says any of this."""
        return any(name in self._values for name in names)

    def value(self, name: str) -> Any:
        """Return a value as it is in the file, or None."""
        return self._values.get(name, (None, ""))[0]

    def fault(self, name: str, code: str, **params: ParamValue) -> None:
        """Note what is wrong with a value, or with the thing when there is no such value."""
        self.faults.append(Fault(self._values.get(name, (None, self.pointer))[1], code, params))

    def text(self, name: str, limit: int) -> str | None:
        """Return a text of at most `limit` characters, or None for nothing."""
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.fault(name, "not-text")
            return None
        # PostgreSQL cannot store NUL; a lone surrogate cannot be sent anywhere.
        text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        text = text.encode(errors="replace").decode().strip()
        if len(text) > limit:
            self.fault(name, "text-too-long", limit=limit)
        return text or None

    def required(self, name: str, limit: int) -> str:
        """Return a text that must be there."""
        text = self.text(name, limit)
        if text is None and not isinstance(self.value(name), int | float | list | dict):
            self.fault(name, "required")
        return text or ""

    def matching(self, name: str, limit: int, pattern: re.Pattern[str], code: str) -> str | None:
        """Return a text that must look like the pattern, or None for nothing."""
        text = self.text(name, limit)
        if text is not None and not pattern.fullmatch(text):
            self.fault(name, code)
        return text

    def uid(self, name: str = "uid") -> str | None:
        """Return a UUID, or None for nothing."""
        text = self.text(name, MAX_NAME)
        if text is not None and not _UID.fullmatch(text.lower()):
            self.fault(name, "invalid-uid")
        return text and text.lower()

    def day(self, name: str) -> date | None:
        """Return a day, as 2026-12-31 or as spreadsheets here write it, 31-12-2026."""
        text = self.text(name, MAX_NAME)
        if text is None:
            return None
        dutch = _DUTCH_DAY.fullmatch(text)
        try:
            day = (
                date(int(dutch[3]), int(dutch[2]), int(dutch[1]))
                if dutch
                else date.fromisoformat(text.partition("T")[0])
            )
        except ValueError:
            self.fault(name, "invalid-date")
            return None
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fault(name, "day-out-of-range", first=str(FIRST_DAY), last=str(LAST_DAY))
            return None
        return day

    def number(self, name: str, default: Any) -> Any:
        """Return a whole number from 0 on."""
        value = self.value(name)
        if value is None:
            return default
        try:
            number = int(str(value).strip())
        except ValueError:
            self.fault(name, "not-a-number")
            return default
        if not 0 <= number <= MAX_NUMBER:
            self.fault(name, "number-out-of-range", least=0, most=MAX_NUMBER)
            return default
        return number

    def cents(self, name: str) -> int | None:
        """Return an amount in hundredths, written as 12.50 or as here, 12,50."""
        value = self.value(name)
        if value is None:
            return None
        try:
            cents = Decimal(str(value).strip().replace(",", ".")) * 100
        except ArithmeticError:
            cents = Decimal(-1)
        if not (cents.is_finite() and cents == cents.to_integral_value() and 0 <= cents <= MAX_NUMBER * 100):
            self.fault(name, "invalid-amount")
            return None
        return int(cents)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return whether something is so."""
        value = self.value(name)
        if value is None:
            return default
        found = {**_FLAGS, **_NO_FLAGS}.get(str(value).strip().lower())
        if found is None:
            self.fault(name, "not-a-boolean")
            return default
        return found

    def items(self, name: str) -> list[str]:
        """Return the parts of a list, which in a cell stand between spaces or commas."""
        value = self.value(name)
        if isinstance(value, str):
            return value.replace(",", " ").split()
        return [each for each in value or () if isinstance(each, str)]

    def codes(self, name: str, known: Collection[str], code: str) -> frozenset[str]:
        """Return a list of codes that must be known."""
        found = self.items(name)
        self._refuse_unknown(name, found, known, code)
        return frozenset(found)

    def members(self, name: str, codes: type[C]) -> frozenset[C]:
        """Return a list of members of a closed code list."""
        found = self.items(name)
        if self._refuse_unknown(name, found, {*codes}, "unknown-code", allowed=", ".join(codes)):
            return frozenset()
        return frozenset(map(codes, found))

    def _refuse_unknown(
        self, name: str, found: Sequence[str], known: Collection[str], code: str, **params: ParamValue
    ) -> bool:
        """Note what is not known, and tell whether there is any; in a cell with several, which one it is."""
        unknown = [number for number, each in enumerate(found) if each not in known]
        if unknown and (len(found) == 1 or not isinstance(self.value(name), str)):
            self.fault(name, code, **params)
        else:
            pointer = self._values.get(name, (None, self.pointer))[1]
            self.faults += [Fault(f"{pointer}/{number}", code, params) for number in unknown]
        return bool(unknown)

    def member(self, name: str, codes: type[C], default: C) -> C:
        """Return a member of a closed code list."""
        text = self.text(name, MAX_NAME)
        if text is None:
            return default
        try:
            return codes(text)
        except ValueError:
            self.fault(name, "unknown-code", allowed=", ".join(codes))
            return default

    def period(self, first: str, last: str) -> tuple[date | None, date | None]:
        """Return two days of which the last must not lie before the first."""
        start, end = self.day(first), self.day(last)
        if start and end and start > end:
            self.fault(last, "from-after-to")
        return start, end

    def validity(self, first: str, last: str) -> tuple[date | None, date | None]:
        """Return from which day and until which something holds; elsewhere a last day stands for no end."""
        if self.value(last) in _NO_END:
            return self.day(first), None
        return self.period(first, last)


def organisation_of(fields: Fields) -> Organisation:
    """Make an organisation of what a file says."""
    return Organisation(
        id=0,
        name=fields.required("name", MAX_NAME),
        kind=fields.member("kind", Destination, Destination.OTHER),
        description=fields.text("description", MAX_DESCRIPTION),
        url=fields.matching("url", 300, _ADDRESS, "invalid-address"),
        email=fields.matching("email", 254, _EMAIL, "invalid-email"),
        uid=fields.uid(),
    )


def location_of(fields: Fields, lists: CodeLists) -> Location:
    """Make a location of what a file says."""
    code = fields.required("municipality", MAX_NAME)
    if code and code not in lists.municipalities:
        fields.fault("municipality", "unknown-municipality")
    return Location(
        street=fields.required("street", 120),
        postal_code=fields.required("postal_code", 10),
        city=fields.required("city", 80),
        municipality=code,
        accessibility=fields.members("accessibility", Accessibility),
        accessibility_note=fields.text("accessibility_note", MAX_NOTE),
        uid=fields.uid(),
    )


def schedule_of(fields: Fields, lists: CodeLists, location: Location | None) -> Schedule:
    """Make a schedule of what a file says."""
    hours = fields.text("hours", MAX_NOTE) or ""
    try:
        if hours:
            check_opening_hours(hours)
    except InvalidOpeningHours as error:
        fields.fault("hours", error.code)
    first, last = fields.validity("from", "to")
    return Schedule(
        opening_hours=hours,
        valid_from=first,
        valid_to=last,
        languages=fields.codes("languages", lists.languages, "unknown-language"),
        note=fields.text("note", MAX_NOTE),
        location=location,
        uid=fields.uid(),
    )


def fee_of(fields: Fields) -> Fee:
    """Make a fee of what a file says."""
    first, last = fields.validity("from", "to")
    return Fee(
        text=fields.text("text", MAX_NOTE),
        cents=fields.cents("amount"),
        currency=fields.matching("currency", 3, re.compile("[A-Z]{3}"), "invalid-amount") or "EUR",
        valid_from=first,
        valid_to=last,
    )


def closure_of(fields: Fields) -> Closure:
    """Make a closure of what a file says; one day needs no last day."""
    first, last = fields.period("from", "to")
    if first is None and not fields.has("from"):
        fields.fault("from", "required")
    day = first or date.min
    return Closure(day, last or day, fields.text("note", MAX_NOTE))


def service_of(
    fields: Fields,
    lists: CodeLists,
    organisation: Organisation,
    parts: Mapping[str, Iterable[Any]],
) -> Service:
    """Make a service of what a file says and of its `locations`, `schedules`, `closures` and `fees`."""
    assured_by = fields.text("assured_by", MAX_FUNCTION)
    if assured_by is not None and "@" in assured_by:
        fields.fault("assured_by", "function-not-person")
    return Service(
        id=0,
        name=fields.required("name", MAX_NAME),
        organisation=organisation.name,
        organisation_id=0,
        destination=fields.member("destination", Destination, organisation.kind),
        topics=fields.codes("topics", lists.topics, "unknown-topic"),
        municipalities=_area(fields, lists),
        languages=fields.codes("languages", lists.languages, "unknown-language"),
        locations=tuple(parts.get("locations", ())),
        schedules=tuple(parts.get("schedules", ())),
        closures=tuple(sorted(parts.get("closures", ()), key=lambda closure: closure.first_day)),
        eligibility=Eligibility(
            fields.members("groups", Group),
            fields.members("stays", Stay),
            fields.members("registrations", Registration),
        ),
        capacity=fields.number("capacity", None),
        phone=fields.text("phone", 40),
        email=fields.matching("email", 254, _EMAIL, "invalid-email"),
        url=fields.matching("url", 300, _ADDRESS, "invalid-address"),
        response_days=fields.number("response_days", DEFAULT_RESPONSE_DAYS),
        takes_referrals=fields.flag("takes_referrals", default=True),
        active=fields.flag("active", default=True),
        description=fields.text("description", MAX_DESCRIPTION),
        fees=tuple(parts.get("fees", ())),
        assured_on=fields.day("assured_on"),
        assured_by=assured_by,
        uid=fields.uid(),
    )


def identity_of(service: Service) -> tuple[object, ...]:
    """Return all that a file can say about a service, its uids included, to tell whether it changed."""
    schedules = [
        (schedule.uid, schedule.location and schedule.location.uid) for schedule in service.schedules
    ]
    return (
        service.uid,
        service.organisation_id,
        [place.uid for place in service.locations],
        schedules,
        _values(service),
    )


def _values(service: Service) -> list[object]:
    return [getattr(service, each.name) for each in fields_of(service) if each.name not in _NOT_IN_A_FILE]


def _area(fields: Fields, lists: CodeLists) -> frozenset[str] | None:
    area = fields.items("area")
    if not area:
        fields.fault("area", "area-missing")
    if area == [WHOLE_COUNTRY]:
        return None
    return fields.codes("area", lists.municipalities, "unknown-municipality") or None

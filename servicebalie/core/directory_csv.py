"""The directory as one sheet, for people who keep it in a spreadsheet.

A service has as many lines as it has places, hours, fees or closures, whichever are most. Its first line says
what the service is; on the others only the service need be named. Lists stand in one cell with spaces.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from servicebalie.core.code_lists import CodeLists
from servicebalie.core.directory import Closure, Fee, Location, Organisation, Schedule, Service
from servicebalie.core.directory_entries import (
    WHOLE_COUNTRY,
    Entry,
    Fields,
    closure_of,
    fee_of,
    location_of,
    organisation_of,
    schedule_of,
    service_of,
)
from servicebalie.core.errors import Fault

_ORGANISATION: Mapping[str, str] = {
    "uid": "organisation_uid",
    "name": "organisation",
    "kind": "kind",
    "description": "organisation_description",
    "url": "organisation_url",
    "email": "organisation_email",
}
_SERVICE: Mapping[str, str] = {
    "uid": "service_uid",
    "name": "service",
    **{
        name: name
        for name in (
            *("description", "destination", "topics", "area", "languages", "phone", "email", "url"),
            *("response_days", "takes_referrals", "active", "capacity", "groups", "stays"),
            *("registrations", "assured_on", "assured_by"),
        )
    },
}
_LOCATION: Mapping[str, str] = {
    "uid": "location_uid",
    **{
        name: name
        for name in ("street", "postal_code", "city", "municipality", "accessibility", "accessibility_note")
    },
}
_SCHEDULE: Mapping[str, str] = {
    "uid": "hours_uid",
    "hours": "hours",
    "languages": "hours_languages",
    "from": "hours_from",
    "to": "hours_to",
    "note": "hours_note",
    "location": "hours_location",
}
_FEE: Mapping[str, str] = {
    "text": "fee",
    "amount": "fee_amount",
    "currency": "fee_currency",
    "from": "fee_from",
    "to": "fee_to",
}
_CLOSURE: Mapping[str, str] = {"from": "closed_from", "to": "closed_to", "note": "closed_note"}

COLUMNS: tuple[str, ...] = tuple(
    column
    for part in (_ORGANISATION, _SERVICE, _LOCATION, _SCHEDULE, _FEE, _CLOSURE)
    for column in part.values()
)

_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
"""What a spreadsheet would take for a formula, also behind the quotes that keep it from doing so."""

Row = dict[str, str]


def write_csv(entries: Iterable[Entry]) -> str:
    """Return the sheet of a directory as spreadsheets here read it: a byte order mark, and semicolons."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.DictWriter(out, COLUMNS, restval="", delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    for entry in entries:
        for row in _rows(entry):
            writer.writerow({column: _guarded(cell) for column, cell in row.items()})
    return out.getvalue()


def parse_csv(content: str, lists: CodeLists, faults: list[Fault]) -> list[Entry]:
    """Read the sheet of a directory; faults go to `faults`, with the line and the column of each.

    Cells stand between semicolons, commas or tabs, whichever the first line has most of.
    """
    text = content.removeprefix("\ufeff").replace("\x00", "")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if "organisation" not in names or "service" not in names:
            faults.append(Fault("/1", "not-csv"))
            return []
        faults += [Fault(f"/1/{name}", "unknown-field") for name in names if name and name not in COLUMNS]
        lines = list(_lines(reader, names, faults))
    except csv.Error:
        faults.append(Fault(f"/{reader.line_num}", "not-csv"))
        return []
    return list(_entries(lines, lists, faults))


def _rows(entry: Entry) -> Iterator[Row]:
    organisation = {
        "organisation_uid": str(entry.organisation.uid or ""),
        "organisation": entry.organisation.name,
        "kind": entry.organisation.kind.value,
        "organisation_description": entry.organisation.description or "",
        "organisation_url": entry.organisation.url or "",
        "organisation_email": entry.organisation.email or "",
    }
    if not entry.services:
        yield organisation
    for service in entry.services:
        own = organisation | _service_cells(service)
        parts: Iterable[Iterable[Row]] = zip_longest(
            map(_location_cells, service.locations),
            (_schedule_cells(schedule, service) for schedule in service.schedules),
            map(_fee_cells, service.fees),
            map(_closure_cells, service.closures),
            fillvalue={},
        )
        for number, cells in enumerate([*parts] or [[]]):
            named = {
                name: own[name] for name in ("organisation_uid", "organisation", "service_uid", "service")
            }
            row = own if number == 0 else named
            for each in cells:
                row = row | each
            yield row


def _service_cells(service: Service) -> Row:
    eligibility = service.eligibility
    return {
        "service_uid": str(service.uid or ""),
        "service": service.name,
        "description": service.description or "",
        "destination": service.destination.value,
        "topics": " ".join(sorted(service.topics)),
        "area": " ".join(sorted(service.municipalities or {WHOLE_COUNTRY})),
        "languages": " ".join(sorted(service.languages)),
        "phone": service.phone or "",
        "email": service.email or "",
        "url": service.url or "",
        "response_days": str(service.response_days),
        "takes_referrals": "yes" if service.takes_referrals else "no",
        "active": "yes" if service.active else "no",
        "capacity": "" if service.capacity is None else str(service.capacity),
        "groups": " ".join(sorted(eligibility.groups)),
        "stays": " ".join(sorted(eligibility.stays)),
        "registrations": " ".join(sorted(eligibility.registrations)),
        "assured_on": _day(service.assured_on),
        "assured_by": service.assured_by or "",
    }


def _location_cells(place: Location) -> Row:
    return {
        "location_uid": str(place.uid or ""),
        "street": place.street,
        "postal_code": place.postal_code,
        "city": place.city,
        "municipality": place.municipality,
        "accessibility": " ".join(sorted(place.accessibility)),
        "accessibility_note": place.accessibility_note or "",
    }


def _schedule_cells(schedule: Schedule, service: Service) -> Row:
    """Return the cells of hours; `hours_location` is the number of the place, counted from 1."""
    place = "" if schedule.location is None else str(service.position_of(schedule.location) + 1)
    return {
        "hours_uid": str(schedule.uid or ""),
        "hours": schedule.opening_hours,
        "hours_languages": " ".join(sorted(schedule.languages)),
        "hours_from": _day(schedule.valid_from),
        "hours_to": _day(schedule.valid_to),
        "hours_note": schedule.note or "",
        "hours_location": place,
    }


def _fee_cells(fee: Fee) -> Row:
    return {
        "fee": fee.text or "",
        "fee_amount": "" if fee.cents is None else f"{fee.cents // 100}.{fee.cents % 100:02}",
        "fee_currency": fee.currency,
        "fee_from": _day(fee.valid_from),
        "fee_to": _day(fee.valid_to),
    }


def _closure_cells(closure: Closure) -> Row:
    return {
        "closed_from": _day(closure.first_day),
        "closed_to": _day(closure.last_day),
        "closed_note": closure.note or "",
    }


def _lines(reader: Any, names: Sequence[str], faults: list[Fault]) -> Iterator[tuple[int, Row]]:
    """Yield the number and the cells of each line that is not empty; a cell may go over several lines."""
    start = reader.line_num + 1
    for cells in reader:
        if any(cells[len(names) :]):
            faults.append(Fault(f"/{start}", "not-csv"))
        row = {name: _unguarded(cell.strip()) for name, cell in zip(names, cells, strict=False)}
        if any(row.values()):
            yield start, row
        start = reader.line_num + 1


def _entries(lines: Iterable[tuple[int, Row]], lists: CodeLists, faults: list[Fault]) -> Iterator[Entry]:
    """Yield organisations with their services, each made of all of its lines."""
    organisations: dict[str, dict[str, list[tuple[int, Row]]]] = {}
    for number, row in lines:
        owner = row.get("organisation_uid", "").lower() or row.get("organisation", "")
        name = row.get("service_uid", "").lower() or row.get("service", "")
        organisations.setdefault(owner, {}).setdefault(name, []).append((number, row))
    for services in organisations.values():
        everything = [line for own in services.values() for line in own]
        organisation = organisation_of(_merged(everything, _ORGANISATION, faults))
        made = [
            (_service(own, organisation, lists, faults), f"/{own[0][0]}")
            for name, own in services.items()
            if name or len(services) > 1
        ]
        yield Entry(
            organisation,
            tuple(each for each, _ in made),
            f"/{everything[0][0]}",
            tuple(pointer for _, pointer in made),
        )


def _service(
    lines: Sequence[tuple[int, Row]], organisation: Organisation, lists: CodeLists, faults: list[Fault]
) -> Service:
    locations = [location_of(fields, lists) for fields in _parts(lines, _LOCATION, faults)]
    parts: dict[str, Iterable[Any]] = {
        "locations": locations,
        "schedules": [
            schedule_of(fields, lists, _place(fields, locations))
            for fields in _parts(lines, _SCHEDULE, faults)
        ],
        "closures": [closure_of(fields) for fields in _parts(lines, _CLOSURE, faults)],
        "fees": [fee_of(fields) for fields in _parts(lines, _FEE, faults)],
    }
    return service_of(_merged(lines, _SERVICE, faults), lists, organisation, parts)


def _place(fields: Fields, locations: Sequence[Location]) -> Location | None:
    if not fields.has("location"):
        return None
    number: int = fields.number("location", 0)
    if not 1 <= number <= len(locations):
        fields.fault("location", "number-out-of-range", least=1, most=len(locations))
        return None
    return locations[number - 1]


def _parts(
    lines: Iterable[tuple[int, Row]], columns: Mapping[str, str], faults: list[Fault]
) -> Iterator[Fields]:
    for number, row in lines:
        fields = _fields(number, row, columns, faults)
        if fields.has(*columns):
            yield fields


def _merged(lines: Sequence[tuple[int, Row]], columns: Mapping[str, str], faults: list[Fault]) -> Fields:
    """Return what several lines say about one thing; they may repeat each other and not differ."""
    merged = Fields(f"/{lines[0][0]}", faults)
    for number, row in lines:
        for name, column in columns.items():
            cell = row.get(column)
            if not cell:
                continue
            if merged.value(name) not in {None, cell}:
                faults.append(Fault(f"/{number}/{column}", "differs-from-before"))
            elif not merged.has(name):
                merged.put(name, cell, f"/{number}/{column}")
    return merged


def _fields(number: int, row: Row, columns: Mapping[str, str], faults: list[Fault]) -> Fields:
    fields = Fields(f"/{number}", faults)
    for name, column in columns.items():
        fields.put(name, row.get(column) or None, f"/{number}/{column}")
    return fields


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _day(day: Any) -> str:
    return "" if day is None else str(day.isoformat())

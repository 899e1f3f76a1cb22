"""The directory as HSDS 3 (Open Referral) writes it: organisations with their services, as JSON.

What HSDS has no place for stands in attributes under taxonomies of our own, so that nothing is lost between
two desks and other systems need not look at it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID, uuid5

from servicebalie.core.code_lists import CodeLists
from servicebalie.core.directory import Closure, Eligibility, Fee, Location, Organisation, Schedule, Service
from servicebalie.core.directory_entries import WHOLE_COUNTRY, Entry
from servicebalie.core.weekly_hours import weekly_rules

HSDS_VERSION = "3.0"
TAXONOMY = "servicebalie:"
"""What the names of our own taxonomies begin with."""

FIELD = "field"
"""The taxonomy of what HSDS has no field for; the value is in the attribute."""

_NAMESPACE = UUID("8f5d3a0e-6f3b-5d0c-9c55-6a2f6f0f7b11")

Json = dict[str, Any]


def write_hsds(entries: Iterable[Entry], lists: CodeLists) -> Json:
    """Return a directory, in which everything has its uid, as HSDS JSON."""
    return {
        "version": HSDS_VERSION,
        "organizations": [
            {
                **_organisation(entry.organisation),
                "services": [
                    hsds_service(service, entry.organisation.uid, lists) for service in entry.services
                ],
            }
            for entry in entries
        ],
    }


def hsds_service(service: Service, organisation_uid: str | None, lists: CodeLists) -> Json:
    """Return a service, in which everything has its uid, as HSDS JSON."""
    uid = str(service.uid)
    return _filled(
        {
            "id": uid,
            "organization_id": organisation_uid,
            "name": service.name,
            "description": service.description,
            "url": service.url,
            "email": service.email,
            "status": "active" if service.active else "inactive",
            "assured_date": _day(service.assured_on),
            "phones": [{"id": _derived(uid, "phone"), "number": service.phone}] if service.phone else [],
            "languages": [
                {"id": _derived(uid, f"language {tag}"), "code": tag, "name": _language_name(tag, lists)}
                for tag in sorted(service.languages)
            ],
            "service_areas": list(_areas(service, lists)),
            "schedules": [
                rule
                for schedule in service.schedules
                if schedule.location is None
                for rule in _schedule(schedule)
            ],
            "service_at_locations": [_at_location(service, place, lists) for place in service.locations],
            "cost_options": [_fee(fee, uid, number) for number, fee in enumerate(service.fees)],
            "attributes": list(_service_attributes(service)),
        }
    )


def _organisation(organisation: Organisation) -> Json:
    uid = str(organisation.uid)
    return _filled(
        {
            "id": uid,
            "name": organisation.name,
            # HSDS wants one, and we do not.
            "description": organisation.description or organisation.name,
            "website": organisation.url,
            "email": organisation.email,
            "attributes": [
                _attribute(uid, FIELD, "kind", organisation.kind),
                *([] if organisation.description else [_attribute(uid, FIELD, "no-description", "true")]),
            ],
        }
    )


def _service_attributes(service: Service) -> Iterator[Json]:
    uid = str(service.uid)
    for topic in sorted(service.topics):
        yield _attribute(uid, "topic", topic)
    yield from _eligibility(uid, service.eligibility)
    yield _attribute(uid, FIELD, "destination", service.destination)
    yield _attribute(uid, FIELD, "response-days", str(service.response_days))
    yield _attribute(uid, FIELD, "takes-referrals", str(service.takes_referrals).lower())
    if service.capacity is not None:
        yield _attribute(uid, FIELD, "capacity", str(service.capacity))
    if service.assured_by:
        yield _attribute(uid, FIELD, "assured-by", service.assured_by)
    for number, closure in enumerate(service.closures):
        yield _closure(uid, number, closure)


def _eligibility(uid: str, eligibility: Eligibility) -> Iterator[Json]:
    lists: tuple[tuple[str, frozenset[Any]], ...] = (
        ("group", eligibility.groups),
        ("stay", eligibility.stays),
        ("registration", eligibility.registrations),
    )
    for name, codes in lists:
        for code in sorted(codes):
            yield _attribute(uid, name, code)


def _closure(uid: str, number: int, closure: Closure) -> Json:
    days = f"{closure.first_day.isoformat()}/{closure.last_day.isoformat()}"
    attribute = _attribute(uid, FIELD, "closed", days, number)
    return attribute | ({"label": closure.note} if closure.note else {})


def _areas(service: Service, lists: CodeLists) -> Iterator[Json]:
    uid = str(service.uid)
    for code in sorted(service.municipalities or {WHOLE_COUNTRY}):
        known = lists.municipalities.get(code)
        yield {
            "id": _derived(uid, f"area {code}"),
            "name": known.name if known else "Nederland",
            "extent": code,
            "extent_type": "text",
        }


def _at_location(service: Service, place: Location, lists: CodeLists) -> Json:
    schedules = [each for each in service.schedules if each.location and each.location.uid == place.uid]
    return {
        "id": _derived(str(service.uid), f"at {place.uid}"),
        "location": _location(place, lists),
        "schedules": [rule for schedule in schedules for rule in _schedule(schedule)],
    }


def _location(place: Location, lists: CodeLists) -> Json:
    uid = str(place.uid)
    known = lists.municipalities.get(place.municipality)
    accessibility: list[Json] = [
        {"id": _derived(uid, f"access {code}"), "description": code.value}
        for code in sorted(place.accessibility)
    ]
    if place.accessibility_note:
        accessibility.append({"id": _derived(uid, "access"), "details": place.accessibility_note})
    return {
        "id": uid,
        "location_type": "physical",
        "addresses": [
            {
                "id": _derived(uid, "address"),
                "address_1": place.street,
                "city": place.city,
                "region": known.name if known else "",
                "state_province": known.province if known else "",
                "postal_code": place.postal_code,
                "country": "NL",
                "address_type": "physical",
            }
        ],
        "accessibility": accessibility,
        "attributes": [_attribute(uid, "municipality", place.municipality)],
    }


def _schedule(schedule: Schedule) -> Iterator[Json]:
    """Yield a schedule with its first rule, and for each further rule one that says to which it belongs."""
    uid = str(schedule.uid)
    valid = {"valid_from": _day(schedule.valid_from), "valid_to": _day(schedule.valid_to)}
    rules: list[Json] = [
        {"freq": "WEEKLY", "byday": rule.byday, "opens_at": rule.opens_at, "closes_at": rule.closes_at}
        for rule in weekly_rules(schedule.opening_hours)
    ]
    yield _filled(
        {
            "id": uid,
            **valid,
            **(rules[0] if rules else {}),
            "description": schedule.opening_hours or None,
            "notes": schedule.note,
            "attributes": [
                _attribute(uid, FIELD, "opening-hours", schedule.opening_hours),
                *(_attribute(uid, "language", tag) for tag in sorted(schedule.languages)),
            ],
        }
    )
    for number, rule in enumerate(rules[1:], start=1):
        own = _derived(uid, f"rule {number}")
        yield _filled({"id": own, **valid, **rule, "attributes": [_attribute(own, FIELD, "part-of", uid)]})


def _fee(fee: Fee, uid: str, number: int) -> Json:
    return _filled(
        {
            "id": _derived(uid, f"fee {number}"),
            "option": fee.text,
            "amount": None if fee.cents is None else fee.cents / 100,
            "currency": fee.currency,
            "valid_from": _day(fee.valid_from),
            "valid_to": _day(fee.valid_to),
        }
    )


def _attribute(owner: str, taxonomy: str, code: str, value: str | None = None, number: int = 0) -> Json:
    name = TAXONOMY + taxonomy
    return _filled(
        {
            "id": _derived(owner, f"{name} {code} {number}"),
            "value": value if value is None else str(value),
            "taxonomy_term": {
                "id": str(uuid5(_NAMESPACE, f"{name} {code}")),
                "code": str(code),
                "name": str(code),
                "description": f"{code} ({name})",
                "taxonomy": name,
            },
        }
    )


def _language_name(tag: str, lists: CodeLists) -> str:
    language = lists.languages.get(tag)
    return language.name_en if language else tag


def _derived(owner: str, name: str) -> str:
    """Return the id of something that has none of its own; the same each time."""
    return str(uuid5(_NAMESPACE, f"{owner} {name}"))


def _day(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())


def _filled(content: Mapping[str, Any]) -> Json:
    return {name: value for name, value in content.items() if value is not None}

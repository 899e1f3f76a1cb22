"""How services and organisations of the directory look as JSON, and what may be changed of a service."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from servicebalie.api.framework import AnswerSchema
from servicebalie.api.question_answers import AddressSchema, OpeningSchema, address_json, opening_json
from servicebalie.core.directory import Closure, Location, Organisation, Schedule, Service
from servicebalie.core.directory_entries import MAX_FUNCTION, MAX_NOTE, MAX_NUMBER
from servicebalie.core.freshness import Freshness, FreshnessReason, Level
from servicebalie.core.opening import AMSTERDAM, next_opening
from servicebalie.core.vocabulary import Accessibility, Destination, Group, Registration, Stay
from servicebalie.http.fields import (
    Boolean,
    Code,
    Day,
    InputSchema,
    LanguageCode,
    MunicipalityCode,
    Text,
    TopicCode,
)
from servicebalie.http.transaction import job


class OrganisationSchema(AnswerSchema):
    """An organisation that a desk works with; `kind` is where its services are by default."""

    id = fields.String()
    uid = fields.String()
    name = fields.String()
    kind = Code(Destination)
    description = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    email = fields.String(allow_none=True)


class OrganisationListSchema(AnswerSchema):
    """All organisations of the directory."""

    items = fields.List(fields.Nested(OrganisationSchema))


class LocationSchema(AnswerSchema):
    """A place where a service is given, and what it has for people who see, hear or move less well."""

    uid = fields.String()
    street = fields.String()
    postalCode = fields.String()
    city = fields.String()
    municipality = fields.String()
    accessibility = fields.List(Code(Accessibility))
    accessibilityNote = fields.String(allow_none=True)


class ScheduleSchema(AnswerSchema):
    """Hours in the OpenStreetMap syntax; `location` is the uid of one place, null for all of them."""

    uid = fields.String()
    openingHours = fields.String()
    validFromDate = fields.Date(allow_none=True)
    validToDate = fields.Date(allow_none=True)
    languages = fields.List(fields.String())
    note = fields.String(allow_none=True)
    location = fields.String(allow_none=True)


class EligibilitySchema(AnswerSchema):
    """Whom a service is for; an empty list is everybody."""

    groups = fields.List(Code(Group))
    stays = fields.List(Code(Stay))
    registrations = fields.List(Code(Registration))


class FeeSchema(AnswerSchema):
    """What a service costs, in words, as an amount, or both."""

    text = fields.String(allow_none=True)
    amount = fields.Float(allow_none=True)
    currency = fields.String()
    validFromDate = fields.Date(allow_none=True)
    validToDate = fields.Date(allow_none=True)


class ClosedDaysSchema(AnswerSchema):
    """Days, both included, on which nobody of the service works."""

    firstDate = fields.Date()
    lastDate = fields.Date()
    note = fields.String(allow_none=True)


class FreshnessSchema(AnswerSchema):
    """How far the entry can be relied on, and what speaks against it."""

    level = Code(Level)
    score = fields.Integer()
    reasons = fields.List(Code(FreshnessReason))


class ServiceSchema(AnswerSchema):
    """A service; `municipalities` is null when it serves the whole country."""

    id = fields.String()
    uid = fields.String()
    name = fields.String()
    description = fields.String(allow_none=True)
    organisation = fields.String()
    organisationId = fields.String()
    destination = Code(Destination)
    languages = fields.List(fields.String())
    municipalities = fields.List(fields.String(), allow_none=True)
    topics = fields.List(fields.String())
    takesReferrals = fields.Boolean()
    responseDays = fields.Integer()
    capacity = fields.Integer(allow_none=True)
    active = fields.Boolean()
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    address = fields.Nested(AddressSchema, allow_none=True)
    locations = fields.List(fields.Nested(LocationSchema))
    schedules = fields.List(fields.Nested(ScheduleSchema))
    closures = fields.List(fields.Nested(ClosedDaysSchema))
    eligibility = fields.Nested(EligibilitySchema)
    fees = fields.List(fields.Nested(FeeSchema))
    assuredDate = fields.Date(allow_none=True)
    assuredBy = fields.String(allow_none=True)
    freshness = fields.Nested(FreshnessSchema)
    nextOpening = fields.Nested(OpeningSchema, allow_none=True)


class ServiceListSchema(AnswerSchema):
    """The services that were asked for."""

    items = fields.List(fields.Nested(ServiceSchema))


class ServiceFilterSchema(InputSchema):
    """Which services to list; `stale` gives those whose entry cannot be relied on, or the others."""

    topic = TopicCode()
    municipality = MunicipalityCode()
    language = LanguageCode()
    stale = Boolean()


class NewClosureSchema(InputSchema):
    """Days, both included, on which nobody of the service works."""

    firstDate = Day(required=True)
    lastDate = Day(required=True)
    note = Text(MAX_NOTE)

    @validates_schema
    def _check_order(self, data: Mapping[str, date], **_: Any) -> None:
        if data["lastDate"] < data["firstDate"]:
            raise ValidationError("from-after-to", "lastDate")


class ServiceChangeSchema(InputSchema):
    """What may be changed of a service; what is not sent stays. `assuredBy` is a function, not a person."""

    active = Boolean()
    capacity = fields.Integer(
        allow_none=True,
        strict=True,
        validate=validate.Range(0, MAX_NUMBER, error=f"number-out-of-range least=0 most={MAX_NUMBER}"),
    )
    closures = fields.List(fields.Nested(NewClosureSchema))
    assuredDate = Day()
    assuredBy = Text(MAX_FUNCTION)

    @validates_schema
    def _check_assurance(self, data: Mapping[str, Any], **_: Any) -> None:
        for one, other in (("assuredDate", "assuredBy"), ("assuredBy", "assuredDate")):
            if one in data and other not in data:
                raise ValidationError("required", other)
        if "@" in data.get("assuredBy", ""):
            raise ValidationError("function-not-person", "assuredBy")


def changes_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent as fields of a service."""
    names = {"assuredDate": "assured_on", "assuredBy": "assured_by"}
    changes = {names.get(name, name): value for name, value in content.items()}
    if "closures" in changes:
        closures = (
            Closure(each["firstDate"], each["lastDate"], each.get("note")) for each in changes["closures"]
        )
        changes["closures"] = tuple(sorted(closures, key=lambda closure: closure.first_day))
    return changes


def organisation_json(organisation: Organisation) -> dict[str, Any]:
    """Return an organisation as JSON values."""
    return {
        "id": str(organisation.id),
        "uid": organisation.uid,
        "name": organisation.name,
        "kind": organisation.kind,
        "description": organisation.description,
        "url": organisation.url,
        "email": organisation.email,
    }


def service_json(service: Service, judged: Freshness) -> dict[str, Any]:
    """Return a service as JSON values, with every language that is ever spoken there."""
    languages = service.languages.union(*(schedule.languages for schedule in service.schedules))
    now = job().work.now
    schedules = service.schedules_for(None, now.astimezone(AMSTERDAM).date())
    return {
        "id": str(service.id),
        "uid": service.uid,
        "name": service.name,
        "description": service.description,
        "organisation": service.organisation,
        "organisationId": str(service.organisation_id),
        "destination": service.destination,
        "languages": sorted(languages),
        "municipalities": service.municipalities and sorted(service.municipalities),
        "topics": sorted(service.topics),
        "takesReferrals": service.takes_referrals,
        "responseDays": service.response_days,
        "capacity": service.capacity,
        "active": service.active,
        "phone": service.phone,
        "email": service.email,
        "url": service.url,
        "address": address_json(service),
        "locations": [_location_json(place) for place in service.locations],
        "schedules": [_schedule_json(schedule) for schedule in service.schedules],
        **_conditions_json(service),
        "assuredDate": service.assured_on,
        "assuredBy": service.assured_by,
        "freshness": {"level": judged.level, "score": judged.score, "reasons": judged.reasons},
        "nextOpening": opening_json(next_opening(schedules, now, service.closures)),
    }


def _conditions_json(service: Service) -> dict[str, Any]:
    eligibility = service.eligibility
    return {
        "closures": [
            {"firstDate": each.first_day, "lastDate": each.last_day, "note": each.note}
            for each in service.closures
        ],
        "eligibility": {
            "groups": sorted(eligibility.groups),
            "stays": sorted(eligibility.stays),
            "registrations": sorted(eligibility.registrations),
        },
        "fees": [
            {
                "text": fee.text,
                "amount": None if fee.cents is None else fee.cents / 100,
                "currency": fee.currency,
                "validFromDate": fee.valid_from,
                "validToDate": fee.valid_to,
            }
            for fee in service.fees
        ],
    }


def _location_json(place: Location) -> dict[str, Any]:
    return {
        "uid": place.uid,
        "street": place.street,
        "postalCode": place.postal_code,
        "city": place.city,
        "municipality": place.municipality,
        "accessibility": sorted(place.accessibility),
        "accessibilityNote": place.accessibility_note,
    }


def _schedule_json(schedule: Schedule) -> dict[str, Any]:
    return {
        "uid": schedule.uid,
        "openingHours": schedule.opening_hours,
        "validFromDate": schedule.valid_from,
        "validToDate": schedule.valid_to,
        "languages": sorted(schedule.languages),
        "note": schedule.note,
        "location": schedule.location and schedule.location.uid,
    }

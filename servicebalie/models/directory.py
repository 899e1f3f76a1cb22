"""The partner directory, after Open Referral HSDS 3."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.core.vocabulary import Accessibility, Destination
from servicebalie.models.base import Base, Code, SerialId

UID_LENGTH = 36
"""The characters of a UUID with its hyphens."""


class OrganisationRow(Base):
    """A library, school, municipality or other organisation that a desk works with."""

    __tablename__ = "organisation"
    __table_args__ = (Index("uq_organisation_desk_id_uid", "desk_id", "uid", unique=True),)

    id: Mapped[SerialId]
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH))
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[Destination] = mapped_column(Code(Destination))
    description: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(300))
    email: Mapped[str | None] = mapped_column(String(254))


class LocationRow(Base):
    """A place where services are given, of the organisation that named it first."""

    __tablename__ = "location"
    __table_args__ = (Index("uq_location_organisation_id_uid", "organisation_id", "uid", unique=True),)

    id: Mapped[SerialId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH))
    street: Mapped[str] = mapped_column(String(120))
    postal_code: Mapped[str] = mapped_column(String(10))
    city: Mapped[str] = mapped_column(String(80))
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    accessibility_note: Mapped[str | None] = mapped_column(String(300))


class LocationAccessibility(Base):
    """What a place has for people who see, hear or move less well."""

    __tablename__ = "location_accessibility"

    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), primary_key=True)
    code: Mapped[Accessibility] = mapped_column(Code(Accessibility), primary_key=True)


class ServiceRow(Base):
    """What an organisation offers. A service without rows in `service_area` serves the whole country."""

    __tablename__ = "service"
    __table_args__ = (Index("uq_service_organisation_id_uid", "organisation_id", "uid", unique=True),)

    id: Mapped[SerialId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH))
    name: Mapped[str] = mapped_column(String(160))
    description: Mapped[str | None] = mapped_column(Text)
    destination: Mapped[Destination] = mapped_column(Code(Destination))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    url: Mapped[str | None] = mapped_column(String(300))
    response_days: Mapped[int]
    takes_referrals: Mapped[bool]
    active: Mapped[bool]
    capacity: Mapped[int | None]
    assured_on: Mapped[date | None]
    assured_by: Mapped[str | None] = mapped_column(String(60))


class ServiceAtLocation(Base):
    """A place where a service is given; people are sent to the one with the lowest `position`."""

    __tablename__ = "service_at_location"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), primary_key=True, index=True)
    position: Mapped[int]


class ServiceEligibility(Base):
    """Somebody whom a service is for: a code of the list `kind`, which is group, stay or registration."""

    __tablename__ = "service_eligibility"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)


class ServiceClosure(Base):
    """Days, both included, on which nobody of a service works."""

    __tablename__ = "service_closure"

    id: Mapped[SerialId]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    note: Mapped[str | None] = mapped_column(String(300))


class ServiceFee(Base):
    """What a service costs, in words, in hundredths of a currency, or both."""

    __tablename__ = "service_fee"

    id: Mapped[SerialId]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    text: Mapped[str | None] = mapped_column(String(300))
    cents: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class ServiceTopic(Base):
    """A topic that a service handles; a main topic stands for all of its subtopics."""

    __tablename__ = "service_topic"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(ForeignKey("topic.code"), primary_key=True)


class ServiceLanguage(Base):
    """A language in which a service always helps."""

    __tablename__ = "service_language"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    language: Mapped[str] = mapped_column(ForeignKey("language.code"), primary_key=True)


class ServiceArea(Base):
    """A municipality whose residents a service helps."""

    __tablename__ = "service_area"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)


class ScheduleRow(Base):
    """When a service is open, at one place or everywhere, in the opening-hours syntax of OpenStreetMap."""

    __tablename__ = "schedule"
    __table_args__ = (Index("uq_schedule_service_id_uid", "service_id", "uid", unique=True),)

    id: Mapped[SerialId]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    uid: Mapped[str] = mapped_column(String(UID_LENGTH))
    opening_hours: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(300))


class ScheduleLanguage(Base):
    """A language spoken during one schedule, such as a Polish consulting hour."""

    __tablename__ = "schedule_language"

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), primary_key=True)
    language: Mapped[str] = mapped_column(ForeignKey("language.code"), primary_key=True)

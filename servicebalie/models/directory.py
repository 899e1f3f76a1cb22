"""The partner directory, after Open Referral HSDS 3."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.core.vocabulary import Destination
from servicebalie.models.base import Base, Code, SerialId


class OrganisationRow(Base):
    """A library, school, municipality or other organisation that a desk works with."""

    __tablename__ = "organisation"

    id: Mapped[SerialId]
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[Destination] = mapped_column(Code(Destination))


class LocationRow(Base):
    """A place where a service is given."""

    __tablename__ = "location"

    id: Mapped[SerialId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    street: Mapped[str] = mapped_column(String(120))
    postal_code: Mapped[str] = mapped_column(String(10))
    city: Mapped[str] = mapped_column(String(80))
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))


class ServiceRow(Base):
    """What an organisation offers. A service without rows in `service_area` serves the whole country."""

    __tablename__ = "service"

    id: Mapped[SerialId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    name: Mapped[str] = mapped_column(String(160))
    destination: Mapped[Destination] = mapped_column(Code(Destination))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    url: Mapped[str | None] = mapped_column(String(300))
    response_days: Mapped[int]
    takes_referrals: Mapped[bool]
    active: Mapped[bool]


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
    """When a service is open, in the opening-hours syntax of OpenStreetMap."""

    __tablename__ = "schedule"

    id: Mapped[SerialId]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    opening_hours: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(300))


class ScheduleLanguage(Base):
    """A language spoken during one schedule, such as a Polish consulting hour."""

    __tablename__ = "schedule_language"

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), primary_key=True)
    language: Mapped[str] = mapped_column(ForeignKey("language.code"), primary_key=True)

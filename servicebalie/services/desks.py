"""Desks: setting one up, and finding the one that a page is for."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from servicebalie.core.directory import Service
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.vocabulary import Destination
from servicebalie.models.desks import Desk, DeskMunicipality, DeskTheme
from servicebalie.models.releases import Release
from servicebalie.services.directory import add_organisation, add_service, rename_counter
from servicebalie.services.publishing_rules import PROFILES
from servicebalie.services.themes import ThemeFacts

DEFAULT_PROFILE = PROFILES["default"]


class NoDesk(ServicebalieError):
    """There is no such desk, or none that the web pages could be for."""

    code = "no-desk"


class DeskNameTaken(ServicebalieError):
    """Another desk has this name, or one that gives the same `slug`."""

    code = "desk-name-taken"


class ProfileLocked(ServicebalieError):
    """The desk `desk` has published under its profile, `profile`, and keeps it."""

    code = "profile-locked"


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What pages and commands need to know of a desk."""

    id: int
    slug: str
    name: str
    simulated: bool
    directory_version: int
    theme: ThemeFacts = field(default_factory=ThemeFacts)


_FACTS = select(
    Desk.id,
    Desk.slug,
    Desk.name,
    Desk.simulated,
    Desk.directory_version,
    DeskTheme.colours,
    DeskTheme.logo_kind,
    DeskTheme.logo_sha256,
).outerjoin(DeskTheme, DeskTheme.desk_id == Desk.id)


def create_desk(
    session: Session,
    name: str,
    municipalities: Iterable[str],
    counter: Service,
    now: datetime,
    *,
    simulated: bool = False,
    profile: str = DEFAULT_PROFILE,
) -> DeskFacts:
    """Set up a desk with its own counter as the first service of its directory.

    `counter` tells the address, hours and languages of the desk; its ids are ignored. A `simulated` desk
    is marked as such on every page and report; `profile` is the shipped one under which it publishes.
    Raises `DeskNameTaken` and `InvalidOpeningHours`.
    """
    slug = _slug(name)
    if session.scalar(select(Desk.id).where(Desk.slug == slug)) is not None:
        raise DeskNameTaken(slug=slug)
    desk = Desk(
        slug=slug,
        name=name,
        simulated=simulated,
        profile=profile,
        directory_version=0,
        created_at=now,
    )
    session.add(desk)
    session.flush()
    area = frozenset(municipalities)
    session.add_all(DeskMunicipality(desk_id=desk.id, municipality=code) for code in sorted(area))
    organisation_id = add_organisation(session, desk.id, name, Destination.DESK)
    own = replace(
        counter, organisation_id=organisation_id, destination=Destination.DESK, municipalities=area or None
    )
    add_service(session, desk.id, own)
    session.refresh(desk)
    return DeskFacts(desk.id, desk.slug, desk.name, desk.simulated, desk.directory_version)


def find_desk(session: Session, slug: str | None) -> DeskFacts:
    """Return the desk with this slug, or the first one for None; raises `NoDesk`."""
    query = _FACTS.where(Desk.slug == slug) if slug else _FACTS.order_by(Desk.id).limit(1)
    row = session.execute(query).first()
    if row is None:
        raise NoDesk
    theme = ThemeFacts(tuple((row.colours or {}).items()), row.logo_kind, row.logo_sha256)
    return DeskFacts(row.id, row.slug, row.name, row.simulated, row.directory_version, theme)


def profile_of(session: Session, desk_id: int) -> str:
    """Return the name of the shipped profile under which a desk publishes."""
    return session.execute(select(Desk.profile).where(Desk.id == desk_id)).scalar_one()


def choose_profile(session: Session, slug: str, profile: str) -> None:
    """Let a desk publish under another shipped profile; raises `ProfileLocked` after its first release.

    The same people with the noise of two tables would be two views of one number, to be averaged.
    """
    # Held until the end, so that no release is stored in between (`publication.store_release`).
    desk = session.scalars(select(Desk).where(Desk.slug == slug).with_for_update(key_share=True)).one()
    if profile == desk.profile:
        return
    if session.scalar(select(exists().where(Release.desk == slug))):
        raise ProfileLocked(desk=desk.name, profile=desk.profile)
    desk.profile = profile


def rename_desk(session: Session, desk_id: int, name: str) -> None:
    """Give a desk another name, which its counter bears as well; raises `DeskNameTaken`.

    Its `slug` stays, because releases and commands know the desk by it.
    """
    slug = _slug(name)
    desk = session.get_one(Desk, desk_id)
    if session.scalar(select(Desk.id).where(Desk.id != desk_id, (Desk.slug == slug) | (Desk.name == name))):
        raise DeskNameTaken(slug=slug)
    rename_counter(session, desk_id, desk.name, name)
    desk.name = name


def count_desks(session: Session) -> int:
    """Return how many desks there are."""
    return session.execute(select(func.count()).select_from(Desk)).scalar_one()


def _slug(name: str) -> str:
    """Return the name as lower-case Latin letters and digits with hyphens between words."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    return "-".join(words)[:60] or "desk"

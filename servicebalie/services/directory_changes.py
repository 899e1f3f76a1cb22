"""Changing one service of the directory, and saying that it is right."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from servicebalie.core.code_lists import CodeLists
from servicebalie.core.directory import Service
from servicebalie.core.directory_hsds import hsds_service
from servicebalie.core.errors import Fault, InvalidInput, ServicebalieError
from servicebalie.core.vocabulary import Destination
from servicebalie.models.directory import ServiceRow
from servicebalie.services.directory import raise_version, read_directory
from servicebalie.services.directory_rows import (
    delete_details,
    insert_details,
    known_locations,
    service_columns,
)


class ServiceNotFound(ServicebalieError):
    """The directory of the desk has no such service."""

    code = "service-not-found"


class ServiceChanged(ServicebalieError):
    """The service is not any more as it was when it was read."""

    code = "service-changed"


def version_of(service: Service, lists: CodeLists) -> str:
    """Return a text that is another one when anything about the service is."""
    content = json.dumps(hsds_service(service, None, lists), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def change_service(
    session: Session, desk_id: int, service_id: int, changes: dict[str, Any], version: str | None = None
) -> Service:
    """Change fields of a service, by their names, and return it; routing sees it from the end of it all.

    Raises `ServiceNotFound`, `ServiceChanged` when it is not in this version, and `InvalidInput` for closing
    the desk itself.
    """
    raise_version(session, desk_id)
    directory = read_directory(session, desk_id)
    service = directory.service(service_id)
    if service is None:
        raise ServiceNotFound
    if version is not None and version != version_of(service, directory.code_lists):
        raise ServiceChanged
    changed = replace(service, **changes)
    if changed.destination is Destination.DESK and not changed.active:
        raise InvalidInput(Fault("/active", "desk-is-fixed"))
    session.execute(update(ServiceRow).where(ServiceRow.id == service_id).values(**service_columns(changed)))
    if changed.closures != service.closures:
        delete_details(session, [service_id])
        insert_details(session, {service_id: changed}, known_locations(session, desk_id))
    return changed


def assure_service(session: Session, desk_id: int, service_id: int, *, by: str, on: date) -> Service:
    """Note that everything about a service was found right, by a function or an organisation."""
    return change_service(session, desk_id, service_id, {"assured_on": on, "assured_by": by})

"""The API tells when a service opens after the school holidays of its places, and after its closed days."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from time_machine import travel

from servicebalie.app import create_app
from servicebalie.core.directory import Closure, Location, Schedule, Service
from servicebalie.core.vocabulary import Destination
from servicebalie.db import Database
from servicebalie.http.runtime import EXTENSION
from servicebalie.services.directory import add_organisation, add_service
from tests.support.newcomer_desk import settings_for
from tests.support.small_desk import AMSTERDAM, EINDHOVEN, make_small_desk

SOUTH = Location("Molenstraat 6", "5611 AZ", "Eindhoven", EINDHOVEN)
NORTH = Location("Damrak 1", "1012 LG", "Amsterdam", AMSTERDAM)
HELP = Service(0, "Help", "", 0, Destination.OTHER, schedules=(Schedule("Th 14:00-17:00; SH off"),))
IN_SUMMER = datetime(2027, 7, 12, 10, tzinfo=UTC)
"""In the north the holidays are from 10 July to 22 August, in the south from 24 July to 5 September."""


@pytest.mark.parametrize(
    ("places", "closures", "opens"),
    [
        ((NORTH,), (), "2027-08-26T12:00:00Z"),
        ((NORTH, SOUTH), (), "2027-07-15T12:00:00Z"),
        ((), (), "2027-07-15T12:00:00Z"),
        ((SOUTH,), (Closure(date(2027, 7, 14), date(2027, 7, 15)),), "2027-07-22T12:00:00Z"),
    ],
)
def test_a_service_opens_next_where_there_is_no_holiday_and_it_is_not_closed(
    database_url: str, places: tuple[Location, ...], closures: tuple[Closure, ...], opens: str
) -> None:
    database = Database(database_url)
    with travel(IN_SUMMER, tick=False):
        with database.begin() as session:
            desk = make_small_desk(session, "Desk")
            organisation = add_organisation(session, desk.id, "Help", Destination.OTHER)
            service = replace(HELP, organisation_id=organisation, locations=places, closures=closures)
            key = add_service(session, desk.id, service)
        app = create_app(settings_for(database_url))
        sent = {"Authorization": f"Bearer {desk.tokens['desk']}"}
        shown = app.test_client().get(f"/api/v1/services/{key}", headers=sent).get_json()
    assert shown["schedules"][0]["openingHours"] == "Th 14:00-17:00; SH off"
    assert shown["nextOpening"]["startsAt"] == opens
    app.extensions[EXTENSION].database.dispose()
    database.dispose()

"""A small desk with partners, and the application with its pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from flask import Flask

from servicebalie.app import create_app, runtime_of
from servicebalie.config import Mode, Settings
from servicebalie.core.directory import Location, Schedule, Service
from servicebalie.core.keys import Keys
from servicebalie.core.limits import HOUR, Limit, Limits
from servicebalie.core.sealing import MasterKeys
from servicebalie.core.vocabulary import Destination, Role
from servicebalie.db import Database
from servicebalie.http.runtime import EXTENSION
from servicebalie.services.accounts import add_user, issue_token
from servicebalie.services.askers import AskerKeys
from servicebalie.services.desks import create_desk, find_desk
from servicebalie.services.directory import add_organisation, add_service, read_directory
from servicebalie.services.intake import NewQuestion, NewVisit, register_visit
from servicebalie.services.standard_answers import import_answers
from servicebalie.services.visits import VisitFacts
from servicebalie.services.workplace import FOLLOW_UP_AFTER, Workplace
from tests.support.answers import answer_about, text_in
from tests.support.local_accounts import QUICK

SECRET = b"s" * 32
MASTER_KEY = b"m" * 32
MUNICIPALITIES = ("GM0772", "GM0861")
OFFICE_HOURS = (Schedule("Mo-Fr 09:00-17:00; PH off"),)

COUNTER = Service(
    id=0,
    name="Informatiepunt Zuidoost",
    organisation="Informatiepunt Zuidoost",
    organisation_id=0,
    destination=Destination.DESK,
    languages=frozenset({"nl", "en", "pl"}),
    locations=(Location("Vestdijk 1", "5611 CA", "Eindhoven", "GM0772"),),
    schedules=OFFICE_HOURS,
    phone="040 123 4567",
)
LIBRARY = Service(
    id=0,
    name="Informatiepunt Digitale Overheid",
    organisation="Bibliotheek Eindhoven",
    organisation_id=0,
    destination=Destination.LIBRARY,
    languages=frozenset({"nl", "pl"}),
    municipalities=frozenset(MUNICIPALITIES),
    locations=(Location("Emmasingel 22", "5611 AZ", "Eindhoven", "GM0772"),),
    schedules=(Schedule("Tu,Th 10:00-12:00"),),
    phone="040 260 4260",
    email="idpunt@bibliotheek.example",
    url="https://bibliotheek.example/idpunt",
)
WATCHDOG = Service(
    id=0,
    name="Meldpunt",
    organisation="Arbeidsinspectie",
    organisation_id=0,
    destination=Destination.OTHER,
    topics=frozenset({"exploitation"}),
    schedules=OFFICE_HOURS,
    phone="0800 5151",
    takes_referrals=False,
)


NO_LIMITS = Limits(Limit("questions", HOUR, HOUR), Limit("wrong-codes", HOUR, HOUR), timedelta(0))
"""More than a test can do in an hour."""


def settings_for(database_url: str, limits: Limits = NO_LIMITS) -> Settings:
    """Return the settings of a desk on this database."""
    return Settings(
        mode=Mode.EMBEDDED,
        database_url=database_url,
        published_database_url=None,
        secret=SECRET,
        master_keys=(MASTER_KEY,),
        public_address="http://127.0.0.1",
        desk=None,
        mail_url="directory:var/mail",
        mail_from="desk@example.org",
        trusted_hosts=(),
        cors_origins=(),
        trusted_proxies=(),
        limits=limits,
        follow_up_after=FOLLOW_UP_AFTER,
        workers=1,
        threads=4,
        password_cost=QUICK,
    )


def set_up_desk(database: Database, *, simulated: bool = False) -> None:
    """Make a desk for Eindhoven and Veldhoven with a library and a service for sensitive questions."""
    now = datetime.now(UTC)
    with database.begin() as session:
        desk = create_desk(session, COUNTER.name, MUNICIPALITIES, COUNTER, now, simulated=simulated)
        for service in (LIBRARY, WATCHDOG):
            organisation = add_organisation(session, desk.id, service.organisation, service.destination)
            add_service(session, desk.id, replace(service, organisation_id=organisation))


def add_an_answer(database: Database) -> None:
    """Give the desk a standard answer, so that its page can be opened."""
    answers = [answer_about("bsn", text_in("nl"), text_in("en"))]
    with database.begin() as session:
        import_answers(session, find_desk(session, None).id, answers)


def hand_over_to_partner(database: Database) -> str:
    """Hand a question to the library, and return a token of somebody there."""
    now = datetime.now(UTC)
    keys = Keys.from_secret(SECRET, MasterKeys([MASTER_KEY]))
    with database.begin() as session:
        desk = find_desk(session, None)
        directory = read_directory(session, desk.id)
        library = next(one for one in directory.services.values() if one.name == LIBRARY.name)
        user = add_user(session, desk.id, "Librarian", Role.PARTNER, organisation_id=library.organisation_id)
        work = Workplace(desk.id, directory, keys, AskerKeys(keys.statistics), now, "pl")
        visit = NewVisit(VisitFacts(language="pl", municipality="GM0772"), phone="+31612345678")
        question = NewQuestion("letters-forms", "Przyszło pismo z gminy.", consents=True)
        register_visit(session, work, visit, [question])
        return issue_token(session, user, now)


def app_with_desk(
    database_url: str, *, simulated: bool = False, limits: Limits = NO_LIMITS
) -> tuple[Flask, Database]:
    """Return the application on a migrated database with the desk in it, and that database."""
    database = Database(database_url)
    set_up_desk(database, simulated=simulated)
    return shared_app(settings_for(database_url, limits)), database


def shared_app(settings: Settings) -> Flask:
    """Return the application of all tests of this process, set to these settings."""
    app = _application()
    app.extensions[EXTENSION] = runtime_of(settings)
    return app


@cache
def _application() -> Flask:
    """The application of all tests of a process, one after the other: making one takes longer than most."""
    app = create_app(settings_for("sqlite:///unused.sqlite"))
    app.extensions[EXTENSION].database.dispose()
    return app

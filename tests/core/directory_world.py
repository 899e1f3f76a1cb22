"""Code lists of a small country, and strategies for directories with everything in them."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from servicebalie.core.code_lists import CodeLists, Language, Municipality, Topic
from servicebalie.core.directory import Closure, Eligibility, Fee, Location, Organisation, Schedule, Service
from servicebalie.core.directory_entries import Entry
from servicebalie.core.vocabulary import Accessibility, Destination, Group, Registration, Stay

LISTS = CodeLists(
    {
        code: Topic(code, None, Destination.LIBRARY, sensitive=False)
        for code in ("language", "digid", "housing-abuse")
    },
    {code: Language(code, "xxx", code, code.title(), "ltr", "x") for code in ("nl", "pl", "zh-Hans")},
    {
        code: Municipality(code, name, "CR01", "PV01")
        for code, name in (("GM0001", "North"), ("GM0002", "'s-South"), ("GM0003", "East"))
    },
)
HOURS = ("", "24/7", "Mo-Fr 09:00-17:00; PH off", "We 10:00-12:00,13:00-15:00", "Mo[1] 10:00-12:00")
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")) | st.sampled_from("=+-@'\";,|\n"), max_size=30
).map(str.strip)
TEXTS = WORDS.filter(bool)
MAYBE = st.none() | TEXTS
UIDS = st.uuids().map(str)


def _sets(values: object) -> st.SearchStrategy:
    return st.frozensets(st.sampled_from(sorted(values)))


@st.composite
def _periods(draw: st.DrawFn) -> tuple[date | None, date | None]:
    days = sorted(draw(st.tuples(DAYS, DAYS)))
    return tuple(day if draw(st.booleans()) else None for day in days)


LOCATIONS = st.builds(
    Location,
    TEXTS,
    st.just("1234 AB"),
    TEXTS,
    st.sampled_from(sorted(LISTS.municipalities)),
    _sets(Accessibility),
    MAYBE,
    uid=UIDS,
)


@st.composite
def _schedules(draw: st.DrawFn, locations: list[Location]) -> Schedule:
    first, last = draw(_periods())
    place = draw(st.none() | st.sampled_from(locations)) if locations else None
    languages = draw(_sets(LISTS.languages))
    return Schedule(draw(st.sampled_from(HOURS)), first, last, languages, draw(MAYBE), place, draw(UIDS))


@st.composite
def _fees(draw: st.DrawFn) -> Fee:
    first, last = draw(_periods())
    cents = draw(st.none() | st.integers(0, 1_000_000))
    return Fee(draw(MAYBE), cents, draw(st.sampled_from(["EUR", "USD"])), first, last)


@st.composite
def _closures(draw: st.DrawFn) -> Closure:
    first, last = sorted(draw(st.tuples(DAYS, DAYS)))
    return Closure(first, last, draw(MAYBE))


@st.composite
def services(draw: st.DrawFn, organisation: Organisation) -> Service:
    """A service with everything; its hours are in the order of JSON: those of no one place first."""
    locations = draw(st.lists(LOCATIONS, max_size=2))
    schedules = draw(st.lists(_schedules(locations), max_size=3))
    order = {place.uid: number for number, place in enumerate(locations)}
    return Service(
        id=0,
        name=draw(TEXTS),
        organisation=organisation.name,
        organisation_id=0,
        destination=draw(st.sampled_from(Destination)),
        topics=draw(_sets(LISTS.topics)),
        municipalities=draw(_sets(LISTS.municipalities)) or None,
        languages=draw(_sets(LISTS.languages)),
        locations=tuple(locations),
        schedules=tuple(sorted(schedules, key=lambda s: order[s.location.uid] if s.location else -1)),
        closures=tuple(sorted(draw(st.lists(_closures(), max_size=2)), key=lambda each: each.first_day)),
        eligibility=Eligibility(draw(_sets(Group)), draw(_sets(Stay)), draw(_sets(Registration))),
        capacity=draw(st.none() | st.integers(0, 1000)),
        phone=draw(st.none() | st.just("+31401234567")),
        email=draw(st.none() | st.just("help@library.example")),
        url=draw(st.none() | st.just("https://library.example/=help")),
        response_days=draw(st.integers(0, 50)),
        takes_referrals=draw(st.booleans()),
        active=draw(st.booleans()),
        description=draw(MAYBE),
        fees=tuple(draw(st.lists(_fees(), max_size=2))),
        assured_on=draw(st.none() | DAYS),
        assured_by=draw(st.none() | TEXTS.filter(lambda text: "@" not in text)),
        uid=draw(UIDS),
    )


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """An organisation with its services."""
    name = draw(TEXTS)
    organisation = Organisation(
        0,
        name,
        draw(st.sampled_from(Destination)),
        draw(MAYBE),
        draw(st.none() | st.just("https://library.example")),
        draw(st.none() | st.just("info@library.example")),
        draw(UIDS),
    )
    own = draw(st.lists(services(organisation), max_size=2))
    return Entry(organisation, tuple(own))


def shown(entry: Entry) -> tuple[object, ...]:
    """Return everything about an entry that must survive, the uids too."""
    from servicebalie.core.directory_entries import identity_of

    organisation = replace(entry.organisation, id=0)
    return organisation, organisation.uid, [identity_of(service) for service in entry.services]

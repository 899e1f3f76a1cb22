"""A directory is taken over from a file whole or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from servicebalie.core.directory import Closure, Location, Organisation, Schedule, Service
from servicebalie.core.directory_entries import Entry
from servicebalie.core.directory_files import Format, read_directory_file, write_directory
from servicebalie.core.errors import Fault, InvalidInput
from servicebalie.core.vocabulary import Destination
from servicebalie.services.code_lists import read_code_lists
from servicebalie.services.directory import read_directory
from servicebalie.services.directory_changes import (
    ServiceChanged,
    ServiceNotFound,
    assure_service,
    change_service,
    version_of,
)
from servicebalie.services.directory_import import (
    MOST_FAULTS,
    ImportReport,
    NamedService,
    directory_entries,
    import_directory,
    refuse,
)
from tests.services.test_directory import FULL, MILL, add
from tests.support.small_desk import make_small_desk
from tests.support.statements import counted_statements
from tests.support.workplace import NOW, SmallWorkplace

TODAY = NOW.date()


def entries_of(desk: SmallWorkplace) -> tuple[Entry, ...]:
    found = desk.read(lambda session: directory_entries(session, desk.desk.id))
    return tuple(
        replace(entry, pointer="/1", service_pointers=("/1",) * len(entry.services)) for entry in found
    )


def imported(desk: SmallWorkplace, *entries: Entry, replace_all: bool = False) -> ImportReport:
    with desk.database.begin() as session:
        return import_directory(session, desk.desk.id, entries, TODAY, replace_all=replace_all)


def entry(*services: Service, name: str = "New library") -> Entry:
    organisation = Organisation(0, name, Destination.LIBRARY)
    return Entry(organisation, services, "/2", ("/2",) * len(services))


def helped(desk: SmallWorkplace, name: str) -> Service:
    directory = desk.read(lambda session: read_directory(session, desk.desk.id))
    return next(service for service in directory.services.values() if service.name == name)


HELP = Service(
    0,
    "Help",
    "",
    0,
    Destination.LIBRARY,
    locations=(MILL,),
    schedules=(Schedule("Mo 10:00-12:00", location=MILL, languages=frozenset({"pl"})),),
)

NEW_HELP = NamedService("New library", "Help")


@pytest.mark.parametrize("form", Format)
def test_what_goes_out_comes_in_without_a_change_and_goes_out_the_same(
    small_desk: SmallWorkplace, form: Format
) -> None:
    add(small_desk, FULL)
    lists = small_desk.read(read_code_lists)
    content = write_directory(entries_of(small_desk), lists, form)
    entries, faults = read_directory_file(content, lists, form)
    assert faults == []
    assert imported(small_desk, *entries) == ImportReport(unchanged=7)
    assert write_directory(entries_of(small_desk), lists, form) == content


def test_another_desk_takes_a_directory_over_with_its_ids(small_desk: SmallWorkplace) -> None:
    add(small_desk, FULL)
    own = small_desk.work.directory.desk_service.uid
    entries = [each for each in entries_of(small_desk) if each.services[0].uid != own]
    with small_desk.database.begin() as session:
        other = make_small_desk(session, "Other").id
        assert len(import_directory(session, other, entries, TODAY).added) == 6
        assert import_directory(session, other, entries, TODAY) == ImportReport(unchanged=6)
        there = {each.organisation.uid for each in directory_entries(session, other)}
    assert {each.organisation.uid for each in entries} < there


def test_what_has_no_id_is_known_by_its_name_the_next_time(small_desk: SmallWorkplace) -> None:
    assert imported(small_desk, entry(HELP)) == ImportReport(added=(NEW_HELP,))
    there = helped(small_desk, "Help")
    assert imported(small_desk, entry(HELP)) == ImportReport(unchanged=1)
    busier = replace(HELP, capacity=3, schedules=(*HELP.schedules, Schedule("24/7")))
    assert imported(small_desk, entry(busier)) == ImportReport(changed=(NEW_HELP,))
    changed = helped(small_desk, "Help")
    assert (changed.id, changed.uid, changed.capacity) == (there.id, there.uid, 3)
    assert [place.uid for place in changed.locations] == [place.uid for place in there.locations]
    assert changed.schedules[0].uid == there.schedules[0].uid
    assert changed.schedules[0].languages == {"pl"}


def test_an_organisation_and_a_place_can_change(small_desk: SmallWorkplace) -> None:
    imported(small_desk, entry(HELP))
    [there] = [each for each in entries_of(small_desk) if each.organisation.name == "New library"]
    service = there.services[0]
    moved = replace(service.locations[0], street="B 2", accessibility=frozenset())
    changed = replace(service, locations=(moved,), schedules=(replace(service.schedules[0], location=moved),))
    renamed = replace(there.organisation, name="Newest library")
    report = imported(small_desk, replace(there, organisation=renamed, services=(changed,)))
    assert report == ImportReport(changed=(NamedService("Newest library", "Help"),))
    found = helped(small_desk, "Help")
    assert (found.organisation, found.locations) == ("Newest library", (moved,))


def test_a_place_that_nobody_uses_any_more_goes_away(small_desk: SmallWorkplace) -> None:
    imported(small_desk, entry(HELP))
    elsewhere = Location("C 3", "1234 AB", "Breda", MILL.municipality)
    imported(small_desk, entry(replace(HELP, locations=(elsewhere,), schedules=())))
    assert helped(small_desk, "Help").locations == (elsewhere,)


def test_what_a_file_lacks_stays_or_is_closed_but_the_desk_never(small_desk: SmallWorkplace) -> None:
    assert imported(small_desk, entry(HELP)) == ImportReport(added=(NEW_HELP,))
    assert (
        small_desk.read(lambda s: read_directory(s, small_desk.desk.id))
        .services[small_desk.desk.services["library"]]
        .active
    )
    report = imported(small_desk, entry(HELP), replace_all=True)
    assert (len(report.closed), report) == (5, ImportReport(closed=report.closed, unchanged=1))
    directory = small_desk.read(lambda session: read_directory(session, small_desk.desk.id))
    assert directory.desk_service.active
    assert [service.name for service in directory.services.values() if service.active] == ["Help"]
    assert imported(small_desk, entry(HELP), replace_all=True) == ImportReport(unchanged=1)


def test_one_fault_leaves_everything_as_it_was(small_desk: SmallWorkplace) -> None:
    before = entries_of(small_desk)
    twice = replace(HELP, schedules=(Schedule("24/7"), Schedule("Mo 10:00-12:00")))
    with pytest.raises(InvalidInput) as refusal:
        imported(small_desk, entry(HELP), entry(twice, name="Another"))
    assert [fault.code for fault in refusal.value.faults] == ["hours-overlap"]
    assert entries_of(small_desk) == before


@pytest.mark.parametrize(
    "change", [{"active": False}, {"destination": Destination.LIBRARY}], ids=["closed", "no desk"]
)
def test_the_desk_itself_stays_the_desk_and_open(
    small_desk: SmallWorkplace, change: dict[str, object]
) -> None:
    counter, *_ = entries_of(small_desk)
    with pytest.raises(InvalidInput) as refusal:
        imported(small_desk, replace(counter, services=(replace(counter.services[0], **change),)))
    assert [fault.code for fault in refusal.value.faults] == ["desk-is-fixed"]


def test_no_other_service_becomes_the_desk(small_desk: SmallWorkplace) -> None:
    with pytest.raises(InvalidInput):
        imported(small_desk, entry(replace(HELP, destination=Destination.DESK)))


def test_of_very_many_faults_the_first_are_told() -> None:
    with pytest.raises(InvalidInput) as refusal:
        refuse([Fault(f"/{number}", "required") for number in range(MOST_FAULTS + 7)])
    assert len(refusal.value.faults) == MOST_FAULTS + 1
    assert refusal.value.faults[-1] == Fault("", "more-faults", {"count": 7})
    refuse([])


def test_an_import_takes_no_statement_for_each_service_that_is_added(small_desk: SmallWorkplace) -> None:
    counts = []
    for size in (2, 40):
        services = [replace(HELP, name=f"Help {size} {number}") for number in range(size)]
        with counted_statements() as sent:
            imported(small_desk, entry(*services, name=f"Library {size}"))
        counts.append(len(sent))
    assert counts[0] == counts[1]


def changed(desk: SmallWorkplace, act: Callable[..., Service], *arguments: Any, **named: Any) -> Service:
    with desk.database.begin() as session:
        return act(session, desk.desk.id, *arguments, **named)


def test_a_service_is_changed_and_assured_by_its_number(small_desk: SmallWorkplace) -> None:
    key = add(small_desk, FULL).id
    closures = (Closure(date(2027, 5, 5), date(2027, 5, 5)),)
    changed(small_desk, change_service, key, {"active": True, "capacity": None, "closures": closures})
    changed(small_desk, assure_service, key, by="adviser", on=TODAY)
    there = helped(small_desk, FULL.name)
    assert (there.active, there.capacity, there.closures) == (True, None, closures)
    assert (there.assured_on, there.assured_by) == (TODAY, "adviser")
    assert there.schedules == FULL.schedules


def test_a_change_of_another_version_is_refused(small_desk: SmallWorkplace) -> None:
    key = add(small_desk, FULL).id
    lists = small_desk.read(read_code_lists)
    version = version_of(helped(small_desk, FULL.name), lists)
    changed(small_desk, change_service, key, {"capacity": 1}, version)
    with pytest.raises(ServiceChanged):
        changed(small_desk, change_service, key, {"capacity": 2}, version)


def test_a_service_that_is_not_there_or_is_the_desk_cannot_be_closed(small_desk: SmallWorkplace) -> None:
    with pytest.raises(ServiceNotFound):
        changed(small_desk, change_service, 999_999, {"active": False})
    with pytest.raises(InvalidInput):
        changed(small_desk, change_service, small_desk.desk.services["counter"], {"active": False})

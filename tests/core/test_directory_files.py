"""A directory survives every way out and in again, and files of others are read."""

import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicebalie.core.directory import Schedule
from servicebalie.core.directory_csv import COLUMNS
from servicebalie.core.directory_entries import Entry
from servicebalie.core.directory_files import Format, read_directory_file, write_directory
from servicebalie.core.errors import Fault
from servicebalie.core.vocabulary import Accessibility, Destination
from servicebalie.shipped import reference_data
from tests.core.directory_world import LISTS, entries, shown

SCHEMA = json.loads(reference_data("hsds").joinpath("directory.json").read_text())


def read(content: bytes | str, form: Format = Format.CSV) -> tuple[list[Entry], list[Fault]]:
    return read_directory_file(content.encode() if isinstance(content, str) else content, LISTS, form)


def faults(content: bytes | str, form: Format = Format.CSV) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in read(content, form)[1]]


def sheet(*rows: dict[str, str], delimiter: str = ";") -> str:
    """Return a sheet of these cells; what is left out is filled in as it must be."""
    usual = {"organisation": "Library", "kind": "library", "service": "Help", "area": "NL"}
    names = [name for name in COLUMNS if any(name in row | usual for row in rows)]
    lines = [delimiter.join(names)]
    lines += [delimiter.join(f'"{(usual | row).get(name, "")}"' for name in names) for row in rows]
    return "\n".join(lines)


@given(made=st.lists(entries(), max_size=2))
def test_a_directory_survives_going_out_and_in(made: list[Entry]) -> None:
    there = made
    for form in (Format.JSON, Format.CSV, Format.JSON):
        there, found = read(write_directory(there, LISTS, form), form)
        assert found == []
        assert list(map(shown, there)) == list(map(shown, made))


@settings(max_examples=50)
@given(made=st.lists(entries(), max_size=2))
def test_what_goes_out_as_json_is_hsds(made: list[Entry]) -> None:
    document = json.loads(write_directory(made, LISTS, Format.JSON))
    jsonschema.Draft202012Validator(
        SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(document)


@settings(max_examples=50)
@given(made=st.lists(entries(), max_size=2))
def test_no_cell_is_a_formula(made: list[Entry]) -> None:
    import csv
    import io

    text = write_directory(made, LISTS, Format.CSV).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=";"):
        assert not [cell for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_sheet_is_read_as_spreadsheets_write_it(delimiter: str, encoding: str) -> None:
    cells = {"service": "Hulp à gogo", "languages": "nl, pl", "area": "GM0001, GM0002"}
    content = sheet(cells, delimiter=delimiter)
    [entry], found = read(content.encode(encoding))
    assert found == []
    [service] = entry.services
    assert (service.name, service.languages) == ("Hulp à gogo", {"nl", "pl"})
    assert service.municipalities == {"GM0001", "GM0002"}


@pytest.mark.parametrize(
    ("end", "line"),
    [
        (b"\xef\xbb\xbf service\n\xff", 2),
        (b"service\nHulp \xe0 gogo\n\x81", 3),
        (b"\xff\xfes\x00e\x00\n\x00\x00", 2),
        (b"PK\x03\x04\x81", 1),
    ],
)
def test_what_is_no_text_is_refused_and_never_stored_as_signs_that_stand_for_nothing(
    end: bytes, line: int
) -> None:
    entries, found = read(end)
    assert (entries, [(fault.pointer, fault.code) for fault in found]) == ([], [(f"/{line}", "not-csv")])


def test_a_name_that_begins_with_a_quote_is_not_a_guarded_formula() -> None:
    place = {"street": "'t Plein 1", "postal_code": "1234 AB", "city": "'s-South", "municipality": "GM0002"}
    [entry], found = read(sheet({**place, "phone": "'+31401234567"}))
    assert found == []
    [service] = entry.services
    assert (service.locations[0].street, service.locations[0].city) == ("'t Plein 1", "'s-South")
    assert service.phone == "+31401234567"


def test_a_service_goes_over_several_lines_that_need_not_repeat_it() -> None:
    first = {"hours": "Mo 10:00-12:00", "languages": "nl", "takes_referrals": "nee"}
    second = {"kind": "", "area": "", "hours": "Tu 10:00-12:00", "hours_languages": "pl"}
    third = {"kind": "", "area": "", "closed_from": "24-12-2026", "fee": "A course", "fee_amount": "12,50"}
    [entry], found = read(sheet(first, second, third))
    assert found == []
    [service] = entry.services
    assert [schedule.opening_hours for schedule in service.schedules] == ["Mo 10:00-12:00", "Tu 10:00-12:00"]
    assert service.closures[0].first_day == service.closures[0].last_day
    assert (service.fees[0].cents, service.takes_referrals) == (1250, False)


def test_an_organisation_may_have_no_service() -> None:
    [entry], found = read(sheet({"service": "", "area": ""}))
    assert (entry.organisation.name, entry.services, found) == ("Library", (), [])


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"area": ""}, "", "area-missing"),
        ({"area": "GM9999"}, "area", "unknown-municipality"),
        ({"area": "NL GM0001"}, "area/0", "unknown-municipality"),
        ({"topics": "digid magic"}, "topics/1", "unknown-topic"),
        ({"languages": "xx"}, "languages", "unknown-language"),
        ({"hours": "Mo", "hours_languages": "xx"}, "hours_languages", "unknown-language"),
        ({"hours": "whenever"}, "hours", "invalid-opening-hours"),
        ({"hours": "Th 14:00-17:00, SH off"}, "hours", "school-holidays-unclear"),
        ({"hours_from": "2026-02-01", "hours_to": "2026-01-01"}, "hours_to", "from-after-to"),
        ({"closed_from": "2026-02-01", "closed_to": "2026-01-01"}, "closed_to", "from-after-to"),
        ({"closed_to": "2026-02-01"}, "", "required"),
        ({"closed_from": "soon"}, "closed_from", "invalid-date"),
        ({"closed_from": "2026-12-24", "closed_to": "9999-12-31"}, "closed_to", "day-out-of-range"),
        ({"hours": "Mo", "hours_from": "1850-01-01"}, "hours_from", "day-out-of-range"),
        ({"assured_on": "31-12-9999"}, "assured_on", "day-out-of-range"),
        ({"fee": "x", "fee_amount": "much"}, "fee_amount", "invalid-amount"),
        ({"fee": "x", "fee_amount": "1.234"}, "fee_amount", "invalid-amount"),
        ({"fee": "x", "fee_currency": "eur"}, "fee_currency", "invalid-amount"),
        ({"capacity": "many"}, "capacity", "not-a-number"),
        ({"capacity": "-1"}, "capacity", "number-out-of-range"),
        ({"active": "perhaps"}, "active", "not-a-boolean"),
        ({"organisation": "Pub", "kind": "pub"}, "kind", "unknown-code"),
        ({"groups": "everybody"}, "groups", "unknown-code"),
        ({"groups": "status-holder everybody"}, "groups/1", "unknown-code"),
        ({"service_uid": "7"}, "service_uid", "invalid-uid"),
        ({"email": "nobody"}, "email", "invalid-email"),
        ({"url": "library"}, "url", "invalid-address"),
        ({"assured_by": "jan@example.org"}, "assured_by", "function-not-person"),
        ({"description": "x" * 4001}, "description", "text-too-long"),
        ({"street": "A 1", "postal_code": "1", "city": "B"}, "", "required"),
        ({"hours": "Mo", "hours_location": "1"}, "hours_location", "number-out-of-range"),
    ],
)
def test_a_slip_is_told_with_its_line_and_column(cells: dict[str, str], column: str, code: str) -> None:
    content = sheet({"service": "Good"}, cells)
    assert (f"/3/{column}".rstrip("/"), code) in faults(content)


@pytest.mark.parametrize("last", ["9999-12-31", "31-12-9999", ""])
def test_the_last_day_of_all_means_that_hours_have_no_end(last: str) -> None:
    [entry], found = read(sheet({"hours": "Mo 09:00-10:00", "hours_from": "2026-01-01", "hours_to": last}))
    assert found == []
    assert entry.services[0].schedules[0].valid_to is None


def test_a_place_that_the_service_has_can_be_named_for_its_hours() -> None:
    place = {"street": "A 1", "postal_code": "1234 AB", "city": "B", "municipality": "GM0001"}
    [entry], found = read(sheet({**place, "hours": "Mo 10:00-12:00", "hours_location": "1"}))
    assert found == []
    assert entry.services[0].schedules[0].location == entry.services[0].locations[0]


def test_lines_about_one_service_may_not_contradict_each_other() -> None:
    assert faults(sheet({"capacity": "1"}, {"capacity": "2"})) == [("/3/capacity", "differs-from-before")]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", [("/1", "not-csv")]),
        ("name;hours", [("/1", "not-csv")]),
        ("organisation;service;colour", [("/1/colour", "unknown-field")]),
        ('organisation;service\n"a"b;c', [("/2", "not-csv")]),
        ("organisation;service;area\nA;B;NL;more", [("/2", "not-csv")]),
    ],
)
def test_a_sheet_that_is_none_is_refused(content: str, found: list[tuple[str, str]]) -> None:
    assert faults(content) == found


FOREIGN = {
    "contents": [
        {
            "id": "ac148810-d857-441c-9679-408f346de14b",
            "name": "Counselling",
            "status": "active",
            "organization": {
                "id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610",
                "name": "Help for all",
                "description": "We help",
                "website": "http://help.example",
            },
            "phones": [{"id": "x", "number": "040 1234567"}],
            "capacities": [{"maximum": 7}],
            "languages": [{"id": "x", "code": "pl"}],
            "service_areas": [{"id": "x", "name": "North", "extent": "{}", "extent_type": "geojson"}],
            "attributes": [
                {"id": "x"},
                {"id": "x", "taxonomy_term": {"code": "digid", "taxonomy": "some other"}},
            ],
            "schedules": [
                {"id": "48102e86-bb50-41c4-8f1e-e269368c41d1", "description": "Ring us"},
                {
                    "id": "48102e86-bb50-41c4-8f1e-e269368c41d2",
                    "freq": "WEEKLY",
                    "byday": "MO,TU",
                    "opens_at": "10:00:00",
                    "closes_at": "18:00Z",
                    "dtstart": "2026-01-01",
                    "until": "2026-12-31",
                },
            ],
            "service_at_locations": [
                {
                    "location": {
                        "id": "3a19ff88-4620-4d17-9830-ac1d859eb5d5",
                        "location_type": "physical",
                        "addresses": [{"address_1": "A 1", "city": "North", "postal_code": "1234 AB"}],
                        "accessibility": [
                            {"description": "lift"},
                            {"description": "Ramp", "details": "At the back"},
                        ],
                    },
                    "schedules": [
                        {
                            "id": "48102e86-bb50-41c4-8f1e-e269368c41d3",
                            "freq": "MONTHLY",
                            "byday": "1MO,-1FR",
                            "opens_at": "10:00",
                            "closes_at": "12:00",
                        }
                    ],
                }
            ],
        }
    ]
}


def test_a_page_of_services_of_another_system_is_read() -> None:
    [entry], found = read(json.dumps(FOREIGN), Format.JSON)
    assert found == []
    [service] = entry.services
    assert (entry.organisation.name, entry.organisation.kind) == ("Help for all", Destination.OTHER)
    assert (service.phone, service.capacity, service.topics) == ("040 1234567", 7, frozenset())
    assert (service.municipalities, service.languages) == ({"GM0001"}, {"pl"})
    appointment, weekly, monthly = service.schedules
    assert (appointment.opening_hours, appointment.note) == ("", "Ring us")
    assert weekly.opening_hours == "Mo,Tu 10:00-18:00"
    assert (str(weekly.valid_from), str(weekly.valid_to)) == ("2026-01-01", "2026-12-31")
    assert (monthly.opening_hours, monthly.location) == ("Mo[1],Fr[-1] 10:00-12:00", service.locations[0])
    place = service.locations[0]
    assert (place.municipality, place.accessibility) == ("GM0001", {Accessibility.LIFT})
    assert place.accessibility_note == "Ramp At the back"


NAMES = sorted(
    {
        *("organizations", "services", "organization", "service_at_locations", "location", "addresses"),
        *("schedules", "attributes", "taxonomy_term", "taxonomy", "code", "value", "cost_options", "amount"),
        *(
            "languages",
            "service_areas",
            "extent",
            "accessibility",
            "description",
            "freq",
            "byday",
            "opens_at",
        ),
        *("opens_at", "closes_at", "interval", "phones", "number", "status", "id", "name", "assured_date"),
    }
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["servicebalie:field", "closed", "opening-hours", "1e999999", "MO", "10:00", ""])
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8),
    max_leaves=30,
)


@given(document=ANYTHING)
def test_any_json_is_read_or_refused(document: object) -> None:
    read(json.dumps(document), Format.JSON)


@given(cells=st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=10) | st.just("1e999999")))
def test_any_sheet_is_read_or_refused(cells: dict[str, str]) -> None:
    read(sheet({name: cell.replace('"', "") for name, cell in cells.items()}))


def test_a_place_on_the_internet_is_no_place_to_go() -> None:
    at = {"location": {"id": "3a19ff88-4620-4d17-9830-ac1d859eb5d5", "location_type": "virtual"}}
    document = {**OWNER, "services": [{**SERVICE, "service_at_locations": [at]}]}
    [entry], found = read(json.dumps(document), Format.JSON)
    assert (entry.services[0].locations, found) == ((), [])


def test_of_hours_by_appointment_the_notes_go_before_the_description() -> None:
    schedule = {"description": "Not this", "notes": "Ring us"}
    document = {**OWNER, "services": [{**SERVICE, "schedules": [schedule]}]}
    [entry], found = read(json.dumps(document), Format.JSON)
    assert found == []
    assert entry.services[0].schedules == (Schedule("", note="Ring us"),)


def test_a_place_without_an_address_is_told() -> None:
    at = {"location": {"id": "3a19ff88-4620-4d17-9830-ac1d859eb5d5", "location_type": "physical"}}
    document = {**OWNER, "services": [{**SERVICE, "service_at_locations": [at]}]}
    assert "required" in {code for _, code in faults(json.dumps(document), Format.JSON)}


SERVICE = {"id": "ac148810-d857-441c-9679-408f346de14b", "name": "S", "service_areas": [{"extent": "NL"}]}
OWNER = {"id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610", "name": "O"}


@pytest.mark.parametrize(
    "document",
    [
        [{**OWNER, "services": [SERVICE]}],
        {**OWNER, "services": [SERVICE]},
        {**SERVICE, "organization": OWNER},
        {"organizations": [{**OWNER, "services": [SERVICE]}]},
        {"services": [{**SERVICE, "organization": OWNER}]},
    ],
)
def test_the_shapes_in_which_hsds_comes_are_read(document: object) -> None:
    [entry], found = read(json.dumps(document), Format.JSON)
    assert found == []
    assert (entry.organisation.name, [service.name for service in entry.services]) == ("O", ["S"])


def schedule(**fields: object) -> object:
    rule = {"byday": "MO", "opens_at": "10:00", "closes_at": "12:00", **fields}
    return {**OWNER, "services": [{**SERVICE, "schedules": [rule]}]}


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("{", [("", "not-hsds")]),
        ("7", [("", "not-an-object")]),
        ("[7]", [("/0", "not-an-object"), ("/0", "required")]),
        ({"organizations": 7}, [("/organizations", "not-a-list")]),
        ([OWNER, OWNER], [("/1", "uid-repeated")]),
        ({**OWNER, "name": 7}, [("/name", "not-text")]),
        (schedule(interval=2), [("/services/0/schedules/0", "hours-not-weekly")]),
        (schedule(bymonthday="2"), [("/services/0/schedules/0", "hours-not-weekly")]),
        (schedule(freq="DAILY"), [("/services/0/schedules/0", "hours-not-weekly")]),
        (schedule(byday="1MO"), [("/services/0/schedules/0", "hours-not-weekly")]),
        (schedule(byday="XX"), [("/services/0/schedules/0", "hours-not-weekly")]),
        (schedule(opens_at="ten"), [("/services/0/schedules/0", "hours-not-weekly")]),
        (
            {**OWNER, "services": [{"name": "S", "service_areas": [{"name": "Nowhere"}]}]},
            [("/services/0/service_areas", "unknown-municipality")],
        ),
    ],
)
def test_json_that_cannot_be_taken_over_is_told_with_its_place(
    document: object, found: list[tuple[str, str]]
) -> None:
    content = document if isinstance(document, str) else json.dumps(document)
    assert faults(content, Format.JSON) == found

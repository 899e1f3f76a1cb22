"""Reads a directory in HSDS 3 JSON, of this software or of another one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from servicebalie.core.code_lists import CodeLists
from servicebalie.core.directory import Location, Organisation, Schedule, Service
from servicebalie.core.directory_entries import (
    Entry,
    Fields,
    closure_of,
    fee_of,
    location_of,
    organisation_of,
    schedule_of,
    service_of,
)
from servicebalie.core.directory_hsds import FIELD, TAXONOMY
from servicebalie.core.errors import Fault
from servicebalie.core.vocabulary import Accessibility
from servicebalie.core.weekly_hours import NotWeekly, hours_of_rule

_NOT_WEEKLY = ("byweekno", "bymonthday", "byyearday", "count")


class _Node:
    """An object of the file, where it is, and what the attributes of our own taxonomies say about it."""

    def __init__(self, content: object, pointer: str, faults: list[Fault]) -> None:
        self.pointer = pointer
        self.faults = faults
        self.content: Mapping[str, Any] = content if isinstance(content, dict) else {}
        if not isinstance(content, dict):
            faults.append(Fault(pointer, "not-an-object"))

    def children(self, name: str) -> Iterator["_Node"]:
        """Yield the objects of a list."""
        found = self.content.get(name)
        if found is None:
            return
        if not isinstance(found, list):
            self.faults.append(Fault(f"{self.pointer}/{name}", "not-a-list"))
            return
        for number, each in enumerate(found):
            yield _Node(each, f"{self.pointer}/{name}/{number}", self.faults)

    def fields(self, **names: str) -> Fields:
        """Return fields by our name for each of theirs."""
        fields = Fields(self.pointer, self.faults)
        for ours, theirs in names.items():
            fields.put(ours, self.content.get(theirs), f"{self.pointer}/{theirs}")
        return fields

    def attributes(self) -> Iterator[tuple[str, str, "_Node"]]:
        """Yield the list and the code of each attribute of our own taxonomies."""
        for node in self.children("attributes"):
            term = node.content.get("taxonomy_term")
            if not isinstance(term, dict):
                continue
            taxonomy, code = term.get("taxonomy"), term.get("code")
            if isinstance(taxonomy, str) and isinstance(code, str) and taxonomy.startswith(TAXONOMY):
                yield taxonomy.removeprefix(TAXONOMY), code, node

    def extensions(self) -> dict[str, "_Node"]:
        """Return the attributes for what HSDS has no field for, by their codes."""
        return {code: node for name, code, node in self.attributes() if name == FIELD}

    def codes(self, taxonomy: str) -> list[str] | None:
        """Return the codes of one of our own lists, or None when there are none."""
        return [code for name, code, _ in self.attributes() if name == taxonomy] or None


def parse_hsds(document: object, lists: CodeLists, faults: list[Fault]) -> list[Entry]:
    """Read organisations with their services, or services with their organisations; faults go to `faults`.

    The document is one of them, a list of them, a page of them (`contents`) or `organizations`.
    """
    entries: dict[str, tuple[Organisation, str, list[tuple[Service, str]]]] = {}
    for node in _things(document, faults):
        within = node.content.get("organization")
        owner = _Node(within, f"{node.pointer}/organization", faults) if within is not None else node
        organisation = _organisation(owner)
        key = organisation.uid or organisation.name
        if owner is node and key in entries:
            faults.append(Fault(node.pointer, "uid-repeated"))
        _, _, services = entries.setdefault(key, (organisation, owner.pointer, []))
        nodes = [node] if owner is not node else list(node.children("services"))
        services += [(_service(each, entries[key][0], lists), each.pointer) for each in nodes]
    return [
        Entry(organisation, tuple(each for each, _ in services), pointer, tuple(at for _, at in services))
        for organisation, pointer, services in entries.values()
    ]


def _things(document: object, faults: list[Fault]) -> Iterator[_Node]:
    if isinstance(document, list):
        yield from (_Node(each, f"/{number}", faults) for number, each in enumerate(document))
        return
    top = _Node(document, "", faults)
    for name in ("organizations", "contents", "services"):
        if name in top.content and "id" not in top.content:
            yield from top.children(name)
            return
    if top.content:
        yield top


def _organisation(node: _Node) -> Organisation:
    fields = node.fields(uid="id", name="name", description="description", url="website", email="email")
    extensions = node.extensions()
    _extend(fields, extensions, kind="kind")
    if "no-description" in extensions:
        fields.put("description", "", node.pointer)
    return organisation_of(fields)


def _service(node: _Node, organisation: Organisation, lists: CodeLists) -> Service:
    places = list(_places(node, lists))
    schedules = [each for schedule in node.children("schedules") for each in _schedule(schedule, lists, None)]
    parts: dict[str, Iterable[Any]] = {
        "locations": [place for place, _ in places],
        "schedules": schedules + [each for _, own in places for each in own],
        "closures": [closure_of(each) for each in _closures(node)],
        "fees": [fee_of(_fee_fields(each)) for each in node.children("cost_options")],
    }
    return service_of(_service_fields(node, lists), lists, organisation, parts)


def _service_fields(node: _Node, lists: CodeLists) -> Fields:
    fields = node.fields(
        uid="id",
        name="name",
        description="description",
        url="url",
        email="email",
        assured_on="assured_date",
    )
    _put_status(node, fields)
    _put_first(node, fields, "phones", "number", "phone")
    _put_first(node, fields, "capacities", "maximum", "capacity")
    fields.put(
        "languages",
        [str(each.content.get("code") or each.content.get("name")) for each in node.children("languages")],
        node.pointer + "/languages",
    )
    fields.put("area", list(_area(node, lists)) or None, node.pointer + "/service_areas")
    for ours, theirs in (
        ("topics", "topic"),
        ("groups", "group"),
        ("stays", "stay"),
        ("registrations", "registration"),
    ):
        fields.put(ours, node.codes(theirs), node.pointer + "/attributes")
    _extend(
        fields,
        node.extensions(),
        destination="destination",
        response_days="response-days",
        takes_referrals="takes-referrals",
        capacity="capacity",
        assured_by="assured-by",
    )
    return fields


def _fee_fields(node: _Node) -> Fields:
    return node.fields(
        text="option", amount="amount", currency="currency", **{"from": "valid_from", "to": "valid_to"}
    )


def _put_status(node: _Node, fields: Fields) -> None:
    status = node.content.get("status")
    if status is not None:
        fields.put("active", status == "active", f"{node.pointer}/status")


def _put_first(node: _Node, fields: Fields, things: str, theirs: str, ours: str) -> None:
    for each in node.children(things):
        fields.put(ours, each.content.get(theirs), f"{each.pointer}/{theirs}")
        return


def _extend(fields: Fields, extensions: Mapping[str, _Node], **names: str) -> None:
    for ours, code in names.items():
        if code in extensions:
            node = extensions[code]
            fields.put(ours, node.content.get("value"), f"{node.pointer}/value")


def _area(node: _Node, lists: CodeLists) -> Iterator[str]:
    """Yield the code of each area; one that is told by its name alone may be that of a municipality."""
    names = {place.name: code for code, place in lists.municipalities.items()}
    for each in node.children("service_areas"):
        extent, name = each.content.get("extent"), each.content.get("name")
        if isinstance(extent, str) and each.content.get("extent_type", "text") == "text":
            yield extent
        else:
            yield names.get(str(name), str(name))


def _places(node: _Node, lists: CodeLists) -> Iterator[tuple[Location, list[Schedule]]]:
    """Yield the places of a service with the hours there; a place on the internet is none."""
    for each in node.children("service_at_locations"):
        where = _Node(each.content.get("location"), f"{each.pointer}/location", node.faults)
        if where.content.get("location_type") == "virtual":
            continue
        place = location_of(_location_fields(where, lists), lists)
        schedules = [*each.children("schedules"), *where.children("schedules")]
        yield place, [own for schedule in schedules for own in _schedule(schedule, lists, place)]


def _location_fields(where: _Node, lists: CodeLists) -> Fields:
    fields = where.fields(uid="id")
    for address in where.children("addresses"):
        for ours, theirs in (("street", "address_1"), ("postal_code", "postal_code"), ("city", "city")):
            fields.put(ours, address.content.get(theirs), f"{address.pointer}/{theirs}")
        names = {place.name: code for code, place in lists.municipalities.items()}
        for theirs in ("city", "region"):
            code = names.get(str(address.content.get(theirs)))
            fields.put("municipality", code, f"{address.pointer}/{theirs}")
        break
    own = where.codes("municipality")
    fields.put("municipality", own and own[0], where.pointer + "/attributes")
    codes: list[str] = []
    notes: list[str] = []
    for each in where.children("accessibility"):
        described, details = each.content.get("description"), each.content.get("details")
        if isinstance(described, str):
            (codes if described in {*Accessibility} else notes).append(described)
        if isinstance(details, str):
            notes.append(details)
    fields.put("accessibility", codes, where.pointer + "/accessibility")
    fields.put("accessibility_note", " ".join(notes) or None, where.pointer + "/accessibility")
    return fields


def _schedule(node: _Node, lists: CodeLists, place: Location | None) -> Iterator[Schedule]:
    """Yield the schedule of a node; none for a further rule of a schedule that says its hours itself."""
    extensions = node.extensions()
    if "part-of" in extensions:
        return
    fields = node.fields(uid="id", note="notes", **{"from": "valid_from", "to": "valid_to"})
    for ours, theirs in (("from", "dtstart"), ("to", "until")):
        if not fields.has(ours):
            fields.put(ours, node.content.get(theirs), f"{node.pointer}/{theirs}")
    fields.put("languages", node.codes("language"), node.pointer + "/attributes")
    if "opening-hours" in extensions:
        _extend(fields, extensions, hours="opening-hours")
    else:
        _put_hours_of_rule(node, fields)
    yield schedule_of(fields, lists, place)


def _put_hours_of_rule(node: _Node, fields: Fields) -> None:
    byday, opens, closes = (node.content.get(name) for name in ("byday", "opens_at", "closes_at"))
    if byday is None and opens is None and node.content.get("freq") is None:
        # No rule at all: by appointment, as its description may tell.
        if not fields.has("note"):
            fields.put("note", node.content.get("description"), f"{node.pointer}/description")
        return
    try:
        fields.put("hours", _hours(node, str(byday), str(opens), str(closes)), f"{node.pointer}/byday")
    except NotWeekly as error:
        fields.fault("hours", error.code)


def _hours(node: _Node, byday: str, opens: str, closes: str) -> str:
    if any(node.content.get(name) for name in _NOT_WEEKLY) or node.content.get("interval", 1) != 1:
        raise NotWeekly
    freq = node.content.get("freq")
    return hours_of_rule(None if freq is None else str(freq), byday, opens, closes)


def _closures(node: _Node) -> Iterator[Fields]:
    for name, code, each in node.attributes():
        if name == FIELD and code == "closed":
            fields = each.fields(note="label")
            first, _, last = str(each.content.get("value")).partition("/")
            fields.put("from", first, f"{each.pointer}/value")
            fields.put("to", last or None, f"{each.pointer}/value")
            yield fields

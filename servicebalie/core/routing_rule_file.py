"""Rules as people write them: a file (TOML), or the JSON of the API.

docs/operating/routing.md explains the fields.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from servicebalie.core.directory import Directory, Service
from servicebalie.core.errors import Fault, ParamValue
from servicebalie.core.routing_rules import (
    Aspect,
    AsTopic,
    OpenNow,
    Rule,
    Target,
    ToDestination,
    ToService,
    rule_values,
)
from servicebalie.core.toml_text import NotToml, read_toml
from servicebalie.core.vocabulary import Arrival, Channel, Destination, Group, Registration, Stay

MAX_RULES = 1000
MAX_CODES = 400
MAX_NAME = 80
IN_FILE, IN_JSON = "as_topic", "asTopic"
"""The name of the field for another topic; all other names are the same in a file and in the API."""

_CLOSED_LISTS: Mapping[Aspect, Collection[str]] = {
    Aspect.GROUPS: tuple(Group),
    Aspect.STAYS: tuple(Stay),
    Aspect.ARRIVALS: tuple(Arrival),
    Aspect.REGISTRATIONS: tuple(Registration),
    Aspect.CHANNELS: tuple(Channel),
}
_STAND_IN = Rule("", ToDestination(Destination.DESK))
"""A rule in the place of one that cannot be read; nothing more is said about it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Rules that were read, and what is wrong with them; with faults, the rules are not to be used.

    `names` are those of all rules, also of the ones that cannot be read; empty where there is no good one.
    """

    rules: tuple[Rule, ...]
    faults: tuple[Fault, ...]
    names: tuple[str, ...] = ()


def parse_rule_file(content: str, directory: Directory) -> Reading:
    """Read the rules of a file; one that is no TOML has one fault, with its line."""
    try:
        document = read_toml(content)
    except NotToml as error:
        return Reading((), (Fault("", "not-toml", {"line": error.line}),))
    unknown = tuple(Fault(f"/{name}", "unknown-field") for name in document if name != "rules")
    reading = read_rules(document.get("rules", []), directory, as_topic=IN_FILE)
    return replace(reading, faults=unknown + reading.faults)


def read_rules(values: object, directory: Directory, *, as_topic: str = IN_JSON) -> Reading:
    """Read a list of rules; `as_topic` is how the field for another topic is called there."""
    if not isinstance(values, list):
        return Reading((), (Fault("/rules", "not-a-list"),))
    if len(values) > MAX_RULES:
        return Reading((), (Fault("/rules", "too-many", {"limit": MAX_RULES}),))
    readers = [_Reader(each, f"/rules/{number}", directory, as_topic) for number, each in enumerate(values)]
    rules = tuple(reader.rule() for reader in readers)
    faults = [fault for reader in readers for fault in reader.faults]
    names = tuple(_name_in(each) for each in values)
    return Reading(rules, tuple(faults + list(_repeated(rules))), names)


def write_rule_file(rules: Iterable[Rule], directory: Directory) -> str:
    """Return the file of these rules; services have their names where these are unmistakable."""
    return "\n".join(line for rule in rules for line in _lines(rule, directory))


def _name_in(values: object) -> str:
    """Return the name of a rule as it can be told on one line."""
    name = values.get("name") if isinstance(values, dict) else None
    return name if isinstance(name, str) and len(name) <= MAX_NAME and name.isprintable() else ""


class _Reader:
    """Reads one rule; what is wrong with it goes to `faults`."""

    def __init__(self, values: object, pointer: str, directory: Directory, as_topic: str) -> None:
        self.faults: list[Fault] = []
        self._pointer = pointer
        self._directory = directory
        self._as_topic = as_topic
        self._values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        if not isinstance(values, dict):
            self._fault("", "not-an-object")
        known = {"name", "topics", "open", "service", "destination", "anywhere", "anyone", as_topic}
        for name in self._values:
            if name not in known and name not in {aspect.field for aspect in Aspect}:
                self._fault(name, "unknown-field")

    def rule(self) -> Rule:
        """Return the rule, or one to stand in for it when there are faults."""
        if self.faults and not self._values:
            return _STAND_IN
        name = self._name()
        lists = self._directory.code_lists
        topics = self._codes("topics", _active(lists.topics), "unknown-topic")
        conditions = tuple((aspect, codes) for aspect in Aspect if (codes := self._condition(aspect)))
        target = self._target()
        open_now = self._open_now(target)
        return _STAND_IN if self.faults else Rule(name, target, topics, conditions, open_now)

    def _fault(self, name: str, code: str, **params: ParamValue) -> None:
        self.faults.append(Fault(f"{self._pointer}/{name}" if name else self._pointer, code, params))

    def _name(self) -> str:
        if "name" not in self._values:
            self._fault("name", "required")
            return ""
        name = self._text("name").strip()
        if len(name) > MAX_NAME:
            self._fault("name", "text-too-long", limit=MAX_NAME)
        return name

    def _text(self, name: str) -> str:
        """Return a text that is there; control characters are none."""
        value = self._values[name]
        if not isinstance(value, str):
            self._fault(name, "not-text")
        elif not value.strip() or not value.isprintable():
            self._fault(name, "text-empty")
        else:
            return value
        return ""

    def _condition(self, aspect: Aspect) -> frozenset[str]:
        lists = self._directory.code_lists
        if aspect is Aspect.LANGUAGES:
            return self._codes(aspect.field, _active(lists.languages), "unknown-language")
        if aspect is Aspect.MUNICIPALITIES:
            return self._codes(aspect.field, _active(lists.municipalities), "unknown-municipality")
        allowed = _CLOSED_LISTS[aspect]
        return self._codes(aspect.field, allowed, "unknown-code", allowed=",".join(allowed))

    def _codes(self, name: str, known: Collection[str], fault: str, **params: ParamValue) -> frozenset[str]:
        """Return the codes of a condition, none of which may be unknown; none when there is no condition."""
        if name not in self._values:
            return frozenset()
        values = self._values[name]
        if not isinstance(values, list):
            self._fault(name, "not-a-list")
            return frozenset()
        if not values:
            self._fault(name, "too-few")
        if len(values) > MAX_CODES:
            self._fault(name, "too-many", limit=MAX_CODES)
            return frozenset()
        for number, value in enumerate(values):
            if not isinstance(value, str):
                self._fault(f"{name}/{number}", "not-text")
            elif value not in known:
                self._fault(f"{name}/{number}", fault, **params)
        return frozenset(value for value in values if isinstance(value, str))

    def _target(self) -> Target:
        names = ("service", "destination", self._as_topic)
        given = [name for name in names if name in self._values]
        if len(given) != 1:
            self._fault("", "one-target", known=", ".join(names))
            return _STAND_IN.target
        flags = {name: self._flag(name) for name in ("anywhere", "anyone")}
        if given == ["service"]:
            return ToService(self._service("service"), **flags)
        for name in flags:
            if name in self._values:
                self._fault(name, "flag-needs-service")
        text = self._text(given[0])
        if given == ["destination"]:
            if text in set(Destination):
                return ToDestination(Destination(text))
            if text:
                self._fault("destination", "unknown-code", allowed=",".join(Destination))
            return _STAND_IN.target
        if text and text not in _active(self._directory.code_lists.topics):
            self._fault(self._as_topic, "unknown-topic")
        return AsTopic(text)

    def _flag(self, name: str) -> bool:
        value = self._values.get(name, False)
        if not isinstance(value, bool):
            self._fault(name, "not-a-boolean")
        return value is True

    def _open_now(self, target: Target) -> OpenNow | None:
        if "open" not in self._values:
            return None
        if self._values["open"] != "target":
            return OpenNow(self._service("open"))
        if isinstance(target, AsTopic):
            self._fault("open", "open-needs-place")
        return OpenNow()

    def _service(self, name: str) -> int:
        """Return the id of the open service that a field tells by its id or name."""
        value = self._values[name]
        text = str(value) if type(value) is int else self._text(name)
        found = list(_services_called(text, self._directory)) if text else []
        if len(found) > 1:
            self._fault(name, "several-services", known=", ".join(str(each.id) for each in found))
        elif text and not found:
            self._fault(name, "unknown-service")
        return found[0].id if found else 0


def _services_called(text: str, directory: Directory) -> Iterator[Service]:
    """Yield the open services of partners that have this id, name, or organisation and name."""
    for service in directory.services.values():
        if service.active and text in (str(service.id), service.name, service.full_name):
            yield service


def _active(listed: Mapping[str, Any]) -> Collection[str]:
    return {code for code, each in listed.items() if each.active}


def _repeated(rules: Iterable[Rule]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, rule in enumerate(rules):
        if rule.name in seen:
            yield Fault(f"/rules/{number}/name", "rule-name-repeated")
        if rule is not _STAND_IN:
            seen.add(rule.name)


def _lines(rule: Rule, directory: Directory) -> Iterator[str]:
    yield "[[rules]]"
    for name, value in rule_values(rule).items():
        told = _called(value, directory) if name in ("service", "open") else value
        yield f"{name} = {json.dumps(told, ensure_ascii=False)}"
    yield ""


def _called(id_or_target: str, directory: Directory) -> str:
    """Return the name of a service if no other is called so, else its id."""
    service = directory.services.get(int(id_or_target)) if id_or_target.isdecimal() else None
    if service is None:
        return id_or_target
    name = service.full_name
    unmistakable = len(list(_services_called(name, directory))) == 1 and name.isprintable()
    return name if unmistakable else id_or_target

"""Standard answers as a readable file (TOML), which people write, translators fill in and desks exchange."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from servicebalie.core.errors import Fault, InvalidInput, ParamValue
from servicebalie.core.standard_answers import (
    AnswerText,
    Placeholder,
    StandardAnswer,
    has_unknown_placeholder,
)
from servicebalie.core.toml_text import NotToml, read_toml
from servicebalie.core.vocabulary import TextStatus

MAX_BODY = 4000
MAX_NAME = 160
MAX_ADDRESS = 300
MAX_FUNCTION = 60

_ANSWER_FIELDS = frozenset({"topic", "source_locale", "texts"})
_TEXT_FIELDS = frozenset(
    {"version", "translated_from", "status", "checked", "checked_by", "source", "address", "body"}
)
_WRONG_KIND: Mapping[type, str] = MappingProxyType(
    {
        str: "not-text",
        int: "not-a-number",
        date: "invalid-date",
        list: "not-a-list",
        dict: "not-an-object",
    }
)
_STAND_IN = "-"
"""A text in the place of one that is missing or wrong, so that one slip is told once."""

HIGHEST_VERSION = 1_000_000
_ADDRESS = re.compile(r"https://[a-z0-9.-]+(/\S*)?\Z")
_NOT_IN_TOML = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

T = TypeVar("T")


class _Table:
    """A table of the file; what is wrong in it goes to `faults`, and something else stands in for it."""

    def __init__(self, content: object, pointer: str, fields: Collection[str] | None, faults: list[Fault]):
        self.pointer = pointer
        self.faults = faults
        self.content: Mapping[str, Any] = content if isinstance(content, dict) else {}
        if not isinstance(content, dict):
            self.fault("", "not-an-object")
        for name in self.content:
            if fields is not None and name not in fields:
                self.fault(name, "unknown-field")

    def fault(self, name: str, code: str, **params: ParamValue) -> None:
        """Note what is wrong with a field, or with the table as a whole."""
        self.faults.append(Fault(f"{self.pointer}/{name}" if name else self.pointer, code, params))

    def read(self, name: str, kind: type[T], stand_in: T) -> T:
        """Return a field that must be there and of this kind."""
        value = self.content.get(name)
        if value is None:
            self.fault(name, "required")
        # Not isinstance: in Python true is a number and a moment is a day.
        elif type(value) is not kind:
            self.fault(name, _WRONG_KIND[kind])
        else:
            found: T = value
            return found
        return stand_in

    def text(self, name: str, limit: int) -> str:
        """Return a text of at most `limit` characters that is not empty, as it can be stored."""
        value = (
            self.read(name, str, _STAND_IN)
            .replace("\r\n", "\n")
            .replace("\r", "\n")
            .replace("\x00", "")
            .strip()
        )
        if not value:
            self.fault(name, "text-empty")
        elif len(value) > limit:
            self.fault(name, "text-too-long", limit=limit)
        return value

    def number(self, name: str) -> int:
        """Return the number of a version."""
        value = self.read(name, int, 1)
        if not 1 <= value <= HIGHEST_VERSION:
            self.fault(name, "number-out-of-range", least=1, most=HIGHEST_VERSION)
        return value


def parse_answer_file(
    content: str, topics: Collection[str], locales: Collection[str]
) -> tuple[StandardAnswer, ...]:
    """Read standard answers about known topics in known locales.

    Raises `InvalidInput` with all that is wrong; a file that is no TOML has one fault, with its line.
    """
    try:
        document = read_toml(content)
    except NotToml as error:
        raise InvalidInput(Fault("", "not-toml", {"line": error.line})) from None
    faults: list[Fault] = []
    top = _Table(document, "", {"answers"}, faults)
    answers = [
        _answer(_Table(each, f"/answers/{number}", _ANSWER_FIELDS, faults), topics, locales)
        for number, each in enumerate(top.read("answers", list, []))
    ]
    faults += _repeated(answers)
    if faults:
        raise InvalidInput(*faults)
    return tuple(answers)


def write_answer_file(answers: Iterable[StandardAnswer]) -> str:
    """Return the file of these answers; reading it gives them again."""
    return "\n".join(line for answer in answers for line in _lines(answer))


def _answer(table: _Table, topics: Collection[str], locales: Collection[str]) -> StandardAnswer:
    topic = table.read("topic", str, _STAND_IN)
    if topic not in {*topics, _STAND_IN}:
        table.fault("topic", "unknown-topic")
    source = table.read("source_locale", str, _STAND_IN)
    if source not in {*locales, _STAND_IN}:
        table.fault("source_locale", "unknown-locale", known=",".join(locales))
    texts = _Table(table.read("texts", dict, {}), f"{table.pointer}/texts", None, table.faults)
    for locale in texts.content:
        if locale not in locales:
            texts.fault(locale, "unknown-locale", known=",".join(locales))
    return StandardAnswer(
        topic,
        source,
        {
            locale: _text(
                _Table(each, f"{texts.pointer}/{locale}", _TEXT_FIELDS, table.faults), locale, source
            )
            for locale, each in texts.content.items()
        },
    )


def _text(table: _Table, locale: str, source_locale: str) -> AnswerText:
    translated_from = None
    if locale == source_locale:
        if "translated_from" in table.content:
            table.fault("translated_from", "source-is-not-translated")
    elif source_locale != _STAND_IN or "translated_from" in table.content:
        translated_from = table.number("translated_from")
    status = _status(table)
    checked_by = None
    if status is TextStatus.CHECKED or "checked_by" in table.content:
        checked_by = table.text("checked_by", MAX_FUNCTION)
        if "@" in checked_by:
            table.fault("checked_by", "function-not-person")
    address = table.text("address", MAX_ADDRESS)
    if address != _STAND_IN and not _ADDRESS.match(address):
        table.fault("address", "invalid-address")
    body = table.text("body", MAX_BODY)
    if has_unknown_placeholder(body):
        table.fault("body", "unknown-placeholder", known=",".join(Placeholder))
    return AnswerText(
        locale=locale,
        version=table.number("version"),
        translated_from=translated_from,
        status=status,
        checked_on=table.read("checked", date, date.min),
        checked_by=checked_by,
        source_name=table.text("source", MAX_NAME),
        source_url=address,
        body=body,
    )


def _status(table: _Table) -> TextStatus:
    code = table.read("status", str, TextStatus.WITHDRAWN.value)
    try:
        return TextStatus(code)
    except ValueError:
        table.fault("status", "unknown-code", allowed=",".join(TextStatus))
        return TextStatus.WITHDRAWN


def _repeated(answers: Iterable[StandardAnswer]) -> Iterator[Fault]:
    """Yield a fault for each answer about a topic that the file has an answer about already."""
    seen: set[str] = set()
    for number, answer in enumerate(answers):
        if answer.topic in seen:
            yield Fault(f"/answers/{number}/topic", "topic-repeated")
        seen.add(answer.topic)


def _lines(answer: StandardAnswer) -> Iterator[str]:
    yield "[[answers]]"
    yield f"topic = {_quoted(answer.topic)}"
    yield f"source_locale = {_quoted(answer.source_locale)}"
    # The source text first, for it is what a translator reads.
    for locale in sorted(answer.texts, key=lambda each: (each != answer.source_locale, each)):
        text = answer.texts[locale]
        yield ""
        yield f"[answers.texts.{locale}]"
        yield f"version = {text.version}"
        if text.translated_from is not None:
            yield f"translated_from = {text.translated_from}"
        yield f"status = {_quoted(text.status)}"
        yield f"checked = {text.checked_on.isoformat()}"
        if text.checked_by is not None:
            yield f"checked_by = {_quoted(text.checked_by)}"
        yield f"source = {_quoted(text.source_name)}"
        yield f"address = {_quoted(text.source_url)}"
        yield f'body = """\n{_escaped(text.body)}\n"""'
    yield ""


def _quoted(text: str) -> str:
    # A string of JSON is one of TOML, but for the one control character that JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"""', '""\\"')
    return _NOT_IN_TOML.sub(lambda found: f"\\u{ord(found[0]):04x}", plain)

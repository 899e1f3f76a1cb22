"""Fields that know the words of the product; a value that does not fit gets the code of a fault."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from operator import attrgetter
from typing import Any, TypeAlias

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from marshmallow import Schema, ValidationError, fields, validate

from servicebalie.core.code_lists import CodeLists, Language, Municipality, Topic
from servicebalie.core.errors import Fault, InvalidReference, InvalidReturnCode
from servicebalie.core.periods import LATEST_REGISTRATION, PERIOD_PATTERN, InvalidPeriod, Period, parse_period
from servicebalie.core.reference_codes import decode_visit, normalise_return_code
from servicebalie.http.transaction import job

Listed: TypeAlias = Topic | Language | Municipality

_CODES: Mapping[object, str] = {
    kind.default_error_messages[key]: code
    for kind, key, code in (
        (fields.Field, "required", "required"),
        (fields.Field, "null", "null"),
        (fields.String, "invalid", "not-text"),
        (fields.String, "invalid_utf8", "not-text"),
        (fields.Boolean, "invalid", "not-a-boolean"),
        (fields.Integer, "invalid", "not-a-number"),
        (fields.Number, "too_large", "not-a-number"),
        (fields.List, "invalid", "not-a-list"),
        (fields.Nested, "type", "not-an-object"),
    )
}
"""The codes of faults for what fields of marshmallow say by themselves."""


class InputSchema(Schema):
    """A schema of what comes in: unknown fields are faults, and all faults are told at once."""

    error_messages = {"unknown": "unknown-field", "type": "not-an-object"}  # noqa: RUF012 - marshmallow's class attribute

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:  # noqa: ARG002 - marshmallow's method
        """Let a field say codes where it would say the sentences of marshmallow."""
        _speak_in_codes(field_obj)


def _speak_in_codes(field: fields.Field[Any]) -> None:
    # A new dictionary, because copies of a field share theirs.
    field.error_messages = {key: _CODES.get(said, said) for key, said in field.error_messages.items()}
    if isinstance(field, fields.List):
        _speak_in_codes(field.inner)


class Text(fields.String):
    """Text of at most `limit` characters, without surrounding white space; empty text is a fault."""

    def __init__(self, limit: int, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(max=limit, error=f"text-too-long limit={limit}"), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs).replace("\r\n", "\n").strip()
        if not text:
            raise ValidationError("text-empty")
        # PostgreSQL cannot store NUL; a lone surrogate cannot be sent anywhere.
        return text.replace("\x00", "").encode(errors="replace").decode()


class Code(fields.String):
    """A member of a closed code list."""

    def __init__(self, codes: type[StrEnum], **kwargs: Any) -> None:
        allowed = [code.value for code in codes] + ([None] if kwargs.get("allow_none") else [])
        kwargs.setdefault("metadata", {}).setdefault("enum", allowed)
        super().__init__(**kwargs)
        self.codes = codes

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return self.codes(text)
        except ValueError:
            raise ValidationError(f"unknown-code allowed={','.join(self.codes)}") from None


class ListedCode(fields.String):
    """A code of one of the open code lists that is in force."""

    def __init__(self, codes: Callable[[CodeLists], Mapping[str, Listed]], fault: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.codes = codes
        self.fault = fault

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        code: str = super()._deserialize(value, attr, data, **kwargs)
        found = self.codes(job().work.directory.code_lists).get(code)
        if found is None or not found.active:
            raise ValidationError(self.fault)
        return code


TopicCode = partial(ListedCode, attrgetter("topics"), "unknown-topic")
LanguageCode = partial(ListedCode, attrgetter("languages"), "unknown-language")
MunicipalityCode = partial(ListedCode, attrgetter("municipalities"), "unknown-municipality")


class ServiceId(fields.String):
    """A service of the desk's directory that is open, by its id."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:  # type: ignore[override]  # ids are text outside
        text = super()._deserialize(value, attr, data, **kwargs)
        service = job().work.directory.service(int(text)) if text.isdecimal() and len(text) < 10 else None
        if service is None or not service.active:
            raise ValidationError("unknown-service")
        return service.id


class VisitReference(fields.String):
    """The reference of a visit, which becomes its id."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:  # type: ignore[override]  # references are text outside
        try:
            return decode_visit(super()._deserialize(value, attr, data, **kwargs))
        except InvalidReference as error:
            raise ValidationError(error.code) from None


class ReturnCode(fields.String):
    """A return code, in any digits and grouping."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return normalise_return_code(super()._deserialize(value, attr, data, **kwargs))
        except InvalidReturnCode as error:
            raise ValidationError(error.code) from None


class EmailAddress(fields.String):
    """An e-mail address that could exist; nobody is asked whether it does."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return validate_email(text.strip(), check_deliverability=False).normalized
        except EmailNotValidError:
            raise ValidationError("invalid-email") from None


class PhoneNumber(fields.String):
    """A telephone number, Dutch unless it has a country code; becomes E.164."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            number = phonenumbers.parse(text[:40], "NL")
        except phonenumbers.NumberParseException:
            raise ValidationError("invalid-phone") from None
        if not phonenumbers.is_possible_number(number):
            raise ValidationError("invalid-phone")
        e164: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return e164


class Boolean(fields.Boolean):
    """True or false."""


class Day(fields.Date):
    """A day, as YYYY-MM-DD; rows are ordered by keys that reach from the first to the last of these."""

    default_error_messages = dict.fromkeys(("invalid", "invalid_awareness"), "invalid-date")

    FIRST = date(2020, 1, 1)
    LAST = date(2088, 12, 31)

    def __init__(self, **kwargs: Any) -> None:
        error = f"day-out-of-range first={self.FIRST} last={self.LAST}"
        super().__init__(validate=validate.Range(self.FIRST, self.LAST, error=error), **kwargs)


class CalendarPeriod(fields.String):
    """A month (2026-10), a quarter (2026-Q4) or a year (2026)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"pattern": PERIOD_PATTERN}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Period:  # type: ignore[override]  # periods are text outside
        try:
            return parse_period(super()._deserialize(value, attr, data, **kwargs))
        except InvalidPeriod as error:
            raise ValidationError(error.code) from None


class MomentOfVisit(fields.AwareDateTime):
    """When a visit was, if it is registered later; with an offset from UTC (RFC 3339)."""

    default_error_messages = dict.fromkeys(("invalid", "invalid_awareness"), "invalid-moment")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        delay = job().work.now - moment
        if delay < timedelta():
            raise ValidationError("received-in-future")
        if delay > LATEST_REGISTRATION:
            raise ValidationError(f"received-too-long-ago days={LATEST_REGISTRATION.days}")
        return moment


def faults_of(messages: Any, pointer: str = "") -> list[Fault]:
    """Return the messages of marshmallow as faults, with a JSON pointer to each."""
    if isinstance(messages, Mapping):
        return [
            fault
            for name, inner in messages.items()
            for fault in faults_of(inner, pointer if name == "_schema" else f"{pointer}/{_escaped(name)}")
        ]
    return [_fault(pointer, message) for message in messages]


def _escaped(name: str | int) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _fault(pointer: str, message: str) -> Fault:
    """Read a message of the form `code name=value name=value`."""
    code, *params = message.split(" ")
    return Fault(pointer, code, dict(param.split("=", 1) for param in params))

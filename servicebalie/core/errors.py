"""Errors that carry a code and never a sentence; the edges turn codes into words.

    ServicebalieError
        InvalidInput                 one or more faults in what was sent
        InvalidReference             not a reference that this software gave out
        InvalidReturnCode            not a return code that this software gave out
        InvalidOpeningHours          not opening hours in the OpenStreetMap syntax
            SchoolHolidaysUnclear    hours that speak of school holidays in a way that cannot be read

Modules that need an error of their own derive it from `ServicebalieError` beside the function that
raises it, or here when several modules raise it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import ClassVar, TypeAlias

ParamValue: TypeAlias = str | int | date
"""A named value for the sentence of an error: an id, a code, a number or a day."""


class ServicebalieError(Exception):
    """A refusal with a stable kebab-case `code` and named `params` for its translated sentence.

    Parameters hold ids, codes, numbers and days. They never hold what a person typed, because errors
    are logged.
    """

    code: ClassVar[str] = "error"

    def __init__(self, **params: ParamValue) -> None:
        super().__init__(self.code, *(f"{name}={value}" for name, value in params.items()))
        self.params: Mapping[str, ParamValue] = MappingProxyType(params)

    def __str__(self) -> str:
        return " ".join(self.args)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what was sent: where (a JSON pointer, RFC 6901) and what."""

    pointer: str
    code: str
    params: Mapping[str, ParamValue] = field(default_factory=lambda: MappingProxyType({}), hash=False)


class InvalidInput(ServicebalieError):
    """What was sent has faults; all of them are told at once, in `faults`."""

    code = "invalid-input"

    def __init__(self, *faults: Fault) -> None:
        super().__init__()
        self.faults = faults

    def below(self, pointer: str) -> tuple[Fault, ...]:
        """Return the faults as they are called where the input is only a part, at `pointer`."""
        return tuple(Fault(pointer + fault.pointer, fault.code, fault.params) for fault in self.faults)


class InvalidReference(ServicebalieError):
    """The text is not a reference: a wrong length, a letter outside the alphabet, or a typing error."""

    code = "invalid-reference"


class InvalidReturnCode(ServicebalieError):
    """The text is not a return code: a wrong length, something other than digits, or a typing error."""

    code = "invalid-return-code"


class InvalidOpeningHours(ServicebalieError):
    """The text is not opening hours in the OpenStreetMap syntax."""

    code = "invalid-opening-hours"


class SchoolHolidaysUnclear(InvalidOpeningHours):
    """The hours speak of school holidays (`SH`) in a form that cannot be written out as days."""

    code = "school-holidays-unclear"

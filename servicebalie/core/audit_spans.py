"""Lines of the audit trail as spans, after the Dutch standard Logboek Dataverwerkingen.

Each question that a line is about becomes a span of OpenTelemetry, in the JSON of OTLP 1. The person is named
by the reference of the question, a pseudonym that leads to nobody outside of the desk.
https://logius-standaarden.github.io/logboek-dataverwerkingen/
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from servicebalie.core.audit import AuditLine, AuditResult, RecordKind

SUBJECT_TYPE = "servicebalie-question"

_SPAN_BYTES = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_OK, _ERROR = 1, 2
_INTERNAL = 1


def spans_of(lines: Iterable[AuditLine], activities: str) -> dict[str, Any]:
    """Return the OTLP request for the lines that are about questions; `activities` is the address of the
    register in which each action is described, without a slash at its end.
    """
    spans = [span for line in lines for span in _spans(line, activities)]
    scope = {"scope": {"name": "servicebalie.audit"}, "spans": spans}
    resource = {"attributes": _attributes({"service.name": "servicebalie"})}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]}


def is_about_persons(line: AuditLine) -> bool:
    """Whether a line is about questions, behind each of which is a person."""
    return line.record_kind == RecordKind.QUESTION and bool(line.records)


def _spans(line: AuditLine, activities: str) -> Iterator[dict[str, Any]]:
    if not is_about_persons(line):
        return
    moment = str((line.at - _EPOCH) // _MICROSECOND * 1000)
    for reference in line.records.split():
        yield {
            "traceId": line.trace.hex(),
            # The same whenever it is sent, so that one that is sent twice is known.
            "spanId": sha256(f"{line.id} {reference}".encode()).digest()[:_SPAN_BYTES].hex(),
            "name": line.action,
            "kind": _INTERNAL,
            "startTimeUnixNano": moment,
            "endTimeUnixNano": moment,
            "status": {"code": _ERROR if line.result == AuditResult.REFUSED else _OK},
            "attributes": _attributes(
                {
                    "dpl.core.processing_activity_id": f"{activities}/{line.action}",
                    "dpl.core.data_subject_id": reference,
                    "dpl.core.data_subject_id_type": SUBJECT_TYPE,
                }
            ),
        }


def _attributes(values: dict[str, str]) -> list[dict[str, Any]]:
    return [{"key": key, "value": {"stringValue": value}} for key, value in values.items()]

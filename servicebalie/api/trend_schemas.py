"""What the API reads and answers about published numbers: the schemas that check and document it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from servicebalie.api.framework import AnswerSchema
from servicebalie.core.catalogue import Catalogue
from servicebalie.core.cell_keys import Measure
from servicebalie.core.changes import Direction
from servicebalie.core.expectations import Model
from servicebalie.core.periods import PeriodKind
from servicebalie.http.fields import CalendarPeriod, Code, InputSchema, Text
from servicebalie.services.publishing_rules import shipped_catalogue
from servicebalie.services.trends import SeriesWanted, split_label

MAX_LABEL = 120


class TableName(Text):
    """The name of a table of the catalogue."""

    def __init__(self, catalogue: Catalogue, **kwargs: Any) -> None:
        self.names = [table.name for table in catalogue.tables]
        super().__init__(60, metadata={"enum": self.names}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, attr, data, **kwargs)
        if name not in self.names:
            raise ValidationError(f"unknown-table tables={','.join(self.names)}")
        return name


class ReleaseQuerySchema(InputSchema):
    """Which reports to list."""

    kind = Code(PeriodKind)


class SeriesQuerySchema(InputSchema):
    """A table over months, quarters or years, both ends included; `label` is its values joined by `|`."""

    table = TableName(shipped_catalogue(), required=True)
    first = CalendarPeriod(data_key="from", required=True)
    last = CalendarPeriod(data_key="to", required=True)
    label = Text(MAX_LABEL)
    measure = Code(Measure)

    @validates_schema
    def _check_periods(self, data: Mapping[str, Any], **_: Any) -> None:
        first, last = data["first"], data["last"]
        if first.kind is not last.kind:
            raise ValidationError({"to": ["different-periods"]})
        if first > last:
            raise ValidationError({"from": ["first-period-after-last"]})

    @validates_schema
    def _check_table(self, data: Mapping[str, Any], **_: Any) -> None:
        kind = data["first"].kind
        tables = {table.name: table for table in shipped_catalogue().tables_of(kind)}
        table = tables.get(data["table"])
        if table is None:
            raise ValidationError({"table": [f"table-not-of-period kind={kind} tables={','.join(tables)}"]})
        label = data.get("label")
        if label is not None and len(split_label(label)) != len(table.dimensions):
            dimensions = "|".join(table.dimensions) or "-"
            fault = f"wrong-label count={len(table.dimensions)} dimensions={dimensions}"
            raise ValidationError({"label": [fault]})

    @post_load
    def _make(self, data: Mapping[str, Any], **_: Any) -> SeriesWanted:
        return SeriesWanted(**data)


class DocumentLocale(StrEnum):
    """The languages in which files of reports are made."""

    DUTCH = "nl"
    ENGLISH = "en"


class DocumentQuerySchema(InputSchema):
    """In which language a file is wanted; without it, the one of Accept-Language."""

    locale = Code(DocumentLocale)


class DocumentLinksSchema(AnswerSchema):
    """Where a file is."""

    document = fields.String(metadata={"format": "uri-reference"})


class DocumentSchema(AnswerSchema):
    """A file of a report; `locale` is null where it has no language, and `size` is in bytes."""

    name = fields.String()
    locale = fields.String(allow_none=True)
    mediaType = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    links = fields.Nested(DocumentLinksSchema)


class DocumentListSchema(AnswerSchema):
    """The files of a report by name and language."""

    items = fields.List(fields.Nested(DocumentSchema))


class EstimateSchema(AnswerSchema):
    """A protected number with its 95% interval."""

    value = fields.Integer()
    low = fields.Integer()
    high = fields.Integer()


class ReleaseLinksSchema(AnswerSchema):
    """Where the numbers and the files are."""

    report = fields.String(metadata={"format": "uri-reference"})
    documents = fields.String(metadata={"format": "uri-reference"})


class ReleaseSchema(AnswerSchema):
    """A report without its numbers; `sha256` is the hash of the JSON that `links.report` gives.

    `final` tells that nothing of its year changes any more.
    """

    period = fields.String()
    kind = Code(PeriodKind)
    final = fields.Boolean()
    epoch = fields.Integer()
    simulated = fields.Boolean()
    publishedAt = fields.AwareDateTime()
    sha256 = fields.String()
    catalogueVersion = fields.String()
    profile = fields.String()
    links = fields.Nested(ReleaseLinksSchema)


class ReleaseListSchema(AnswerSchema):
    """The reports of the desk, newest first."""

    items = fields.List(fields.Nested(ReleaseSchema))


class ReportDeskSchema(AnswerSchema):
    """The desk as it was called when the report was made."""

    name = fields.String()
    slug = fields.String()


class ReportProfileSchema(AnswerSchema):
    """How the numbers are protected: numbers below `threshold` are left out."""

    name = fields.String()
    largestNoise = fields.Integer()
    variance = fields.Float()
    threshold = fields.Integer()


class ReportCellSchema(AnswerSchema):
    """A published number of persons and of their questions, with one label per dimension."""

    labels = fields.List(fields.String())
    persons = fields.Nested(EstimateSchema)
    questions = fields.Nested(EstimateSchema)


class ReportTableSchema(AnswerSchema):
    """A table of the catalogue."""

    name = fields.String()
    dimensions = fields.List(fields.String())
    cells = fields.List(fields.Nested(ReportCellSchema))


class DifferenceSchema(AnswerSchema):
    """How a number of persons differs from `value`, that of an earlier month.

    `low` and `high` are the 95% interval of `difference`: counting and noise in both months.
    """

    value = fields.Integer()
    difference = fields.Integer()
    low = fields.Integer()
    high = fields.Integer()
    beyondChance = fields.Boolean()


class ExpectationSchema(AnswerSchema):
    """What a number of persons would be if all went on as before.

    From `low` to `high` are 95 of 100 published numbers if nothing changed. `model` is `seasonal` (two years
    or more: season and trend), `level` (one year: the mean), or `hidden` (mostly below the threshold before:
    `value` is the highest mean that it can have had). `direction` is null when the number is within chance.
    """

    model = Code(Model)
    value = fields.Integer()
    low = fields.Integer()
    high = fields.Integer()
    beyondChance = fields.Boolean()
    direction = Code(Direction, allow_none=True)


class SeriesChangeSchema(AnswerSchema):
    """A published number of persons against its own earlier numbers; null where there is none to compare."""

    table = fields.String()
    labels = fields.List(fields.String())
    persons = fields.Integer()
    previous = fields.Nested(DifferenceSchema, allow_none=True)
    yearBefore = fields.Nested(DifferenceSchema, allow_none=True)
    expected = fields.Nested(ExpectationSchema, allow_none=True)


class ChangesSchema(AnswerSchema):
    """What changed beyond chance; only a month tells it, and months of before it was told do not.

    `falseAlarms` is the highest chance that the report of a desk where nothing changed calls any of its
    `tests` comparisons beyond chance. `series` are in the order of the tables.
    """

    previousPeriod = fields.String()
    yearBeforePeriod = fields.String()
    falseAlarms = fields.Float()
    tests = fields.Integer()
    series = fields.List(fields.Nested(SeriesChangeSchema))


class ReportSchema(AnswerSchema):
    """The report of a period as it was frozen; the SHA-256 of these very bytes is its hash.

    `changes` is there in reports of months only.
    """

    period = fields.String()
    epoch = fields.Integer()
    simulated = fields.Boolean()
    publishedAt = fields.AwareDateTime()
    desk = fields.Nested(ReportDeskSchema)
    catalogueVersion = fields.String()
    profile = fields.Nested(ReportProfileSchema)
    ptableHash = fields.String()
    commonCategories = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={
            "description": "Of each dimension that is judged by last year: the values that are not rare."
        },
    )
    cells = fields.Integer()
    tables = fields.List(fields.Nested(ReportTableSchema))
    changes = fields.Nested(ChangesSchema)


class OneSeriesSchema(AnswerSchema):
    """One number over the periods; null where it was not published."""

    labels = fields.List(fields.String())
    measure = Code(Measure)
    values = fields.List(fields.Nested(EstimateSchema, allow_none=True))


class SeriesSchema(AnswerSchema):
    """The published numbers of a table; `periods` are those with a report, oldest first."""

    table = fields.String()
    first = fields.String(data_key="from")
    last = fields.String(data_key="to")
    periods = fields.List(fields.String())
    simulated = fields.Boolean()
    series = fields.List(fields.Nested(OneSeriesSchema))

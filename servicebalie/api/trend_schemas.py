"""What the API reads and answers about published numbers: the schemas that check and document it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from servicebalie.api.framework import AnswerSchema
from servicebalie.core.catalogue import Catalogue
from servicebalie.core.cell_keys import Measure
from servicebalie.http.fields import CalendarMonth, Code, InputSchema, Text
from servicebalie.services.publishing_rules import shipped_catalogue
from servicebalie.services.trends import SeriesWanted

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


class SeriesQuerySchema(InputSchema):
    """A table over months, `from` and `to` included; `label` is its values joined by `|`."""

    table = TableName(shipped_catalogue(), required=True)
    first = CalendarMonth(data_key="from", required=True)
    last = CalendarMonth(data_key="to", required=True)
    label = Text(MAX_LABEL)
    measure = Code(Measure)

    @validates_schema
    def _check_order(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["first"] > data["last"]:
            raise ValidationError({"from": ["first-month-after-last"]})

    @post_load
    def _make(self, data: Mapping[str, Any], **_: Any) -> SeriesWanted:
        return SeriesWanted(**data)


class EstimateSchema(AnswerSchema):
    """A protected number with its 95% interval."""

    value = fields.Integer()
    low = fields.Integer()
    high = fields.Integer()


class ReleaseLinksSchema(AnswerSchema):
    """Where the numbers are."""

    month = fields.String(metadata={"format": "uri-reference"})


class ReleaseSchema(AnswerSchema):
    """A report without its numbers; `sha256` is the hash of the JSON that `links.month` gives."""

    period = fields.String()
    epoch = fields.Integer()
    simulated = fields.Boolean()
    publishedAt = fields.AwareDateTime()
    sha256 = fields.String()
    catalogueVersion = fields.String()
    profile = fields.String()
    links = fields.Nested(ReleaseLinksSchema)


class ReleaseListSchema(AnswerSchema):
    """All reports of the desk, newest month first."""

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


class ReportSchema(AnswerSchema):
    """The report of a month as it was frozen; the SHA-256 of these very bytes is its hash."""

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


class OneSeriesSchema(AnswerSchema):
    """One number over the months; null where it was not published."""

    labels = fields.List(fields.String())
    measure = Code(Measure)
    values = fields.List(fields.Nested(EstimateSchema, allow_none=True))


class SeriesSchema(AnswerSchema):
    """The published numbers of a table; `months` are those with a report, oldest first."""

    table = fields.String()
    first = fields.String(data_key="from")
    last = fields.String(data_key="to")
    months = fields.List(fields.String())
    simulated = fields.Boolean()
    series = fields.List(fields.Nested(OneSeriesSchema))

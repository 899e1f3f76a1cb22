"""Bodies are read by their schema: what is needed is asked for, however deep, with all faults at once."""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import pytest
from flask import Flask
from marshmallow import fields
from orjson import dumps

from servicebalie.api.framework import Resources
from servicebalie.core.errors import InvalidInput
from servicebalie.http.fields import Boolean, InputSchema, Text
from servicebalie.http.problems import NotJson, UnsupportedMediaType

resources = Resources("test", __name__)


class PersonSchema(InputSchema):
    name = Text(5, required=True)


class OptionalSchema(InputSchema):
    word = Text(5)
    person = fields.Nested(PersonSchema)
    people = fields.List(fields.Nested(PersonSchema))


class DefaultSchema(InputSchema):
    word = Text(5)
    loud = Boolean(load_default=False)


class WordSchema(InputSchema):
    word = Text(5)
    other = Text(5)


def read(schema: type[InputSchema], **sent: Any) -> Any:
    """Return what a view gets of a request."""

    @resources.body(schema)
    def view(body: Mapping[str, Any]) -> Any:
        return body

    with Flask("test").test_request_context(method="POST", **sent):
        return view()  # type: ignore[call-arg]  # the body comes from the request


@pytest.mark.parametrize("schema", [OptionalSchema, DefaultSchema, WordSchema])
def test_what_was_sent_is_what_a_view_gets(schema: type[InputSchema]) -> None:
    assert read(schema, json={"word": " a b "})["word"] == "a b"


def test_what_was_not_sent_is_not_there_unless_it_has_a_default() -> None:
    assert read(WordSchema, json={}) == {}
    assert read(DefaultSchema, json={}) == {"loud": False}


def test_what_is_needed_inside_something_that_is_not_is_asked_for() -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(OptionalSchema, json={"person": {}, "people": [{}], "word": "too long"})
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [
        ("/word", "text-too-long"),
        ("/person/name", "required"),
        ("/people/0/name", "required"),
    ]


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({"word": None, "person": None, "people": None}, ["/word null", "/person null", "/people null"]),
        ({"person": 1, "people": {}}, ["/person not-an-object", "/people not-a-list"]),
        (
            {"people": [None, 1, {"name": 1}]},
            ["/people/0 null", "/people/1 not-an-object", "/people/2/name not-text"],
        ),
    ],
)
def test_what_no_field_takes_is_a_fault_of_ours_wherever_it_stands(
    sent: Mapping[str, Any], faults: list[str]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(OptionalSchema, json=sent)
    assert [f"{fault.pointer} {fault.code}" for fault in refusal.value.faults] == faults


def test_every_field_of_every_form_and_body_says_codes() -> None:
    said = {
        f"{schema.__name__}.{name}": message
        for schema in all_schemas()
        for name, field in schema().fields.items()
        for each in (field, *([field.inner] if isinstance(field, fields.List) else []))
        for key, message in each.error_messages.items()
        # What a validator says it says itself; how a moment is written concerns answers only.
        if key not in {"validator_failed", "format"}
    }
    assert len(said) > 100
    assert {where: words for where, words in said.items() if not re.fullmatch(r"[a-z-]+", str(words))} == {}


def all_schemas(above: type[InputSchema] = InputSchema) -> Iterator[type[InputSchema]]:
    """Yield every schema of what comes in."""
    import_module("servicebalie.app")
    for schema in above.__subclasses__():
        yield schema
        yield from all_schemas(schema)


@pytest.mark.parametrize("schema", [OptionalSchema, DefaultSchema, WordSchema])
@pytest.mark.parametrize("body", [None, [], "word", 1])
def test_a_body_that_is_no_object_is_refused(schema: type[InputSchema], body: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(schema, data=dumps(body), content_type="application/json")
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [("", "not-an-object")]


def test_a_body_that_is_not_json_is_refused() -> None:
    with pytest.raises(NotJson):
        read(WordSchema, data=b"{", content_type="application/json")
    with pytest.raises(UnsupportedMediaType):
        read(WordSchema, data=b"{}", content_type="text/plain")

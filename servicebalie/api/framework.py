"""How the API reads arguments and documents itself: flask-smorest, with our problems and rules."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar
from urllib.parse import urlencode

import orjson
from flask import Flask, Response, request
from flask_smorest import Api, Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields, missing
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import Headers

from servicebalie.core.errors import InvalidInput
from servicebalie.core.permissions import SCOPE_OF
from servicebalie.http.fields import faults_of
from servicebalie.http.problems import PROBLEM_TYPE, NotAcceptable, NotJson, UnsupportedMediaType
from servicebalie.http.security import API_PATH, API_VERSION
from servicebalie.http.transaction import action_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

P = ParamSpec("P")
T = TypeVar("T")

EVERYWHERE = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""How every view may refuse; those that read arguments document 400 by themselves."""


class QueryParser(FlaskParser):
    """Reads the query of an address and tells all faults at once, as a 400."""

    DEFAULT_VALIDATION_STATUS = 400
    # A filter with a slip in its name must not be taken for no filter.
    DEFAULT_UNKNOWN_BY_LOCATION = {"query": RAISE}  # noqa: RUF012 - webargs's class attribute

    def handle_error(self, error: ValidationError, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raise the faults of a query as one `InvalidInput`."""
        messages = error.messages
        assert isinstance(messages, dict)  # noqa: S101 - webargs keys the messages by location
        raise InvalidInput(*(fault for inner in messages.values() for fault in faults_of(inner)))


class Resources(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A blueprint that documents views, and whose arguments are read by our rules.

    At a request nothing of flask-smorest runs: what it would do there costs as much as reading a body.
    """

    ARGUMENTS_PARSER = QueryParser()

    def body(self, schema: type[Schema]) -> Callable[[Callable[P, T]], Callable[P, T]]:
        """Give a view the body that was sent, read by this schema; all faults are told at once.

        The schema is made here, once, because making one takes longer than reading a request with it.
        """
        document = super().arguments(schema())
        # Where nothing is required and nothing has a default, a field that was not sent needs no look.
        reader = schema(partial=all(_is_optional(each) for each in schema().fields.values()))

        def decorate(view: Callable[P, T]) -> Callable[P, T]:
            @wraps(view)
            def reading(*args: P.args, **kwargs: P.kwargs) -> T:
                return view(_read_body(reader), *args, **kwargs)

            return _documented(reading, document(view))

        return decorate

    def response(self, *args: Any, **options: Any) -> Callable[[Callable[P, T]], Callable[P, T]]:
        """Document an answer, which the view makes itself."""
        document = super().response(*args, **options)
        return lambda view: _documented(view, document(view))


def _is_optional(field: fields.Field[Any]) -> bool:
    """Whether nothing is to be done when the field, or any field inside it, was not sent."""
    inner: Iterable[fields.Field[Any]] = ()
    if isinstance(field, fields.Nested):
        inner = field.schema.fields.values()
    elif isinstance(field, fields.List):
        inner = (field.inner,)
    return not field.required and field.load_default is missing and all(map(_is_optional, inner))


def _documented(view: Callable[P, T], described: Callable[..., object]) -> Callable[P, T]:
    """Give a view the documentation of another."""
    vars(view)["_apidoc"] = vars(described)["_apidoc"]
    return view


def _read_body(schema: Schema) -> Any:
    """Return the JSON body; raises `UnsupportedMediaType`, `NotJson` or `InvalidInput`.

    Read by orjson, which refuses what no answer could hold: lone surrogates, NaN, bottomless nesting.
    """
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        return schema.load(orjson.loads(request.get_data()))
    except orjson.JSONDecodeError:
        raise NotJson from None
    except ValidationError as error:
        raise InvalidInput(*faults_of(error.messages)) from None


def documents(
    *refusals: HTTPStatus, header: Mapping[str, Any] | None = None, headers: Iterable[Mapping[str, Any]] = ()
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Document the problems that a view answers besides those of every view, and the headers it reads.

    The scope that it needs is documented as well, in words and as `x-scope`.
    """
    words: dict[str, Any] = {"responses": {status.value: status.name for status in (*EVERYWHERE, *refusals)}}
    parameters = [*([] if header is None else [header]), *headers]
    if parameters:
        words["parameters"] = parameters

    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        described = vars(view)
        action = action_of(view)
        scope = action and SCOPE_OF[action]
        if scope:
            words.update({"x-scope": scope.value, "description": f"A token with scopes needs `{scope}`."})
        described["_apidoc"] = {**described.get("_apidoc", {}), "manual_doc": words}
        return view

    return decorate


def refuse_unacceptable() -> None:
    """Raise `NotAcceptable` for a sender who accepts no JSON."""
    wanted = request.accept_mimetypes
    if wanted and not wanted.best_match(["application/json"]):
        raise NotAcceptable


class AnswerSchema(Schema):
    """A schema that documents an answer: every field is always there, unless it is marked `sometimes`."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:  # noqa: ARG002 - marshmallow's signature
        """Require the field in the documentation; nothing is loaded or dumped through these schemas."""
        field_obj.required = "sometimes" not in field_obj.metadata


class FaultSchema(AnswerSchema):
    """One thing wrong with what was sent."""

    pointer = fields.String(metadata={"description": "Where: a JSON pointer (RFC 6901)."})
    code = fields.String(metadata={"description": "What: a stable code."})
    detail = fields.String(metadata={"description": "What, in the language of Accept-Language."})


class ProblemSchema(AnswerSchema):
    """An error, after RFC 9457."""

    type = fields.String(metadata={"format": "uri-reference"})
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    instance = fields.String(metadata={"format": "uri-reference"})
    code = fields.String()
    errors = fields.List(fields.Nested(FaultSchema))


class DocumentedApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """Documents our problems and leaves errors to `servicebalie.http.problems`."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Register nothing: all errors of the application are handled in one place."""

    def _register_pagination_header(self) -> None:
        """Register nothing: our pages are led by cursors."""

    def _register_responses(self) -> None:
        """Register the error responses with the media type of problems."""
        usual: str = Api.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_TYPE
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = usual


def make_api(app: Flask) -> DocumentedApi:
    """Return the API of an application, with its OpenAPI description at `/api/v1/openapi.json`."""
    app.config.update(
        API_TITLE="servicebalie",
        API_VERSION=API_VERSION,
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX=API_PATH,
        OPENAPI_JSON_PATH="openapi.json",
    )
    return DocumentedApi(
        app,
        spec_kwargs={
            "info": {
                "description": "Register questions of newcomers, follow them, and read protected trends. "
                "A token may be limited to scopes: who may write may also read.",
                "contact": {"name": "The desk that runs this servicebalie"},
            },
            "servers": [{"url": "/"}],
            "security": [{"bearer": []}],
            "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        },
    )


class JsonResponse(Response):
    """A response whose headers are right as they are; Werkzeug would copy and correct them once more."""

    default_mimetype = "application/json"

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """Return the headers; those of 304, which has no body, are still Werkzeug's business."""
        unchanged = self.status_code == HTTPStatus.NOT_MODIFIED
        return super().get_wsgi_headers(environ) if unchanged else self.headers


def json_response(content: object, status: int = 200) -> Response:
    """Return a JSON response; moments end in Z."""
    return JsonResponse(orjson.dumps(content, option=orjson.OPT_UTC_Z), status)


def page_link(response: Response, cursor: str | None) -> Response:
    """Add the address of the next page to a list (RFC 8288)."""
    if cursor is not None:
        query = request.args.copy()
        query["cursor"] = cursor
        pairs = urlencode(list(query.items(multi=True)))
        response.headers["Link"] = f'<{request.path}?{pairs}>; rel="next"'
    return response

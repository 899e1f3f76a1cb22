"""The OpenAPI description of the API, and the check that an answer is what it says."""

import copy
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import requests
from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker

BASE = "/api/v1"

OF_NO_OPERATION = {404, 405}
"""The statuses of addresses and methods that are not in the description."""


class Description:
    """One version of the description; answers may hold nothing that is not in it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._components = copy.deepcopy(document["components"])
        for schema in self._components["schemas"].values():
            schema.setdefault("additionalProperties", False)

    def check(self, method: str, path: str, response: requests.Response) -> None:
        """Fail unless the answer to a request has a documented status, media type and body."""
        operation = self.operation(method, path)
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        if operation is None:
            assert response.status_code in OF_NO_OPERATION, f"{method} {path} is not documented"
            self._check_body({"$ref": "#/components/schemas/Problem"}, response)
            return
        documented = operation["responses"].get(str(response.status_code))
        assert documented is not None, f"{method} {path} answers {response.status_code}: {response.text}"
        if response.status_code == HTTPStatus.NO_CONTENT:
            assert not response.content
            return
        content = self._resolved(documented)["content"]
        assert media_type in content, f"{method} {path} answers {media_type}"
        if method != "HEAD":
            self._check_body(content[media_type]["schema"], response)

    def operation(self, method: str, path: str) -> Mapping[str, Any] | None:
        """Return the description of what a method does at a path below /api/v1, or None."""
        for template, operations in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), BASE + path):
                described = "get" if method == "HEAD" else method.lower()
                found: Mapping[str, Any] | None = operations.get(described)
                return found
        return None

    def _check_body(self, schema: Mapping[str, Any], response: requests.Response) -> None:
        root = {"allOf": [schema], "components": self._components}
        OAS30ReadValidator(root, format_checker=oas30_format_checker).validate(response.json())

    def _resolved(self, response: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in response:
            return response
        found: Mapping[str, Any] = self._components["responses"][response["$ref"].rpartition("/")[2]]
        return found

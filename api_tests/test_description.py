"""The OpenAPI description: valid, public, and true whatever is sent."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from openapi_spec_validator import OpenAPIV30SpecValidator
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api_tests.client import Client
from api_tests.description import Description
from api_tests.server import RunningServer
from servicebalie.db import Database
from tests.support.small_desk import SmallDesk, make_small_desk

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

CODES = {"topic": "bsn", "language": "pl", "languageServed": "nl", "municipality": "GM0772"}
NEVER_GUESSED = {"cursor", "email", "phone", "receivedAt", "returnCode", "service", "visit"}


def test_the_description_is_valid(description: Description) -> None:
    OpenAPIV30SpecValidator(dict(description.document)).validate()
    assert description.document["openapi"] == "3.0.3"
    assert description.document["info"]["contact"]


def test_the_description_is_open_to_everybody_everywhere(server: RunningServer) -> None:
    response = requests.get(
        f"{server.address}/api/v1/openapi.json", headers={"Origin": "https://elsewhere.example"}, timeout=60
    )
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["API-Version"] == response.json()["info"]["version"]


def test_names_follow_the_design_rules(description: Description) -> None:
    for path in description.document["paths"]:
        assert re.fullmatch(r"/api/v1(/[a-z]+(-[a-z]+)*|/\{\w+\})+", path)
    for schema in description.document["components"]["schemas"].values():
        for name, property_ in schema.get("properties", {}).items():
            assert re.fullmatch(r"[a-z]+([A-Z][a-z]+|[0-9]+)*", name)
            assert (property_.get("format") == "date-time") == name.endswith("At")
            assert (property_.get("format") == "date") == name.endswith("Date")


def test_every_operation_names_the_problems_that_it_answers(description: Description) -> None:
    for path, operations in description.document["paths"].items():
        for method, operation in operations.items():
            if method == "parameters" or path.startswith("/api/v1/trends"):
                continue
            expected = {"401", "403", "406"}
            expected |= {"400", "413", "415"} if "requestBody" in operation else set()
            expected |= {"404"} if "{reference}" in path else set()
            # Only what may be sent again with the same key can meet that key at another request.
            headers = {one["name"] for one in operation.get("parameters", ()) if "name" in one}
            expected |= {"409"} if "Idempotency-Key" in headers else set()
            assert expected <= operation["responses"].keys(), f"{method} {path}"


def test_every_description_is_shown_to_people_without_anything_from_elsewhere(server: RunningServer) -> None:
    page = requests.get(f"{server.address}/api/v1/docs", timeout=60)
    assert page.status_code == 200
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert sources
    for source in sources:
        assert source.startswith("/")
        assert requests.get(server.address + source, timeout=60).status_code == 200
    assert requests.get(f"{server.address}/api/v1/docs/assets/setup.py", timeout=60).status_code == 404


def test_the_type_of_a_problem_leads_to_what_it_means(server: RunningServer) -> None:
    problem = requests.get(f"{server.address}/api/v1/topics", timeout=60).json()
    address, _, place = problem["type"].partition("#")
    page = requests.get(server.address + address, timeout=60).text
    assert f'id="{place}"' in page
    assert "Send a token in the header Authorization: Bearer." in page


@pytest.fixture(scope="session")
def tried_desk(database: Database) -> SmallDesk:
    """A desk at which anything may be tried."""
    with database.begin() as session:
        return make_small_desk(session, f"Desk {uuid.uuid4()}")


@pytest.fixture(scope="session")
def trier(server: RunningServer, description: Description, tried_desk: SmallDesk) -> Iterator[Client]:
    """A client for an administrator of that desk."""
    client = Client(server.address, description, tried_desk.tokens["administrator"])
    yield client
    client.close()


def test_whatever_is_sent_the_answer_is_documented_and_never_a_crash(
    server: RunningServer, trier: Client
) -> None:
    described = schemathesis.openapi.from_url(f"{server.address}/api/v1/openapi.json")
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) >= 12
    for operation in operations:
        for mode in GenerationMode:
            try_operation(operation.as_strategy(generation_mode=mode), trier)


def try_operation(cases: SearchStrategy[Case], trier: Client) -> None:
    """Send requests that fit the description of an operation, or that are wrong in one respect."""

    @settings(
        max_examples=15,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def answer_is_documented(case: Case) -> None:
        use_what_exists(case, trier)
        token = str(trier.session.headers["Authorization"])
        case.call_and_validate(headers={"Authorization": token}, checks=CHECKS)

    answer_is_documented()


def use_what_exists(case: Case, trier: Client) -> None:
    """Put codes and a reference that exist in a request, because guessed ones do not get past a check."""
    if "reference" in case.path_parameters:
        case.path_parameters["reference"] = trier.register(topic="bsn")["reference"]
    if case.body is not NOT_SET:
        case.body = with_codes(case.body)
    case.query = with_codes(case.query)


def with_codes(value: Any) -> Any:
    """Return a value without references that cannot exist, and with codes that do."""
    if isinstance(value, list):
        return [with_codes(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: CODES.get(name, inner) if isinstance(inner, str) else with_codes(inner)
        for name, inner in value.items()
        if not (name in NEVER_GUESSED and isinstance(inner, str))
    }

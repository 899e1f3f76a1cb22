"""The OpenAPI description: valid and public. That it is true whatever is sent: `test_attacks.py`."""

import re

import requests
from openapi_spec_validator import OpenAPIV30SpecValidator

from api_tests.description import Description
from api_tests.server import RunningServer


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

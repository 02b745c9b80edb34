"""Every operation that a service describes reaches that service, and nothing else does."""

import re
from uuid import UUID

import httpx
import pytest

from contracts.access import Door, access
from contracts.topics import SERVICES
from deploy.gateway.operations import Operation, operations
from deploy.gateway.replies import SIGNS_IN
from deploy.gateway.routes import BODY_BYTES, PATIENCE_WITH
from deploy.gateway.tests.conftest import Gateway
from servicekit.http import MAX_BODY_BYTES
from servicekit.testing import TestIssuer

COMPANY = UUID(int=1)
EVERY = [each for each in operations() if not each.is_internal]
INTERNAL = [each for each in operations() if each.is_internal]


def concrete(operation: Operation) -> str:
    """A path of the operation, with a query."""
    return re.sub(r"\{\w+\}", str(UUID(int=7)), operation.path) + "?search=maria"


def asked(gateway: Gateway, operation: Operation, headers: dict[str, str]) -> httpx.Response:
    return gateway.http.request(operation.method, concrete(operation), headers=headers)


def test_every_operation_reaches_its_service_as_it_was_asked(gateway: Gateway, issuer: TestIssuer) -> None:
    signed = issuer.headers(company_id=COMPANY)
    answers = {each: asked(gateway, each, {} if each.is_public else signed) for each in EVERY}
    told = {each: answer.json() for each, answer in answers.items()}
    wrong = [
        each.name
        for each in EVERY
        if (told[each].get("service"), told[each].get("path")) != (each.service, concrete(each))
    ]
    assert wrong == []
    assert len(EVERY) > 100


@pytest.mark.survives(53)
def test_every_operation_that_wants_a_token_is_refused_without(gateway: Gateway) -> None:
    closed = [each for each in EVERY if not each.is_public]
    assert {asked(gateway, each, {}).status_code for each in closed} == {401}


def test_what_is_open_is_what_the_table_of_access_says() -> None:
    said = {
        line.operation: line.door is not Door.TOKEN
        for service in SERVICES
        for line in access(service)
        if "/v1/" in line.operation
    }
    assert {each.name: each.is_public for each in operations()} == said


def test_what_only_services_may_does_not_come_this_way(gateway: Gateway, issuer: TestIssuer) -> None:
    signed = issuer.headers("service")
    others = {each.path for each in EVERY}
    answers = {each.name: asked(gateway, each, signed).status_code for each in INTERNAL}
    assert answers == {each.name: 405 if each.path in others else 404 for each in INTERNAL}
    assert "POST /v1/renderings" in answers


def test_another_method_is_told_which_there_are(gateway: Gateway, issuer: TestIssuer) -> None:
    answer = gateway.http.delete("/v1/jobs", headers=issuer.headers(company_id=COMPANY))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "Allowed here: GET, POST."
    assert gateway.http.put("/v1/unsubscribe/token").headers["allow"] == "GET, POST"


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/", "/v1/jobs/", "/v1/jobs/1/2/3/4"])
def test_an_api_that_is_not_there_is_a_problem(gateway: Gateway, issuer: TestIssuer, path: str) -> None:
    answer = gateway.http.get(path, headers=issuer.headers(company_id=COMPANY))
    assert (answer.status_code, answer.json()["type"]) == (404, "https://fieldbell.dev/problems/not-found")


@pytest.mark.parametrize(
    "path", ["/v1", "/v2/jobs", "/V1/jobs", "/v10", "/metrics", "/health", "/health/live", "/health/ready"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_version_of_the_api_and_what_is_inside_are_no_pages(gateway: Gateway, method: str, path: str) -> None:
    answer = gateway.http.request(method, path)
    assert (answer.status_code, answer.json()["type"]) == (404, "https://fieldbell.dev/problems/not-found")


@pytest.mark.parametrize("path", ["/", "/jobs/42", "/assets/app.js", "/config.json", "/docs", "/visits", "/healthy"])
def test_all_other_addresses_are_the_web_apps(gateway: Gateway, path: str) -> None:
    assert gateway.http.get(path).json()["service"] == "office-ui"
    assert gateway.http.head(path).status_code == 200
    assert gateway.http.post(path).status_code == 405


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/unsubscribe/x/../../deliveries", 401),
        ("/v1/unsubscribe/../deliveries", 401),
        ("/v1/unsubscribe/%2e%2e/deliveries", 401),
        ("//v1//deliveries", 401),
        ("/v1/unsubscribe/x%2F..%2F..%2Fdeliveries", 400),
        ("/v1/unsubscribe/..%5C..%5Cdeliveries", 400),
    ],
)
def test_no_detour_leads_around_the_token(gateway: Gateway, path: str, status: int) -> None:
    url = httpx.URL(gateway.url).copy_with(raw_path=path.encode())
    assert gateway.http.get(url).status_code == status


def test_what_is_said_of_single_operations_is_said_of_operations_that_exist() -> None:
    assert {*PATIENCE_WITH, *SIGNS_IN} <= {each.name for each in EVERY}


def test_the_services_and_the_gateway_take_equally_much() -> None:
    assert BODY_BYTES == MAX_BODY_BYTES

"""The gateway before the real services: whose tokens it takes, one trace, what it says when one of them is down."""

from contextlib import ExitStack

import httpx
import pytest

from deploy.demo.api import Json
from deploy.demo.people import home
from deploy.local.stack import Stack
from deploy.local.waiting import until
from servicekit.errors import Unauthorized, Unavailable
from tests.e2e.collector import Collector, new_trace
from tests.e2e.companies import Company
from tests.e2e.log import LIMIT

NAME = "Wilhelmina Featherstone"


@pytest.fixture
def office(company: Company, stack: Stack, clients: ExitStack) -> httpx.Client:
    """The dispatcher's program, which knows the gateway alone."""
    signed = {"authorization": f"Bearer {company.dispatcher.token}"}
    return clients.enter_context(httpx.Client(base_url=stack.plan.public_url, headers=signed, timeout=30))


@pytest.fixture
def customer(company: Company) -> Json:
    return company.add(home(NAME, "wilhelmina@example.com", "303-555-0188", "9 Vine St", "80206"))


def test_all_four_services_answer_the_office_at_one_address(office: httpx.Client, customer: Json) -> None:
    mine = f"/v1/customers/{customer['id']}"
    read = office.get(mine)
    assert (read.json()["name"], read.headers["etag"]) == (NAME, f'"{customer["version"]}"')
    changed = office.patch(mine, json={"notes": "Rings twice"}, headers={"if-match": read.headers["etag"]})
    assert (changed.status_code, changed.json()["notes"]) == (200, "Rings twice")
    lists = ("/v1/jobs", "/v1/templates", "/v1/deliveries", f"{mine}/changes", "/v1/blocks", "/v1/visit-requests")
    assert {path: office.get(path).status_code for path in lists} == dict.fromkeys(lists, 200)
    stopped = office.post(f"{mine}/unsubscribe", json={"scope": "everything"})
    assert stopped.status_code in {201, 422}, stopped.text  # the notifier's, below a path of customer-svc


@pytest.mark.survives(53)
def test_a_refusal_reads_the_same_from_the_gateway_and_from_the_service(office: httpx.Client, stack: Stack) -> None:
    forged = {"authorization": f"{office.headers['authorization']}x"}
    at_the_gateway = office.get("/v1/jobs", headers=forged)
    at_the_service = httpx.get(f"{stack.plan.url('status-svc')}/v1/jobs", headers=forged)
    assert at_the_gateway.status_code == at_the_service.status_code == 401
    for name in ("content-type", "www-authenticate"):
        assert at_the_gateway.headers[name] == at_the_service.headers[name]
    told = at_the_service.json()
    said = at_the_gateway.json()
    assert all(said[name] == told[name] for name in ("type", "title", "status"))
    assert told["title"] == Unauthorized().title


def test_a_trace_leads_through_the_gateway_into_the_service(office: httpx.Client, collector: Collector) -> None:
    trace_id, headers = new_trace()
    assert office.get("/v1/customers", params={"search": NAME}, headers=headers).status_code == 200
    walk = {("gateway", "GET /v1/customers"), ("customer-svc", "GET /v1/customers")}
    until(lambda: walk <= {(s.service, s.name) for s in collector.trace(trace_id)}, "spans are missing", LIMIT)


@pytest.mark.survives(63)
def test_neither_its_log_nor_its_spans_hold_what_was_searched_or_who_asked(
    office: httpx.Client, stack: Stack, collector: Collector
) -> None:
    trace_id, headers = new_trace()
    answer = office.get("/v1/customers", params={"search": NAME}, headers=headers | {"user-agent": NAME})
    log = stack.plan.state.log("gateway")
    until(lambda: answer.headers["x-request-id"] in log.read_text(), "it is not written down")
    until(lambda: any(s.service == "gateway" for s in collector.trace(trace_id)), "its span is missing", LIMIT)
    written = log.read_text() + collector.everything("gateway")
    assert [word for word in ("Wilhelmina", office.headers["authorization"][-40:]) if word in written] == []


def test_a_service_that_is_down_is_a_503_and_the_others_go_on(office: httpx.Client, stack: Stack) -> None:
    stack.stop("template-svc")
    answer = office.get("/v1/templates")
    assert (answer.status_code, answer.json()["title"]) == (503, Unavailable().title)
    assert answer.headers["retry-after"] == "1"
    assert office.get("/v1/jobs").status_code == 200
    stack.start("template-svc")
    until(lambda: office.get("/v1/templates").status_code == 200, "it is not asked again", LIMIT)


def test_a_gateway_that_was_killed_comes_back(office: httpx.Client, stack: Stack) -> None:
    stack.kill("gateway")
    stack.wait_ready("gateway")
    assert office.get("/v1/jobs").status_code == 200


def test_the_web_app_is_told_who_signs_people_in(stack: Stack) -> None:
    told = httpx.get(f"{stack.plan.public_url}/config.json").json()
    assert told == {"issuer": stack.plan.issuer, "client_id": "office-ui"}
    policy = httpx.get(stack.plan.public_url).headers["content-security-policy"]
    assert f"connect-src 'self' {stack.plan.sandbox_url}" in policy

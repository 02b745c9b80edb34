"""Service requests: asked by the customer, answered once by the office."""

from typing import Any

import pytest

from contracts.events import ServiceRequestRejected
from contracts.jobs import Role
from status_svc.tests.service import Service, a_profile

PATH = "/v1/service-requests"


def a_request(service: Service, **over: Any) -> dict[str, Any]:
    address = service.customer.service_addresses[0].id
    return {"service_address_id": str(address), "summary": "The heater leaks"} | over


async def asked(service: Service) -> Any:
    return await service.ok("POST", PATH, a_request(service), role=Role.CUSTOMER, customer_id=service.customer.id)


async def test_a_customer_asks_and_the_office_accepts(service: Service) -> None:
    request = await asked(service)  # S4.2
    job = await service.booked()
    accepted = await service.ok("POST", f"{PATH}/{request['id']}/accept", {"job_id": job["id"]})
    assert (accepted["state"], accepted["job_id"], accepted["version"]) == ("accepted", job["id"], 2)
    assert await service.names() == ["ServiceRequestReceived", "JobCreated", "ServiceRequestAccepted"]  # D3
    event = (await service.published())[-1]
    assert (event.subject, str(event.data.request.job_id)) == (request["id"], job["id"])
    assert event.data.actor.role is Role.DISPATCHER


async def test_a_rejection_says_why_and_is_final(service: Service) -> None:
    path = f"{PATH}/{(await asked(service))['id']}"
    await service.ok("POST", f"{path}/reject", {"reason": "We don't serve boats", "notify": False})
    event = (await service.published())[-1]
    assert isinstance(event.data, ServiceRequestRejected)
    assert (event.data.reason, event.data.notify) == ("We don't serve boats", False)
    assert await service.refusal("POST", f"{path}/accept", {}) == (409, "already-answered")


async def test_who_is_blocked_can_not_ask(service: Service) -> None:
    await service.hear(blocked := a_profile(service.company.id, blocked=True))
    body = a_request(service, service_address_id=str(blocked.service_addresses[0].id))
    refused = await service.refusal("POST", PATH, body, role=Role.CUSTOMER, customer_id=blocked.id)
    assert refused == (403, "account-closed")  # D11, S4.15
    for_them = body | {"customer_id": str(blocked.id)}
    assert await service.refusal("POST", PATH, for_them) == (409, "customer-blocked")


async def test_a_customer_sees_and_asks_for_nobody_else(service: Service) -> None:
    request = await asked(service)
    await service.hear(neighbour := a_profile(service.company.id))
    stranger = {"role": Role.CUSTOMER, "customer_id": neighbour.id}
    assert await service.refusal("GET", f"{PATH}/{request['id']}", **stranger) == (404, "no-such-request")
    assert (await service.ok("GET", PATH, **stranger))["items"] == []
    theirs = a_request(service, customer_id=str(service.customer.id))
    assert await service.refusal("POST", PATH, theirs, **stranger) == (403, "forbidden")
    assert await service.refusal("POST", f"{PATH}/{request['id']}/accept", {}, **stranger) == (403, "forbidden")


@pytest.mark.survives(51)
async def test_another_companys_request_does_not_exist(service: Service) -> None:
    request = await asked(service)
    other = await service.beside().seed()
    assert await other.refusal("GET", f"{PATH}/{request['id']}") == (404, "no-such-request")  # fault 51
    assert await other.refusal("POST", f"{PATH}/{request['id']}/reject", {}) == (404, "no-such-request")


async def test_the_office_asks_for_a_customer_and_lists_what_waits(service: Service) -> None:
    body = a_request(service, customer_id=str(service.customer.id))
    first, second = [await service.ok("POST", PATH, body) for _ in range(2)]
    await service.ok("POST", f"{PATH}/{first['id']}/accept", {})
    waiting = await service.ok("GET", f"{PATH}?state=received")
    assert [request["id"] for request in waiting["items"]] == [second["id"]]
    page = await service.ok("GET", f"{PATH}?limit=1")
    rest = await service.ok("GET", f"{PATH}?limit=1&cursor={page['next_cursor']}")
    assert [request["id"] for request in page["items"] + rest["items"]] == [second["id"], first["id"]]
    assert await service.refusal("POST", PATH, a_request(service)) == (422, "unprocessable")


async def test_a_request_is_linked_to_a_job_of_its_customer_only(service: Service) -> None:
    request = await asked(service)
    await service.hear(neighbour := a_profile(service.company.id))
    site = str(neighbour.service_addresses[0].id)
    job = await service.booked(customer_id=str(neighbour.id), service_address_id=site)
    body = {"job_id": job["id"]}
    refused = await service.refusal("POST", f"{PATH}/{request['id']}/accept", body)
    assert refused == (409, "another-customers-job")


async def test_a_job_booked_for_an_accepted_request_is_tied_to_it_and_nobody_is_told_twice(service: Service) -> None:
    request = await asked(service)
    await service.ok("POST", f"{PATH}/{request['id']}/accept", {})
    other = await service.booked()
    job = await service.booked(service_request_id=request["id"])

    tied = await service.ok("GET", f"{PATH}/{request['id']}")
    assert (tied["state"], tied["job_id"], tied["version"]) == ("accepted", job["id"], 3)
    of_job = await service.ok("GET", f"{PATH}?job_id={job['id']}")
    assert [each["id"] for each in of_job["items"]] == [request["id"]]
    assert (await service.ok("GET", f"{PATH}?job_id={other['id']}"))["items"] == []
    told = ["ServiceRequestReceived", "ServiceRequestAccepted", "JobCreated", "JobCreated"]
    assert await service.names() == told


async def test_no_job_is_booked_for_a_request_that_is_not_accepted_or_has_one_or_is_anothers(service: Service) -> None:
    request = await asked(service)
    body = service.draft(service_request_id=request["id"])
    assert await service.refusal("POST", "/v1/jobs", body) == (409, "request-not-accepted")
    await service.ok("POST", f"{PATH}/{request['id']}/accept", {})
    await service.hear(neighbour := a_profile(service.company.id))
    theirs = {"customer_id": str(neighbour.id), "service_address_id": str(neighbour.service_addresses[0].id)}
    assert await service.refusal("POST", "/v1/jobs", body | theirs) == (409, "another-customers-job")
    await service.ok("POST", "/v1/jobs", body)
    assert await service.refusal("POST", "/v1/jobs", body) == (409, "booked-before")
    unknown = body | {"service_request_id": str(neighbour.id)}
    assert await service.refusal("POST", "/v1/jobs", unknown) == (404, "no-such-request")
    assert len((await service.ok("GET", "/v1/jobs"))["items"]) == 1  # a refusal books nothing


async def test_where_the_job_of_a_request_is_cancelled_another_takes_its_place(service: Service) -> None:
    request = await asked(service)
    await service.ok("POST", f"{PATH}/{request['id']}/accept", {})
    first = await service.booked(service_request_id=request["id"])
    await service.ok("POST", f"/v1/jobs/{first['id']}/cancel", {})
    second = await service.booked(service_request_id=request["id"])
    assert (await service.ok("GET", f"{PATH}/{request['id']}"))["job_id"] == second["id"]
    assert (await service.ok("GET", f"{PATH}?job_id={first['id']}"))["items"] == []
    body = service.draft(service_request_id=request["id"])
    assert await service.refusal("POST", "/v1/jobs", body) == (409, "booked-before")

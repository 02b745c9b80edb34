"""What a customer may see of their company: their own jobs and estimates, and nothing that is the office's (S4.2)."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.jobs import Role
from contracts.profiles import CustomerDeleted, CustomerProfile
from status_svc.tests.service import Service, a_profile

PATHS = ("/v1/jobs", "/v1/jobs/{id}", "/v1/jobs/{id}/account", "/v1/service-requests")


def as_customer(customer: CustomerProfile) -> dict[str, Any]:
    return {"role": Role.CUSTOMER, "customer_id": customer.id}


async def a_neighbour(service: Service) -> CustomerProfile:
    await service.hear(neighbour := a_profile(service.company.id))
    return neighbour


async def test_a_customer_sees_their_jobs_and_estimates_and_nobody_elses(service: Service) -> None:
    neighbour = await a_neighbour(service)
    job, estimate = await service.booked(), await service.estimate()
    theirs = await service.booked(
        customer_id=str(neighbour.id), service_address_id=str(neighbour.service_addresses[0].id)
    )
    me = as_customer(service.customer)
    for query in ("", f"?customer_id={neighbour.id}", f"?customer_id={service.customer.id}"):
        listed = (await service.ok("GET", f"/v1/jobs{query}", **me))["items"]
        assert [each["id"] for each in listed] == [estimate["id"], job["id"]], query
    assert (await service.ok("GET", f"/v1/jobs?number={theirs['number']}", **me))["items"] == []
    for path in (f"/v1/jobs/{theirs['id']}", f"/v1/jobs/{theirs['id']}/account", f"/v1/jobs/{uuid4()}"):
        assert await service.refusal("GET", path, **me) == (404, "no-such-job")


async def test_a_customers_view_has_what_a_customer_asks_for_and_nothing_of_the_office(service: Service) -> None:
    job = await service.booked(external_id="crm-7")
    me = as_customer(service.customer)
    seen = await service.ok("GET", f"/v1/jobs/{job['id']}", **me)
    assert seen == (await service.ok("GET", "/v1/jobs", **me))["items"][0]
    assert job.keys() - seen.keys() == {
        *("company_id", "version", "external_id", "customer_id", "previous_status", "status_set_at")
    }
    assert seen["status"] == {"name": "Scheduled", "colour": job["status"]["colour"]}
    [visit], [booked] = seen["visits"], job["visits"]
    assert (visit["starts_at"], visit["technicians"]) == (
        booked["starts_at"],
        [{"name": "Sam Rivera", "photo_url": None}],
    )
    assert booked.keys() - visit.keys() == {"schedule_version"}
    assert {name: seen[name] for name in ("number", "title", "lines", "total", "balance")} == {
        name: job[name] for name in ("number", "title", "lines", "total", "balance")
    }


async def test_a_customer_sees_what_they_owe_and_how_their_estimate_stands(service: Service) -> None:
    estimate = await service.estimate()
    await service.ok("POST", f"/v1/jobs/{estimate['id']}/estimate/send", {})
    account = await service.ok("GET", f"/v1/jobs/{estimate['id']}/account", **as_customer(service.customer))
    assert account["balance"] == "480.00"
    assert account["estimate"]["sent_at"] is not None


@pytest.mark.parametrize("flag", ["blocked", "archived"])
@pytest.mark.parametrize("path", PATHS)
async def test_who_is_blocked_or_archived_has_no_access(service: Service, flag: str, path: str) -> None:
    job = await service.booked()
    customer = service.customer
    await service.hear(customer.model_copy(update={"version": 2, flag: True}))
    refused = await service.refusal("GET", path.format(id=job["id"]), **as_customer(customer))
    assert refused == (403, "account-closed")  # D11, S4.15, S4.16
    await service.hear(customer.model_copy(update={"version": 3}))
    assert (await service.call("GET", path.format(id=job["id"]), **as_customer(customer))).status_code == 200


async def test_who_is_deleted_or_was_never_there_has_no_access(service: Service) -> None:
    customer = service.customer
    await service.hear(CustomerDeleted(id=customer.id, company_id=customer.company_id, version=2))
    for id in (customer.id, uuid4()):  # S4.17
        refused = await service.refusal("GET", "/v1/jobs", role=Role.CUSTOMER, customer_id=id)
        assert refused == (403, "account-closed")


@pytest.mark.survives(51)
async def test_a_customer_of_another_company_is_nobody_here(service: Service) -> None:
    other = await service.beside().seed()
    assert await other.refusal("GET", "/v1/jobs", **as_customer(service.customer)) == (
        403,
        "account-closed",
    )  # fault 51


async def test_a_token_that_names_no_customer_sees_nothing(service: Service) -> None:
    assert await service.refusal("GET", "/v1/jobs", role=Role.CUSTOMER) == (403, "forbidden")


async def test_a_customer_who_also_works_here_sees_all_jobs_but_only_their_own_requests(service: Service) -> None:
    neighbour = await a_neighbour(service)
    site = str(service.customer.service_addresses[0].id)
    asked = {"service_address_id": site, "summary": "x", "customer_id": str(service.customer.id)}
    await service.ok("POST", "/v1/service-requests", asked)
    job = await service.booked()

    async def listed(path: str, customer_id: UUID) -> list[str]:
        headers = service.issuer.headers(
            Role.TECH, service.company.id, roles=["tech", "customer"], customer_id=str(customer_id)
        )
        response = await service.client.get(path, headers=headers)
        return [each["id"] for each in response.json()["items"]]

    assert await listed("/v1/jobs", neighbour.id) == [job["id"]]
    assert await listed("/v1/service-requests", neighbour.id) == []
    assert len(await listed("/v1/service-requests", service.customer.id)) == 1

"""What other programs do: keep jobs in step by their own ids, and bring in those that they have (G18, D13)."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from contracts import topics
from contracts.events import JobSnapshot
from contracts.jobs import Role
from servicekit import outbox
from servicekit.outbox import Message
from status_svc.tests.service import Service, a_profile

PATH = "/v1/jobs/by-external-id/crm-1"


async def test_another_system_books_and_updates_by_its_own_id(service: Service) -> None:
    path = "/v1/jobs/by-external-id/crm-1"  # G18
    first = await service.call("PUT", path, service.draft())
    again = await service.call("PUT", path, service.draft(visits=service.draft()["visits"]), if_match='"1"')
    changed = await service.call("PUT", path, service.draft(title="Boiler"))
    assert [r.status_code for r in (first, again, changed)] == [201, 200, 200]
    assert len({r.json()["id"] for r in (first, again, changed)}) == 1
    assert (changed.json()["title"], changed.json()["external_id"]) == ("Boiler", "crm-1")


async def test_the_same_external_id_at_the_same_time_books_one_job(service: Service) -> None:
    calls = (service.call("PUT", "/v1/jobs/by-external-id/crm-1", service.draft()) for _ in range(5))
    answers = await asyncio.gather(*calls)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert (await service.booked())["number"] == 1002


async def test_a_service_keeps_a_job_in_step_and_the_same_again_changes_nothing(service: Service) -> None:
    body = service.draft()
    first = await service.call("PUT", PATH, body, role=Role.SERVICE)
    again = await service.call("PUT", PATH, body, role=Role.SERVICE)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json(), again.headers["etag"]) == (first.json(), '"1"')
    assert await service.names() == ["JobCreated"]
    [event] = await service.published()
    assert event.data.actor.role is Role.SERVICE


async def test_news_that_comes_late_changes_nothing(service: Service) -> None:
    async def put(title: str, revision: int | None) -> tuple[int, str]:
        body = service.draft(title=title, revision=revision)
        answer = await service.call("PUT", PATH, body, role=Role.SERVICE)
        return answer.status_code, answer.json()["title"]

    assert await put("Boiler", 7) == (201, "Boiler")
    assert await put("Tank", 6) == (200, "Boiler")
    assert await put("Tank", 7) == (200, "Boiler")
    assert await put("Tank", 9) == (200, "Tank")
    assert await put("Boiler", 8) == (200, "Tank")
    assert await put("Pump", None) == (200, "Pump")  # who doesn't count is believed
    assert await service.names() == ["JobCreated", "JobUpdated", "JobUpdated"]


async def test_a_refused_revision_is_not_remembered(service: Service) -> None:
    await service.ok("PUT", PATH, service.draft(revision=1))
    customer = a_profile(service.company.id)
    await service.hear(customer)
    other = service.draft(revision=2, customer_id=str(customer.id))
    assert await service.refusal("PUT", PATH, other) == (409, "another-customer")
    assert (await service.ok("PUT", PATH, service.draft(revision=2, title="Boiler")))["title"] == "Boiler"


async def test_a_version_that_is_stale_is_refused(service: Service) -> None:
    await service.ok("PUT", PATH, service.draft())
    refused = await service.refusal("PUT", PATH, service.draft(title="Boiler"), role=Role.SERVICE, if_match='"7"')
    assert refused == (412, "precondition-failed")


def a_job(service: Service, external_id: str = "crm-1", **over: Any) -> dict[str, Any]:
    return service.draft(external_id=external_id) | over


async def taken_in(service: Service, *jobs: dict[str, Any], role: Role = Role.SERVICE, **more: Any) -> Any:
    return (await service.ok("POST", "/v1/job-imports", {"jobs": jobs}, role=role, **more))["items"]


async def test_a_job_is_taken_in_as_it_stands_and_nobody_is_told(service: Service) -> None:  # D13
    done = {"status_id": service.status_id("done"), "closed_at": "2026-03-02T12:00:00Z"}
    [line] = await taken_in(service, a_job(service, created_at="2026-03-01T05:00:00-07:00", paid="80.00", **done))
    assert line["result"] == "added"
    job = await service.ok("GET", f"/v1/jobs/{line['job_id']}")
    assert (job["status"]["name"], job["external_id"], job["number"]) == ("Done", "crm-1", 1001)
    assert (job["total"], job["balance"], job["created_at"]) == ("480.00", "400.00", "2026-03-01T12:00:00Z")
    [event] = await service.published()
    assert isinstance(event.data, JobSnapshot)
    assert event.data.job.model_dump(mode="json") == job
    assert (event.data.notify, event.data.actor.role) == (False, Role.SERVICE)
    [payment] = (await service.ok("GET", f"/v1/jobs/{job['id']}/account"))["payments"]
    assert (payment["amount"], payment["method"]) == ("80.00", "imported")
    [entry] = (await service.ok("GET", f"/v1/jobs/{job['id']}/history"))["items"]
    assert (entry["type"], entry["notify"], entry["changes"]) == ("JobSnapshot", False, [])


async def test_a_second_time_adds_nothing_and_changes_nothing(service: Service) -> None:
    batch = [a_job(service, f"crm-{n}") for n in range(3)]
    first = await taken_in(service, *batch)
    await service.ok("PATCH", f"/v1/jobs/{first[0]['job_id']}", {"title": "Ours"}, if_match='"1"')
    again = await taken_in(service, *batch, a_job(service, "crm-9"), a_job(service, "crm-9"), role=Role.ADMIN)
    assert [line["result"] for line in again] == ["known", "known", "known", "added", "known"]
    assert [line["job_id"] for line in again[:3]] == [line["job_id"] for line in first]
    assert (await service.ok("GET", f"/v1/jobs/{first[0]['job_id']}"))["title"] == "Ours"


async def test_what_is_refused_says_why_and_holds_up_nobody(service: Service) -> None:
    closed = {"status_id": service.status_id("done")}
    lines = await taken_in(
        service,
        a_job(service, "a", customer_id=str(uuid4())),
        a_job(service, "b", service_address_id=str(uuid4())),
        a_job(service, "c", status_id=str(uuid4())),
        a_job(service, "d", **closed),
        a_job(service, "e", closed_at="2026-03-02T12:00:00Z"),
        a_job(service, "f", kind="estimate", closed_at="2026-03-02T12:00:00Z", **closed),
        a_job(service, "h", created_at="2026-03-03T12:00:00Z", closed_at="2026-03-02T12:00:00Z", **closed),
        a_job(service, "i", cancelled_at="2099-03-03T12:00:00Z"),
        a_job(service, "g"),
    )
    assert [line["problem"] for line in lines] == [
        *("customer-not-known-yet", "not-their-address", "no-such-status"),
        *("closed-or-not", "closed-or-not", "estimate-cannot-close", "times-do-not-fit", "times-do-not-fit", None),
    ]
    assert (await service.ok("GET", f"/v1/jobs/{lines[-1]['job_id']}"))["number"] == 1001  # no number is lost
    assert await service.names() == ["JobSnapshot"]


async def test_the_jobs_of_blocked_and_archived_customers_come_too(service: Service) -> None:
    for flag in ("blocked", "archived"):
        await service.hear(customer := a_profile(service.company.id, **{flag: True}))
        site = str(customer.service_addresses[0].id)
        job = a_job(service, flag, customer_id=str(customer.id), service_address_id=site)
        [line] = await taken_in(service, job)
        assert line["result"] == "added"


async def test_batches_that_overlap_at_the_same_time_add_each_job_once(service: Service) -> None:
    batch = [a_job(service, f"crm-{n}") for n in range(8)]
    several = [taken_in(service, *batch[::step]) for step in (1, -1, 1, -1)]
    single = [service.call("PUT", f"/v1/jobs/by-external-id/crm-{n}", service.draft()) for n in range(8)]
    await asyncio.gather(*several, *single)
    jobs = (await service.ok("GET", "/v1/jobs"))["items"]
    assert sorted(job["external_id"] for job in jobs) == [f"crm-{n}" for n in range(8)]
    assert sorted(job["number"] for job in jobs) == list(range(1001, 1009))


async def test_a_job_that_was_taken_in_goes_on_as_any_other(service: Service) -> None:
    [line] = await taken_in(service, a_job(service))
    path = f"/v1/jobs/{line['job_id']}"
    await service.ok("POST", f"{path}/close", {})
    invoice = await service.ok("POST", f"{path}/invoices", {})
    assert datetime.fromisoformat(invoice["issued_at"])
    assert await service.names() == ["JobSnapshot", "StatusChanged", "WOClosed", "InvoiceIssued"]


async def test_while_much_waits_for_the_broker_an_import_waits_too(service: Service) -> None:
    await service.booked()
    [event] = await service.published()
    async with service.database.worker() as tx:
        await outbox.add(tx, [Message(topics.JOBS, "x", service.company.id, event.data) for _ in range(outbox.FULL)])
    answer = await service.call("POST", "/v1/job-imports", {"jobs": [a_job(service)]}, role=Role.SERVICE)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_an_import_that_is_done_is_answered_again_however_much_waits(service: Service) -> None:
    batch, key = {"jobs": [a_job(service)]}, "crm-import-1"
    first = await service.call("POST", "/v1/job-imports", batch, role=Role.SERVICE, idempotency_key=key)
    [event] = await service.published()
    async with service.database.worker() as tx:
        await outbox.add(tx, [Message(topics.JOBS, "x", service.company.id, event.data) for _ in range(outbox.FULL)])
    again = await service.call("POST", "/v1/job-imports", batch, role=Role.SERVICE, idempotency_key=key)
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("count", [0, 101])
async def test_a_batch_has_bounds(service: Service, count: int) -> None:
    batch = {"jobs": [a_job(service, f"crm-{n}") for n in range(count)]}
    assert (await service.refusal("POST", "/v1/job-imports", batch, role=Role.SERVICE))[0] == 422

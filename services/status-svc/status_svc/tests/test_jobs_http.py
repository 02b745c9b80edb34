"""Jobs over HTTP, on a real database: booking, versions, numbers, walls between companies."""

import asyncio
from decimal import Decimal
from uuid import uuid4

import asyncpg
import pytest

from contracts.events import JobCreated, JobUpdated
from contracts.jobs import Job, Role
from contracts.profiles import CustomerDeleted
from status_svc.tests.service import Service, a_profile


async def test_a_booked_job_is_published_whole(service: Service) -> None:
    response = await service.call("POST", "/v1/jobs", service.draft(notify=False))
    assert response.status_code == 201
    job = Job.model_validate(response.json())
    (event,) = await service.published()
    assert isinstance(event.data, JobCreated)
    assert event.data.job == job
    assert (event.data.notify, event.data.actor.role, event.company_id) == (False, Role.DISPATCHER, service.company.id)
    assert event.subject == str(job.id)
    assert (job.number, job.total, job.currency, job.status.name) == (1001, Decimal(480), "USD", "Scheduled")


async def test_reading_a_job_gives_what_booking_it_answered(service: Service) -> None:
    booked = await service.call("POST", "/v1/jobs", service.draft())
    read = await service.call("GET", booked.headers["location"])
    assert (read.json(), read.headers["etag"]) == (booked.json(), booked.headers["etag"]) == (booked.json(), '"1"')


async def test_an_estimate_starts_in_the_status_estimate(service: Service) -> None:
    estimate = await service.estimate()
    assert (estimate["kind"], estimate["status"]["name"]) == ("estimate", "Estimate")


async def test_the_same_idempotency_key_twice_books_one_job(service: Service) -> None:
    body = service.draft()
    first = await service.call("POST", "/v1/jobs", body, idempotency_key="a")
    again = await service.call("POST", "/v1/jobs", body, idempotency_key="a")
    assert (again.status_code, again.json(), again.headers["etag"]) == (201, first.json(), first.headers["etag"])
    assert await service.names() == ["JobCreated"]
    other = await service.refusal("POST", "/v1/jobs", service.draft(title="Boiler"), idempotency_key="a")
    assert other == (422, "idempotency-key-reused")


async def test_the_same_idempotency_key_at_the_same_time_books_one_job(service: Service) -> None:
    body = service.draft()
    calls = [service.call("POST", "/v1/jobs", body, idempotency_key="a") for _ in range(5)]
    assert len({response.json()["id"] for response in await asyncio.gather(*calls)}) == 1


async def test_numbers_have_no_gaps_whatever_happens_at_the_same_time(service: Service) -> None:
    blocked = a_profile(service.company.id, blocked=True)
    await service.hear(blocked)
    site = str(blocked.service_addresses[0].id)
    refused = service.draft(customer_id=str(blocked.id), service_address_id=site)
    bodies = [service.draft(), refused] * 10
    answers = await asyncio.gather(*(service.call("POST", "/v1/jobs", body) for body in bodies))
    assert sorted(a.json()["number"] for a in answers if a.is_success) == list(range(1001, 1011))


async def test_each_company_counts_its_own_numbers(service: Service) -> None:
    await service.booked()
    other = await service.beside().seed()
    assert (await other.booked())["number"] == 1001


async def test_a_stale_version_is_refused_and_a_missing_one_asked_for(service: Service) -> None:
    job = await service.booked()
    path = f"/v1/jobs/{job['id']}"
    changed = await service.call("PATCH", path, {"title": "Boiler"}, if_match='"1"')
    assert changed.headers["etag"] == '"2"'
    assert await service.refusal("PATCH", path, {"title": "Tank"}, if_match='"1"') == (412, "precondition-failed")
    assert await service.refusal("PATCH", path, {"title": "Tank"}) == (428, "precondition-required")
    assert (await service.ok("GET", path))["title"] == "Boiler"


async def test_of_two_changes_of_one_version_one_wins(service: Service) -> None:
    path = f"/v1/jobs/{(await service.booked())['id']}"
    calls = (service.call("PATCH", path, {"title": title}, if_match='"1"') for title in ("Boiler", "Tank"))
    assert sorted(response.status_code for response in await asyncio.gather(*calls)) == [200, 412]


async def test_a_moved_visit_is_published_with_its_change_and_stored(service: Service) -> None:
    job = await service.booked()
    visit = job["visits"][0]
    moved = {"id": visit["id"], "starts_at": "2026-11-24T15:00:00Z", "ends_at": "2026-11-24T17:00:00Z"}
    edit = {"visits": [moved | {"technicians": visit["technicians"]}]}
    after = await service.ok("PATCH", f"/v1/jobs/{job['id']}", edit, if_match='"1"')
    assert after["visits"][0]["schedule_version"] == 2  # G6
    event = (await service.published())[-1]
    assert isinstance(event.data, JobUpdated)
    assert event.data.changes == ("visit",)
    assert await service.ok("GET", f"/v1/jobs/{job['id']}") == after
    assert Job.model_validate(after) == event.data.job


async def test_a_visit_left_out_is_gone(service: Service) -> None:
    job = await service.booked()
    assert (await service.ok("PATCH", f"/v1/jobs/{job['id']}", {"visits": []}, if_match='"1"'))["visits"] == []
    assert (await service.ok("GET", f"/v1/jobs/{job['id']}"))["visits"] == []


async def test_a_customer_who_may_not_book_is_refused_plainly(service: Service) -> None:
    for flag in ("blocked", "archived"):
        await service.hear(customer := a_profile(service.company.id, **{flag: True}))
        body = service.draft(customer_id=str(customer.id), service_address_id=str(customer.service_addresses[0].id))
        assert await service.refusal("POST", "/v1/jobs", body) == (409, f"customer-{flag}")  # D11, S4.15
    assert await service.names() == []


async def test_a_customer_of_a_moment_ago_may_be_tried_again(service: Service) -> None:
    response = await service.call("POST", "/v1/jobs", service.draft(customer_id=str(uuid4())))
    assert (response.status_code, response.headers["retry-after"]) == (409, "1")
    assert response.json()["type"].endswith("customer-not-known-yet")


@pytest.mark.survives(25, 62)
async def test_an_erased_customer_is_not_booked_even_after_a_late_snapshot(service: Service) -> None:
    customer = service.customer
    await service.hear(CustomerDeleted(id=customer.id, company_id=customer.company_id, version=3))
    await service.hear(customer.model_copy(update={"version": 2}))  # fault 25, fault 62
    assert await service.refusal("POST", "/v1/jobs", service.draft()) == (409, "customer-not-known-yet")


async def test_no_name_or_address_of_a_customer_is_kept_here(service: Service) -> None:
    async with service.database.worker() as tx:
        kept = await tx.fetchval("select data::text from snapshot where id = $1", service.customer.id)
    assert "Maria" not in kept
    assert "Elm" not in kept


async def test_an_address_of_another_customer_is_refused(service: Service) -> None:
    body = service.draft(service_address_id=str(uuid4()))
    assert await service.refusal("POST", "/v1/jobs", body) == (409, "not-their-address")


@pytest.mark.survives(51)
async def test_another_companys_job_does_not_exist(service: Service) -> None:
    job = await service.booked()
    other = await service.beside().seed()
    path = f"/v1/jobs/{job['id']}"  # fault 51
    for method, where, body in (
        ("GET", "", None),
        ("PATCH", "", {"title": "x"}),
        ("GET", "/history", None),
        ("GET", "/account", None),
        ("GET", "/notes", None),
        ("GET", "/signature", None),
        ("POST", "/status", {"status_id": other.status_id("done")}),
        ("POST", "/cancel", {}),
        ("POST", "/payments", {"amount": "1", "method": "cash"}),
        ("POST", "/notes", {"text": "x"}),
    ):
        assert (await other.refusal(method, path + where, body, if_match='"1"'))[0] == 404
    assert (await other.ok("GET", "/v1/jobs"))["items"] == []
    stolen = other.draft(status_id=service.status_id("scheduled"))
    assert await other.refusal("POST", "/v1/jobs", stolen) == (404, "no-such-status")


@pytest.mark.survives(51)
async def test_raw_sql_of_one_company_sees_and_writes_nothing_of_another(service: Service) -> None:
    await service.booked()
    guarded = "select relname from pg_class where relkind in ('r', 'v') and relnamespace = 'public'::regnamespace"
    async with service.database.worker() as tx:
        tables = {row["relname"] for row in await tx.fetch(guarded)}
    for table in tables - {
        "migration",
        "inbox",
        "outbox",
        "snapshot_generation",
        "dead_letter",
    }:  # these it can not even read
        async with service.database.company(uuid4()) as tx:  # fault 51
            assert await tx.fetchval(f"select count(*) from {table}") == 0, table  # noqa: S608
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with service.database.company(uuid4()) as tx:
            await tx.execute("insert into job_numbers (company_id, last) values ($1, 1)", service.company.id)


@pytest.mark.parametrize(("role", "status"), [(Role.TECH, 403), (Role.CUSTOMER, 403), (Role.ADMIN, 201)])
async def test_booking_is_the_offices(service: Service, role: Role, status: int) -> None:
    assert (await service.call("POST", "/v1/jobs", service.draft(), role=role)).status_code == status  # G20


@pytest.mark.survives(53)
async def test_without_a_token_nothing_is_answered(service: Service) -> None:
    response = await service.client.get("/v1/jobs")
    assert response.status_code == 401  # fault 53


async def test_jobs_are_listed_newest_first_page_by_page(service: Service) -> None:
    for _ in range(5):
        await service.booked()
    first = await service.ok("GET", "/v1/jobs?limit=3")
    second = await service.ok("GET", f"/v1/jobs?limit=3&cursor={first['next_cursor']}")
    assert [job["number"] for job in first["items"] + second["items"]] == [1005, 1004, 1003, 1002, 1001]
    assert second["next_cursor"] is None


async def test_jobs_are_found_by_status_customer_number_and_text(service: Service) -> None:
    await service.booked(title="Water heater", external_id="crm-7")
    await service.estimate()

    async def found(query: str) -> list[int]:
        return [job["number"] for job in (await service.ok("GET", f"/v1/jobs?{query}"))["items"]]

    assert await found(f"status_id={service.status_id('estimate')}") == [1002]
    assert await found(f"customer_id={service.customer.id}") == [1002, 1001]  # S4.3
    assert await found(f"customer_id={uuid4()}") == []
    assert await found("number=1002") == [1002]
    assert await found("text=HEATER") == [1002, 1001]
    assert await found("text=100%25") == []
    assert await found("text=crm-7") == [1001]


@pytest.mark.parametrize(
    "query",
    ["cursor=x", "cursor=W10", "cursor=WyJhIl0", "cursor=Wy0xXQ", "limit=0", "limit=201", "text=%00", "number=0"],
)
async def test_a_list_refuses_what_it_can_not_read(service: Service, query: str) -> None:
    assert (await service.refusal("GET", f"/v1/jobs?{query}"))[0] == 422


@pytest.mark.parametrize(
    "over",
    [
        {"tittle": "x"},
        {"title": "nul\x00"},
        {"title": 3},
        {"lines": [{"description": "x", "quantity": "0", "unit_price": "1"}]},
        {"lines": [{"description": "x", "quantity": "1", "unit_price": "1e300"}]},
        {"lines": [{"description": "x", "quantity": "1", "unit_price": "-1"}]},
        {"visits": [{"starts_at": "2026-11-24T15:00:00", "ends_at": "2026-11-24T17:00:00Z"}]},
        {"visits": [{"starts_at": "0001-01-01T00:00:00+14:00", "ends_at": "2026-11-24T17:00:00Z"}]},
    ],
)
async def test_a_booking_that_makes_no_sense_is_refused_as_such(service: Service, over: dict[str, object]) -> None:
    assert (await service.refusal("POST", "/v1/jobs", service.draft(**over)))[0] == 422


async def test_an_external_id_belongs_to_one_job(service: Service) -> None:
    await service.booked(external_id="crm-1")
    taken = await service.refusal("POST", "/v1/jobs", service.draft(external_id="crm-1"))
    assert taken == (409, "external-id-taken")

"""Technicians and their photos, as visits and emails show them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from contracts.jobs import Role
from servicekit.testing import until
from status_svc.domain.technicians import LIMIT, MOST_BYTES
from status_svc.http import technicians as http_technicians
from status_svc.http.technicians import SHOWN_AT_ONCE
from status_svc.store import technicians
from status_svc.tests.service import PUBLIC_URL, Service
from status_svc.tests.test_images import WEBP
from status_svc.tests.test_pictures import JPEG, PNG

SAM = f"/v1/technicians/{uuid4()}"
ID = SAM.rpartition("/")[2]


async def sam(service: Service) -> None:
    await service.ok("PUT", SAM, {"name": "Sam Rivera"})


async def put_photo(
    service: Service, data: bytes, path: str = SAM, *, content_type: str = "image/png", role: Role = Role.DISPATCHER
) -> httpx.Response:
    headers = service.issuer.headers(role, service.company.id) | {"content-type": content_type}
    return await service.client.put(f"{path}/photo", content=data, headers=headers)


async def pictured(service: Service, data: bytes = PNG) -> str:
    """The URL of Sam's new photo."""
    response = await put_photo(service, data)
    assert response.is_success, response.text
    return str(response.json()["photo_url"])


def a_visit(days: int, **over: Any) -> dict[str, Any]:
    starts_at = datetime.now(UTC) + timedelta(days=days)
    technician = {"id": ID, "name": "Sam Rivera"} | over
    return {
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=2)).isoformat(),
        "technicians": [technician],
    }


def photos(job: Any) -> list[str | None]:
    """Of each visit, as its technicians look."""
    return [technician["photo_url"] for visit in job["visits"] for technician in visit["technicians"]]


async def job_now(service: Service, job: Any) -> Any:
    return await service.ok("GET", f"/v1/jobs/{job['id']}")


async def test_a_visit_shows_the_photo_to_whoever_knows_its_address(service: Service) -> None:  # G21
    await sam(service)
    url = await pictured(service)
    assert url.startswith(f"{PUBLIC_URL}/v1/technician-photos/")
    job = await service.booked(visits=[a_visit(1)])
    assert photos(job) == [url]
    assert (await service.published())[0].data.job.visits[0].technicians[0].photo_url == url
    shown = await service.client.get(url.removeprefix(PUBLIC_URL))  # without a token, as mail programs do
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in shown.headers["cache-control"]


async def test_a_new_photo_is_on_the_visits_to_come_and_nobody_is_told(service: Service) -> None:
    await sam(service)
    elsewhere = "https://northside.example/sam.jpg"
    job = await service.booked(visits=[a_visit(-2), a_visit(2), a_visit(3, photo_url=elsewhere)])
    assert photos(job) == [None, None, elsewhere]
    first = await pictured(service)
    assert photos(await job_now(service, job)) == [None, first, elsewhere]
    second = await pictured(service, JPEG)
    after = await job_now(service, job)
    assert (photos(after), after["version"]) == ([None, second, elsewhere], 3)
    told = [(event.data.changes, event.data.notify) for event in (await service.published())[1:]]
    assert told == [((), False), ((), False)]
    for url in (first, second):  # mail that was sent keeps the first
        assert (await service.client.get(url.removeprefix(PUBLIC_URL))).is_success


async def test_many_visits_to_come_show_a_new_photo_a_few_a_transaction(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sam(service)
    jobs = [await service.booked(visits=[a_visit(2)]) for _ in range(5)]
    monkeypatch.setattr(http_technicians, "JOBS_AT_ONCE", 2)
    url = await pictured(service)
    assert [photos(await job_now(service, job)) for job in jobs] == [[url]] * 5
    async with service.database.worker() as tx:
        transactions = await tx.fetch("select distinct xmin from jobs")
    assert len(transactions) == 3


async def test_a_photo_that_is_deleted_is_nowhere_any_more(service: Service) -> None:
    await sam(service)
    first, second = await pictured(service), await pictured(service, JPEG)
    job = await service.booked(visits=[a_visit(2)])
    assert (await service.ok("DELETE", f"{SAM}/photo"))["photo_url"] is None
    assert photos(await job_now(service, job)) == [None]
    for url in (first, second):
        assert (await service.client.get(url.removeprefix(PUBLIC_URL))).status_code == 404
    assert photos(await service.booked(visits=[a_visit(3)])) == [None]


async def test_sending_back_what_was_read_changes_nothing(service: Service) -> None:
    await sam(service)
    first = await pictured(service)
    job = await service.booked(visits=[a_visit(2)], external_id="crm-1")
    visits = [{name: visit[name] for name in ("id", "starts_at", "ends_at", "technicians")} for visit in job["visits"]]
    await pictured(service, JPEG)
    after = await service.ok("PATCH", f"/v1/jobs/{job['id']}", {"visits": visits}, if_match='"2"')
    assert after["version"] == 2
    assert photos(after) != [first]
    plain = service.draft(visits=[visits[0] | {"technicians": [{"id": ID, "name": "Sam Rivera"}]}])
    assert (await service.ok("PUT", "/v1/jobs/by-external-id/crm-1", plain))["version"] == 2


async def test_a_photo_that_came_while_a_sender_waited_for_the_job_is_not_lost(service: Service) -> None:
    await sam(service)
    await pictured(service)
    await service.booked(visits=[visit := a_visit(2)], external_id="crm-1")
    async with service.database.worker() as tx:
        await tx.execute("select from jobs for update")
        sent = asyncio.create_task(service.ok("PUT", "/v1/jobs/by-external-id/crm-1", service.draft(visits=[visit])))

        async def waits() -> bool:
            blocked = (
                "select exists (select from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid)))"
            )
            return bool(await tx.fetchval(blocked))

        await until(waits)
        newer = f"{PUBLIC_URL}/v1/technician-photos/{'a' * 64}"
        await tx.execute("update technicians set photo_url = $1", newer)
    assert photos(await sent) == [newer]


async def test_whoever_asks_for_many_photos_leaves_connections_to_the_rest(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sam(service)
    path = (await pictured(service)).removeprefix(PUBLIC_URL)
    find, goes_on, asked = technicians.find_photo, asyncio.Event(), 0

    async def slowly(tx: Any, sha256: str) -> Any:
        nonlocal asked
        asked += 1
        await goes_on.wait()
        return await find(tx, sha256)

    monkeypatch.setattr(technicians, "find_photo", slowly)
    looks = [asyncio.create_task(service.client.get(path)) for _ in range(20)]

    async def some_are_shown() -> bool:
        return asked >= SHOWN_AT_ONCE

    await until(some_are_shown)
    await asyncio.sleep(0.1)  # in which more would come through
    assert asked == SHOWN_AT_ONCE
    goes_on.set()
    assert {look.status_code for look in await asyncio.gather(*looks)} == {200}


@pytest.mark.survives(51)
async def test_cancelled_jobs_and_those_of_other_companies_are_left_alone(service: Service) -> None:
    await sam(service)
    cancelled = await service.booked(visits=[a_visit(2)])
    await service.ok("POST", f"/v1/jobs/{cancelled['id']}/cancel", {})
    other = await service.beside().seed()
    theirs = await other.booked(visits=[a_visit(2)])
    await pictured(service)
    assert photos(await job_now(service, cancelled)) == photos(await job_now(other, theirs)) == [None]
    assert (await put_photo(other, PNG)).status_code == 404  # fault 51


@pytest.mark.parametrize(
    ("data", "status"),
    [(WEBP, 415), (b"<svg/>", 415), (b"", 415), (PNG.ljust(MOST_BYTES + 1, b"\x00"), 413), (JPEG, 200)],
)
async def test_only_what_every_mail_program_shows_is_a_photo(service: Service, data: bytes, status: int) -> None:
    await sam(service)
    assert (await put_photo(service, data)).status_code == status


async def test_the_office_keeps_the_list_and_technicians_read_it(service: Service) -> None:  # G20
    await sam(service)
    alex = f"/v1/technicians/{uuid4()}"
    await service.ok("PUT", alex, {"name": "Alexandra"})
    await service.ok("PUT", alex, {"name": "Alex Kim"})
    listed = (await service.ok("GET", "/v1/technicians", role=Role.TECH))["items"]
    assert [technician["name"] for technician in listed] == ["Alex Kim", "Sam Rivera"]
    assert await service.refusal("PUT", SAM, {"name": "x"}, role=Role.TECH) == (403, "forbidden")
    assert (await put_photo(service, PNG, role=Role.TECH)).status_code == 403
    assert await service.refusal("DELETE", f"/v1/technicians/{uuid4()}/photo") == (404, "no-such-technician")


async def test_a_company_has_five_hundred_technicians_at_most(service: Service) -> None:
    await sam(service)
    async with service.database.company(service.company.id) as tx:
        await tx.execute(
            "insert into technicians select $1, gen_random_uuid(), 'x' from generate_series(2, $2::int)",
            *(service.company.id, LIMIT),
        )
    assert await service.refusal("PUT", f"/v1/technicians/{uuid4()}", {"name": "x"}) == (409, "crew-full")
    await service.ok("PUT", SAM, {"name": "Sam"})

"""The board: a column for each status, with how many jobs have it and the newest of them; and the lists behind it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from contracts.jobs import Role
from status_svc.tests.factories import NOW
from status_svc.tests.service import Service


async def columns(service: Service, **more: Any) -> dict[str, tuple[int, list[int]]]:
    found = await service.ok("GET", "/v1/job-board", **more)
    return {
        column["status"]["name"]: (column["count"], [job["number"] for job in column["jobs"]])
        for column in found["items"]
    }


async def test_an_empty_board_has_the_company_s_columns_in_its_order(service: Service) -> None:
    names = [each["name"] for each in (await service.ok("GET", "/v1/statuses"))["items"]]
    assert await columns(service, role=Role.TECH) == dict.fromkeys(names, (0, []))
    assert list(await columns(service)) == names


async def test_a_column_counts_its_jobs_and_shows_the_newest_twenty_as_the_list_does(service: Service) -> None:
    jobs = [await service.booked() for _ in range(23)]
    await service.ok("POST", f"/v1/jobs/{jobs[0]['id']}/status", {"status_id": service.status_id("on-the-way")})
    await service.ok("POST", f"/v1/jobs/{jobs[22]['id']}/cancel", {})
    await (await service.beside().seed()).booked()

    found = await columns(service)
    assert found["Scheduled"] == (21, list(range(1022, 1002, -1)))
    assert found["On the way"] == (1, [1001])
    of_one = f"/v1/jobs?status_id={service.status_id('on-the-way')}&cancelled=false"
    listed = (await service.ok("GET", of_one))["items"]
    board = (await service.ok("GET", "/v1/job-board"))["items"]
    assert listed == next(column["jobs"] for column in board if column["status"]["name"] == "On the way")
    assert len((await service.ok("GET", "/v1/jobs?cancelled=true"))["items"]) == 1


async def test_a_retired_status_is_a_column_for_as_long_as_it_holds_a_job(service: Service) -> None:
    job, on_the_way = await service.booked(), service.status_id("on-the-way")
    path = f"/v1/jobs/{job['id']}/status"
    await service.ok("POST", path, {"status_id": on_the_way})
    edit = {"active": False}
    await service.ok("PATCH", f"/v1/statuses/{on_the_way}", edit, role=Role.ADMIN, if_match='"1"')
    assert list(await columns(service))[-1] == "On the way"
    await service.ok("POST", path, {"status_id": service.status_id("scheduled")})
    assert "On the way" not in await columns(service)


async def test_a_technician_finds_their_visits_of_a_day(service: Service) -> None:
    sam, alex = str(uuid4()), str(uuid4())

    def visit(who: str, day: int, **over: Any) -> dict[str, Any]:
        starts = NOW + timedelta(days=day)
        ends = (starts + timedelta(hours=2)).isoformat()
        return {"starts_at": starts.isoformat(), "ends_at": ends, "technicians": [{"id": who, "name": "One"}]} | over

    await service.booked(title="today", visits=[visit(sam, 0)])
    await service.booked(title="tomorrow", visits=[visit(sam, 1)])
    await service.booked(title="called off", visits=[visit(sam, 0, cancelled=True), visit(sam, 5)])
    await service.booked(title="another's", visits=[visit(alex, 0), visit(sam, 1)])

    async def titles(**query: str) -> list[str]:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return [job["title"] for job in (await service.ok("GET", f"/v1/jobs?{asked}", role=Role.TECH))["items"]]

    day = {"visit_since": "2026-11-23T07:00:00Z", "visit_until": "2026-11-24T07:00:00Z"}
    assert await titles(technician_id=sam, **day) == ["today"]
    assert await titles(technician_id=alex) == ["another's"]
    assert await titles(**day) == ["another's", "today"]
    assert await titles(technician_id=str(uuid4())) == []

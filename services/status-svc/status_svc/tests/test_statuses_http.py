"""The status catalogue over HTTP and on statuses.v1."""

import asyncio
from typing import Any

import pytest

from contracts.jobs import Role
from status_svc.tests.service import Service, a_company

TOPIC = "statuses.v1"


async def names(service: Service) -> list[str]:
    return [status["name"] for status in (await service.ok("GET", "/v1/statuses"))["items"]]


async def add(service: Service, **over: Any) -> Any:
    return await service.ok(
        "POST", "/v1/statuses", {"name": "Quality check", "colour": "#aabbcc"} | over, role=Role.ADMIN
    )


@pytest.mark.proves("S1.6")
async def test_a_new_company_gets_its_starter_statuses_once(service: Service) -> None:
    await service.hear(service.company, a_company(service.company.id, version=2, name="Renamed"))
    entries = [event.data for event in await service.published(TOPIC)]
    assert [entry.name for entry in sorted(entries, key=lambda entry: entry.position)] == await names(service)
    assert len(entries) == 6


@pytest.mark.proves("S1.9")
async def test_a_starter_that_the_company_changed_stays_changed(service: Service) -> None:
    path = f"/v1/statuses/{service.status_id('done')}"
    await service.ok("PATCH", path, {"name": "Finished"}, role=Role.ADMIN, if_match='"1"')
    await service.hear(a_company(service.company.id, version=2))
    assert (await service.ok("GET", path))["name"] == "Finished"


@pytest.mark.proves("S1.6")
async def test_a_custom_status_is_published_and_can_be_assigned(service: Service) -> None:
    status = await add(service, closes=True, hold_seconds=60)
    entry = (await service.published(TOPIC))[-1].data
    assert (str(entry.id), entry.closes, entry.hold_seconds, entry.version) == (status["id"], True, 60, 1)
    job = await service.booked()
    closed = await service.ok("POST", f"/v1/jobs/{job['id']}/close", {"status_id": status["id"]})
    assert (closed["status"]["name"], closed["status"]["hold_seconds"]) == ("Quality check", 60)  # G7


@pytest.mark.proves("S1.10")
async def test_a_change_names_its_version_and_is_published(service: Service) -> None:
    path = f"/v1/statuses/{service.status_id('done')}"
    changed = await service.call("PATCH", path, {"allow_tech_skip": True}, role=Role.ADMIN, if_match='"1"')
    assert changed.headers["etag"] == '"2"'
    assert (await service.published(TOPIC))[-1].data.allow_tech_skip is True
    stale = await service.refusal("PATCH", path, {"name": "Over"}, role=Role.ADMIN, if_match='"1"')
    assert stale == (412, "precondition-failed")


async def test_a_retired_status_keeps_its_jobs_and_takes_no_new_ones(service: Service) -> None:
    status = await add(service)
    job, other = await service.booked(), await service.booked()
    await service.ok("POST", f"/v1/jobs/{job['id']}/status", {"status_id": status["id"]})
    await service.ok("PATCH", f"/v1/statuses/{status['id']}", {"active": False}, role=Role.ADMIN, if_match='"1"')
    assert (await service.ok("GET", f"/v1/jobs/{job['id']}"))["status"]["name"] == "Quality check"
    refused = await service.refusal("POST", f"/v1/jobs/{other['id']}/status", {"status_id": status["id"]})
    assert refused == (409, "status-retired")


async def test_statuses_stand_in_the_order_the_admin_gives_them(service: Service) -> None:
    ids = [status["id"] for status in (await service.ok("GET", "/v1/statuses"))["items"]]
    before = await names(service)
    await service.ok("PUT", "/v1/statuses/order", {"ids": ids[::-1]}, role=Role.ADMIN)
    assert await names(service) == before[::-1]
    assert await service.refusal("PUT", "/v1/statuses/order", {"ids": ids[1:]}, role=Role.ADMIN) == (
        409,
        "order-out-of-date",
    )


async def test_two_statuses_of_one_name_at_the_same_time_become_one(service: Service) -> None:
    body = {"name": "Quality check", "colour": "#aabbcc"}
    calls = (service.call("POST", "/v1/statuses", body, role=Role.ADMIN) for _ in range(3))
    assert sorted(answer.status_code for answer in await asyncio.gather(*calls)) == [201, 409, 409]


async def test_the_catalogue_is_the_admins_to_change(service: Service) -> None:
    body = {"name": "Quality check", "colour": "#aabbcc"}
    for role in (Role.DISPATCHER, Role.TECH):  # G20
        assert await service.refusal("POST", "/v1/statuses", body, role=role) == (403, "forbidden")
    assert len(await names(service)) == 6


async def test_a_company_that_is_not_known_yet_books_nothing(service: Service) -> None:
    stranger = service.beside()
    assert await stranger.refusal("POST", "/v1/jobs", stranger.draft()) == (409, "company-not-known-yet")

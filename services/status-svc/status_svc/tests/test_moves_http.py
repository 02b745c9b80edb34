"""Moving jobs and estimates over HTTP: what is published, and who may."""

from uuid import uuid4

import pytest

from contracts.jobs import Role
from status_svc.tests.service import Service


async def move(
    service: Service, job: dict[str, str], slug: str, *, role: Role = Role.DISPATCHER, **over: object
) -> dict[str, object]:
    body = {"status_id": service.status_id(slug)} | over
    answer: dict[str, object] = await service.ok("POST", f"/v1/jobs/{job['id']}/status", body, role=role)
    return answer


async def test_a_job_goes_its_way_and_says_so(service: Service) -> None:
    job = await service.booked()
    await move(service, job, "on-the-way")
    await service.ok("POST", f"/v1/jobs/{job['id']}/close", {})
    await move(service, job, "in-progress")
    await service.ok("POST", f"/v1/jobs/{job['id']}/cancel", {"notify": False})
    published = await service.published()
    assert await service.names() == [
        "JobCreated",
        *("StatusChanged",),
        *("StatusChanged", "WOClosed"),
        *("StatusChanged", "WOReopened"),
        "JobCancelled",
    ]
    assert [event.data.job.version for event in published] == [1, 2, 3, 3, 4, 4, 5]
    assert len({event.data.command_id for event in published}) == 5  # D9: one id per act
    assert published[-1].data.notify is False
    assert published[2].data.job.previous_status.name == "On the way"


async def test_the_answer_to_a_move_is_what_is_stored(service: Service) -> None:
    job = await service.booked()
    after = await move(service, job, "done")
    assert await service.ok("GET", f"/v1/jobs/{job['id']}") == after


async def test_an_illegal_move_is_refused_and_publishes_nothing(service: Service) -> None:
    job = await service.booked()
    path = f"/v1/jobs/{job['id']}"
    same = {"status_id": service.status_id("scheduled")}
    assert await service.refusal("POST", f"{path}/status", same) == (409, "same-status")
    assert await service.refusal("POST", f"{path}/status", {"status_id": str(uuid4())}) == (404, "no-such-status")
    not_closing = {"status_id": service.status_id("on-the-way")}
    assert await service.refusal("POST", f"{path}/close", not_closing) == (409, "no-closing-status")
    assert await service.names() == ["JobCreated"]


async def test_a_move_may_name_the_version_it_saw(service: Service) -> None:
    job = await service.booked()
    body = {"status_id": service.status_id("done")}
    stale = await service.refusal("POST", f"/v1/jobs/{job['id']}/status", body, if_match='"9"')
    assert stale == (412, "precondition-failed")


async def test_a_tech_moves_jobs_and_skips_the_message_only_where_allowed(service: Service) -> None:
    path = f"/v1/jobs/{(await service.booked())['id']}"
    on_the_way = {"status_id": service.status_id("on-the-way"), "notify": False}
    await service.ok("POST", f"{path}/status", on_the_way, role=Role.TECH)  # S1.10
    event = (await service.published())[-1]
    assert (event.data.notify, event.data.actor.role) == (False, Role.TECH)  # S1.11
    assert await service.refusal("POST", f"{path}/close", {"notify": False}, role=Role.TECH) == (403, "must-notify")
    assert await service.refusal("POST", f"{path}/cancel", {}, role=Role.TECH) == (403, "forbidden")  # G20


@pytest.mark.proves("S1.11")
async def test_a_tech_is_asked_each_time_where_the_status_says_so(service: Service) -> None:
    path = f"/v1/jobs/{(await service.booked())['id']}"
    [asks] = [
        s for s in (await service.ok("GET", "/v1/statuses", role=Role.TECH))["items"] if s["name"] == "On the way"
    ]
    assert asks["allow_tech_skip"] is True  # so a client knows to ask
    body = {"status_id": asks["id"]}
    refused = await service.refusal("POST", f"{path}/status", body, role=Role.TECH)
    assert refused == (409, "answer-needed")
    for notify in (True, False):
        await service.ok("POST", f"{path}/status", body | {"notify": notify}, role=Role.TECH)
        await service.ok("POST", f"{path}/status", {"status_id": service.status_id("scheduled")}, role=Role.TECH)
    told = [(event.data.notify, event.data.actor.id) for event in await service.published()][1:]
    assert told == [(True, "test-tech"), (True, "test-tech"), (False, "test-tech"), (True, "test-tech")]


async def test_the_office_is_not_asked(service: Service) -> None:
    path = f"/v1/jobs/{(await service.booked())['id']}"
    await service.ok("POST", f"{path}/status", {"status_id": service.status_id("on-the-way")})
    assert (await service.published())[-1].data.notify is True


async def test_closing_asks_a_tech_as_any_status(service: Service) -> None:  # S1.11
    asks = await service.call("GET", f"/v1/statuses/{service.status_id('done')}")
    tag = asks.headers["etag"]
    body = {"allow_tech_skip": True}
    await service.ok("PATCH", f"/v1/statuses/{asks.json()['id']}", body, role=Role.ADMIN, if_match=tag)
    path = f"/v1/jobs/{(await service.booked())['id']}/close"
    assert await service.refusal("POST", path, {}, role=Role.TECH) == (409, "answer-needed")
    await service.ok("POST", path, {"notify": False}, role=Role.TECH)
    assert [event.data.notify for event in await service.published()] == [True, False, False]


async def test_an_estimate_is_sent_accepted_and_becomes_a_job(service: Service) -> None:
    path = f"/v1/jobs/{(await service.estimate())['id']}"
    await service.ok("POST", f"{path}/estimate/send", {})
    accepted = await service.ok("POST", f"{path}/estimate/decision", {"decision": "accepted"})
    assert accepted["kind"] == "job"
    assert await service.names() == ["JobCreated", "EstimateSent", "EstimateDecided"]  # no StatusChanged
    estimate = (await service.ok("GET", f"{path}/account"))["estimate"]
    assert (estimate["decision"], estimate["schedule_version"]) == ("accepted", 1)

"""Customers ask to move or cancel their visits; the office accepts, which is an update as any other, or declines."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.events import Change, JobUpdated
from contracts.jobs import Role
from contracts.profiles import CustomerProfile
from status_svc.tests.service import Service, a_profile

PATH = "/v1/visit-requests"
TOMORROW = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


def a_time(day: int = 0) -> dict[str, str]:
    starts_at = TOMORROW + timedelta(days=day)
    return {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=2)).isoformat()}


def as_customer(customer: CustomerProfile) -> dict[str, Any]:
    return {"role": Role.CUSTOMER, "customer_id": customer.id}


async def a_job(service: Service, *days: int) -> Any:
    """A job of the customer with visits to come."""
    return await service.booked(visits=[a_time(day) for day in days or (0,)])


def a_wish(job: Any, wish: str = "move", **over: Any) -> dict[str, Any]:
    return {"job_id": job["id"], "visit_id": job["visits"][0]["id"], "wish": wish} | over


async def asked(service: Service, job: Any, wish: str = "move", **over: Any) -> Any:
    return await service.ok("POST", PATH, a_wish(job, wish, **over), **as_customer(service.customer))


async def job_now(service: Service, job: Any) -> Any:
    return await service.ok("GET", f"/v1/jobs/{job['id']}")


async def test_a_customer_asks_and_the_office_sees_what_is_open(service: Service) -> None:  # S4.2
    job = await a_job(service)
    wish = await asked(service, job, **a_time(3), words="We are away that day.")
    [seen] = (await service.ok("GET", f"{PATH}?state=open"))["items"]
    assert seen == wish == await service.ok("GET", f"{PATH}/{wish['id']}")
    assert (seen["wish"], seen["words"], seen["customer_id"]) == (
        *("move", "We are away that day."),
        str(service.customer.id),
    )
    assert await service.names() == ["JobCreated"]  # no message of its own
    assert await job_now(service, job) == job


async def test_accepting_moves_the_visit_and_says_so_as_any_update(service: Service) -> None:
    job = await a_job(service, 0, 1)
    wish = await asked(service, job, **a_time(3))
    answered = await service.ok("POST", f"{PATH}/{wish['id']}/accept", {})
    assert answered["state"] == "accepted"
    event = (await service.published())[-1]
    assert isinstance(event.data, JobUpdated)
    assert (event.data.changes, event.data.notify, event.data.actor.role) == ((Change.VISIT,), True, Role.DISPATCHER)
    kept, moved = event.data.job.visits  # in order of time  # G21
    assert (str(moved.id), moved.starts_at, moved.schedule_version) == (
        *(wish["visit_id"], TOMORROW + timedelta(days=3)),
        2,  # G6
    )
    assert kept.schedule_version == 1


@pytest.mark.parametrize("how", ["visit cancelled", "visit left out", "job cancelled"])
async def test_a_request_about_a_visit_that_is_gone_is_closed_and_says_why(service: Service, how: str) -> None:
    job = await a_job(service, 0, 1)
    gone, kept = job["visits"]
    wish = await asked(service, job)
    other = await service.ok("POST", PATH, a_wish(job) | {"visit_id": kept["id"]}, **as_customer(service.customer))
    path = f"/v1/jobs/{job['id']}"
    stays = {name: kept[name] for name in ("id", "starts_at", "ends_at")}
    goes = {name: gone[name] for name in ("id", "starts_at", "ends_at")} | {"cancelled": True}
    if how == "job cancelled":
        await service.ok("POST", f"{path}/cancel", {})
    else:
        visits = [goes, stays] if how == "visit cancelled" else [stays]
        await service.ok("PATCH", path, {"visits": visits}, if_match='"1"')
    seen = await service.ok("GET", f"{PATH}/{wish['id']}", **as_customer(service.customer))
    assert (seen["state"], seen["reason"]) == ("declined", "This visit does not take place any more.")
    assert seen["answered_at"]
    about_other = await service.ok("GET", f"{PATH}/{other['id']}")
    assert about_other["state"] == ("declined" if how == "job cancelled" else "open")


async def test_accepting_to_cancel_a_visit_is_an_acceptance(service: Service) -> None:
    job = await a_job(service)
    wish = await asked(service, job, "cancel")
    await service.ok("POST", f"{PATH}/{wish['id']}/accept", {})
    seen = await service.ok("GET", f"{PATH}/{wish['id']}")
    assert (seen["state"], seen["reason"]) == ("accepted", None)


async def test_the_office_may_choose_another_time_and_not_tell(service: Service) -> None:
    job = await a_job(service)
    wish = await asked(service, job)
    path = f"{PATH}/{wish['id']}/accept"
    assert await service.refusal("POST", path, {}) == (422, "say-when")  # nobody said one
    await service.ok("POST", path, a_time(7) | {"notify": False})
    event = (await service.published())[-1]
    assert (event.data.notify, event.data.job.visits[0].starts_at) == (False, TOMORROW + timedelta(days=7))


async def test_accepting_a_cancellation_cancels_the_visit_and_not_the_job(service: Service) -> None:
    job = await a_job(service, 0, 1)
    wish = await asked(service, job, "cancel")
    assert await service.refusal("POST", f"{PATH}/{wish['id']}/accept", a_time(2)) == (422, "say-when")
    await service.ok("POST", f"{PATH}/{wish['id']}/accept", {})
    assert await service.names() == ["JobCreated", "JobUpdated"]
    after = await job_now(service, job)
    assert ([visit["cancelled"] for visit in after["visits"]], after["cancelled_at"]) == ([True, False], None)


async def test_declining_says_why_and_changes_nothing(service: Service) -> None:
    job = await a_job(service)
    wish = await asked(service, job, "cancel")
    path = f"{PATH}/{wish['id']}/decline"
    assert (await service.refusal("POST", path, {}))[0] == 422  # with words
    await service.ok("POST", path, {"reason": "It is too late for that."})
    mine = await service.ok("GET", f"{PATH}/{wish['id']}", **as_customer(service.customer))
    assert (mine["state"], mine["reason"]) == ("declined", "It is too late for that.")
    assert await service.names() == ["JobCreated"]
    assert await job_now(service, job) == job


@pytest.mark.parametrize("answer", ["accept", "decline"])
async def test_an_answer_is_final_and_then_the_customer_may_ask_again(service: Service, answer: str) -> None:
    job = await a_job(service)
    wish = await asked(service, job, **a_time(3))
    assert await service.refusal("POST", PATH, a_wish(job), **as_customer(service.customer)) == (409, "already-asked")
    body = {"reason": "no"} if answer == "decline" else {}
    await service.ok("POST", f"{PATH}/{wish['id']}/{answer}", body)
    for path, again in (("accept", {}), ("decline", {"reason": "no"})):
        assert await service.refusal("POST", f"{PATH}/{wish['id']}/{path}", again) == (409, "already-answered")
    await asked(service, job)


async def test_of_many_at_the_same_time_one_is_kept_and_one_answer_counts(service: Service) -> None:
    job = await a_job(service)
    me = as_customer(service.customer)
    answers = await asyncio.gather(*(service.call("POST", PATH, a_wish(job, **a_time(3)), **me) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    [wish] = (await service.ok("GET", PATH))["items"]
    path = f"{PATH}/{wish['id']}"
    calls = [service.call("POST", f"{path}/accept", {}), service.call("POST", f"{path}/decline", {"reason": "no"})]
    assert sorted(answer.status_code for answer in await asyncio.gather(*calls)) == [200, 409]


async def test_a_request_sent_twice_is_one(service: Service) -> None:
    job = await a_job(service)
    me = as_customer(service.customer)
    first = await service.ok("POST", PATH, a_wish(job), idempotency_key="w", **me)
    assert await service.ok("POST", PATH, a_wish(job), idempotency_key="w", **me) == first


@pytest.mark.survives(51)
async def test_the_jobs_and_requests_of_others_do_not_exist(service: Service) -> None:
    neighbour = a_profile(service.company.id)
    await service.hear(neighbour)
    job = await a_job(service)
    them = as_customer(neighbour)
    assert await service.refusal("POST", PATH, a_wish(job), **them) == (404, "no-such-job")  # fault 51
    wish = await asked(service, job)
    assert await service.refusal("GET", f"{PATH}/{wish['id']}", **them) == (404, "no-such-visit-request")
    assert (await service.ok("GET", f"{PATH}?customer_id={service.customer.id}", **them))["items"] == []
    other = await service.beside().seed()
    assert await other.refusal("POST", f"{PATH}/{wish['id']}/accept", {}) == (404, "no-such-visit-request")
    assert (await other.ok("GET", PATH))["items"] == []


@pytest.mark.parametrize("flag", ["blocked", "archived"])
async def test_who_is_blocked_or_archived_asks_for_nothing(service: Service, flag: str) -> None:  # D11, S4.15
    job = await a_job(service)
    await service.hear(service.customer.model_copy(update={"version": 2, flag: True}))
    refused = await service.refusal("POST", PATH, a_wish(job), **as_customer(service.customer))
    assert refused == (403, "account-closed")


async def test_only_a_visit_to_come_of_a_job_that_goes_on_is_asked_about(service: Service) -> None:
    me = as_customer(service.customer)
    over = await service.booked()  # its visit was last week
    assert await service.refusal("POST", PATH, a_wish(over), **me) == (409, "visit-began")
    job = await a_job(service)
    assert await service.refusal("POST", PATH, a_wish(job, visit_id=str(uuid4())), **me) == (422, "unknown-visit")
    await service.ok("POST", f"/v1/jobs/{job['id']}/close", {})
    assert await service.refusal("POST", PATH, a_wish(job), **me) == (409, "job-closed")
    cancelled = await a_job(service)
    await service.ok("POST", f"/v1/jobs/{cancelled['id']}/cancel", {})
    assert await service.refusal("POST", PATH, a_wish(cancelled), **me) == (409, "job-cancelled")


async def test_a_request_that_an_older_release_left_open_can_only_be_declined(service: Service) -> None:
    job = await a_job(service)
    wish = await asked(service, job, "cancel")
    await service.ok("PATCH", f"/v1/jobs/{job['id']}", {"visits": []}, if_match='"1"')
    async with service.database.worker() as tx:
        await tx.execute("update visit_requests set state = 'open', reason = null, answered_at = null")
    assert await service.refusal("POST", f"{PATH}/{wish['id']}/accept", {}) == (409, "visit-gone")
    await service.ok("POST", f"{PATH}/{wish['id']}/decline", {"reason": "It is cancelled already."})


@pytest.mark.parametrize(
    "over",
    [
        {"starts_at": "2030-01-01T10:00:00Z"},
        {"starts_at": "2030-01-01T10:00:00Z", "ends_at": "2030-01-01T09:00:00Z"},
        a_time(-2),  # it is over
        {"wish": "cancel", **a_time()},
        {"wish": "repeat"},
        {"words": ""},
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused_as_such(service: Service, over: dict[str, Any]) -> None:
    job = await a_job(service)
    assert (await service.refusal("POST", PATH, a_wish(job) | over, **as_customer(service.customer)))[0] == 422


async def test_they_are_listed_newest_first_page_by_page_and_by_job(service: Service) -> None:
    jobs = [await a_job(service) for _ in range(3)]
    for job in jobs:
        await asked(service, job)
    first = await service.ok("GET", f"{PATH}?limit=2")
    second = await service.ok("GET", f"{PATH}?limit=2&cursor={first['next_cursor']}")
    assert [UUID(each["job_id"]) for each in first["items"] + second["items"]] == [UUID(j["id"]) for j in jobs[::-1]]
    assert second["next_cursor"] is None
    [one] = (await service.ok("GET", f"{PATH}?job_id={jobs[0]['id']}"))["items"]
    assert one["job_id"] == jobs[0]["id"]

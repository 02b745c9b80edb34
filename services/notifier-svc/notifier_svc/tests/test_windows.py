"""Changes of a job gather for five minutes and are told once, as the job is at the end (D9)."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import events
from contracts.deliveries import Reason
from contracts.events import Change
from notifier_svc import planning
from notifier_svc.domain.keys import Keys
from notifier_svc.events import consumers
from notifier_svc.planning import JOBS_GROUP
from notifier_svc.store import windows
from notifier_svc.tests.factories import (
    a_customer,
    a_job,
    an_event,
)
from notifier_svc.tests.test_planning import an_envelope, know, log
from notifier_svc.tests.test_window import moved
from servicekit.cloudevents import Event
from servicekit.db import Database


@dataclass
class Shop:
    """A notifier that hears of jobs, and its clock."""

    db: Database
    keys: Keys

    async def hears(self, *data: Any, window: timedelta = timedelta(minutes=5)) -> list[Event[Any]]:
        arriving = [each if isinstance(each, Event) else an_envelope(each) for each in data]
        [jobs] = [each for each in consumers(self.keys, window=window) if each.group == JOBS_GROUP]
        async with self.db.worker() as tx:
            await jobs.handle(tx, arriving)
        return arriving

    async def minutes_pass(self, minutes: int) -> int:
        """Business time moves; then what has ended is planned. Returns how many windows ended."""
        async with self.db.worker() as tx:
            await tx.execute("update change_window set ends_at = ends_at - make_interval(mins => $1)", minutes)
            closed = await windows.close(tx)
            await planning.release(tx, self.keys)
        return closed

    async def told(self) -> list[tuple[UUID, str]]:
        """Occurrences that were planned, and the job's title in them."""
        async with self.db.worker() as tx:
            rows = await tx.fetch("select id, data -> 'job' ->> 'title' as title from occurrence order by occurred_at")
        return [(row["id"], row["title"]) for row in rows]


@pytest.fixture
async def shop(db: Database, keys: Keys) -> Shop:
    await know(db, a_customer())
    return Shop(db, keys)


async def test_several_changes_are_told_once_as_the_job_is_at_the_end(shop: Shop) -> None:  # D9
    [first, *_] = await shop.hears(moved("9:00", "10:00", 2), moved("10:00", "11:00", 3))
    await shop.hears(moved("480", "520", 4, Change.TOTAL))
    assert await shop.minutes_pass(4) == 0
    assert await log(shop.db) == []
    assert await shop.minutes_pass(1) == 1
    assert await log(shop.db) == [("job_updated", "queued")]
    assert await shop.told() == [(UUID(first.id), "as of 4")]
    assert await shop.minutes_pass(9) == 0
    await shop.hears(moved("11:00", "12:00", 5))  # and that opens another
    assert await shop.minutes_pass(5) == 1
    assert [title for _, title in await shop.told()] == ["as of 4", "as of 5"]


async def test_what_was_changed_back_is_skipped_and_says_so(shop: Shop) -> None:  # D9
    await shop.hears(moved("9:00", "10:00", 2), moved("10:00", "9:00", 3))
    await shop.minutes_pass(5)
    assert await log(shop.db) == [("job_updated", Reason.NOTHING_CHANGED)]


async def test_what_nobody_is_to_hear_of_is_no_reason_to_tell_but_part_of_how_it_ends(shop: Shop) -> None:  # D9
    await shop.hears(moved("480", "500", 2, Change.TOTAL, notify=False))
    assert await log(shop.db) == [("job_updated", Reason.NOTIFY_DECLINED)]
    assert await shop.minutes_pass(5) == 0
    await shop.hears(moved("9:00", "10:00", 3), moved("500", "520", 4, Change.TOTAL, notify=False))
    await shop.hears(moved("10:00", "9:00", 5, notify=False))
    await shop.minutes_pass(5)
    reasons = Counter(reason for _, reason in await log(shop.db))
    assert reasons == {Reason.NOTIFY_DECLINED: 3, Reason.NOTHING_CHANGED: 1}


async def test_other_news_goes_at_once_and_shows_at_the_end(shop: Shop) -> None:
    await shop.hears(moved("9:00", "10:00", 2))
    await shop.hears(an_event(job=a_job(version=3, title="as of 3")))
    assert await log(shop.db) == [("status_set", "queued")]
    await shop.minutes_pass(5)
    assert [title for _, title in await shop.told()][-1:] == ["as of 3"]


async def test_a_job_that_is_cancelled_meanwhile_is_not_said_to_have_changed(shop: Shop) -> None:
    await shop.hears(moved("9:00", "10:00", 2))
    await shop.hears(an_event(events.JobCancelled, job=a_job(version=3, cancelled_at=datetime.now(UTC))))
    await shop.minutes_pass(5)
    assert sorted(await log(shop.db)) == [("job_cancelled", "queued"), ("job_updated", Reason.JOB_CANCELLED)]


async def test_each_job_has_its_own_window_as_long_as_the_setting_says(shop: Shop) -> None:
    other = a_job(id=uuid4())
    await shop.hears(moved("9:00", "10:00"), moved("1", "2", job=other), window=timedelta(minutes=1))
    assert await shop.minutes_pass(1) == 2
    assert await log(shop.db) == [("job_updated", "queued")] * 2


@pytest.mark.survives(24)
async def test_an_unknown_customers_changes_wait_for_the_profile(shop: Shop) -> None:
    job = a_job(customer_id=uuid4())
    await shop.hears(moved("9:00", "10:00", job=job))
    assert await shop.minutes_pass(5) == 1
    assert await log(shop.db) == []
    await know(shop.db, a_customer(id=job.customer_id))
    await shop.minutes_pass(0)
    assert await log(shop.db) == [("job_updated", "queued")]


@pytest.mark.survives(1, 2)
async def test_a_planner_that_dies_closes_nothing_and_two_close_each_window_once(shop: Shop) -> None:
    jobs = [a_job(id=uuid4()) for _ in range(20)]
    await shop.hears(*(moved("9:00", "10:00", job=job) for job in jobs))
    async with shop.db.worker() as tx:
        await tx.execute("update change_window set ends_at = now()")
    await dies_closing(shop)
    closed = await asyncio.gather(*(shop.minutes_pass(0) for _ in range(3)))
    assert sum(closed) == 20
    await shop.minutes_pass(0)
    assert await log(shop.db) == [("job_updated", "queued")] * 20


async def dies_closing(shop: Shop) -> None:
    with suppress(ZeroDivisionError):
        async with shop.db.worker() as tx:
            assert await windows.close(tx) == 20
            raise ZeroDivisionError


async def test_the_end_of_a_window_is_found_by_its_index(shop: Shop) -> None:
    async with shop.db.worker() as tx:
        await tx.execute("set local enable_seqscan = off")
        found = await tx.fetch("explain select from change_window where ends_at <= now() order by ends_at limit 500")
    assert "change_window_end" in str(found)

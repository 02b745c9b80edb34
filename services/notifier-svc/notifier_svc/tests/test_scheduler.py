"""From jobs to reminders, on real PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import events
from contracts.deliveries import Reason
from contracts.triggers import Trigger
from notifier_svc import scheduler, scheduling
from notifier_svc.domain.series import Timing
from notifier_svc.store import rules
from notifier_svc.store import schedule as store
from notifier_svc.store.erasure import erase
from notifier_svc.tests.agenda import Agenda
from notifier_svc.tests.factories import (
    COMPANY,
    NOW,
    a_customer,
    a_rule,
    a_visit,
    an_address,
    an_invoice,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VISIT = a_visit(id=UUID(int=21), starts_at=NOW + 30 * HOUR, ends_at=NOW + 32 * HOUR)
A_DAY_BEFORE = a_rule(Trigger.VISIT_REMINDER, id=UUID(int=41), timing=Timing(hours_before=24))
WEEKLY = a_rule(Trigger.INVOICE_REMINDER, id=UUID(int=42), timing=Timing(days_after=3, every_days=7))
AFTER_A_WEEK = a_rule(Trigger.FOLLOW_UP, id=UUID(int=43), timing=Timing(days_after=7, at=time(10)))
ESTIMATE = a_rule(Trigger.ESTIMATE_REMINDER, id=UUID(int=44), timing=Timing(days_after=3, at=time(10)))
WITH_VISIT = {"visits": (VISIT,)}


async def test_a_reminder_is_planned_when_it_is_due_and_never_earlier(agenda: Agenda) -> None:  # S0.22
    await agenda.rule(A_DAY_BEFORE)
    await agenda.hear(agenda.event(events.JobCreated, WITH_VISIT))
    assert (await agenda.tell(), await agenda.log()) == (0, [])
    agenda.now += 6 * HOUR
    assert await agenda.tell() == 1
    assert await agenda.log() == [("visit_reminder", "queued")]
    assert (await agenda.tell(), await agenda.waiting()) == (0, [])
    [row] = await agenda.fetch("select occurred_at, expires_at, job_id from delivery")
    assert row["occurred_at"] == NOW + 6 * HOUR
    assert row["job_id"] is not None


@pytest.mark.proves("S3.7")
async def test_a_follow_up_goes_days_after_closing_by_the_clock_at_the_service_address(agenda: Agenda) -> None:
    await agenda.know(
        a_customer(version=2, zone="Europe/Madrid", service_addresses=(an_address(zone="America/New_York"),))
    )
    await agenda.rule(AFTER_A_WEEK)
    await agenda.hear(agenda.event(events.WOClosed, {"closed_at": NOW}))
    assert await agenda.waiting() == [datetime(2026, 12, 1, 15, tzinfo=UTC)]
    agenda.now = datetime(2026, 12, 1, 15, tzinfo=UTC)
    await agenda.tell()
    assert await agenda.log() == [("follow_up", "queued")]


async def test_a_customer_not_known_yet_is_waited_for_and_reminded_by_their_own_clock(agenda: Agenda) -> None:
    other = uuid4()
    await agenda.rule(AFTER_A_WEEK)
    await agenda.hear(agenda.event(events.WOClosed, {"closed_at": NOW, "customer_id": other}))
    agenda.now = datetime(2026, 12, 1, 17, tzinfo=UTC)  # ten o'clock for the company
    await agenda.tell()
    assert await agenda.log() == []
    place = an_address(zone="America/Los_Angeles")
    await agenda.know(a_customer(id=other, service_addresses=(place,)))
    agenda.now += timedelta(minutes=1)
    await agenda.tell()
    assert (await agenda.log(), await agenda.waiting()) == ([], [datetime(2026, 12, 1, 18, tzinfo=UTC)])
    agenda.now += HOUR
    await agenda.tell()
    assert await agenda.log() == [("follow_up", "queued")]


@pytest.mark.survives(24)
async def test_a_customer_unknown_for_a_day_is_skipped(agenda: Agenda) -> None:
    await agenda.rule(AFTER_A_WEEK)
    await agenda.hear(agenda.event(events.WOClosed, {"closed_at": NOW, "customer_id": uuid4()}))
    agenda.now += 9 * DAY
    await agenda.tell()
    assert await agenda.log() == [("follow_up", Reason.UNKNOWN_CUSTOMER)]


@pytest.mark.parametrize(
    ("kind", "then"),
    [
        (events.EstimateDecided, {"decision": events.Decision.ACCEPTED}),
        (events.EstimateDecided, {"decision": events.Decision.DECLINED}),
        (events.EstimateDecided, {"decision": events.Decision.EXPIRED}),
    ],
)
async def test_an_estimate_is_reminded_of_until_it_is_decided(
    agenda: Agenda, kind: type[events.JobEvent], then: dict[str, Any]
) -> None:  # S0.22
    await agenda.rule(ESTIMATE)
    await agenda.hear(agenda.event(events.EstimateSent, {"kind": "estimate"}, schedule_version=1))
    assert await agenda.waiting() == [datetime(2026, 11, 27, 17, tzinfo=UTC)]
    await agenda.hear(agenda.event(kind, {"kind": "estimate"}, **then))
    assert await agenda.waiting() == []


async def test_an_invoice_is_reminded_of_every_week_with_what_is_left_to_pay(agenda: Agenda) -> None:  # S0.24
    await agenda.rule(WEEKLY)
    await agenda.hear(agenda.event(events.InvoiceIssued, invoice=an_invoice(id=UUID(int=31))))
    for _ in range(3):
        [agenda.now] = await agenda.waiting()
        await agenda.tell()
    assert await agenda.log() == [("invoice_reminder", "queued")] * 3
    rows = await agenda.fetch("select data from occurrence order by occurred_at")
    assert [(row["data"]["number"], row["data"]["days"]) for row in rows] == [(1, 3), (2, 10), (3, 17)]
    await agenda.hear(agenda.event(events.InvoicePaid, invoice=an_invoice(id=UUID(int=31))))
    assert await agenda.waiting() == []


async def test_what_is_switched_off_when_it_is_due_says_so(agenda: Agenda) -> None:
    await agenda.rule(A_DAY_BEFORE)
    await agenda.hear(agenda.event(events.JobCreated, WITH_VISIT))
    await agenda.change(replace(A_DAY_BEFORE, active=False), A_DAY_BEFORE)
    agenda.now += 6 * HOUR
    await agenda.tell()
    assert await agenda.log() == [("visit_reminder", Reason.RULE_INACTIVE)]


async def test_a_new_rule_counts_for_jobs_known_already_slice_by_slice(
    agenda: Agenda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifier_svc.scheduling.JOBS_AT_ONCE", 2)
    ids = [uuid4() for _ in range(5)]
    await agenda.hear(
        *(agenda.event(events.JobCreated, {"id": id, "visits": (a_visit(starts_at=NOW + 30 * HOUR),)}) for id in ids)
    )
    assert await agenda.waiting() == []
    await agenda.rule(A_DAY_BEFORE)
    assert await agenda.waiting() == [NOW + 6 * HOUR] * 5
    await agenda.change(replace(A_DAY_BEFORE, timing=Timing(hours_before=2)), A_DAY_BEFORE)
    assert await agenda.waiting() == [NOW + 28 * HOUR] * 5
    assert await agenda.fetch("select from rule_change") == []


async def test_rules_made_together_are_followed_together_and_the_second_look_writes_nothing(
    agenda: Agenda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifier_svc.scheduling.JOBS_AT_ONCE", 2)
    jobs = [{"id": uuid4(), "visits": (a_visit(starts_at=NOW + 30 * HOUR),)} for _ in range(5)]
    await agenda.hear(*(agenda.event(events.JobCreated, job) for job in jobs))
    sooner = replace(A_DAY_BEFORE, id=uuid4(), timing=Timing(hours_before=2))
    async with agenda.db.worker() as tx:
        await rules.add(tx, [A_DAY_BEFORE, sooner])

    assert [await followed_a_slice(agenda) for _ in range(4)] == [True, True, True, False]
    assert await agenda.waiting() == [NOW + 6 * HOUR] * 5 + [NOW + 28 * HOUR] * 5
    written = await agenda.fetch("select xmin, xmax from schedule union all select xmin, xmax from course")
    await agenda.follow_rules()
    assert await agenda.fetch("select from rule_change") == []
    assert await agenda.fetch("select xmin, xmax from schedule union all select xmin, xmax from course") == written


async def followed_a_slice(agenda: Agenda) -> bool:
    """Whether there was one."""
    async with agenda.db.worker() as tx:
        return await scheduling.follow_rules(tx, agenda.now)


async def test_a_rule_made_while_a_job_is_being_written_down_counts_for_it(agenda: Agenda) -> None:
    async with agenda.db.worker() as tx:
        await scheduling.follow(tx, [agenda.event(events.JobCreated, WITH_VISIT)], NOW)
        async with agenda.db.worker() as other:
            await rules.add(other, [A_DAY_BEFORE])
        async with agenda.db.worker() as other:
            assert await scheduling.follow_rules(other, NOW)  # the job is not seen yet
    assert await agenda.waiting() == []
    await agenda.follow_rules()
    assert await agenda.waiting() == [NOW + 6 * HOUR]


@pytest.mark.survives(65)
async def test_an_import_plans_nothing_at_once(agenda: Agenda) -> None:  # D13
    await agenda.rule(A_DAY_BEFORE, AFTER_A_WEEK)
    near = a_visit(starts_at=NOW + HOUR)
    await agenda.hear(agenda.event(events.JobSnapshot, {"visits": (near, VISIT)}))
    await agenda.hear(agenda.event(events.JobSnapshot, {"id": uuid4(), "closed_at": NOW - 30 * DAY}))
    assert await agenda.tell() == 0
    assert (await agenda.log(), await agenda.waiting()) == ([], [NOW + 6 * HOUR])


@pytest.mark.survives(65)
async def test_an_outage_makes_old_reminders_too_old_and_no_flood(agenda: Agenda) -> None:  # D13
    await agenda.rule(WEEKLY)
    await agenda.hear(agenda.event(events.InvoiceIssued, invoice=an_invoice()))
    agenda.now += 18 * DAY
    await agenda.tell()
    assert [reason for _, reason in await agenda.log()] == [Reason.TOO_OLD, Reason.TOO_OLD, "queued"]


async def killed(agenda: Agenda) -> None:
    """A scheduler that ends before it commits."""
    async with agenda.db.worker() as tx:
        assert await scheduler.tell_due(tx, agenda.keys, agenda.now) == scheduler.AT_ONCE
        raise ConnectionResetError


@pytest.mark.survives(1)
async def test_two_schedulers_and_a_killed_one_tell_each_reminder_once(agenda: Agenda) -> None:  # G8
    await agenda.rule(A_DAY_BEFORE)
    jobs = [{"id": uuid4(), "visits": (a_visit(starts_at=NOW + 30 * HOUR),)} for _ in range(250)]
    await agenda.hear(*(agenda.event(events.JobCreated, job) for job in jobs))
    agenda.now += 6 * HOUR
    with pytest.raises(ConnectionResetError):
        await killed(agenda)
    await asyncio.gather(agenda.tell(), agenda.tell())
    await agenda.tell()
    assert await agenda.log() == [("visit_reminder", "queued")] * 250
    assert await agenda.waiting() == []


@pytest.mark.survives(27)
async def test_one_that_always_fails_stops_no_other(agenda: Agenda) -> None:
    await agenda.rule(A_DAY_BEFORE)
    bad = uuid4()
    await agenda.hear(
        agenda.event(events.JobCreated, WITH_VISIT), agenda.event(events.JobCreated, WITH_VISIT | {"id": bad})
    )
    async with agenda.db.worker() as tx:
        await tx.execute("""update course set job = '{"no": "job"}' where job_id = $1""", bad)
    agenda.now += 6 * HOUR
    async with agenda.db.worker() as tx:
        assert await scheduler.tell_due(tx, agenda.keys, agenda.now) == 2
    assert await agenda.log() == [("visit_reminder", "queued")]
    assert await agenda.waiting() == [agenda.now + scheduler.MISTAKE_AGAIN]


@pytest.mark.survives(62)
async def test_nothing_is_left_of_a_customer_who_was_deleted(agenda: Agenda) -> None:
    await agenda.rule(A_DAY_BEFORE)
    await agenda.hear(agenda.event(events.JobCreated, WITH_VISIT))
    async with agenda.db.worker() as tx:
        await erase(tx, agenda.keys, COMPANY, a_customer().id, NOW)
        await tx.execute("update snapshot set data = null where kind = 'customers'")
    assert [await agenda.fetch(f"select from {table}") for table in ("course", "schedule")] == [[], []]
    await agenda.hear(agenda.event(events.JobUpdated, WITH_VISIT))
    assert [await agenda.fetch(f"select from {table}") for table in ("course", "schedule")] == [[], []]


async def test_jobs_of_which_nothing_is_to_come_are_forgotten(agenda: Agenda) -> None:
    await agenda.rule(A_DAY_BEFORE, WEEKLY)
    await agenda.hear(
        agenda.event(events.JobCreated, WITH_VISIT),
        agenda.event(events.InvoiceIssued, {"id": uuid4()}, invoice=an_invoice()),
    )
    async with agenda.db.worker() as tx:
        assert await store.forget_over(tx, NOW + 29 * DAY, 10) == 0
        assert await store.forget_over(tx, NOW + 500 * DAY, 10) == 0  # both wait
    agenda.now += 6 * HOUR
    await agenda.tell()
    async with agenda.db.worker() as tx:
        assert await store.forget_over(tx, NOW + 500 * DAY, 10) == 1
    assert len(await agenda.fetch("select from schedule")) == 1


@pytest.mark.survives(51)
async def test_a_company_sees_its_own_schedule_only(agenda: Agenda) -> None:
    await agenda.rule(A_DAY_BEFORE)
    await agenda.hear(agenda.event(events.JobCreated, WITH_VISIT))
    for company, seen in ((COMPANY, 1), (uuid4(), 0)):
        async with agenda.db.company(company) as tx:
            assert len(await tx.fetch("select from schedule")) == len(await tx.fetch("select from course")) == seen


async def test_events_reach_the_schedule_whoever_the_customer_is(agenda: Agenda) -> None:
    await agenda.rule(A_DAY_BEFORE)
    await agenda.consume(agenda.event(events.JobCreated, WITH_VISIT | {"customer_id": uuid4()}))
    assert await agenda.waiting() == [NOW + 6 * HOUR]


@pytest.mark.parametrize(
    ("kind", "job"),
    [
        (events.JobCancelled, WITH_VISIT | {"cancelled_at": NOW}),
        (events.JobUpdated, {"visits": (VISIT.model_copy(update={"cancelled": True}),)}),
        (events.JobUpdated, {}),
    ],
)
async def test_a_rule_made_after_the_end_reminds_of_nothing(
    agenda: Agenda, kind: type[events.JobEvent], job: dict[str, Any]
) -> None:  # G6
    await agenda.hear(agenda.event(events.JobCreated, WITH_VISIT))
    await agenda.hear(agenda.event(kind, job))
    await agenda.rule(A_DAY_BEFORE)
    agenda.now += 7 * HOUR
    await agenda.tell()
    assert (await agenda.waiting(), await agenda.log()) == ([], [])


@pytest.mark.parametrize(
    ("booked_before", "expected"), [(2 * HOUR, "queued"), (HOUR, Reason.TOO_NEAR), (HOUR / 2, Reason.TOO_NEAR)]
)
async def test_what_came_due_before_its_event_could_be_read_is_told_late(
    agenda: Agenda, booked_before: timedelta, expected: str
) -> None:  # D6
    await agenda.rule(A_DAY_BEFORE)
    agenda.now = NOW + 7 * HOUR - booked_before
    booked = agenda.event(events.JobCreated, WITH_VISIT)
    agenda.now = NOW + 7 * HOUR  # the reminder was due an hour ago
    await agenda.hear(booked)
    await agenda.tell()
    assert await agenda.log() == [("visit_reminder", expected)]


async def test_a_visit_that_was_brought_back_before_its_time_is_reminded_of_late(agenda: Agenda) -> None:  # D6
    await agenda.rule(A_DAY_BEFORE)
    await agenda.hear(agenda.event(events.JobCreated, WITH_VISIT))
    await agenda.hear(agenda.event(events.WOClosed, WITH_VISIT | {"closed_at": NOW}))
    agenda.now = NOW + 5 * HOUR
    reopened = agenda.event(events.WOReopened, WITH_VISIT)
    agenda.now = NOW + 7 * HOUR
    await agenda.hear(reopened)
    await agenda.tell()
    assert await agenda.log() == [("visit_reminder", "queued")]

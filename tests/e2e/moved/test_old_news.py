"""What is no news, on the whole stack: imported jobs, events that come again, and two days without a notifier."""

from collections.abc import Iterator
from datetime import time, timedelta

import asyncpg
import pytest

from contracts.deliveries import Channel, Reason
from contracts.model import starter_id
from contracts.topics import JOBS
from contracts.triggers import Trigger
from deploy.demo.api import Json
from deploy.local.plan import Plan
from deploy.local.stack import Stack
from deploy.local.waiting import run_async, until
from tests.e2e import kafka
from tests.e2e.companies import Company
from tests.e2e.log import LIMIT, deliveries, told
from tests.e2e.mailbox import count_to
from tests.e2e.moved.agenda import Bell, customer_of, reminders, visit_at, wait_until_heard_of_jobs
from tests.e2e.moved.clock import BusinessTime

COUNT, BATCH = 10_000, 100
NOTIFIER = "notifier-svc"


@pytest.mark.survives(65)
def test_ten_thousand_old_jobs_come_in_and_nobody_hears_of_any(
    company: Company, clock: BusinessTime, stack: Stack
) -> None:
    # D13
    bell, customer = Bell(company, clock), customer_of(company, "ida.import@example.com")
    old = list(old_jobs(company, customer, clock))
    for first in range(0, COUNT, BATCH):
        batch = {"jobs": old[first : first + BATCH]}
        taken = company.admin.post("status-svc", "/v1/job-imports", batch)
        assert {line["result"] for line in taken["items"]} == {"added"}

    bell.ring(clock.at(40, time(10)))
    assert deliveries(company.dispatcher, customer_id=customer["id"]) == []
    assert count_to(stack.plan, "ida.import@example.com") == 0


@pytest.mark.survives(65)
def test_events_that_were_planned_come_again_and_nobody_hears_of_them_twice(
    company: Company, clock: BusinessTime, stack: Stack
) -> None:
    # G8
    customer = customer_of(company, "ida.replay@example.com")
    job = company.booked(customer)
    job.set_status("on-the-way")
    job.send_invoice()
    job.pay_invoice()
    before = told(company.dispatcher, job.id)
    mails = count_to(stack.plan, "ida.replay@example.com")
    assert mails == sum(row.is_sent for row in before) > 3

    for _ in range(2):
        own = [record for record in kafka.records(stack.plan, JOBS) if record.key == job.id.encode()]
        for record in own:
            kafka.publish(stack.plan, JOBS, record.key or b"", record.value or b"", list(record.headers))
        wait_until_heard_of_jobs(stack.plan)
        assert told(company.dispatcher, job.id) == before
        run_async(forget_what_was_read(stack.plan))  # as in time it is; then the log alone knows
    assert count_to(stack.plan, "ida.replay@example.com") == mails


@pytest.mark.survives(65)
def test_after_two_days_without_a_notifier_only_what_is_still_news_is_sent(
    company: Company, clock: BusinessTime, stack: Stack
) -> None:
    # D6, D13
    customer = customer_of(company, "ida.backlog@example.com")
    kept, called_off = (company.booked(customer, visits=(visit_at(clock.at(2, time(14))),)) for _ in range(2))
    for job in (kept, called_off):
        told(company.dispatcher, job.id)
    stack.stop(NOTIFIER)
    kept.set_status("on-the-way")
    late = company.booked(customer)
    late.pay_deposit("20.00")
    late.send_invoice()
    company.dispatcher.post("status-svc", f"/v1/jobs/{called_off.id}/cancel", {"notify": False})
    clock.move_to(clock.at(2, time(13)))
    stack.start(NOTIFIER)
    stack.wait_ready(NOTIFIER)

    outcomes = {
        row.trigger: row.reason for row in (*told(company.dispatcher, kept.id), *told(company.dispatcher, late.id))
    }
    assert outcomes[Trigger.STATUS_SET] is Reason.TOO_OLD
    assert outcomes[Trigger.INVOICE_ISSUED] is outcomes[Trigger.PAYMENT_RECEIVED] is None
    assert [row.reason for row in told(company.dispatcher, late.id) if row.trigger == Trigger.JOB_CREATED] == [
        Reason.TOO_OLD
    ]
    # The one for texts is switched off; planned together, the two stand in no order.
    sent = [Channel.EMAIL]
    until(lambda: [row.channel for row in reminders(company, kept.id) if row.is_sent] == sent, "it is lost", LIMIT)
    assert reminders(company, called_off.id) == []


def old_jobs(company: Company, customer: Json, clock: BusinessTime) -> Iterator[Json]:
    """Jobs that were closed, called off, or are under way, with a visit each."""
    done = str(starter_id(company.seed.company.id, "status", "done"))
    for number in range(COUNT):
        ends = clock.now() - timedelta(days=30 + number % 300)
        state: Json = ({"status_id": done, "closed_at": ends.isoformat()}, {"cancelled_at": ends.isoformat()}, {})[
            number % 3
        ]
        yield state | {
            "external_id": f"old-{number}",
            "customer_id": customer["id"],
            "service_address_id": customer["service_addresses"][0]["id"],
            "kind": "job",
            "title": f"Old job {number}",
            "lines": [{"description": "Labor", "quantity": "1", "unit_price": "95.00"}],
            "visits": [visit_at(ends - timedelta(hours=3))],
            "created_at": (ends - timedelta(days=1)).isoformat(),
        }


async def forget_what_was_read(plan: Plan) -> None:
    """Empty the notifier's inbox."""
    connection = await asyncpg.connect(plan.role_url(NOTIFIER, "worker"))
    try:
        await connection.execute("delete from inbox")
    finally:
        await connection.close()

"""A message that waited tells of the job as it is when it goes, and of what happened as it happened."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import events
from contracts.deliveries import Reason
from contracts.jobs import Job, JobKind, Line, Technician
from contracts.profiles import CustomerProfile
from contracts.rendering import RenderContext
from contracts.triggers import Trigger
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.factories import (
    NOW,
    a_contact,
    a_customer,
    a_job,
    a_payment,
    a_recipient,
    a_status,
    a_visit,
    an_address,
    an_email,
    an_event,
    an_invoice,
    an_occurrence,
)
from notifier_svc.tests.office import Office
from notifier_svc.tests.test_previews import PREVIEWS, asked, happened

LATER = a_visit(
    starts_at=NOW + timedelta(days=400),
    ends_at=NOW + timedelta(days=400, hours=2),
    technicians=(Technician(id=uuid4(), name="Ana"),),
)
MOVED: dict[str, Any] = {
    "version": 3,
    "title": "Two water heaters",
    "visits": (LATER,),
    "lines": (Line(description="Heater", quantity=Decimal(2), unit_price=Decimal(450)),),
    "total": Decimal("900.00"),
    "balance": Decimal("600.00"),
    "service_address_id": UUID(int=8),
}
TOLD_ABOUT = a_job(version=2)


def maria(**over: Any) -> CustomerProfile:
    return a_customer(service_addresses=(an_address(), an_address(id=UUID(int=8), line="9 Oak Ave")), **over)


async def moved(desk: Desk, customer: CustomerProfile | None = None, *, logged: bool = False, **over: Any) -> None:
    """Something else is told of the job: a change that nobody is to be told of, or one that no rule is about."""
    job = a_job(**MOVED | over)
    changed = {"changes": (events.Change.VISIT,), "notify": False}
    told = an_event(events.JobUpdated, job=job, **changed) if logged else an_event(events.JobSnapshot, job=job)
    await desk.happens(customer or maria(), told)


async def said(desk: Desk) -> RenderContext:
    """What the one message says."""
    async with desk.sending():
        ended = await desk.settled()
    assert [each for each in ended if each[1] != Reason.NOTIFY_DECLINED] == [("sent", None)]
    [item] = desk.templates.asked
    return item.context


def job_of(context: RenderContext) -> Any:
    assert context.job
    return context.job


@pytest.mark.parametrize("logged", [True, False])
@pytest.mark.parametrize("told", [an_event(events.JobCreated, job=TOLD_ABOUT), an_event(job=TOLD_ABOUT)])
async def test_the_job_moved_while_a_message_waited(desk: Desk, told: Any, logged: bool) -> None:
    await desk.happens(maria(), told)
    await moved(desk, logged=logged)
    context = await said(desk)
    job, visit, place = job_of(context), context.visit, context.service_address
    assert (job.title, job.total, job.paid) == ("Two water heaters", "900.00 USD", "300.00 USD")
    assert [line.quantity for line in job.lines] == ["2"]
    assert visit
    assert (visit.starts_at[:10], visit.technician) == (f"{LATER.starts_at:%Y-%m-%d}", ("Ana",))
    assert place
    assert place.line == "9 Oak Ave"


async def test_the_status_that_was_set_is_told_as_it_was_set(desk: Desk) -> None:
    set_then = a_job(version=2, status=a_status(name="On the way"), previous_status=a_status("scheduled"))
    await desk.happens(maria(), an_event(job=set_then))
    await moved(desk, status=a_status(name="Renamed"), previous_status=None)
    job = job_of(await said(desk))
    assert (job.status, job.previous_status, job.title) == ("On the way", "scheduled", "Two water heaters")


async def test_what_no_status_was_told_of_has_the_one_of_now(desk: Desk) -> None:
    await desk.happens(maria(), an_event(events.JobCreated, job=TOLD_ABOUT))
    await moved(desk, status=a_status("done"))
    assert job_of(await said(desk)).status == "done"


@pytest.mark.parametrize(
    ("told", "part"),
    [
        (an_event(events.PaymentReceived, job=TOLD_ABOUT, payment=a_payment(amount=Decimal(20))), "payment"),
        (an_event(events.InvoiceIssued, job=TOLD_ABOUT, invoice=an_invoice(balance=Decimal(20))), "invoice"),
    ],
)
async def test_a_payment_and_a_bill_are_told_as_they_were(desk: Desk, told: Any, part: str) -> None:
    await desk.happens(maria(), told)
    await moved(desk)
    context = await said(desk)
    money = getattr(context, part)
    assert "20.00 USD" in (money.amount if part == "payment" else money.balance)
    assert job_of(context).total == "900.00 USD"


async def test_an_estimate_that_was_accepted_meanwhile_is_told_as_the_estimate_it_was(desk: Desk) -> None:
    estimate = a_job(version=2, kind=JobKind.ESTIMATE)
    await desk.happens(maria(), an_event(events.JobCreated, job=estimate))
    await moved(desk, kind=JobKind.JOB)
    assert job_of(await said(desk)).kind == "estimate"


@pytest.mark.survives(25)
async def test_snapshots_out_of_order_leave_the_newest(desk: Desk) -> None:
    await desk.happens(maria(), an_event(events.JobCreated, job=a_job(version=5, title="Newest")))
    await moved(desk, version=4)
    await moved(desk, version=6, title="Newer still")
    await moved(desk, version=3)
    assert job_of(await said(desk)).title == "Newer still"


@pytest.mark.parametrize(
    "lost",
    [
        "delete from snapshot where kind = 'jobs'",
        "update snapshot set data = data - 'whole' where kind = 'jobs'",
        "update snapshot set data = data - '{whole,told_by,told_in}'::text[] where kind = 'jobs'",
    ],
    ids=["no copy", "no words", "a copy of before"],
)
async def test_where_the_newest_is_not_known_the_event_tells_its_own(desk: Desk, lost: str) -> None:
    await desk.happens(maria(), an_event(job=TOLD_ABOUT))
    await moved(desk)
    await desk.fetch(lost)
    assert job_of(await said(desk)).title == "Water heater"


async def test_who_was_to_hear_of_the_old_address_hears_nothing_of_the_new_one(desk: Desk) -> None:  # S2.2
    tenant = a_recipient(emails=("tenant@example.com",))
    places = (an_address(recipients=(tenant,)), an_address(id=UUID(int=8)))
    customer = a_customer(contacts=(a_contact(emails=(an_email("maria@example.com"),)),), service_addresses=places)
    await desk.happens(customer, an_event(events.JobCreated, job=TOLD_ABOUT))
    await moved(desk, customer)
    async with desk.sending():
        assert sorted(await desk.settled()) == [("sent", None), ("skipped", Reason.ADDRESS_REMOVED)]
    assert [envelope.rcpt_tos for envelope in desk.mail.arrived] == [["maria@example.com"]]


async def test_a_preview_tells_of_the_job_as_it_is(office: Office) -> None:
    await happened(office, an_event(events.PaymentReceived, job=TOLD_ABOUT, payment=a_payment()))
    await moved(office.desk)
    job_id = str(TOLD_ABOUT.id)
    answer = await office.post(PREVIEWS, asked(trigger=Trigger.PAYMENT_RECEIVED, job_id=job_id))
    assert answer.status_code == 200, answer.text
    [item] = office.desk.templates.asked
    assert (job_of(item.context).title, item.context.payment is not None) == ("Two water heaters", True)


def test_an_occurrence_keeps_what_it_is_with_any_job() -> None:
    newer: Job = a_job(**MOVED, kind=JobKind.JOB, status=a_status("done"), closed_at=NOW)
    for told in (an_event(job=TOLD_ABOUT), an_event(events.JobCreated, job=a_job(kind=JobKind.ESTIMATE))):
        before = an_occurrence(told)
        after = before.with_job(newer)
        assert (after.trigger, after.status_id, after.hold) == (before.trigger, before.status_id, before.hold)
        assert (after.job_version, after.service_address_id) == (3, UUID(int=8))
    assert before.with_job(a_job(version=1)) is before

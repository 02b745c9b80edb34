"""Reminders on their way out: what they say, and that they are asked about again (G6)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts import events
from contracts.deliveries import Reason
from contracts.triggers import Trigger
from notifier_svc.domain.series import Timing
from notifier_svc.tests.agenda import Agenda
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.factories import a_rule, a_visit, an_invoice
from servicekit.testing import until

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWO_HOURS = a_rule(Trigger.VISIT_REMINDER, timing=Timing(hours_before=2))
IN_TIME = a_rule(Trigger.ESTIMATE_REMINDER, timing=Timing(days_after=1))
OVERDUE = a_rule(Trigger.INVOICE_REMINDER, timing=Timing(days_after=1))
FOLLOW_UP = a_rule(Trigger.FOLLOW_UP, timing=Timing(days_after=1))


@pytest.fixture
async def waiting(desk: Desk) -> Agenda:
    """Two days ago, of a company that reminds of everything."""
    async with desk.db.worker() as tx:
        await tx.execute("delete from rule")
    agenda = Agenda(desk.db, desk.keys, now=datetime.now(UTC) - 2 * DAY)
    await agenda.know()
    await agenda.rule(TWO_HOURS, IN_TIME, OVERDUE, FOLLOW_UP)
    return agenda


def soon() -> Any:
    """A visit of which it is time to remind."""
    starts = datetime.now(UTC) + 2 * HOUR
    return a_visit(id=UUID(int=21), starts_at=starts, ends_at=starts + HOUR)


async def told_now(agenda: Agenda) -> None:
    agenda.now = datetime.now(UTC)
    await agenda.tell()


async def test_a_reminder_says_which_visit_it_is_about(waiting: Agenda, desk: Desk) -> None:  # G21
    visit, sooner = soon(), a_visit(starts_at=datetime.now(UTC) - HOUR, ends_at=datetime.now(UTC) + HOUR)
    await waiting.hear(waiting.event(events.JobSnapshot, {"visits": (sooner, visit)}))
    await told_now(waiting)
    async with desk.sending():
        assert ("sent", None) in await desk.settled()
    [about] = [item.context for item in desk.templates.asked if item.context.visit]
    assert about.visit
    assert about.reminder
    assert datetime.fromisoformat(about.visit.starts_at.partition("[")[0]) == visit.starts_at.replace(microsecond=0)
    assert (about.reminder.number, about.invoice) == ("1", None)


async def test_an_invoices_reminder_says_what_is_left_to_pay(waiting: Agenda, desk: Desk) -> None:  # S0.24
    due_on = waiting.now.date()
    await waiting.hear(waiting.event(events.InvoiceIssued, invoice=an_invoice(due_on=due_on)))
    await told_now(waiting)
    async with desk.sending():
        await desk.settled()
    [item] = desk.templates.asked
    assert item.context.invoice
    assert item.context.reminder
    assert (item.context.invoice.number, item.context.invoice.balance_due) == ("INV-7", "480.00 USD")
    assert item.context.reminder.days in ("1", "2")


Story = tuple[type[events.JobEvent], dict[str, Any], dict[str, Any]]
"""An event, what it changes of the job, and what else it tells."""

SENT: Story = (events.EstimateSent, {"kind": "estimate"}, {"schedule_version": 1})
DECIDED: Story = (events.EstimateDecided, {"kind": "job"}, {"decision": events.Decision.ACCEPTED})
ISSUED: Story = (
    events.InvoiceIssued,
    {},
    {"invoice": an_invoice(id=UUID(int=31), due_on=datetime.now(UTC).date() - 2 * DAY)},
)
PAID: Story = (events.InvoicePaid, {}, {"invoice": an_invoice(id=UUID(int=31))})
CLOSED: Story = (events.WOClosed, {"closed_at": datetime.now(UTC) - 2 * DAY}, {})
OPEN: Story = (events.WOReopened, {}, {})
VISIT = soon()
BOOKED: Story = (events.JobSnapshot, {"visits": (VISIT,)}, {})
MOVED: Story = (
    events.JobUpdated,
    {"visits": (VISIT.model_copy(update={"schedule_version": 2, "starts_at": VISIT.starts_at + DAY}),)},
    {},
)
OFF: Story = (events.JobUpdated, {"visits": (VISIT.model_copy(update={"cancelled": True}),)}, {})
GONE: Story = (events.JobCancelled, {"visits": (VISIT,), "cancelled_at": datetime.now(UTC)}, {})


@pytest.mark.parametrize(
    ("first", "then", "reason"),
    [
        (BOOKED, MOVED, Reason.VISIT_MOVED),
        (BOOKED, OFF, Reason.VISIT_MOVED),
        (BOOKED, GONE, Reason.VISIT_MOVED),
        (SENT, DECIDED, Reason.ESTIMATE_DECIDED),
        (CLOSED, OPEN, Reason.STATUS_MOVED_ON),
        (ISSUED, PAID, Reason.INVOICE_PAID),
    ],
)
async def test_what_changes_before_it_leaves_keeps_it_back(
    waiting: Agenda, desk: Desk, first: Any, then: Any, reason: Reason
) -> None:  # G6
    for happened in (first, then):
        kind, job, more = happened
        await waiting.hear(waiting.event(kind, job, **more))
        if happened is first:
            await told_now(waiting)
            assert await desk.log() == [("queued", None)]
    async with desk.sending():
        assert await desk.settled() == [("skipped", reason)]
    assert desk.mail.mails == []


@pytest.mark.parametrize(
    ("first", "then", "reason"),
    [(BOOKED, GONE, Reason.VISIT_MOVED), (BOOKED, MOVED, Reason.VISIT_MOVED), (ISSUED, PAID, Reason.INVOICE_PAID)],
)
async def test_a_reminder_waits_for_the_schedule_to_hear_what_the_planner_knows(
    waiting: Agenda, desk: Desk, first: Any, then: Any, reason: Reason
) -> None:  # G6: two consumers read what happens to jobs
    (kind, job, more), (other, changed, of_it) = first, then
    await waiting.hear(waiting.event(kind, job, **more))
    await told_now(waiting)
    news = waiting.event(other, changed, **of_it)
    await waiting.plan(news)

    async def put_off() -> Any:
        return await desk.fetch("select from queue where fence > 0 and not leased and due_at > now()")

    async with desk.sending():
        await until(put_off)
        await waiting.hear(news)
        assert await desk.settled() == [("skipped", reason)]
    assert desk.mail.mails == []

"""How a job goes on, as far as reminders go by it: what there is to remind of, in whatever order it was heard."""

from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from contracts import events
from contracts.events import Decision
from contracts.jobs import JobKind
from contracts.triggers import Trigger
from notifier_svc.domain.course import Course, Key, after, bill_of, closing_version, kept_until, subjects
from notifier_svc.tests.factories import NOW, a_job, a_payment, a_visit, an_event, an_invoice

VISIT = a_visit(id=UUID(int=21))
INVOICE = an_invoice(id=UUID(int=31))
DAY = timedelta(days=1)


def told(kind: type[events.JobEvent], version: int = 1, job: dict[str, Any] | None = None, **more: Any) -> Any:
    return an_event(kind, job=a_job(version=version, **{"visits": ()} | (job or {})), **more)


def heard(*some: Any) -> Course:
    course = None
    for event in some:
        course = after(course, event, NOW)
    assert course
    return course


def to_remind_of(*some: Any) -> list[Key]:
    return [subject.key for subject in subjects(heard(*some))]


ESTIMATE = {"kind": JobKind.ESTIMATE}
SENT = told(events.EstimateSent, 2, ESTIMATE, schedule_version=1)
VISIT_KEY = Key(Trigger.VISIT_REMINDER, VISIT.id, 1)
ESTIMATE_KEY = Key(Trigger.ESTIMATE_REMINDER, a_job().id, 1)
INVOICE_KEY = Key(Trigger.INVOICE_REMINDER, INVOICE.id, 1)
CLOSED_KEY = Key(Trigger.FOLLOW_UP, a_job().id, closing_version(NOW))
ISSUED = told(events.InvoiceIssued, 2, invoice=INVOICE)
CLOSED = told(events.WOClosed, 2, {"visits": (VISIT,), "closed_at": NOW})


@pytest.mark.parametrize(
    ("story", "left"),
    [
        ([told(events.JobCreated, job={"visits": (VISIT,)})], [VISIT_KEY]),
        ([told(events.JobSnapshot, job={"visits": (VISIT,)})], [VISIT_KEY]),
        ([told(events.JobUpdated, job={"visits": (VISIT.model_copy(update={"schedule_version": 2}),)})],
         [Key(Trigger.VISIT_REMINDER, VISIT.id, 2)]),
        ([told(events.JobUpdated, job={"visits": (VISIT.model_copy(update={"cancelled": True}),)})], []),
        ([told(events.JobCancelled, job={"visits": (VISIT,), "cancelled_at": NOW})], []),
        ([CLOSED], [CLOSED_KEY]),
        ([CLOSED, told(events.WOReopened, 3, {"visits": (VISIT,)})], [VISIT_KEY]),
        ([SENT], [ESTIMATE_KEY]),
        ([SENT, told(events.EstimateDecided, 3, ESTIMATE, decision=Decision.DECLINED)], []),
        ([SENT, told(events.EstimateDecided, 3, ESTIMATE, decision=Decision.EXPIRED)], []),
        ([SENT, told(events.EstimateDecided, 3, decision=Decision.ACCEPTED)], []),
        ([SENT, told(events.JobUpdated, 3, ESTIMATE)], [ESTIMATE_KEY]),
        ([SENT, told(events.EstimateDecided, 3, ESTIMATE, decision=Decision.DECLINED),
          told(events.EstimateSent, 4, ESTIMATE, schedule_version=2)], [ESTIMATE_KEY._replace(version=2)]),
        ([ISSUED], [INVOICE_KEY]),
        ([ISSUED, told(events.InvoiceOverdue, 3, invoice=INVOICE)], [INVOICE_KEY]),
        ([ISSUED, told(events.InvoicePaid, 3, invoice=INVOICE)], []),
        ([ISSUED, told(events.InvoicePaid, 3, invoice=INVOICE), told(events.InvoiceOverdue, 4, invoice=INVOICE)], []),
        ([ISSUED, told(events.JobCancelled, 3, {"cancelled_at": NOW})], []),
    ],
)  # fmt: skip
def test_there_is_to_remind_of(story: list[Any], left: list[Key]) -> None:  # S0.22, S0.24, S3.7, G6
    assert to_remind_of(*story) == left


@pytest.mark.parametrize(
    "story",
    [
        [SENT, told(events.EstimateDecided, 3, decision=Decision.ACCEPTED), told(events.JobUpdated, 4)],
        [ISSUED, told(events.InvoicePaid, 3, invoice=INVOICE), told(events.JobUpdated, 4)],
        [told(events.JobCreated, 1, {"visits": (VISIT,)}), CLOSED, told(events.JobUpdated, 3, {"closed_at": NOW})],
    ],
)  # fmt: skip
@pytest.mark.survives(25)
def test_whatever_comes_late_changes_nothing_that_is_known_better(story: list[Any]) -> None:
    assert len({str(to_remind_of(*order)) for order in permutations(story)}) == 1


def test_a_payment_leaves_less_of_the_invoice_to_pay() -> None:
    part = told(events.PaymentReceived, 3, payment=a_payment(amount=Decimal("100.00")))
    deposit = told(events.PaymentReceived, 4, payment=a_payment(kind=events.PaymentKind.DEPOSIT))
    course = heard(ISSUED, part, part, deposit)
    left = bill_of(course, INVOICE.id)
    assert left
    assert (left.balance, left.total) == (Decimal("380.00"), Decimal("480.00"))


def test_a_job_is_remembered_while_anything_of_it_can_be_told() -> None:
    assert kept_until(heard(told(events.JobCreated)), NOW) == NOW + 30 * DAY
    far = a_visit(starts_at=NOW + 90 * DAY, ends_at=NOW + 91 * DAY)
    assert kept_until(heard(told(events.JobCreated, job={"visits": (far,)})), NOW) == far.ends_at
    for event in (SENT, CLOSED):
        assert kept_until(heard(event), NOW) == NOW + 400 * DAY

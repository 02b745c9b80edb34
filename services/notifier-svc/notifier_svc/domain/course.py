"""The course of a job, as far as reminders and follow-ups go by it: what there is to remind of, and until when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from contracts import events
from contracts.events import Invoice, JobEvent, PaymentKind
from contracts.jobs import Job, JobKind
from contracts.model import Contract, Instant
from contracts.triggers import Trigger
from notifier_svc.domain.series import Anchor

REMEMBERED = timedelta(days=30)
"""Facts with nothing to come outlive whatever arrives late."""
FOLLOWED = timedelta(days=400)
"""How long something can be reminded of or followed up; more than any rule's days."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Appointment(Contract):
    """A visit that takes place."""

    id: UUID
    version: int
    starts_at: Instant
    ends_at: Instant


class SentEstimate(Contract):
    """How the estimate stands with its customer."""

    seen: int
    """The job's version when this was told."""
    version: int
    sent_at: Instant
    open: bool


class Bill(Contract):
    """An invoice, with what is left to pay."""

    seen: int
    invoice: Invoice
    open: bool


class Course(Contract):
    """What was told of one job so far; the newest version of each part counts, in whatever order it arrives."""

    job_id: UUID
    version: int
    kind: JobKind
    cancelled: bool
    closed_at: Instant | None
    service_address_id: UUID
    zone: str | None
    """Of its visits, and so of its service address."""
    visits: tuple[Appointment, ...]
    estimate: SentEstimate | None = None
    bills: tuple[Bill, ...] = ()


class Key(NamedTuple):
    """What a reminder is about, at one time of its own: moved, it is another one."""

    trigger: Trigger
    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to remind of, and the time that is counted from."""

    key: Key
    anchor: Anchor


def after(course: Course | None, event: JobEvent, at: datetime) -> Course:
    """The course once `event`, of the time `at`, is known, too."""
    known = course is not None and course.version > event.job.version
    estimate = _estimate(course.estimate if course else None, event, at)
    bills = _bills(course.bills if course else (), event)
    if course and known:
        return course.model_copy(update={"estimate": estimate, "bills": bills})
    return _of(event.job).model_copy(update={"estimate": estimate, "bills": bills})


def subjects(course: Course) -> Iterator[Subject]:
    """What there is to remind of now. What is cancelled is not spoken of again, nor are visits of a closed job (G6)."""
    if course.cancelled:
        return
    if course.closed_at is None:
        for visit in course.visits:
            yield Subject(Key(Trigger.VISIT_REMINDER, visit.id, visit.version), visit.starts_at)
    if course.estimate and course.estimate.open and course.kind is JobKind.ESTIMATE:
        yield Subject(Key(Trigger.ESTIMATE_REMINDER, course.job_id, course.estimate.version), course.estimate.sent_at)
    for bill in course.bills:
        if bill.open:
            version = bill.invoice.schedule_version
            yield Subject(Key(Trigger.INVOICE_REMINDER, bill.invoice.id, version), bill.invoice.due_on)
    if course.closed_at:
        yield Subject(Key(Trigger.FOLLOW_UP, course.job_id, closing_version(course.closed_at)), course.closed_at)


def closing_version(closed_at: datetime) -> int:
    """Closed anew is another time to follow up."""
    return (closed_at - _EPOCH) // timedelta(microseconds=1)


def subject_of(course: Course, key: Key) -> Subject | None:
    """What `key` names, unless it has moved, ended or gone."""
    return next((subject for subject in subjects(course) if subject.key == key), None)


def bill_of(course: Course, id: UUID) -> Invoice | None:
    """The invoice, with what is left to pay."""
    return next((bill.invoice for bill in course.bills if bill.invoice.id == id), None)


def kept_until(course: Course, now: datetime) -> datetime:
    """When nothing of it can be reminded of any more."""
    ends = [visit.ends_at for visit in course.visits]
    ends += [_midnight(bill.invoice.due_on) + FOLLOWED for bill in course.bills if bill.open]
    moments = (course.estimate.sent_at if course.estimate else None, course.closed_at)
    ends += [moment + FOLLOWED for moment in moments if moment]
    return max([now + REMEMBERED, *ends])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _of(job: Job) -> Course:
    visits = [visit for visit in job.visits if not visit.cancelled]
    return Course(
        job_id=job.id,
        version=job.version,
        kind=job.kind,
        cancelled=job.cancelled_at is not None,
        closed_at=job.closed_at,
        service_address_id=job.service_address_id,
        zone=job.visits[0].zone if job.visits else None,
        visits=tuple(
            Appointment(id=v.id, version=v.schedule_version, starts_at=v.starts_at, ends_at=v.ends_at) for v in visits
        ),
    )


def _estimate(known: SentEstimate | None, event: JobEvent, at: datetime) -> SentEstimate | None:
    seen = event.job.version
    if known and known.seen > seen:
        return known
    if isinstance(event, events.EstimateSent):
        return SentEstimate(seen=seen, version=event.schedule_version, sent_at=at, open=True)
    if isinstance(event, events.EstimateDecided):
        version, sent_at = (known.version, known.sent_at) if known else (0, at)
        return SentEstimate(seen=seen, version=version, sent_at=sent_at, open=False)
    return known


def _bills(known: Sequence[Bill], event: JobEvent) -> tuple[Bill, ...]:
    if isinstance(event, events.InvoiceIssued | events.InvoiceOverdue | events.InvoicePaid):
        return _billed(known, event)
    if isinstance(event, events.PaymentReceived) and event.payment.kind is PaymentKind.INVOICE:
        return tuple(_paid(bill, event) for bill in known)
    return tuple(known)


def _billed(
    known: Sequence[Bill], event: events.InvoiceIssued | events.InvoiceOverdue | events.InvoicePaid
) -> tuple[Bill, ...]:
    """Paid is paid: no invoice opens again."""
    seen, invoice = event.job.version, event.invoice
    before = next((bill for bill in known if bill.invoice.id == invoice.id), None)
    paid = isinstance(event, events.InvoicePaid)
    if before and (not before.open or (before.seen > seen and not paid)):
        return tuple(known)
    others = (bill for bill in known if bill is not before)
    return (*others, Bill(seen=seen, invoice=invoice, open=not paid and invoice.balance > 0))


def _paid(bill: Bill, event: events.PaymentReceived) -> Bill:
    """One invoice of a job is open at a time: a payment of an invoice is one of that."""
    seen = event.job.version
    if not bill.open or bill.seen >= seen:
        return bill
    left = max(bill.invoice.balance - event.payment.amount, type(event.payment.amount)(0))
    return bill.model_copy(update={"seen": seen, "invoice": bill.invoice.model_copy(update={"balance": left})})

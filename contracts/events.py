"""What happened to a job: the events of `jobs.v1`, each with the whole job in it."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.jobs import Actor, Job
from contracts.model import Contract, Instant, Money


class JobEvent(Contract):
    """What every job event carries (D9)."""

    schema_version: ClassVar[int] = 1

    job: Job
    command_id: UUID
    """The act this event belongs to: all events of one command share it."""
    actor: Actor
    """Who acted, and so who answered whether to notify."""
    notify: bool = True
    """The answer: `False` silences every rule of this command."""


class JobCreated(JobEvent):
    """An estimate or a job was booked."""


class Change(StrEnum):
    """What a confirmation of a change is about (D9); anything else changes silently."""

    VISIT = "visit"
    ADDRESS = "address"
    LINES = "lines"
    TOTAL = "total"
    TECHNICIAN = "technician"


class Mark(Contract):
    """How a part of the job was before a change, and after it: digests, equal where it is the same again."""

    change: Change
    before: str
    after: str


class JobUpdated(JobEvent):
    """Something about the job changed, but not its status."""

    changes: tuple[Change, ...] = ()
    """Empty where nothing changed that a customer is told about."""
    marks: tuple[Mark, ...] = ()
    """One of each change; none in data from before there were marks."""


class JobCancelled(JobEvent):
    """The job will not take place."""


class StatusChanged(JobEvent):
    """The job moved to `job.status` from `job.previous_status`."""


class WOClosed(JobEvent):
    """The work order closed: a status that closes was set."""


class WOReopened(JobEvent):
    """A closed work order moved back to a status that does not close."""


class PaymentKind(StrEnum):
    """What a payment was for (S0.10)."""

    DEPOSIT = "deposit"
    INVOICE = "invoice"


class Payment(Contract):
    """Money that arrived."""

    id: UUID
    kind: PaymentKind
    amount: Money
    method: str
    """As the office names it: card, check, cash ..."""
    received_at: Instant


class PaymentReceived(JobEvent):
    """A deposit or an invoice payment arrived."""

    payment: Payment


class Invoice(Contract):
    """A bill for a job."""

    id: UUID
    number: str
    total: Money
    balance: Money
    due_on: date
    schedule_version: int = 1


class InvoiceIssued(JobEvent):
    """A bill went out."""

    invoice: Invoice


class InvoicePaid(JobEvent):
    """A bill is settled; ends its reminders."""

    invoice: Invoice


class InvoiceOverdue(JobEvent):
    """A bill passed its due date; starts its reminders."""

    invoice: Invoice


class EstimateSent(JobEvent):
    """An estimate went to the customer; starts its reminders."""

    schedule_version: int = 1
    expires_on: date | None = None
    """The last day it can be accepted, where the service address is."""


class Decision(StrEnum):
    """How an estimate ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


class EstimateDecided(JobEvent):
    """An estimate was accepted, declined, or ran out; accepting turns the job's kind to job."""

    decision: Decision


class JobSnapshot(JobEvent):
    """An imported or republished job: for copies only, never plans (D13)."""


class ServiceRequest(Contract):
    """What a customer asks for, before it is a job."""

    id: UUID
    company_id: UUID
    version: int
    customer_id: UUID
    service_address_id: UUID
    summary: str
    received_at: Instant
    job_id: UUID | None = None


class ServiceRequestEvent(Contract):
    """What every service request event carries."""

    schema_version: ClassVar[int] = 1

    request: ServiceRequest
    command_id: UUID
    actor: Actor
    notify: bool = True


class ServiceRequestReceived(ServiceRequestEvent):
    """A request arrived (D3)."""


class ServiceRequestAccepted(ServiceRequestEvent):
    """The office accepted it (S3.2)."""


class ServiceRequestRejected(ServiceRequestEvent):
    """The office turned it down (S3.3)."""

    reason: str | None = None


JOB_EVENTS: tuple[type[JobEvent], ...] = (
    JobCreated,
    JobUpdated,
    JobCancelled,
    StatusChanged,
    WOClosed,
    WOReopened,
    PaymentReceived,
    InvoiceIssued,
    InvoicePaid,
    InvoiceOverdue,
    EstimateSent,
    EstimateDecided,
    JobSnapshot,
)

SERVICE_REQUEST_EVENTS: tuple[type[ServiceRequestEvent], ...] = (
    ServiceRequestReceived,
    ServiceRequestAccepted,
    ServiceRequestRejected,
)

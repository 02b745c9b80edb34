"""Invoices and payments. Nothing is charged here; what arrived is written down."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Self
from uuid import UUID

from pydantic import model_validator

from contracts.events import (
    InvoiceIssued,
    InvoiceOverdue,
    InvoicePaid,
    JobEvent,
    Payment,
    PaymentKind,
    PaymentReceived,
)
from contracts.jobs import Job, JobKind
from contracts.reports import IssuedInvoice
from servicekit.errors import Conflict, Unprocessable
from status_svc.domain.command import Command, Outcome, changed
from status_svc.domain.customers import end_of, today
from status_svc.domain.fields import LARGEST_TOTAL, Amount, Day, Draft, Label, Moment
from status_svc.domain.moves import check_not_cancelled

TERM = timedelta(days=14)


class MoreThanOwed(Conflict):
    """The payment is more than the invoice still asks for."""

    slug = "more-than-owed"


class UnknownInvoice(Unprocessable):
    """This job has no such invoice."""

    slug = "unknown-invoice"


class NothingToBill(Conflict):
    """There is nothing left to pay."""

    slug = "nothing-to-bill"


class InvoiceOpen(Conflict):
    """An unpaid invoice of this job is out: a payment names it, and no second one is issued."""

    slug = "invoice-open"


class EstimateNotBilled(Conflict):
    """An estimate is not billed; accept it first."""

    slug = "estimate-not-billed"


class MoreThanFits(Conflict):
    """What was paid on this job would add up to more than fits."""

    slug = "payments-out-of-range"


class PaymentDraft(Draft):
    """Money that arrived, as the office enters it."""

    amount: Amount
    method: Label
    kind: PaymentKind | None = None
    """An invoice payment where an invoice is named, else a deposit."""
    invoice_id: UUID | None = None
    received_at: Moment | None = None
    """Now where absent."""

    @model_validator(mode="after")
    def _an_invoice_payment_names_its_invoice(self) -> Self:
        if self.kind and (self.kind is PaymentKind.INVOICE) != (self.invoice_id is not None):
            raise ValueError("an invoice payment names its invoice, a deposit names none")
        return self


class InvoiceDraft(Draft):
    """A bill to send."""

    due_on: Day | None = None
    """The last day to pay; in two weeks where absent."""


def receive_payment(command: Command, job: Job, draft: PaymentDraft, invoices: Sequence[IssuedInvoice]) -> Outcome:
    """Money arrived, in whatever state the job is. More than the total is a credit: the balance goes below zero.

    While one of the job's `invoices` is open the payment names it; the one that settles it publishes InvoicePaid too.
    """
    invoice = _paid_with(draft, invoices)
    payment = _payment(command, draft)
    if (
        job.total - job.balance + draft.amount > LARGEST_TOTAL
    ):  # so that no later total can take the balance out of range
        raise MoreThanFits
    after = changed(job, balance=job.balance - draft.amount)
    events: list[JobEvent] = [command.event(PaymentReceived, after, payment=payment)]
    if invoice and invoice.balance == 0:
        events.append(command.event(InvoicePaid, after, invoice=invoice))
    settled = invoice is not None and invoice.balance == 0
    return Outcome(after, tuple(events), payment=payment, invoice=invoice, settled=settled)


def issue_invoice(
    command: Command, job: Job, draft: InvoiceDraft, invoices: Sequence[IssuedInvoice], zone: str
) -> Outcome:
    """Bill what is still to pay until a day is over in `zone`; one invoice of a job is open at a time."""
    check_not_cancelled(job)
    if job.kind is JobKind.ESTIMATE:
        raise EstimateNotBilled
    if any(invoice.balance > 0 for invoice in invoices):
        raise InvoiceOpen
    if job.balance <= 0:
        raise NothingToBill
    due_on = draft.due_on or today(command.now, zone) + TERM
    invoice = IssuedInvoice(
        id=command.new_id("invoice"),
        number=f"{job.number}-{len(invoices) + 1}",
        total=job.total,
        balance=job.balance,
        due_on=due_on,
        issued_at=command.now,
    )
    after = changed(job)
    event = command.event(InvoiceIssued, after, invoice=invoice)
    return Outcome(after, (event,), invoice=invoice, deadline=end_of(due_on, zone))


def overdue(command: Command, job: Job, invoices: Sequence[IssuedInvoice]) -> Outcome:
    """The day of the open invoice is over."""
    [invoice] = [invoice for invoice in invoices if invoice.balance > 0]
    late = invoice.model_copy(update={"overdue_at": command.now})
    after = changed(job)
    return Outcome(after, (command.event(InvoiceOverdue, after, invoice=late),), invoice=late, settled=True)


def _payment(command: Command, draft: PaymentDraft) -> Payment:
    return Payment(
        id=command.new_id("payment"),
        kind=PaymentKind.INVOICE if draft.invoice_id else PaymentKind.DEPOSIT,
        amount=draft.amount,
        method=draft.method,
        received_at=draft.received_at or command.now,
    )


def _paid_with(draft: PaymentDraft, invoices: Sequence[IssuedInvoice]) -> IssuedInvoice | None:
    """The invoice that `draft` pays, less its amount; `None` for a deposit."""
    if draft.invoice_id is None:
        if any(invoice.balance > 0 for invoice in invoices):
            raise InvoiceOpen
        return None
    invoice = next((invoice for invoice in invoices if invoice.id == draft.invoice_id), None)
    if invoice is None:
        raise UnknownInvoice
    if draft.amount > invoice.balance:
        raise MoreThanOwed
    return invoice.model_copy(update={"balance": invoice.balance - draft.amount})

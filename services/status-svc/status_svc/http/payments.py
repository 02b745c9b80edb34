"""Money of a job: payments, invoices, and the account that shows both."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from contracts.events import Decision, Payment
from contracts.jobs import Job
from contracts.model import Flag, Money
from contracts.reports import IssuedInvoice
from servicekit.db import Tx
from servicekit.http import Db
from servicekit.preconditions import OnceIfMatch
from status_svc.domain import money as rules
from status_svc.domain.command import Command, Outcome
from status_svc.http.acting import STAFF, Office, Reader, act, json
from status_svc.http.portal import only_customer, seen_by
from status_svc.store import copies, jobs, money

router = APIRouter(prefix="/v1/jobs/{job_id}", tags=["money"])


class NewPayment(rules.PaymentDraft):
    """Money that arrived."""

    notify: Flag = True


class NewInvoice(rules.InvoiceDraft):
    """A bill for what is still to pay."""

    notify: Flag = True


class RecordedPayment(Payment):
    """A payment with the invoice it paid."""

    invoice_id: UUID | None = None


class EstimateView(BaseModel):
    """How an estimate stands with its customer."""

    schedule_version: int
    sent_at: datetime | None
    expires_on: date | None
    decision: Decision | None
    decided_at: datetime | None


class Account(BaseModel):
    """What a job costs and what was paid."""

    currency: str
    total: Money
    paid: Money
    balance: Money
    estimate: EstimateView
    invoices: Sequence[IssuedInvoice]
    payments: list[RecordedPayment]


@router.post("/payments", status_code=201, response_model=RecordedPayment)
async def receive_payment(job_id: UUID, body: NewPayment, request: OnceIfMatch, who: Office, db: Db) -> Response:
    """Write down money that arrived."""

    async def decide(tx: Tx, command: Command, job: Job) -> Outcome:
        return rules.receive_payment(command, job, body, await money.invoices(tx, job_id))

    def answer(outcome: Outcome) -> Response:
        payment = outcome.payment
        assert payment is not None
        return json(RecordedPayment(**payment.model_dump(), invoice_id=body.invoice_id), 201)

    return await act(db, request, who, job_id, decide, notify=body.notify, answer=answer)


@router.post("/invoices", status_code=201, response_model=IssuedInvoice)
async def issue_invoice(job_id: UUID, body: NewInvoice, request: OnceIfMatch, who: Office, db: Db) -> Response:
    """Issue an invoice for what is still to pay."""

    async def decide(tx: Tx, command: Command, job: Job) -> Outcome:
        zone = await copies.zone_of(tx, job)
        return rules.issue_invoice(command, job, body, await money.invoices(tx, job_id), zone)

    def answer(outcome: Outcome) -> Response:
        assert outcome.invoice is not None
        return json(outcome.invoice, 201)

    return await act(db, request, who, job_id, decide, notify=body.notify, answer=answer)


@router.get("/account", response_model=Account)
async def account(job_id: UUID, who: Reader, db: Db) -> Account:
    """The job's estimate, invoices, payments, and what they add up to; to a customer of their own job (S4.2)."""
    async with db.company(who.company) as tx:
        only = await only_customer(tx, who, STAFF)
        job = await jobs.job(tx, job_id)
        seen_by(only, job)
        payments = [RecordedPayment.model_validate(dict(row)) for row in await money.payments(tx, job_id)]
        return Account(
            currency=job.currency,
            total=job.total,
            paid=sum((payment.amount for payment in payments), Decimal(0)),
            balance=job.balance,
            estimate=EstimateView.model_validate(await money.estimate(tx, job_id), from_attributes=True),
            invoices=await money.invoices(tx, job_id),
            payments=payments,
        )

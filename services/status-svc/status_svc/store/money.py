"""Estimates, invoices and payments of a job."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from contracts.reports import IssuedInvoice
from servicekit.db import Tx
from status_svc.domain.command import Estimate, Outcome
from status_svc.store.queries import queries, rows


async def estimate(tx: Tx, job_id: UUID) -> Estimate:
    """How the job's estimate stands; a blank one where nothing happened to it."""
    row = await queries.get_estimate(tx, job_id)
    return Estimate(**row) if row else Estimate()


async def invoices(tx: Tx, job_id: UUID) -> tuple[IssuedInvoice, ...]:
    """The job's invoices, oldest first."""
    return tuple(IssuedInvoice.model_validate(dict(row)) for row in await rows(queries.invoices_of(tx, job_id)))


async def payments(tx: Tx, job_id: UUID) -> Sequence[asyncpg.Record]:
    """The job's payments with the invoice each one paid, oldest first."""
    return await rows(queries.payments_of(tx, job_id))


async def save(tx: Tx, outcome: Outcome) -> None:
    """Store the estimate, invoice and payment of an outcome, where it has them."""
    company_id, job_id = outcome.job.company_id, outcome.job.id
    if e := outcome.estimate:
        await queries.save_estimate(
            tx, company_id, job_id, e.schedule_version, e.sent_at, e.expires_on, e.decision, e.decided_at
        )
    if i := outcome.invoice:
        await queries.save_invoice(
            tx,
            company_id,
            job_id,
            i.id,
            i.number,
            i.total,
            i.balance,
            i.due_on,
            i.schedule_version,
            i.issued_at,
            i.overdue_at,
        )
    if p := outcome.payment:
        await queries.add_payment(
            tx,
            company_id,
            job_id,
            p.id,
            outcome.invoice and outcome.invoice.id,
            p.kind,
            p.amount,
            p.method,
            p.received_at,
        )

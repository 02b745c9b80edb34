"""What happens to a job by itself, when its deadline has passed."""

from collections.abc import Sequence

from contracts.events import Decision
from contracts.jobs import Job, JobKind
from contracts.reports import IssuedInvoice
from status_svc.domain import estimates, money
from status_svc.domain.command import Command, Estimate, Outcome


def fall_due(command: Command, job: Job, estimate: Estimate, invoices: Sequence[IssuedInvoice]) -> Outcome | None:
    """The estimate runs out; of a job, the open invoice becomes overdue. `None` where nothing is left to happen."""
    if job.cancelled_at:
        return None
    if job.kind is JobKind.ESTIMATE:
        return None if estimate.decision else estimates.decide(command, job, estimate, Decision.EXPIRED)
    is_open = any(invoice.balance > 0 for invoice in invoices)
    return money.overdue(command, job, invoices) if is_open else None

"""Jobs of another system, taken in as they stand: without a history, and nobody is told (D13)."""

from datetime import UTC
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from contracts.events import JobSnapshot, Payment, PaymentKind
from contracts.jobs import JobKind
from contracts.model import Money
from contracts.profiles import StatusEntry
from servicekit.errors import Conflict, Unprocessable
from status_svc.domain.booking import JobDraft, new_job
from status_svc.domain.command import Command, Outcome
from status_svc.domain.customers import KnownCompany, KnownCustomer
from status_svc.domain.fields import ExternalId, Moment
from status_svc.domain.moves import EstimateCantClose

METHOD = "imported"


class ClosedOrNot(Conflict):
    """A job has been closed at some time if its status closes, and only then."""

    slug = "closed-or-not"


class TimesDoNotFit(Unprocessable):
    """A job is created first, then closed or cancelled, and none of it in the future."""

    slug = "times-do-not-fit"


class ImportedJob(JobDraft):
    """A job as it stands in another system."""

    external_id: ExternalId
    created_at: Moment | None = None
    """Where absent, the earliest of the others, or now."""
    closed_at: Moment | None = None
    """For a status that closes."""
    cancelled_at: Moment | None = None
    paid: Annotated[Money, Field(ge=0)] = Decimal("0.00")
    """All that was paid on it so far, kept as one payment."""


def take_in(
    command: Command,
    draft: ImportedJob,
    *,
    number: int,
    status: StatusEntry,
    company: KnownCompany,
    customer: KnownCustomer,
) -> Outcome:
    """The job in the state that it has, whoever its customer is; published as a snapshot, which never plans."""
    if status.closes and draft.kind is JobKind.ESTIMATE:
        raise EstimateCantClose
    if status.closes != (draft.closed_at is not None):
        raise ClosedOrNot
    told = (draft.created_at, draft.closed_at, draft.cancelled_at)
    created_at, closed_at, cancelled_at = (at and at.astimezone(UTC) for at in told)
    created_at = created_at or min(at for at in (closed_at, cancelled_at, command.now) if at)
    if any(moment and not created_at <= moment <= command.now for moment in (created_at, closed_at, cancelled_at)):
        raise TimesDoNotFit
    job = new_job(command, draft, number=number, status=status, company=company, customer=customer)
    known = {
        "created_at": created_at,
        "status_set_at": None,
        "closed_at": closed_at,
        "cancelled_at": cancelled_at,
        "balance": job.total - draft.paid,
    }
    job = job.model_copy(update=known)
    return Outcome(job, (command.event(JobSnapshot, job),), payment=_paid(command, draft))


def _paid(command: Command, draft: ImportedJob) -> Payment | None:
    if not draft.paid:
        return None
    return Payment(
        id=command.new_id("payment"),
        kind=PaymentKind.DEPOSIT,
        amount=draft.paid,
        method=METHOD,
        received_at=draft.created_at or command.now,
    )

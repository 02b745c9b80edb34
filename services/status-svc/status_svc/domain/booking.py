"""Booking a job and changing what was booked."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from hashlib import blake2b
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from contracts.events import Change, JobCreated, JobUpdated, Mark
from contracts.jobs import Job, JobKind, Line
from contracts.model import Money, Quantity
from contracts.profiles import StatusEntry
from servicekit.errors import Conflict, Unprocessable
from status_svc.domain.catalogue import as_status
from status_svc.domain.command import Command, Outcome, changed
from status_svc.domain.customers import KnownCompany, KnownCustomer, check_may_book, zone_at
from status_svc.domain.fields import LARGEST_TOTAL, Draft, ExternalId, Title
from status_svc.domain.moves import check_not_cancelled
from status_svc.domain.visits import VisitDraft, crews, moved_to, planned, windows

CENT = Decimal("0.01")
# What each change is a change of.
_PARTS: dict[Change, dict[str, Any]] = {
    Change.VISIT: {"visits": {"__all__": {"id", "starts_at", "ends_at", "cancelled"}}},
    Change.ADDRESS: {"service_address_id": True},
    Change.LINES: {"lines": True},
    Change.TOTAL: {"total": True},
    Change.TECHNICIAN: {"visits": {"__all__": {"id", "technicians"}}},
}


class NotAStart(Conflict):
    """A job can't start in this status: it closes, or is no longer used."""

    slug = "not-a-starting-status"


class AnotherCustomer(Conflict):
    """A job stays with its customer; book a new one."""

    slug = "another-customer"


class TotalOutOfRange(Unprocessable):
    """The lines add up to less than nothing, or to more than fits."""

    slug = "total-out-of-range"


class LineDraft(Draft):
    """One line of the work as the office enters it; a discount has a negative price."""

    description: Title
    quantity: Annotated[Quantity, Field(gt=0)]
    unit_price: Money


Visits = Annotated[tuple[VisitDraft, ...], Field(max_length=50)]
Lines = Annotated[tuple[LineDraft, ...], Field(max_length=200)]


class JobDraft(Draft):
    """A job or estimate to book."""

    kind: JobKind = JobKind.JOB
    title: Title
    customer_id: UUID
    service_address_id: UUID
    status_id: UUID | None = None
    """Where it starts; the starter status of its kind where absent."""
    external_id: ExternalId | None = None
    visits: Visits = ()
    lines: Lines = ()


class JobEdit(Draft):
    """What to change; what is absent stays. Visits and lines are given whole."""

    title: Title | None = None
    service_address_id: UUID | None = None
    visits: Visits | None = None
    lines: Lines | None = None


def total_of(lines: Sequence[Line]) -> Decimal:
    """The sum of the lines, each rounded to the cent."""
    amounts = ((line.quantity * line.unit_price).quantize(CENT, ROUND_HALF_UP) for line in lines)
    total = sum(amounts, Decimal("0.00"))
    if not 0 <= total <= LARGEST_TOTAL:
        raise TotalOutOfRange
    return total


def book(
    command: Command,
    draft: JobDraft,
    *,
    number: int,
    start: StatusEntry,
    company: KnownCompany,
    customer: KnownCustomer,
) -> Outcome:
    """A new job. Creating publishes no StatusChanged."""
    check_may_book(customer)
    if start.closes or not start.active:
        raise NotAStart
    job = new_job(command, draft, number=number, status=start, company=company, customer=customer)
    return Outcome(job, (command.event(JobCreated, job),))


def new_job(
    command: Command,
    draft: JobDraft,
    *,
    number: int,
    status: StatusEntry,
    company: KnownCompany,
    customer: KnownCustomer,
) -> Job:
    """The first version of a job."""
    lines = tuple(_line(line) for line in draft.lines)
    total = total_of(lines)
    return Job(
        id=command.new_id("job"),
        company_id=company.id,
        version=1,
        number=number,
        external_id=draft.external_id,
        kind=draft.kind,
        title=draft.title,
        status=as_status(status),
        status_set_at=command.now,
        customer_id=customer.id,
        service_address_id=draft.service_address_id,
        visits=planned(command, (), draft.visits, zone_at(customer, draft.service_address_id)),
        lines=lines,
        currency=company.currency,
        total=total,
        balance=total,
        created_at=command.now,
    )


def update(command: Command, job: Job, edit: JobEdit, customer: KnownCustomer) -> Outcome:
    """Change what was booked."""
    check_not_cancelled(job)
    address_id = edit.service_address_id or job.service_address_id
    zone = zone_at(customer, address_id)
    lines = job.lines if edit.lines is None else tuple(_line(line) for line in edit.lines)
    total = total_of(lines)
    parts = {
        "title": edit.title or job.title,
        "service_address_id": address_id,
        "visits": moved_to(zone, job.visits)
        if edit.visits is None
        else planned(command, job.visits, edit.visits, zone),
        "lines": lines,
        "total": total,
        "balance": total - (job.total - job.balance),
    }
    return revised(command, job, parts)


def revised(command: Command, job: Job, parts: Mapping[str, Any]) -> Outcome:
    """The job with these parts; where nothing differs, nothing happens and nothing is published."""
    if job.model_copy(update=parts) == job:
        return Outcome(job)
    after = changed(job, **parts)
    changes = changes_between(job, after)
    return Outcome(after, (command.event(JobUpdated, after, changes=changes, marks=marks(changes, job, after)),))


def changes_between(before: Job, after: Job) -> tuple[Change, ...]:
    """What a customer would be told about (D9)."""
    differs = {
        Change.VISIT: windows(before.visits) != windows(after.visits),
        Change.ADDRESS: before.service_address_id != after.service_address_id,
        Change.LINES: before.lines != after.lines,
        Change.TOTAL: before.total != after.total,
        Change.TECHNICIAN: crews(before.visits, after.visits) != crews(after.visits, before.visits),
    }
    return tuple(change for change, yes in differs.items() if yes)


def marks(changes: Iterable[Change], before: Job, after: Job) -> tuple[Mark, ...]:
    """By which a reader sees whether a later change took an earlier one back."""
    return tuple(Mark(change=each, before=_digest(each, before), after=_digest(each, after)) for each in changes)


def _digest(change: Change, job: Job) -> str:
    ordered = job.model_copy(update={"visits": tuple(sorted(job.visits, key=lambda visit: visit.id))})
    return blake2b(ordered.model_dump_json(include=_PARTS[change]).encode(), digest_size=8).hexdigest()


def edit_of(draft: JobDraft, job: Job) -> JobEdit:
    """What it takes to make `job` look like `draft`, from a sender that has only its own id (G18).

    Its visits carry no ids of ours: they are matched in order of time. The kind counts only when booking.
    """
    if draft.customer_id != job.customer_id:
        raise AnotherCustomer
    ours = [visit.id for visit in job.visits]
    drafts = sorted(draft.visits, key=lambda visit: visit.starts_at)
    visits = tuple(
        visit if visit.id or n >= len(ours) else visit.model_copy(update={"id": ours[n]})
        for n, visit in enumerate(drafts)
    )
    return JobEdit(title=draft.title, service_address_id=draft.service_address_id, visits=visits, lines=draft.lines)


def _line(draft: LineDraft) -> Line:
    """The line with its quantity in plain digits: 1e2 is 100 to whoever reads it."""
    return Line(description=draft.description, quantity=Decimal(f"{draft.quantity:f}"), unit_price=draft.unit_price)

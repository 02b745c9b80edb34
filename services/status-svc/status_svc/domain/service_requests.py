"""Service requests: a customer asks, the office accepts or turns down (D3). Either answer is final."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.events import (
    ServiceRequest,
    ServiceRequestAccepted,
    ServiceRequestEvent,
    ServiceRequestReceived,
    ServiceRequestRejected,
)
from contracts.jobs import Job
from servicekit.errors import Conflict
from status_svc.domain.command import Command
from status_svc.domain.customers import KnownCustomer, check_may_book, zone_at
from status_svc.domain.fields import Draft, Paragraph


class AlreadyAnswered(Conflict):
    """This request was answered before."""

    slug = "already-answered"


class AnotherCustomersJob(Conflict):
    """The job is another customer's."""

    slug = "another-customers-job"


class NotAccepted(Conflict):
    """This request is not accepted: answer it first."""

    slug = "request-not-accepted"


class BookedBefore(Conflict):
    """A job was booked for this request before, and it is not cancelled."""

    slug = "booked-before"


class RequestState(StrEnum):
    """How far a request is."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class RequestRecord(ServiceRequest):
    """A request with the office's answer."""

    state: RequestState = RequestState.RECEIVED
    reason: str | None = None


class RequestDraft(Draft):
    """What a customer asks for, and where."""

    service_address_id: UUID
    summary: Paragraph


@dataclass(frozen=True, slots=True)
class Answered:
    """The request after a command, and what to publish."""

    request: RequestRecord
    event: ServiceRequestEvent


def receive(command: Command, draft: RequestDraft, customer: KnownCustomer) -> Answered:
    """A request arrived. Blocked and archived customers can't ask (D11, S4.15)."""
    check_may_book(customer)
    zone_at(customer, draft.service_address_id)
    request = RequestRecord(
        id=command.new_id("request"),
        company_id=customer.company_id,
        version=1,
        customer_id=customer.id,
        service_address_id=draft.service_address_id,
        summary=draft.summary,
        received_at=command.now,
    )
    return Answered(request, _event(ServiceRequestReceived, command, request))


def accept(command: Command, request: RequestRecord, job: Job | None) -> Answered:
    """The office takes it on; `job` is what was booked for it, if that is known."""
    if job and job.customer_id != request.customer_id:
        raise AnotherCustomersJob
    accepted = _answer(request, RequestState.ACCEPTED, job_id=job and job.id)
    return Answered(accepted, _event(ServiceRequestAccepted, command, accepted))


def reject(command: Command, request: RequestRecord, reason: str | None) -> Answered:
    """The office turns it down; the customer may be told why."""
    rejected = _answer(request, RequestState.REJECTED, reason=reason)
    return Answered(rejected, _event(ServiceRequestRejected, command, rejected, reason=reason))


def booked(request: RequestRecord, job: Job, before: Job | None) -> RequestRecord:
    """The accepted request with the job that was booked for it: its customer is told of the job, not of this.

    `before` is the job that it has already: only where that is cancelled another takes its place.
    """
    if job.customer_id != request.customer_id:
        raise AnotherCustomersJob
    if request.state is not RequestState.ACCEPTED:
        raise NotAccepted
    if before and before.cancelled_at is None:
        raise BookedBefore
    return request.model_copy(update={"job_id": job.id, "version": request.version + 1})


def _answer(request: RequestRecord, state: RequestState, **parts: object) -> RequestRecord:
    if request.state is not RequestState.RECEIVED:
        raise AlreadyAnswered
    return request.model_copy(update={"state": state, "version": request.version + 1, **parts})


def _event(
    kind: type[ServiceRequestEvent], command: Command, request: RequestRecord, **more: object
) -> ServiceRequestEvent:
    said = ServiceRequest.model_validate(request.model_dump())
    return kind.model_validate(
        {"request": said, "command_id": command.id, "actor": command.actor, "notify": command.notify, **more}
    )

"""Which event fires which trigger, what it is about, and how old its news may get."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeGuard
from uuid import UUID

from contracts import events
from contracts.customer_requests import CustomerRequest, InvitationRequested, Purpose, TextRequest
from contracts.deliveries import Category, Reason
from contracts.jobs import Job, JobKind
from contracts.triggers import Trigger
from notifier_svc.domain.scheduled import Scheduled
from notifier_svc.domain.trial import Trial
from notifier_svc.domain.window import undone

CATEGORY: dict[Trigger, Category] = {
    Trigger.ESTIMATE_CREATED: Category.CONFIRMATION,
    Trigger.JOB_CREATED: Category.CONFIRMATION,
    Trigger.JOB_UPDATED: Category.CONFIRMATION,
    Trigger.JOB_CANCELLED: Category.CONFIRMATION,
    Trigger.STATUS_SET: Category.STATUS,
    Trigger.WORK_ORDER_CLOSED: Category.STATUS,
    Trigger.PAYMENT_RECEIVED: Category.RECEIPT,
    Trigger.INVOICE_ISSUED: Category.INVOICE,
    Trigger.REQUEST_RECEIVED: Category.REQUEST,
    Trigger.REQUEST_ACCEPTED: Category.REQUEST,
    Trigger.REQUEST_REJECTED: Category.REQUEST,
    Trigger.ACCOUNT_INVITED: Category.ACCOUNT,
    Trigger.ACCOUNT_RESET: Category.ACCOUNT,
    Trigger.VISIT_REMINDER: Category.SERVICE_REMINDER,
    Trigger.ESTIMATE_REMINDER: Category.SERVICE_REMINDER,
    Trigger.INVOICE_REMINDER: Category.INVOICE_REMINDER,
    Trigger.FOLLOW_UP: Category.FOLLOW_UP,
}

_MAX_AGE = {Category.STATUS: timedelta(hours=2), Category.CONFIRMATION: timedelta(hours=24)}

_SIMPLE: dict[type, Trigger] = {
    events.JobCancelled: Trigger.JOB_CANCELLED,
    events.StatusChanged: Trigger.STATUS_SET,
    events.WOClosed: Trigger.WORK_ORDER_CLOSED,
    events.PaymentReceived: Trigger.PAYMENT_RECEIVED,
    events.InvoiceIssued: Trigger.INVOICE_ISSUED,
    events.ServiceRequestReceived: Trigger.REQUEST_RECEIVED,
    events.ServiceRequestAccepted: Trigger.REQUEST_ACCEPTED,
    events.ServiceRequestRejected: Trigger.REQUEST_REJECTED,
}
_OF_A_STATUS = (events.StatusChanged, events.WOClosed)
_STANDING = ("status", "previous_status", "status_set_at", "closed_at")

_TOLD = (events.JobEvent, events.ServiceRequestEvent, TextRequest, InvitationRequested, Trial)
Told = events.JobEvent | events.ServiceRequestEvent | TextRequest | InvitationRequested | Trial
_ASKED_FOR = (CustomerRequest, Trial)
"""It is about nothing that happened to a job."""


def is_told(data: object) -> TypeGuard[Told]:
    """Whether this is something to tell a customer about."""
    return isinstance(data, _TOLD)


@dataclass(frozen=True)
class Occurrence:
    """Something that happened and may be told: an event, seen by the planner."""

    id: UUID
    company_id: UUID
    occurred_at: datetime
    data: Told
    traceparent: str | None = None

    def with_job(self, newest: Job) -> "Occurrence":
        """The same, told of the job as it is by now, but for what happened itself: its kind, and the status set."""
        if not isinstance(self.data, events.JobEvent) or newest.version <= self.data.job.version:
            return self
        names = ("kind", *(_STANDING if isinstance(self.data, _OF_A_STATUS) else ()))
        job = newest.model_copy(update={name: getattr(self.data.job, name) for name in names})
        return replace(self, data=self.data.model_copy(update={"job": job}))

    def told_at(self, now: datetime) -> "Occurrence":
        """The same as it is told at `now`: the days of a reminder, left or passed, may be others by then."""
        return replace(self, data=self.data.told_at(now)) if isinstance(self.data, Scheduled) else self

    @property
    def customer_id(self) -> UUID:
        """Whose job or request it is, or whose phone or account."""
        return self._subject.customer_id

    @property
    def customer_version(self) -> int:
        """The oldest profile by which it can be planned."""
        return self.data.customer_version if isinstance(self.data, CustomerRequest) else 0

    @property
    def service_address_id(self) -> UUID | None:
        """Where the work is, if it is about work."""
        return None if isinstance(self._subject, _ASKED_FOR) else self._subject.service_address_id

    @property
    def job_version(self) -> int | None:
        """The version of the job that it tells, if it is about one."""
        return self.data.job.version if isinstance(self.data, events.JobEvent) else None

    @property
    def job_id(self) -> UUID | None:
        """The job, if it is one already."""
        if isinstance(self.data, events.ServiceRequestEvent):
            return self.data.request.job_id
        return self.data.job.id if isinstance(self.data, events.JobEvent) else None

    @cached_property
    def status_id(self) -> UUID | None:
        """The status that was set, where one was."""
        return self.data.job.status.id if isinstance(self.data, events.StatusChanged) else None

    @property
    def hold(self) -> timedelta:
        """How long its messages wait, so that a mistake can be undone (G7)."""
        seconds = self.data.job.status.hold_seconds if isinstance(self.data, _OF_A_STATUS) else 0
        return timedelta(seconds=seconds)

    @property
    def good_until(self) -> datetime | None:
        """From when on telling it would be of no use, where it says so itself."""
        if isinstance(self.data, Scheduled):
            return self.data.good_until
        return self.data.expires_at if isinstance(self.data, InvitationRequested) else None

    @property
    def rule_id(self) -> UUID | None:
        """The one rule that it is of, where a rule made it."""
        return self.data.rule_id if isinstance(self.data, Scheduled) else None

    @property
    def stale(self) -> Reason | None:
        """Why its time is no good, whatever the hour."""
        return self.data.stale if isinstance(self.data, Scheduled) else None

    @property
    def status_set_at(self) -> datetime | None:
        """When the job's status was set, as the event has it."""
        return self.data.job.status_set_at if isinstance(self.data, events.JobEvent) else None

    @property
    def closed_at(self) -> datetime | None:
        """When the work order closed, as the event has it."""
        return self.data.job.closed_at if isinstance(self.data, events.JobEvent) else None

    @cached_property
    def trigger(self) -> Trigger | None:
        """What it fires; `None` where no rule is about it, imports among it (D13)."""
        return None if isinstance(self.data, TextRequest | Trial) else trigger_of(self.data)

    @property
    def tells(self) -> bool:
        """Whether there may be something to say."""
        return self.words is not None or self.trigger is not None

    @property
    def notify(self) -> bool:
        """Whether whoever acted wants the customer told."""
        return isinstance(self.data, (*_ASKED_FOR, Scheduled)) or self.data.notify

    @property
    def undone(self) -> bool:
        """Whether it tells of changes that were changed back."""
        return isinstance(self.data, events.JobUpdated) and undone(self.data)

    @property
    def cancelled_since(self) -> bool:
        """Whether it tells of changes of a job that does not take place any more."""
        return isinstance(self.data, events.JobUpdated) and self.data.job.cancelled_at is not None

    @property
    def words(self) -> str | None:
        """What is said about it, where no template says it."""
        return self.data.wording if isinstance(self.data, TextRequest) else None

    @cached_property
    def _subject(self) -> Job | events.ServiceRequest | CustomerRequest | Trial:
        if isinstance(self.data, _ASKED_FOR):
            return self.data
        return self.data.job if isinstance(self.data, events.JobEvent) else self.data.request


def trigger_of(data: events.JobEvent | events.ServiceRequestEvent | InvitationRequested) -> Trigger | None:
    """The trigger of an event, if it has a message of its own."""
    match data:
        case Scheduled(trigger=trigger):
            return trigger
        case events.JobCreated(job=job):
            return Trigger.ESTIMATE_CREATED if job.kind is JobKind.ESTIMATE else Trigger.JOB_CREATED
        case events.JobUpdated(changes=changes):
            return Trigger.JOB_UPDATED if changes else None
        case events.EstimateDecided(decision=events.Decision.ACCEPTED):
            return Trigger.JOB_CREATED
        case InvitationRequested(purpose=purpose):
            return Trigger.ACCOUNT_INVITED if purpose is Purpose.CONFIRM else Trigger.ACCOUNT_RESET
        case _:
            return _SIMPLE.get(type(data))


def default_max_age(category: Category) -> timedelta:
    """How old its news may be when planned, unless the rule says otherwise (D13)."""
    return _MAX_AGE.get(category, timedelta(days=7))

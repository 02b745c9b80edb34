"""What would happen if something happened: the events of an act that nobody has done yet, for the planner (G15)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from contracts import events
from contracts.customer_requests import InvitationRequested, Purpose
from contracts.deliveries import Channel, DeliveryState, Reason
from contracts.jobs import Job, JobKind, Status
from contracts.profiles import CompanyProfile, CustomerProfile, StatusEntry
from contracts.rendering import Rendered
from contracts.triggers import Trigger
from notifier_svc.domain.context import locale_of
from notifier_svc.domain.delivery import Delivery
from notifier_svc.domain.made_up import ACTOR, a_payment, a_request, an_invitation, an_invoice
from notifier_svc.domain.model import Rule, Wait
from notifier_svc.domain.plan import fires, selects
from notifier_svc.domain.trial import NOBODY
from notifier_svc.domain.triggers import Occurrence

ABOUT_REQUEST: dict[Trigger, type[events.ServiceRequestEvent]] = {
    Trigger.REQUEST_RECEIVED: events.ServiceRequestReceived,
    Trigger.REQUEST_ACCEPTED: events.ServiceRequestAccepted,
    Trigger.REQUEST_REJECTED: events.ServiceRequestRejected,
}
ABOUT_ACCOUNT = {Trigger.ACCOUNT_INVITED: Purpose.CONFIRM, Trigger.ACCOUNT_RESET: Purpose.RESET}
_MADE_UP = {
    Trigger.PAYMENT_RECEIVED: "The payment is made up: what is still to pay, by card, today.",
    Trigger.INVOICE_ISSUED: "The invoice is made up: the job's total, to be paid in two weeks.",
    **dict.fromkeys(ABOUT_REQUEST, "What was asked for is made up, and so is what was answered."),
    **dict.fromkeys(ABOUT_ACCOUNT, "The link is made up, and leads nowhere."),
}


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody might do, or what might happen."""

    trigger: Trigger
    at: datetime
    notify: bool = True
    status: StatusEntry | None = None
    """Of a status: which one is set; the job's own, anew, where absent."""


@dataclass(frozen=True, slots=True)
class Imagined:
    """An occurrence that is none yet, and when it would be planned."""

    occurrence: Occurrence
    planned_at: datetime
    against: str | None = None
    """Why it can't happen as things stand."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What would become of one row of the log."""

    row: Delivery
    state: DeliveryState
    """Queued where it would go, now or later."""
    reason: Reason | None
    detail: str | None
    due_at: datetime
    waits_for: Wait | None
    rendered: Rendered | None = None
    """The message, as far as it was asked for."""


class Silence(StrEnum):
    """Why nobody at all is in the log."""

    NO_RULE = "no_rule"
    NOT_SELECTED = "not_selected"
    NOTHING_SCHEDULED = "nothing_scheduled"
    CUSTOMER_UNKNOWN = "customer_unknown"
    """Not decided yet: it would be parked."""


SILENCES: dict[Silence, str] = {
    Silence.NO_RULE: "Nobody would be told: no rule is set for this. Add one in the settings.",
    Silence.NOT_SELECTED: (
        "Nobody would be told: the rules for this are about other customers, by region, by kind or by tag."
    ),
    Silence.NOTHING_SCHEDULED: "Nobody would be told: no rule has anything of this job waiting for its time.",
    Silence.CUSTOMER_UNKNOWN: (
        "Nobody would be told yet: the customer's profile has not arrived here. It would be decided as soon as it does,"
        " most likely within seconds; without it nobody would be told after a day."
    ),
}


def about_job(act: Act, job: Job) -> list[events.JobEvent]:
    """The events of the act on this job, as status-svc would publish them (D9)."""
    after = _after(act, job)
    of_job: dict[str, Any] = {"job": after, "command_id": NOBODY, "actor": ACTOR, "notify": act.notify}
    if act.trigger is Trigger.PAYMENT_RECEIVED:
        paid = a_payment(events.PaymentKind.INVOICE, job.balance if job.balance > 0 else job.total, act.at)
        of_job["job"] = after.model_copy(update={"balance": job.balance - paid.amount})
        return [events.PaymentReceived(**of_job, payment=paid)]
    if act.trigger is Trigger.INVOICE_ISSUED:
        return [events.InvoiceIssued(**of_job, invoice=an_invoice(job, act.at + timedelta(days=14)))]
    if act.trigger is Trigger.JOB_UPDATED:
        return [events.JobUpdated(**of_job, changes=(events.Change.VISIT,))]
    if act.trigger is Trigger.STATUS_SET and after.closed_at:
        return [events.StatusChanged(**of_job), events.WOClosed(**of_job)]
    return [_SIMPLE[act.trigger](**of_job)]


_SIMPLE: dict[Trigger, Callable[..., events.JobEvent]] = {
    Trigger.ESTIMATE_CREATED: events.JobCreated,
    Trigger.JOB_CREATED: events.JobCreated,
    Trigger.JOB_CANCELLED: events.JobCancelled,
    Trigger.STATUS_SET: events.StatusChanged,
    Trigger.WORK_ORDER_CLOSED: events.WOClosed,
}


def _after(act: Act, job: Job) -> Job:
    """The job as the act would leave it."""
    changes: dict[str, Any] = {"version": job.version + 1}
    if act.trigger in (Trigger.STATUS_SET, Trigger.WORK_ORDER_CLOSED):
        status = _status(act.status) if act.status else job.status
        closed = act.at if status.closes or act.trigger is Trigger.WORK_ORDER_CLOSED else None
        changes |= {"status": status, "previous_status": job.status, "status_set_at": act.at, "closed_at": closed}
    elif act.trigger is Trigger.JOB_CANCELLED:
        changes["cancelled_at"] = act.at
    elif act.trigger in (Trigger.ESTIMATE_CREATED, Trigger.JOB_CREATED):
        changes["kind"] = JobKind.ESTIMATE if act.trigger is Trigger.ESTIMATE_CREATED else JobKind.JOB
    return job.model_copy(update=changes)


def against(act: Act, job: Job) -> str | None:
    """What status-svc would refuse the act for: it is looked at all the same."""
    if act.trigger is Trigger.STATUS_SET and act.status and act.status.id == job.status.id:
        return f"Job {job.number} has this status already, and it can't be set again: this is as if it had another."
    if act.trigger is Trigger.WORK_ORDER_CLOSED and job.closed_at:
        return f"Job {job.number} is closed already: this is as if it were open."
    if act.trigger is Trigger.ESTIMATE_CREATED and job.kind is not JobKind.ESTIMATE:
        return f"Job {job.number} is no estimate: this is as if it were one."
    return None


def _status(entry: StatusEntry) -> Status:
    return Status.model_validate(entry.model_dump(include=set(Status.model_fields)))


def about_request(
    act: Act, customer: CustomerProfile, address_id: UUID, company: CompanyProfile
) -> events.ServiceRequestEvent:
    """The event of a request of this customer."""
    kind, locale = ABOUT_REQUEST[act.trigger], locale_of(customer, company)
    told = a_request(kind, company.id, customer.id, address_id, locale, act.at)
    return told.model_copy(update={"notify": act.notify})


def about_account(act: Act, customer: CustomerProfile, contact_id: UUID | None) -> InvitationRequested | None:
    """An invitation of a contact, the primary one where none is named, at their first address; `None`: no such one."""
    meant = [c for c in customer.contacts if (c.primary if contact_id is None else c.id == contact_id)]
    if not meant:
        return None
    to = (meant[0].id, meant[0].emails[0].id if meant[0].emails else NOBODY)
    return an_invitation(ABOUT_ACCOUNT[act.trigger], customer.company_id, customer.id, to, act.at)


def assumed(trigger: Trigger) -> list[str]:
    """What of the messages is made up."""
    return [_MADE_UP[trigger]] if trigger in _MADE_UP else []


def silence(occurrence: Occurrence, rules: Sequence[Rule], customer: CustomerProfile | None) -> Silence | None:
    """Why the log would have nothing of it, if that is so."""
    about = [rule for rule in rules if fires(rule, occurrence)]
    if not about:
        return Silence.NO_RULE
    if customer is None:
        return Silence.CUSTOMER_UNKNOWN
    return None if any(selects(rule, occurrence, customer) for rule in about) else Silence.NOT_SELECTED


def unruled(occurrence: Occurrence, rules: Sequence[Rule]) -> list[Channel]:
    """The channels by which nobody is told of it, whoever the customer is."""
    ruled = {rule.channel for rule in rules if fires(rule, occurrence)}
    return [channel for channel in Channel if channel not in ruled]

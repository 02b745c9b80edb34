"""What a message can be tried on: a real job, as it was last told, or one that is made up for the occasion (G10)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts import events
from contracts.customer_requests import InvitationRequested, Purpose
from contracts.deliveries import Channel
from contracts.jobs import Job, JobKind, Line, Status, Technician, Visit
from contracts.profiles import (
    Card,
    CompanyProfile,
    Contact,
    ContactFlags,
    CustomerKind,
    CustomerProfile,
    ServiceAddress,
)
from contracts.rendering import RenderContext
from contracts.triggers import SCHEDULED, Trigger
from notifier_svc.domain import context
from notifier_svc.domain.made_up import ACTOR, Words, a_payment, a_request, an_invitation, an_invoice, words_of
from notifier_svc.domain.scheduled import as_if
from notifier_svc.domain.timing import zone_of
from notifier_svc.domain.trial import NOBODY
from notifier_svc.domain.triggers import Occurrence, Told

# What must have been told for a message of the trigger to have something to say; any news of the job where absent.
_NEEDS: dict[Trigger, type[Any]] = {
    Trigger.PAYMENT_RECEIVED: events.PaymentReceived,
    Trigger.INVOICE_ISSUED: events.InvoiceIssued,
    Trigger.REQUEST_RECEIVED: events.ServiceRequestEvent,
    Trigger.REQUEST_ACCEPTED: events.ServiceRequestEvent,
    Trigger.REQUEST_REJECTED: events.ServiceRequestRejected,
    Trigger.ACCOUNT_INVITED: InvitationRequested,
    Trigger.ACCOUNT_RESET: InvitationRequested,
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something to tell, and everyone it is about."""

    occurrence: Occurrence
    customer: CustomerProfile
    company: CompanyProfile

    @property
    def locale(self) -> str:
        """The customer's language."""
        return context.locale_of(self.customer, self.company)

    def context(self, channel: Channel) -> RenderContext:
        """What a template can say about it, to the customer's primary contact."""
        first = next((contact.id for contact in self.customer.contacts if contact.primary), None)
        shared = context.about(self.occurrence, self.customer, self.company)
        return context.addressed(shared, self.customer, first, channel)


def newest(trigger: Trigger, told: Sequence[Occurrence], now: datetime) -> Occurrence | None:
    """The newest of `told`, newest first, that a message of `trigger` can be about, as if it happened now."""
    if trigger in SCHEDULED:
        return next(_scheduled(trigger, told, now), None)
    needed = _NEEDS.get(trigger, events.JobEvent)
    found = next((occurrence for occurrence in told if isinstance(occurrence.data, needed)), None)
    return replace(found, occurred_at=now) if found else None


def _scheduled(trigger: Trigger, told: Sequence[Occurrence], now: datetime) -> Iterator[Occurrence]:
    for occurrence in told:
        data = occurrence.data
        if isinstance(data, events.JobEvent):
            reminder = as_if(trigger, data, context.next_visit(data.job, now), now)
            if reminder:
                yield replace(occurrence, occurred_at=now, data=reminder)


def sample(trigger: Trigger, company: CompanyProfile, locale: str | None, now: datetime) -> Occasion:
    """A made-up customer of the company, of this language, with a made-up job, all of whose tags have values."""
    spoken = locale or company.locale
    customer = _customer(company, locale)
    data = _told(trigger, _job(trigger, customer, company, words_of(spoken), now), spoken, now)
    return Occasion(Occurrence(NOBODY, company.id, now, data), customer, company)


def a_booking(
    trigger: Trigger, customer: CustomerProfile, address_id: UUID, company: CompanyProfile, now: datetime, notify: bool
) -> events.JobEvent:
    """That a made-up job of this customer was booked, at an address of theirs."""
    words = words_of(context.locale_of(customer, company))
    job = _job(trigger, customer, company, words, now)
    theirs = job.model_copy(update={"customer_id": customer.id, "service_address_id": address_id})
    return events.JobCreated(job=theirs, command_id=NOBODY, actor=ACTOR, notify=notify)


def _customer(company: CompanyProfile, locale: str | None) -> CustomerProfile:
    region = company.regions[0].id if company.regions else None
    return CustomerProfile(
        id=NOBODY,
        company_id=company.id,
        version=1,
        name="Maria Lopez",
        kind=CustomerKind.RESIDENTIAL,
        region_id=region,
        locale=locale,
        contacts=(Contact(id=NOBODY, name="Maria Lopez", primary=True, flags=ContactFlags()),),
        service_addresses=(
            ServiceAddress(
                id=NOBODY, line="48 Juniper Court", city="Denver", state="CO", postal_code="80206", zone=company.zone
            ),
        ),
        sales_tax_exempt=True,
        reward_balance=Decimal("25.00"),
        cards=(Card(last_four="4242", default=True),),
    )


def _job(trigger: Trigger, customer: CustomerProfile, company: CompanyProfile, words: Words, now: datetime) -> Job:
    prices = (Decimal("310.00"), Decimal("85.00"))
    return Job(
        id=NOBODY,
        company_id=company.id,
        version=1,
        number=1042,
        kind=JobKind.ESTIMATE if trigger in (Trigger.ESTIMATE_CREATED, Trigger.ESTIMATE_REMINDER) else JobKind.JOB,
        title=words.title,
        status=_status(words.status),
        previous_status=_status(words.previous),
        customer_id=NOBODY,
        service_address_id=NOBODY,
        visits=(_visit(customer, company, now),),
        lines=tuple(
            Line(description=text, quantity=Decimal(n), unit_price=price)
            for n, (text, price) in enumerate(zip(words.lines, prices, strict=True), 1)
        ),
        currency=company.currency,
        total=Decimal("480.00"),
        balance=Decimal("240.00"),
        created_at=now,
    )


def _status(name: str) -> Status:
    return Status(id=NOBODY, name=name, colour="#1f6feb", closes=False, allow_tech_skip=False, hold_seconds=0)


def _visit(customer: CustomerProfile, company: CompanyProfile, now: datetime) -> Visit:
    """Tomorrow from ten to twelve."""
    zone = zone_of(customer, None, company)
    starts = (now.astimezone(zone) + timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)
    return Visit(
        id=NOBODY,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        zone=str(zone),
        technicians=(Technician(id=NOBODY, name="Sam Rivera"),),
    )


def _told(trigger: Trigger, job: Job, locale: str, now: datetime) -> Told:
    """An event of the kind that the trigger needs."""
    of_job: dict[str, Any] = {"job": job, "command_id": NOBODY, "actor": ACTOR}
    needed = _NEEDS.get(trigger, events.JobEvent)
    if trigger in SCHEDULED:
        told = events.InvoiceOverdue(**of_job, invoice=an_invoice(job, now - timedelta(days=3)))
        return as_if(trigger, told, job.visits[0], now) or told
    if needed is InvitationRequested:
        return an_invitation(Purpose.CONFIRM, job.company_id, NOBODY, (NOBODY, NOBODY), now)
    if issubclass(needed, events.ServiceRequestEvent):
        kind = events.ServiceRequestRejected
        return a_request(kind, job.company_id, NOBODY, NOBODY, locale, now)
    if needed is events.PaymentReceived:
        return events.PaymentReceived(**of_job, payment=a_payment(events.PaymentKind.DEPOSIT, Decimal("240.00"), now))
    if needed is events.InvoiceIssued:
        return events.InvoiceIssued(**of_job, invoice=an_invoice(job, now + timedelta(days=14)))
    return events.StatusChanged(**of_job)

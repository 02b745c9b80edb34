"""What a template can say about an occurrence: the tags' values, typed; template-svc words them."""

from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts import values
from contracts.customer_requests import InvitationRequested
from contracts.deliveries import Channel
from contracts.events import Invoice, JobEvent, Payment, ServiceRequestEvent
from contracts.jobs import Job, Line, Visit
from contracts.profiles import CompanyProfile, CustomerProfile, Region
from contracts.rendering import (
    CompanyTags,
    CustomerTags,
    InvitationTags,
    InvoiceTags,
    JobTags,
    LineTags,
    LinkTags,
    PaymentTags,
    RecipientTags,
    RegionTags,
    ReminderTags,
    RenderContext,
    RequestTags,
    ServiceAddressTags,
    VisitTags,
)
from notifier_svc.domain.people import names
from notifier_svc.domain.phones import told
from notifier_svc.domain.scheduled import Scheduled
from notifier_svc.domain.triggers import Occurrence, Told

PREFERENCES = "https://preferences.invalid/"
INVITATION = "https://invitation.invalid/"
"""Stand for the reader's own links, which are secrets, wherever words are kept (RFC 6761: no such hosts, ever)."""


class _Amounts(TypedDict):
    total: str
    paid: str | None
    balance: str
    balance_due: str | None
    credit: str | None


def about(occurrence: Occurrence, customer: CustomerProfile, company: CompanyProfile) -> RenderContext:
    """The part that all readers of `occurrence` share; it speaks to the customer, by email."""
    job = occurrence.data.job if isinstance(occurrence.data, JobEvent) else None
    visit = _visit_of(occurrence, job) if job else None
    return RenderContext(
        company=_company(company),
        customer=_customer(customer, company),
        recipient=_recipient(customer.name),
        service_address=_service_address(customer, occurrence.service_address_id),
        job=_job(job) if job else None,
        visit=_visit(visit) if visit else None,
        payment=_payment(_field(occurrence.data, "payment"), job, company),
        invoice=_invoice(_field(occurrence.data, "invoice"), job, company),
        request=_request(occurrence.data) if isinstance(occurrence.data, ServiceRequestEvent) else None,
        region=_region(region_of(customer, company)),
        links=LinkTags(preferences=PREFERENCES),
        invitation=InvitationTags(url=INVITATION) if isinstance(occurrence.data, InvitationRequested) else None,
        reminder=_reminder(occurrence.data) if isinstance(occurrence.data, Scheduled) else None,
    )


def addressed(
    context: RenderContext, customer: CustomerProfile, person_id: UUID | None, channel: Channel
) -> RenderContext:
    """The same, spoken to one person, a contact or an additional recipient, by one channel."""
    name = names(customer).get(person_id, customer.name) if person_id else customer.name
    changes: dict[str, Any] = {} if name == customer.name else {"recipient": _recipient(name)}
    changes |= {} if channel is Channel.EMAIL else {"links": None}
    return context.model_copy(update=changes) if changes else context


def locale_of(customer: CustomerProfile, company: CompanyProfile) -> str:
    """The language the customer wants to be written to in, else the company's; BCP 47.

    Where the customer's names no country, dates and amounts are written as in the company's.
    """
    wanted, house = customer.locale or company.locale, company.locale
    country = house.rpartition("-")[2]
    return f"{wanted}-{country}" if "-" not in wanted and country.isupper() else wanted


def next_visit(job: Job, at: datetime) -> Visit | None:
    """The visit a message at `at` is about: the earliest that takes place and has not ended, else the last one."""
    visits = sorted((v for v in job.visits if not v.cancelled), key=lambda visit: visit.starts_at)
    to_come = [visit for visit in visits if visit.ends_at > at]
    return to_come[0] if to_come else visits[-1] if visits else None


def _visit_of(occurrence: Occurrence, job: Job) -> Visit | None:
    """The visit that is reminded of, else the one that is next."""
    reminded = occurrence.data.visit if isinstance(occurrence.data, Scheduled) else None
    return reminded or next_visit(job, occurrence.occurred_at)


def region_of(customer: CustomerProfile, company: CompanyProfile) -> Region | None:
    """The customer's region."""
    return next((region for region in company.regions if region.id == customer.region_id), None)


def _field(event: Told, name: str) -> Any:
    """A field that not every kind of event has."""
    return getattr(event, name) if name in type(event).model_fields else None


def _company(company: CompanyProfile) -> CompanyTags:
    brand = company.brand
    return CompanyTags(
        name=company.name,
        phone=told(brand.phone, company.locale) if brand.phone else None,
        email=brand.email,
        website=brand.website,
        postal_address=brand.postal_address or None,
        portal_url=brand.portal_url,
        logo_url=brand.logo_url,
        colour=brand.colour,
    )


def _customer(customer: CustomerProfile, company: CompanyProfile) -> CustomerTags:
    card = next((c for c in customer.cards if c.default), customer.cards[0] if customer.cards else None)
    reward = customer.reward_balance
    return CustomerTags(
        name=customer.name,
        reward_balance=None if reward is None else values.amount(reward, company.currency),
        card_last_four=card.last_four if card else None,
        sales_tax_exempt="yes" if customer.sales_tax_exempt else None,
    )


def _recipient(name: str) -> RecipientTags:
    return RecipientTags(name=name, first_name=(name.split() or [name])[0])


def _service_address(customer: CustomerProfile, id: UUID | None) -> ServiceAddressTags | None:
    for place in customer.service_addresses:
        if place.id == id:
            return ServiceAddressTags(
                line=place.line,
                city=place.city or None,
                state=place.state or None,
                postal_code=place.postal_code or None,
            )
    return None


def _job(job: Job) -> JobTags:
    return JobTags(
        number=str(job.number),
        kind=job.kind,
        title=job.title,
        status=job.status.name,
        previous_status=job.previous_status.name if job.previous_status else None,
        **_amounts(job.total, job.balance, job.currency),
        lines=tuple(_line(line, job.currency) for line in job.lines),
    )


def _amounts(total: Decimal, balance: Decimal, currency: str) -> _Amounts:
    """What it costs, what was paid, and what is left; only what there is to say."""
    return _Amounts(
        total=values.amount(total, currency),
        paid=values.amount(total - balance, currency) if total > balance else None,
        balance=values.amount(balance, currency),
        balance_due=values.amount(balance, currency) if balance > 0 else None,
        credit=values.amount(-balance, currency) if balance < 0 else None,
    )


def _line(line: Line, currency: str) -> LineTags:
    return LineTags(
        description=line.description,
        quantity=values.number(line.quantity),
        unit_price=values.amount(line.unit_price, currency),
        amount=values.amount(line.quantity * line.unit_price, currency),
    )


def _visit(visit: Visit) -> VisitTags:
    """Told in the zone of the service address (D10)."""
    photos = [technician.photo_url for technician in visit.technicians if technician.photo_url]
    return VisitTags(
        starts_at=values.moment(visit.starts_at, visit.zone),
        ends_at=values.moment(visit.ends_at, visit.zone),
        technician=tuple(technician.name for technician in visit.technicians),
        technician_photo_url=photos[0] if photos else None,
    )


def _payment(payment: Payment | None, job: Job | None, company: CompanyProfile) -> PaymentTags | None:
    if payment is None:
        return None
    return PaymentTags(
        amount=values.amount(payment.amount, _currency(job, company)),
        kind=payment.kind,
        method=payment.method,
        date=values.day(payment.received_at.astimezone(ZoneInfo(company.zone)).date()),
    )


def _invoice(invoice: Invoice | None, job: Job | None, company: CompanyProfile) -> InvoiceTags | None:
    if invoice is None:
        return None
    return InvoiceTags(
        number=invoice.number,
        **_amounts(invoice.total, invoice.balance, _currency(job, company)),
        due_on=values.day(invoice.due_on),
    )


def _currency(job: Job | None, company: CompanyProfile) -> str:
    return job.currency if job else company.currency


def _reminder(told: Scheduled) -> ReminderTags:
    return ReminderTags(number=str(told.number), days=str(told.days))


def _request(event: ServiceRequestEvent) -> RequestTags:
    return RequestTags(summary=event.request.summary, reason=_field(event, "reason"))


def _region(region: Region | None) -> RegionTags | None:
    return RegionTags(name=region.name, portal_url=region.portal_url) if region else None

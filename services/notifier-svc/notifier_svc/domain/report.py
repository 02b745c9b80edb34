"""Which report goes with a message, and what it tells: from the job's record and this service's own copies."""

import re
from dataclasses import dataclass
from uuid import UUID

from contracts.events import InvoiceIssued
from contracts.profiles import CompanyProfile, CustomerProfile
from contracts.reports import JobRecord, ReportCompany, ReportContext, ReportCustomer, ReportKind
from notifier_svc.domain.context import locale_of
from notifier_svc.domain.model import Rule
from notifier_svc.domain.scheduled import Scheduled
from notifier_svc.domain.triggers import Occurrence

NAMES = {
    "en": {
        ReportKind.WORK_ORDER: "work-order",
        ReportKind.ESTIMATE: "estimate",
        ReportKind.INVOICE: "invoice",
    },
    "es": {
        ReportKind.WORK_ORDER: "orden-de-trabajo",
        ReportKind.ESTIMATE: "presupuesto",
        ReportKind.INVOICE: "factura",
    },
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report of a job for its customer."""

    kind: ReportKind
    company: CompanyProfile
    customer: CustomerProfile
    job_id: UUID
    invoice_id: UUID | None = None
    """The newest one where absent."""


def wanted(
    rule: Rule | None, occurrence: Occurrence, customer: CustomerProfile, company: CompanyProfile
) -> Wanted | None:
    """The report that the rule attaches to what it says of `occurrence`, if it does."""
    if rule is None or rule.attach_report is None or occurrence.job_id is None:
        return None
    told = occurrence.data.invoice if isinstance(occurrence.data, InvoiceIssued | Scheduled) else None
    return Wanted(rule.attach_report, company, customer, occurrence.job_id, told.id if told else None)


def told(want: Wanted, record: JobRecord, logo: bytes | None) -> ReportContext:
    """What the report tells; `logo` in base64."""
    company, brand = want.company, want.company.brand
    return ReportContext(
        kind=want.kind,
        locale=locale_of(want.customer, company),
        company=ReportCompany(
            name=company.name,
            zone=company.zone,
            colour=brand.colour,
            logo=logo,
            phone=brand.phone,
            email=brand.email,
            website=brand.website,
            postal_address=brand.postal_address,
        ),
        customer=ReportCustomer(
            name=want.customer.name, address=_address(want.customer, record.job.service_address_id)
        ),
        record=record,
        invoice_id=want.invoice_id,
    )


def file_name(want: Wanted, record: JobRecord) -> str:
    """`work-order-1042.pdf`, or by the invoice's own number; letters, digits and hyphens alone."""
    language = NAMES["es" if locale_of(want.customer, want.company).startswith("es") else "en"]
    return f"{language[want.kind]}-{_number(want, record)}.pdf"


def _number(want: Wanted, record: JobRecord) -> str:
    """What tells it from another report of the kind: one job may have several invoices."""
    wanted = (i.number for i in reversed(record.invoices) if want.invoice_id in (None, i.id))
    number = next(wanted, None) if want.kind is ReportKind.INVOICE else None
    return re.sub(r"[^A-Za-z0-9]+", "-", number).strip("-") if number else str(record.job.number)


def _address(customer: CustomerProfile, id: UUID) -> tuple[str, ...]:
    for place in customer.service_addresses:
        if place.id == id:
            return tuple(filter(None, (place.line, f"{place.city}, {place.state} {place.postal_code}".strip(" ,"))))
    return ()

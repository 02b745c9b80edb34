"""What templates can say: amounts, times and names, typed."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from contracts import events
from contracts.deliveries import Channel
from contracts.jobs import Actor, Line, Role, Technician
from contracts.profiles import Brand, Card, CompanyProfile, CustomerProfile, Region
from contracts.rendering import RenderContext
from notifier_svc.domain.context import about, addressed, locale_of, next_visit
from notifier_svc.domain.triggers import Occurrence
from notifier_svc.tests.factories import (
    NOW,
    a_company,
    a_contact,
    a_customer,
    a_job,
    a_payment,
    a_recipient,
    a_status,
    a_visit,
    an_address,
    an_event,
    an_invoice,
    an_occurrence,
)

HOUR = timedelta(hours=1)


def render_context(
    occurrence: Occurrence, customer: CustomerProfile, company: CompanyProfile, person_id: UUID | None
) -> RenderContext:
    """What a template sees of `occurrence` when it speaks to this person."""
    return addressed(about(occurrence, customer, company), customer, person_id, Channel.EMAIL)


def test_a_job_is_told_with_its_status_lines_and_amounts() -> None:
    lines = (Line(description="Heater", quantity=Decimal("1.5"), unit_price=Decimal("320.00")),)
    job = a_job(lines=lines, total=Decimal("1480.5"), previous_status=a_status("scheduled"))
    context = render_context(an_occurrence(an_event(job=job)), a_customer(), a_company(), None)
    assert context.job is not None
    assert (context.job.number, context.job.kind, context.job.status) == ("1042", "job", "on-the-way")
    assert context.job.previous_status == "scheduled"
    assert (context.job.total, context.job.balance) == ("1480.50 USD", "480.00 USD")
    [line] = context.job.lines
    assert (line.quantity, line.unit_price, line.amount) == ("1.5", "320.00 USD", "480.00 USD")


def test_a_visit_is_told_in_the_zone_of_the_service_address() -> None:  # D10
    visit = a_visit(technicians=(Technician(id=uuid4(), name="Ana"), Technician(id=uuid4(), name="Ben")))
    context = render_context(
        an_occurrence(an_event(job=a_job(visits=(visit,)))), a_customer(), a_company(zone="America/New_York"), None
    )
    assert context.visit is not None
    assert context.visit.starts_at == "2026-11-24T11:00:00-07:00[America/Denver]"
    assert context.visit.ends_at == "2026-11-24T13:00:00-07:00[America/Denver]"
    assert context.visit.technician == ("Ana", "Ben")


@pytest.mark.parametrize(
    ("own", "company", "locale"),
    [
        (None, "en-US", "en-US"),
        ("es-US", "en-US", "es-US"),
        ("es", "en-US", "es-US"),  # dates and amounts as in the company's country
        ("es", "en", "es"),
        (None, "de_DE@euro", "de-DE"),
        ("no locale", "en-US", "en-US"),
    ],
)
def test_a_customer_is_written_to_in_its_own_language_else_the_companys(
    own: str | None, company: str, locale: str
) -> None:
    assert locale_of(a_customer(locale=own), a_company(locale=company)) == locale


@pytest.mark.parametrize(
    ("written", "locale", "told"),
    [
        ("(303) 555-0134", "en-US", "+13035550134"),
        ("+44 20 7946 0958", "en-US", "+442079460958"),
        ("020 7946 0958", "en-GB", "+442079460958"),
        ("(303) 555-0134 ext. 5", "en-US", "(303) 555-0134 ext. 5"),
        ("(303) 555-0134", "en", "(303) 555-0134"),
        ("call us", "en-US", "call us"),
    ],
)
def test_the_companys_phone_is_told_as_a_number_where_it_is_one(written: str, locale: str, told: str) -> None:
    company = a_company(brand=Brand(phone=written), locale=locale)
    assert render_context(an_occurrence(), a_customer(), company, None).company.phone == told


def test_the_visit_told_is_the_next_one_that_takes_place() -> None:  # G21
    over = a_visit(starts_at=NOW - 5 * HOUR, ends_at=NOW - 3 * HOUR)
    cancelled = a_visit(starts_at=NOW, ends_at=NOW + HOUR, cancelled=True)
    running = a_visit(starts_at=NOW - HOUR, ends_at=NOW + HOUR)
    later = a_visit(starts_at=NOW + 24 * HOUR, ends_at=NOW + 26 * HOUR)
    assert next_visit(a_job(visits=(later, running, cancelled, over)), NOW) == running
    assert next_visit(a_job(visits=(over, cancelled)), NOW) == over
    assert next_visit(a_job(visits=(cancelled,)), NOW) is None


def test_the_reader_is_the_contact_the_recipient_or_else_the_customer() -> None:
    contact, tenant = a_contact(name="Maria Lee"), a_recipient(name="Jo Park")
    customer = a_customer(contacts=(contact,), service_addresses=(an_address(recipients=(tenant,)),))

    def reader(person: object) -> tuple[str, str]:
        recipient = render_context(an_occurrence(), customer, a_company(), person).recipient  # type: ignore[arg-type]
        return recipient.name, recipient.first_name

    assert reader(contact.id) == ("Maria Lee", "Maria")
    assert reader(tenant.id) == ("Jo Park", "Jo")
    assert reader(None) == ("Lee Family", "Lee")


def test_a_receipt_is_dated_where_the_company_is() -> None:
    payment = a_payment(received_at=NOW.replace(hour=3))  # still the day before in Denver
    event = an_event(events.PaymentReceived, payment=payment)
    context = render_context(an_occurrence(event), a_customer(), a_company(), None)
    assert context.payment is not None
    assert (context.payment.amount, context.payment.date) == ("480.00 USD", "2026-11-23")
    assert (context.payment.kind, context.payment.method) == ("invoice", "card")


def test_an_invoice_has_its_number_amounts_and_due_date() -> None:
    event = an_event(events.InvoiceIssued, invoice=an_invoice(balance=Decimal(80)))
    invoice = render_context(an_occurrence(event), a_customer(), a_company(), None).invoice
    assert invoice is not None
    assert (invoice.number, invoice.total, invoice.balance) == ("INV-7", "480.00 USD", "80.00 USD")
    assert invoice.due_on == "2026-11-24"


@pytest.mark.parametrize(
    ("balance", "paid", "balance_due", "credit"),
    [
        ("480", None, "480.00 USD", None),
        ("80", "400.00 USD", "80.00 USD", None),
        ("0", "480.00 USD", None, None),
        ("-1.10", "481.10 USD", None, "1.10 USD"),
    ],
)
def test_what_was_paid_is_due_or_is_owed_back_is_told_only_where_it_is_so(
    balance: str, paid: str | None, balance_due: str | None, credit: str | None
) -> None:
    job, invoice = a_job(total=Decimal(480), balance=Decimal(balance)), an_invoice(balance=Decimal(balance))
    context = render_context(
        an_occurrence(an_event(events.InvoiceIssued, job=job, invoice=invoice)), a_customer(), a_company(), None
    )
    for told in (context.job, context.invoice):
        assert told is not None
        assert (told.paid, told.balance_due, told.credit) == (paid, balance_due, credit)


def test_an_address_needs_only_its_line() -> None:
    customer = a_customer(service_addresses=(an_address(line="12 Elm St", city="", state="", postal_code=""),))
    place = render_context(an_occurrence(), customer, a_company(), None).service_address
    assert place is not None
    assert (place.line, place.city, place.state, place.postal_code) == ("12 Elm St", None, None, None)


@pytest.mark.proves("S3.11")
def test_the_customer_region_and_company_are_told_as_their_profiles_have_them() -> None:  # S4.21, S4.22
    region = Region(id=uuid4(), name="West", portal_url="https://west.example")
    customer = a_customer(
        region_id=region.id,
        reward_balance=Decimal(25),
        cards=(Card(last_four="1111"), Card(last_four="4242", default=True)),
    )
    company = a_company(regions=(region,), brand=Brand(phone="(303) 555-0134", postal_address=""))
    context = render_context(an_occurrence(), customer, company, None)
    assert (context.customer.reward_balance, context.customer.card_last_four) == ("25.00 USD", "4242")
    assert context.customer.sales_tax_exempt is None
    assert context.region is not None
    assert (context.region.name, context.region.portal_url) == ("West", "https://west.example")
    assert (context.company.phone, context.company.postal_address) == ("+13035550134", None)
    assert context.service_address is not None
    assert context.service_address.line == "12 Elm St"


def test_who_pays_no_sales_tax_can_be_told_so() -> None:  # S4.20
    exempt = render_context(an_occurrence(), a_customer(sales_tax_exempt=True), a_company(), None)
    assert exempt.customer.sales_tax_exempt == "yes"


def test_a_request_that_is_no_job_yet_has_no_job_and_no_visit() -> None:
    request = events.ServiceRequest(
        id=uuid4(),
        company_id=a_company().id,
        version=1,
        customer_id=a_customer().id,
        service_address_id=an_address().id,
        summary="Leaking tap",
        received_at=NOW,
    )
    event = events.ServiceRequestRejected(
        request=request, command_id=uuid4(), actor=Actor(id="ann", role=Role.DISPATCHER), reason="Too far"
    )
    context = render_context(an_occurrence(event), a_customer(), a_company(), None)
    assert (context.job, context.visit, context.payment) == (None, None, None)
    assert context.request is not None
    assert (context.request.summary, context.request.reason) == ("Leaking tap", "Too far")

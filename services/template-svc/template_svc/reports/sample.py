"""A job to look at reports with: nobody's."""

from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from contracts.jobs import Job, JobKind, Line, Status, Technician, Visit
from contracts.reports import (
    IssuedInvoice,
    JobRecord,
    ReportCompany,
    ReportContext,
    ReportCustomer,
    ReportKind,
    Signature,
    WorkNote,
)

NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
NOBODY = UUID(int=0)
SCRAWL = Path(__file__).with_name("sample-signature.png")

_JOB = Job(
    id=NOBODY,
    company_id=NOBODY,
    version=1,
    number=1042,
    kind=JobKind.JOB,
    title="Replace water heater",
    status=Status(id=NOBODY, name="Done", colour="#2f9e44", closes=True, allow_tech_skip=False, hold_seconds=0),
    customer_id=NOBODY,
    service_address_id=NOBODY,
    visits=(
        Visit(
            id=NOBODY,
            starts_at=NOW - timedelta(hours=2),
            ends_at=NOW,
            zone="America/Denver",
            technicians=(Technician(id=NOBODY, name="Sam Rivera"),),
        ),
    ),
    lines=(
        Line(description="50-gallon water heater", quantity=Decimal(1), unit_price=Decimal("1180.00")),
        Line(description="Installation, hours", quantity=Decimal("2.5"), unit_price=Decimal("95.00")),
        Line(description="Haul away the old tank", quantity=Decimal(1), unit_price=Decimal("60.00")),
    ),
    currency="USD",
    total=Decimal("1477.50"),
    balance=Decimal("1077.50"),
    created_at=NOW - timedelta(days=3),
    closed_at=NOW,
)

SAMPLE = ReportContext(
    kind=ReportKind.WORK_ORDER,
    locale="en-US",
    company=ReportCompany(
        name="Northside Plumbing & Heating",
        zone="America/Denver",
        colour="#0b7285",
        phone="(303) 555-0134",
        email="office@northside.example",
        website="https://northside.example",
        postal_address="1200 Larimer Street, Denver, CO 80204",
    ),
    customer=ReportCustomer(name="Maria Lopez", address=("48 Juniper Court", "Denver, CO 80203")),
    record=JobRecord(
        job=_JOB,
        notes=(
            WorkNote(
                text="The old tank leaked at its lower seam; it is drained and gone.\n"
                "The new one is level, strapped, and set to 120 °F. No gas leaks.",
                author="Sam Rivera",
                written_at=NOW - timedelta(minutes=20),
            ),
            WorkNote(
                text="Please flush the tank once a year.",
                author="Sam Rivera",
                written_at=NOW - timedelta(minutes=10),
            ),
        ),
        signature=Signature(signed_by="Maria Lopez", signed_at=NOW, picture=b64encode(SCRAWL.read_bytes())),
        estimate_sent_at=NOW - timedelta(days=2),
        invoices=(
            IssuedInvoice(
                id=NOBODY,
                number="1042-1",
                total=Decimal("1477.50"),
                balance=Decimal("1077.50"),
                due_on=date(2026, 12, 8),
                issued_at=NOW,
            ),
        ),
    ),
)

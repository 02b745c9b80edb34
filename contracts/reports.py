"""Reports: what status-svc knows of a job, and what template-svc makes a PDF of."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Base64Bytes, Field, StringConstraints

from contracts.events import Invoice
from contracts.jobs import Job
from contracts.model import Contract, Instant
from contracts.values import Locale

MOST_NOTES = 500
MOST_PICTURE_BYTES = 2 * 1024 * 1024

Line = Annotated[str, StringConstraints(max_length=500)]
Picture = Annotated[Base64Bytes, Field(max_length=MOST_PICTURE_BYTES)]


class ReportKind(StrEnum):
    """What a report tells of a job."""

    WORK_ORDER = "work_order"
    """What was done, the technician's notes, and the customer's signature (S3.6)."""
    ESTIMATE = "estimate"
    INVOICE = "invoice"


class WorkNote(Contract):
    """A note on the work."""

    text: Annotated[str, StringConstraints(max_length=4000)]
    author: Line | None = None
    written_at: Instant


class Signature(Contract):
    """Who signed the work order, and the picture of it: PNG, JPEG or WebP."""

    signed_by: Line
    signed_at: Instant
    picture: Picture


class IssuedInvoice(Invoice):
    """A bill, when it went out, and when its day to pay was over."""

    issued_at: Instant
    overdue_at: Instant | None = None


class JobRecord(Contract):
    """A job with what does not travel on its events."""

    job: Job
    notes: Annotated[tuple[WorkNote, ...], Field(max_length=MOST_NOTES)] = ()
    """The newest ones, oldest first."""
    notes_left_out: Annotated[int, Field(ge=0)] = 0
    """How many older notes there are."""
    signature: Signature | None = None
    estimate_sent_at: Instant | None = None
    invoices: tuple[IssuedInvoice, ...] = ()
    """Oldest first."""


class ReportCompany(Contract):
    """The company whose paper it is."""

    name: Line
    zone: str
    """IANA zone."""
    colour: Annotated[str, StringConstraints(pattern="^#[0-9a-fA-F]{6}$")] = "#1f6feb"
    logo: Picture | None = None
    """PNG or JPEG; its name, in its colour, where there is none."""
    phone: Line | None = None
    email: Line | None = None
    website: Line | None = None
    postal_address: Line = ""


class ReportCustomer(Contract):
    """Whose job it is, and where the work is."""

    name: Line
    address: tuple[Line, ...] = ()
    """Line by line."""


class ReportContext(Contract):
    """All that a report says."""

    kind: ReportKind
    locale: Locale
    """Its language, and how amounts and dates are written: `es-US` (BCP 47)."""
    company: ReportCompany
    customer: ReportCustomer
    record: JobRecord
    invoice_id: UUID | None = None
    """Which of the record's invoices; the newest where absent."""

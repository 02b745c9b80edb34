"""Rendering over HTTP. The paths of `RenderContext` ARE the tag catalogue: `{{ job.number }}` is one of them.

It says what is told, never how: template-svc words each value in the locale of the words around it.
"""

from enum import StrEnum
from uuid import UUID

from pydantic import StrictInt

from contracts.deliveries import Channel
from contracts.model import Contract
from contracts.values import Amount, Code, Day, Locale, Method, Moment, Names, Number, PhoneNumber


class CompanyTags(Contract):
    """The company that writes."""

    name: str
    phone: PhoneNumber | None = None
    email: str | None = None
    website: str | None = None
    postal_address: str | None = None
    portal_url: str | None = None
    logo_url: str | None = None
    colour: str | None = None


class CustomerTags(Contract):
    """The customer whose job it is."""

    name: str
    reward_balance: Amount | None = None
    card_last_four: str | None = None
    sales_tax_exempt: Code | None = None
    """`yes`; absent where the customer is not."""


class RecipientTags(Contract):
    """Who reads this message: a contact, or an additional recipient of the address."""

    name: str
    first_name: str


class ServiceAddressTags(Contract):
    """Where the work happens; only the line is always known."""

    line: str
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None


class LineTags(Contract):
    """One line of the work."""

    description: str
    quantity: Number
    unit_price: Amount
    amount: Amount


class JobTags(Contract):
    """The job."""

    number: str
    kind: Code
    """`estimate` or `job`."""
    title: str
    status: str
    previous_status: str | None = None
    total: Amount
    paid: Amount | None = None
    """Absent where nothing has been paid."""
    balance: Amount
    balance_due: Amount | None = None
    """The balance, where something is left to pay."""
    credit: Amount | None = None
    """What was paid too much."""
    lines: tuple[LineTags, ...] = ()


class VisitTags(Contract):
    """The visit; told in the service address's zone (D10)."""

    starts_at: Moment
    ends_at: Moment
    """End of the arrival window."""
    technician: Names = ()
    """Who comes."""
    technician_photo_url: str | None = None


class PaymentTags(Contract):
    """The payment a receipt is for."""

    amount: Amount
    kind: Code
    """`deposit` or `invoice`."""
    method: Method
    date: Day
    """In the company's zone."""


class InvoiceTags(Contract):
    """The bill."""

    number: str
    total: Amount
    paid: Amount | None = None
    """Absent where nothing has been paid."""
    balance: Amount
    balance_due: Amount | None = None
    """The balance, where something is left to pay."""
    credit: Amount | None = None
    """What was paid too much."""
    due_on: Day


class ReminderTags(Contract):
    """A reminder or follow-up, seen from what it is about."""

    number: Number
    """Which one it is: `1` is the first."""
    days: Number
    """By the calendar at the service address: until the visit, or since the sending, the due date or the closing."""


class RequestTags(Contract):
    """The service request."""

    summary: str
    reason: str | None = None


class RegionTags(Contract):
    """The customer's region (S3.11)."""

    name: str
    portal_url: str | None = None


class LinkTags(Contract):
    """Links of the reader's own."""

    preferences: str
    """Where the reader chooses what comes to them. Put in when the email is sent; what the log keeps leads nowhere."""


class InvitationTags(Contract):
    """An invitation to the portal."""

    url: str
    """Where the reader chooses a password; kept as little as the links."""


class RenderContext(Contract):
    """All that a template can say. A part is absent where the occasion has none."""

    company: CompanyTags
    customer: CustomerTags
    recipient: RecipientTags
    service_address: ServiceAddressTags | None = None
    job: JobTags | None = None
    visit: VisitTags | None = None
    payment: PaymentTags | None = None
    invoice: InvoiceTags | None = None
    request: RequestTags | None = None
    region: RegionTags | None = None
    links: LinkTags | None = None
    """In emails only."""
    invitation: InvitationTags | None = None
    reminder: ReminderTags | None = None


class RenderItem(Contract):
    """One message to render."""

    ref: UUID
    """The caller's id of it, echoed."""
    company_id: UUID
    template_id: UUID
    template_version: StrictInt | None = None
    """The published one where absent."""
    locale: Locale
    """The reader's: the words come in the nearest variant that the template has (RFC 4647, lookup)."""
    context: RenderContext


class RenderRequest(Contract):
    """A batch to render, at most 500."""

    items: tuple[RenderItem, ...]


class Rendered(Contract):
    """A finished message."""

    ref: UUID
    template_version: int
    channel: Channel
    locale: Locale
    """Of the words, and of the values in them."""
    subject: str | None = None
    """Emails only; one line."""
    html: str | None = None
    """Emails only."""
    text: str
    """The words of a text or call; an email's plain part."""


class RefusalCode(StrEnum):
    """Why a message could not be rendered."""

    UNKNOWN_TEMPLATE = "unknown_template"
    NOT_PUBLISHED = "not_published"
    MISSING_VALUE = "missing_value"
    LIMIT_EXCEEDED = "limit_exceeded"
    EMPTY = "empty"
    FAILED = "failed"
    BUSY = "busy"
    """Nothing is wrong with it: to be asked for again in a moment."""


class Refused(Contract):
    """A message that must not be sent, and why (G9)."""

    ref: UUID
    code: RefusalCode
    detail: str
    """In plain words; names the tag where one is missing."""
    template_version: int | None = None


class RenderResponse(Contract):
    """One answer per item, in the order asked."""

    items: tuple[Rendered | Refused, ...]

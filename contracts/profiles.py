"""Whole snapshots that owners publish to compacted topics; the newest `version` of an id wins."""

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.model import Contract, Money, WallTime
from contracts.values import AnyLocale


class Snapshot(Contract):
    """What every snapshot carries."""

    schema_version: ClassVar[int] = 1

    id: UUID
    company_id: UUID
    version: int


class EmailFlags(Contract):
    """The four preferences of an email address (S0.6)."""

    confirmations: bool = True
    status_updates: bool = True
    payment_receipts: bool = True
    invoices: bool = True


class ContactFlags(Contract):
    """The seven communication preferences of a contact (S0.14)."""

    confirmations: bool = True
    """Confirmations of all jobs."""
    text: bool = True
    voice: bool = False
    service_specials: bool = True
    service_reminders: bool = True
    invoice_reminders: bool = True
    exclude_from_broadcasts: bool = False


class RecipientFlags(EmailFlags):
    """Preferences of an additional recipient: its own, never the customer's (D8)."""

    text: bool = True
    voice: bool = False
    service_reminders: bool = True
    invoice_reminders: bool = True


class Consent(StrEnum):
    """Permission to text a phone (S1.18, S1.19)."""

    NONE = "none"
    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"


class EmailAddress(Contract):
    """An email address with preferences of its own (S0.1)."""

    id: UUID
    address: str
    flags: EmailFlags


class Phone(Contract):
    """A phone number in E.164 form, with the consent that belongs to it."""

    id: UUID
    number: str
    landline: bool = False
    sms_consent: Consent = Consent.NONE
    calls_opted_out: bool = False


class Contact(Contract):
    """A person of the customer."""

    id: UUID
    name: str
    primary: bool
    emails: tuple[EmailAddress, ...] = ()
    phones: tuple[Phone, ...] = ()
    flags: ContactFlags


class AdditionalRecipient(Contract):
    """Someone else who hears about one service address (S2): a tenant, an owner, a payer."""

    id: UUID
    name: str
    role: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    flags: RecipientFlags


class ServiceAddress(Contract):
    """Where the work happens."""

    id: UUID
    line: str
    """Street and number."""
    city: str
    state: str
    postal_code: str
    zone: str
    """IANA zone."""
    additional_communication: bool = False
    """Off keeps the recipients and sends them nothing (S2.6)."""
    recipients: tuple[AdditionalRecipient, ...] = ()


class CustomerKind(StrEnum):
    """What the outbound settings tell apart (S0.8)."""

    RESIDENTIAL = "residential"
    COMMERCIAL = "commercial"


class Card(Contract):
    """A card on file, as far as anyone needs to know (S4.22)."""

    last_four: str
    default: bool = False


class CustomerProfile(Snapshot):
    """A customer as the planner needs it; without the office's notes."""

    name: str
    kind: CustomerKind
    region_id: UUID | None = None
    head_office: bool = False
    """Head offices get no client notifications of a region (S3.18)."""
    send_client_notifications: bool = True
    """Whether the rules of its region reach it (S3.13); all other rules go by the contacts' preferences."""
    tags: tuple[str, ...] = ()
    zone: str | None = None
    locale: AnyLocale | None = None
    """The language it wants to be written to in, `es-US` (BCP 47); the company's where absent."""
    archived: bool = False
    blocked: bool = False
    contacts: tuple[Contact, ...] = ()
    service_addresses: tuple[ServiceAddress, ...] = ()
    sales_tax_exempt: bool = False
    reward_balance: Money | None = None
    cards: tuple[Card, ...] = ()


class CustomerDeleted(Snapshot):
    """A customer was erased; what remains is (id, version), so that a late snapshot resurrects nobody."""


class Region(Contract):
    """A part of the company's area with notifications of its own (S3)."""

    id: UUID
    name: str
    active: bool = True
    reply_to: str | None = None
    portal_url: str | None = None


class Brand(Contract):
    """How the company looks and where it can be reached."""

    colour: str = "#1f6feb"
    logo_url: str | None = None
    email: str | None = None
    """Where replies go."""
    phone: str | None = None
    website: str | None = None
    postal_address: str = ""
    portal_url: str | None = None


class QuietHours(Contract):
    """Local times between which texts and calls wait (G13)."""

    starts: WallTime = time(21, 0)
    ends: WallTime = time(8, 0)
    hold_email: bool = False
    urgent_passes: bool = True


class Caps(Contract):
    """Most messages a recipient gets in a day (G13); none where `None`."""

    per_recipient_per_day: int | None = None


class SandboxMode(Contract):
    """While on, nobody but the allow-list is reached; all is logged as if sent (G16)."""

    on: bool = False
    allow_list: tuple[str, ...] = ()


class Specials(Contract):
    """What the company offers in its customer portal for a while (S0.21)."""

    text: str
    link: str | None = None
    starts_on: date | None = None
    """In the company's zone; the first and the last day are in."""
    ends_on: date | None = None


class CompanyProfile(Snapshot):
    """A field-service company; `id` and `company_id` are the same."""

    name: str
    slug: str
    zone: str
    """IANA zone."""
    currency: str = "USD"
    locale: AnyLocale = "en-US"
    """BCP 47."""
    brand: Brand = Brand()
    email_defaults: EmailFlags = EmailFlags()
    contact_defaults: ContactFlags = ContactFlags()
    recipient_defaults: RecipientFlags = RecipientFlags()
    regions: tuple[Region, ...] = ()
    quiet_hours: QuietHours = QuietHours()
    caps: Caps = Caps()
    sandbox: SandboxMode = SandboxMode()
    specials: Specials | None = None


class StatusEntry(Snapshot):
    """One status of a company's catalogue."""

    name: str
    colour: str
    position: int
    closes: bool
    allow_tech_skip: bool
    hold_seconds: int
    active: bool = True


class TemplateState(StrEnum):
    """Whether a template can be used."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class TemplateEntry(Snapshot):
    """A template as rules know it."""

    name: str
    channel: str
    published_version: int | None
    state: TemplateState
    untold: Mapping[str, tuple[str, ...]] = {}
    """By trigger: the tags that the published words need, and that are never known then. Nothing could be sent."""


class RuleEntry(Snapshot):
    """A rule as the template service knows it: which template is in use where."""

    name: str
    trigger: str
    channel: str
    template_id: UUID
    active: bool


class PauseCause(StrEnum):
    """Who paused a company's sending (D13)."""

    OFFICE = "office"
    VOLUME = "volume"
    """The breaker: far more than usual was about to go out."""


class PauseEntry(Snapshot):
    """Whether a company's automated messages wait; `id` and `company_id` are the same."""

    paused: bool
    cause: PauseCause | None = None
    """None where it is not paused."""

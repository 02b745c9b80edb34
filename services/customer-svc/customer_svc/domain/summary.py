"""Customers in a list: enough to recognise one, what to look for, and in which order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.profiles import CustomerKind
from customer_svc.domain.customer import Customer
from servicekit.errors import Unprocessable

FEWEST_DIGITS = 4

# The sort key of a list's last row: its name, when it was created, its id.
Position = tuple[str, datetime, UUID]


class Order(StrEnum):
    """How a list is sorted."""

    NAME = "name"
    NEWEST = "newest"


class Preference(StrEnum):
    """What a list can be narrowed by: a preference of a contact, or of an email address."""

    CONTACT_CONFIRMATIONS = "contact.confirmations"
    CONTACT_TEXT = "contact.text"
    CONTACT_VOICE = "contact.voice"
    CONTACT_SERVICE_SPECIALS = "contact.service_specials"
    CONTACT_SERVICE_REMINDERS = "contact.service_reminders"
    CONTACT_INVOICE_REMINDERS = "contact.invoice_reminders"
    CONTACT_EXCLUDE_FROM_BROADCASTS = "contact.exclude_from_broadcasts"
    EMAIL_CONFIRMATIONS = "email.confirmations"
    EMAIL_STATUS_UPDATES = "email.status_updates"
    EMAIL_PAYMENT_RECEIPTS = "email.payment_receipts"
    EMAIL_INVOICES = "email.invoices"


class Summary(BaseModel):
    """One line of the list; the contact is the primary one, with its first email and phone."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    version: int
    name: str
    kind: CustomerKind
    region_id: UUID | None
    tags: tuple[str, ...]
    archived: bool
    blocked: bool
    created_at: datetime
    contact: str | None
    email: str | None
    phone: str | None
    sort_name: str = Field(exclude=True)

    @property
    def position(self) -> Position:
        """Where the list goes on after this one."""
        return self.sort_name, self.created_at, self.id


@dataclass(frozen=True, slots=True)
class Filter:
    """Which customers are wanted; `None` does not narrow."""

    archived: bool = False
    blocked: bool | None = None
    kind: CustomerKind | None = None
    region_id: UUID | None = None
    tag: str | None = None
    """However it is capitalised."""
    text: str | None = None
    """In a name, email address or service address, in any case; in a phone, however it is written."""
    preference: Preference | None = None
    """Some contact, or some email address, has it on or off as `preferred` says."""
    preferred: bool = True

    @property
    def pattern(self) -> str | None:
        """The text as LIKE takes it."""
        return _pattern(self.text.lower()) if self.text else None

    @property
    def digits(self) -> str | None:
        """What in it may be of a phone number; a few digits are none."""
        found = "".join(c for c in self.text or "" if c in "0123456789")
        return _pattern(found) if len(found) >= FEWEST_DIGITS else None


def which_way(preference: Preference | None, preferred: bool | None) -> bool:
    """Whether it should be on. Raises `Unprocessable` for half of a filter, which would mean everybody."""
    if preference is None and preferred is not None:
        raise Unprocessable("Say which preference.")
    return preferred is not False


def searchable(customer: Customer) -> str:
    """All that a customer is looked for by, in small letters."""
    words = [customer.name]
    for contact in customer.contacts:
        words += [contact.name, *(email.address for email in contact.emails), *(p.number for p in contact.phones)]
    for place in customer.service_addresses:
        words += [place.line, place.city, place.postal_code]
    return " ".join(words).lower()


def _pattern(text: str) -> str:
    for sign in "\\%_":
        text = text.replace(sign, "\\" + sign)
    return f"%{text}%"

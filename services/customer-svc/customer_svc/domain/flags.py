"""Changes of preferences: whichever flags a request names; the others stay as they are."""

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
class EmailFlagChanges(TypedDict, total=False):
    """Of an email address (S0.6)."""

    confirmations: bool
    status_updates: bool
    payment_receipts: bool
    invoices: bool


@with_config(_STRICT)
class ContactFlagChanges(TypedDict, total=False):
    """Of a contact (S0.14)."""

    confirmations: bool
    text: bool
    voice: bool
    service_specials: bool
    service_reminders: bool
    invoice_reminders: bool
    exclude_from_broadcasts: bool


@with_config(_STRICT)
class RecipientFlagChanges(TypedDict, total=False):
    """Of an additional recipient (D8)."""

    confirmations: bool
    status_updates: bool
    payment_receipts: bool
    invoices: bool
    text: bool
    voice: bool
    service_reminders: bool
    invoice_reminders: bool
